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
from hotline.settings import Settings, load_settings
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
    if not home.features_key.exists():
        families.delete_features(session)  # what was sealed under a key that is gone nobody can read
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
    return Wanted.KEPT if _is_missing(session, settings, item) else Wanted.ASKED


def queue_look(session: Session, settings: Settings, item: Item, now: datetime) -> None:
    """Has an item that was just decided to be illegal looked at once more at once, to keep its features."""
    if settings.families.local_features and _is_missing(session, settings, item):
        work.schedule(session, WorkKind.RECHECK, f"I{item.id}", now, rank=rank_of(session, item.id), host=item.host)


def keep_if_illegal(session: Session, home: Home, seen: Seen, now: datetime) -> None:
    """Keeps what a look brought, where its bytes are those that stand assessed illegal and lack it.

    A program that runs for days asks the settings once more: they may have been switched off since it began.
    """
    if seen.kept is None or seen.fingerprint is None:
        return
    settings = load_settings(home.folder / "hotline.toml")
    found = media.find_by_sha256(session, seen.fingerprint.sha256)
    if settings.families.local_features and found is not None and _lacks(session, settings, found.id):
        keep(session, home, found.id, seen.kept, now)


def _is_missing(session: Session, settings: Settings, item: Item) -> bool:
    return item.media_id is not None and _lacks(session, settings, item.media_id)


def _lacks(session: Session, settings: Settings, media_id: int) -> bool:
    """Whether a media is illegal, at a second reader's word where one is needed, and no features are kept of it."""
    if families.has_features(session, media_id):
        return False
    decided = assessments.current_for_media(session, media_id)
    if decided is None or not is_illegal(decided):
        return False
    return decided.second_by is not None or not settings.assess.second_reader


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
