"""A few requests of every kind to servers of our own on the loopback, before a process gives up its rights: what the
libraries load lazily cannot be loaded afterwards."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import dns.exception
import dns.message
import dns.rcode
import dns.rdata
import dns.rrset

from hotline.addresses import Gate
from hotline.channels.asking import Asking
from hotline.channels.dns import Resolver
from hotline.channels.egress import Way
from hotline.channels.exchange import Limits
from hotline.channels.fetcher import Fetcher
from hotline.channels.heads import certificate_moment
from hotline.errors import FetchError
from hotline.settings import LabSettings, Settings

HOME = "127.0.0.1"
NAME = "warm.example"
WITHIN_S = 5.0
_LIMITS = Limits(WITHIN_S, 1000, 3, "warming")
_GZIPPED = bytes.fromhex("1f8b080000000000000303000000000000000000")
# By path: the kinds of answers there are, good and bad. The client closes, so that none is left waiting.
_ANSWERS = {
    b"/moved": b"HTTP/1.1 302 Found\r\nLocation: /packed\r\n"
    b"Set-Cookie: a=b; Expires=Wed, 21 Oct 2065 07:28:00 GMT\r\n\r\n",
    b"/packed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + _GZIPPED,
    b"/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    b"/short": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    b"/large": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    b"/broken": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
    b"/junk": b"\x00\xff\r\n\r\n",
}


def warm_up(fetcher: Fetcher) -> None:
    """Goes the ways that requests go. Raises OSError where this machine has no loopback."""
    dns.rdata.load_all_types()  # type: ignore[no-untyped-call]
    certificate_moment("Nov 21 10:00:00 2026 GMT")
    with contextlib.suppress(dns.exception.DNSException):
        fetcher.resolver._stub  # noqa: B018 - reads the system's list of name servers
    with _served(socket.SOCK_STREAM, _answer_http) as port, _served(socket.SOCK_DGRAM, _answer_dns) as dns_port:
        settings = Settings(lab=LabSettings(allow=(f"{HOME}/32",), dns=(f"{HOME}:{dns_port}",), port={NAME: port}))
        ways = {name: Way(name, scheme, HOME, port) for name, scheme in (("http", "http"), ("socks", "socks5h"))}
        warm = replace(
            fetcher,
            gate=Gate.from_settings(settings),
            resolver=Resolver.from_settings(settings),
            ways={"direct": Way(), **ways},
        )
        for ask in _askings():
            with contextlib.suppress(FetchError):
                warm.exchange(ask)


def _askings() -> Iterator[Asking]:
    for path in _ANSWERS:
        yield Asking(f"http://{NAME}{path.decode()}", _LIMITS)
    yield Asking(f"http://{NAME}/chunks", _LIMITS, method="HEAD", headers=(("Accept", "*/*"),))
    for href in ("https://warm.example/", "http://no.example/", "http://[::1]/", f"http://{'x' * 70}.example/"):
        yield Asking(href, _LIMITS)
    for egress in ("http", "socks"):
        for scheme in ("http", "https"):
            yield Asking(f"{scheme}://{NAME}/junk", _LIMITS, egress=egress)


@contextlib.contextmanager
def _served(kind: socket.SocketKind, answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server in a thread that ends with the block; yields its port."""
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind((HOME, 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        _wake(server)
        thread.join(WITHIN_S)


def _serve(server: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    with contextlib.suppress(EOFError):
        while True:
            with contextlib.suppress(OSError):
                answer(server)


def _wake(server: socket.socket) -> None:
    with socket.socket(socket.AF_INET, server.type) as caller:
        caller.connect(server.getsockname())
        caller.send(b"end")


def _answer_http(server: socket.socket) -> None:
    caller, _ = server.accept()
    with caller:
        asked = caller.recv(2000)
        if asked == b"end":
            raise EOFError
        path = next((word for word in asked.split(b" ")[1:2] if word in _ANSWERS), b"/junk")
        caller.sendall(_ANSWERS[path])


def _answer_dns(server: socket.socket) -> None:
    wire, caller = server.recvfrom(2000)
    if wire == b"end":
        raise EOFError
    query = dns.message.from_wire(wire)
    reply = dns.message.make_response(query)
    question = query.question[0]
    if question.name.to_text() != f"{NAME}.":
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif question.rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", HOME))
    server.sendto(reply.to_wire(), caller)
