"""Reads directories of contacts, the shipped one and an operator's own. Everything in them is checked here, once;
errors name the file, the entry and the key."""

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hotline.directory.tables import ANY, Directory, Entry
from hotline.errors import SettingsError
from hotline.states import ContactRole, Language

VERSION = 1
MAX_FILE_BYTES = 2_000_000
MAX_REQUESTED_H = 720
CHANNELS = ("email", "sheet", "cloudflare", "aws", "partner")
BY_MAIL = ("email", "partner")
STATUSES = ("confirmed", "unconfirmed")
_NEEDED = ("name", "role", "channel", "address", "language", "source", "status")
_KEYS = {*_NEEDED, "answers_for", "asns", "requested_h", "tested_on"}
_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,300}")
_NAME = re.compile(r"[\w](?:[\w ,.()&+-]{0,58}[\w)])?")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_MAILBOX = re.compile(r"([A-Za-z0-9._+-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63})")
_URL = re.compile(r"https://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/?=&-]{0,500})?")
# A mailbox of a task, not of a person: one of these words stands in its name.
_OF_A_TASK = {
    *("abuse", "cert", "compliance", "complaints", "csam", "csirt", "dsa", "hotline", "iccam", "info", "legal", "noc"),
    *("notice", "notices", "ntd", "police", "report", "reports", "safety", "security", "stopca", "support", "takedown"),
    *("trust", "trustandsafety"),
}


def load_directory(own_file: Path | None = None) -> Directory:
    """The shipped directory and an operator's own, whose entries come first and replace shipped ones of the same name.

    Raises SettingsError, naming the file, the entry and the key that is wrong.
    """
    shipped = _shipped()
    if own_file is None:
        return shipped
    own = _read(own_file)
    names = {entry.name for entry in own.entries}
    kept = tuple(entry for entry in shipped.entries if entry.name not in names)
    return Directory(max(own.date, shipped.date), own.entries + kept)


@cache
def known_directory(file: str) -> Directory:
    """The same for a path as settings hold it, empty for none; read once in a program. Raises SettingsError."""
    return load_directory(Path(file) if file else None)


@cache
def _shipped() -> Directory:
    return _read(Path(__file__).parent.parent / "directory.toml")


def _read(path: Path) -> Directory:
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8")) if len(content) <= MAX_FILE_BYTES else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise SettingsError(f"{path.name} cannot be read as TOML; write it after the shipped directory.toml") from None
    dated, entries = table.get("date"), table.get("entry", [])
    if table.get("version") != VERSION or type(dated) is not date:
        raise SettingsError(f"{path.name} needs version = {VERSION} and a date such as 2026-11-25, without quotes")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(f"{path.name}: an entry is a table of its own; head it with [[entry]]")
    read = tuple(_named_entry(entry, path.name, dated) for entry in entries)
    names = [entry.name for entry in read]
    if twice := [name for place, name in enumerate(names) if name in names[:place]]:
        raise SettingsError(f'{path.name}: the entry "{twice[0]}": name stands twice; give each entry its own')
    return Directory(dated, read)


def _named_entry(table: dict[str, Any], file: str, dated: date) -> Entry:
    try:
        return _entry(table, dated)
    except ValueError as error:
        name = str(table.get("name", "?"))[:60]
        raise SettingsError(
            f'{file}: the entry "{name}": {error}; write it after those of the shipped directory.toml'
        ) from None


def _entry(table: dict[str, Any], dated: date) -> Entry:
    if unknown := sorted(set(table) - _KEYS):
        raise ValueError(f"{unknown[0]} is no key of an entry; there are {' '.join(sorted(_KEYS))}")
    if missing := [key for key in _NEEDED if key not in table]:
        raise ValueError(f"{missing[0]} is missing")
    role, channel = ContactRole(_word(table, "role", tuple(ContactRole))), _word(table, "channel", CHANNELS)
    status, tested_on = _word(table, "status", STATUSES), table.get("tested_on", "")
    if (status == "confirmed") != bool(tested_on):
        raise ValueError("tested_on has the day of an answer where status is confirmed, and nowhere else")
    if (channel == "partner") != (role is ContactRole.PARTNER):
        raise ValueError("channel is partner for a partner hotline, and for nobody else")
    domains, asns, is_for_any = _scope(table, role)
    return Entry(
        name=_matching(table, "name", _NAME, "is a short name of letters, digits and blanks"),
        role=role,
        channel=channel,
        address=_address(table, channel),
        answers_for=domains,
        asns=asns,
        is_for_any=is_for_any,
        language=Language(_word(table, "language", tuple(Language))),
        requested_h=_hours(table),
        source=_matching(table, "source", _TEXT, "is a text on one line"),
        status=status,
        tested_on=str(tested_on),
        dated=dated,
    )


def _scope(table: dict[str, Any], role: ContactRole) -> tuple[tuple[str, ...], tuple[int, ...], bool]:
    """Domains, autonomous systems, and whether it answers for everything."""
    found, asns = table.get("answers_for", []), table.get("asns", [])
    if not isinstance(asns, list) or not all(type(asn) is int and 0 < asn < 2**32 for asn in asns):
        raise ValueError("asns is a list of numbers such as 64500")
    if found == ANY:
        if role is not ContactRole.SEARCH_ENGINE or asns:
            raise ValueError(f'answers_for is "{ANY}" for a search engine only, and then there are no asns')
        return (), (), True
    domains = _domains(found)
    if not domains and not asns:
        raise ValueError("answers_for or asns is missing: for whom does it answer?")
    return domains, tuple(asns), False


def _domains(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) and _DOMAIN.fullmatch(one) for one in found):
        raise ValueError("answers_for is a list of domains in small letters such as host.example")
    return tuple(found)


def _address(table: dict[str, Any], channel: str) -> str:
    if channel not in BY_MAIL:
        return _matching(table, "address", _URL, f"is a plain https address, for the channel is {channel}")
    address = _matching(table, "address", _MAILBOX, f"is a mailbox, for the channel is {channel}")
    words = re.split(r"[._+-]", address.partition("@")[0].lower())
    if not _OF_A_TASK & set(words):
        raise ValueError("address is no mailbox of a task such as abuse@host.example; persons stand in no directory")
    return address


def _hours(table: dict[str, Any]) -> int | None:
    hours = table.get("requested_h")
    if hours is not None and (type(hours) is not int or not 1 <= hours <= MAX_REQUESTED_H):
        raise ValueError(f"requested_h is a number of hours from 1 to {MAX_REQUESTED_H}, or left out")
    return hours


def _word(table: dict[str, Any], key: str, words: tuple[str, ...]) -> str:
    if table[key] not in words:
        raise ValueError(f"{key} is one of {' '.join(words)}")
    return str(table[key])


def _matching(table: dict[str, Any], key: str, pattern: re.Pattern[str], what: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{key} {what}")
    return value
