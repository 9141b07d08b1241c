"""Files that are there whole or not at all, with the modes of their home, and locks between processes.
It knows folders and bytes, not what is in them.
"""

import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder: 2770 where its parent hands its group down (a home shared by a group), else 0700."""
    try:
        folder.mkdir(0o700)
    except FileExistsError:
        return
    folder.chmod(0o2770 if _is_shared(folder.parent) else 0o700)


def set_mode(path: Path) -> None:
    """Give a file of ours its mode: 0640 in a folder shared by a group, else 0600."""
    path.chmod(_file_mode(path.parent))


def write_whole(path: Path, body: bytes) -> None:
    """Replace a file in one step that survives a loss of power; one caller at a time.

    Its time of change always moves on, so that whoever has looked at that before sees that it is another file.
    """
    # What another process left when it died may belong to another person, and can be removed but not written to.
    for left in path.parent.glob(f".{path.name}.*tmp"):
        left.unlink(missing_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(body)
        stream.flush()
        # The kernel's own clock for this stands still for some milliseconds.
        changed_at = max(time.time_ns(), path.stat().st_mtime_ns + 1 if path.exists() else 0)
        os.utime(descriptor, ns=(changed_at, changed_at))
        os.fsync(descriptor)
    set_mode(temporary)
    temporary.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file's content is on disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on disk."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def checksum(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this name, waiting for it; the kernel frees it when the process dies."""
    # Opened for reading: that is enough for flock, and a group's files are not writable for all of it.
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, _file_mode(path.parent))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_shared(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)


def _file_mode(folder: Path) -> int:
    return 0o640 if _is_shared(folder) else 0o600
