"""Whether a text that is to leave names somebody who reported or was harmed, by what reports hold of them. Tells yes
or no, never what it found."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlmodel import Session

from hotline import keys
from hotline.home import Home
from hotline.models import Item, Report, ReportKey
from hotline.store import reports

_WORD = re.compile(r"[^\W\d_]{2,}")
_LONG = 4
_TOKEN = re.compile(r"\w[\w.-]*\w")
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_NUMBER = re.compile(r"[+0-9](?:[ ()./-]*[0-9]){6,}")
_DIALLED = 8
"""So many last digits are the same however a telephone number is written, with the country's code or without."""


def names_somebody(session: Session, home: Home, item: Item, text: str) -> bool:
    """Tells whether a text holds a word of what somebody told about themselves who reported an item; or the name of
    whom it was reported for, the last part of their genuine profile, or what a note says of how to reach somebody."""
    if not text:
        return False
    said = _words(text) | _names(text) | _reached(text) | _tokens(text)
    return any(
        not said.isdisjoint(_told(session, home, report)) for report in reports.reports_of_item(session, item.id)
    )


def _told(session: Session, home: Home, report: Report) -> set[str]:
    contact, note, genuine = (
        _opened(session, home, report, box) for box in (report.contact, report.note, report.genuine)
    )
    about = _names(report.for_whom or "") | {name.casefold() for name in _names(report.for_whom or "")}
    handle = urlsplit(genuine).path.rstrip("/").rpartition("/")[2].lstrip("@").casefold() if genuine else ""
    of_contact = _words(contact) | _names(contact) | _reached(contact) | _tokens(contact)
    return {*of_contact, *about, *_dialled(note), *_mailboxes(note), handle} - {""}


def _opened(session: Session, home: Home, report: Report, box: bytes | None) -> str:
    if box is None or session.get(ReportKey, report.id) is None:
        return ""
    return keys.unseal(session, home.workspace, report.id, box)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text) if len(word) >= _LONG}


def _names(text: str) -> set[str]:
    """Words written like names, also short ones: where both texts write them so they are held to be the same."""
    return {word for word in _WORD.findall(text) if word[0].isupper()}


def _tokens(text: str) -> set[str]:
    """Handles and the like: what holds letters, and digits or signs between them."""
    return {
        one.casefold() for one in _TOKEN.findall(text) if len(one) >= _LONG and any(letter.isalpha() for letter in one)
    }


def _reached(text: str) -> set[str]:
    return {*_mailboxes(text), *(digits[-_DIALLED:] for digits in _numbers(text))}


def _mailboxes(text: str) -> set[str]:
    return {mailbox.casefold() for mailbox in _MAILBOX.findall(text)}


def _dialled(text: str) -> set[str]:
    """In a note also what opens an archive may be a number; a telephone's begins with a plus or a nought."""
    return {digits[-_DIALLED:] for digits in _numbers(text) if digits[0] in "+0"}


def _numbers(text: str) -> Iterator[str]:
    return (re.sub(r"[^+0-9]", "", found) for found in _NUMBER.findall(text))
