"""A canonical tar: one way only to write given members, so that reading can rebuild and compare. In memory only."""

import re
import tarfile
from collections.abc import Mapping

from notices.errors import PacketError

MAX_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 5_000
_BLOCK = 512
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*")


def write_tar(members: Mapping[str, bytes], mtime: int) -> bytes:
    """Members by path as one ustar file: sorted, owner 0 without name, mode 0644, one time for all."""
    parts = [_header(path, len(members[path]), mtime) + _padded(members[path]) for path in sorted(members)]
    whole = b"".join(parts) + bytes(2 * _BLOCK)
    return whole + bytes(-len(whole) % tarfile.RECORDSIZE)


def read_tar(data: bytes) -> dict[str, bytes]:
    """The members of a tar written by :func:`write_tar`.

    Only names and sizes are read here; nothing is unpacked, and whoever calls compares the rebuilt bytes.

    Raises:
        PacketError: too large, cut off, or a member that is not an ordinary file with a plain name.
    """
    if len(data) > MAX_BYTES:
        raise PacketError(f"The packet has {len(data)} bytes, more than {MAX_BYTES}. It was not read.")
    members: dict[str, bytes] = {}
    at = 0
    while any(header := data[at : at + _BLOCK]):
        path, size = _read_header(header, at)
        if path in members:
            raise PacketError(f"{path} stands twice in the packet. Get it again from its sender.")
        if len(members) == MAX_MEMBERS:
            raise PacketError(f"The packet has more than {MAX_MEMBERS} files. It was not read further.")
        start = at + _BLOCK
        if start + size > len(data):
            raise PacketError(f"{path} is cut off. Get the packet again from its sender.")
        members[path] = data[start : start + size]
        at = start + size + -size % _BLOCK
    return members


def _read_header(header: bytes, at: int) -> tuple[str, int]:
    if len(header) < _BLOCK:
        raise PacketError(f"The packet is cut off at byte {at}. Get it again from its sender.")
    if header[257:262] != b"ustar":
        raise PacketError(
            f"This is no packet: there is no tar header at byte {at}. Name the .tar that was handed over."
        )
    path = header[:100].split(b"\0")[0].decode("ascii", "replace")
    if not _PATH.fullmatch(path):
        raise PacketError(f"A file in the packet has the odd name {path!a}. Do not unpack it.")
    if header[156:157] != tarfile.REGTYPE:
        raise PacketError(f"{path} is a link, folder or device, not a plain file. Do not unpack it.")
    if not re.fullmatch(rb"[0-7]{11}\0", header[124:136]):
        raise PacketError(f"{path} has no readable size. Get the packet again from its sender.")
    return path, int(header[124:135], 8)


def _header(path: str, size: int, mtime: int) -> bytes:
    if len(path) > 100 or not _PATH.fullmatch(path):
        raise PacketError(f"{path!a} cannot be the name of a file in a packet. Use letters, digits, dot and dash.")
    entry = tarfile.TarInfo(path)
    entry.size, entry.mtime, entry.mode = size, mtime, 0o644
    return entry.tobuf(format=tarfile.USTAR_FORMAT, encoding="ascii")


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % _BLOCK)
