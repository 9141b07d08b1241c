"""Reads what a mail server reports about a notice: for good or for now, to whom, by which code. RFC 3464 is read here;
the odd formats of old servers by flufl.bounce. Knows no notice."""

import logging
import re

from hotline.records.replies import Bounce
from hotline.replies.fields import ids_of, mailboxes_in
from hotline.replies.opening import MAIL_FAULTS, Mail, Opened, field_of

MAX_SEARCHED_SIGNS = 100_000
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_SMTP = re.compile(r"(?<![\d.])([45][0-5]\d)(?= |-)")
_COPY_ID = re.compile(r"^[> ]{0,4}Message-I[dD]:\s{0,4}(<[!-;=?-~]{1,250}>)", re.MULTILINE)
_COPY_FROM = re.compile(r"^[> ]{0,4}(?:Return-Path|Reply-To|From|X-Original-From):([^\n]{1,300})", re.MULTILINE)
_FAILED = ("fail", "error")
_DELIVERED = ("delivered", "relayed", "expanded")
_FOR_NOW = re.compile(
    r"\b(?:will (?:be retried|retry|keep trying|continue)|warning message only|do not need to resend|delayed|"
    r"temporar(?:y|ily))\b",
    re.IGNORECASE,
)


def bounce_of(opened: Opened, text: str) -> Bounce | None:
    """What a server's mail says about delivery; None where it says nothing of a failure."""
    reported = _by_report(opened.reports)
    if reported is not None or _only_arrived(opened.reports):
        return reported
    temporary, permanent = _odd(opened.head)
    failed = field_of(opened.head, "x-failed-recipients")
    if failed and not temporary:
        permanent = permanent or mailboxes_in([failed])
    code = _code_in(text)
    if not (temporary or permanent):
        return None
    return Bounce(_is_permanent(code, is_final=bool(permanent), text=text), code, permanent or temporary)


def returned_ids(opened: Opened, text: str) -> tuple[str, ...]:
    """The Message-IDs of the messages that a mail gives back, as parts or copied into its text."""
    found = [one for head in opened.returned for one in ids_of(head, "message-id")]
    found += _COPY_ID.findall(text[:MAX_SEARCHED_SIGNS])
    return tuple(dict.fromkeys(found))[:20]


def returned_senders(opened: Opened, text: str) -> tuple[str, ...]:
    """The mailboxes that the messages it gives back were sent from: ours carry a token."""
    names = ("return-path", "from", "reply-to")
    values = [field_of(head, name) for head in opened.returned for name in names]
    return mailboxes_in([*values, *_COPY_FROM.findall(text[:MAX_SEARCHED_SIGNS])])


def _by_report(reports: tuple[Mail, ...]) -> Bounce | None:
    """The worst of the recipients that an RFC 3464 report names; reports of arrival are none."""
    told = [(block, _action(block)) for block in reports if _action(block)]
    failed = [block for block, action in told if action.startswith(_FAILED)]
    delayed = [block for block, action in told if action.startswith("delay")]
    blocks = failed or delayed
    if not blocks:
        return None
    code = next((code for code in map(_status, blocks) if code), "")
    recipients = mailboxes_in(_recipient(block) for block in blocks)
    return Bounce(_is_permanent(code, is_final=bool(failed)) if failed else False, code, recipients)


def _only_arrived(reports: tuple[Mail, ...]) -> bool:
    actions = [action for action in map(_action, reports) if action]
    return bool(actions) and all(action.startswith(_DELIVERED) for action in actions)


def _action(block: Mail) -> str:
    return field_of(block, "action").lower()


def _status(block: Mail) -> str:
    return _code_in(field_of(block, "status")) or _code_in(field_of(block, "diagnostic-code"))


def _recipient(block: Mail) -> str:
    return field_of(block, "original-recipient") or field_of(block, "final-recipient")


def _is_permanent(code: str, *, is_final: bool, text: str = "") -> bool:
    """By the code where there is one: a server that gives up after days still says 4."""
    if code[:1] in ("4", "5"):
        return code[0] == "5" and not (not is_final and _FOR_NOW.search(text))
    return is_final and not _FOR_NOW.search(text[:MAX_SEARCHED_SIGNS])


def _code_in(text: str) -> str:
    """The first code of failure, 5.1.1 before 550."""
    searched = text[:MAX_SEARCHED_SIGNS]
    found = next((found[0] for found in _STATUS.finditer(searched) if found[1] != "2"), "")
    if found:
        return found
    plain = _SMTP.search(searched)
    return plain[1] if plain else ""


def _odd(message: Mail) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Recipients that failed for now and for good, by flufl.bounce."""
    from flufl.bounce import all_failures

    # It logs what made it fail, and that is a stranger's.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)
    try:
        temporary, permanent = all_failures(message)
    except MAIL_FAULTS:
        return (), ()
    return _mailboxes(temporary), _mailboxes(permanent)


def _mailboxes(found: frozenset[bytes]) -> tuple[str, ...]:
    return mailboxes_in(sorted(one.decode("ascii", "replace") for one in found))
