"""Media, their sightings, families and leads."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, bindparam
from sqlmodel import Session, col, func, or_, select

from hashsets.variants import Variant
from hotline.models import Item, Lead, Media, MediaParts, Sighting, SightingMedia
from hotline.states import UNDECIDED
from hotline.store.rows import load

# Asked at every look, and built once: building one of these takes longer than asking it.
_BY_SHA256 = select(Media).where(Media.sha256 == bindparam("sha256"))
_PDQS_BETWEEN = (
    select(Media.id, Media.pdq, Media.pdq_quality, Media.mime, MediaParts.parts)  # type: ignore[call-overload]
    .outerjoin(MediaParts, and_(col(MediaParts.media_id) == col(Media.id), col(Media.mime).startswith("video/")))
    .where(col(Media.id) > bindparam("after"), col(Media.id) < bindparam("before"), col(Media.is_blank).is_(False))
    .order_by(col(Media.id))
)
_OPEN_SIGHTING = (
    select(Sighting)
    .where(Sighting.item_id == bindparam("item_id"), col(Sighting.gone_at).is_(None))
    .order_by(col(Sighting.id).desc())
    .limit(1)
)


def load_media(session: Session, media_id: int) -> Media:
    """Raises UnknownIdError."""
    return load(session, Media, media_id)


def parts_of(session: Session, media_id: int) -> MediaParts | None:
    """What else is looked up of a media."""
    return session.get(MediaParts, media_id)


def find_by_sha256(session: Session, sha256: str) -> Media | None:
    return session.exec(_BY_SHA256, params={"sha256": sha256}).first()


def pdqs_between(
    session: Session, after: int, before: int, least_quality: int
) -> Iterator[tuple[int, list[str], bool]]:
    """(id, PDQs, whether it is a video) of every media between two numbers, oldest first: only what is evidence.

    A picture has one PDQ, a video that of each of its frames.
    """
    for number, pdq, quality, mime, parts in session.exec(_PDQS_BETWEEN, params={"after": after, "before": before}):
        if number is None:
            continue
        is_film = (mime or "").startswith("video/")
        if is_film:
            pdqs = [part[3].split()[0] for part in json.loads(parts or "[]") if part[0] == Variant.FRAME]
        else:
            pdqs = [pdq] if pdq is not None and (quality or 0) >= least_quality else []
        yield number, pdqs, is_film


def open_sighting(session: Session, item_id: int) -> Sighting | None:
    """The sighting that has not ended at this item."""
    return session.exec(_OPEN_SIGHTING, params={"item_id": item_id}).first()


def count_sightings(session: Session, media_id: int) -> int:
    return session.exec(select(func.count()).select_from(Sighting).where(Sighting.media_id == media_id)).one()


def media_seen_at(session: Session, item_id: int) -> list[Media]:
    """Every media of the newest sighting at an item: the one it began with and its re-encoded copies."""
    sighting = session.exec(
        select(Sighting).where(Sighting.item_id == item_id).order_by(col(Sighting.id).desc()).limit(1)
    ).first()
    if sighting is None:
        return []
    copies = select(SightingMedia.media_id).where(SightingMedia.sighting_id == sighting.id)
    return list(session.exec(select(Media).where(or_(col(Media.id) == sighting.media_id, col(Media.id).in_(copies)))))


def has_copy(session: Session, sighting_id: int, media_id: int) -> bool:
    return session.get(SightingMedia, (sighting_id, media_id)) is not None


def leads_of(session: Session, media_id: int) -> list[Lead]:
    """All leads of a media, withdrawn ones included."""
    return list(session.exec(select(Lead).where(Lead.media_id == media_id).order_by(col(Lead.id))))


def leads_by(session: Session, list_name: str, entry: str) -> list[Lead]:
    """The standing leads that an entry of a list gives."""
    chosen = (Lead.list == list_name, Lead.entry == entry, col(Lead.withdrawn_at).is_(None))
    return list(session.exec(select(Lead).where(*chosen)))


def standing_leads(session: Session, media_id: int, *, to_illegal: bool) -> list[Lead]:
    """Leads that still stand and a decision may rest on; for an illegal verdict only those to known material."""
    roles = ("known", "own") if to_illegal else ("known", "own", "decided", "known-good")
    return [lead for lead in leads_of(session, media_id) if not lead.withdrawn_at and lead.role in roles]


def inherited_lead(session: Session, media_id: int, list_name: str, entry: str) -> Lead | None:
    return session.exec(
        select(Lead).where(Lead.media_id == media_id, Lead.list == list_name, Lead.entry == entry)
    ).first()


def was_seen(session: Session, item_id: int) -> bool:
    """Tells whether there is any sighting at an item."""
    return session.exec(select(Sighting.id).where(Sighting.item_id == item_id).limit(1)).first() is not None


def sightings_at(session: Session, item_id: int, media_id: int) -> int:
    """How often a media was seen at an item, each time after it had been gone."""
    chosen = (Sighting.item_id == item_id, Sighting.media_id == media_id)
    return session.exec(select(func.count()).select_from(Sighting).where(*chosen)).one()


def undecided_media(session: Session) -> list[int]:
    """Media that an undecided item shows."""
    states = [state.value for state in UNDECIDED]
    rows = session.exec(
        select(Item.media_id).where(col(Item.state).in_(states), col(Item.media_id).is_not(None)).distinct()
    )
    return [row for row in rows if row is not None]


def media_with_entry(session: Session, list_name: str, entry: str) -> list[int]:
    """Media with a standing lead to this entry of a list."""
    return list(
        session.exec(
            select(Lead.media_id).where(Lead.list == list_name, Lead.entry == entry, col(Lead.withdrawn_at).is_(None))
        )
    )


def seen_between(session: Session, item_id: int) -> tuple[datetime | None, datetime | None]:
    """When anything was first and last seen at an item."""
    first, last = func.min(Sighting.first_seen_at), func.max(Sighting.last_seen_at)
    return session.exec(select(first, last).where(Sighting.item_id == item_id)).one()
