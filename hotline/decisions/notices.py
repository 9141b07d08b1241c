"""Approving, cancelling and answering notices: nothing goes out that nobody approved."""

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import require_approvable, set_notice_state, stop_batch
from hotline.consequences.inheriting import decided_state
from hotline.consequences.items import LATER, rank_of
from hotline.consequences.sending import next_round_of, save_sent
from hotline.decisions.desk import Desk
from hotline.errors import MoveError
from hotline.models import Item, Notice
from hotline.states import BY_PERSON, NoticeState, Outcome, State, WorkKind
from hotline.store import messages, notices, submissions

_CANCELLABLE = frozenset({NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.FAILED, NoticeState.SENT})
_STOPS = frozenset({Outcome.DECLINED, Outcome.NOT_OURS})


def approve(desk: Desk, notice_ids: list[int]) -> list[int]:
    """Approves notices and with them their repeats to the same contact for the same items or fewer; all or none."""
    with desk.writing("notice") as session:
        for number in notice_ids:
            _approve(session, desk, notices.load_notice(session, number))
    return notice_ids


def approve_all(desk: Desk, contact_id: int | None = None) -> list[int]:
    """Approves every draft, or every one to a contact. Raises UnknownIdError."""
    with desk.writing("notice") as session:
        if contact_id is not None:
            notices.load_contact(session, contact_id)
        drafts = notices.in_state(session, NoticeState.DRAFT)
        chosen = [one for one in drafts if contact_id is None or one.contact_id == contact_id]
        for notice in chosen:
            _approve(session, desk, notice)
        return [notice.id for notice in chosen]


def mark_sent(desk: Desk, notice_id: int, reference: str, sheet: bytes | None = None) -> int:
    """Records that a person sent an approved notice by hand, the reference under which the other side keeps it, and
    what was copied into its form."""
    with desk.writing("notice") as session:
        notice = notices.load_notice(session, notice_id)
        if notice.state in (NoticeState.APPROVED, NoticeState.FAILED):
            work.cancel(session, WorkKind.SEND, f"N{notice_id}")
            next_at = next_round_of(session, notice, desk.now, desk.settings.notices)
            notice.raw = notice.raw or sheet
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
    require_approvable(session, notice, batch)
    batch.is_open, batch.approved_by, batch.approved_at, batch.stopped_at = False, desk.actor, desk.now, None
    session.add(batch)
    notice.failures, notice.problem = 0, None
    for report in submissions.of_notice(session, notice.id):
        if report.taken_at is None:
            report.begun_at, report.problem = None, None
            session.add(report)
    set_notice_state(session, notice, NoticeState.APPROVED)
    ranks = [rank_of(session, item.id) for item in notices.items_of_notice(session, notice.id)]
    work.schedule(session, WorkKind.SEND, f"N{notice.id}", desk.now, rank=min(ranks, default=LATER))


def _fall_back(session: Session, item: Item) -> None:
    """An item all of whose notices are cancelled is no longer noticed."""
    if item.state != State.NOTICED:
        return
    others = notices.notices_of_item(session, item.id)
    if all(notice.state in (NoticeState.CANCELLED, NoticeState.SUPERSEDED) for notice in others):
        decided = decided_state(session, item) or State.ILLEGAL
        custody.move(session, item, decided, BY_PERSON, action="item.notices_cancelled")
