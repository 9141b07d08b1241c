"""The formats in which hash lists come, one file each; a new one is a module and a line in FORMATS.
A format has NAME, recognises(first lines), read_rows(binary stream) and IS_DELTA: whether a file only adds and
withdraws, or is the whole list, so that what it does not name is withdrawn. It knows no library.
"""

from typing import BinaryIO, Protocol

from hashsets.errors import BrokenListError, ListColumnsError, ListFormatError
from hashsets.formats import (
    csv_columns,
    icse_csv,
    json_columns,
    ncmec_xml,
    nsrl_csv,
    nsrl_sqlite,
    pdq_text,
    stopncii_json,
    threatexchange_csv,
    threatexchange_json,
    tx_local,
    vics,
    vpdq_json,
    vpdq_text,
)
from hashsets.formats.no_list import explain
from hashsets.formats.records import Columns
from hashsets.formats.rows import Doubt, ListRow, Refusal, Row, Rows, Withdrawal
from hashsets.formats.unpacking import PIECE_BYTES, plain_stream

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


class Format(Protocol):
    """What a format module offers. The stream is plain UTF-8, or as it lies on disk, and can be rewound."""

    NAME: str
    IS_DELTA: bool

    def recognises(self, lines: list[str]) -> bool: ...
    def read_rows(self, stream: BinaryIO) -> Rows: ...


# In the order in which they are asked; the more particular ones first.
FORMATS: tuple[Format, ...] = (
    nsrl_sqlite,
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

    Raises ListFormatError, which says what the file looks like instead.
    """
    head = _head(stream)
    chosen = _recognised(head) if name is None else next((known for known in FORMATS if name == known.NAME), None)
    if chosen:
        return chosen
    names = ", ".join(known.NAME for known in FORMATS)
    if name:
        raise ListFormatError(f"There is no format of this name, and nothing was changed: name one of {names}.")
    raise ListFormatError(explain(head, names))


def read_delivery(stream: BinaryIO, name: str | None, columns: Columns | None) -> tuple[Format, Rows]:
    """The format of a file and its rows, read as they are asked for; `columns` are for formats that have columns.

    A file may be packed, and in another encoding than UTF-8. Raises ListFormatError, and while reading
    BrokenListError and ListColumnsError.
    """
    plain = plain_stream(stream)
    if columns is None:
        chosen = choose_format(plain, name)
        rows = chosen.read_rows(plain)
        return chosen, rows if name is None else _or_say_what_it_is(rows, chosen, _recognised(_head(plain)))
    is_json = "".join(_lines(_head(plain))[:1]).lstrip().startswith(("{", "["))
    module = json_columns if is_json else csv_columns
    if name not in (None, *(known.NAME for known in _WITH_COLUMNS)):
        raise ListColumnsError("Only the formats csv and json have columns to name: leave them or the format away.")
    return module, module.read_rows(plain, columns)


def recommended_role(format: Format) -> str | None:
    """The role of a new list in this format, where there is only one that makes sense."""
    return getattr(format, "ROLE", None)


def _recognised(head: bytes) -> Format | None:
    lines = _lines(head)
    return next((known for known in FORMATS if known.recognises(lines)), None)


def _or_say_what_it_is(rows: Rows, named: Format, looks_like: Format | None) -> Rows:
    """The rows; where the file is broken as what somebody called it, because it is something else, say what."""
    try:
        yield from rows
    except BrokenListError:
        if looks_like in (named, None):
            raise
        raise ListFormatError(
            f"This is no {named.NAME} but looks like {looks_like.NAME}, and nothing was changed: "
            "leave the format away, or name that one."
        ) from None


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(PIECE_BYTES)
    stream.seek(0)
    return head


def _lines(head: bytes) -> list[str]:
    """The first lines that are no comments, the last perhaps cut off."""
    text = head.decode("utf-8-sig", errors="replace")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
