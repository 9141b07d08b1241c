"""Who stands in which notice. A batch holds an item only for a notice that is being prepared or has left."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.errors import MoveError
from hotline.models import Batch, BatchItem, Item, Notice
from hotline.states import NoticeState, WorkKind
from hotline.store import notices

_APPROVABLE = frozenset({NoticeState.DRAFT, NoticeState.FAILED})
UNSENT = (NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.FAILED)


def add_notice(session: Session, batch: Batch, round_: int, state: NoticeState, now: datetime) -> Notice:
    """Adds the notice of a round to a batch, with its line of custody."""
    notice = Notice(
        batch_id=batch.id, contact_id=batch.contact_id, kind=batch.kind, round=round_, state=state, made_at=now
    )
    session.add(notice)
    session.flush()
    custody.record(session, "notice.add", f"N{notice.id}", to_state=state, reason=f"round {round_}")
    return notice


def set_notice_state(session: Session, notice: Notice, state: NoticeState, reason: str | None = None) -> None:
    """Changes a notice's state with its line of custody."""
    custody.record(session, f"notice.{state}", f"N{notice.id}", from_state=notice.state, to_state=state, reason=reason)
    notice.state = state
    session.add(notice)


def require_approvable(session: Session, notice: Notice, batch: Batch) -> None:
    """Raises MoveError unless a person may approve the notice: a draft, a failed one, or one that may go after all."""
    if notice.state not in _APPROVABLE and not _may_go_after_all(session, notice, batch):
        raise MoveError(f"N{notice.id} is {notice.state}; only a draft or a failed notice can be approved")


def _may_go_after_all(session: Session, notice: Notice, batch: Batch) -> bool:
    """A notice cancelled before it left, whose items stand in no other batch instead."""
    if notice.state != NoticeState.CANCELLED or notice.sent_at is not None:
        return False
    held = {item.id for item in notices.items_of_batch(session, batch.id)}
    return all(item.id in held for item in notices.items_of_notice(session, notice.id))


def leave_notice(session: Session, notice: Notice, item_id: int) -> None:
    """Takes an item out of a notice that has not left. From a first round it leaves the batch, as nobody was told."""
    session.delete(notices.notice_link(session, notice.id, item_id))
    link = session.get(BatchItem, (notice.batch_id, item_id)) if notice.round == 1 else None
    if link is not None:
        session.delete(link)
    custody.record(session, "notice.leave_out", f"N{notice.id}", reason=f"I{item_id}")
    session.flush()


def supersede(session: Session, notice: Notice, reason: str, now: datetime) -> None:
    """Ends a notice that will not leave as it stands; a later round is due again when something is online again."""
    batch = notices.load_batch(session, notice.batch_id)
    if notice.round == 1:
        stop_batch(session, batch, now)
    elif batch.stopped_at is None:
        batch.next_round_at = now
        session.add(batch)
    work.cancel(session, WorkKind.SEND, f"N{notice.id}")
    set_notice_state(session, notice, NoticeState.SUPERSEDED, reason)


def withdraw_from_notices(session: Session, item: Item, now: datetime) -> None:
    """Takes an item out of every notice that has not left; what is empty then is superseded."""
    for notice in notices.unsent_with(session, item.id, UNSENT):
        leave_notice(session, notice, item.id)
        if not notices.notice_links(session, notice.id):
            supersede(session, notice, "nothing_left_to_notify", now)


def stop_batch(session: Session, batch: Batch, now: datetime) -> None:
    """No further round goes out for a batch, nor a later one that was being prepared."""
    batch.is_open, batch.next_round_at = False, None
    batch.stopped_at = batch.stopped_at or now
    session.add(batch)
    for notice in notices.notices_of_batch(session, batch.id):
        if notice.round > 1 and notice.state in UNSENT:
            work.cancel(session, WorkKind.SEND, f"N{notice.id}")
            set_notice_state(session, notice, NoticeState.SUPERSEDED, "repeats_were_stopped")


def leave_stopped_batches(session: Session, item: Item) -> None:
    """A return after the repeats were stopped is told anew, by a draft that waits for a person."""
    for batch in notices.batches_of_item(session, item.id):
        if batch.stopped_at is not None:
            session.delete(notices.batch_link(session, batch.id, item.id))
    session.flush()
