"""NIST's National Software Reference Library, RDS version 2 (CSV): files of known software, for a known-good list.
File names and products are left behind; the same file in several products is one entry.
"""

from typing import BinaryIO

from hashsets.formats import csv_columns
from hashsets.formats.records import DEFAULTS, Columns
from hashsets.formats.rows import Rows

NAME = "nsrl-csv"
IS_DELTA = False
ROLE = "known-good"
_COLUMNS = Columns({**DEFAULTS, "entry": (), "label": ()})
_OWN_NAMES = frozenset({"sha1", "md5", "crc32", "filename", "productcode"})


def recognises(lines: list[str]) -> bool:
    """Whether the first line is the header of NSRLFile.txt."""
    return bool(lines) and set(csv_columns.column_names(lines[0])) >= _OWN_NAMES


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids and labels. File names in other encodings than UTF-8 do not cost the row."""
    return csv_columns.read_rows(stream, _COLUMNS, errors="replace")
