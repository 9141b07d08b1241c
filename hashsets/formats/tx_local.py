"""The `local_file` exchange of ThreatExchange's command line tx: `<signal type> <value>` a line, or a value alone."""

import re
from typing import BinaryIO

from hashsets.formats.names import KEPT, LOOKED_UP, plain, read_typed
from hashsets.formats.rows import Refusal, Rows, read_lines
from hashsets.values import WIDTH_BYTES, Algorithm

NAME = "tx-local"
IS_DELTA = False
_LOOK = re.compile(r"([a-z][a-z0-9_]*) (\S+)")
_BY_DIGITS = {2 * WIDTH_BYTES[known]: known for known in (Algorithm.MD5, Algorithm.SHA1, Algorithm.PDQ)}


def recognises(lines: list[str]) -> bool:
    """Whether any of the first lines is a value after the type of a hash."""
    found = (_LOOK.fullmatch(line) for line in lines)
    return any(match is not None and _is_known(match[1]) for match in found)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids; a value alone is told by its length, 64 digits as pdq."""
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif line.strip() and not line.startswith("#"):
            yield from _read_line(number, line)


def _read_line(number: int, line: str) -> Rows:
    kind, blank, value = line.partition(" ")
    if not blank:
        kind, value = _BY_DIGITS.get(len(line), Algorithm.PDQ).value, line
    yield from read_typed(number, kind, value)


def _is_known(kind: str) -> bool:
    return plain(kind) in LOOKED_UP or plain(kind) in KEPT
