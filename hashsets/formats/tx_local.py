"""The `local_file` exchange of ThreatExchange's command line tx: `<signal type> <value>` a line, or a value alone.
A plain list of MD5 or SHA-1, one a line, is read like the latter; 64 digits alone are taken for PDQ.
"""

import re
from typing import BinaryIO

from hashsets.formats.names import KEPT, LOOKED_UP, plain, read_typed
from hashsets.formats.rows import Refusal, Rows, read_lines
from hashsets.values import WIDTH_BYTES, Algorithm

NAME = "tx-local"
IS_DELTA = False
_LOOK = re.compile(r"([A-Za-z][A-Za-z0-9_]*)[ \t](.*\S.*)")
_BY_DIGITS = {2 * WIDTH_BYTES[known]: known for known in (Algorithm.MD5, Algorithm.SHA1, Algorithm.PDQ)}
_BARE = re.compile(r"\s*([0-9A-Fa-f]{32}|[0-9A-Fa-f]{40})\s*")
_PDQ = re.compile(r"[0-9A-Fa-f]{64}")


def recognises(lines: list[str]) -> bool:
    """Whether any of the first lines is a value after the type of a hash, or an MD5 or SHA-1 alone.

    Among PDQ hashes 32 digits are no MD5 but a PDQ that was cut off.
    """
    if any((found := _LOOK.fullmatch(line)) and _is_known(found[1]) for line in lines):
        return True
    return any(map(_BARE.fullmatch, lines)) and not any(map(_PDQ.match, lines))


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids; a value alone is told by its length, 64 digits as pdq."""
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif line.strip() and not line.lstrip().startswith("#"):
            yield from _read_line(number, line)


def _read_line(number: int, line: str) -> Rows:
    found = _LOOK.fullmatch(line)
    if found:
        yield from read_typed(number, found[1], found[2])
    else:
        kind = _BY_DIGITS.get(len(line.strip()), Algorithm.PDQ)
        yield from read_typed(number, kind.value, line)


def _is_known(kind: str) -> bool:
    return plain(kind) in LOOKED_UP or plain(kind) in KEPT
