"""PDQ text as Meta's tools write it: one hash a line, or `hash,quality,filename`; `#` begins a comment line.
File names are left behind: they can describe a person.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from hashsets.formats.names import LOOKED_UP, plain
from hashsets.formats.rows import Doubt, ListRow, Refusal, Rows, read_lines, read_row
from hashsets.formats.vpdq_text import LEAST_QUALITY
from hashsets.values import Algorithm

NAME = "pdq-text"
IS_DELTA = False
_LOOK = re.compile(r'\s*"?(0[xX])?[0-9A-Fa-f]{64}"?\s*([,;\t]\s*"?\d+"?\s*([,;\t].*)?)?')
_CELLS = re.compile(r'(?:"([^"]*)"|([^,;\t]*))(?:[,;\t]\s*"?(\d+)"?\s*(?:[,;\t].*)?)?')
_HEADERS = frozenset({"hash", *(name for name, known in LOOKED_UP.items() if known is Algorithm.PDQ)})


def recognises(lines: list[str]) -> bool:
    """Whether any of the first lines is a PDQ hash alone or with its quality."""
    return any(_LOOK.fullmatch(line) for line in lines)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids; anything else that is neither comment nor header nor empty is refused."""
    is_first = True
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif line.strip() and not line.lstrip().startswith("#"):
            if not (is_first and _is_header(line)):
                yield from _read_line(number, line)
            is_first = False


def _read_line(number: int, line: str) -> Rows:
    found = _CELLS.fullmatch(line)
    quoted, bare, quality = found.groups() if found else (None, line.partition(",")[0], None)
    if quality and int(quality) < LEAST_QUALITY:
        yield Doubt(number, f"pdq: a quality below {LEAST_QUALITY}")
    yield from read_row(number, [(Algorithm.PDQ, bare if quoted is None else quoted)])


def _is_header(line: str) -> bool:
    return plain(re.split("[,;\t]", line)[0]) in _HEADERS


def write_rows(rows: Iterable[ListRow]) -> Iterator[str]:
    """The PDQ hashes of rows, one a line."""
    for row in rows:
        for algorithm, value in row.hashes:
            if algorithm is Algorithm.PDQ:
                yield f"{value}\n"
