"""Approving, cancelling and answering notices: nothing goes out that nobody approved."""

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import set_notice_state, stop_batch
from hotline.consequences.inheriting import decided_state
from hotline.consequences.items import LATER, rank_of
from hotline.consequences.sending import next_round_of, save_sent
from hotline.decisions.desk import Desk
from hotline.errors import MoveError
from hotline.models import Batch, Item, Notice
from hotline.states import BY_PERSON, NoticeState, Outcome, State, WorkKind
from hotline.store import messages, notices

_APPROVABLE = frozenset({NoticeState.DRAFT, NoticeState.FAILED})
_CANCELLABLE = frozenset({NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.FAILED, NoticeState.SENT})
_STOPS = frozenset({Outcome.DECLINED, Outcome.NOT_OURS})


def approve(desk: Desk, notice_ids: list[int]) -> list[int]:
    """Approves notices and with them their repeats to the same contact for the same items or fewer; all or none."""
    with desk.writing("notice") as session:
        for number in notice_ids:
            _approve(session, desk, notices.load_notice(session, number))
    return notice_ids


def approve_all(desk: Desk) -> list[int]:
    """Approves every draft."""
    with desk.writing("notice") as session:
        drafts = notices.in_state(session, NoticeState.DRAFT)
        for notice in drafts:
            _approve(session, desk, notice)
        return [notice.id for notice in drafts]


def mark_sent(desk: Desk, notice_id: int, reference: str) -> int:
    """Records that a person sent an approved notice by hand, and the reference under which the other side keeps it."""
    with desk.writing("notice") as session:
        notice = notices.load_notice(session, notice_id)
        if notice.state in (NoticeState.APPROVED, NoticeState.FAILED):
            work.cancel(session, WorkKind.SEND, f"N{notice_id}")
            next_at = next_round_of(session, notice, desk.now, desk.settings.notices)
            save_sent(session, notice, desk.now, next_at, reason="by_hand")
        elif notice.state != NoticeState.SENT:
            raise MoveError(f"N{notice_id} is {notice.state}; approve it first: hotline notice approve N{notice_id}")
        notice.reference = reference
        session.add(notice)
        custody.record(session, "notice.reference", f"N{notice_id}", text=reference)
        return notice_id


def outcome(desk: Desk, notice_id: int, answer: Outcome) -> int:
    """Records what the contact answered. `removed` is looked at before it is believed; a refusal stops repeats."""
    with desk.writing("notice") as session:
        notice = notices.load_notice(session, notice_id)
        if notice.state != NoticeState.SENT:
            raise MoveError(f"N{notice_id} is {notice.state}; an answer belongs to a notice that was sent")
        notice.outcome, notice.outcome_at = answer, desk.now
        session.add(notice)
        custody.record(session, "notice.outcome", f"N{notice_id}", reason=answer)
        _settle_rounds(session, desk, notice, answer)
        for message in messages.unhandled_of(session, notice_id):
            message.handled_at, message.handled_by = desk.now, desk.actor
            session.add(message)
        if answer is Outcome.REMOVED:
            for item in notices.items_of_notice(session, notice_id):
                work.schedule(session, WorkKind.RECHECK, f"I{item.id}", desk.now, host=item.host)
        return notice_id


def _settle_rounds(session: Session, desk: Desk, notice: Notice, answer: Outcome) -> None:
    """A refusal ends the rounds; a question makes them wait; any other answer after it lets them go on."""
    batch = notices.load_batch(session, notice.batch_id)
    if answer in _STOPS:
        stop_batch(session, batch, desk.now)
    elif answer is Outcome.ASKS_MORE:
        batch.next_round_at = None
    elif batch.stopped_at is None and notices.is_newest(session, notice):
        due_at = next_round_of(session, notice, desk.now, desk.settings.notices)
        batch.next_round_at = min(batch.next_round_at or due_at, due_at)
    session.add(batch)


def cancel(desk: Desk, notice_id: int) -> int:
    """Cancels a notice and every repeat of it. Bytes that left cannot be called back."""
    with desk.writing("notice") as session:
        notice = notices.load_notice(session, notice_id)
        if notice.state not in _CANCELLABLE:
            raise MoveError(f"N{notice_id} is {notice.state} and cannot be cancelled")
        work.cancel(session, WorkKind.SEND, f"N{notice_id}")
        set_notice_state(session, notice, NoticeState.CANCELLED)
        stop_batch(session, notices.load_batch(session, notice.batch_id), desk.now)
        for item in notices.items_of_notice(session, notice_id):
            _fall_back(session, item)
        return notice_id


def _approve(session: Session, desk: Desk, notice: Notice) -> None:
    batch = notices.load_batch(session, notice.batch_id)
    if notice.state not in _APPROVABLE and not _may_go_after_all(session, notice, batch):
        raise MoveError(f"N{notice.id} is {notice.state}; only a draft or a failed notice can be approved")
    batch.is_open, batch.approved_by, batch.approved_at, batch.stopped_at = False, desk.actor, desk.now, None
    session.add(batch)
    notice.failures = 0
    set_notice_state(session, notice, NoticeState.APPROVED)
    ranks = [rank_of(session, item.id) for item in notices.items_of_notice(session, notice.id)]
    work.schedule(session, WorkKind.SEND, f"N{notice.id}", desk.now, rank=min(ranks, default=LATER))


def _may_go_after_all(session: Session, notice: Notice, batch: Batch) -> bool:
    """A notice cancelled before it left, whose items stand in no other batch instead."""
    if notice.state != NoticeState.CANCELLED or notice.sent_at is not None:
        return False
    held = {item.id for item in notices.items_of_batch(session, batch.id)}
    return all(item.id in held for item in notices.items_of_notice(session, notice.id))


def _fall_back(session: Session, item: Item) -> None:
    """An item all of whose notices are cancelled is no longer noticed."""
    if item.state != State.NOTICED:
        return
    others = notices.notices_of_item(session, item.id)
    if all(notice.state in (NoticeState.CANCELLED, NoticeState.SUPERSEDED) for notice in others):
        decided = decided_state(session, item) or State.ILLEGAL
        custody.move(session, item, decided, BY_PERSON, action="item.notices_cancelled")
