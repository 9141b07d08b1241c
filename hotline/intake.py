"""What people and files tell us, validated once into a report. Knows no storage; repeats nothing of a refused row."""

import csv
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from hotline.addresses import Address, read_address
from hotline.errors import InputError
from hotline.states import AtRisk, Category, NoUrlKind, Source, Whose

COLUMNS = ("url", "source", "category", "city", "at_risk", "contact", "note", "received_at")
MAX_LINE_BYTES = 1_000_000
MAX_TEXT = 100_000
MAX_ADDRESSES = 1_000
_UNREADABLE = "\0"
_NOT_CSV = "the row is not CSV: a quote is left open or a cell is too long"
_UNREADABLE_CAUSE = "the line is longer than 1 MB or not UTF-8 text"
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class NewReport:
    """One validated report; what identifies people or addresses is kept out of its repr."""

    addresses: tuple[Address, ...] = field(repr=False)
    no_url: NoUrlKind | None
    source: Source
    category: Category
    at_risk: AtRisk | None
    city: str | None = field(repr=False)
    contact: str | None = field(repr=False)
    note: str | None = field(repr=False)
    genuine: Address | None = field(repr=False)
    for_whom: str | None = field(repr=False)
    repeat_of: int | None
    account_of: Whose | None
    received_at: datetime | None
    digest: str | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A row of a file that was not taken: where it stands and why, without its content."""

    line: int
    cause: str


def new_report(
    urls: Iterable[str],
    *,
    no_url: str | None = None,
    source: str = Source.ANALYST,
    category: str = Category.OTHER,
    city: str | None = None,
    at_risk: str | None = None,
    contact: str | None = None,
    note: str | None = None,
    repeat_of: int | None = None,
    account_of: str | None = None,
    genuine: str | None = None,
    for_whom: str | None = None,
    received_at: datetime | None = None,
    digest: str | None = None,
) -> NewReport:
    """Validates what was told. Raises InputError (AddressError for an address) with one clear sentence."""
    addresses = _distinct(read_address(url) for url in urls)
    if not addresses and not no_url:
        raise InputError("a report needs an address, or --no-url with what it is about (for example --no-url call)")
    if len(addresses) > MAX_ADDRESSES:
        raise InputError(f"one report takes at most {MAX_ADDRESSES} addresses; import a list with: report import FILE")
    return NewReport(
        addresses=addresses,
        no_url=_word(NoUrlKind, no_url, "no-url kind") if no_url else None,
        source=_word(Source, source, "source"),
        category=_word(Category, category, "category"),
        at_risk=_word(AtRisk, at_risk, "at-risk kind") if at_risk else None,
        city=_text(city, "city", 200),
        contact=_text(contact, "contact"),
        note=_text(note, "note"),
        genuine=read_address(genuine) if genuine else None,
        for_whom=_text(for_whom, "for-whom", 200),
        repeat_of=repeat_of,
        account_of=_word(Whose, account_of, "account-of") if account_of else None,
        received_at=received_at,
        digest=digest,
    )


def read_rows(lines: Iterable[bytes]) -> Iterator[NewReport | RefusedRow]:
    """Reads CSV or JSON Lines, told by the first readable sign. Yields a report or a refusal for each row.

    Rows that are the same are told apart by their count, so that the same file read twice gives the same digests.
    Raises InputError when the file has no usable header.
    """
    numbered = iter(enumerate(_readable(lines), 1))
    unreadable, first = _first_readable(numbered)
    if first is None and not unreadable:
        return
    rows: Iterator[tuple[int, dict[str, Any] | str]]
    if first is not None and first[1].lstrip("\ufeff ").startswith("{"):
        rows = itertools.chain(((number, _UNREADABLE_CAUSE) for number in unreadable), _json_rows(first, numbered))
    else:
        rows = _csv_rows(first if first and not unreadable else (unreadable[0], _UNREADABLE), numbered)
    seen: Counter[str] = Counter()
    for number, row in rows:
        yield _read_row(number, row, seen)


def _first_readable(numbered: Iterator[tuple[int, str]]) -> tuple[list[int], tuple[int, str] | None]:
    """The first line that can be read and says something, and the numbers of the unreadable ones before it."""
    unreadable: list[int] = []
    for number, line in numbered:
        if line.strip() == _UNREADABLE:
            unreadable.append(number)
        elif line.strip():
            return unreadable, (number, line)
    return unreadable, None


def _read_row(number: int, row: dict[str, Any] | str, seen: Counter[str]) -> NewReport | RefusedRow:
    if isinstance(row, str):
        return RefusedRow(number, row)
    try:
        return _report_of(row, seen)
    except InputError as error:
        return RefusedRow(number, str(error))


def _report_of(row: dict[str, Any], seen: Counter[str]) -> NewReport:
    values = {name: _cell(row.get(name), name) for name in COLUMNS}
    unknown = sorted(set(row) - set(COLUMNS))
    if unknown:
        raise InputError(f"a row may have {', '.join(COLUMNS)} and nothing else")
    if not any(values.values()):
        raise InputError("the row is empty")
    url, received_at = values["url"], values["received_at"]
    content = json.dumps(values, sort_keys=True)
    seen[content] += 1
    return new_report(
        [url] if url else [],
        no_url=None if url else NoUrlKind.OTHER,
        source=values["source"] or Source.ANALYST,
        category=values["category"] or Category.OTHER,
        city=values["city"],
        at_risk=values["at_risk"],
        contact=values["contact"],
        note=values["note"],
        received_at=_time(received_at) if received_at else None,
        digest=hashlib.sha256(f"{seen[content]} {content}".encode()).hexdigest(),
    )


def _csv_rows(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    header, delimiter = _read_header(first[1].lstrip("\ufeff"))
    position = [first[0]]
    lines = _counted(rest, position)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    csv.field_size_limit(MAX_LINE_BYTES)
    while True:
        start = position[0] + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                _skip_cell(lines)
            yield start, f"{_NOT_CSV}; all up to line {position[0]} is refused with it"
            continue
        if cells:
            yield start, _as_row(header, cells)


def _read_header(line: str) -> tuple[list[str], str]:
    """The names of the columns and the delimiter between them. Raises InputError."""
    delimiter = max(",;\t", key=line.count)
    try:
        header = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        header = []
    if "url" not in header or set(header) - set(COLUMNS) or len(header) > len(set(header)):
        raise InputError(f"the first line must name the columns, from: {', '.join(COLUMNS)}; url is needed")
    return header, delimiter


def _skip_cell(lines: Iterator[str]) -> None:
    """Reads on to the end of a quoted cell, so that none of its lines is taken for a row."""
    for line in lines:
        if line.count('"') % 2:
            return


def _as_row(header: list[str], cells: list[str]) -> dict[str, Any] | str:
    if any(_UNREADABLE in cell for cell in cells):
        return _UNREADABLE_CAUSE
    if len(cells) > len(header):
        return f"the row has {len(cells)} cells, the header {len(header)}; put cells with commas in quotes"
    return dict(zip(header, cells, strict=False))


def _counted(lines: Iterator[tuple[int, str]], position: list[int]) -> Iterator[str]:
    for number, line in lines:
        position[0] = number
        yield line


def _json_rows(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in itertools.chain([first], rest):
        text = line.strip().lstrip("\ufeff")
        if text == _UNREADABLE:
            yield number, _UNREADABLE_CAUSE
        elif text:
            yield number, _json_row(text)


def _json_row(text: str) -> dict[str, Any] | str:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return "the line is not JSON"
    return row if isinstance(row, dict) else 'the line is not a JSON object like {"url": "…"}'


def _readable(lines: Iterable[bytes]) -> Iterator[str]:
    """Decodes line by line; a line that is too long or not UTF-8 becomes a mark, so that only it is refused."""
    for line in lines:
        if len(line) > MAX_LINE_BYTES:
            yield _UNREADABLE + "\n"
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = _UNREADABLE + "\n"
        yield _UNREADABLE + "\n" if _UNREADABLE in text else text


def _cell(value: Any, name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"{name} must be a text")
    return value.strip() or None


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InputError("received_at is not a time; write it like 2026-11-21T10:00:00Z") from None


def _word(kind: type[Word], text: str, what: str) -> Word:
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"this {what} is not known; it is one of: {', '.join(kind)}") from None


def _text(text: str | None, what: str, limit: int = MAX_TEXT) -> str | None:
    if text is None or not text.strip():
        return None
    if len(text) > limit:
        raise InputError(f"the {what} is longer than {limit} characters; shorten it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"the {what} is not readable text; type it again") from None
    return text.strip()


def _distinct(addresses: Iterable[Address]) -> tuple[Address, ...]:
    return tuple({address.key: address for address in addresses}.values())
