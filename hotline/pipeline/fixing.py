"""Sending: a notice is written once, its bytes are fixed before the first of them leaves, and what became of it is
saved. Hands nothing over itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from hotline import custody, notify, work
from hotline.consequences.batches import add_notice, leave_notice, set_notice_state, supersede
from hotline.consequences.bouncing import is_mailbox_bad, save_bounce
from hotline.consequences.naming import names_somebody
from hotline.consequences.sending import next_round_of, save_sent
from hotline.consequences.takedown import end_holds_at, queue_notify
from hotline.errors import DeliveryError
from hotline.models import Batch, BatchItem, Contact, Item, Notice, NoticeItem, Submission
from hotline.pipeline.noticing import eligible
from hotline.pipeline.station import Station
from hotline.records.ids import read_number
from hotline.settings import NoticeSettings
from hotline.states import Channel, ContactState, NoticeState, WorkKind
from hotline.store import contacts, items, notices, submissions, texts

if TYPE_CHECKING:
    from hotline.pipeline.writing import Written

NAMES = (
    "how one gets to {item} holds a word of who reported or was harmed: hotline reach {item} -, without it; then "
    "approve the notice again"
)
SHEET_AGAIN = timedelta(hours=1)
"""How often a form that a person has not filled in yet is written anew: what it lacks may have been found out."""


@dataclass(frozen=True)
class OutgoingReport:
    """One report to an abuse API. `begun_at` without `reference`: nobody knows whether it was taken."""

    key: str
    raw: bytes
    begun_at: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """A notice as it stands in the database, ready for the wire."""

    notice_id: int
    raw: bytes
    recipient: str
    channel: Channel
    token: str | None = None
    reports: tuple[OutgoingReport, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """What became of a notice: the numbers under which the other side keeps it, and what it refused for good by the key
    of the report, with its words."""

    references: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def fix_for_sending(session: Session, station: Station, notice: Notice, now: datetime) -> Outgoing | None:
    """Brings a notice to `sending` with its bytes stored; None when it is not to leave.

    A notice that is already `sending`, or failed and was approved again, keeps its bytes and its recipient; when
    what it says no longer holds, another takes its place.
    """
    contact = notices.load_contact(session, notice.contact_id)
    batch = notices.load_batch(session, notice.batch_id)
    if notice.state not in (NoticeState.APPROVED, NoticeState.SENDING):
        return None
    if not _may_be_told(session, notice, contact):
        return None
    if batch.stopped_at is not None and notice.round > 1:
        supersede(session, notice, "repeats_were_stopped", now)
        return None
    if notice.raw is not None and _replaced(session, station, notice, batch, now):
        return None
    if notice.raw is None and not _render(session, station, notice, now):
        return None
    if notice.state == NoticeState.APPROVED:
        notice.sending_at = now
        set_notice_state(session, notice, NoticeState.SENDING)
    return _outgoing(session, notice, contact)


def _may_be_told(session: Session, notice: Notice, contact: Contact) -> bool:
    """Fails a notice to whom nothing may be sent."""
    if contacts.is_avoided(session, contact.address):
        _fail(session, notice, "do_not_contact", "nothing is sent to this contact, see hotline contact avoided")
    elif contact.state != ContactState.APPROVED:
        _fail(session, notice, "contact_not_approved", "the contact is not approved")
    return notice.state != NoticeState.FAILED


def _outgoing(session: Session, notice: Notice, contact: Contact) -> Outgoing:
    raw = notice.raw or b""
    rows = submissions.of_notice(session, notice.id)
    reports = (OutgoingReport(row.key, raw.splitlines()[row.number], row.begun_at, row.reference) for row in rows)
    token = notices.token_of(session, notice.id)
    recipient, channel = notice.recipient or contact.address, Channel(contact.channel)
    return Outgoing(notice.id, raw, recipient, channel, token, tuple(reports))


def waits_for_form(session: Session, station: Station, notice: Notice, now: datetime) -> datetime | None:
    """Writes a sheet, which a person takes to a form, and notes what the form asks for and nobody recorded. Returns
    when it is written anew; None for what goes by itself, or cannot go."""
    contact = notices.load_contact(session, notice.contact_id)
    if contact.channel != Channel.SHEET or notice.state != NoticeState.APPROVED:
        return None
    if not _may_be_told(session, notice, contact):
        return None
    known = notice.problem, notices.token_of(session, notice.id)
    written = _written(session, station, notice, now)
    if written is None:
        return None
    found = "; ".join(written.missing) or None, notices.token_of(session, notice.id)
    if found != known:
        notice.problem = found[0]
        session.add(notice)
        custody.record(session, "notice.form", f"N{notice.id}")
    return now + SHEET_AGAIN


def _replaced(session: Session, station: Station, notice: Notice, batch: Batch, now: datetime) -> bool:
    """Supersedes a written notice that speaks of something no longer to be noticed, quotes what is checked no more, or
    names somebody as we know by now; the rest is drafted anew."""
    from hotline.pipeline import writing
    from notices.errors import NoticeError

    shown = notices.items_of_notice(session, notice.id)
    staying = eligible(session, shown, batch, notice.round, now)
    try:
        may_be_quoted = writing.may_still_be_quoted(session, station.home, notice, now)
    except NoticeError as error:
        _fail(session, notice, type(error).__name__, str(error))
        return True
    if len(staying) == len(shown) and may_be_quoted and not _naming(session, station, shown):
        return False
    for item in shown:
        leave_notice(session, notice, item.id)
    supersede(session, notice, "changed_since_written", now)
    for item in staying:
        queue_notify(session, item, now)
    if staying and notice.round > 1:
        work.schedule(session, WorkKind.NOTIFY, f"B{batch.id}", now)
    return True


def _render(session: Session, station: Station, notice: Notice, now: datetime) -> bool:
    written = _written(session, station, notice, now)
    if written is None:
        return False
    notice.raw, notice.message_id, notice.recipient = written.raw, written.message_id, written.recipient
    session.add_all(
        Submission(notice_id=notice.id, number=number, key=one.key, items=" ".join(one.items))
        for number, one in enumerate(written.reports)
    )
    session.flush()
    return True


def _written(session: Session, station: Station, notice: Notice, now: datetime) -> "Written | None":
    """The notice about what still belongs into it; None where nothing does, or where a person must act first."""
    from hotline.pipeline import writing  # jinja2 and babel cost a quarter of a second, needed only to write
    from notices.errors import NoticeError

    _drop_ineligible(session, notice, now)
    if not notices.notice_links(session, notice.id):
        supersede(session, notice, "nothing_left_to_notify", now)
        return None
    for item in _naming(session, station, notices.items_of_notice(session, notice.id)):
        _fail(session, notice, "names_somebody", NAMES.format(item=f"I{item.id}"))
        return None
    if station.settings.mail.plus_addresses:
        notices.ensure_token(session, notice.id)
    try:
        return writing.write(session, station.home, notice, now, is_final=True)
    except NoticeError as error:
        _fail(session, notice, type(error).__name__, str(error))
        return None


def _naming(session: Session, station: Station, shown: list[Item]) -> list[Item]:
    """The items whose steps name who reported or was harmed: a later report may have told us who that is."""
    steps = {item.id: texts.access_steps(session, item.id) for item in shown}
    return [item for item in shown if names_somebody(session, station.home, item, steps[item.id] or "")]


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
    """The other side did not take it. Returns when to try again with the same bytes; None when a person must act."""
    if is_mailbox_bad(error.code):
        save_bounce(session, notice, error.code, now)
        return None
    notice.failures += 1
    notice.problem = str(error) if notices.is_by_api(session, notice) else error.reason
    again_at = notify.retry_at(notice.failures, now) if error.may_retry else None
    if again_at is None:
        set_notice_state(session, notice, NoticeState.FAILED, error.reason)
        return None
    session.add(notice)
    custody.record(session, "notice.retry", f"N{notice.id}", reason=error.reason)
    return max(again_at, now + timedelta(seconds=getattr(error, "retry_after_s", None) or 0))


def save_delivered(
    session: Session, notice: Notice, delivered: Delivered, now: datetime, policy: NoticeSettings
) -> None:
    """The notice is out. What an API refused of it is put before a person as a notice of its own."""
    for key, problem in delivered.refused.items():
        _set_apart(session, notice, submissions.by_key(session, key), problem, now)
    if delivered.references:
        notice.reference = ", ".join(delivered.references)
    save_sent(session, notice, now, next_round_of(session, notice, now, policy))


def _set_apart(session: Session, notice: Notice, refused: Submission, problem: str, now: datetime) -> None:
    """The items of a refused report leave the notice. Told for the first time they stand in one that failed; later they
    are still in the batch, and asked for in its next round."""
    numbers = [read_number(text, "I") for text in refused.items.split()]
    for number in numbers:
        leave_notice(session, notice, number)
    if notice.round > 1:
        return
    old = notices.load_batch(session, notice.batch_id)
    batch = Batch(
        contact_id=old.contact_id, kind=old.kind, ground=old.ground, is_open=False, made_at=now,
        approved_by=old.approved_by, approved_at=old.approved_at,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    apart = add_notice(session, batch, 1, NoticeState.FAILED, now)
    apart.problem = problem
    session.add(apart)
    session.add_all(BatchItem(batch_id=batch.id, item_id=number, added_at=now) for number in numbers)
    session.add_all(NoticeItem(notice_id=apart.id, item_id=number) for number in numbers)
    custody.record(session, "notice.set_apart", f"N{apart.id}", reason=f"N{notice.id}")
