"""Where the rows of an import come from, and what happens to those that are refused.
A refusal is a line number and a cause; the value itself is repeated nowhere.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from hashsets.errors import ListFormatError
from hashsets.formats import choose_format
from hashsets.formats.rows import ListRow, Refusal, Rows, read_row

ROWS_FORMAT = "rows"
Progress = Callable[[int], None]
_PROGRESS_EVERY = 10_000
_SHOWN_REFUSALS = 100


@dataclass(frozen=True)
class Delivery:
    """Rows and refusals in the order of the source, to be read once."""

    format: str
    rows: Rows


@contextmanager
def open_delivery(source: Path | Iterable[ListRow], format: str | None) -> Iterator[Delivery]:
    """Open a file, whose format is recognised where none is named, or take rows as they are.

    Raises ListFormatError, OSError.
    """
    if not isinstance(source, Path):
        yield Delivery(ROWS_FORMAT, check_rows(source))
        return
    with source.open("rb") as stream:
        chosen = choose_format(stream, format)
        if chosen.IS_DELTA:
            raise ListFormatError("Lists of additions and withdrawals are read, but not imported yet.")
        yield Delivery(chosen.NAME, chosen.read_rows(stream))


def check_rows(rows: Iterable[ListRow]) -> Rows:
    """Hold rows that were made by a program to the same rules as those of a file."""
    for number, row in enumerate(rows, start=1):
        yield from read_row(
            number, row.hashes, entry=row.entry, label=row.label, others=row.others, changed_at=row.changed_at
        )


@dataclass
class Refusals:
    """Counts what is refused, keeps the first hundred, and writes all of them where a path was given."""

    path: Path | None
    count: int = 0
    first: list[Refusal] = field(default_factory=list)

    def sift(self, rows: Rows, progress: Progress | None) -> Iterator[ListRow]:
        """Pass on the rows and take down the refusals; the file appears with the first of them, mode 0600."""
        with ExitStack() as stack:
            stream: TextIO | None = None
            for number, row in enumerate(rows, start=1):
                if progress and number % _PROGRESS_EVERY == 0:
                    progress(number)
                if isinstance(row, ListRow):
                    yield row
                if not isinstance(row, Refusal):
                    continue
                if self.path and not stream:
                    stream = stack.enter_context(_open_private(self.path))
                self._take_down(row, stream)

    def _take_down(self, refusal: Refusal, stream: TextIO | None) -> None:
        self.count += 1
        if len(self.first) < _SHOWN_REFUSALS:
            self.first.append(refusal)
        if stream:
            csv.writer(stream, lineterminator="\n").writerow([refusal.line, refusal.cause])


def _open_private(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
