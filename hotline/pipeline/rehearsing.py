"""What approving notices would do, said without doing any of it: to whom each goes, without what, and what keeps
it from leaving."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hotline import db, notify
from hotline.consequences.batches import require_approvable
from hotline.consequences.removal import history_of, state_shown
from hotline.errors import HotlineError
from hotline.home import Home
from hotline.models import Batch, Contact, Item, Notice
from hotline.pipeline import noticing, timing, wording, writing
from hotline.states import TO_TAKE_DOWN, ContactRole, ContactState, NoticeState
from hotline.store import families, items, law, notices
from notices.errors import NoticeError
from notices.facts import NoticeFacts


@dataclass(frozen=True)
class Rehearsal:
    """A notice as approving it now would send it; `problems` keep it from leaving at all, `waits` for a while.

    `to` is the contact's mailbox, `recipient` where it goes: in test mode the test address. `addresses` counts those
    that would stand in it; `left_out` says which would not, and why.
    """

    id: str
    contact: str
    channel: str
    to: str
    recipient: str | None
    subject: str | None
    round: int
    addresses: int
    attachments: tuple[str, ...]
    goes_without: tuple[str, ...]
    left_out: tuple[str, ...]
    waits: tuple[str, ...]
    leaves_after: datetime | None
    problems: tuple[str, ...]


def rehearse(home: Home, notice_ids: Iterable[int], now: datetime) -> list[Rehearsal]:
    """What approving these notices now would do; changes nothing. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        return [_rehearse(session, home, notices.load_notice(session, number), now) for number in notice_ids]


def drafts(home: Home, contact_id: int | None = None) -> list[int]:
    """The drafts there are, of one contact where it is named. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        if contact_id is not None:
            notices.load_contact(session, contact_id)
        found = notices.in_state(session, NoticeState.DRAFT)
        return [one.id for one in found if contact_id is None or one.contact_id == contact_id]


def _rehearse(session: Session, home: Home, notice: Notice, now: datetime) -> Rehearsal:
    contact, batch = notices.load_contact(session, notice.contact_id), notices.load_batch(session, notice.batch_id)
    shown = notices.items_of_notice(session, notice.id)
    staying = noticing.eligible(session, shown, batch, notice.round, now)
    facts = wording.facts_of(session, home, notice, contact, now)
    at_hand = writing.Desk(session, home, contact, staying, now, is_final=False)
    written, refused = _written(notice, facts, at_hand)
    waits = list(timing.waits_of(session, home.settings, notice, now))
    looks = timing.due_looks(session, notice, now, home.settings.notices)
    left = [item for item in shown if item not in staying]
    return Rehearsal(
        id=f"N{notice.id}",
        contact=f"K{contact.id}",
        channel=contact.channel,
        to=contact.address,
        recipient=written.recipient if written is not None else None,
        subject=written.subject if written is not None else None,
        round=notice.round,
        addresses=len(staying),
        attachments=written.attachments if written is not None else (),
        goes_without=tuple(_lacks(session, home, facts)),
        left_out=tuple(f"I{item.id}: {_why_left_out(session, item, batch, contact, now)}" for item in left),
        waits=(*(one.why for one in waits), *_looks(item for item in looks if item in staying)),
        leaves_after=max((one.until for one in waits), default=None),
        problems=tuple(_problems(session, notice, batch, contact, staying, left, refused)),
    )


def _written(notice: Notice, facts: NoticeFacts, at_hand: writing.Desk) -> tuple[writing.Written | None, str | None]:
    """The notice about what would stay in it, or why it cannot be written."""
    names = {f"I{item.id}" for item in at_hand.items}
    try:
        if notice.raw is not None:
            return writing.read_back(notice, at_hand.contact), None
        if not names:
            return None, None
        staying = tuple(one for one in facts.addresses if one.item in names)
        return writing.write_facts(replace(facts, addresses=staying), at_hand), None
    except NoticeError as error:
        return None, str(error)


def _problems(
    session: Session,
    notice: Notice,
    batch: Batch,
    contact: Contact,
    staying: list[Item],
    left: list[Item],
    refused: str | None,
) -> Iterator[str]:
    try:
        require_approvable(session, notice, batch)
    except HotlineError as error:
        yield str(error)
    if contact.state != ContactState.APPROVED:
        yield f"K{contact.id} is {contact.state}; first: hotline contact approve K{contact.id}"
    if not staying:
        yield "nothing is left in it to notify"
    elif notice.raw is not None and left:
        yield "what it says has changed since it was written; another takes its place"
    if refused is not None:
        yield refused


def _lacks(session: Session, home: Home, facts: NoticeFacts) -> Iterator[str]:
    """What a notice goes without because nobody has checked it."""
    book = law.book_of(session, home.settings, facts.rendered_at)
    if facts.kind == "illegal":
        yield from (f"citation {one.entry.id} ({one.why})" for one in book.citations() if not one.is_usable)
    if facts.platform is not None and facts.platform_rule is None:
        yield f"the rule of {facts.platform} (nobody has confirmed it)"


def _why_left_out(session: Session, item: Item, batch: Batch, contact: Contact, now: datetime) -> str:
    hold = items.open_hold(session, item.id, now)
    if hold is not None:
        return f"on hold until {hold.until:%Y-%m-%d %H:%M} UTC"
    if families.is_spared(session, item):
        return "of an account that is never noticed"
    if state_shown(session, item) not in TO_TAKE_DOWN:
        return f"not to be taken down now ({state_shown(session, item).value})"
    if not notify.may_send(history_of(session, item), 1, ContactRole(contact.role)):
        return "gone by the newest look that could tell"
    return f"decided otherwise than this {batch.kind} notice says, or not seen online since the round before"


def _looks(due: Iterable[Item]) -> Iterator[str]:
    names = [f"I{item.id}" for item in due]
    if names:
        yield f"a look at {', '.join(names)} goes first"
