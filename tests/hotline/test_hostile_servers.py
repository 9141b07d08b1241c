"""Hosts that drip, stall, flood, lie, pack bombs and speak no HTTP: each fetch ends within its deadline plus one second
with its reason and stage, this process does not grow, and nothing is left on disk."""

import datetime
import gzip
import logging
import os
import socket
import ssl
import tempfile
import time
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hotline.channels.asking import Plan
from hotline.channels.fetcher import Fetcher
from hotline.channels.fetchers import Fetchers
from hotline.errors import FetchError
from hotline.fetch import MakesRequests, fetch
from hotline.records.looks import Fetched
from hotline.settings import FetchSettings, LabSettings, Settings
from scripts.lab import (
    Behaviour,
    Lab,
    LabAuthority,
    Site,
    drip,
    endless,
    endless_head,
    garbage,
    gzip_bomb,
    lying_length,
    packed_bomb,
    pour,
    raw_head,
    redirect_onwards,
    reset,
    send_all,
    stall,
)
from scripts.lab.http import LINGER_NOT
from scripts.lab.serve import TcpServer

DEADLINE_S = 1
MAX_BYTES = 300_000
GROWTH_BYTES = 50 << 20
MIB = 1 << 20
Talk = Callable[[socket.socket], None]


def zlib_bomb(size: int) -> bytes:
    return zlib.compress(bytes(size))


def gzip_layers(count: int) -> bytes:
    data = bytes(MIB)
    for _ in range(count):
        data = gzip.compress(data, mtime=0)
    return data


CHUNKED = raw_head("Transfer-Encoding: chunked")
# What a host answers to a request, the reason a fetch ends with, and its stage.
HTTP: dict[str, tuple[Behaviour, str, str]] = {
    # Slow: every byte comes, none of them in time.
    "a body of one byte every 50 ms": (drip(b"x" * 1000), "timeout", "body"),
    "chunks of one byte every 50 ms": (send_all(CHUNKED, *[b"1\r\nx\r\n"] * 500, every_s=0.05), "timeout", "body"),
    "a head of one line every 20 ms": (
        pour(b"X-A: b\r\n", first=b"HTTP/1.1 200 OK\r\n", every_s=0.02), "timeout", "headers",
    ),
    "a status line of one byte every 50 ms": (pour(b"H", every_s=0.05), "timeout", "headers"),
    "a chunk size of one digit every 50 ms": (pour(b"0", first=CHUNKED, every_s=0.05), "timeout", "body"),
    "trailers of one line every 50 ms": (pour(b"X: y\r\n", first=CHUNKED + b"0\r\n", every_s=0.05), "timeout", "body"),
    "interim answers every 10 ms": (pour(raw_head(status="100 Continue"), every_s=0.01), "timeout", "headers"),
    "a gzip body of one byte every 50 ms": (
        pour(b"\x00", first=raw_head("Content-Encoding: gzip") + b"\x1f\x8b\x08", every_s=0.05), "timeout", "body",
    ),
    "a redirect whose head drips": (
        pour(b"X: y\r\n", first=b"HTTP/1.1 302 Found\r\nLocation: /a\r\n", every_s=0.02), "timeout", "headers",
    ),
    # Silent.
    "silence before the head": (stall(), "timeout", "headers"),
    "silence within the head": (stall(b"HTTP/1.1 200 OK\r\nX-A"), "timeout", "headers"),
    "silence after the head": (stall(raw_head("Content-Length: 100")), "timeout", "body"),
    "silence within the body": (stall(raw_head("Content-Length: 100") + b"half"), "timeout", "body"),
    "silence within a chunk": (stall(CHUNKED + b"ff\r\nhalf"), "timeout", "body"),
    "silence after the last chunk": (stall(CHUNKED + b"1\r\nx\r\n0\r\n"), "timeout", "body"),
    # Without end.
    "an endless body": (endless(), "too_large", "body"),
    "endless chunks": (pour(b"fff\r\n" + bytes(4095) + b"\r\n", first=CHUNKED), "too_large", "body"),
    "an endless chunk size": (pour(b"0" * 65_536, first=CHUNKED), "bad_response", "body"),
    "an endless chunk extension": (pour(b"a" * 65_536, first=CHUNKED + b"1;"), "bad_response", "body"),
    "endless trailers": (pour(b"X: y\r\n" * 10_000, first=CHUNKED + b"0\r\n"), "too_large", "body"),
    "an endless head": (endless_head(), "bad_response", "headers"),
    "an endless line of the head": (pour(b"a" * 65_536, first=b"HTTP/1.1 200 OK\r\nX: "), "bad_response", "headers"),
    "an endless status line": (pour(b"a" * 65_536, first=b"HTTP/1.1 200 "), "bad_response", "headers"),
    "endless interim answers": (pour(raw_head(status="100 Continue") * 1000), "too_large", "headers"),
    "an endless fold of one header": (
        pour(b" b\r\n" * 1000, first=b"HTTP/1.1 200 OK\r\nX: a\r\n"), "bad_response", "headers",
    ),
    # Floods.
    "ten thousand headers": (send_all(raw_head(*["X-A: b"] * 10_000)), "bad_response", "headers"),
    "a thousand cookies": (send_all(raw_head(*["Set-Cookie: a=b"] * 1000)), "bad_response", "headers"),
    # Bombs.
    "a gzip bomb of many members": (gzip_bomb(50_000_000), "too_large", "body"),
    "a gzip bomb of one member": (packed_bomb("gzip", gzip.compress(bytes(200 * MIB), 9)), "too_large", "body"),
    "a deflate bomb": (packed_bomb("deflate", zlib_bomb(100 * MIB)), "too_large", "body"),
    "a bare deflate bomb": (packed_bomb("deflate", zlib_bomb(100 * MIB)[2:-4]), "too_large", "body"),
    "a gzip bomb in chunks": (
        send_all(
            raw_head("Content-Encoding: gzip", "Transfer-Encoding: chunked"),
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(one := gzip.compress(bytes(100 * MIB))), one),
        ),
        "too_large", "body",
    ),
    "a bomb within a bomb": (packed_bomb("gzip, gzip", gzip_layers(2)), "bad_response", "body"),
    "fifty layers": (packed_bomb(", ".join(["gzip"] * 50), gzip_layers(50)), "bad_response", "body"),
    "two lines of codings": (
        send_all(raw_head("Content-Encoding: gzip", "Content-Encoding: gzip") + gzip_layers(2)), "bad_response", "body",
    ),
    "a hundred thousand members of nothing": (packed_bomb("gzip", gzip.compress(b"") * 100_000), "too_large", "body"),
    "a coding nobody asked for": (packed_bomb("br", b"whatever"), "bad_response", "body"),
    "zstd": (packed_bomb("zstd", b"\x28\xb5\x2f\xfd" + bytes(100)), "bad_response", "body"),
    "gzip that is none": (packed_bomb("gzip", b"no gzip at all"), "bad_response", "body"),
    "gzip cut short": (packed_bomb("gzip", gzip.compress(os.urandom(5000))[:4000]), "bad_response", "body"),
    # Lies about lengths.
    "a length longer than the body": (lying_length(b"short", 1000), "bad_response", "body"),
    "a length of 4 GB": (send_all(raw_head(f"Content-Length: {1 << 32}") + b"x"), "too_large", "body"),
    "a length of thirty digits": (send_all(raw_head("Content-Length: " + "9" * 30) + b"x"), "too_large", "body"),
    "two lengths": (send_all(raw_head("Content-Length: 5", "Content-Length: 7") + b"hello"), "bad_response", "headers"),
    "a chunk size that is no number": (send_all(CHUNKED + b"zz\r\nhello"), "bad_response", "body"),
    "a negative chunk size": (send_all(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), "bad_response", "body"),
    "a chunk of 2^64 bytes": (send_all(CHUNKED + b"ffffffffffffffff\r\nhello"), "bad_response", "body"),
    "a chunk longer than what comes": (send_all(CHUNKED + b"ff\r\nhello"), "bad_response", "body"),
    "a chunk shorter than what comes": (send_all(CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"), "bad_response", "body"),
    "chunks without an end": (send_all(CHUNKED + b"1\r\nx\r\n"), "bad_response", "body"),
    # Ends and resets.
    "a reset before the head": (reset(), "reset", "headers"),
    "a reset within the head": (reset(b"HTTP/1.1 200 OK\r\nX-A: "), "reset", "headers"),
    "a reset within the body": (reset(raw_head("Content-Length: 1000") + b"half"), "reset", "body"),
    "a reset within a chunk": (reset(CHUNKED + b"ff\r\nhalf"), "reset", "body"),
    "an end without an answer": (send_all(), "reset", "headers"),
    # No HTTP, or none that there is.
    "garbage": (garbage(), "bad_response", "headers"),
    "HTTP/0.9": (send_all(b"<html>hello</html>"), "bad_response", "headers"),
    "the preface of HTTP/2": (send_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "bad_response", "headers"),
    "frames of HTTP/2": (send_all(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)), "bad_response", "headers"),
    "a version that is none": (send_all(b"HTTP/9.9 200 OK\r\n\r\nx"), "bad_response", "headers"),
    "a status of five digits": (send_all(raw_head(status="99999 OK")), "bad_response", "headers"),
    "a negative status": (send_all(raw_head(status="-200 OK")), "bad_response", "headers"),
    "a status below 100": (send_all(raw_head(status="99 OK")), "bad_response", "headers"),
    "a status that is no number": (send_all(raw_head(status="OK")), "bad_response", "headers"),
    "an early hint and nothing more": (send_all(raw_head(status="103 Early Hints")), "bad_response", "headers"),
    "a switch of protocols": (
        send_all(raw_head("Upgrade: websocket", status="101 Switching Protocols")), "bad_response", "headers",
    ),
    "the banner of SSH": (send_all(b"SSH-2.0-OpenSSH_9.2\r\n"), "bad_response", "headers"),
    "the greeting of a mail server": (send_all(b"220 mail.example ESMTP\r\n"), "bad_response", "headers"),
    "an alert of TLS": (send_all(b"\x15\x03\x01\x00\x02\x02\x46"), "bad_response", "headers"),
    # Redirects.
    "a redirect to itself": (send_all(raw_head("Location: /x", status="302 Found")), "too_many_redirects", "headers"),
    "a redirect that grows": (redirect_onwards(), "too_many_redirects", "headers"),
    "a redirect too long for a line": (redirect_onwards(70_000), "bad_response", "headers"),
    **{
        f"a redirect to {target[:12]}": (
            send_all(raw_head(f"Location: {target}", status="302 Found")), "bad_response", "headers",
        )
        for target in (
            "file:///etc/passwd", "data:text/html,hello", "ftp://plain.example/", "javascript:alert(1)",
            "gopher://a.example/", "ws://plain.example/", "blob:http://a.example/1", "http://[", "http://",
            "http://plain.example:99999/", "http://a b/",
        )
    },
    "a redirect to an onion": (send_all(raw_head("Location: http://abc.onion/", status="301 Moved")), "onion", "dns"),
    "a redirect inside": (
        send_all(raw_head("Location: http://10.0.0.1/", status="301 Moved")), "refused_address", "dns",
    ),
    "a redirect to nowhere": (send_all(raw_head("Location: http://no.example/", status="301 Moved")), "dns", "dns"),
}  # fmt: skip


@dataclass
class World:
    """Hosts that do what the case at hand tells them."""

    lab: Lab
    fetchers: Fetchers
    here: Fetcher
    """The same in this process, where only the first line of defence holds: the allowance."""
    plain: Site
    secure: Site
    talk: Talk = field(default=lambda _sock: None)

    def look(self, href: str, by: MakesRequests | None = None) -> Fetched:
        policy = FetchSettings(deadline_s=DEADLINE_S, max_bytes=MAX_BYTES)
        return fetch(href, fetchers=by or self.fetchers, settings=policy)

    def failing(self, href: str, by: MakesRequests | None = None) -> FetchError:
        """What a look fails with, in time and without a word of the address."""
        started = time.perf_counter()
        with pytest.raises(FetchError) as failed:
            self.look(href, by)
        assert time.perf_counter() - started < DEADLINE_S + 1
        error = failed.value
        assert (error.capture.reason, error.capture.stage) == (error.reason, error.evidence["stage"])
        assert "example" not in "".join(traceback.format_exception(error)) + repr(error.evidence)
        return error


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("authority")
    authority = LabAuthority()
    with Lab() as lab:
        plain, other = lab.site("plain.example"), lab.site("other.example")
        secure = lab.site("secure.example", context=authority.context("secure.example"))
        raw = TcpServer("127.0.0.1", lambda sock, _peer: world.talk(sock))
        ports = {"plain.example": plain.port, "other.example": other.port, "secure.example": secure.port}
        for name, records in NAMES.items():
            lab.dns.zone({name: records})
        ports["raw.example"] = raw.port
        pem = str(authority.written(folder))
        rules = LabSettings(allow=("127.0.0.0/8",), dns=(lab.dns.address,), port=ports, authority=pem)
        lab.dns.add("raw.example", "A", "127.0.0.1")
        here = Fetcher.from_plan(Plan(Settings(lab=rules)))
        with Fetchers.from_settings(Settings(lab=rules)) as fetchers:
            fetchers.start()
            world = World(lab, fetchers, here, plain, secure)
            yield world
        raw.stop()


NAMES = {
    "loop.example": {"CNAME": ["loop.example."]},
    "ping.example": {"CNAME": ["pong.example."]},
    "pong.example": {"CNAME": ["ping.example."]},
    "empty.example": {"TXT": ["nothing here"]},
    "flood.example": {"A": [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(600)]},
    "mixed.example": {"A": ["127.0.0.1", "10.0.0.1"]},
}


@pytest.fixture(scope="module", autouse=True)
def nothing_grows_and_nothing_is_left(world: World) -> Iterator[None]:
    """Over all cases of this module: this process's memory, and every folder where a file might be put."""
    world.plain.put("/well", b"x" * MAX_BYTES)
    world.look(world.plain.url("/well"))
    folders = [Path(tempfile.gettempdir()), Path("/dev/shm"), Path.cwd()]
    before, files = resident_bytes(), [{*folder.iterdir()} for folder in folders]
    yield
    ours = [
        path for had, folder in zip(files, folders, strict=True) for path in {*folder.iterdir()} - had if ours_is(path)
    ]
    assert ours == []
    assert resident_bytes() - before < GROWTH_BYTES


def ours_is(path: Path) -> bool:
    """What others on this machine put there meanwhile is not ours: these names are pytest's and Python's caches."""
    try:
        return path.stat().st_uid == os.getuid() and path.name.startswith(("tmp", "hotline", "core", "python"))
    except OSError:
        return False


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("name", HTTP)
def test_a_hostile_answer_ends_in_time_with_its_reason(
    world: World, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    behaviour, reason, stage = HTTP[name]
    error = world.failing(world.plain.script("/x", behaviour))

    assert (error.reason, error.capture.stage) == (reason, stage)
    assert caplog.text == ""


def test_the_allowance_alone_ends_nearly_all_of_them(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Without a process, and without those that end by time, which are the same code."""
    caplog.set_level(logging.DEBUG)
    timed = 0
    for name, (behaviour, reason, stage) in HTTP.items():
        timed += reason == "timeout"
        if reason != "timeout" or timed in (1, 4, 6):
            error = world.failing(world.plain.script("/x", behaviour), world.here)
            assert (error.reason, error.capture.stage) == (reason, stage), name
    for name, (behaviour, reason, stage) in SECURE.items():
        if reason != "timeout":
            world.secure.script("/x", behaviour)
            error = world.failing("https://secure.example/x", world.here)
            assert (error.reason, error.capture.stage) == (reason, stage), name

    assert caplog.text == ""


# --- By TLS ------------------------------------------------------------------------------------------------------

SECURE: dict[str, tuple[Behaviour, str, str]] = {
    "a drip": (drip(b"x" * 1000), "timeout", "body"),
    "silence": (stall(), "timeout", "headers"),
    "an endless body": (endless(), "too_large", "body"),
    "an endless head": (endless_head(), "bad_response", "headers"),
    "a gzip bomb": (gzip_bomb(50_000_000), "too_large", "body"),
    "a body cut short": (lying_length(b"short", 1000), "bad_response", "body"),
    "garbage": (garbage(), "bad_response", "headers"),
    # Python's ssl tells a reset from an end no more.
    "a reset": (reset(raw_head("Content-Length: 1000") + b"half"), "bad_response", "body"),
    "a redirect to a file": (
        send_all(raw_head("Location: file:///etc/passwd", status="302 Found")), "bad_response", "headers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SECURE)
def test_the_same_over_tls(world: World, name: str) -> None:
    behaviour, reason, stage = SECURE[name]
    world.secure.script("/x", behaviour)
    error = world.failing("https://secure.example/x")

    assert (error.reason, error.capture.stage) == (reason, stage)


def pouring(*pieces: bytes, first: bytes = b"", every_s: float) -> Talk:
    def talk(sock: socket.socket) -> None:
        sock.sendall(first)
        until = time.monotonic() + DEADLINE_S + 2
        while time.monotonic() < until:
            for piece in pieces:
                sock.sendall(piece)
            time.sleep(every_s)

    return talk


def hanging(first: bytes = b"") -> Talk:
    def talk(sock: socket.socket) -> None:
        sock.sendall(first)
        time.sleep(DEADLINE_S + 1.5)

    return talk


def ending(first: bytes = b"", *, by_reset: bool = False) -> Talk:
    """It waits for the first byte: else the end may come before the connection is fully there."""

    def talk(sock: socket.socket) -> None:
        sock.recv(1)
        if by_reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        sock.sendall(first)

    return talk


def by_tls(talk: Talk, *, is_old: bool = False) -> Talk:
    """A handshake as an authority that nobody knows vouches for it, then `talk`."""
    context = LabAuthority().context("raw.example")
    if is_old:
        with warnings.catch_warnings(action="ignore"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1

    def serve(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as secured:
            talk(secured)

    return serve


RAW: dict[str, tuple[str, Talk, str, str]] = {
    "closed as soon as accepted": ("http", ending(), "reset", "headers"),
    "reset as soon as accepted": ("http", ending(by_reset=True), "reset", "headers"),
    "accepted and silent": ("http", hanging(), "timeout", "headers"),
    "a handshake that never comes": ("https", hanging(), "timeout", "tls"),
    "a handshake that stops within a record": ("https", hanging(b"\x16\x03\x03\x40\x00\x02"), "timeout", "tls"),
    "a handshake of one byte every 50 ms": (
        "https", pouring(b"\x02", first=b"\x16\x03\x03\x40\x00", every_s=0.05), "timeout", "tls",
    ),
    "a handshake closed": ("https", ending(), "tls", "tls"),
    "a handshake reset": ("https", ending(by_reset=True), "tls", "tls"),
    "plain HTTP where TLS is due": ("https", ending(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "tls", "tls"),
    "garbage where TLS is due": ("https", ending(os.urandom(500)), "tls", "tls"),
    # OpenSSL reads them on and on within one call: only the kill ends it.
    "a flood of empty messages": (
        "https", pouring(b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 5000, every_s=0), "timeout", "tls",
    ),
    "a flood of alerts": ("https", pouring(b"\x15\x03\x03\x00\x02\x01\x5a" * 5000, every_s=0), "tls", "tls"),
    "an authority that nobody knows": ("https", by_tls(hanging()), "tls", "tls"),
    "an old protocol": ("https", by_tls(hanging(), is_old=True), "tls", "tls"),
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_a_host_that_breaks_off_at_any_stage(world: World, name: str) -> None:
    scheme, world.talk, reason, stage = RAW[name]
    error = world.failing(f"{scheme}://raw.example/")

    assert (error.reason, error.capture.stage, error.capture.tried) == (reason, stage, ("127.0.0.1",))


def test_a_record_that_drips_within_a_secured_answer(world: World) -> None:
    """The head comes whole; then a record announces 16 KB and brings a byte every 50 ms."""

    def behave(_request: object, connection: object) -> None:
        connection.send(raw_head("Content-Length: 1000"))  # type: ignore[attr-defined]
        sock = socket.socket(fileno=os.dup(connection._sock.fileno()))  # type: ignore[attr-defined]
        with sock:
            sock.sendall(b"\x17\x03\x03\x40\x00")
            pouring(b"x", every_s=0.05)(sock)

    world.secure.script("/record", behave)
    error = world.failing("https://secure.example/record")

    assert (error.reason, error.capture.stage) == ("timeout", "body")


@pytest.mark.parametrize(
    ("names", "valid_for"),
    [(("other.example",), datetime.timedelta(1)), (("secure.example",), -datetime.timedelta(hours=1))],
    ids=["of another name", "expired"],
)
def test_a_certificate_that_does_not_hold(
    tmp_path: Path, names: tuple[str, ...], valid_for: datetime.timedelta
) -> None:
    authority = LabAuthority()
    with Lab() as lab:
        site = lab.site("secure.example", context=authority.context(*names, valid_for=valid_for))
        rules = LabSettings(
            allow=("127.0.0.0/8",),
            resolve={site.name: site.ip},
            port={site.name: site.port},
            authority=str(authority.written(tmp_path)),
        )
        with Fetchers.from_settings(Settings(lab=rules)) as fetchers:
            with pytest.raises(FetchError) as failed:
                fetch("https://secure.example/", fetchers=fetchers, settings=FetchSettings(deadline_s=DEADLINE_S))
            error = failed.value

    assert (error.reason, error.capture.stage, site.requests) == ("tls", "tls", [])


# --- By name -----------------------------------------------------------------------------------------------------

DNS: dict[str, tuple[Callable[[Lab], str], str, str, bool]] = {
    "no answer": (lambda lab: failing_name(lab, "silent"), "dns", "dns", True),
    "a failure": (lambda lab: failing_name(lab, "servfail"), "dns", "dns", True),
    "a refusal": (lambda lab: failing_name(lab, "refused"), "dns", "dns", True),
    "no such name": (lambda lab: failing_name(lab, "nxdomain"), "dns", "dns", False),
    "a cut answer without end": (lambda lab: failing_name(lab, "truncated"), "dns", "dns", False),
    "a name that leads to itself": (lambda _lab: "loop.example", "dns", "dns", True),
    "two names that lead to each other": (lambda _lab: "ping.example", "dns", "dns", True),
    "a name without address": (lambda _lab: "empty.example", "dns", "dns", False),
    "a name of an empty label": (lambda _lab: "a..example", "dns", "dns", False),
    "a label of seventy signs": (lambda _lab: "a" * 70 + ".example", "dns", "dns", False),
    "six hundred addresses where nobody listens": (lambda _lab: "flood.example", "connect", "connect", True),
    "one address of two inside": (lambda _lab: "mixed.example", "refused_address", "dns", False),
}  # fmt: skip


def failing_name(lab: Lab, how: str) -> str:
    getattr(lab.dns, how)(f"{how}.example")
    return f"{how}.example"


@pytest.mark.parametrize("name", DNS)
def test_a_name_that_misleads(world: World, name: str) -> None:
    prepare, reason, stage, may_retry = DNS[name]
    error = world.failing(f"http://{prepare(world.lab)}/")

    assert (error.reason, error.capture.stage, error.may_retry) == (reason, stage, may_retry)
    assert len(error.capture.tried) <= 4


def test_two_hosts_that_redirect_to_each_other(world: World) -> None:
    other = world.lab.sites["other.example"]
    world.plain.redirect("/ping", other.url("/pong"))
    other.redirect("/pong", world.plain.url("/ping"))
    error = world.failing(world.plain.url("/ping"))

    assert (error.reason, error.evidence["statuses"]) == ("too_many_redirects", [302] * 6)
    assert [hop.url for hop in error.capture.hops] == [world.plain.url("/ping"), other.url("/pong")] * 3


# --- Odd, and still an answer --------------------------------------------------------------------------------------

ANSWERED: dict[str, tuple[bytes, bytes]] = {
    "a length shorter than what comes": (raw_head("Content-Length: 2") + b"more than two", b"mo"),
    "a negative length": (raw_head("Content-Length: -5") + b"hello", b"hello"),
    "a length of five thousand digits": (raw_head("Content-Length: " + "9" * 5000) + b"x", b"x"),
    "a length that is no number": (raw_head("Content-Length: five") + b"hello", b"hello"),
    "a length beside chunks": (
        raw_head("Content-Length: 3", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n", b"hello",
    ),
    "a NUL in a header": (raw_head("X-A: a\0b", "Content-Length: 2") + b"ok", b"ok"),
    "a second answer behind the first": (
        raw_head("Content-Length: 2") + b"ok" + raw_head("Content-Length: 4") + b"evil", b"ok",
    ),
    "a header folded into lines": (raw_head("X-A: a\r\n\tSet-Cookie: b=c", "Content-Length: 2") + b"ok", b"ok"),
    "a header injected behind a bare return": (raw_head("X-A: a\rX-B: b", "Content-Length: 2") + b"ok", b"ok"),
    "ninety cookies of four kilobytes": (
        raw_head(*["Set-Cookie: a=" + "b" * 4000] * 90, "Content-Length: 2") + b"ok", b"ok",
    ),
    "a redirect without a target": (raw_head("Content-Length: 2", status="302 Found") + b"ok", b"ok"),
    "no reason phrase": (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    "bare line ends": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
    "a body without length": (raw_head() + b"ok", b"ok"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_an_odd_answer_is_taken_as_far_as_it_goes(world: World, name: str) -> None:
    raw, body = ANSWERED[name]
    fetched = world.look(world.plain.script("/odd", send_all(raw)))

    assert fetched.body == body
    assert fetched.capture is not None
    received = dict(fetched.capture.hops[-1].received)
    assert all(text.isprintable() for pair in received.items() for text in pair)
    assert received.get("set-cookie", "…") == "…"


def test_a_host_is_looked_at_again_after_all_that(world: World) -> None:
    assert len(world.look(world.plain.url("/well")).body) == MAX_BYTES
