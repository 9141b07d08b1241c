"""The formats in which hash lists come, one file each; a new one is a module and a line in FORMATS.
A format has NAME, recognises(first lines) and read_rows(binary stream); it knows no library.
"""

from typing import BinaryIO, Protocol

from hashsets.errors import ListFormatError
from hashsets.formats import csv_columns, pdq_text
from hashsets.formats.rows import ListRow, Refusal, Rows

__all__ = ["FORMATS", "Format", "ListRow", "Refusal", "Rows", "choose_format"]

SAMPLE_BYTES = 65_536


class Format(Protocol):
    """What a format module offers."""

    NAME: str

    def recognises(self, lines: list[str]) -> bool: ...
    def read_rows(self, stream: BinaryIO) -> Rows: ...


# In the order in which they are asked; the more particular ones first.
FORMATS: tuple[Format, ...] = (csv_columns, pdq_text)


def choose_format(stream: BinaryIO, name: str | None = None) -> Format:
    """The format of this name, or the one that recognises the content; leaves the stream at its beginning.

    Raises ListFormatError.
    """
    for known in FORMATS:
        if name == known.NAME or (name is None and known.recognises(_sample(stream))):
            return known
    names = ", ".join(known.NAME for known in FORMATS)
    raise ListFormatError(f"The list's format was not recognised: check the file, or name one of {names}.")


def _sample(stream: BinaryIO) -> list[str]:
    """The first lines that are no comments, the last perhaps cut off."""
    stream.seek(0)
    text = stream.read(SAMPLE_BYTES).decode("utf-8-sig", errors="replace")
    stream.seek(0)
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
