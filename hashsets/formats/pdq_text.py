"""PDQ text as Meta's tools write it: one hash a line, or `hash,quality,filename`; `#` begins a comment line.
File names are left behind: they can describe a person.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from hashsets.formats.rows import ListRow, Refusal, Rows, read_lines, read_row
from hashsets.values import Algorithm

NAME = "pdq-text"
IS_DELTA = False
_LOOK = re.compile(r"[0-9A-Fa-f]{64}(,\s*\d+(,.*)?)?")


def recognises(lines: list[str]) -> bool:
    """Whether any of the first lines is a PDQ hash alone or with its quality."""
    return any(_LOOK.fullmatch(line) for line in lines)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids; anything else that is neither comment nor empty is refused."""
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif line.strip() and not line.startswith("#"):
            yield from read_row(number, [(Algorithm.PDQ, line.partition(",")[0])])


def write_rows(rows: Iterable[ListRow]) -> Iterator[str]:
    """The PDQ hashes of rows, one a line."""
    for row in rows:
        for algorithm, value in row.hashes:
            if algorithm is Algorithm.PDQ:
                yield f"{value}\n"
