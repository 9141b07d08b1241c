"""Families: their members with and without bytes, where they were seen, and the local features kept of some."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from hotline.models import (
    Account,
    Assessment,
    CaseItem,
    Family,
    FamilyItem,
    Item,
    ItemAccount,
    Likeness,
    Media,
    MediaFeatures,
    Packet,
    PageItem,
    Sighting,
)
from hotline.states import TO_TAKE_DOWN, PacketTo, State, Whose
from hotline.store.documents import within
from hotline.store.rows import load

COUNTED = tuple(state.value for state in (*TO_TAKE_DOWN, State.REMOVED))
"""States of items that a history counts: what must come down, or came down; nothing else was put up again."""
_GENUINE = (
    select(ItemAccount.account_id)
    .join(Item, col(Item.id) == col(ItemAccount.item_id))
    .where(col(Item.has_genuine_owner))
)
_CHILDS = (
    select(ItemAccount.item_id)
    .join(Account, col(Account.id) == col(ItemAccount.account_id))
    .where(Account.whose == Whose.CHILD)
)
_SPARED = (
    select(ItemAccount.item_id)
    .join(Account, col(Account.id) == col(ItemAccount.account_id))
    .where(or_(Account.whose == Whose.CHILD, col(Account.id).in_(_GENUINE)))
)
# Genuine accounts and what a child's own account holds never count as repeating.
_COUNTS = (col(Item.has_genuine_owner).is_(False), col(Item.id).not_in(_SPARED))
Upload = tuple[str, str]


class Seen(NamedTuple):
    """One sighting of a family: where it was, whether that it is of the family is confirmed, and of which upload.

    Several addresses may be of one upload: those that a platform calls by one id, or that a page showed at once.
    """

    sighting: Sighting
    item: Item
    is_confirmed: bool
    upload: Upload | None = None


def load_family(session: Session, family_id: int) -> Family:
    """Raises UnknownIdError."""
    return load(session, Family, family_id)


def media_of(session: Session, family_id: int) -> list[Media]:
    return list(session.exec(select(Media).where(Media.family_id == family_id).order_by(col(Media.id))))


def items_of(session: Session, family_id: int) -> list[FamilyItem]:
    """Its members without bytes."""
    return list(
        session.exec(select(FamilyItem).where(FamilyItem.family_id == family_id).order_by(col(FamilyItem.item_id)))
    )


def count_members(session: Session, family_id: int) -> int:
    return len(media_of(session, family_id)) + len(items_of(session, family_id))


def link_of(session: Session, item_id: int) -> FamilyItem | None:
    return session.get(FamilyItem, item_id)


def family_of(session: Session, item: Item) -> int | None:
    """The family of what an item shows: by its bytes where there are any, else by the platform's id or a word."""
    shown = session.get(Media, item.media_id) if item.media_id is not None else None
    if shown is not None:
        return shown.family_id
    link = link_of(session, item.id)
    return link.family_id if link is not None else None


def decisions_beside(session: Session, item_ids: Collection[int]) -> list[tuple[int, Assessment]]:
    """Pairs (item, standing decision about another member of its family) where either has no bytes, oldest first."""
    mine, other = aliased(FamilyItem), aliased(FamilyItem)
    standing = col(Assessment.replaced_at).is_(None)
    about_item = (
        select(mine.item_id, Assessment)
        .join(other, col(other.family_id) == col(mine.family_id))
        .join(Assessment, col(Assessment.item_id) == col(other.item_id))
        .where(col(other.item_id) != col(mine.item_id))
    )
    about_media = (
        select(mine.item_id, Assessment)
        .join(Media, col(Media.family_id) == col(mine.family_id))
        .join(Assessment, col(Assessment.media_id) == col(Media.id))
    )
    of_media = (
        select(Item.id, Assessment)
        .join(Media, col(Media.id) == col(Item.media_id))
        .join(other, col(other.family_id) == col(Media.family_id))
        .join(Assessment, col(Assessment.item_id) == col(other.item_id))
        .where(col(other.item_id) != col(Item.id))
    )
    return [
        (item_id, decided)
        for query, column in ((about_item, mine.item_id), (about_media, mine.item_id), (of_media, Item.id))
        for condition in within(column, item_ids)
        for item_id, decided in session.exec(query.where(condition, standing).order_by(col(Assessment.id)))
    ]


def sightings_of(session: Session, family_ids: Collection[int]) -> dict[int, list[Seen]]:
    """Where each family was seen, the first sighting first; accounts that are genuine or a child's do not count."""
    found: dict[int, list[Seen]] = {number: [] for number in family_ids}
    by_media = (
        select(Media.family_id, Sighting, Item, Media.is_family_confirmed)
        .join(Media, col(Media.id) == col(Sighting.media_id))
        .join(Item, col(Item.id) == col(Sighting.item_id))
    )
    by_item = (
        select(FamilyItem.family_id, Sighting, Item, FamilyItem.is_confirmed)
        .join(FamilyItem, col(FamilyItem.item_id) == col(Sighting.item_id))
        .join(Item, col(Item.id) == col(Sighting.item_id))
        .where(col(Sighting.media_id).is_(None))
    )
    for query, column in ((by_media, Media.family_id), (by_item, FamilyItem.family_id)):
        for condition in within(column, family_ids):
            for family_id, sighting, item, is_confirmed in session.exec(query.where(condition, *_COUNTS)):
                if family_id is not None:
                    found[family_id].append(Seen(sighting, item, bool(is_confirmed)))
    for number, rows in found.items():
        found[number] = sorted(
            _by_upload(session, rows), key=lambda seen: (seen.sighting.first_seen_at, seen.sighting.id)
        )
    return found


def _by_upload(session: Session, seen: list[Seen]) -> list[Seen]:
    """Each with its upload; without pages that were reported to show it and whose pictures are of the family, too."""
    links: dict[int, PageItem] = {}
    for condition in within(PageItem.item_id, {one.item.id for one in seen}):
        for link in session.exec(select(PageItem).where(condition).order_by(col(PageItem.first_seen_at).desc())):
            links[link.item_id] = link
    pages = {link.page_id for link in links.values()}
    kept = [one for one in seen if one.sighting.media_id is not None or one.item.id not in pages]
    return [one._replace(upload=_upload(one.item, links.get(one.item.id))) for one in kept]


def _upload(item: Item, link: PageItem | None) -> Upload | None:
    if item.platform is not None and item.platform_media is not None:
        return item.platform, item.platform_media
    return (f"page {link.page_id}", link.first_seen_at.isoformat()) if link is not None else None


def spared_items(session: Session) -> set[int]:
    """Items that are never noticed nor counted as repeating: genuine accounts, and what a child's own account holds."""
    return set(session.exec(select(Item.id).where(or_(col(Item.has_genuine_owner), col(Item.id).in_(_SPARED)))))


def is_spared(session: Session, item: Item) -> bool:
    """Tells whether an item is never noticed: a child's or a genuine account's, or shown by such accounts only."""
    return item.has_genuine_owner or _is_held_by(session, _SPARED, item.id)


def is_genuine(session: Session, item: Item) -> bool:
    """Tells whether an item is of an account that was named to us as genuine."""
    return item.has_genuine_owner or _is_among(
        session, select(ItemAccount.item_id).where(col(ItemAccount.account_id).in_(_GENUINE)), item.id
    )


def is_childs(session: Session, item_id: int) -> bool:
    """Tells whether an item is of an account that a person knows to be a child's, or shown by such accounts only."""
    return _is_held_by(session, _CHILDS, item_id)


def _is_held_by(session: Session, held: Any, item_id: int) -> bool:
    """A picture whose own address names no account is held by those whose pages show it, or did."""
    if session.get(ItemAccount, item_id) is not None:
        return _is_among(session, held, item_id)
    pages = session.exec(select(PageItem.page_id).where(PageItem.item_id == item_id)).all()
    return bool(pages) and all(_is_among(session, held, page_id) for page_id in pages)


def _is_among(session: Session, items: Any, item_id: int) -> bool:
    return session.exec(items.where(ItemAccount.item_id == item_id)).first() is not None


def repeated(session: Session, times: int) -> dict[int, int]:
    """Families put up again at least so often, as far as confirmed, and how often; not yet sorted out by upload."""
    counts: dict[int, int] = {}
    media = (
        select(Media.family_id, func.count())
        .join(Sighting, col(Sighting.media_id) == col(Media.id))
        .join(Item, col(Item.id) == col(Sighting.item_id))
        .where(col(Media.family_id).is_not(None), col(Media.is_family_confirmed), col(Item.state).in_(COUNTED))
        .group_by(col(Media.family_id))
    )
    links = (
        select(FamilyItem.family_id, func.count())
        .join(Sighting, col(Sighting.item_id) == col(FamilyItem.item_id))
        .join(Item, col(Item.id) == col(Sighting.item_id))
        .where(col(Sighting.media_id).is_(None), col(FamilyItem.is_confirmed), col(Item.state).in_(COUNTED))
        .group_by(col(FamilyItem.family_id))
    )
    for query in (media, links):
        for family_id, count in session.exec(query.where(*_COUNTS)):
            if family_id is not None:
                counts[family_id] = counts.get(family_id, -1) + count
    return {family_id: count for family_id, count in counts.items() if count >= times}


def police_packets(session: Session, item_ids: Collection[int]) -> list[Packet]:
    """The packets for the police about any case of these items."""
    return [
        packet
        for condition in within(CaseItem.item_id, item_ids)
        for packet in session.exec(
            select(Packet)
            .join(CaseItem, col(CaseItem.case_id) == col(Packet.case_id))
            .where(condition, Packet.to == PacketTo.POLICE)
        )
    ]


def items_with_ids(session: Session, platform: str, media_id: str) -> list[Item]:
    """Items that a platform calls by the same id of a picture or video, the first known first."""
    chosen = (Item.platform == platform, Item.platform_media == media_id)
    return list(session.exec(select(Item).where(*chosen).order_by(col(Item.id))))


def likeness_of(session: Session, media_id: int) -> Likeness | None:
    return session.get(Likeness, media_id)


def first_items(session: Session, media_ids: Collection[int]) -> dict[int, int]:
    """The item at which each media was seen first."""
    found: dict[int, int] = {}
    for condition in within(Sighting.media_id, media_ids):
        query = select(Sighting.media_id, Sighting.item_id).where(condition)
        for media_id, item_id in session.exec(query.order_by(col(Sighting.first_seen_at), col(Sighting.id))):
            if media_id is not None:
                found.setdefault(media_id, item_id)
    return found


def media_with_features(session: Session) -> set[int]:
    return set(session.exec(select(MediaFeatures.media_id)))


def finders_of(session: Session, media_ids: Collection[int]) -> dict[int, str]:
    """What found the features that are kept of media, by media; or that there is too little texture."""
    columns = select(MediaFeatures.media_id, MediaFeatures.finder)
    return {
        media_id: finder
        for condition in within(MediaFeatures.media_id, media_ids)
        for media_id, finder in session.exec(columns.where(condition))
    }


def has_features(session: Session, media_id: int) -> bool:
    found = select(MediaFeatures.media_id).where(MediaFeatures.media_id == media_id)
    return session.exec(found).first() is not None


def count_features(session: Session) -> int:
    return session.exec(select(func.count()).select_from(MediaFeatures)).one()


def delete_features(session: Session) -> int:
    """Deletes the features of all media; returns of how many there were any."""
    count = count_features(session)
    session.execute(delete(MediaFeatures))
    return count
