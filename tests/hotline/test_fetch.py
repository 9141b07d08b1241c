"""Fetching from hosts that want it to fail, hang or flood: each ends within its deadline plus one second, with its
reason, and says nothing of the address."""

import datetime
import gzip
import ipaddress
import logging
import socket
import ssl
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.unpack import BombError, PackedError, unpacked
from hotline.errors import FetchError
from hotline.fetch import fetch
from hotline.records.looks import Fetched
from hotline.settings import FetchSettings, LabSettings, Settings
from scripts.lab import (
    Behaviour,
    Connection,
    Lab,
    LabRequest,
    Site,
    drip,
    endless,
    endless_head,
    garbage,
    gzip_bomb,
    lying_length,
    reset,
    stall,
)

DEADLINE_S = 1
MAX_BYTES = 300_000
HTML = {"Content-Type": "text/html"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def site(lab: Lab) -> Site:
    return lab.site("marker.example")


def look(
    lab: Lab, href: str, *, context: ssl.SSLContext | None = None, method: str = "GET", max_bytes: int = MAX_BYTES
) -> Fetched:
    """One fetch with the lab's sites as they are now."""
    sites = lab.sites
    rules = LabSettings(
        allow=("127.0.0.0/8",),
        resolve={name: site.ip for name, site in sites.items()},
        port={name: site.port for name, site in sites.items()},
    )
    settings = Settings(lab=rules, fetch=FetchSettings(deadline_s=DEADLINE_S, max_bytes=max_bytes))
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    return fetch(href, settings=settings.fetch, gate=gate, resolver=resolver, method=method, context=context)


def send_all(*pieces: bytes, every_s: float = 0.0) -> Behaviour:
    """Writes raw bytes, piece by piece, then closes."""

    def behave(_request: LabRequest, connection: Connection) -> None:
        for piece in pieces:
            connection.send(piece)
            if not connection.wait(every_s):
                return

    return behave


def slow_head(_request: LabRequest, connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        connection.send(b"X-%d: a\r\n" % number)
        if not connection.wait(0.1):
            return


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


HOSTILE: list[tuple[str, Behaviour, str]] = [
    ("body of one byte every 50 ms", drip(b"x" * 1000), "timeout"),
    (
        "chunked body of one byte at a time",
        send_all(head("Transfer-Encoding: chunked"), *[b"1\r\nx\r\n"] * 500, every_s=0.05),
        "timeout",
    ),
    ("head of one line every 100 ms", slow_head, "timeout"),
    ("status line of one byte every 50 ms", send_all(*[b"H"] * 200, every_s=0.05), "timeout"),
    ("silence before the head", stall(), "timeout"),
    ("silence within the head", stall(b"HTTP/1.1 200 OK\r\nX-A"), "timeout"),
    ("silence within the body", stall(head("Content-Length: 100") + b"half"), "timeout"),
    ("interim answers for ever", send_all(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 300, every_s=0.01), "timeout"),
    ("endless body", endless(), "too_large"),
    ("endless chunk size line", send_all(head("Transfer-Encoding: chunked"), *[b"0" * 65_536] * 100), "bad_response"),
    (
        "endless trailers",
        send_all(head("Transfer-Encoding: chunked") + b"0\r\n", *[b"X: y\r\n" * 10_000] * 100),
        "too_large",
    ),
    ("endless head", endless_head(), "bad_response"),
    ("head line without end", send_all(b"HTTP/1.1 200 OK\r\nX: ", *[b"a" * 65_536] * 20), "bad_response"),
    ("a length beyond the limit", send_all(head("Content-Length: 99999999999")), "too_large"),
    ("gzip bomb", gzip_bomb(50_000_000), "too_large"),
    (
        "bomb within a bomb",
        send_all(head("Content-Encoding: gzip, gzip") + gzip.compress(gzip.compress(bytes(1_000_000)))),
        "bad_response",
    ),
    ("an unknown coding", send_all(head("Content-Encoding: br") + b"whatever"), "bad_response"),
    ("broken gzip", send_all(head("Content-Encoding: gzip") + b"no gzip at all"), "bad_response"),
    ("a length longer than the body", lying_length(b"short", 1000), "bad_response"),
    ("two lengths", send_all(head("Content-Length: 5", "Content-Length: 7") + b"hello"), "bad_response"),
    ("a chunk size that is no number", send_all(head("Transfer-Encoding: chunked") + b"zz\r\nhello"), "bad_response"),
    ("a reset before the head", reset(), "reset"),
    ("a reset within the body", reset(head("Content-Length: 1000") + b"half"), "reset"),
    ("an end without an answer", send_all(), "reset"),
    ("no HTTP", garbage(), "bad_response"),
    (
        "a redirect to another scheme",
        send_all(head("Location: file:///etc/passwd", status="302 Found")),
        "bad_response",
    ),
    ("a redirect to no address", send_all(head("Location: http://[", status="302 Found")), "bad_response"),
]


@pytest.mark.parametrize(("behaviour", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_answer_ends_in_time_with_its_reason(
    lab: Lab, site: Site, behaviour: Behaviour, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    href = site.script("/marker", behaviour)
    started = time.perf_counter()
    with pytest.raises(FetchError) as failed:
        look(lab, href)

    assert failed.value.reason == reason
    assert time.perf_counter() - started < DEADLINE_S + 1
    told = "".join(traceback.format_exception(failed.value)) + caplog.text + repr(failed.value.evidence)
    assert "marker" not in told


def test_redirects_are_followed_to_their_limit(lab: Lab, site: Site) -> None:
    site.redirect("/1", "/2", 301)
    site.redirect("/2", "http://marker.example/3", 307)
    site.redirect("/3", "//marker.example/4", 308)
    site.put("/4", b"here", content_type="text/plain; charset=utf-8")
    site.redirect("/loop", "/loop")
    fetched = look(lab, site.url("/1"))
    with pytest.raises(FetchError) as failed:
        look(lab, site.url("/loop"))

    assert (fetched.body, fetched.mime, fetched.final_url) == (b"here", "text/plain", site.url("/4"))
    assert [(hop.status, hop.ip) for hop in fetched.hops] == [
        (301, site.ip),
        (307, site.ip),
        (308, site.ip),
        (200, site.ip),
    ]
    assert (failed.value.reason, failed.value.evidence["statuses"]) == ("too_many_redirects", [302] * 6)


def test_the_body_of_a_redirect_is_not_read(lab: Lab, site: Site) -> None:
    site.put("/end", b"end")
    site.script(
        "/bomb", send_all(head("Location: /end", "Content-Encoding: gzip", status="302 Found"), *[b"x" * 65_536] * 3)
    )

    assert look(lab, site.url("/bomb")).body == b"end"


def test_cookies_stay_with_their_host_and_nothing_tells_where_we_come_from(lab: Lab, site: Site) -> None:
    other = lab.site("other.example")
    other.put("/end", b"end")
    site.forget_requests()
    site.script(
        "/a", send_all(head("Location: /b", "Set-Cookie: id=1; Path=/", "Content-Length: 0", status="302 Found"))
    )
    site.redirect("/b", "http://user:secret@other.example/end")
    look(lab, site.url("/a"))

    assert [request.headers.get("cookie") for request in site.requests] == [None, "id=1"]
    (asked,) = other.requests
    assert not {"cookie", "referer", "authorization"} & set(asked.headers)
    assert asked.headers["host"] == "other.example"
    assert asked.headers["accept-encoding"] == "gzip, identity"


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 418, 429, 451, 500, 503])
def test_an_error_status_is_an_answer(lab: Lab, site: Site, status: int) -> None:
    href = site.put("/status", b"" if status in (204, 304) else b"why", status=status)

    assert look(lab, href).status == status


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (("Retry-After: 120",), 120.0),
        (
            ("Retry-After: Sat, 21 Nov 2026 10:01:30 GMT", "Date: Sat, 21 Nov 2026 10:00:00 GMT"),
            90.0,
        ),  # by its own clock
        (("Retry-After: Sat, 21 Nov 2020 10:00:00 GMT",), 0.0),
        (("Retry-After: soon",), None),
        ((), None),
    ],
)
def test_retry_after_is_told_and_not_slept(lab: Lab, site: Site, lines: tuple[str, ...], seconds: float | None) -> None:
    site.script("/busy", send_all(head("Content-Length: 0", *lines, status="429 Too Many Requests")))

    assert look(lab, site.url("/busy")).retry_after_s == seconds


def test_a_packed_body_is_unpacked(lab: Lab, site: Site) -> None:
    text = b"harmless " * 1000
    for coding, packed in (("gzip", gzip.compress(text)), ("deflate", zlib.compress(text)), ("identity", text)):
        site.put("/packed", packed, headers={"Content-Encoding": coding})
        assert look(lab, site.url("/packed")).body == text


def test_head_asks_for_no_body(lab: Lab, site: Site) -> None:
    site.put("/head", b"x" * 1000)
    fetched = look(lab, site.url("/head"), method="HEAD")

    assert (fetched.status, fetched.body, fetched.header("content-length")) == (200, b"", "1000")


def test_a_body_of_exactly_the_limit_is_read(lab: Lab, site: Site) -> None:
    site.put("/full", b"x" * MAX_BYTES)

    assert len(look(lab, site.url("/full")).body) == MAX_BYTES
    with pytest.raises(FetchError, match="too_large"):
        look(lab, site.url("/full"), max_bytes=MAX_BYTES - 1)


def test_what_cannot_be_dialled_has_its_own_reason(lab: Lab, site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed_port = taken.getsockname()[1]
    cases = {
        "http://nowhere.example/": ("dns", False),
        f"http://127.0.0.1:{closed_port}/": ("connect", True),
        "http://10.0.0.1/": ("refused_address", False),
        "http://abc.onion/": ("onion", False),
        "ftp://marker.example/": ("bad_response", False),
        "not an address": ("bad_response", False),
        "http://*.example/": ("dns", False),
    }
    for href, (reason, may_retry) in cases.items():
        with pytest.raises(FetchError) as failed:
            look(lab, href)
        assert (failed.value.reason, failed.value.may_retry) == (reason, may_retry), href


def test_what_was_fetched_shows_no_address_and_no_body(lab: Lab, site: Site) -> None:
    site.put("/marker", b"MARKER")

    assert "marker" not in repr(look(lab, site.url("/marker"))).lower()


def test_unpacking_is_bounded() -> None:
    assert unpacked(b"", "gzip", 10) == b""
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b") + b"junk", "x-gzip", 10) == b"ab"
    assert unpacked(zlib.compress(b"raw")[2:-4], "deflate", 10) == b"raw"
    with pytest.raises(BombError):
        unpacked(gzip.compress(bytes(8)) + gzip.compress(bytes(8)), "gzip", 15)
    for broken in (gzip.compress(b"abc" * 100)[:-9], b"\x1f\x8bjunk"):
        with pytest.raises(PackedError):
            unpacked(broken, "gzip", 1000)
    with pytest.raises(PackedError):
        unpacked(b"junk", "deflate", 1000)


# --- TLS, with an authority of our own ---------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate with its key, as one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - datetime.timedelta(1))
    builder = builder.not_valid_after(now + datetime.timedelta(1)).add_extension(names, critical=False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
        key, hashes.SHA256()
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def tls_server(pem: Path, talk: Callable[[ssl.SSLSocket], None]) -> Iterator[int]:
    """A TLS server for one connection on 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                accepted, _ = listener.accept()
                with accepted, context.wrap_socket(accepted, server_side=True) as secured:
                    secured.recv(65_536)
                    talk(secured)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def look_by_tls(port: int, context: ssl.SSLContext | None) -> Fetched:
    settings = Settings(
        fetch=FetchSettings(deadline_s=DEADLINE_S),
        lab=LabSettings(allow=("127.0.0.0/8",), resolve={"tls.example": "127.0.0.1"}, port={"tls.example": port}),
    )
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    return fetch("https://tls.example/", settings=settings.fetch, gate=gate, resolver=resolver, context=context)


def test_tls_is_verified_by_name_and_metered(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "tls.example")
    trusting = ssl.create_default_context(cafile=str(pem))

    def drip_tls(sock: ssl.SSLSocket) -> None:
        sock.sendall(head("Content-Length: 1000"))
        for _ in range(60):
            sock.sendall(b"x")
            time.sleep(0.05)

    with tls_server(pem, lambda sock: sock.sendall(head("Content-Length: 2") + b"ok")) as port:
        assert look_by_tls(port, trusting).body == b"ok"
    with tls_server(pem, lambda _sock: None) as port, pytest.raises(FetchError, match="tls"):
        look_by_tls(port, None)
    with tls_server(pem, drip_tls) as port:
        started = time.perf_counter()
        with pytest.raises(FetchError, match="timeout"):
            look_by_tls(port, trusting)
        assert time.perf_counter() - started < DEADLINE_S + 1


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "other.example")
    with tls_server(pem, lambda _sock: None) as port, pytest.raises(FetchError) as failed:
        look_by_tls(port, ssl.create_default_context(cafile=str(pem)))

    assert failed.value.reason == "tls"


def test_a_handshake_that_never_comes_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.perf_counter()
        with pytest.raises(FetchError, match="timeout"):
            look_by_tls(silent.getsockname()[1], None)

        assert time.perf_counter() - started < DEADLINE_S + 1
