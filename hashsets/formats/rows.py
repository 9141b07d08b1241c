"""What every list format gives: rows of one entry, withdrawals, and refusals that name a line and a cause only.
A refusal never repeats the value: lists come from outside, and their cells may hold anything.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from hashsets.values import Algorithm, doubt_of, problem_of

MAX_LINE_BYTES = 1_000_000
# Ids and labels are short codes; a longer text is a description and has no place here.
MAX_TEXT = 200
# A TMK video hash is 256 KB as base64; what is longer is no hash.
MAX_OTHER = 600_000

Hash = tuple[Algorithm, str]
Other = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One entry of a list: its id at the source (None: derived from its hashes), its label, (algorithm, lower hex).

    `others` are hashes of types we never compute, (type, value as given): kept and exported, never looked up.
    `changed_at` is when the source last changed the entry, in seconds since 1970; 0 where it does not say.
    """

    hashes: tuple[Hash, ...]
    entry: str | None = None
    label: str | None = None
    others: tuple[Other, ...] = ()
    changed_at: int = 0


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
) -> Rows:
    """One entry as the source gives it: the row with what is sound of it, and what is to be said of the rest."""
    sound, told = check_values(line, given)
    kept, refused = _check_others(line, others)
    yield from (*told, *refused)
    if sound or kept:
        yield ListRow(tuple(sound), clean_text(entry), clean_text(label), tuple(kept), changed_at)
    elif not told and not refused:
        yield Refusal(line, "no hash in this row")


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


def _check_others(line: int, others: Iterable[Other]) -> tuple[list[Other], list[Refusal]]:
    kept, refused = [], []
    for kind, text in others:
        value = text.strip()
        if not value.isprintable() or len(value) > MAX_OTHER:
            refused.append(Refusal(line, f"{kind}: not a hash as text"))
        elif value:
            kept.append((kind, value))
    return kept, refused


def clean_text(text: str | None) -> str | None:
    """An id or label without control characters, or None where nothing is left or it is too long to be one."""
    if not text:
        return None
    cleaned = (text if text.isprintable() else "".join(filter(str.isprintable, text))).strip()
    return cleaned if 0 < len(cleaned) <= MAX_TEXT else None


def is_true(value: object) -> bool:
    """Whether a flag is set; sources write it as true, "true", "TRUE", 1 or "yes"."""
    return str(value).strip().lower() in ("true", "1", "yes", "y")


def read_time(value: object) -> int:
    """Seconds since 1970 of a time in RFC 3339 or in seconds; 0 where it is neither."""
    text = str(value or "").strip()
    try:
        moment = (
            int(text) if text.isascii() and text.isdecimal() else int(_aware(datetime.fromisoformat(text)).timestamp())
        )
    except (ValueError, OverflowError):
        return 0
    return moment if 0 <= moment < 2**40 else 0


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_lines(stream: BinaryIO, *, errors: str = "strict") -> Iterator[tuple[int, str | Refusal]]:
    """Number and text of each line without its end; a line that is too long or not UTF-8 comes as a Refusal."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            _skip_line(stream, line)
            yield number, Refusal(number, "line longer than 1 MB")
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8", errors).rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, Refusal(number, "not UTF-8")


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)
