"""JSON records with the columns of the CSV format: an array, an array inside an object, or one object a line.
A name inside an object is written with a dot, as in `hashes.md5`.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from hashsets.errors import ListColumnsError
from hashsets.formats.json_stream import first_array, read_records, text_of
from hashsets.formats.names import plain
from hashsets.formats.records import Columns, read_record
from hashsets.formats.rows import Rows

NAME = "json"
IS_DELTA = False
_SAMPLE_BYTES = 65_536
_MAX_DEPTH = 3


def recognises(lines: list[str]) -> bool:
    """Whether the file begins as JSON and names columns of hashes, or a hash and its algorithm."""
    text = "\n".join(lines)
    return text.lstrip().startswith(("{", "[")) and Columns().hold_hashes(_names_in(text))


def read_rows(stream: BinaryIO, columns: Columns | None = None) -> Rows:
    """Rows of all records, with their number instead of a line. Raises BrokenListError, ListColumnsError."""
    chosen = columns or Columns()
    is_lines = _is_lines(stream)
    path = "" if is_lines else first_array(stream)
    names: tuple[str, ...] = ()
    there, was_seen = chosen, False
    for number, record in read_records(stream, path, many=is_lines):
        flat = dict(_flat(record))
        if tuple(flat) != names:
            names, there = tuple(flat), chosen.among(flat)
            was_seen = was_seen or chosen.hold_hashes(set(flat))
        if columns and not was_seen:
            raise ListColumnsError
        yield from read_record(number, flat, there)


def _flat(record: dict[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _flat(value, before + name, depth + 1)
        elif text := text_of(value):
            yield plain(before + name), text


def _names_in(text: str) -> set[str]:
    return {plain(part) for part in text.split('"')[1::2] if len(part) < 40}


def _is_lines(stream: BinaryIO) -> bool:
    """Whether the first line is one whole record, and so not an object around an array of them."""
    first = stream.read(_SAMPLE_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    stream.seek(0)
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and not any(_holds_records(value) for value in record.values())


def _holds_records(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
