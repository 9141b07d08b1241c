"""Rounds and sending: what still stands in a notice, and that it leaves once, with one identity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody, notify, work
from hotline.consequences.batches import add_notice, leave_notice, set_notice_state, supersede
from hotline.consequences.bouncing import is_mailbox_bad, save_bounce
from hotline.consequences.items import rank_of
from hotline.consequences.removal import history_of, state_shown
from hotline.consequences.takedown import end_holds_at, queue_notify
from hotline.errors import DeliveryError
from hotline.models import Batch, Contact, Item, Notice, NoticeItem
from hotline.pipeline.drafting import kind_and_ground
from hotline.pipeline.station import Station
from hotline.pipeline.timing import is_looked_at, is_traced
from hotline.states import TO_TAKE_DOWN, Channel, ContactRole, ContactState, NoticeKind, NoticeState, State, WorkKind
from hotline.store import contacts, families, items, notices, rules, texts


@dataclass(frozen=True)
class Outgoing:
    """A notice as it stands in the database, ready for the wire."""

    notice_id: int
    raw: bytes
    recipient: str
    channel: Channel
    token: str | None = None


def make_next_round(session: Session, station: Station, batch: Batch, now: datetime) -> None:
    """Adds the next round of a batch for what is still online, unless a look that is due could still tell otherwise."""
    if batch.stopped_at is not None or batch.next_round_at is None or batch.next_round_at > now:
        return
    if notices.load_contact(session, batch.contact_id).state == ContactState.PROPOSED:
        return  # its mailbox bounced; the round goes when a person approved it again
    rounds = notices.notices_of_batch(session, batch.id)
    if rounds[-1].state not in (NoticeState.SENT, NoticeState.SUPERSEDED):
        return
    held = notices.items_of_batch(session, batch.id)
    if any(is_looked_at(session, item, now) or is_traced(session, item, now) for item in held):
        return
    kind, round_ = NoticeKind(batch.kind), rounds[-1].round + 1
    if not notify.has_round(_role(session, batch), kind, round_):
        batch.next_round_at = None
        session.add(batch)
        return
    due = eligible(session, held, batch, round_, now)
    if not due:
        return
    asks_person = notify.needs_person(kind, round_, station.settings.notices) or _says_more(session, rounds, due)
    notice = add_notice(session, batch, round_, NoticeState.DRAFT if asks_person else NoticeState.APPROVED, now)
    session.add_all(NoticeItem(notice_id=notice.id, item_id=item.id) for item in due)
    batch.next_round_at = None
    session.add(batch)
    if not asks_person:
        rank = min(rank_of(session, item.id) for item in due)
        work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank)


def eligible(session: Session, candidates: Iterable[Item], batch: Batch, round_: int, now: datetime) -> list[Item]:
    """The items that still belong into a round of a batch.

    To be taken down for what the batch is about, not held, not a genuine account, not known to be gone; search engines
    are also asked about what is gone. A correction speaks of what it was written for.
    """
    if batch.kind == NoticeKind.CORRECTION:
        return list(candidates)
    role, told_at = _role(session, batch), notices.newest_sent_at(session, batch.id)
    return [
        item
        for item in candidates
        if notify.is_told(role, NoticeKind(batch.kind), is_platforms=item.platform is not None)
        and _is_to_tell(session, item, role)
        and not families.is_spared(session, item)
        and kind_and_ground(session, item) == (batch.kind, batch.ground)
        and items.open_hold(session, item.id, now) is None
        and notify.may_send(history_of(session, item), round_, role, told_at=told_at)
    ]


def _says_more(session: Session, rounds: Iterable[Notice], due: Iterable[Item]) -> bool:
    """Whether a round would say what nobody has approved: steps that a person wrote after the approval."""
    return texts.has_newer_steps(session, [item.id for item in due], [one.id for one in rounds])


def _role(session: Session, batch: Batch) -> ContactRole:
    return ContactRole(notices.load_contact(session, batch.contact_id).role)


def _is_to_tell(session: Session, item: Item, role: ContactRole) -> bool:
    shown = state_shown(session, item)
    return shown in TO_TAKE_DOWN or (role is ContactRole.SEARCH_ENGINE and shown is State.REMOVED)


def approve_by_rule(session: Session, station: Station, notice: Notice, now: datetime) -> datetime | None:
    """Approves a first draft that a rule of two people covers. Returns until when it still takes in addresses."""
    rule = rules.standing(session, notice.contact_id, notice.kind) if notice.state == NoticeState.DRAFT else None
    if rule is None or rule.approved_at is None or notice.round > 1:
        return None
    if notices.load_contact(session, notice.contact_id).state != ContactState.APPROVED:
        return None
    batch = notices.load_batch(session, notice.batch_id)
    closes_at = batch.made_at + timedelta(hours=station.settings.notices.group_h)
    if closes_at > now:
        return closes_at
    batch.is_open, batch.approved_by, batch.approved_at = False, rule.approved_by, now
    session.add(batch)
    set_notice_state(session, notice, NoticeState.APPROVED, f"by rule G{rule.id}")
    return None


def fix_for_sending(session: Session, station: Station, notice: Notice, now: datetime) -> Outgoing | None:
    """Brings a notice to `sending` with its bytes stored; None when it is not to leave.

    A notice that is already `sending`, or failed and was approved again, keeps its bytes and its recipient; when
    what it says no longer holds, another takes its place.
    """
    contact = notices.load_contact(session, notice.contact_id)
    batch = notices.load_batch(session, notice.batch_id)
    if notice.state not in (NoticeState.APPROVED, NoticeState.SENDING):
        return None
    if contacts.is_avoided(session, contact.address):
        _fail(session, notice, "do_not_contact", "nothing is sent to this contact, see hotline contact avoided")
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
    token = notices.token_of(session, notice.id)
    return Outgoing(notice.id, notice.raw or b"", notice.recipient or contact.address, Channel(contact.channel), token)


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
    token = notices.ensure_token(session, notice.id) if station.settings.mail.plus_addresses else None
    try:
        mail = wording.mail_of(session, station.home, notice, contact, now, token)
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
    if is_mailbox_bad(error.code):
        save_bounce(session, notice, error.code, now)
        return None
    notice.failures += 1
    notice.problem = error.reason
    again_at = notify.retry_at(notice.failures, now) if error.may_retry else None
    if again_at is None:
        set_notice_state(session, notice, NoticeState.FAILED, error.reason)
    else:
        session.add(notice)
        custody.record(session, "notice.retry", f"N{notice.id}", reason=error.reason)
    return again_at
