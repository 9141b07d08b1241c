"""The formats in which hash lists come, one file each; a new one is a module and a line in FORMATS.
A format has NAME, recognises(first lines), read_rows(binary stream) and IS_DELTA: whether a file only adds and
withdraws, or is the whole list, so that what it does not name is withdrawn. It knows no library.
"""

from typing import BinaryIO, Protocol

from hashsets.errors import ListColumnsError, ListFormatError
from hashsets.formats import (
    csv_columns,
    icse_csv,
    json_columns,
    ncmec_xml,
    nsrl_csv,
    pdq_text,
    stopncii_json,
    threatexchange_csv,
    threatexchange_json,
    tx_local,
    vics,
    vpdq_json,
    vpdq_text,
)
from hashsets.formats.records import Columns
from hashsets.formats.rows import Doubt, ListRow, Refusal, Row, Rows, Withdrawal

__all__ = [
    "FORMATS",
    "Doubt",
    "Format",
    "ListRow",
    "Refusal",
    "Row",
    "Rows",
    "Withdrawal",
    "choose_format",
    "read_delivery",
    "recommended_role",
]

SAMPLE_BYTES = 65_536


class Format(Protocol):
    """What a format module offers."""

    NAME: str
    IS_DELTA: bool

    def recognises(self, lines: list[str]) -> bool: ...
    def read_rows(self, stream: BinaryIO) -> Rows: ...


# In the order in which they are asked; the more particular ones first.
FORMATS: tuple[Format, ...] = (
    ncmec_xml,
    vics,
    stopncii_json,
    threatexchange_json,
    vpdq_json,
    json_columns,
    nsrl_csv,
    icse_csv,
    threatexchange_csv,
    csv_columns,
    vpdq_text,
    tx_local,
    pdq_text,
)
_WITH_COLUMNS = (json_columns, csv_columns)


def choose_format(stream: BinaryIO, name: str | None = None) -> Format:
    """The format of this name, or the one that recognises the content; leaves the stream at its beginning.

    Raises ListFormatError.
    """
    lines = _sample(stream)
    for known in FORMATS:
        if name == known.NAME or (name is None and known.recognises(lines)):
            return known
    names = ", ".join(known.NAME for known in FORMATS)
    raise ListFormatError(f"The list's format was not recognised: check the file, or name one of {names}.")


def read_delivery(stream: BinaryIO, name: str | None, columns: Columns | None) -> tuple[Format, Rows]:
    """The format of a file and its rows, read as they are asked for; `columns` are for formats that have columns.

    Raises ListFormatError, and while reading BrokenListError and ListColumnsError.
    """
    if columns is None:
        chosen = choose_format(stream, name)
        return chosen, chosen.read_rows(stream)
    is_json = "".join(_sample(stream)[:1]).lstrip().startswith(("{", "["))
    module = json_columns if is_json else csv_columns
    if name not in (None, *(known.NAME for known in _WITH_COLUMNS)):
        raise ListColumnsError("Only the formats csv and json have columns to name: leave them or the format away.")
    return module, module.read_rows(stream, columns)


def recommended_role(format: Format) -> str | None:
    """The role of a new list in this format, where there is only one that makes sense."""
    return getattr(format, "ROLE", None)


def _sample(stream: BinaryIO) -> list[str]:
    """The first lines that are no comments, the last perhaps cut off."""
    stream.seek(0)
    text = stream.read(SAMPLE_BYTES).decode("utf-8-sig", errors="replace")
    stream.seek(0)
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
