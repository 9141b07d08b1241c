"""Beginning and ending a takedown: what becomes due, and which drafts and rounds an item leaves."""

from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import work
from hotline.consequences.batches import withdraw_from_notices
from hotline.consequences.items import behind_pictures, rank_of
from hotline.models import Item
from hotline.recheck import next_look_at
from hotline.settings import RecheckSettings
from hotline.states import State, WorkKind
from hotline.store import items, notices


def begin_takedown(session: Session, item: Item, now: datetime, policy: RecheckSettings) -> None:
    """Trace at once and recheck by the ladder, for an item that must come down and for the pages that show it."""
    subjects = [item, *items.pages_showing(session, item.id)]
    for one in subjects:
        if one.state in (State.CLOSED, State.RECEIVED):
            continue
        rank = rank_of(session, one.id)
        due = next_look_at(now, [], now, policy)
        work.schedule(session, WorkKind.TRACE, f"I{one.id}", now, rank=rank)
        work.schedule(session, WorkKind.RECHECK, f"I{one.id}", due, rank=behind_pictures(one, rank), host=one.host)


def end_takedown(session: Session, item: Item, now: datetime) -> None:
    """Nothing more is asked about an item: no recheck, and it leaves every notice that has not left."""
    work.cancel(session, WorkKind.RECHECK, f"I{item.id}")
    withdraw_from_notices(session, item, now)


def queue_notify(session: Session, item: Item, now: datetime) -> None:
    """Has the item put into the batches of whoever answers for it."""
    work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", now, rank=rank_of(session, item.id))


def queue_rounds(session: Session, item: Item, now: datetime) -> None:
    """Wakes the batches of this item whose next round is due; called whenever a look at it was recorded."""
    for batch_id in notices.due_batches_of_item(session, item.id, now):
        work.schedule(session, WorkKind.NOTIFY, f"B{batch_id}", now, rank=rank_of(session, item.id))


def end_holds_at(until: datetime) -> datetime:
    """When notices that waited for a hold go on: just after its expiry."""
    return until + timedelta(microseconds=1)
