"""What may not leave in a notice: control characters, forged addresses, words of crime in a harmful notice."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notices.errors import AccountRecipientError, ForbiddenWordError, UnsafeTextError
from notices.facts import RUNS_THE_PLATFORM, NoticeFacts, Repeat

MAIL_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
NOTICE_NUMBER = re.compile(r"N[0-9]{1,12}")
ITEM_NUMBER = re.compile(r"I[0-9]{1,12}")
REPLY_TOKEN = re.compile(r"[a-z0-9]{8,40}")
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>")

# Stems where Albanian and English words change their endings.
FORBIDDEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"csam|csem",
        r"sexual(?:ly)?\s+abuse",
        r"child\s+(?:sexual|porn)",
        r"abuzim\w*\s+seksual\w*",
        r"il+egal\w*",
        r"paligjsh\w*",
        r"[ck]riminal\w*",
        r"penal\s+code|kod\w*\s+penal",
        r"pornogra\w*",
    )
)
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}


def values_of(fact: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value in a dataclass, with the path that names it: ``sender.name``."""
    if isinstance(fact, tuple):
        for index, part in enumerate(fact):
            yield from values_of(part, f"{path}[{index}]")
    elif is_dataclass(fact):
        for field in fields(fact):
            yield from values_of(getattr(fact, field.name), f"{path}.{field.name}".lstrip("."))
    else:
        yield path, fact


def require_plain_facts(fact: object, name: str = "") -> None:
    """No control character, line break or lone surrogate in any text of the facts; every time aware.

    Raises:
        UnsafeTextError: names the field.
    """
    for path, value in values_of(fact, name):
        if isinstance(value, str) and any(unicodedata.category(letter) in _CONTROL for letter in value):
            raise UnsafeTextError(f"{path} holds a line break or control character: {value!a:.200}. Correct that fact.")
        if isinstance(value, datetime) and value.tzinfo is None:
            raise UnsafeTextError(f"{path} has no time zone. Pass an aware time.")


def require_mail_address(address: str, path: str) -> None:
    """An address that can stand in a header as it is: ASCII, one mailbox, no comment, no name."""
    if len(address) > 254 or not MAIL_ADDRESS.fullmatch(address):
        cure = "Correct that contact, or the settings hotline.reply_to and mail.from_address."
        raise UnsafeTextError(f"{path} is no plain mail address: {address!a:.200}. {cure}")


def require_reply_token(token: str) -> None:
    """Letters and digits only, so that it can stand in an address; enough of them that nobody guesses it."""
    if not REPLY_TOKEN.fullmatch(token):
        raise UnsafeTextError("reply_token is not 8 to 40 small letters and digits. Make a new one for this notice.")


def require_items(items: Iterable[str]) -> None:
    """Each item once and by its number: its name becomes that of a file."""
    seen: set[str] = set()
    for item in items:
        if not ITEM_NUMBER.fullmatch(item) or item in seen:
            raise UnsafeTextError(f"{item!a:.200} is no item number such as I3, or stands twice. Correct that notice.")
        seen.add(item)


def require_time_zone(zone: str | None, path: str) -> None:
    """An IANA name that is known here."""
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnsafeTextError(f"{path} is no time zone: {zone!a:.200}. Correct that fact or leave it out.") from None


def require_message_id(message_id: str, path: str) -> None:
    """A Message-ID as made here: ``<n5.r1.HOME@domain>``."""
    if len(message_id) > 500 or not MESSAGE_ID.fullmatch(message_id):
        raise UnsafeTextError(f"{path} is no Message-ID: {message_id!a:.200}. Correct that notice.")


def require_account_route(facts: NoticeFacts) -> None:
    """No account in a notice to anybody but who runs the platform.

    Raises:
        AccountRecipientError: names the item.
    """
    if facts.contact_role in RUNS_THE_PLATFORM:
        return
    for address in facts.addresses:
        if address.account is not None:
            raise AccountRecipientError(facts.number, address.item, facts.contact_role)


def require_repeat(repeat: Repeat, path: str) -> None:
    """A history that says something, and of earlier notices their numbers only: never an address at another host.

    Raises:
        UnsafeTextError: names the field.
    """
    if repeat.times < 1 or repeat.hosts < 1:
        raise UnsafeTextError(f"{path} counts no re-upload or no host. Leave repeat out where there was none.")
    for number in repeat.told:
        if not NOTICE_NUMBER.fullmatch(number):
            raise UnsafeTextError(f"{path}.told holds {number!a:.200}, which is no notice number such as N3.")


def forbidden_word(text: str) -> str | None:
    """The first word a harmful notice may not hold, as it stands in the text, or None."""
    plain = _seen_by_a_reader(text)
    found = [hit for pattern in FORBIDDEN if (hit := pattern.search(plain))]
    return min(found, key=lambda hit: hit.start()).group() if found else None


def require_no_forbidden_word(parts: Iterable[tuple[str, str]], exempt: Iterable[str], facts: object) -> None:
    """Check the finished parts of a mail; reported and mail addresses are exempt, wherever they stand.

    Raises:
        ForbiddenWordError: names the fact the word came from, or the part it stands in.
    """
    exempt = sorted({text for text in exempt if text}, key=len, reverse=True)
    for part, text in parts:
        word = forbidden_word(_without(text, exempt))
        if word:
            raise ForbiddenWordError(word, _origin(word, exempt, facts) or part)


def _seen_by_a_reader(text: str) -> str:
    """Look-alike forms folded and invisible letters dropped, so that neither hides a word."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def _without(text: str, exempt: Iterable[str]) -> str:
    for address in exempt:
        text = text.replace(address, "\n|\n")
    return text


def _origin(word: str, exempt: Iterable[str], facts: object) -> str | None:
    texts = ((path, value) for path, value in values_of(facts) if isinstance(value, str) and value not in exempt)
    return next((path for path, text in texts if word in _seen_by_a_reader(text)), None)
