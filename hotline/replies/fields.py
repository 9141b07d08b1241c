"""The heads of a mail as plain values: mailboxes, Message-IDs, subject, tokens and tags. Whatever a stranger writes in
them comes out bounded and printable. Knows no notice."""

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header

from hotline.replies.opening import MAIL_FAULTS, Mail, field_of, fields_of
from hotline.replies.texts import cleaned, decoded

MAX_SUBJECT_SIGNS = 300
MAX_FIELD_READ = 2_000
MAX_MAILBOXES = 50
MAX_IDS = 50
MAX_TOKENS = 20
DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")

_MAILBOX = re.compile(r"[\w.!#$%&*+/=?^{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ANGLE = re.compile(rf"<({_MAILBOX.pattern})>")
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{6,64}")
_TAG = re.compile(r"\[N([1-9][0-9]{0,9})\]")


def subject_of(message: Mail) -> str:
    return " ".join(cleaned(words_of(field_of(message, "subject"))).split())[:MAX_SUBJECT_SIGNS]


def words_of(value: str) -> str:
    """A header's words, encoded words read by their charset."""
    try:
        pieces = decode_header(value[:MAX_FIELD_READ])
    except (HeaderParseError, *MAIL_FAULTS):
        return value[:MAX_FIELD_READ]
    return "".join(
        decoded(piece, charset or "utf-8") if charset else _raw(piece).decode("utf-8", "replace")
        for piece, charset in ((_raw(piece), charset) for piece, charset in pieces)
    )


def sender_of(message: Mail) -> str | None:
    """The mailbox that a mail says it is from, its domain in small letters; anybody can write any."""
    value = field_of(message, "from") or field_of(message, "sender")
    found = _ANGLE.findall(value[:MAX_FIELD_READ]) or _MAILBOX.findall(value[:MAX_FIELD_READ])
    return _small(found[-1]) if found else None


def recipients_of(message: Mail) -> tuple[str, ...]:
    """The mailboxes that a mail went to, those of its delivery first."""
    values = [value for name in (*DELIVERED, "to", "cc") for value in fields_of(message, name)[:10]]
    return mailboxes_in(values)


def mailboxes_in(values: Iterable[str]) -> tuple[str, ...]:
    found = (_small(mailbox) for value in values for mailbox in _MAILBOX.findall(value[: 2 * MAX_FIELD_READ]))
    return tuple(dict.fromkeys(found))[:MAX_MAILBOXES]


def ids_of(message: Mail, *names: str) -> tuple[str, ...]:
    """Message-IDs in headers, the last of a long list kept: those are the nearest."""
    found = [one for name in names for value in fields_of(message, name)[:5] for one in _ID.findall(value)]
    return tuple(dict.fromkeys(found))[-MAX_IDS:]


def tokens_in(mailboxes: Iterable[str]) -> tuple[str, ...]:
    """What stands behind the plus of a mailbox, as it is and in small letters: servers on the way change them."""
    found = (mailbox.rpartition("@")[0].partition("+")[2] for mailbox in mailboxes)
    tokens = (form for token in found if _TOKEN.fullmatch(token) for form in (token, token.lower()))
    return tuple(dict.fromkeys(tokens))[:MAX_TOKENS]


def tags_in(subject: str) -> tuple[str, ...]:
    """Numbers of notices in square brackets, as our subjects carry them."""
    return tuple(dict.fromkeys(f"N{number}" for number in _TAG.findall(subject)))


def _raw(piece: bytes | str) -> bytes:
    return piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece


def _small(mailbox: str) -> str:
    local, _, domain = mailbox.rpartition("@")
    return f"{local}@{domain.lower()}"
