"""CSV with a header that names its columns, comma, semicolon or tab. A row carries several hashes of one entry, each in
the column of its algorithm, or one hash beside a column that says which algorithm it is of.
Columns that are neither hash, id nor label are left behind: they can describe a person.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from hashsets.formats.rows import ListRow, Refusal, Rows, check_values, clean_text, read_lines
from hashsets.values import Algorithm

NAME = "csv"
# Header names without case, blanks, dashes and underscores; the first that occurs counts.
HASH_COLUMNS = {
    "md5": Algorithm.MD5,
    "sha1": Algorithm.SHA1,
    "sha256": Algorithm.SHA256,
    "pdq": Algorithm.PDQ,
    "pdqhash": Algorithm.PDQ,
    "phash": Algorithm.PHASH,
}
VALUE_COLUMNS = ("hash", "hashvalue", "value", "indicator", "hashdigest")
ALGORITHM_COLUMNS = ("algorithm", "type", "hashtype", "signaltype", "hashalgorithm")
ENTRY_COLUMNS = ("entry", "entryid", "id", "mediaid", "imageid")
LABEL_COLUMNS = ("label", "category", "classification", "baseline")


def recognises(lines: list[str]) -> bool:
    """Whether the first line is a header with at least one column of hashes, or a hash and its algorithm."""
    names = set(_names(lines[0])) if lines else set()
    is_long = not names.isdisjoint(VALUE_COLUMNS) and not names.isdisjoint(ALGORITHM_COLUMNS)
    return is_long or not names.isdisjoint(HASH_COLUMNS)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows with the ids and labels of the source; a bad hash is refused alone, the row's others are kept."""
    lines = read_lines(stream)
    header = _header(lines)
    names = _names(header)
    for number, cells in _records(lines, _delimiter(header)):
        if isinstance(cells, Refusal):
            yield cells
        elif len(cells) > len(names):
            yield Refusal(number, f"{len(cells)} cells under {len(names)} columns")
        else:
            yield from _read_record(number, dict(zip(reversed(names), reversed(_padded(cells, names)), strict=True)))


def _read_record(number: int, record: dict[str, str]) -> Rows:
    given = [(algorithm, record[name]) for name, algorithm in HASH_COLUMNS.items() if record.get(name)]
    value = _first(record, VALUE_COLUMNS)
    if value is not None and not given:
        algorithm = HASH_COLUMNS.get(_plain(_first(record, ALGORITHM_COLUMNS) or ""))
        if algorithm is None:
            yield Refusal(number, "an algorithm we do not look up, or none named")
            return
        given = [(algorithm, value)]
    sound, refused = check_values(number, given)
    yield from refused
    if sound:
        yield ListRow(tuple(sound), entry=_first(record, ENTRY_COLUMNS), label=_first(record, LABEL_COLUMNS))
    elif not given and any(record.values()):
        yield Refusal(number, "no hash in this row")


def _records(lines: Iterator[tuple[int, str | Refusal]], delimiter: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Cells of each line. A quoted cell may not hold a line break: one stray quote would swallow the whole file."""
    for number, line in lines:
        if isinstance(line, Refusal):
            yield number, line
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


def _names(header: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=_delimiter(header)), [])
    return [_plain(cell) for cell in cells]


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _padded(cells: list[str], names: list[str]) -> list[str]:
    return cells + [""] * (len(names) - len(cells))


def _first(record: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := clean_text(record.get(name)))), None)
