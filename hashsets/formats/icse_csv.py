"""INTERPOL's ICSE: CSV with semicolons. MD5 and SHA1 are looked up, PhotoDNA is kept; the image's id is the entry.
Series names and what is known of victims and offenders are left behind.
"""

from typing import BinaryIO

from hashsets.formats import csv_columns
from hashsets.formats.records import DEFAULTS, Columns
from hashsets.formats.rows import ListRow, Rows

NAME = "icse-csv"
IS_DELTA = False
BASELINE = "baseline"
_COLUMNS = Columns({**DEFAULTS, "entry": ("imageid",), "label": ("baseline",)})
_OWN_NAMES = frozenset({"imageid", "numberofsubmissions", "baseline"})


def recognises(lines: list[str]) -> bool:
    """Whether the first line is ICSE's header."""
    return bool(lines) and ";" in lines[0] and set(csv_columns.column_names(lines[0])) >= _OWN_NAMES


def read_rows(stream: BinaryIO) -> Rows:
    """Rows of images; the label is `baseline` where the column says yes, and what it says where it is a code."""
    for row in csv_columns.read_rows(stream, _COLUMNS):
        if isinstance(row, ListRow):
            yield ListRow(row.hashes, row.entry, _label(row.label), row.others)
        else:
            yield row


def _label(text: str | None) -> str | None:
    said = (text or "").lower()
    if said in ("true", "yes", "1"):
        return BASELINE
    return None if said in ("false", "no", "0") else text
