"""Families: the same picture or video wherever it was seen, and how often it was put back."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Account, Family, FamilyItem, Item, Likeness, Media, Notice
from hotline.store import accounts, documents, notices
from hotline.store import families as members
from hotline.store.families import Seen
from hotline.uploads import count_uploads
from hotline.views.likeness import how_media, likenesses
from hotline.views.shapes import Document, at, grouped, named

_LIKENESS = ("points", "agreement", "seen", "filled", "turned", "is_mirrored")
_PACKET_SIGHTING = (
    *("item", "host", "account", "first_seen_at", "last_seen_at", "noticed_at", "gone_at", "confirmed"),
)


@dataclass(frozen=True)
class _Loaded:
    """A family's members and where each was seen, the first sighting first."""

    media: list[Media]
    items: list[FamilyItem]
    seen: list[Seen]

    @property
    def reuploads(self) -> int:
        """Sightings after the first, unconfirmed ones included."""
        return max(0, len(self.seen) - 1)

    @property
    def hosts(self) -> dict[str, int]:
        return dict(Counter(one.item.host for one in self.seen))


@dataclass(frozen=True)
class _Around:
    """What the sightings of a document are completed with, by item."""

    accounts: dict[int, Account]
    notices: dict[int, list[Notice]]


def family_list(home: Home) -> list[Document]:
    """All families, the most often re-uploaded first; not those whose members all joined another."""
    with db.reading(home.engine) as session:
        families = documents.load_by(session, Family, Family.id, None)
        loaded = _load(session, [family.id for family in families])
    rows = [_row(number, family) for number, family in loaded.items() if family.media or family.items]
    return sorted(rows, key=lambda row: -row["reuploads"])


def family_show(home: Home, family_id: int) -> Document:
    """One family with all its sightings. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        members.load_family(session, family_id)
        family = _load(session, [family_id])[family_id]
        around = _around(session, family.seen)
        how = likenesses(session, family.media)
        finders = members.finders_of(session, {media.id for media in family.media})
        return {
            "id": named("F", family_id),
            "media": [_media(media, how.get(media.id), finders.get(media.id)) for media in family.media],
            "items": [_item(link) for link in family.items],
            "sightings": _sightings(family, around),
            "reuploads": family.reuploads,
            "uploads": count_uploads(family.seen),
            "hosts": family.hosts,
            "accounts": _accounts(family, around),
        }


def packet_families(session: Session, family_ids: Collection[int]) -> Document:
    """Families as a packet tells of them, by id: where else and how often; addresses of other cases stay here."""
    found = _load(session, family_ids)
    around = _around(session, [one for family in found.values() for one in family.seen])
    return {
        f"F{number}": {
            "reuploads": family.reuploads,
            "sightings": [{key: one[key] for key in _PACKET_SIGHTING} for one in _sightings(family, around)],
        }
        for number, family in found.items()
    }


def _load(session: Session, family_ids: Collection[int]) -> dict[int, _Loaded]:
    media = grouped(documents.load_by(session, Media, Media.family_id, family_ids), lambda row: row.family_id)
    items = grouped(documents.load_by(session, FamilyItem, FamilyItem.family_id, family_ids), lambda row: row.family_id)
    seen = members.sightings_of(session, family_ids)
    return {number: _Loaded(media.get(number, []), items.get(number, []), seen[number]) for number in family_ids}


def _around(session: Session, seen: Collection[Seen]) -> _Around:
    item_ids = {one.item.id for one in seen}
    return _Around(accounts.accounts_shown(session, item_ids), notices.sent_about(session, item_ids))


def _row(family_id: int, family: _Loaded) -> Document:
    return {
        "id": named("F", family_id),
        "reuploads": family.reuploads,
        "media": len(family.media),
        "items": len(family.items),
        "hosts": len(family.hosts),
        "last_seen_at": at(max((one.sighting.last_seen_at for one in family.seen), default=None)),
    }


def _media(media: Media, known: Likeness | None, finder: str | None) -> Document:
    return {
        "id": named("M", media.id),
        "sha256": media.sha256,
        "pdq": media.pdq,
        "by": media.family_by,
        "distance": media.family_distance,
        "variant": media.family_variant,
        "how": how_media(media, known),
        "likeness": {name: getattr(known, name) for name in _LIKENESS} if known is not None else None,
        "confirmed": media.is_family_confirmed,
        "features": finder,
    }


def _item(link: FamilyItem) -> Document:
    return {"id": named("I", link.item_id), "by": link.by, "confirmed": link.is_confirmed}


def _accounts(family: _Loaded, around: _Around) -> dict[str, int]:
    """How many sightings each account had, by its name at its platform."""
    names = [account_name(around.accounts.get(one.item.id), one.item) for one in family.seen]
    return dict(Counter(name for name in names if name))


def account_name(account: Account | None, item: Item) -> str | None:
    """An account as people know it: its handle, or its number."""
    return item.platform_account if account is None else account.handle or account.number


def _sightings(family: _Loaded, around: _Around) -> list[Document]:
    newest = {one.item.id: one.sighting.id for one in family.seen}
    return [_sighting(one, around, newest[one.item.id]) for one in family.seen]


def _sighting(one: Seen, around: _Around, newest: int) -> Document:
    sighting, item = one.sighting, one.item
    account = around.accounts.get(item.id)
    return {
        "item": named("I", item.id),
        "media": named("M", sighting.media_id),
        "url": item.url,
        "host": item.host,
        "platform": item.platform,
        "account": account_name(account, item),
        "account_number": account.number if account is not None else None,
        "platform_media": item.platform_media,
        "first_seen_at": at(sighting.first_seen_at),
        "last_seen_at": at(sighting.last_seen_at),
        "noticed_at": [at(sent_at) for sent_at in _noticed_at(one, around)],
        "gone_at": at(sighting.gone_at),
        "removed_at": at(_removed_at(one, newest)),
        "confirmed": one.is_confirmed,
    }


def _noticed_at(one: Seen, around: _Around) -> list[datetime]:
    """When notices about the item went out while this sighting ran."""
    begin, end = one.sighting.first_seen_at, one.sighting.gone_at
    sent = [notice.sent_at for notice in around.notices.get(one.item.id, ()) if notice.sent_at]
    return sorted(moment for moment in sent if begin <= moment and (end is None or moment <= end))


def _removed_at(one: Seen, newest: int) -> datetime | None:
    """When it was confirmed that this sighting ended; the item's date is about its newest one."""
    sighting = one.sighting
    return one.item.removed_at if sighting.gone_at is not None and sighting.id == newest else None
