"""Where the rows of an import come from, and what happens to those that are refused.
A refusal is a line number and a cause; the value itself is repeated nowhere.
"""

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from hashsets.errors import ListFormatError
from hashsets.formats import Format, read_delivery, recommended_role
from hashsets.formats.records import Columns, columns_from
from hashsets.formats.rows import Doubt, ListRow, Refusal, Rows, Withdrawal, read_row

ROWS_FORMAT = "rows"
Progress = Callable[[int], None]
_PROGRESS_EVERY = 10_000
_SHOWN_REFUSALS = 100


@dataclass(frozen=True)
class Delivery:
    """Rows and refusals in the order of the source, to be read once; a delta only adds and withdraws."""

    format: str
    rows: Rows
    is_delta: bool = False
    role: str | None = None


@contextmanager
def open_delivery(
    source: Path | Iterable[ListRow], format: str | None, columns: Mapping[str, str] | None = None
) -> Iterator[Delivery]:
    """Open a file, whose format is recognised where none is named, or a folder of them, or take rows as they are.

    Raises ListFormatError, OSError.
    """
    if not isinstance(source, Path):
        yield Delivery(ROWS_FORMAT, check_rows(source))
        return
    chosen = columns_from(columns) if columns else None
    paths = _files(source)
    formats = [_format_of(path, format, chosen) for path in paths]
    if len({known.NAME for known in formats}) != 1:
        raise ListFormatError("The files of a folder must be of one format: import them one by one.")
    first = formats[0]
    yield Delivery(first.NAME, _read_files(paths, first.NAME, chosen), first.IS_DELTA, recommended_role(first))


def _files(source: Path) -> list[Path]:
    """The file, or what a folder holds, by name, but for hidden files and our own files of refusals."""
    if not source.is_dir():
        return [source]
    held = [path for path in source.iterdir() if path.is_file() and not path.name.startswith(".")]
    return sorted((path for path in held if path.suffix != ".rejected"), key=_place_of)


def _place_of(path: Path) -> list[tuple[int, str]]:
    """Page 10 comes after page 2."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,18})", path.name)]


def _format_of(path: Path, name: str | None, columns: Columns | None) -> Format:
    with path.open("rb") as stream:
        return read_delivery(stream, name, columns)[0]


def _read_files(paths: list[Path], name: str, columns: Columns | None) -> Rows:
    """The rows of all files, one open at a time; of several, what is said of a line names its file by number."""
    for number, path in enumerate(paths, start=1):
        with path.open("rb") as stream:
            for row in read_delivery(stream, name, columns)[1]:
                if len(paths) > 1 and isinstance(row, Refusal | Doubt):
                    yield replace(row, cause=f"file {number}: {row.cause}")
                else:
                    yield row


def check_rows(rows: Iterable[ListRow]) -> Rows:
    """Hold rows that were made by a program to the same rules as those of a file."""
    for number, row in enumerate(rows, start=1):
        yield from read_row(
            number,
            row.hashes,
            entry=row.entry,
            label=row.label,
            others=row.others,
            changed_at=row.changed_at,
            is_video=row.is_video,
        )


@dataclass
class Refusals:
    """Counts what is refused or doubted, keeps the first hundred of each, and writes the refused to a given path."""

    path: Path | None
    count: int = 0
    first: list[Refusal] = field(default_factory=list)
    doubt_count: int = 0
    first_doubts: list[Doubt] = field(default_factory=list)

    def sift(self, rows: Rows, progress: Progress | None) -> Iterator[ListRow | Withdrawal]:
        """Pass on the rows and take down the refusals; the file appears with the first of them, mode 0600."""
        with ExitStack() as stack:
            stream: TextIO | None = None
            for number, row in enumerate(rows, start=1):
                if progress and number % _PROGRESS_EVERY == 0:
                    progress(number)
                if isinstance(row, ListRow | Withdrawal):
                    yield row
                    continue
                if isinstance(row, Doubt):
                    self._take_down_doubt(row)
                    continue
                if self.path and not stream:
                    stream = stack.enter_context(_open_private(self.path))
                self._take_down(row, stream)

    def _take_down_doubt(self, doubt: Doubt) -> None:
        self.doubt_count += 1
        if len(self.first_doubts) < _SHOWN_REFUSALS:
            self.first_doubts.append(doubt)

    def _take_down(self, refusal: Refusal, stream: TextIO | None) -> None:
        self.count += 1
        if len(self.first) < _SHOWN_REFUSALS:
            self.first.append(refusal)
        if stream:
            csv.writer(stream, lineterminator="\n").writerow([refusal.line, refusal.cause])


def _open_private(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
