"""A delivered file as the plain UTF-8 that the formats read: unpacked from gzip or a zip of one file, recoded from
UTF-16, with line ends of any system. It streams: nothing unpacked is ever on disk, and a bomb is stopped.
"""

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePath
from typing import BinaryIO, cast

from hashsets.errors import BrokenListError, ListFormatError

PIECE_BYTES = 65_536
# Half of a hash list is random digits, which pack to half their size; what packs to a hundredth is no list.
_MOST_TO_ONE = 100
_FREE_BYTES = 10_000_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_ENCODINGS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_XML_ENCODING = re.compile(r"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(\"[^\"]*\"|'[^']*')")

Step = Callable[[bytes], bytes]


def plain_stream(stream: BinaryIO) -> BinaryIO:
    """The stream that formats read, at its beginning: this one where it is plain already. Seeking goes back to 0 only.

    Raises ListFormatError where a file is packed so that we cannot say which list is meant, BrokenListError.
    """
    unpacked = _unpacked(stream)
    head = _head(unpacked)
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            return _stepwise(unpacked, partial(_recoding, encoding))
    if b"\r" in head and not any(mark in head for mark in (b"\n", b"\0")):
        return _stepwise(unpacked, lambda: _with_line_ends)
    return unpacked


def _unpacked(stream: BinaryIO) -> BinaryIO:
    head = _head(stream)
    size_bytes = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if head.startswith(_GZIP):
        return _stepwise(cast(BinaryIO, gzip.GzipFile(fileobj=stream)), partial(_counting, size_bytes))
    if head.startswith(_ZIP):
        return _stepwise(_only_file(stream), partial(_counting, size_bytes))
    return stream


def _only_file(stream: BinaryIO) -> BinaryIO:
    with _broken_where_damaged():
        packed = zipfile.ZipFile(stream)
        files = [held for held in packed.infolist() if not _is_beside_the_point(held)]
        if any(PurePath(held.filename).name == "[Content_Types].xml" for held in files):
            raise ListFormatError(
                "This is a spreadsheet or a document, and nothing was changed: save the list as CSV and import that."
            )
        if len(files) != 1:
            raise ListFormatError(
                f"The zip holds {len(files)} files, and nothing was changed: unpack it, then import the one with the "
                "list, or a folder of its pages."
            )
        if files[0].flag_bits & 1:
            raise ListFormatError("The zip is locked with a password, and nothing was changed: unpack it first.")
        return cast(BinaryIO, packed.open(files[0]))


def _is_beside_the_point(held: zipfile.ZipInfo) -> bool:
    path = PurePath(held.filename)
    return held.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(PIECE_BYTES)
    stream.seek(0)
    return head


def _recoding(encoding: str) -> Step:
    """From an encoding with a byte order mark; XML must not go on saying that it is in that."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    is_first = True

    def recode(piece: bytes) -> bytes:
        nonlocal is_first
        text = decoder.decode(piece, final=not piece)
        if is_first:
            text = _XML_ENCODING.sub(r"\1", text)
            is_first = False
        return text.encode("utf-8", "replace")

    return recode


def _with_line_ends(piece: bytes) -> bytes:
    return piece.replace(b"\r", b"\n")


def _counting(packed_bytes: int) -> Step:
    unpacked_bytes = 0

    def count(piece: bytes) -> bytes:
        nonlocal unpacked_bytes
        unpacked_bytes += len(piece)
        if unpacked_bytes > _FREE_BYTES + packed_bytes * _MOST_TO_ONE:
            raise BrokenListError("The packed file holds far more than a list of its size, and nothing was changed.")
        return piece

    return count


def _stepwise(stream: BinaryIO, start: Callable[[], Step]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Stepwise(stream, start), PIECE_BYTES))


class _Stepwise(io.RawIOBase):
    """A stream whose pieces go through a step, which begins anew where the stream does."""

    def __init__(self, stream: BinaryIO, start: Callable[[], Step]) -> None:
        self._stream, self._start = stream, start
        self._step, self._rest, self._at, self._is_over = start(), b"", 0, False
        self.name = str(getattr(stream, "name", ""))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the beginning, or read on to the end. Raises BrokenListError."""
        if whence == io.SEEK_END and offset == 0:
            while self.read(PIECE_BYTES):
                pass
        elif whence != io.SEEK_SET or offset not in (0, self._at):
            raise io.UnsupportedOperation
        elif offset == 0:
            with _broken_where_damaged():
                self._stream.seek(0)
            self._step, self._rest, self._at, self._is_over = self._start(), b"", 0, False
        return self._at

    def readinto(self, buffer: object) -> int:
        """Fill a buffer as far as one piece goes. Raises BrokenListError."""
        with _broken_where_damaged():
            while not self._rest and not self._is_over:
                piece = self._stream.read(PIECE_BYTES)
                self._is_over = not piece
                self._rest = self._step(piece)
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        self._at += count
        return count


@contextmanager
def _broken_where_damaged() -> Iterator[None]:
    """The errors of both packings; one that the disk makes stays what it is."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        raise BrokenListError from None
