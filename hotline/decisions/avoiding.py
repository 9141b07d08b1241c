"""Whom nothing is sent to, whatever they answer for: a mailbox, or all mailboxes of a domain. Knows no notice."""

import re

from sqlmodel import Session

from hotline import custody
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError
from hotline.models import DoNotContact
from hotline.records.boxes import plain_name
from hotline.states import ContactState
from hotline.store import contacts
from hotline.trace import registrable_domain

MAX_REASON = 1000
DO_NOT_CONTACT = "do_not_contact"
_NAME = re.compile(
    r"([a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)


def avoid(desk: Desk, address: str, reason: str | None = None) -> int:
    """Puts a mailbox, or a domain with all names below it, on the list. Contacts that are reached there are blocked.

    The reason is free text and erasable. Raises InputError for what is neither, or is on the list already.
    """
    name, text = _read_name(address), _read_reason(reason)
    with desk.writing("contact") as session:
        if contacts.find_avoided(session, [name]) is not None:
            raise InputError("this is on the list already; `hotline contact avoided` shows it")
        entry = DoNotContact(address=name, by=desk.actor, at=desk.now)
        session.add(entry)
        session.flush()
        custody.record(session, "contact.avoid", f"D{entry.id}", text=text)
        _block_all(session, name)
        return entry.id


def readmit(desk: Desk, number: int) -> int:
    """Ends an entry. Contacts that it blocked stay blocked until a person approves them."""
    with desk.writing("contact") as session:
        entry = contacts.load_avoided(session, number)
        if entry.ended_at is not None:
            raise MoveError(f"D{number} is over already")
        entry.ended_by, entry.ended_at = desk.actor, desk.now
        session.add(entry)
        custody.record(session, "contact.readmit", f"D{number}")
        return number


def _block_all(session: Session, name: str) -> None:
    for contact in contacts.standing_under(session, name):
        custody.record(
            session,
            "contact.blocked",
            f"K{contact.id}",
            from_state=contact.state,
            to_state=ContactState.BLOCKED,
            reason=DO_NOT_CONTACT,
        )
        contact.state, contact.approved_by, contact.approved_at = ContactState.BLOCKED, None, None
        session.add(contact)


def _read_name(text: str) -> str:
    name = plain_name(text.strip().removeprefix("*.").removeprefix("@"))
    if not _NAME.fullmatch(name) or ".." in name or "/" in text:
        raise InputError("give a mailbox like abuse@host.example, or a domain like host.example")
    if registrable_domain(name.rpartition("@")[2]) is None:
        raise InputError("this ending belongs to many; give a domain below it, like host.example")
    return name


def _read_reason(text: str | None) -> str | None:
    reason = " ".join((text or "").split())
    if len(reason) > MAX_REASON or not reason.isprintable():
        raise InputError(f"give the reason in at most {MAX_REASON} printable signs")
    return reason or None
