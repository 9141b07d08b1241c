"""JSON records with the columns of the CSV format: an array, an array inside an object, or one object a line.
A name inside an object is written with a dot, as in `hashes.md5`.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO

from hashsets.errors import ListColumnsError, ListFormatError
from hashsets.formats.json_shape import CONTAINERS, further_paths, is_taken_back, records_path
from hashsets.formats.json_stream import GuardedStream, PagedStream, read_records, text_of
from hashsets.formats.names import plain
from hashsets.formats.records import DEFAULTS, Columns, read_record
from hashsets.formats.rows import MORE_PAGES, Doubt, Rows, take_back

NAME = "json"
IS_DELTA = False
_MAX_DEPTH = 3
_MANY_SHAPES = 1000


def recognises(lines: list[str]) -> bool:
    """Whether the file begins as JSON and names columns of hashes, or a hash and its algorithm."""
    text = "\n".join(lines)
    return text.lstrip().startswith(("{", "[")) and Columns().hold_hashes(_names_in(text))


def read_rows(stream: BinaryIO, columns: Columns | None = None) -> Rows:
    """Rows of all records, with their number instead of a line.

    Raises BrokenListError, and ListFormatError or ListColumnsError where no record has a field that is looked for.
    """
    chosen = columns or Columns()
    path = records_path(stream, chosen.hold_hashes)
    if path is None:
        raise ListColumnsError if columns else ListFormatError(_NO_HASHES)
    among = lru_cache(maxsize=_MANY_SHAPES)(chosen.among)
    paged = PagedStream(stream)
    number = 0
    for number, record, is_gone in _records(stream, GuardedStream(paged), path, chosen):
        flat = dict(_flat(record))
        for row in read_record(number, flat, among(tuple(flat))):
            yield take_back(row) if is_gone else row
    if paged.has_more:
        yield Doubt(number, MORE_PAGES)


def _records(
    stream: BinaryIO, guarded: GuardedStream, path: str, columns: Columns
) -> Iterator[tuple[int, dict[str, Any], bool]]:
    """Number and content of the records, and whether the array they stand in says that they were taken back."""
    number = 0
    is_gone = is_taken_back(path)
    for number, record in read_records(guarded, path):
        yield number, record, is_gone
    # Only where there is another array beside the first is the file worth a second look.
    if path and guarded.arrays_opened(len(path.split("."))) > 1:
        for further in further_paths(stream, columns.hold_hashes, path):
            stream.seek(0)
            before, is_gone = number, is_taken_back(further)
            for count, record in read_records(stream, further):
                number = before + count
                yield number, record, is_gone


_NO_HASHES = (
    "No record of this JSON has a field that is called after a hash, such as md5 or pdq, and nothing was changed: "
    "say with columns which is what, as in md5=COLUMN,entry=COLUMN."
)


def _flat(record: dict[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """Names and values, those inside an object behind its name; what holds the hashes is looked through."""
    for name, value in record.items():
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _flat(value, before + name, depth + 1)
            if plain(name) in CONTAINERS:
                yield from _flat(value, "", depth + 1)
        elif isinstance(value, list) and value:
            yield from _listed(name, value)
        elif text := text_of(value):
            yield plain(before + name), text


def _listed(name: str, values: list[Any]) -> Iterator[tuple[str, str]]:
    """A list of one value as that value, and hashes that each say what they are: {"type": "md5", "value": "…"}."""
    if len(values) == 1 and (text := text_of(values[0])):
        yield plain(name), text
    elif plain(name) in CONTAINERS:
        for held in values:
            fields = {plain(field): text_of(value) for field, value in held.items()} if isinstance(held, dict) else {}
            kinds = [fields[field] for field in DEFAULTS["algorithm"] if fields.get(field)]
            texts = [fields[field] for field in DEFAULTS["hash"] if fields.get(field)]
            if kinds and texts:
                yield plain(kinds[0]), texts[0]


def _names_in(text: str) -> set[str]:
    return {plain(part) for part in text.split('"')[1::2] if len(part) < 40}
