"""ThreatExchange's CSV: the dump of its command line, `indicator,descriptor id,added on,labels` without a header, with
the indicator's own id before it in later versions, or with a header. A dump says the type in its file name only:
`simple.HASH_PDQ.te`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from hashsets.formats.names import KEPT, LOOKED_UP, plain, read_typed
from hashsets.formats.rows import ListRow, Refusal, Rows, read_lines
from hashsets.values import WIDTH_BYTES, Algorithm

NAME = "threatexchange-csv"
IS_DELTA = False
HEADER = ("indicator", "type", "descriptor_id", "added_on", "tags")
_DUMP_LOOK = re.compile(r"(\d+,)?[0-9A-Za-z+/=]+,\d+,(mine|\d{4}-\d\d-\d\dT[^,]*),.*")
_LAYOUTS = {
    4: ("indicator", "descriptorid", "addedon", "tags"),
    5: ("indicatorid", "indicator", "descriptorid", "addedon", "tags"),
}
_MARKS = frozenset({"descriptorid", "firstdescriptorid", "addedon", "indicatorid"})
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
    """Whether the first line is a header of indicators, or that of a dump."""
    return bool(lines) and (_header(lines[0]) is not None or _DUMP_LOOK.fullmatch(lines[0]) is not None)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows with the indicator's id, or where there is none the descriptor's, and the labels."""
    type_of_file = _type_in(str(getattr(stream, "name", "")))
    header: tuple[str, ...] | None = None
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif header is None and (names := _header(line)):
            header = names
        elif line.strip():
            yield from _read_line(number, line, header, type_of_file)


def _read_line(number: int, line: str, header: tuple[str, ...] | None, type_of_file: str) -> Rows:
    cells = _cells(line)
    names = header or _LAYOUTS.get(len(cells), _LAYOUTS[4])
    if not 1 <= len(cells) <= len(names):
        yield Refusal(number, "not the columns of a dump")
        return
    record = dict(zip(names, cells, strict=False))
    value = record.get("indicator", "")
    kind = record.get("type") or type_of_file or _BY_DIGITS.get(len(value), Algorithm.PDQ).value
    ids = (record.get(name) for name in ("indicatorid", "id", "descriptorid", "firstdescriptorid"))
    label = record.get("tags") or record.get("labels")
    yield from read_typed(number, kind, value, entry=next(filter(None, ids), None), label=label)


def _header(line: str) -> tuple[str, ...] | None:
    """The plain names in a header of indicators; None where it is none."""
    names = tuple(plain(cell) for cell in _cells(line))
    return names if "indicator" in names and not _MARKS.isdisjoint(names) else None


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def _type_in(file_name: str) -> str:
    """The type in a name like simple.HASH_PDQ.te; empty where there is none."""
    parts = PurePath(file_name).name.split(".")
    return next((part for part in parts if plain(part) in LOOKED_UP or plain(part) in KEPT), "")


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
