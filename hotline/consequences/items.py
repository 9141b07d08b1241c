"""Items coming into being: made once per address, linked to cases, looked at."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.addresses import KEY_VERSION, Address, key_of_part
from hotline.consequences.accounts import note_account
from hotline.consequences.families import join_by_platform
from hotline.models import CaseItem, Item, ItemPart
from hotline.platforms import Platform, read_platform
from hotline.states import CloseReason, Kind, Part, State, WorkKind
from hotline.store import items, media, reports
from hotline.store.documents import COMPUTED_KINDS

FIRST, LATER = 0, 4
"""Ranks of work: that of a child in danger goes before all other."""


def ensure_item(
    session: Session,
    address: Address,
    now: datetime,
    *,
    platforms: tuple[Platform, ...],
    kind: Kind = Kind.UNKNOWN,
) -> tuple[Item, bool]:
    """The item of this address, made if it is new; tells whether it is."""
    found = items.find_by_key(session, address.key)
    if found is not None:
        return found, False
    ids = read_platform(address, platforms)
    item = Item(
        key=address.key,
        key_version=KEY_VERSION,
        url=address.verbatim,
        href=address.href,
        host=address.host,
        kind=ids.kind if ids and kind is Kind.UNKNOWN else kind,
        platform=ids.platform if ids else None,
        platform_media=ids.media_id if ids else None,
        platform_account=(ids.account or ids.account_number) if ids else None,
        state=State.RECEIVED,
        received_at=now,
    )
    session.add(item)
    session.flush()
    custody.record(session, "item.add", f"I{item.id}", to_state=State.RECEIVED)
    if ids is not None:
        note_account(session, item, ids.platform, ids.account, ids.account_number, now)
        join_by_platform(session, item, now)
    return item, True


def ensure_part(session: Session, page: Item, sha256: str, kind: Kind, now: datetime) -> Item:
    """The item of a file that is written into a page: it has the page's address and nobody else's."""
    key = key_of_part(page.key, sha256)
    found = items.find_by_key(session, key)
    if found is None:
        found = Item(
            key=key,
            key_version=KEY_VERSION,
            url=page.url,
            href=page.href,
            host=page.host,
            kind=kind,
            state=State.RECEIVED,
            received_at=now,
        )
        session.add(found)
        session.flush()
        custody.record(session, "item.add", f"I{found.id}", to_state=State.RECEIVED)
        note_part(session, found, page, Part.DATA)
    return found


def note_part(session: Session, item: Item, page: Item, part: Part) -> None:
    """Notes what an item is of a page; the custody line is that of what found it."""
    if session.get(ItemPart, (item.id, page.id)) is None:
        session.add(ItemPart(item_id=item.id, page_id=page.id, part=part))


def link_case(session: Session, case_id: int, item: Item, now: datetime) -> None:
    """Makes an item matter to a case; the custody line is that of what brought it."""
    if not reports.is_linked(session, case_id, item.id):
        session.add(CaseItem(case_id=case_id, item_id=item.id, added_at=now))


def queue_look(session: Session, item: Item, now: datetime) -> None:
    """A look at once, in every state but closed, where a person is told instead."""
    if item.state == State.CLOSED:
        if item.reason != CloseReason.GENUINE:
            item.needs_person = "reported again after it was closed"
            session.add(item)
        return
    rank = rank_of(session, item.id)
    work.schedule(session, WorkKind.LOOK, f"I{item.id}", now, rank=rank, host=item.host)


def queue_screens(session: Session, now: datetime) -> None:
    """Every media nobody has decided about is looked up again, because a list changed."""
    for media_id in media.undecided_media(session):
        work.schedule(session, WorkKind.SCREEN, f"M{media_id}", now)


def rank_of(session: Session, item_id: int) -> int:
    """The rank of work for an item."""
    return FIRST if items.is_at_risk(session, item_id) else LATER


def behind_pictures(item: Item, rank: int) -> int:
    """The rank of a recheck: a page is judged by what its pictures say, so of all that is due at once it comes last."""
    return LATER + 1 if rank > FIRST and item.kind in COMPUTED_KINDS else rank
