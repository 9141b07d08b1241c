"""Files of bytes and of arrays as they lie on disk, opened at once, so that removing them later does no harm.
It knows numpy's file format, not what the arrays are of.
"""

import io
import mmap
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from hashsets.errors import DamagedListError

# A mapped file keeps a descriptor, of which a process has a thousand or so: what is small is read.
_READ_WHOLE = 65_536
_HEADER = 4096


def open_bytes(path: Path, size_bytes: int) -> NDArray[np.uint8]:
    """The content of a file, which must have this size. Raises DamagedListError, OSError."""
    try:
        with path.open("rb") as stream:
            is_whole = os.fstat(stream.fileno()).st_size == size_bytes
            is_small = size_bytes <= _READ_WHOLE
            content = stream.read() if is_small or not is_whole else mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)
    except FileNotFoundError:
        is_whole = False
    if not is_whole:
        raise DamagedListError(f"{path} is missing or has another size: import the list again.")
    return np.frombuffer(content, np.uint8) if size_bytes else np.empty(0, np.uint8)


def open_array(path: Path, size_bytes: int) -> NDArray[Any]:
    """The array in a file, which must have this size; read-only. Raises DamagedListError, OSError."""
    content = open_bytes(path, size_bytes)
    header = io.BytesIO(content[:_HEADER].tobytes())
    try:
        npy.read_magic(header)
        shape, is_by_column, kind = npy.read_array_header_1_0(header)
        return content[header.tell() :].view(kind).reshape(shape, order="F" if is_by_column else "C")
    except ValueError:
        raise DamagedListError(f"{path} is damaged: import the list again.") from None


class Pieces:
    """Pieces of a file that never changes, read one by one: mapped they would stay in memory, with their neighbours."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._content = path.read_bytes() if size_bytes <= _READ_WHOLE else None
        if self._content is None:
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, self._handle)

    def read(self, start: int, stop: int) -> bytes:
        """What stands from start to stop; any thread may ask."""
        if self._content is not None:
            return self._content[start:stop]
        return os.pread(self._handle, stop - start, start)
