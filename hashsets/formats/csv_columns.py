"""CSV with a header that names its columns, comma, semicolon or tab. A row carries several hashes of one entry, each in
the column of its algorithm, or one hash beside a column that says which algorithm it is of. Columns of other names are
found where a person says which is which.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from hashsets.errors import ListColumnsError
from hashsets.formats.names import plain
from hashsets.formats.records import Columns, read_record
from hashsets.formats.rows import Refusal, Rows, read_lines

NAME = "csv"
IS_DELTA = False


def recognises(lines: list[str]) -> bool:
    """Whether the first line is a header with at least one column of hashes, or a hash and its algorithm."""
    return bool(lines) and Columns().hold_hashes(set(column_names(lines[0])))


def read_rows(stream: BinaryIO, columns: Columns | None = None, *, errors: str = "strict") -> Rows:
    """Rows with the ids and labels of the source; a bad hash is refused alone, the row's others are kept.

    Raises ListColumnsError where the columns that were named are not in the header.
    """
    chosen = columns or Columns()
    lines = read_lines(stream, errors=errors)
    header = _header(lines)
    names = column_names(header)
    if columns and not chosen.hold_hashes(set(names)):
        raise ListColumnsError
    there = chosen.among(names)
    # The first of two columns of one name counts.
    backwards = names[::-1]
    for number, cells in _records(lines, _delimiter(header)):
        if isinstance(cells, Refusal):
            yield cells
        elif len(cells) > len(names):
            yield Refusal(number, f"{len(cells)} cells under {len(names)} columns")
        else:
            padded = cells + [""] * (len(names) - len(cells))
            yield from read_record(number, dict(zip(backwards, reversed(padded), strict=True)), there)


def column_names(header: str) -> list[str]:
    """The plain names in a header line."""
    cells = next(csv.reader([header], delimiter=_delimiter(header)), [])
    return [plain(cell) for cell in cells]


def _records(lines: Iterator[tuple[int, str | Refusal]], delimiter: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Cells of each line. A quoted cell may not hold a line break: one stray quote would swallow the whole file."""
    for number, line in lines:
        if isinstance(line, Refusal):
            yield number, line
            continue
        if '"' not in line:
            yield number, line.split(delimiter) if line else []
            continue
        try:
            for cells in csv.reader([line], delimiter=delimiter, strict=True):
                yield number, cells
        except csv.Error:
            yield number, Refusal(number, "quotes do not match, or a cell is too long")


def _header(lines: Iterator[tuple[int, str | Refusal]]) -> str:
    texts = (line for _, line in lines if isinstance(line, str))
    return next((text for text in texts if text.strip() and not text.startswith("#")), "")


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
