"""Ready behaviours for `site.script`: the ways in which a hostile or broken host answers."""

import gzip
import itertools
from collections.abc import Iterator

from scripts.lab.http import Behaviour, Connection, LabRequest

HTML = "text/html; charset=utf-8"
JPEG = "image/jpeg"


def drip(body: bytes, every_s: float = 0.05, chunk_bytes: int = 1, content_type: str = JPEG) -> Behaviour:
    """An honest head, then the body a few bytes at a time."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.head(200, {"Content-Type": content_type, "Content-Length": str(len(body))})
        for start in range(0, len(body), chunk_bytes):
            if not connection.wait(every_s):
                return
            connection.send(body[start : start + chunk_bytes])

    return behave


def stall(after: bytes = b"", seconds: float = 3600) -> Behaviour:
    """The raw bytes `after` (none: not even a head), then silence with the connection open."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.send(after)
        connection.wait(seconds)

    return behave


def _pour(connection: Connection, pieces: Iterator[bytes], every_s: float) -> None:
    for piece in pieces:
        connection.send(piece)
        if not connection.wait(every_s):
            return


def endless(chunk: bytes = b"\xff\xd8" + bytes(65_534), every_s: float = 0, content_type: str = JPEG) -> Behaviour:
    """A body that never ends and tells no length."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.head(200, {"Content-Type": content_type, "Connection": "close"})
        _pour(connection, itertools.repeat(chunk), every_s)

    return behave


def endless_head(every_s: float = 0) -> Behaviour:
    """A head whose header lines never end."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\n")
        _pour(connection, (b"X-Lab-%d: %s\r\n" % (n, b"a" * 500) for n in itertools.count()), every_s)

    return behave


def reset(after: bytes = b"") -> Behaviour:
    """The raw bytes `after`, then a connection reset."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.send(after)
        connection.reset()

    return behave


def lying_length(body: bytes, claimed_bytes: int, content_type: str = JPEG) -> Behaviour:
    """A Content-Length that is not the body's, then the end of the connection."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.head(200, {"Content-Type": content_type, "Content-Length": str(claimed_bytes)})
        connection.send(body)

    return behave


def gzip_bomb(unpacked_bytes: int = 1 << 30, content_type: str = HTML) -> Behaviour:
    """A small gzip body (about a thousandth) that unpacks to `unpacked_bytes` zeros, in members of one MiB."""
    whole, rest = divmod(unpacked_bytes, 1 << 20)
    packed = gzip.compress(bytes(1 << 20), mtime=0) * whole + (gzip.compress(bytes(rest), mtime=0) if rest else b"")

    def behave(_request: LabRequest, connection: Connection) -> None:
        headers = {"Content-Type": content_type, "Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        connection.head(200, headers)
        connection.send(packed)

    return behave


def garbage(data: bytes = b"\x00\xffnot http at all\r\n\r\n") -> Behaviour:
    """Raw bytes that are no HTTP, then the end of the connection."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.send(data)

    return behave


def raw_head(*lines: str, status: str = "200 OK") -> bytes:
    """A head of exactly these lines."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def send_all(*pieces: bytes, every_s: float = 0.0) -> Behaviour:
    """Raw bytes piece by piece, then the end of the connection."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        _pour(connection, iter(pieces), every_s)

    return behave


def pour(*pieces: bytes, first: bytes = b"", every_s: float = 0.0) -> Behaviour:
    """`first`, then the pieces again and again without end."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        connection.send(first)
        _pour(connection, itertools.cycle(pieces), every_s)

    return behave


def redirect_onwards(step: int = 1000) -> Behaviour:
    """A redirect to an address of its own that is longer each time."""

    def behave(request: LabRequest, connection: Connection) -> None:
        path = request.path.partition("?")[0]
        asked = request.path.partition("?")[2]
        connection.head(302, {"Location": f"{path}?{asked}{'a' * step}", "Content-Length": "0"})

    return behave


def packed_bomb(coding: str, packed: bytes) -> Behaviour:
    """A packed body under its coding's name."""
    return send_all(raw_head(f"Content-Encoding: {coding}", f"Content-Length: {len(packed)}") + packed)
