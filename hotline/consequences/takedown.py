"""Beginning and ending a takedown: what becomes due, and which drafts and rounds an item leaves."""

from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.items import rank_of
from hotline.models import Batch, Item
from hotline.recheck import next_look_at
from hotline.settings import RecheckSettings
from hotline.states import NoticeState, State, WorkKind
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
        work.schedule(session, WorkKind.RECHECK, f"I{one.id}", due, rank=rank, host=one.host)


def end_takedown(session: Session, item: Item) -> None:
    """Nothing more is asked about an item: no recheck, and it leaves the drafts nobody approved yet."""
    work.cancel(session, WorkKind.RECHECK, f"I{item.id}")
    for notice in notices.drafts_with(session, item.id):
        session.delete(notices.notice_link(session, notice.id, item.id))
        session.delete(notices.batch_link(session, notice.batch_id, item.id))
        custody.record(session, "notice.leave_out", f"N{notice.id}", reason=f"I{item.id}")
        session.flush()
        if not notices.notice_links(session, notice.id):
            stop_batch(session, notices.load_batch(session, notice.batch_id), notice.made_at)
            custody.record(
                session,
                "notice.superseded",
                f"N{notice.id}",
                from_state=notice.state,
                to_state=NoticeState.SUPERSEDED,
                reason="nothing_left_to_notify",
            )
            notice.state = NoticeState.SUPERSEDED
            session.add(notice)


def stop_batch(session: Session, batch: Batch, now: datetime) -> None:
    """No further round goes out for a batch."""
    batch.is_open, batch.next_round_at = False, None
    batch.stopped_at = batch.stopped_at or now
    session.add(batch)


def queue_notify(session: Session, item: Item, now: datetime) -> None:
    """Has the item put into the batches of whoever answers for it."""
    work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", now)


def queue_rounds(session: Session, item: Item, now: datetime) -> None:
    """Wakes the batches of this item whose next round is due; called whenever a look at it was recorded."""
    for batch_id in notices.due_batches_of_item(session, item.id, now):
        work.schedule(session, WorkKind.NOTIFY, f"B{batch_id}", now)


def end_holds_at(until: datetime) -> datetime:
    """When notices that waited for a hold go on: just after its expiry."""
    return until + timedelta(microseconds=1)
