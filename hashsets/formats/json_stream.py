"""JSON of any size as a stream of records: never more than one record in memory, whatever the file is.
It knows nothing of hashes. Every function raises BrokenListError where the text is no JSON or ends early.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import ijson
import numpy as np

from hashsets.errors import BrokenListError

# A record of a list is some kilobytes; video hashes make it some hundred.
MAX_RECORD_BYTES = 4_000_000
MAX_DEPTH = 32
_PIECE_BYTES = 65_536
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class GuardedStream:
    """Hands a file to the parser piece by piece; refuses deep nesting and records that do not end.

    ijson builds the path of each nested value: ten thousand brackets cost it gigabytes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._backslash = b""
        self._is_in_string = 0
        self._depth = 0
        self._since_record = 0

    def read(self, size: int = -1) -> bytes:
        """The next piece, without a byte order mark; nothing where nothing is asked for. Raises BrokenListError."""
        if size == 0:
            return b""
        at_start = self._stream.tell() == 0
        piece = self._stream.read(_PIECE_BYTES)
        if at_start:
            piece = piece.removeprefix(b"\xef\xbb\xbf")
        self._since_record += len(piece)
        if self._since_record > MAX_RECORD_BYTES:
            raise BrokenListError
        self._measure(piece)
        return piece

    def record_ended(self) -> None:
        """Tell that what was read so far led to a record."""
        self._since_record = 0

    def _measure(self, piece: bytes) -> None:
        # A string may go on in the next piece, and so may an escape. Every step here is linear, whatever the text is.
        text = _ESCAPE.sub(b"", self._backslash + piece)
        self._backslash = text[len(text.rstrip(b"\\")) :]
        parts = text.split(b'"')
        structure = b"".join(parts[self._is_in_string :: 2])
        self._is_in_string = (self._is_in_string + len(parts) - 1) % 2
        brackets = np.frombuffer(structure.translate(None, _NOT_BRACKETS), np.uint8)
        if brackets.size:
            # In ASCII "{" and "[" lie before "}" and "]", and differ from them in this bit.
            depths = self._depth + np.cumsum(np.where(brackets & 2, 1, -1))
            self._depth = int(depths[-1])
            if depths.max() > MAX_DEPTH:
                raise BrokenListError


def read_records(stream: BinaryIO, path: str, *, many: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and content of each object at a path, as ijson writes paths: "value.item"; others than objects are empty.

    With `many`, the file is several JSON documents one after the other.
    """
    guarded = GuardedStream(stream)
    with _broken_where_unreadable():
        found = ijson.items(guarded, path, multiple_values=many, use_float=True, buf_size=_PIECE_BYTES)
        for number, record in enumerate(found, start=1):
            guarded.record_ended()
            yield number, record if isinstance(record, dict) else {}


def read_members(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Names and values of the one object that the file is."""
    guarded = GuardedStream(stream)
    with _broken_where_unreadable():
        for name, value in ijson.kvitems(guarded, "", use_float=True, buf_size=_PIECE_BYTES):
            guarded.record_ended()
            yield name, value


def first_array(stream: BinaryIO) -> str:
    """The path of the items of the first array; leaves the stream at its beginning. Raises BrokenListError."""
    stream.seek(0)
    with _broken_where_unreadable():
        for path, event, _ in ijson.parse(GuardedStream(stream), use_float=True, buf_size=_PIECE_BYTES):
            if event == "start_array":
                stream.seek(0)
                return f"{path}.item" if path else "item"
    raise BrokenListError


@contextmanager
def _broken_where_unreadable() -> Iterator[None]:
    try:
        yield
    except (ijson.JSONError, UnicodeDecodeError, ValueError, RecursionError):
        raise BrokenListError from None


def text_of(value: object) -> str:
    """A simple value as text: numbers as they are written, true and false in lower case, nothing as nothing."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
