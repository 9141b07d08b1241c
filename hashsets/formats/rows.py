"""What every list format gives: rows of one entry with its hashes, and refusals that name a line and a cause only.
A refusal never repeats the value: lists come from outside, and their cells may hold anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from hashsets.values import Algorithm, problem_of

MAX_LINE_BYTES = 1_000_000
# Ids and labels are short codes; a longer text is a description and has no place here.
MAX_TEXT = 200


@dataclass(frozen=True)
class ListRow:
    """One entry of a list: its id at the source (None: derived from its hashes), its label, (algorithm, lower hex)."""

    hashes: tuple[tuple[Algorithm, str], ...]
    entry: str | None = None
    label: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A line, or one value of it, that was left out. Lines count from 1; 0 means a row that had no line."""

    line: int
    cause: str


Rows = Iterator[ListRow | Refusal]


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, str | Refusal]]:
    """Number and text of each line without its end; a line that is too long or not UTF-8 comes as a Refusal."""
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
            yield number, Refusal(number, "not UTF-8")


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)


def check_values(
    line: int, values: Iterable[tuple[Algorithm, str]]
) -> tuple[list[tuple[Algorithm, str]], list[Refusal]]:
    """The sound values of one row in lower case, and a refusal for each of the others."""
    sound, refused = [], []
    for algorithm, text in values:
        value = text.lower()
        if problem := problem_of(value, algorithm):
            refused.append(Refusal(line, f"{algorithm}: {problem}"))
        else:
            sound.append((algorithm, value))
    return sound, refused


def clean_text(text: str | None) -> str | None:
    """An id or label without control characters, or None where nothing is left or it is too long to be one."""
    cleaned = "".join(letter for letter in text or "" if letter.isprintable()).strip()
    return cleaned if 0 < len(cleaned) <= MAX_TEXT else None
