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
_COLUMNS = Columns(dict.fromkeys(DEFAULTS, ()))
_OWN_NAMES = frozenset({"sha1", "md5", "crc32", "filename"})
# Only NIST's lists have one of these; a list of a partner must never be taken for one of harmless files.
_MARKS = frozenset({"productcode", "opsystemcode", "packageid"})


def recognises(lines: list[str]) -> bool:
    """Whether one of the first lines is the header of NSRLFile.txt."""
    return csv_columns.has_header(lines, lambda names: names >= _OWN_NAMES and not _MARKS.isdisjoint(names))


def read_rows(stream: BinaryIO) -> Rows:
    """Rows without ids and labels."""
    return csv_columns.read_rows(stream, _COLUMNS)
