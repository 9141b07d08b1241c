"""The gate on the real way out: forged addresses, redirects and changing names, against a recorder that sees every
connection of this process and lets none out, with netaddr's tables as the independent word on what is public."""

import random
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import ada_url
import netaddr
import pytest

from hotline.addresses import Gate, read_address
from hotline.channels.dial import Allowance, Dialer
from hotline.channels.dns import Resolver
from hotline.channels.http import guarded_session
from hotline.errors import AddressError, FetchError, RefusedAddressError
from hotline.fetch import fetch
from hotline.settings import DnsSettings, FetchSettings, LabSettings, Settings
from scripts.lab import Lab

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
]
PRIVATE_6 = [
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:10::1",
    "2001:20::1",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "3ffe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
# Public by registration, never by use: the platform's own address in Azure.
METADATA_IN_PUBLIC_SPACE = "168.63.129.16"
SETTINGS = Settings()

_seen: list[str] | None = None


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and _seen is not None and threading.current_thread() is threading.main_thread():
        sock, target = args
        if isinstance(sock, socket.socket) and sock.type == socket.SOCK_STREAM and isinstance(target, tuple):
            _seen.append(str(target[0]))
            raise ConnectionRefusedError


sys.addaudithook(_watch)


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Every address this thread connects to by TCP; the connections themselves are not made."""
    global _seen
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None


def is_public(ip: str) -> bool:
    return ip != METADATA_IN_PUBLIC_SPACE and bool(netaddr.IPAddress(ip).is_global())


def forms(ip: str) -> Iterator[str]:
    """The ways in which parsers and people have written one IPv4 address."""
    a, b, c, d = (int(part) for part in ip.split("."))
    number = int(netaddr.IPAddress(ip))
    wide = ip.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    hosts = [
        ip,
        f"{ip}.",
        str(number),
        f"0x{number:08x}",
        f"0{number:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"000{a:o}.{b}.{c}.{d}",
        f"{a}.{b}.{(c << 8) + d}",
        f"{a}.{(b << 16) + (c << 8) + d}",
        f"0x{a:x}.{b}.0{c:o}.{d}",
        wide,
        ip.replace(".", "。"),
        ip.replace(".", "%2e"),
        "".join(f"%{ord(sign):02x}" for sign in ip),
        f"[::ffff:{ip}]",
        f"[::{ip}]",
        f"[64:ff9b::{ip}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::]",
    ]
    yield from (f"http://{host}/" for host in hosts)
    yield from (f"https://{host}:443/" for host in hosts[:6])
    yield f"http://8.8.8.8@{ip}/"
    yield f"http://{ip}#@8.8.8.8/"
    yield f"http://{ip}\\@8.8.8.8/"
    yield f"http://{ip}?8.8.8.8/"
    yield f"//{ip}/"
    yield f"{ip}/latest/meta-data/"


FORGED = [form for ip in (*PRIVATE, METADATA_IN_PUBLIC_SPACE) for form in forms(ip)]
FORGED += [f"{scheme}://[{ip}]/" for ip in PRIVATE_6 for scheme in ("http", "https")]


def through_the_real_path(text: str, gate: Gate, resolver: Resolver) -> None:
    """As a report would, then as a link found on a page would."""
    for href in (_reported(text), _linked(text)):
        if href is not None:
            with pytest.raises(FetchError):
                fetch(href, settings=SETTINGS.fetch, gate=gate, resolver=resolver)


def _reported(text: str) -> str | None:
    try:
        return read_address(text).href
    except AddressError:
        return None


def _linked(text: str) -> str | None:
    try:
        return str(ada_url.URL(text, base="http://page.example/").href)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


def public_gate_and(lab: Lab) -> tuple[Gate, Resolver]:
    """The gate of a real home, its names answered by the lab's server."""
    settings = Settings(dns=DnsSettings(servers=(lab.dns.address,)))
    return Gate.from_settings(settings), Resolver.from_settings(settings)


def test_no_forged_address_reaches_what_is_not_public(lab: Lab) -> None:
    assert len(FORGED) >= 300
    gate, resolver = public_gate_and(lab)
    with recorded() as connected:
        for text in FORGED:
            through_the_real_path(text, gate, resolver)

    assert [ip for ip in connected if not is_public(ip)] == []


def test_the_recorder_does_see_what_a_bare_client_would_do() -> None:
    with recorded() as connected, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 80))

    assert connected == ["127.0.0.1"]


def test_public_addresses_are_dialled(lab: Lab) -> None:
    gate, resolver = public_gate_and(lab)
    chance = random.Random(20261121)
    drawn = [str(netaddr.IPAddress(chance.randrange(1 << 24, 224 << 24))) for _ in range(500)]
    public = [ip for ip in drawn if is_public(ip)] + ["2606:4700::1111", "2a00:1450::1", "2400:cb00::1", "2001:4860::8"]
    with recorded() as connected:
        for ip in public:
            through_the_real_path(f"http://{f'[{ip}]' if ':' in ip else ip}/", gate, resolver)

    assert sorted(set(connected)) == sorted(set(public))


def test_names_that_lead_inside_are_refused_by_every_answer(lab: Lab) -> None:
    gate, resolver = public_gate_and(lab)
    for number, ip in enumerate(PRIVATE):
        lab.dns.add(f"inside{number}.example", "A", ip)
        lab.dns.add(f"mixed{number}.example", "A", "8.8.8.8", ip)
    for number, ip in enumerate(PRIVATE_6):
        lab.dns.add(f"six{number}.example", "A", "8.8.8.8")
        lab.dns.add(f"six{number}.example", "AAAA", ip)
    names = [f"{kind}{n}.example" for kind in ("inside", "mixed") for n in range(len(PRIVATE))]
    names += [f"six{n}.example" for n in range(len(PRIVATE_6))]
    with recorded() as connected:
        for name in names:
            with pytest.raises(RefusedAddressError) as refused:
                fetch(f"http://{name}/", settings=SETTINGS.fetch, gate=gate, resolver=resolver)
            assert (refused.value.reason, refused.value.may_retry) == ("refused_address", False)

    assert connected == []


def test_a_name_that_changes_is_asked_once_for_each_connection(lab: Lab) -> None:
    gate, resolver = public_gate_and(lab)
    with recorded() as connected:
        for number in range(20):
            name = f"rebind{number}.example"
            lab.dns.sequence(name, "A", ["8.8.4.4"], [PRIVATE[number % len(PRIVATE)]])
            with pytest.raises(FetchError) as first:
                fetch(f"http://{name}/", settings=SETTINGS.fetch, gate=gate, resolver=resolver)
            with pytest.raises(RefusedAddressError):
                fetch(f"http://{name}/", settings=SETTINGS.fetch, gate=gate, resolver=resolver)
            assert first.value.reason == "connect"

    assert connected == ["8.8.4.4"] * 20


def test_a_redirect_passes_the_gate_again(lab: Lab) -> None:
    site = lab.site("hop.example")
    gate = Gate.from_settings(Settings(lab=LabSettings(allow=(f"{site.ip}/32",), port={"hop.example": site.port})))
    resolver = Resolver(names={"hop.example": site.ip}, is_lab=True)
    targets = ["http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://0x7f.1/", "//10.0.0.1/x"]
    for number, target in enumerate(targets):
        site.redirect(f"/{number}", target)
        with pytest.raises(RefusedAddressError) as refused:
            fetch(site.url(f"/{number}"), settings=SETTINGS.fetch, gate=gate, resolver=resolver)
        assert refused.value.evidence["statuses"] == [302]


def test_a_name_that_changes_between_two_redirects_is_refused(lab: Lab) -> None:
    site = lab.site("turn.example")
    site.redirect("/a", "/b")
    lab.dns.sequence("turn.example", "A", [site.ip], ["127.66.66.66"])
    settings = Settings(
        lab=LabSettings(allow=(f"{site.ip}/32",), dns=(), port={"turn.example": site.port}), fetch=FetchSettings()
    )
    server = Resolver.from_settings(Settings(dns=DnsSettings(servers=(lab.dns.address,))))
    with pytest.raises(RefusedAddressError):
        fetch(site.url("/a"), settings=settings.fetch, gate=Gate.from_settings(settings), resolver=server)

    assert [request.path for request in site.requests] == ["/a"]


def test_the_session_itself_resolves_no_odd_number(lab: Lab) -> None:
    gate, resolver = public_gate_and(lab)
    for url in ("http://0x7f.1/", "http://2130706433/", "http://127.1/", "http://0177.0.0.1/"):
        session = guarded_session(Dialer(gate, resolver, Allowance(5, 1000)), user_agent="test")
        with recorded() as connected, pytest.raises(Exception, match=r"name|refused"), session:
            session.send_bare("GET", url)
        assert connected == []


def test_a_proxy_is_refused_and_the_environment_not_read(lab: Lab) -> None:
    gate, resolver = public_gate_and(lab)
    with guarded_session(Dialer(gate, resolver, Allowance(5, 1000)), user_agent="test") as session:
        assert session.trust_env is False
        with pytest.raises(NotImplementedError, match="proxy"):
            session.get("http://img.example/", proxies={"http": "http://127.0.0.1:3128"})


def test_only_the_configured_ports_are_dialled() -> None:
    gate = Gate.from_settings(Settings())
    with recorded() as connected, pytest.raises(RefusedAddressError, match="port"):
        fetch("http://8.8.8.8:22/", settings=SETTINGS.fetch, gate=gate, resolver=Resolver())

    assert connected == []
    assert [gate.allows_port(port) for port in (80, 443, 22, 8080)] == [True, True, False, False]


def test_the_operators_own_networks_are_denied() -> None:
    gate = Gate.from_settings(Settings(fetch=FetchSettings(deny=("8.8.8.0/24",))))
    gate.check("8.8.4.4")
    with pytest.raises(RefusedAddressError):
        gate.check("8.8.8.8")


def test_a_lab_is_exactly_its_networks_at_every_port() -> None:
    gate = Gate.from_settings(Settings(lab=LabSettings(allow=("127.0.0.0/8",), port={"IMG.example": 8081})))
    gate.check("127.0.0.2")
    for ip in ("8.8.8.8", "::1", "::ffff:127.0.0.1", "10.0.0.1", "img.example", ""):
        with pytest.raises(RefusedAddressError):
            gate.check(ip)

    assert gate.allows_port(1)
    assert [gate.port_for("img.example.", port) for port in (80, 443, 81)] == [8081, 8081, 81]
    assert gate.port_for("other.example", 80) == 80
