"""Ways out through proxies: the gate is asked before the proxy, names are resolved at the proxy, and what the proxy
itself says is never taken for a host's answer."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.addresses import Gate
from hotline.channels.asking import Plan
from hotline.channels.egress import Way, is_answer_of_proxy
from hotline.channels.fetcher import Fetcher
from hotline.channels.fetchers import Fetchers
from hotline.errors import FetchError, RefusedAddressError
from hotline.fetch import MakesRequests, fetch
from hotline.records.looks import Fetched
from hotline.settings import EgressSettings, FetchSettings, LabSettings, Settings
from scripts.lab import (
    Lab,
    LabAuthority,
    LabHttpProxy,
    LabSocksProxy,
    Site,
    drip,
    endless,
    gzip_bomb,
    raw_head,
    send_all,
    stall,
)
from scripts.lab.serve import TcpServer

DEADLINE_S = 1
POLICY = FetchSettings(deadline_s=DEADLINE_S, max_bytes=300_000)
WAYS = ("http", "socks")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def plain(lab: Lab) -> Site:
    return lab.site("plain.example")


@pytest.fixture(scope="module")
def authority() -> LabAuthority:
    return LabAuthority()


@pytest.fixture(scope="module")
def secure(lab: Lab, authority: LabAuthority) -> Site:
    return lab.site("secure.example", context=authority.context("secure.example"))


@pytest.fixture(scope="module")
def silent() -> Iterator[TcpServer]:
    server = TcpServer("127.0.0.1", lambda _sock, _peer: server.stopping.wait())
    yield server
    server.stop()


@pytest.fixture(scope="module")
def settings(
    lab: Lab, silent: TcpServer, authority: LabAuthority, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    profiles = {
        "http": lab.http_proxy.url,
        "socks": lab.socks_proxy.url,
        "named": lab.http_proxy.url.replace("127.0.0.1", "proxy.example"),
        "nowhere": "http://no.example:3128",
        "closed": "socks5h://127.0.0.1:1",
        "outside": "socks5h://10.0.0.1:1080",
        "mute": f"http://127.0.0.1:{silent.port}",
        "mute-socks": f"socks5h://127.0.0.1:{silent.port}",
    }
    lab.dns.add("proxy.example", "A", "127.0.0.1")
    pem = authority.written(tmp_path_factory.mktemp("authority"))
    rules = LabSettings(allow=("127.0.0.0/8",), dns=(lab.dns.address,), authority=str(pem))
    return Settings(lab=rules, egress=EgressSettings(profiles=profiles))


@pytest.fixture(scope="module", params=["in a process", "here"])
def fetchers(request: pytest.FixtureRequest, settings: Settings) -> Iterator[MakesRequests]:
    if request.param == "here":
        yield Fetcher.from_plan(Plan(settings))
        return
    with Fetchers.from_settings(settings) as fetchers:
        yield fetchers


@pytest.fixture(autouse=True)
def proxies_work(lab: Lab) -> None:
    lab.http_proxy.answer_with(None)
    lab.socks_proxy.refuse_with(0)


def look(fetchers: MakesRequests, href: str, egress: str) -> Fetched:
    return fetch(href, fetchers=fetchers, settings=POLICY, egress=egress)


def failed(fetchers: MakesRequests, href: str, egress: str) -> FetchError:
    started = time.perf_counter()
    with pytest.raises(FetchError) as raised:
        look(fetchers, href, egress)
    assert time.perf_counter() - started < DEADLINE_S + 1
    assert raised.value.capture.egress == egress
    return raised.value


def asked(lab: Lab, egress: str) -> list[str]:
    proxy: LabHttpProxy | LabSocksProxy = lab.http_proxy if egress == "http" else lab.socks_proxy
    return proxy.asked


# --- What a proxy is asked, and what it brings -----------------------------------------------------------------------


def test_a_plain_address_is_asked_for_whole_at_an_http_proxy_and_by_name_at_a_socks_proxy(
    fetchers: MakesRequests, lab: Lab, plain: Site
) -> None:
    href = plain.put("/a?b=c&d=%20e", b"picture")
    fetched = [look(fetchers, href, egress) for egress in WAYS]

    assert [each.body for each in fetched] == [b"picture", b"picture"]
    assert asked(lab, "http")[-1] == "GET http://plain.example/a?b=c&d=%20e"
    assert asked(lab, "socks")[-1] == "name plain.example:80"
    assert [request.path for request in plain.requests[-2:]] == ["/a?b=c&d=%20e"] * 2
    assert [request.headers["host"] for request in plain.requests[-2:]] == ["plain.example"] * 2
    assert not {"proxy-connection", "via", "x-forwarded-for"} & set(plain.requests[-1].headers)


def test_a_secured_address_goes_through_a_tunnel_and_the_host_proves_its_name(
    fetchers: MakesRequests, lab: Lab, secure: Site
) -> None:
    secure.put("/a", b"picture")
    fetched = [look(fetchers, "https://secure.example/a", egress) for egress in WAYS]

    assert [each.body for each in fetched] == [b"picture", b"picture"]
    assert asked(lab, "http")[-1] == "CONNECT secure.example:443"
    assert asked(lab, "socks")[-1] == "name secure.example:443"
    for each in fetched:
        assert each.capture is not None
        assert each.capture.hops[0].tls is not None
        assert each.capture.hops[0].tls.names == ("secure.example",)


@pytest.mark.parametrize("egress", WAYS)
def test_names_are_resolved_at_the_proxy_only(fetchers: MakesRequests, lab: Lab, plain: Site, egress: str) -> None:
    before = len(lab.dns.queries)
    look(fetchers, plain.put("/a", b""), egress)

    assert lab.dns.queries[before:] == []


@pytest.mark.parametrize("egress", WAYS)
def test_the_capture_names_the_way_and_claims_no_address_of_the_host(
    fetchers: MakesRequests, plain: Site, egress: str
) -> None:
    fetched = look(fetchers, plain.put("/a", b""), egress)
    capture = fetched.capture

    assert capture is not None
    assert (capture.egress, capture.tried, fetched.ip) == (egress, ("127.0.0.1",), "")
    assert [(hop.ip, hop.ips) for hop in capture.hops] == [("", ())]


@pytest.mark.parametrize("egress", WAYS)
def test_redirects_go_the_same_way(fetchers: MakesRequests, lab: Lab, plain: Site, secure: Site, egress: str) -> None:
    secure.put("/end", b"end")
    plain.redirect("/start", "https://secure.example/end")
    before = len(asked(lab, egress))
    fetched = look(fetchers, plain.url("/start"), egress)

    assert (fetched.body, [hop.status for hop in fetched.hops]) == (b"end", [302, 200])
    assert len(asked(lab, egress)) == before + 2


def test_a_proxy_may_be_named(fetchers: MakesRequests, plain: Site) -> None:
    assert look(fetchers, plain.put("/a", b"a"), "named").body == b"a"


def test_the_environments_proxies_are_not_used(
    settings: Settings, lab: Lab, plain: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, lab.http_proxy.url)
    before = len(lab.http_proxy.asked)
    rules = LabSettings(allow=("127.0.0.0/8",), resolve={plain.name: plain.ip}, port={plain.name: plain.port})
    with Fetchers.from_settings(Settings(lab=rules)) as fetchers:
        for each in (fetchers, Fetcher.from_plan(Plan(Settings(lab=rules)))):
            assert look(each, plain.put("/a", b"a"), "direct").body == b"a"

    assert len(lab.http_proxy.asked) == before


# --- What a proxy is never asked -----------------------------------------------------------------------------------

INSIDE = [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://0x0a.1/",
    "http://167772161/",
    "http://intranet/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://router.lan/",
    "http://metadata.google.internal/",
    "http://nas.home.arpa/",
    "https://10.0.0.1/",
    "https://intranet/",
    "http://wiki.corp/",
]


@pytest.mark.parametrize("egress", WAYS)
@pytest.mark.parametrize("href", INSIDE)
def test_a_proxy_never_learns_of_what_lies_inside(fetchers: MakesRequests, lab: Lab, href: str, egress: str) -> None:
    before = len(asked(lab, egress))
    error = failed(fetchers, href, egress)

    assert isinstance(error, RefusedAddressError)
    assert (error.reason, error.may_retry, error.capture.tried) == ("refused_address", False, ())
    assert len(asked(lab, egress)) == before


@pytest.mark.parametrize("egress", WAYS)
def test_not_by_a_redirect_either(fetchers: MakesRequests, lab: Lab, plain: Site, egress: str) -> None:
    for number, target in enumerate([*INSIDE, "http://abc.onion/"]):
        plain.redirect(f"/to/{number}", target)
        before = len(asked(lab, egress))
        error = failed(fetchers, plain.url(f"/to/{number}"), egress)

        assert error.reason in ("refused_address", "onion")
        assert len(asked(lab, egress)) == before + 1  # the redirect itself


def test_outside_a_lab_ports_and_the_operators_networks_are_kept_from_a_proxy_too() -> None:
    gate = Gate.from_settings(Settings(fetch=FetchSettings(deny=("8.8.8.0/24",))))
    for host, port in (("img.example", 80), ("img.example", 443), ("8.8.4.4", 80), ("[2606:4700::1111]", 443)):
        gate.check_remote(host, port)
    for host, port in (
        ("img.example", 22), ("8.8.8.8", 80), ("127.0.0.1", 80), ("0x7f.1", 80), ("a.0177", 80), ("a..example", 80),
        ("", 80), (".", 80), ("localhost", 80), ("fe80::1%eth0", 80), ("x.onion", 80),
    ):  # fmt: skip
        with pytest.raises(RefusedAddressError):
            gate.check_remote(host, port)


def test_a_name_that_cannot_be_is_not_asked_for(fetchers: MakesRequests, lab: Lab) -> None:
    for egress in WAYS:
        before = len(asked(lab, egress))
        error = failed(fetchers, f"http://{'a' * 70}.example/", egress)
        assert (error.reason, error.may_retry, len(asked(lab, egress))) == ("dns", False, before)


# --- What a proxy says by itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway",
                                    "503 Service Unavailable", "500 Error", "404 Not Found", "302 Found"])  # fmt: skip
def test_a_tunnel_refused_is_no_answer_of_the_host(
    fetchers: MakesRequests, lab: Lab, secure: Site, status: str
) -> None:
    lab.http_proxy.answer_with(raw_head("Content-Length: 4", "Location: http://x.example/", status=status) + b"gone")
    error = failed(fetchers, "https://secure.example/a", "http")

    assert (error.reason, error.capture.stage, error.capture.hops) == ("connect", "connect", ())


@pytest.mark.parametrize(
    "raw",
    [
        raw_head("Proxy-Authenticate: Basic", status="407 Proxy Authentication Required"),
        raw_head("X-Squid-Error: ERR_DNS_FAIL 0", status="503 Service Unavailable"),
        raw_head("X-Squid-Error: ERR_ACCESS_DENIED 0", status="403 Forbidden"),
        raw_head("Proxy-Status: proxy.example; error=dns_error", status="404 Not Found"),
        raw_head('Proxy-Status: a.example; received-status=200, b.example ;error = "x"', status="502 Bad Gateway"),
    ],
)
def test_an_error_page_of_the_proxy_is_no_answer_of_the_host(
    fetchers: MakesRequests, lab: Lab, plain: Site, raw: bytes
) -> None:
    lab.http_proxy.answer_with(raw)
    error = failed(fetchers, plain.url("/a"), "http")

    assert (error.reason, error.capture.stage, error.capture.hops) == ("connect", "connect", ())


def test_what_a_host_answers_through_a_proxy_is_its_answer(fetchers: MakesRequests, plain: Site) -> None:
    for status in (403, 404, 502, 503):
        plain.put("/a", b"why", status=status, headers={"Via": "1.1 proxy", "Proxy-Status": "a; received-status=503"})
        assert look(fetchers, plain.url("/a"), "http").status == status


def test_what_looks_like_a_proxys_error_counts_through_a_proxy_only(fetchers: MakesRequests, secure: Site) -> None:
    secure.put("/a", b"why", status=503, headers={"X-Squid-Error": "ERR_DNS_FAIL 0"})

    assert look(fetchers, "https://secure.example/a", "http").status == 503
    assert is_answer_of_proxy(503, {"x-squid-error": "ERR_DNS_FAIL 0"})
    assert not is_answer_of_proxy(503, {"via": "1.1 squid", "proxy-status": "squid; received-status=503"})


@pytest.mark.parametrize("code", range(1, 10))
def test_every_refusal_of_a_socks_proxy_is_a_failure_to_connect(
    fetchers: MakesRequests, lab: Lab, plain: Site, code: int
) -> None:
    lab.socks_proxy.refuse_with(code)
    error = failed(fetchers, plain.url("/a"), "socks")

    assert (error.reason, error.capture.stage, error.may_retry) == ("connect", "connect", True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x05",
        b"\r\n\r\n",
        b"garbage" * 10_000,
        b"HTTP/2 200\r\n\r\n",
        raw_head() + b"more than a tunnel's head",
        raw_head("X: y")[:-2],
        raw_head(status="20 OK"),
    ],
)
def test_a_proxy_that_talks_nonsense_is_a_failure(fetchers: MakesRequests, lab: Lab, secure: Site, raw: bytes) -> None:
    lab.http_proxy.answer_with(raw)

    assert failed(fetchers, "https://secure.example/a", "http").reason in ("connect", "tls")


@pytest.mark.parametrize(
    ("egress", "reason"),
    [("nowhere", "connect"), ("closed", "connect"), ("mute", "timeout"), ("mute-socks", "timeout")],
)
def test_a_proxy_that_is_not_there_is_a_failure_to_connect(
    fetchers: MakesRequests, secure: Site, egress: str, reason: str
) -> None:
    error = failed(fetchers, "https://secure.example/", egress)

    assert (error.reason, error.capture.stage, error.may_retry) == (reason, "connect", True)


def test_in_a_lab_a_proxy_outside_it_is_refused(fetchers: MakesRequests) -> None:
    error = failed(fetchers, "http://plain.example/", "outside")

    assert isinstance(error, RefusedAddressError)
    assert error.capture.tried == ()


@pytest.mark.parametrize("egress", WAYS)
def test_a_hostile_host_is_bounded_behind_a_proxy_too(fetchers: MakesRequests, plain: Site, egress: str) -> None:
    cases = {
        "/drip": (drip(b"x" * 1000), "timeout"),
        "/stall": (stall(), "timeout"),
        "/endless": (endless(), "too_large"),
        "/bomb": (gzip_bomb(50_000_000), "too_large"),
        "/junk": (send_all(b"junk\r\n\r\n"), "bad_response"),
    }
    for path, (behaviour, reason) in cases.items():
        assert failed(fetchers, plain.script(path, behaviour), egress).reason == reason


def test_a_certificate_is_checked_through_a_proxy(settings: Settings, secure: Site, tmp_path: Path) -> None:
    assert settings.lab is not None
    pem = str(LabAuthority().written(tmp_path))
    with Fetchers.from_settings(replace(settings, lab=replace(settings.lab, authority=pem))) as strangers:
        for egress in WAYS:
            assert failed(strangers, "https://secure.example/", egress).reason == "tls"


def test_ways_are_read_from_the_settings() -> None:
    ways = Way.read_all(
        {"tor": "socks5h://127.0.0.1:9050", "squid": "http://[::1]:3128/", "name": "http://p.example:80"}
    )

    assert ways == {
        "direct": Way(),
        "tor": Way("tor", "socks5h", "127.0.0.1", 9050),
        "squid": Way("squid", "http", "::1", 3128),
        "name": Way("name", "http", "p.example", 80),
    }
    assert ["p.example" in repr(way) for way in ways.values()] == [False] * 4
