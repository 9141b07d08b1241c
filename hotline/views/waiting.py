"""What waits between a decision and its notice: items nobody answers for, proposals, drafts, failures, answers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlmodel import Session

from hotline.consequences.inheriting import OWN_DECISIONS
from hotline.models import Contact, Hosting, Item, Notice, NoticeItem
from hotline.notify import Standing, due_at, is_first, is_told
from hotline.records.looks import GUESSED
from hotline.settings import Settings
from hotline.states import (
    TO_TAKE_DOWN,
    ContactRole,
    ContactState,
    NoticeKind,
    NoticeState,
    Outcome,
    QueueKind,
    State,
    Verdict,
)
from hotline.store import contacts as contact_store
from hotline.store import documents, holds, queues, standings
from hotline.store import notices as notice_store
from hotline.views.book import Book
from hotline.views.lacking import Lacking
from hotline.views.shapes import counted, grouped, named, words
from hotline.views.waits import Wait

_WHAT_NEXT = {
    Outcome.DECLINED: "no round follows: complain inside the platform, decide on another ground (hotline assess "
    "--revise), add another contact or the partner hotline there (hotline contact add), or go to the police "
    "(hotline packet build)",
    Outcome.NOT_OURS: "no round follows: find who answers for it (hotline trace), then hotline contact add",
    Outcome.ASKS_MORE: "no round goes until they have it: hotline reach ITEM STEPS sends it in the next round; or "
    "answer them, and what they say next: hotline notice outcome",
}
_NEAREST = (ContactRole.OPERATOR, ContactRole.PLATFORM, ContactRole.HOST)
TO_ACT_ON = tuple(_WHAT_NEXT)


def contact_waits(session: Session, now: datetime) -> Iterator[Wait]:
    """A row for each item nobody answers for, and one for each proposed contact that would answer for some."""
    waiting = _untold(session, now)
    hostings = documents.newest_hostings(session, {item.id for item, _ in waiting})
    book, silent = Book(queues.load_standing_contacts(session)), _Silent.load(session)
    proposals: dict[int, list[Item]] = {}
    for item, kind in waiting:
        hosting = hostings[item.id]
        is_platforms = item.platform is not None
        ip, asn = (None, None) if is_platforms else (hosting.ip, hosting.asn)
        answering = book.contacts_for(item.host, ip, hosting.country, asn)
        fitting = [one for one in answering if _may_begin(one, kind, is_platforms=is_platforms)]
        reachable = [one for one in fitting if silent.can_hear(one, item)]
        if not reachable:
            yield _nobody(item, hosting, kind, [one for one in fitting if one.id in silent.sent_back])
        elif all(contact.state == ContactState.PROPOSED for contact in reachable):
            for contact in _named_first(reachable):
                proposals.setdefault(contact.id, []).append(item)
    for contact_id, items in proposals.items():
        yield _proposed(book.contacts[contact_id], items)


@dataclass(frozen=True)
class _Silent:
    """Who cannot be told: contacts whose mailbox is bad, and those whose notice about an item bounced."""

    sent_back: Collection[int]
    unreached: set[tuple[int, int]]

    @classmethod
    def load(cls, session: Session) -> Self:
        return cls(contact_store.sent_back(session), contact_store.unreached(session))

    def can_hear(self, contact: Contact, item: Item) -> bool:
        return contact.id not in self.sent_back and (contact.id, item.id) not in self.unreached


def _may_begin(contact: Contact, kind: NoticeKind, *, is_platforms: bool) -> bool:
    """A contact whose turn comes only later in the ladder is nobody to wait for now."""
    role = ContactRole(contact.role)
    return is_told(role, kind, is_platforms=is_platforms) and is_first(role, kind)


def turn_waits(session: Session, now: datetime) -> Iterator[Wait]:
    """A row for each proposed contact further up whose turn has come, as those who were told did nothing or could not
    be reached."""
    silent = _Silent.load(session)
    unreached = {item_id for _, item_id in silent.unreached}
    found = [one for one in queues.load_to_tell(session, now) if one[0].host_at is not None or one[0].id in unreached]
    kinds = _with_kinds(session, found)
    told = [item for item, kind in kinds if kind is NoticeKind.ILLEGAL and item.platform is None]
    hostings = documents.newest_hostings(session, {item.id for item in told})
    book = Book(queues.load_standing_contacts(session))
    proposals: dict[int, list[Item]] = {}
    for item in told:
        hosting = hostings[item.id]
        answering = book.contacts_for(item.host, hosting.ip, hosting.country, hosting.asn)
        heard = [one for one in answering if silent.can_hear(one, item)]
        beside = [ContactRole(one.role) for one in heard if one.state == ContactState.APPROVED]
        for contact in heard:
            if contact.state == ContactState.PROPOSED and _has_turn(session, contact, item, beside, now):
                proposals.setdefault(contact.id, []).append(item)
    for contact_id, items in proposals.items():
        yield _proposed(book.contacts[contact_id], items)


def _has_turn(session: Session, contact: Contact, item: Item, beside: Collection[ContactRole], now: datetime) -> bool:
    role = ContactRole(contact.role)
    if is_first(role, NoticeKind.ILLEGAL):
        return False
    is_given = role is ContactRole.REGISTRAR and _is_wholly_given(session, item.host)
    standing = Standing(item.host_at, is_wholly_given=is_given, is_unreached=item.host_at is None)
    due = due_at(role, NoticeKind.ILLEGAL, standing, beside, now)
    return due is not None and due <= now


def _is_wholly_given(session: Session, host: str) -> bool:
    from hotline.trace import registrable_domain  # brings the network libraries along, which most queues do not need

    domain = registrable_domain(host)
    return domain is not None and notice_store.is_wholly_given(session, domain)


def _named_first(proposals: list[Contact]) -> list[Contact]:
    """Without the mailboxes that nobody named, while one that somebody did runs the address or hosts it."""
    named = [one for one in proposals if one.origin != GUESSED]
    return named if any(one.role in _NEAREST for one in named) else proposals


def _untold(session: Session, now: datetime) -> list[tuple[Item, NoticeKind]]:
    """Items to take down that no approved contact has or gets a notice about, of the kind they now need."""
    told = queues.load_told(session)
    kinds = _with_kinds(session, queues.load_to_tell(session, now))
    return [(item, kind) for item, kind in kinds if (item.id, kind) not in told]


def _with_kinds(session: Session, found: list[tuple[Item, State]]) -> list[tuple[Item, NoticeKind]]:
    """Each item with the kind of notice that it needs."""
    verdicts = standings.load_item_marks(session, {item.id for item, _ in found}, not_list=OWN_DECISIONS).verdicts
    return [(item, _kind(item, state, verdicts)) for item, state in found]


def _kind(item: Item, state: State, verdicts: dict[int, str]) -> NoticeKind:
    is_harmful = state is State.HARMFUL or verdicts.get(item.id) == Verdict.HARMFUL
    return NoticeKind.HARMFUL if is_harmful else NoticeKind.ILLEGAL


def _nobody(item: Item, hosting: Hosting, kind: NoticeKind, bad: list[Contact]) -> Wait:
    where = ", ".join(part for part in (hosting.ip, hosting.network_name or hosting.network) if part)
    is_for_platform = item.platform is not None or kind is NoticeKind.HARMFUL
    whom = "no operator or platform contact answers" if is_for_platform else "no contact answers"
    role = "platform" if item.platform is not None else "operator" if is_for_platform else "host"
    why = f"{whom} for {item.host}{f' ({where})' if where else ''}: hotline contact add ADDRESS --answers-for "
    why += f"{item.host} --role {role}"
    names = ", ".join(f"K{contact.id}" for contact in bad)
    why += f"; mail to {names} bounced: hotline contact show, and approve it again if it is good" if bad else ""
    return Wait(QueueKind.CONTACT, f"I{item.id}", why, hosting.at, item_id=item.id, extra={"contact": None})


def _proposed(contact: Contact, items: list[Item]) -> Wait:
    why = (
        f"proposed by {contact.origin}: {contact.address} ({contact.role}) for {contact.answers_for}, "
        f"{counted(len(items), 'item')} waiting for it: hotline contact approve K{contact.id}, or block"
    )
    extra = {"contact": named("K", contact.id), "items": [named("I", item.id) for item in items]}
    return Wait(QueueKind.CONTACT, f"K{contact.id}", why, contact.added_at, item_id=items[0].id, extra=extra)


def notice_waits(session: Session, settings: Settings, now: datetime) -> Iterator[Wait]:
    """Drafts to approve, deliveries that failed, answers to act on, and what was cancelled and is still up."""
    notices = queues.load_telling_notices(session, TO_ACT_ON)
    ids = {notice.id for notice in notices}
    links = grouped(documents.load_by(session, NoticeItem, NoticeItem.notice_id, ids), lambda row: row.notice_id)
    item_ids = {row.item_id for rows in links.values() for row in rows}
    items = {row.id: row for row in documents.load_by(session, Item, Item.id, item_ids)}
    states = documents.shown_states(session, item_ids)
    contacts = {
        row.id: row
        for row in documents.load_by(session, Contact, Contact.id, {notice.contact_id for notice in notices})
    }
    answers = queues.newest_answers(session, {notice.batch_id for notice in notices})
    lacking = Lacking(session, settings, now, notices)
    for notice in notices:
        about = [items[row.item_id] for row in links.get(notice.id, ())]
        is_open = notice.state in (NoticeState.FAILED, NoticeState.SENDING) or notice.id in answers
        if notice.state in (NoticeState.DRAFT, NoticeState.APPROVED) or (
            is_open and any(states[item.id] in TO_TAKE_DOWN for item in about)
        ):
            contact = contacts[notice.contact_id]
            yield _notice_wait(notice, contact, about, lacking.of(notice, contact, about))
    yield from _stalled(session, now)


def hold_questions(session: Session, now: datetime) -> Iterator[Wait]:
    """What a person is asked before the first notice: whether the police hear first."""
    for hold in holds.open_questions(session, now):
        why = "the child may be Albanian and the material is new: hold it for the police (hotline hold add "
        why += f"I{hold.item_id} --reason TEXT --until T) or send now (hotline hold release I{hold.item_id})? "
        why += f"Without a word it is sent after {hold.until:%Y-%m-%d %H:%M} UTC"
        yield Wait(QueueKind.NOTICE, f"I{hold.item_id}", why, hold.made_at, item_id=hold.item_id)


def _stalled(session: Session, now: datetime) -> Iterator[Wait]:
    """A row for each cancelled notice that left something without any."""
    found = grouped(queues.load_stalled(session, now), lambda pair: pair[1].id)
    for pairs in found.values():
        notice, about = pairs[0][1], counted(len(pairs), "address is", "addresses are")
        why = f"N{notice.id} was cancelled and {about} still up: "
        why += f"hotline notice approve N{notice.id}, or " if notice.sent_at is None else ""
        why += "add another contact (hotline contact add), or close the case"
        extra = {"notice": named("N", notice.id)}
        yield Wait(QueueKind.NOTICE, f"N{notice.id}", why, notice.made_at, item_id=pairs[0][0].id, extra=extra)


def _notice_wait(notice: Notice, contact: Contact, items: list[Item], left_out: str) -> Wait:
    first = items[0].id if items else None
    since = notice.outcome_at if notice.outcome_at and notice.state != NoticeState.DRAFT else notice.made_at
    why = _why(notice, contact, len(items)) + left_out
    return Wait(QueueKind.NOTICE, f"N{notice.id}", why, since, item_id=first, extra={"notice": named("N", notice.id)})


def _why(notice: Notice, contact: Contact, items: int) -> str:
    about = f"round {notice.round} to {contact.address}, {counted(items, 'address', 'addresses')}"
    if notice.state == NoticeState.DRAFT:
        return f"approve: {about}: hotline notice approve N{notice.id}"
    if notice.state == NoticeState.APPROVED:
        return _form(notice, contact, items)
    if notice.state == NoticeState.SENDING:
        return f"tried {notice.failures} times in vain ({notice.problem}), and on: {about}; check the mail settings"
    if notice.state == NoticeState.FAILED:
        return f"not delivered ({notice.problem or 'unknown'}): {about}; use another contact or cancel"
    return f"answered {words(notice.outcome or '')}: {about}; {_WHAT_NEXT[Outcome(notice.outcome or '')]}"


def _form(notice: Notice, contact: Contact, items: int) -> str:
    """A form that a person fills in, and what it asks for that nobody recorded."""
    lacks = f"; the form asks for what is not recorded: {notice.problem}" if notice.problem else ""
    return (
        f"fill in the form {contact.address} (round {notice.round}, {counted(items, 'address', 'addresses')}): hotline "
        f"notice show N{notice.id} prints what to copy, then hotline notice sent N{notice.id} --reference X{lacks}"
    )
