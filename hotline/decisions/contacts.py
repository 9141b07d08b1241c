"""The address book: adding, approving and blocking whoever can remove material."""

import ipaddress
import re
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.moving import settle_move
from hotline.consequences.takedown import queue_notify
from hotline.decisions.desk import Desk
from hotline.directory import MAX_REQUESTED_H
from hotline.errors import InputError
from hotline.models import Contact, ContactTerms
from hotline.records.boxes import names_of
from hotline.states import Channel, ContactRole, ContactState, Language
from hotline.store import contacts, notices
from hotline.store.documents import newest_hostings
from hotline.trace import ANY, COUNTRY, SYSTEM, answers_for, scopes_of

_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_DOMAIN = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PAGE = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[!-~]{0,500})?")
_ROLES = {
    Channel.PARTNER: (ContactRole.PARTNER,),
    Channel.CLOUDFLARE: (ContactRole.CDN, ContactRole.HOST),
    Channel.AWS: (ContactRole.CDN, ContactRole.HOST),
}
"""The roles that a channel is for, where it is not for all."""
_COUNTRY = re.compile("country:[a-z]{2}")
MAX_SYSTEM = 2**32 - 1


def add(
    desk: Desk,
    address: str,
    answers_for: str,
    role: ContactRole,
    channel: Channel,
    language: Language,
    requested_h: int | None = None,
) -> int:
    """Adds a contact as a proposal; a person approves it. Raises InputError for what its channel has no use for, or is
    not to be contacted."""
    mailbox, scope = _address(address, role, channel, is_lab=desk.settings.is_lab), _scope(answers_for)
    _check_hours(requested_h)
    with desk.writing("contact") as session:
        _refuse_avoided(session, mailbox)
        if notices.find_contact(session, mailbox, scope, role) is not None:
            raise InputError("this contact is already in the book; `hotline contact list` shows it")
        contact = Contact(
            address=mailbox,
            answers_for=scope,
            role=role,
            channel=channel,
            language=language,
            state=ContactState.PROPOSED,
            origin="person",
            added_at=desk.now,
            added_by=desk.actor,
        )
        session.add(contact)
        session.flush()
        custody.record(session, "contact.add", f"K{contact.id}", to_state=ContactState.PROPOSED)
        if requested_h is not None:
            _set_terms(session, desk, contact.id, requested_h)
        return contact.id


def set_terms(desk: Desk, contact_id: int, requested_h: int | None) -> int:
    """Sets within how many hours a contact is asked to act, None for the usual: what its notices say from now on, and
    when its next round is due after them."""
    _check_hours(requested_h)
    with desk.writing("contact") as session:
        notices.load_contact(session, contact_id)
        _set_terms(session, desk, contact_id, requested_h)
        return contact_id


def set_language(desk: Desk, contact_id: int, language: Language) -> int:
    """Sets the language of what is written to a contact from now on, as it asked for."""
    with desk.writing("contact") as session:
        contact = notices.load_contact(session, contact_id)
        if contact.language == language:
            raise InputError(f"K{contact_id} is written to in {language} already")
        contact.language = language
        session.add(contact)
        custody.record(session, "contact.language", f"K{contact_id}", reason=language)
        return contact_id


def approve(desk: Desk, contact_ids: list[int]) -> list[int]:
    """Approves contacts, all or none; the items that waited for one are due at once."""
    with desk.writing("contact") as session:
        for contact_id in contact_ids:
            _set_state(session, desk, notices.load_contact(session, contact_id), ContactState.APPROVED)
        _wake_waiting(session, contact_ids, desk.now)
        return contact_ids


def block(desk: Desk, contact_id: int) -> int:
    """Blocks a contact: nothing goes there any more, approved notices included."""
    with desk.writing("contact") as session:
        _set_state(session, desk, notices.load_contact(session, contact_id), ContactState.BLOCKED)
        return contact_id


def _wake_waiting(session: Session, contact_ids: list[int], now: datetime) -> None:
    """Makes the notices due of every item that one of these contacts answers for."""
    waiting = notices.items_shown_to_take_down(session)
    hostings = newest_hostings(session, [item.id for item in waiting])
    scopes = {notices.load_contact(session, contact_id).answers_for for contact_id in contact_ids}
    for item in waiting:
        hosting = hostings.get(item.id)
        found_at = (hosting.ip, hosting.country, hosting.asn) if hosting is not None else (None, None, None)
        if any(answers_for(scope, item.host, *found_at) for scope in scopes & scopes_of(item.host, *found_at)):
            settle_move(session, item)
            queue_notify(session, item, now)


def _check_hours(requested_h: int | None) -> None:
    if requested_h is not None and not 1 <= requested_h <= MAX_REQUESTED_H:
        raise InputError(f"--requested-h is a number of hours from 1 to {MAX_REQUESTED_H}")


def _set_terms(session: Session, desk: Desk, contact_id: int, requested_h: int | None) -> None:
    terms = contacts.terms_of(session, contact_id) or ContactTerms(contact_id=contact_id, by=desk.actor, at=desk.now)
    terms.requested_h, terms.by, terms.at = requested_h, desk.actor, desk.now
    session.add(terms)
    session.flush()
    told = "usual" if requested_h is None else f"{requested_h} h"
    custody.record(session, "contact.terms", f"K{contact_id}", reason=told)


def _refuse_avoided(session: Session, address: str) -> None:
    entry = contacts.find_avoided(session, names_of(address))
    if entry is not None:
        raise InputError(
            f"nothing is sent to this address, by D{entry.id} of the list of whom not to contact; end that first: "
            f"hotline contact readmit D{entry.id}"
        )


def _set_state(session: Session, desk: Desk, contact: Contact, state: ContactState) -> None:
    if contact.state == state:
        raise InputError(f"K{contact.id} is already {state}")
    if state is ContactState.APPROVED:
        _refuse_avoided(session, contact.address)
    custody.record(session, f"contact.{state}", f"K{contact.id}", from_state=contact.state, to_state=state)
    contact.state = state
    contact.approved_by = desk.actor if state is ContactState.APPROVED else None
    contact.approved_at = desk.now if state is ContactState.APPROVED else None
    session.add(contact)


def _address(text: str, role: ContactRole, channel: Channel, *, is_lab: bool) -> str:
    """A mailbox, or the page of a form or an API, as the channel has it."""
    roles = _ROLES.get(channel, tuple(ContactRole))
    if role not in roles:
        raise InputError(f"the channel {channel} is for {' and '.join(roles)} contacts; choose another --channel")
    return _mailbox(text) if channel in (Channel.EMAIL, Channel.PARTNER) else _page(text, is_lab=is_lab)


def _page(text: str, *, is_lab: bool) -> str:
    page = text.strip()
    if not _PAGE.fullmatch(page) or not (page.startswith("https://") or is_lab):
        raise InputError("for this channel the address is that of a form or an API; write it like https://host/path")
    return page


def _mailbox(text: str) -> str:
    mailbox = text.strip()
    if not _MAILBOX.fullmatch(mailbox) or ".." in mailbox:
        raise InputError("this is no mail address; write it like abuse@host.example")
    return mailbox


def _scope(text: str) -> str:
    """A domain in lower-case ASCII, a network in its canonical form, `country:DE`, `AS64500`, or `any`."""
    scope = text.strip().lower().removeprefix("*.").rstrip(".")
    if scope == ANY:
        return ANY
    if _COUNTRY.fullmatch(scope):
        return COUNTRY + scope.removeprefix(COUNTRY).upper()
    if SYSTEM.fullmatch(scope.upper()) and int(scope[2:]) <= MAX_SYSTEM:
        return scope.upper()
    try:
        return str(ipaddress.ip_network(scope, strict=False))
    except ValueError:
        pass
    try:
        scope = scope.encode("idna").decode() if not scope.isascii() else scope
    except UnicodeError:
        scope = ""
    if not _DOMAIN.fullmatch(scope):
        raise InputError(
            "--answers-for is a domain like host.example, a network like 192.0.2.0/24, AS64500, country:DE, or any"
        )
    return scope
