"""What every list format gives: rows of one entry, withdrawals, and refusals that name a line and a cause only.
A refusal never repeats the value: lists come from outside, and their cells may hold anything.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import BinaryIO

from hashsets.values import Algorithm, doubt_of, doubt_of_kept, problem_of

MAX_LINE_BYTES = 1_000_000
# Ids and labels are short codes; a longer text is a description and has no place here.
MAX_TEXT = 200
# A TMK video hash is 256 KB as base64; what is longer is no hash.
MAX_OTHER = 600_000
_NOTHING = frozenset({"", "null", "(null)", "none", "nil", "n/a", "na", "nan", "-", "\\n"})
_NUMBER = re.compile(r"\d{9,14}(\.\d+)?", re.ASCII)
# As seconds this lies beyond the year 5000.
_MILLISECONDS = 10**11

MORE_PAGES = "more pages follow this one: import them all"

Hash = tuple[Algorithm, str]
Other = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One entry of a list: its id at the source (None: derived from its hashes), its label, (algorithm, lower hex).

    `others` are hashes of types we never compute, (type, value as given): kept and exported, never looked up.
    `changed_at` is when the source last changed the entry, in seconds since 1970; 0 where it does not say.
    `is_video` says that its PDQs are frames of one video.
    """

    hashes: tuple[Hash, ...]
    entry: str | None = None
    label: str | None = None
    others: tuple[Other, ...] = ()
    changed_at: int = 0
    is_video: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The source took an entry back; `changed_at` as in ListRow."""

    entry: str
    changed_at: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line, or one value of it, that was left out. Lines count from 1; 0 means a row that had no line.

    Where a format has no lines, its records are counted.
    """

    line: int
    cause: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that was taken although something about it is odd."""

    line: int
    cause: str


Row = ListRow | Withdrawal | Refusal | Doubt
Rows = Iterator[Row]


def derive_entry(hashes: Iterable[Hash], others: Iterable[Other] = ()) -> str:
    """A short stable id for a row whose source gives none, from its weightiest hash."""
    # Sorted by weight: in order of Algorithm, then by value, so that the order in the source does not count.
    ranked = sorted((_WEIGHT[algorithm], algorithm.value, value) for algorithm, value in hashes)
    kind, value = ranked[0][1:] if ranked else min(others)
    return hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=8).hexdigest()


_WEIGHT = {algorithm: place for place, algorithm in enumerate(Algorithm)}


def read_row(
    line: int,
    given: Iterable[Hash],
    *,
    entry: str | None = None,
    label: str | None = None,
    others: Iterable[Other] = (),
    changed_at: int = 0,
    is_video: bool = False,
) -> Rows:
    """One entry as the source gives it: the row with what is sound of it, and what is to be said of the rest."""
    sound, told = check_values(line, given)
    kept, told_of_kept = _check_others(line, others)
    yield from (*told, *told_of_kept)
    if sound or kept:
        yield ListRow(tuple(sound), clean_text(entry), clean_text(label), tuple(kept), changed_at, is_video)
    elif not told and not told_of_kept:
        yield Refusal(line, "no hash in this row")


def take_back(row: Row) -> Row:
    """A row as the withdrawal of its entry; what is said of a line stays as it is."""
    if isinstance(row, ListRow):
        return Withdrawal(row.entry or derive_entry(row.hashes, row.others), row.changed_at)
    return row


def check_values(line: int, values: Iterable[Hash]) -> tuple[list[Hash], list[Refusal | Doubt]]:
    """The sound values of one row in lower case, and a refusal for each of the others."""
    sound: list[Hash] = []
    told: list[Refusal | Doubt] = []
    for algorithm, text in values:
        value = text.lower()
        if problem := problem_of(value, algorithm):
            told.append(Refusal(line, f"{algorithm}: {problem}"))
            continue
        if doubt := doubt_of(value, algorithm):
            told.append(Doubt(line, f"{algorithm}: {doubt}"))
        sound.append((algorithm, value))
    return sound, told


def _check_others(line: int, others: Iterable[Other]) -> tuple[list[Other], list[Refusal | Doubt]]:
    kept: list[Other] = []
    told: list[Refusal | Doubt] = []
    for kind, text in others:
        value = text.strip()
        if not value.isprintable() or len(value) > MAX_OTHER:
            told.append(Refusal(line, f"{kind}: not a hash as text"))
            continue
        if not value:
            continue
        if doubt := doubt_of_kept(value, kind):
            told.append(Doubt(line, f"{kind}: {doubt}"))
        kept.append((kind, value))
    return kept, told


def clean_text(text: str | None) -> str | None:
    """An id or label without control characters, or None where nothing is left or it is too long to be one."""
    if not text:
        return None
    cleaned = (text if text.isprintable() else "".join(filter(str.isprintable, text))).strip()
    return cleaned if 0 < len(cleaned) <= MAX_TEXT else None


def is_nothing(text: str) -> bool:
    """Whether a cell is empty, or says in words that it is."""
    return not text or (len(text) < 8 and text.strip().lower() in _NOTHING)


def is_true(value: object) -> bool:
    """Whether a flag is set; sources write it as true, "true", "TRUE", 1 or "yes"."""
    return str(value).strip().lower() in ("true", "1", "yes", "y")


def read_time(value: object) -> int:
    """Seconds since 1970 of a time in RFC 3339, in seconds or in milliseconds; 0 where it is none of them."""
    text = str(value or "").strip()
    if _NUMBER.fullmatch(text):
        moment = int(text.partition(".")[0])
        return moment if moment < _MILLISECONDS else moment // 1000
    try:
        return max(0, _seconds_of(text))
    except (ValueError, OverflowError):
        return 0


@lru_cache(maxsize=4096)
def _seconds_of(text: str) -> int:
    return int(_aware(datetime.fromisoformat(text)).timestamp())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, str | Refusal]]:
    """Number and text of each line without its end; a line that is too long comes as a Refusal.

    A line that is not UTF-8 is read as Windows writes it: a name beside a hash must not cost the hash.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            _skip_line(stream, line)
            yield number, Refusal(number, "line longer than 1 MB")
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, line.decode("cp1252", "replace").rstrip("\r\n")


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)
