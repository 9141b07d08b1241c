"""ThreatExchange's CSV: the dump of its command line, `indicator,descriptor id,added on,labels` without a header, or
the same with a header and the indicator's type. A dump says the type in its file name only: `simple.HASH_PDQ.te`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from hashsets.formats.names import LOOKED_UP, plain, read_typed
from hashsets.formats.rows import ListRow, Refusal, Rows, read_lines
from hashsets.values import WIDTH_BYTES, Algorithm

NAME = "threatexchange-csv"
IS_DELTA = False
HEADER = ("indicator", "type", "descriptor_id", "added_on", "tags")
_DUMP_LOOK = re.compile(r"[0-9A-Za-z+/=]+,\d+,(mine|\d{4}-\d\d-\d\dT[^,]*),.*")
_TYPES = {
    Algorithm.MD5: "HASH_MD5",
    Algorithm.SHA1: "HASH_SHA1",
    Algorithm.SHA256: "HASH_SHA256",
    Algorithm.PDQ: "HASH_PDQ",
    Algorithm.PHASH: "HASH_PHASH",
}
# What a value of this many digits is in a dump that nobody named: dumps hold pictures and videos, not files.
_BY_DIGITS = {2 * WIDTH_BYTES[known]: known for known in (Algorithm.MD5, Algorithm.SHA1, Algorithm.PDQ)}


def recognises(lines: list[str]) -> bool:
    """Whether the first line is our header, or that of a dump."""
    return bool(lines) and (_is_header(lines[0]) or _DUMP_LOOK.fullmatch(lines[0]) is not None)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows with the descriptor's id and the labels."""
    type_of_file = _type_in(str(getattr(stream, "name", "")))
    has_type = False
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif _is_header(line):
            has_type = True
        elif line.strip():
            yield from _read_line(number, line, has_type, type_of_file)


def _read_line(number: int, line: str, has_type: bool, type_of_file: str) -> Rows:
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error:
        cells = []
    if not 1 <= len(cells) <= len(HEADER):
        yield Refusal(number, "not the columns of a dump")
        return
    value, *rest = cells
    kind = rest.pop(0) if has_type and rest else type_of_file
    entry, _, labels = (*rest, "", "", "")[:3]
    kind = kind or _BY_DIGITS.get(len(value), Algorithm.PDQ).value
    yield from read_typed(number, kind, value, entry=entry, label=labels)


def _is_header(line: str) -> bool:
    return [plain(cell) for cell in line.split(",")][:3] == [plain(cell) for cell in HEADER[:3]]


def _type_in(file_name: str) -> str:
    """The type in a name like simple.HASH_PDQ.te; empty where there is none."""
    return next((part for part in PurePath(file_name).name.split(".") if plain(part) in LOOKED_UP), "")


def write_rows(rows: Iterable[ListRow]) -> Iterator[str]:
    """One line for each hash, with its type, under a header."""
    yield ",".join(HEADER) + "\n"
    for row in rows:
        named = [(_TYPES[algorithm], value) for algorithm, value in row.hashes]
        for kind, value in (*named, *row.others):
            yield _line((value, kind, row.entry or "", "", row.label or ""))


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
