"""Local features of material assessed illegal: kept in the database only, sealed under a key of their own, so that
destroying that key destroys all of them, in every copy of the database."""

import struct
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from hashsets.wire import Wanted
from hotline import custody, keys, work
from hotline.consequences.inheriting import is_illegal
from hotline.consequences.items import rank_of
from hotline.home import Home
from hotline.models import Item, MediaFeatures
from hotline.records.seen import Seen
from hotline.settings import Settings
from hotline.states import WorkKind
from hotline.store import assessments, families, media

if TYPE_CHECKING:
    from hashsets.features import Kept

NO_TEXTURE = "no_texture"
"""Stands where a media shows too little for local features: it is known by its hashes only."""
_LENGTH = struct.Struct("<I")


def keep(session: Session, home: Home, media_id: int, pairs: "tuple[tuple[Kept, Kept], ...]", now: datetime) -> None:
    """Keeps the features of a media; where it has too little texture for any, that it was looked at for them."""
    from hashsets.features import FINDER

    telling = [pair for pair in pairs if any(kept.features.has_texture for kept in pair)]
    packed = b"".join(_LENGTH.pack(len(raw)) + raw for pair in telling for raw in (kept.encode() for kept in pair))
    key = keys.ensure_key_file(home.features_key)
    session.add(
        MediaFeatures(
            media_id=media_id,
            finder=FINDER if telling else NO_TEXTURE,
            sealed=keys.seal_bytes(key, packed, _bound_to(media_id)),
            made_at=now,
        )
    )
    custody.record(session, "features.keep", f"M{media_id}", reason=FINDER if telling else NO_TEXTURE)


def wanted_of(session: Session, settings: Settings, item: Item) -> Wanted:
    """Which local features a look at an item is taken for: those to keep of illegal material, else those to ask by."""
    if not settings.families.local_features:
        return Wanted.HASHES
    return Wanted.KEPT if _is_missing(session, item) else Wanted.ASKED


def queue_look(session: Session, settings: Settings, item: Item, now: datetime) -> None:
    """Has an item that was just decided to be illegal looked at once more at once, to keep its features."""
    if settings.families.local_features and _is_missing(session, item):
        work.schedule(session, WorkKind.RECHECK, f"I{item.id}", now, rank=rank_of(session, item.id), host=item.host)


def keep_if_illegal(session: Session, home: Home, seen: Seen, now: datetime) -> None:
    """Keeps what a look brought, where its bytes are those that stand assessed illegal."""
    found = (
        media.find_by_sha256(session, seen.fingerprint.sha256) if seen.fingerprint and seen.kept is not None else None
    )
    if found is None or seen.kept is None or families.has_features(session, found.id):
        return
    decided = assessments.current_for_media(session, found.id)
    if decided is not None and is_illegal(decided):
        keep(session, home, found.id, seen.kept, now)


def _is_missing(session: Session, item: Item) -> bool:
    if item.media_id is None or families.has_features(session, item.media_id):
        return False
    decided = assessments.current_for_media(session, item.media_id)
    return decided is not None and is_illegal(decided)


def load_pairs(session: Session, home: Home, media_id: int) -> "tuple[tuple[Kept, Kept], ...]":
    """What was kept of a media: for each of its pictures upright and mirrored; () where nothing was.

    Raises HomeError where the key is not the one it was sealed with.
    """
    from hashsets.features import read_kept

    row = session.get(MediaFeatures, media_id)
    if row is None:
        return ()
    packed = keys.unseal_bytes(keys.read_key_file(home.features_key), row.sealed, _bound_to(media_id))
    kept, at = [], 0
    while at < len(packed):
        (length,) = _LENGTH.unpack_from(packed, at)
        at += _LENGTH.size + length
        kept.append(read_kept(packed[at - length : at]))
    return tuple(zip(kept[::2], kept[1::2], strict=True))


def forget(session: Session, media_id: int) -> None:
    """Deletes what was kept of a media that is not illegal any more."""
    row = session.get(MediaFeatures, media_id)
    if row is not None:
        session.delete(row)
        custody.record(session, "features.forget", f"M{media_id}")


def _bound_to(media_id: int) -> str:
    return f"features:M{media_id}"
