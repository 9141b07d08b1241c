"""INTERPOL's ICSE: CSV with semicolons. MD5 and SHA1 are looked up, PhotoDNA is kept; the image's id is the entry.
Series names and what is known of victims and offenders are left behind.
"""

from dataclasses import replace
from typing import BinaryIO

from hashsets.formats import csv_columns
from hashsets.formats.records import DEFAULTS, Columns
from hashsets.formats.rows import ListRow, Rows, is_true

NAME = "icse-csv"
IS_DELTA = False
BASELINE = "baseline"
_COLUMNS = Columns({**DEFAULTS, "entry": ("imageid",), "label": ("baseline",)})
_OWN_NAMES = frozenset({"imageid", "numberofsubmissions", "baseline"})


def recognises(lines: list[str]) -> bool:
    """Whether one of the first lines is ICSE's header."""
    return csv_columns.has_header(lines, _OWN_NAMES.issubset)


def read_rows(stream: BinaryIO) -> Rows:
    """Rows of images; the label is `baseline` where the column says yes, and what it says where it is a code."""
    for row in csv_columns.read_rows(stream, _COLUMNS):
        yield replace(row, label=_label(row.label)) if isinstance(row, ListRow) else row


def _label(text: str | None) -> str | None:
    if is_true(text or ""):
        return BASELINE
    return None if (text or "").lower() in ("false", "no", "n", "0") else text
