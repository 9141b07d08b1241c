"""Reads a fetched page: the pictures it shows, its visible text, and signs that what was there is gone. Pure: bytes in,
facts out, and bounded whatever the bytes are."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

MAX_HTML_BYTES = 5_000_000
MAX_DEPTH = 400
MAX_TEXT = 20_000
MAX_LINKS = 20_000
