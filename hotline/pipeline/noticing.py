"""Batches, rounds and sending: which notice exists, what stands in it, and that it leaves once, with one identity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import custody, notify, work
from hotline.consequences.batches import leave_notice, set_notice_state, supersede
from hotline.consequences.inheriting import is_illegal, state_of
from hotline.consequences.items import rank_of
from hotline.consequences.removal import history_of, state_shown
from hotline.consequences.takedown import end_holds_at, queue_notify
from hotline.errors import DeliveryError
from hotline.models import Batch, BatchItem, Contact, Item, Notice, NoticeItem
from hotline.pipeline.station import Station
from hotline.states import TO_TAKE_DOWN, Channel, ContactRole, ContactState, NoticeKind, NoticeState, WorkKind
from hotline.store import assessments, families, items, notices
from hotline.trace import answers_for


@dataclass(frozen=True)
class Outgoing:
    """A notice as it stands in the database, ready for the wire."""

    notice_id: int
    raw: bytes
    recipient: str
    channel: Channel


def put_into_batches(session: Session, item: Item, now: datetime) -> None:
    """Adds an item to the draft of every approved contact that answers for it and was not told yet."""
    if state_shown(session, item) not in TO_TAKE_DOWN or families.is_spared(session, item):
        return
    hold = items.open_hold(session, item.id, now)
    if hold is not None:
        work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", end_holds_at(hold.until))
        return
    kind, ground = kind_and_ground(session, item)
    if not notify.may_send(history_of(session, item), 1):
        return
    for contact in contacts_for(session, item, kind):
        if not notices.has_been_told(session, contact.id, item.id, kind, ground):
            _add_to_draft(session, contact, item, kind, ground, now)


def contacts_for(session: Session, item: Item, kind: NoticeKind) -> list[Contact]:
    """The approved contacts that answer for an item and get notices of this kind."""
    hosting = items.newest_hosting(session, item.id)
    ip = hosting.ip if hosting else None
    return [
        contact
        for contact in notices.approved_contacts(session)
        if notify.is_told(ContactRole(contact.role), kind, is_platforms=item.platform is not None)
        and answers_for(contact.answers_for, item.host, None if item.platform else ip)
    ]


def kind_and_ground(session: Session, item: Item) -> tuple[NoticeKind, str | None]:
    """The kind of notice for an item to take down; a page nobody assessed goes by the decision about its pictures."""
    decided = assessments.current_for(session, item)
    if decided is not None:
        return notify.kind_of(state_of(decided)), decided.ground
    pictures = [one for _, one in items.shown_on(session, item.id)]
    judged = [(one, assessments.current_for(session, one)) for one in pictures if one.state in TO_TAKE_DOWN]
    if any(decision is None or is_illegal(decision) for _, decision in judged):
        return NoticeKind.ILLEGAL, None
    return NoticeKind.HARMFUL, next((decision.ground for _, decision in judged if decision), None)


def _add_to_draft(
    session: Session, contact: Contact, item: Item, kind: NoticeKind, ground: str | None, now: datetime
) -> None:
    batch = notices.open_batch(session, contact.id, kind, ground)
    notice = notices.notices_of_batch(session, batch.id)[-1] if batch is not None else None
    if batch is None or notice is None:
        batch = Batch(contact_id=contact.id, kind=kind, ground=ground, made_at=now)
        session.add(batch)
        session.flush()
        notice = _add_notice(session, batch, 1, NoticeState.DRAFT, now)
    session.add(BatchItem(batch_id=batch.id, item_id=item.id, added_at=now))
    session.add(NoticeItem(notice_id=notice.id, item_id=item.id))
    custody.record(session, "notice.take_in", f"N{notice.id}", reason=f"I{item.id}")
    session.flush()


def _add_notice(session: Session, batch: Batch, round_: int, state: NoticeState, now: datetime) -> Notice:
    notice = Notice(
        batch_id=batch.id, contact_id=batch.contact_id, kind=batch.kind, round=round_, state=state, made_at=now
    )
    session.add(notice)
    session.flush()
    custody.record(session, "notice.add", f"N{notice.id}", to_state=state, reason=f"round {round_}")
    return notice


def make_next_round(session: Session, station: Station, batch: Batch, now: datetime) -> None:
    """Adds the next round of a batch for what is still online, unless a look that is due could still tell otherwise."""
    if batch.stopped_at is not None or batch.next_round_at is None or batch.next_round_at > now:
        return
    rounds = notices.notices_of_batch(session, batch.id)
    if rounds[-1].state not in (NoticeState.SENT, NoticeState.SUPERSEDED):
        return
    held = notices.items_of_batch(session, batch.id)
    if any(_is_looked_at(session, item, now) or _is_traced(session, item, now) for item in held):
        return
    round_ = rounds[-1].round + 1
    due = eligible(session, held, batch, round_, now)
    if not due:
        return
    kind = NoticeKind(batch.kind)
    asks_person = notify.needs_person(kind, round_, station.settings.notices)
    notice = _add_notice(session, batch, round_, NoticeState.DRAFT if asks_person else NoticeState.APPROVED, now)
    session.add_all(NoticeItem(notice_id=notice.id, item_id=item.id) for item in due)
    batch.next_round_at = None
    session.add(batch)
    if not asks_person:
        rank = min(rank_of(session, item.id) for item in due)
        work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank)


def eligible(session: Session, candidates: Iterable[Item], batch: Batch, round_: int, now: datetime) -> list[Item]:
    """The items that still belong into a round of a batch.

    To be taken down for what the batch is about, not held, not a genuine account, not known to be gone.
    """
    role = ContactRole(notices.load_contact(session, batch.contact_id).role)
    return [
        item
        for item in candidates
        if notify.is_told(role, NoticeKind(batch.kind), is_platforms=item.platform is not None)
        and state_shown(session, item) in TO_TAKE_DOWN
        and not families.is_spared(session, item)
        and kind_and_ground(session, item) == (batch.kind, batch.ground)
        and items.open_hold(session, item.id, now) is None
        and notify.may_send(history_of(session, item), round_, role)
    ]


def fix_for_sending(session: Session, station: Station, notice: Notice, now: datetime) -> Outgoing | None:
    """Brings a notice to `sending` with its bytes stored; None when it is not to leave.

    A notice that is already `sending`, or failed and was approved again, keeps its bytes and its recipient; when
    what it says no longer holds, another takes its place.
    """
    contact = notices.load_contact(session, notice.contact_id)
    batch = notices.load_batch(session, notice.batch_id)
    if notice.state not in (NoticeState.APPROVED, NoticeState.SENDING):
        return None
    if contact.state != ContactState.APPROVED:
        _fail(session, notice, "contact_not_approved", "the contact is not approved")
        return None
    if batch.stopped_at is not None and notice.round > 1:
        supersede(session, notice, "repeats_were_stopped", now)
        return None
    if notice.raw is not None and _replaced(session, notice, batch, now):
        return None
    if notice.raw is None and not _render(session, station, notice, contact, now):
        return None
    if notice.state == NoticeState.APPROVED:
        notice.sending_at = now
        set_notice_state(session, notice, NoticeState.SENDING)
    return Outgoing(notice.id, notice.raw or b"", notice.recipient or contact.address, Channel(contact.channel))


def held_until(session: Session, notice: Notice, now: datetime) -> datetime | None:
    """When a notice whose bytes are fixed may go on, because an item in it was put on hold meanwhile."""
    shown = notices.items_of_notice(session, notice.id) if notice.raw is not None else []
    holds = [hold for item in shown if (hold := items.open_hold(session, item.id, now)) is not None]
    return end_holds_at(max(hold.until for hold in holds)) if holds else None


def due_looks(session: Session, notice: Notice, now: datetime) -> list[Item]:
    """The items of a repeat, or of a notice written before, that are about to be looked at: it waits for what is seen.

    A first round not written yet goes out on the approval just given, and waits only to hear whether the host moved.
    """
    shown = notices.items_of_notice(session, notice.id)
    is_new = notice.round == 1 and notice.raw is None
    return [
        item for item in shown if _is_traced(session, item, now) or (not is_new and _is_looked_at(session, item, now))
    ]


def _is_looked_at(session: Session, item: Item, now: datetime) -> bool:
    return work.is_due(session, WorkKind.RECHECK, f"I{item.id}", now)


def _is_traced(session: Session, item: Item, now: datetime) -> bool:
    return work.is_due(session, WorkKind.TRACE, f"I{item.id}", now)


def wake_after_look(session: Session, item: Item, now: datetime) -> None:
    """Makes the notices due that waited for this look; one whose delivery failed keeps the date of its next try."""
    for notice in notices.unsent_with(session, item.id, (NoticeState.APPROVED, NoticeState.SENDING)):
        if notice.failures == 0:
            work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank_of(session, item.id))


def _replaced(session: Session, notice: Notice, batch: Batch, now: datetime) -> bool:
    """Supersedes a written notice that speaks of something no longer to be noticed; the rest is drafted anew."""
    shown = notices.items_of_notice(session, notice.id)
    staying = eligible(session, shown, batch, notice.round, now)
    if len(staying) == len(shown):
        return False
    for item in shown:
        leave_notice(session, notice, item.id)
    supersede(session, notice, "changed_since_written", now)
    for item in staying:
        queue_notify(session, item, now)
    return True


def _render(session: Session, station: Station, notice: Notice, contact: Contact, now: datetime) -> bool:
    from hotline.pipeline import wording  # jinja2 and babel cost a quarter of a second, needed only to write
    from notices.errors import NoticeError

    _drop_ineligible(session, notice, now)
    if not notices.notice_links(session, notice.id):
        supersede(session, notice, "nothing_left_to_notify", now)
        return False
    try:
        mail = wording.mail_of(session, station.home, notice, contact, now)
    except NoticeError as error:
        _fail(session, notice, type(error).__name__, str(error))
        return False
    notice.raw, notice.message_id, notice.recipient = mail.raw, mail.message_id, mail.recipient
    return True


def _drop_ineligible(session: Session, notice: Notice, now: datetime) -> None:
    batch = notices.load_batch(session, notice.batch_id)
    shown = notices.items_of_notice(session, notice.id)
    staying = {item.id for item in eligible(session, shown, batch, notice.round, now)}
    for item in shown:
        if item.id not in staying:
            leave_notice(session, notice, item.id)
            hold = items.open_hold(session, item.id, now)
            if hold is not None:
                work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", end_holds_at(hold.until))


def _fail(session: Session, notice: Notice, reason: str, problem: str) -> None:
    notice.problem = problem
    set_notice_state(session, notice, NoticeState.FAILED, reason)


def save_failure(session: Session, notice: Notice, error: DeliveryError, now: datetime) -> datetime | None:
    """The server did not take it. Returns when to try again with the same bytes; None when a person must act."""
    notice.failures += 1
    notice.problem = error.reason
    again_at = notify.retry_at(notice.failures, now) if error.may_retry else None
    if again_at is None:
        set_notice_state(session, notice, NoticeState.FAILED, error.reason)
    else:
        session.add(notice)
        custody.record(session, "notice.retry", f"N{notice.id}", reason=error.reason)
    return again_at
