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
_NEXT_PAGE = re.compile(rb'"(?:hasMoreRecords|@?odata\.nextLink|next)"\s{0,9}:\s{0,9}(true|"(?:https?:)?/)?')
_LONGEST_LINK = 64
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class PagedStream:
    """Hands a file on and looks out for what its pages say of further ones; the last page decides."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._tail = b""
        self.has_more = False

    def tell(self) -> int:
        """Where the file is."""
        return self._stream.tell()

    def read(self, size: int) -> bytes:
        """The next piece."""
        piece = self._stream.read(size)
        text = self._tail + piece
        # Searching for these words first costs next to nothing; the pattern alone would cost as much as the parsing.
        if b"hasMoreRecords" in text or b"nextLink" in text or b'"next"' in text:
            for match in _NEXT_PAGE.finditer(text):
                self.has_more = match[1] is not None
        self._tail = piece[-_LONGEST_LINK:]
        return piece


class GuardedStream:
    """Hands a file to the parser piece by piece; refuses deep nesting and records that do not end.

    ijson builds the path of each nested value: ten thousand brackets cost it gigabytes.
    """

    def __init__(self, stream: BinaryIO | PagedStream) -> None:
        self._stream = stream
        self._backslash = b""
        self._is_in_string = 0
        self._depth = 0
        self._since_record = 0
        self._arrays_opened = np.zeros(MAX_DEPTH + 1, np.int64)

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

    def arrays_opened(self, depth: int) -> int:
        """How many arrays began so far that lie this deep; the outermost bracket is 1."""
        return int(self._arrays_opened[depth])

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
            opened = depths[brackets == ord("[")]
            self._arrays_opened += np.bincount(opened[opened > 0], minlength=MAX_DEPTH + 1)


def read_records(stream: BinaryIO | PagedStream | GuardedStream, path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and content of each object at a path, as ijson writes paths: "value.item"; others than objects are empty.

    The file may be several JSON documents one after the other, as pages are that somebody put together.
    """
    guarded = stream if isinstance(stream, GuardedStream) else GuardedStream(stream)
    with _broken_where_unreadable():
        found = ijson.items(guarded, path, multiple_values=True, use_float=True, buf_size=_PIECE_BYTES)
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


def read_events(stream: BinaryIO) -> Iterator[tuple[str, str, Any]]:
    """What ijson says of each part of the text: where it is, what it is, its value."""
    guarded = GuardedStream(stream)
    with _broken_where_unreadable():
        for path, event, value in ijson.parse(guarded, multiple_values=True, use_float=True, buf_size=_PIECE_BYTES):
            if event == "end_map":
                guarded.record_ended()
            yield path, event, value


@contextmanager
def _broken_where_unreadable() -> Iterator[None]:
    try:
        yield
    # Without use_float, ijson 3.6 dies of a number of five thousand digits; with it, one beyond 64 bits is an error.
    except (ijson.JSONError, ValueError, ArithmeticError, RecursionError):
        raise BrokenListError from None


def text_of(value: object) -> str:
    """A simple value as text: numbers as they are written, true and false in lower case, nothing as nothing."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
