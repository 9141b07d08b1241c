"""CSV with a header that names its columns: comma, semicolon, tab or bar. A row carries several hashes of one entry,
each in the column of its algorithm, or one hash beside a column that says which algorithm it is of. Columns of other
names are found where a person says which is which.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import BinaryIO

from hashsets.errors import ListColumnsError
from hashsets.formats.names import plain
from hashsets.formats.records import Columns, read_record
from hashsets.formats.rows import Refusal, Rows, read_lines

NAME = "csv"
IS_DELTA = False
Line = tuple[int, str | Refusal]
Cells = tuple[int, list[str] | Refusal]
# A title, a date and an empty line may stand above the header.
_MAX_ABOVE = 20
# A note in a cell has a few lines; looking further would let one stray quote swallow the list.
_MAX_LINES_IN_ROW = 20
_MAX_COLUMNS = 1000
_HEX = re.compile(r"[0-9A-Fa-f]{32,}")


def recognises(lines: list[str]) -> bool:
    """Whether one of the first lines is a header with at least one column of hashes, or a hash and its algorithm."""
    return has_header(lines, Columns().hold_hashes)


def read_rows(stream: BinaryIO, columns: Columns | None = None) -> Rows:
    """Rows with the ids and labels of the source; a bad hash is refused alone, the row's others are kept.

    Raises ListColumnsError where the columns that were named are not in the header.
    """
    chosen = columns or Columns()
    lines, header = _from_header(read_lines(stream), chosen.hold_hashes)
    names = column_names(header)
    if columns and not chosen.hold_hashes(set(names)):
        raise ListColumnsError
    there = chosen.among(names)
    # The first of two columns of one name counts.
    backwards = names[::-1]
    for number, cells in _records(lines, _delimiter(header), len(names)):
        if isinstance(cells, Refusal):
            yield cells
            continue
        while len(cells) > len(names) and not cells[-1]:
            cells.pop()
        if len(cells) > len(names):
            yield Refusal(number, f"{len(cells)} cells under {len(names)} columns")
        else:
            cells += [""] * (len(names) - len(cells))
            yield from read_record(number, dict(zip(backwards, reversed(cells), strict=True)), there)


def has_header(lines: list[str], is_header: Callable[[set[str]], bool]) -> bool:
    """Whether one of the first lines is a header, judged by the plain names of its columns; no hash stands above it."""
    above = takewhile(lambda line: not _HEX.search(line), lines[:_MAX_ABOVE])
    return any(_is_header(line, is_header) for line in above)


def column_names(header: str) -> list[str]:
    """The plain names in a header line; none where it is no header."""
    cells = _split(header, _delimiter(header)) or []
    return [] if _HEX.search(header) or len(cells) > _MAX_COLUMNS else [plain(cell) for cell in cells]


def _is_header(line: str, is_header: Callable[[set[str]], bool]) -> bool:
    return is_header(set(column_names(line)))


def _from_header(lines: Iterator[Line], is_header: Callable[[set[str]], bool]) -> tuple[Iterator[Line], str]:
    """The lines below the header, and the header: the first line that is no comment where none looks like one."""
    above: deque[Line] = deque()
    for number, line in lines:
        if isinstance(line, str) and line.strip() and not line.startswith("#"):
            if _is_header(line, is_header):
                return lines, line
            above.append((number, line))
            if len(above) == _MAX_ABOVE or _HEX.search(line):
                break
    header = str(above.popleft()[1]) if above else ""
    return _before(above, lines), header


def _before(first: deque[Line], rest: Iterator[Line]) -> Iterator[Line]:
    """Those that were read ahead, and more may be put there meanwhile, then the rest."""
    while True:
        if first:
            yield first.popleft()
        elif (line := next(rest, None)) is not None:
            yield line
        else:
            return


def _records(lines: Iterator[Line], delimiter: str, width: int) -> Iterator[Cells]:
    """Cells of each line that is not a comment, with its number."""
    ahead: deque[Line] = deque()
    for number, line in _before(ahead, lines):
        if isinstance(line, Refusal):
            yield number, line
        elif '"' not in line:
            if not line.startswith("#") or delimiter in line:
                yield number, line.split(delimiter) if line else []
        elif (cells := _split(line, delimiter)) is not None:
            yield number, cells
        else:
            joined = _join(line, ahead, lines, delimiter, width)
            yield number, joined or Refusal(number, "quotes do not match, or a cell is too long")


def _join(line: str, ahead: deque[Line], lines: Iterator[Line], delimiter: str, width: int) -> list[str] | None:
    """The cells of a row whose quotes hold line breaks; None where they do not, and what was read is put back.

    One stray quote must not swallow a list: a line that is a whole row by itself belongs to no cell.
    """
    taken: list[Line] = []
    cells = None
    while cells is None and line.count('"') % 2 and len(taken) < _MAX_LINES_IN_ROW:
        following = next(_before(ahead, lines), None)
        if following is None:
            break
        taken.append(following)
        if isinstance(following[1], Refusal) or len(_split(following[1], delimiter) or ()) >= max(width, 2):
            break
        line = f"{line}\n{following[1]}"
        cells = _split(line, delimiter)
    if cells is None:
        ahead.extendleft(reversed(taken))
    return cells


def _split(line: str, delimiter: str) -> list[str] | None:
    """The cells of one row; None where its quotes do not match."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)
