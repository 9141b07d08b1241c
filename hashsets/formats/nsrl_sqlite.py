"""NIST's National Software Reference Library, RDS version 3: an SQLite database, for a known-good list.
The file is hostile until it has been read: it is opened read-only and as it lies there, one table is read from end to
end, and no view, trigger, expression or function of its own is ever run.
"""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from hashsets.errors import BrokenListError, ListFormatError
from hashsets.formats.rows import Hash, Rows, read_row
from hashsets.values import Algorithm

NAME = "nsrl-sqlite"
IS_DELTA = False
ROLE = "known-good"
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
# Without a file on disk the database is taken into memory.
_MOST_IN_MEMORY = 64_000_000
# METADATA is the table of the full sets, FILE that of the minimal ones; both say which package a file is from.
_TABLES = ("metadata", "file")
_MARKS = frozenset({"package_id", "object_id", "key_hash"})
_HASHES = {known.value: known for known in (Algorithm.SHA256, Algorithm.SHA1, Algorithm.MD5)}
# A row holds 32 digits at least; a crooked tree of pages could give the same rows for ever.
_LEAST_ROW_BYTES = 32
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 10_000,
}
_STEPS_WITHOUT_ROW = 5_000_000
_PRAGMAS = ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0")
_NO_TABLE = (
    "This SQLite database is no list we read, and nothing was changed: a table METADATA or FILE with a package and "
    "sha1 or md5 was looked for, as NIST's RDS version 3 has them."
)


def recognises(lines: list[str]) -> bool:
    """Whether the file is an SQLite database."""
    return bool(lines) and lines[0].encode().startswith(_MAGIC)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids and labels, with the number of the row in the table instead of a line.

    Raises BrokenListError, and ListFormatError where the database holds no list.
    """
    size_bytes = _size_of(stream)
    try:
        with closing(_open(stream, size_bytes)) as database:
            for number, hashes in enumerate(_hashes(database), start=1):
                if number * _LEAST_ROW_BYTES > size_bytes:
                    raise BrokenListError
                yield from read_row(number, hashes)
    # What SQLite says of a damaged database can be no text itself, which is a ValueError.
    except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError):
        raise BrokenListError from None


def _size_of(stream: BinaryIO) -> int:
    """The size of the database; raises BrokenListError where its header says that it was longer."""
    header = stream.read(_HEADER_BYTES)
    size_bytes = stream.seek(0, io.SEEK_END)
    page_bytes = int.from_bytes(header[16:18], "big")
    is_counted = header[24:28] == header[92:96]
    pages = int.from_bytes(header[28:32], "big") if is_counted else 0
    if len(header) < _HEADER_BYTES or size_bytes < pages * (65_536 if page_bytes == 1 else page_bytes):
        raise BrokenListError
    stream.seek(0)
    return size_bytes


def _open(stream: BinaryIO, size_bytes: int) -> sqlite3.Connection:
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO):
        place = f"{Path(str(stream.name)).absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(place, uri=True, isolation_level=None)
    elif size_bytes <= _MOST_IN_MEMORY:
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.deserialize(stream.read())
    else:
        raise ListFormatError("The database is too large to be read out of a packed file: unpack it and import it.")
    _tame(database)
    return database


def _tame(database: sqlite3.Connection) -> None:
    """Take from a database everything that a hostile one could use."""
    for limit, value in _LIMITS.items():
        database.setlimit(limit, value)
    for pragma in _PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.text_factory = lambda text: text.decode("utf-8", "replace")


def _hashes(database: sqlite3.Connection) -> Iterator[list[Hash]]:
    table, columns = _find_table(database)
    names = ", ".join(f'"{column}"' for column in columns)
    steps = _Steps()
    database.set_progress_handler(steps.count, _Steps.EVERY)
    database.set_authorizer(lambda action, first, *_: _allows(action, first, table))
    for values in database.execute(f'SELECT {names} FROM "{table}"'):  # noqa: S608 - names of our own table
        steps.number = 0
        pairs = zip(columns, values, strict=True)
        yield [(_HASHES[column.lower()], value) for column, value in pairs if isinstance(value, str) and value]


def _find_table(database: sqlite3.Connection) -> tuple[str, list[str]]:
    """The name of the table of files, and its columns of hashes that are stored and not computed."""
    kept = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'")
    names = {str(name).lower(): str(name) for (name,) in kept}
    for wanted in _TABLES:
        if wanted in names:
            info = database.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (names[wanted],))
            columns = [str(name) for (name,) in info]
            hashes = [column for column in columns if column.lower() in _HASHES]
            if hashes and not _MARKS.isdisjoint(map(str.lower, columns)):
                return names[wanted], hashes
    raise ListFormatError(_NO_TABLE)


def _allows(action: int, first: str | None, table: str) -> int:
    is_ours = action == sqlite3.SQLITE_SELECT or (action == sqlite3.SQLITE_READ and first == table)
    return sqlite3.SQLITE_OK if is_ours else sqlite3.SQLITE_DENY


class _Steps:
    """Stops a query that goes on and on without a row."""

    EVERY = 100_000

    def __init__(self) -> None:
        self.number = 0

    def count(self) -> bool:
        """Whether to stop."""
        self.number += self.EVERY
        return self.number > _STEPS_WITHOUT_ROW
