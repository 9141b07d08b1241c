"""HTTP/1.1 for the lab, byte by byte: reads a request and lets an `answer` write whatever it likes, when it likes."""

import http.client
import io
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from scripts.lab.serve import Peer, TcpServer

MAX_LINE_BYTES = 65_536
LINGER_NOT = struct.pack("ii", 1, 0)  # close() then sends RST


@dataclass(frozen=True)
class LabRequest:
    """One request as it arrived; header names in lower case, `path` with its query, `at_monotonic` in seconds."""

    method: str
    path: str
    headers: Mapping[str, str]
    at_monotonic: float
    peer: Peer
    body: bytes = b""

    @property
    def host(self) -> str:
        """The name in the Host header, lower case, without port."""
        return self.headers.get("host", "").lower().rsplit(":", 1)[0]


class Connection:
    """What a behaviour writes on: bytes, heads, pauses that end when the lab stops, and a reset."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self._sock = sock
        self._stopping = stopping
        self.is_kept = False

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def head(self, status: int, headers: Mapping[str, str | None], reason: str | None = None) -> None:
        """Send a status line and headers; a header whose value is None is left out."""
        self.send(head_bytes(status, headers, reason))

    def wait(self, seconds: float) -> bool:
        """Pause; False when the lab is stopping and the behaviour should end."""
        return not self._stopping.wait(seconds)

    def reset(self) -> None:
        """Make the coming close an RST instead of an orderly end."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)


Behaviour = Callable[[LabRequest, Connection], None]


def head_bytes(status: int, headers: Mapping[str, str | None], reason: str | None = None) -> bytes:
    """A status line and headers, with the blank line that ends them."""
    text = reason if reason is not None else _reason(status)
    lines = [f"HTTP/1.1 {status} {text}"] + [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Lab"


def read_request(stream: io.BufferedReader, peer: Peer) -> LabRequest | None:
    """One request from the stream; None where it ended or holds no HTTP."""
    words = stream.readline(MAX_LINE_BYTES).decode("latin-1").split()
    if len(words) != 3:
        return None
    at = time.monotonic()
    try:
        parsed = http.client.parse_headers(stream)
    except http.client.HTTPException:
        return None
    headers = {name.lower(): value for name, value in parsed.items()}
    length = headers.get("content-length", "0")
    body = stream.read(int(length)) if length.isdecimal() else b""
    return LabRequest(words[0], words[1], headers, at, peer, body)


class HttpServer:
    """Serves one address; `answer(request, connection)` writes and sets `connection.is_kept` to go on.

    With a `context` it speaks TLS.
    """

    def __init__(self, ip: str, answer: Behaviour, context: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._context = context
        self._tcp = TcpServer(ip, self._serve)
        self.ip, self.port, self.stop = ip, self._tcp.port, self._tcp.stop

    @property
    def connections(self) -> list[Peer]:
        """Every connection that was accepted, with or without a request on it."""
        return list(self._tcp.connections)

    def _serve(self, sock: socket.socket, peer: Peer) -> None:
        if self._context is None:
            self._talk(sock, peer)
        else:
            with self._context.wrap_socket(sock, server_side=True) as secured:
                self._talk(secured, peer)

    def _talk(self, sock: socket.socket, peer: Peer) -> None:
        with sock.makefile("rb") as stream:
            while (request := read_request(stream, peer)) is not None:
                connection = Connection(sock, self._tcp.stopping)
                self._answer(request, connection)
                if not connection.is_kept or request.headers.get("connection", "").lower() == "close":
                    return
