"""Families: the same picture or video wherever it was seen, and how often it was put back."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Family, Item, Media, Sighting
from hotline.store import documents
from hotline.store.media import load_family
from hotline.views.shapes import Document, at, grouped, named

_PACKET_SIGHTING = ("item", "host", "first_seen_at", "gone_at", "confirmed")


@dataclass(frozen=True)
class _Seen:
    """A family's media and where each was seen, the first sighting first."""

    media: list[Media]
    sightings: list[tuple[Sighting, Item]]

    @property
    def reuploads(self) -> int:
        """Sightings after the first, unconfirmed ones included."""
        return max(0, len(self.sightings) - 1)

    @property
    def hosts(self) -> dict[str, int]:
        return dict(Counter(item.host for _, item in self.sightings))


def family_list(home: Home) -> list[Document]:
    """All families, the most often re-uploaded first; not those whose media all joined another."""
    with db.reading(home.engine) as session:
        families = documents.load_by(session, Family, Family.id, None)
        seen = _load(session, [family.id for family in families])
    rows = [_row(family.id, seen[family.id]) for family in families if seen[family.id].media]
    return sorted(rows, key=lambda row: -row["reuploads"])


def family_show(home: Home, family_id: int) -> Document:
    """One family with all its sightings. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        load_family(session, family_id)
        seen = _load(session, [family_id])[family_id]
    return {
        "id": named("F", family_id),
        "media": [_media(media) for media in seen.media],
        "sightings": _sightings(seen),
        "reuploads": seen.reuploads,
        "hosts": seen.hosts,
    }


def packet_families(session: Session, family_ids: Collection[int]) -> Document:
    """Families as a packet tells of them, by id: where else and how often; addresses of other cases stay here."""
    return {
        f"F{number}": {
            "reuploads": seen.reuploads,
            "sightings": [{key: one[key] for key in _PACKET_SIGHTING} for one in _sightings(seen)],
        }
        for number, seen in _load(session, family_ids).items()
    }


def _load(session: Session, family_ids: Collection[int]) -> dict[int, _Seen]:
    media = documents.load_by(session, Media, Media.family_id, family_ids)
    sightings = documents.load_by(session, Sighting, Sighting.media_id, {row.id for row in media})
    items = {row.id: row for row in documents.load_by(session, Item, Item.id, {row.item_id for row in sightings})}
    family_of = {row.id: row.family_id for row in media}
    ordered = sorted(sightings, key=lambda row: (row.first_seen_at, row.id))
    of_family = grouped(ordered, lambda row: family_of[row.media_id])
    members = grouped(media, lambda row: row.family_id)
    return {
        number: _Seen(members.get(number, []), [(row, items[row.item_id]) for row in of_family.get(number, ())])
        for number in family_ids
    }


def _row(family_id: int, seen: _Seen) -> Document:
    return {
        "id": named("F", family_id),
        "reuploads": seen.reuploads,
        "media": len(seen.media),
        "hosts": len(seen.hosts),
        "last_seen_at": at(max((one.last_seen_at for one, _ in seen.sightings), default=None)),
    }


def _media(media: Media) -> Document:
    return {
        "id": named("M", media.id),
        "sha256": media.sha256,
        "pdq": media.pdq,
        "by": media.family_by,
        "distance": media.family_distance,
        "variant": media.family_variant,
        "confirmed": media.is_family_confirmed,
    }


def _sightings(seen: _Seen) -> list[Document]:
    confirmed = {media.id: media.is_family_confirmed for media in seen.media}
    newest = {item.id: one.id for one, item in seen.sightings}
    return [
        _sighting(one, item, confirmed[one.media_id]) | {"removed_at": at(_removed_at(one, item, newest[item.id]))}
        for one, item in seen.sightings
    ]


def _removed_at(one: Sighting, item: Item, newest: int) -> datetime | None:
    """When it was confirmed that this sighting ended; the item's date is about its newest one."""
    return item.removed_at if one.gone_at is not None and one.id == newest else None


def _sighting(sighting: Sighting, item: Item, is_confirmed: bool) -> Document:
    return {
        "item": named("I", item.id),
        "media": named("M", sighting.media_id),
        "url": item.url,
        "host": item.host,
        "account": item.platform_account,
        "first_seen_at": at(sighting.first_seen_at),
        "last_seen_at": at(sighting.last_seen_at),
        "gone_at": at(sighting.gone_at),
        "confirmed": is_confirmed,
    }
