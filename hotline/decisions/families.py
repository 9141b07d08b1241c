"""A person's word that two items show the same picture or video, or that they do not."""

from sqlmodel import Session

from hotline import custody
from hotline.consequences import families
from hotline.consequences.inheriting import spread_to_family, withdraw_leads_between
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.models import Item
from hotline.records.alike import JoinedBy
from hotline.store import families as members
from hotline.store import items, media


def join(desk: Desk, item_id: int, other_id: int) -> int:
    """Puts what one item shows, with all its family, into the family of another item's. Returns the family.

    Also where nobody has the bytes: then the items themselves are the members.
    """
    with desk.writing("family") as session:
        item, other = (items.load_item(session, number) for number in (item_id, other_id))
        before = members.family_of(session, item)
        if item.id == other.id or _is_same(item, other) or (before and before == members.family_of(session, other)):
            raise InputError(f"I{item_id} and I{other_id} are already of one family")
        family_id = families.ensure_family_of(session, other, desk.now)
        _join(session, desk, item, before, family_id)
        custody.record(session, "family.join", f"F{family_id}", reason="person", text=f"I{item_id} same as I{other_id}")
        spread_to_family(session, family_id, desk.now)
        return family_id


def _is_same(item: Item, other: Item) -> bool:
    return item.media_id is not None and item.media_id == other.media_id


def _join(session: Session, desk: Desk, item: Item, before: int | None, family_id: int) -> None:
    if before is not None:
        families.merge(session, family_id, before)
    elif item.media_id is not None:
        families.place(session, media.load_media(session, item.media_id), family_id, JoinedBy.PERSON, is_confirmed=True)
    else:
        families.join_item(session, item, family_id, JoinedBy.PERSON, desk.now, is_confirmed=True)


def split(desk: Desk, item_id: int) -> int:
    """Takes what an item shows out of its family, into one of its own; every sighting stays. Returns that family."""
    with desk.writing("family") as session:
        item = items.load_item(session, item_id)
        before = members.family_of(session, item)
        if before is None or members.count_members(session, before) < 2:
            raise InputError(f"I{item_id} shares its family with nothing else")
        family_id = families.leave(session, item, desk.now)
        if item.media_id is not None:
            withdraw_leads_between(session, media.load_media(session, item.media_id), desk.now)
        custody.record(session, "family.split", f"F{before}", reason=f"I{item_id}", to_state=f"F{family_id}")
        return family_id
