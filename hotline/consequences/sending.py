"""What follows from a notice that is out, by mail or by a person's hand in a form."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import set_notice_state
from hotline.consequences.items import rank_of
from hotline.consequences.removal import state_shown
from hotline.consequences.takedown import queue_notify
from hotline.models import Notice
from hotline.notify import next_round_at, roles_later
from hotline.settings import NoticeSettings
from hotline.states import TO_TAKE_DOWN, NoticeKind, NoticeState, State, WorkKind
from hotline.store import contacts, notices


def next_round_of(session: Session, notice: Notice, sent_at: datetime, policy: NoticeSettings) -> datetime:
    """When the next round is due after a notice that went out at `sent_at`, by the terms of its contact."""
    own_h = contacts.requested_h(session, notice.contact_id)
    return next_round_at(NoticeKind(notice.kind), sent_at, policy, own_h)


def save_sent(session: Session, notice: Notice, now: datetime, next_at: datetime, *, reason: str | None = None) -> None:
    """The notice is out, its items are noticed, and the next round and recheck are due at `next_at`; a correction is
    only out."""
    notice.sent_at, notice.problem = now, None
    set_notice_state(session, notice, NoticeState.SENT, reason)
    if notice.kind == NoticeKind.CORRECTION:
        return
    batch = notices.load_batch(session, notice.batch_id)
    batch.next_round_at = next_at if batch.stopped_at is None else None
    session.add(batch)
    has_later = notices.has_approved_of(session, roles_later())
    for item in notices.items_of_notice(session, notice.id):
        if has_later and item.host_at is None:
            queue_notify(session, item, now)
        item.host_at = item.host_at or now
        session.add(item)
        if item.state in (State.ILLEGAL, State.HARMFUL):
            custody.move(session, item, State.NOTICED, action="item.noticed", reason=f"N{notice.id}")
        else:
            custody.record(session, "item.noticed", f"I{item.id}", reason=f"N{notice.id}")
        if state_shown(session, item) in TO_TAKE_DOWN:
            rank = rank_of(session, item.id)
            work.schedule(session, WorkKind.RECHECK, f"I{item.id}", next_at, rank=rank, host=item.host)
