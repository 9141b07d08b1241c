"""Proxies of the lab, HTTP and SOCKS5: they resolve the lab's names by themselves, connect, and note what was asked."""

import contextlib
import ipaddress
import socket
import struct
import threading
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from scripts.lab.serve import Peer, TcpServer

PIECE_BYTES = 65_536
Target = tuple[str, int]
Lookup = Callable[[str, int], Target | None]
SOCKS_REFUSED = 2


class Proxy(Protocol):
    """What both proxies have."""

    asked: list[str]
    url: str

    def stop(self) -> None: ...


class LabHttpProxy:
    """CONNECT, and plain requests with the whole address. `answer_with` makes it answer everything by itself."""

    def __init__(self, lookup: Lookup, ip: str = "127.0.0.1") -> None:
        self._lookup = lookup
        self._own_answer: bytes | None = None
        self.asked: list[str] = []
        self._tcp = TcpServer(ip, self._serve)
        self.port = self._tcp.port
        self.url = f"http://{ip}:{self.port}"
        self.stop = self._tcp.stop

    def answer_with(self, raw: bytes | None) -> None:
        """Raw bytes that stand for every answer from now on; None: it works again."""
        self._own_answer = raw

    def _serve(self, sock: socket.socket, _peer: Peer) -> None:
        head = _read_head(sock)
        method, target, _version = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        self.asked.append(f"{method} {target}")
        if self._own_answer is not None:
            sock.sendall(self._own_answer)
            return
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        found = self._lookup(str(parts.hostname), parts.port or 80)
        if found is None:
            sock.sendall(
                b"HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\nContent-Length: 0\r\n\r\n"
            )
            return
        with socket.create_connection(found) as host:
            if method == "CONNECT":
                sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                host.sendall(f"{method} {path} HTTP/1.1\r\n".encode("latin-1") + head.partition(b"\r\n")[2])
            relay(sock, host)


class LabSocksProxy:
    """SOCKS5 (RFC 1928) without login. `refuse_with` makes it refuse everything with that code."""

    def __init__(self, lookup: Lookup, ip: str = "127.0.0.1") -> None:
        self._lookup = lookup
        self._code = 0
        self.asked: list[str] = []
        self._tcp = TcpServer(ip, self._serve)
        self.url = f"socks5h://{ip}:{self._tcp.port}"
        self.stop = self._tcp.stop

    def refuse_with(self, code: int) -> None:
        """A code of RFC 1928, 1 to 8; 0: it works again."""
        self._code = code

    def _serve(self, sock: socket.socket, _peer: Peer) -> None:
        with sock.makefile("rb") as stream:
            stream.read(stream.read(2)[1])
            sock.sendall(b"\x05\x00")
            host, port, kind = _read_target(stream.read)
        self.asked.append(f"{kind} {host}:{port}")
        found = None if self._code else self._lookup(host, port)
        if found is None:
            sock.sendall(bytes((5, self._code or 4, 0, 1)) + bytes(6))
            return
        with socket.create_connection(found) as far:
            sock.sendall(bytes((5, 0, 0, 1)) + bytes(6))
            relay(sock, far)


def _read_target(read: Callable[[int], bytes]) -> tuple[str, int, str]:
    """Host, port, and whether the host came as a `name` or as an `address`."""
    kind = read(4)[3]
    if kind == 3:
        host, told = read(read(1)[0]).decode("latin-1"), "name"
    else:
        host, told = str(ipaddress.ip_address(read(4 if kind == 1 else 16))), "address"
    return host, struct.unpack("!H", read(2))[0], told


def _read_head(sock: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = sock.recv(PIECE_BYTES)
        if not piece:
            raise ConnectionError
        head += piece
    return head


def relay(one: socket.socket, other: socket.socket) -> None:
    """Carries bytes both ways until either side ends."""
    back = threading.Thread(target=_carry, args=(other, one), daemon=True)
    back.start()
    _carry(one, other)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
