"""What a fetch brings: redirects, cookies, codings, statuses, and the record of how it went."""

import gzip
import hashlib
import socket
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hotline.channels.fetchers import Fetchers
from hotline.channels.heads import certificate_moment, kept_headers
from hotline.channels.unpack import BombError, PackedError, unpacked
from hotline.errors import FetchError, RefusedAddressError
from hotline.fetch import fetch
from hotline.records.looks import Capture, Fetched, Hop
from hotline.settings import FetchSettings, LabSettings, Settings
from scripts.lab import Lab, LabAuthority, Site, raw_head, send_all

MAX_BYTES = 300_000
POLICY = FetchSettings(deadline_s=5, max_bytes=MAX_BYTES)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def site(lab: Lab) -> Site:
    return lab.site("marker.example")


@pytest.fixture(scope="module")
def other(lab: Lab) -> Site:
    return lab.site("other.example")


@pytest.fixture(scope="module")
def authority() -> LabAuthority:
    return LabAuthority()


@pytest.fixture(scope="module")
def secure(lab: Lab, authority: LabAuthority) -> Site:
    return lab.site("secure.example", context=authority.context("secure.example", "www.secure.example", "127.0.0.9"))


@pytest.fixture(scope="module")
def fetchers(
    lab: Lab,
    site: Site,
    other: Site,
    secure: Site,
    authority: LabAuthority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fetchers]:
    rules = LabSettings(
        allow=("127.0.0.0/8",),
        dns=(lab.dns.address,),
        port={each.name: each.port for each in (site, other, secure)} | {"third.example": secure.port},
        authority=str(authority.written(tmp_path_factory.mktemp("authority"))),
    )
    with Fetchers.from_settings(Settings(lab=rules)) as fetchers:
        yield fetchers


def look(fetchers: Fetchers, href: str, **options: object) -> Fetched:
    return fetch(href, fetchers=fetchers, settings=POLICY, **options)  # type: ignore[arg-type]


def test_redirects_are_followed_to_their_limit(fetchers: Fetchers, site: Site) -> None:
    site.redirect("/1", "/2", 301)
    site.redirect("/2", "http://marker.example/3", 307)
    site.redirect("/3", "//marker.example/4", 308)
    site.put("/4", b"here", content_type="text/plain; charset=utf-8")
    site.redirect("/loop", "/loop")
    fetched = look(fetchers, site.url("/1"))
    with pytest.raises(FetchError) as failed:
        look(fetchers, site.url("/loop"))

    assert (fetched.body, fetched.mime, fetched.final_url) == (b"here", "text/plain", site.url("/4"))
    assert [(hop.status, hop.ip) for hop in fetched.hops] == [
        (301, site.ip),
        (307, site.ip),
        (308, site.ip),
        (200, site.ip),
    ]
    assert (failed.value.reason, failed.value.evidence["statuses"]) == ("too_many_redirects", [302] * 6)


def test_the_body_of_a_redirect_is_not_read(fetchers: Fetchers, site: Site) -> None:
    site.put("/end", b"end")
    site.script(
        "/bomb",
        send_all(raw_head("Location: /end", "Content-Encoding: gzip", status="302 Found"), *[b"x" * 65_536] * 3),
    )

    assert look(fetchers, site.url("/bomb")).body == b"end"


def test_cookies_stay_with_their_host_and_nothing_tells_where_we_come_from(
    fetchers: Fetchers, site: Site, other: Site
) -> None:
    other.put("/end", b"end")
    other.forget_requests()
    site.forget_requests()
    site.script(
        "/a", send_all(raw_head("Location: /b", "Set-Cookie: id=1; Path=/", "Content-Length: 0", status="302 Found"))
    )
    site.redirect("/b", "http://user:secret@other.example/end")
    look(fetchers, site.url("/a"))

    assert [request.headers.get("cookie") for request in site.requests] == [None, "id=1"]
    (asked,) = other.requests
    assert not {"cookie", "referer", "authorization"} & set(asked.headers)
    assert asked.headers["host"] == "other.example"
    assert asked.headers["accept-encoding"] == "gzip, identity"


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 418, 429, 451, 500, 503])
def test_an_error_status_is_an_answer(fetchers: Fetchers, site: Site, status: int) -> None:
    href = site.put("/status", b"" if status in (204, 304) else b"why", status=status)

    assert look(fetchers, href).status == status


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
def test_retry_after_is_told_and_not_slept(
    fetchers: Fetchers, site: Site, lines: tuple[str, ...], seconds: float | None
) -> None:
    site.script("/busy", send_all(raw_head("Content-Length: 0", *lines, status="429 Too Many Requests")))

    assert look(fetchers, site.url("/busy")).retry_after_s == seconds


def test_a_packed_body_is_unpacked(fetchers: Fetchers, site: Site) -> None:
    text = b"harmless " * 1000
    for coding, packed in (("gzip", gzip.compress(text)), ("deflate", zlib.compress(text)), ("identity", text)):
        site.put("/packed", packed, headers={"Content-Encoding": coding})
        assert look(fetchers, site.url("/packed")).body == text


def test_head_asks_for_no_body(fetchers: Fetchers, site: Site) -> None:
    site.put("/head", b"x" * 1000)
    fetched = look(fetchers, site.url("/head"), method="HEAD")

    assert (fetched.status, fetched.body, fetched.header("content-length")) == (200, b"", "1000")


def test_a_body_of_exactly_the_limit_is_read(fetchers: Fetchers, site: Site) -> None:
    site.put("/full", b"x" * MAX_BYTES)

    assert len(look(fetchers, site.url("/full")).body) == MAX_BYTES
    with pytest.raises(FetchError, match="too_large"):
        look(fetchers, site.url("/full"), max_bytes=MAX_BYTES - 1)


def test_what_cannot_be_dialled_has_its_own_reason(fetchers: Fetchers, site: Site) -> None:
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
            look(fetchers, href)
        assert (failed.value.reason, failed.value.may_retry) == (reason, may_retry), href


def test_what_was_fetched_shows_no_address_and_no_body(fetchers: Fetchers, site: Site) -> None:
    site.put("/marker", b"MARKER")

    assert "marker" not in repr(look(fetchers, site.url("/marker"))).lower()


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


# --- The record of how it went -------------------------------------------------------------------------------------


def captured(fetchers: Fetchers, href: str, **options: object) -> Capture:
    capture = look(fetchers, href, **options).capture
    assert capture is not None
    return capture


def failed(fetchers: Fetchers, href: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as raised:
        look(fetchers, href, **options)
    return raised.value


def test_every_hop_is_recorded_with_its_heads_addresses_and_times(fetchers: Fetchers, site: Site, other: Site) -> None:
    site.redirect("/first", other.url("/second"), 308)
    other.put("/second", b"picture", headers={"X-Kept": "a" * 3000})
    before = datetime.now(UTC)
    capture = captured(fetchers, site.url("/first"), purpose="cache", headers=(("Cache-Control", "no-cache"),))
    after = datetime.now(UTC)

    assert (capture.asked, capture.purpose, capture.egress) == (site.url("/first"), "cache", "direct")
    assert (capture.reason, capture.stage, capture.tried) == (None, None, (site.ip, other.ip))
    first, second = capture.hops
    assert [(hop.url, hop.status, hop.method, hop.ip, hop.ips, hop.tls) for hop in capture.hops] == [
        (site.url("/first"), 308, "GET", site.ip, (site.ip,), None),
        (other.url("/second"), 200, "GET", other.ip, (other.ip,), None),
    ]
    assert first.sent == (
        ("host", "marker.example"),
        ("user-agent", POLICY.user_agent),
        ("accept", "*/*"),
        ("accept-encoding", "gzip, identity"),
        ("connection", "close"),
        ("cache-control", "no-cache"),
    )
    assert ("location", other.url("/second")) in first.received
    assert dict(second.received)["x-kept"] == "a" * 2000
    assert (first.body_sha256, first.body_bytes) == (None, None)
    assert (second.body_sha256, second.body_bytes) == (hashlib.sha256(b"picture").hexdigest(), 7)
    moments = [capture.began_at, *moments_of(first), *moments_of(second), capture.ended_at]
    assert [before, *moments, after] == sorted([before, *moments, after])
    assert {moment.tzinfo for moment in moments} == {UTC}


def moments_of(hop: Hop) -> tuple[datetime, datetime]:
    assert hop.began_at is not None
    assert hop.ended_at is not None
    return hop.began_at, hop.ended_at


def test_of_a_body_its_decoded_size_and_digest_are_recorded_and_none_where_there_is_none(
    fetchers: Fetchers, site: Site
) -> None:
    text = b"harmless " * 1000
    site.put("/packed", gzip.compress(text), headers={"Content-Encoding": "gzip"})
    site.put("/gone", status=204)
    hops = [
        captured(fetchers, site.url("/packed")).hops[-1],
        captured(fetchers, site.url("/packed"), method="HEAD").hops[-1],
        captured(fetchers, site.url("/gone")).hops[-1],
    ]

    assert [(hop.method, hop.body_bytes) for hop in hops] == [("GET", 9000), ("HEAD", None), ("GET", None)]
    assert [hop.body_sha256 for hop in hops] == [hashlib.sha256(text).hexdigest(), None, None]


def test_what_lets_somebody_in_is_not_recorded(fetchers: Fetchers, site: Site) -> None:
    site.script(
        "/a",
        send_all(raw_head("Location: /b", "Set-Cookie: sid=MARKER", "Proxy-Authorization: MARKER", status="302 Found")),
    )
    site.put("/b", b"")
    capture = captured(fetchers, site.url("/a"), headers=(("Authorization", "Bearer MARKER"),))

    first, second = capture.hops
    assert dict(first.received)["set-cookie"] == dict(second.sent)["cookie"] == dict(first.sent)["authorization"] == "…"
    assert site.requests[-1].headers["cookie"] == "sid=MARKER"
    assert "MARKER" not in str(capture.hops)


def test_a_hundred_headers_are_recorded_as_text_that_prints(fetchers: Fetchers, site: Site) -> None:
    lines = [f"X-{number}: \u00e9\0\t\x9b" for number in range(90)]
    site.script("/many", send_all(raw_head(*lines, "X-Place: Tiran\u00c3\u00ab", "Content-Length: 0")))
    (hop,) = captured(fetchers, site.url("/many")).hops

    assert dict(hop.received)["x-7"] == "é\ufffd \ufffd"
    assert dict(hop.received)["x-place"] == "Tiranë"


def test_what_is_kept_of_a_head_is_bounded_whatever_it_is() -> None:
    """Also what no library lets through today."""
    many = [(f"X-{number}", "ë" * 3000) for number in range(150)]
    kept = kept_headers([("N" * 300, "\u20ac"), *many])

    assert len(kept) == 100
    assert kept[0] == ("n" * 200, "€")
    assert {len(value) for _name, value in kept[1:]} == {2000}
    assert certificate_moment("Nov 25 10:00:00 2026 GMT") == "2026-11-25T10:00:00+00:00"
    assert [certificate_moment(odd) for odd in (None, "", "soon", "Nov 99 10:00:00 2026 GMT")] == [""] * 4


def test_of_a_secured_connection_the_certificate_is_recorded(
    fetchers: Fetchers, secure: Site, authority: LabAuthority
) -> None:
    secure.put("/", b"ok")
    fetched = look(fetchers, "https://secure.example/")
    assert fetched.capture is not None
    tls = fetched.capture.hops[0].tls
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((secure.ip, secure.port)))
    shown = x509.load_der_x509_certificate(der)

    assert fetched.body == b"ok"
    assert tls is not None
    assert (tls.version, tls.sha256, tls.issuer) == (
        "TLSv1.3",
        hashlib.sha256(der).hexdigest(),
        "commonName=Lab Authority",
    )
    assert tls.names == ("secure.example", "www.secure.example", "127.0.0.9")
    assert tls.not_before == shown.not_valid_before_utc.isoformat()
    assert tls.not_after == shown.not_valid_after_utc.isoformat()
    assert shown.public_bytes(serialization.Encoding.DER) == der


def test_a_failure_is_recorded_as_far_as_it_came(fetchers: Fetchers, site: Site, lab: Lab) -> None:
    lab.dns.add("closed.example", "A", "127.8.8.1", "127.8.8.2")
    site.redirect("/closed", "http://closed.example/x")
    site.redirect("/inside", "http://10.1.2.3/x")
    closed, inside = (failed(fetchers, site.url(path)) for path in ("/closed", "/inside"))

    assert [hop.status for hop in closed.capture.hops] == [302]
    assert (closed.capture.reason, closed.capture.stage) == ("connect", "connect")
    assert closed.capture.tried[0] == site.ip
    assert sorted(closed.capture.tried[1:]) == ["127.8.8.1", "127.8.8.2"]
    assert isinstance(inside, RefusedAddressError)
    assert (inside.capture.reason, inside.capture.stage) == ("refused_address", "dns")
    assert [(hop.status, hop.ip) for hop in inside.capture.hops] == [(302, site.ip)]
    assert inside.evidence["refused"] == "address"


def test_an_answer_that_breaks_off_keeps_its_head(fetchers: Fetchers, site: Site) -> None:
    site.script("/broken", send_all(raw_head("Content-Length: 100", "ETag: abc") + b"half"))
    (hop,) = failed(fetchers, site.url("/broken")).capture.hops

    assert (hop.status, dict(hop.received)["etag"], hop.body_sha256) == (200, "abc", None)


def test_every_address_of_a_name_is_recorded_with_the_one_that_answered(
    fetchers: Fetchers, site: Site, lab: Lab
) -> None:
    lab.dns.add("marker.example", "A", "127.8.8.1", site.ip)
    site.put("/two", b"")
    try:
        capture = captured(fetchers, site.url("/two"))
    finally:
        lab.dns.remove("marker.example")

    (hop,) = capture.hops
    assert hop.ip == capture.tried[-1] == site.ip
    assert sorted(hop.ips) == [site.ip, "127.8.8.1"]
    assert capture.tried == hop.ips[: hop.ips.index(site.ip) + 1]


# --- Other ways to ask ---------------------------------------------------------------------------------------------


def test_a_former_origin_is_asked_by_its_address_under_the_name(
    fetchers: Fetchers, site: Site, other: Site, lab: Lab
) -> None:
    """The name leads elsewhere now; what still stands at the origin is what is asked about. Redirects to the name stay
    there, others go their way."""
    lab.dns.add("marker.example", "A", other.ip)
    site.forget_requests()
    site.redirect("/x", "/y")
    site.redirect("/y", other.url("/second"))
    other.put("/second", b"elsewhere")
    try:
        fetched = look(fetchers, site.url("/x"), at_ip=site.ip, purpose="origin")
    finally:
        lab.dns.remove("marker.example")

    assert [hop.ip for hop in fetched.hops] == [site.ip, site.ip, other.ip]
    assert [request.headers["host"] for request in site.requests] == ["marker.example"] * 2
    assert failed(fetchers, site.url("/x"), at_ip="10.0.0.1").reason == "refused_address"
    assert failed(fetchers, site.url("/x"), at_ip="no address").reason == "refused_address"


def test_a_former_origin_still_has_to_prove_its_name(fetchers: Fetchers, secure: Site, lab: Lab) -> None:
    secure.put("/", b"ok")
    lab.dns.nxdomain("secure.example")
    try:
        assert look(fetchers, "https://secure.example/", at_ip=secure.ip).body == b"ok"
        assert failed(fetchers, "https://third.example/", at_ip=secure.ip).reason == "tls"
    finally:
        lab.dns.remove("secure.example")


def test_a_host_that_knows_the_bytes_sends_none(fetchers: Fetchers, site: Site) -> None:
    site.put("/known", b"picture")
    etag = look(fetchers, site.url("/known")).header("etag")
    again = look(fetchers, site.url("/known"), headers=(("If-None-Match", str(etag)),))

    assert (again.status, again.body) == (304, b"")


def test_less_may_be_read_than_the_policy_allows_and_never_more(fetchers: Fetchers, site: Site) -> None:
    site.put("/large", b"x" * (MAX_BYTES + 1))

    assert failed(fetchers, site.url("/large"), max_bytes=100).reason == "too_large"
    assert failed(fetchers, site.url("/large"), max_bytes=10 * MAX_BYTES).reason == "too_large"


@pytest.mark.parametrize("href", ["http://abc.onion/", "http://ABC.onion./", "https://a.b.onion:8080/x"])
def test_onion_addresses_are_not_fetched_and_not_asked_for(fetchers: Fetchers, lab: Lab, href: str) -> None:
    asked = len(lab.dns.queries)
    error = failed(fetchers, href)

    assert (error.reason, error.may_retry, error.capture.tried) == ("onion", False, ())
    assert len(lab.dns.queries) == asked


def test_a_certificate_is_checked_against_the_machines_clock(authority: LabAuthority, tmp_path: Path) -> None:
    """An expired one is refused, whatever else holds; the rest of what TLS refuses stands in test_hostile_servers."""
    with Lab() as lab:
        site = lab.site("old.example", context=authority.context("old.example", valid_for=-timedelta(minutes=1)))
        rules = LabSettings(
            allow=("127.0.0.0/8",),
            resolve={site.name: site.ip},
            port={site.name: site.port},
            authority=str(authority.written(tmp_path)),
        )
        with Fetchers.from_settings(Settings(lab=rules)) as fetchers:
            assert failed(fetchers, "https://old.example/").reason == "tls"
