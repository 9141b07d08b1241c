"""The gate's own tables and rules, and that every way out stands behind it. What forged addresses do to it on the whole
path stands in test_forged_addresses."""

import socket
from collections.abc import Iterator

import pytest

from hotline.addresses import Gate
from hotline.addresses.gate import INSIDE_NAMES, REFUSALS, is_literal, plain_host
from hotline.channels.asking import Plan
from hotline.channels.dial import Allowance, Dialer
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Limits, exchange
from hotline.channels.fetcher import Fetcher
from hotline.channels.http import guarded_session
from hotline.errors import FetchError, RefusedAddressError
from hotline.fetch import fetch
from hotline.settings import DnsSettings, FetchSettings, LabSettings, Settings
from scripts.lab import Lab
from tests.hotline.recording import METADATA_IN_PUBLIC_SPACE, recorded

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
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "223.255.255.255", "172.32.0.1", "100.128.0.1", "169.253.0.1"]
PUBLIC_6 = ["2001:200::1", "2001:4860:4860::8888", "2003::1", "2400:cb00::1", "2606:4700::1111", "2a00:1450::1"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def settings(lab: Lab) -> Settings:
    """Those of a real home, its names answered by the lab's server."""
    return Settings(dns=DnsSettings(servers=(lab.dns.address,)))


@pytest.mark.parametrize(
    "ip", [*PRIVATE, *PRIVATE_6, METADATA_IN_PUBLIC_SPACE, "", "img.example", "8.8.8.8 ", "1", "fe80::1%eth0"]
)
def test_what_is_not_public_is_refused_with_an_error_of_its_own(ip: str) -> None:
    with pytest.raises(RefusedAddressError) as refused:
        Gate.from_settings(Settings()).check(ip)

    assert (refused.value.reason, refused.value.may_retry) == ("refused_address", False)
    assert refused.value.evidence == {"refused": "address"}
    # Neither of the network's own errors, so that no library takes it for a broken connection.
    assert not isinstance(refused.value, OSError)


@pytest.mark.parametrize("ip", [*PUBLIC, *PUBLIC_6])
def test_what_is_public_passes(ip: str) -> None:
    Gate.from_settings(Settings()).check(ip)


@pytest.mark.parametrize("ip", [*PRIVATE, *PRIVATE_6, METADATA_IN_PUBLIC_SPACE])
def test_a_literal_and_a_name_that_leads_to_it_are_refused_unasked(lab: Lab, settings: Settings, ip: str) -> None:
    fetcher = Fetcher.from_plan(Plan(settings))
    lab.dns.add("name.example", "AAAA" if ":" in ip else "A", ip)
    lab.dns.add("name.example", "A" if ":" in ip else "AAAA", "8.8.8.8" if ":" in ip else "2606:4700::1111")
    with recorded((lab.dns.ip, lab.dns.port)) as seen:
        for host in (f"[{ip}]" if ":" in ip else ip, "name.example"):
            with pytest.raises(RefusedAddressError):
                fetch(f"http://{host}/", fetchers=fetcher, settings=settings.fetch)

    assert seen.targets == []


def test_the_recorder_does_see_what_a_bare_client_would_do() -> None:
    with recorded() as seen, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 80))

    assert (seen.targets, seen.inside) == (["127.0.0.1"], ["127.0.0.1"])


def test_the_session_itself_resolves_no_odd_number(lab: Lab, settings: Settings) -> None:
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    for url in ("http://0x7f.1/", "http://2130706433/", "http://127.1/", "http://0177.0.0.1/"):
        session = guarded_session(Dialer(gate, resolver, Allowance(5, 1000)), user_agent="test")
        with recorded((lab.dns.ip, lab.dns.port)) as seen, pytest.raises(Exception, match=r"name|refused"), session:
            session.send_bare("GET", url)
        assert seen.targets == []


def test_a_proxy_is_refused_and_the_environment_not_read(settings: Settings) -> None:
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    with guarded_session(Dialer(gate, resolver, Allowance(5, 1000)), user_agent="test") as session:
        assert session.trust_env is False
        with pytest.raises(NotImplementedError, match="proxy"):
            session.get("http://img.example/", proxies={"http": "http://127.0.0.1:3128"})


def test_a_question_to_a_registry_passes_it_too(settings: Settings) -> None:
    """As RDAP asks: by an exchange of its own, without a process."""
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    with recorded() as seen, pytest.raises(RefusedAddressError) as refused:
        exchange("http://10.0.0.1/ip/8.8.8.8", limits=Limits(5, 1000, 5, "test"), gate=gate, resolver=resolver)

    assert seen.targets == []
    assert (refused.value.capture.egress, refused.value.capture.reason) == ("direct", "refused_address")


def test_only_the_configured_ports_are_dialled() -> None:
    fetcher = Fetcher.from_plan(Plan(Settings()))
    for href in (
        "http://8.8.8.8:22/",
        "https://8.8.8.8:80443/",
        "http://[2606:4700::1111]:25/",
        "http://8.8.8.8:8080/",
    ):
        with recorded() as seen, pytest.raises(FetchError) as refused:
            fetch(href, fetchers=fetcher, settings=FetchSettings())
        assert seen.targets == []
        assert refused.value.reason == ("bad_response" if "80443" in href else "refused_address")
    gate, wider = Gate.from_settings(Settings()), Gate.from_settings(Settings(fetch=FetchSettings(ports=(8080,))))

    assert [gate.allows_port(port) for port in (80, 443, 22, 8080)] == [True, True, False, False]
    assert [wider.allows_port(port) for port in (80, 443, 22, 8080)] == [False, False, False, True]
    with pytest.raises(RefusedAddressError, match="port"):
        fetch("http://8.8.8.8:22/", fetchers=fetcher, settings=FetchSettings())


def test_a_peer_that_is_not_the_one_dialled_is_refused(lab: Lab) -> None:
    """The system may connect 0.0.0.0 to itself: what answers is compared with what was checked."""
    site = lab.site("peer.example")
    rules = LabSettings(
        allow=("0.0.0.0/32", f"{site.ip}/32"), resolve={"peer.example": "0.0.0.0"}, port={"peer.example": site.port}
    )
    for allow in (rules.allow, (*rules.allow, "127.0.0.1/32")):
        settings = Settings(
            lab=LabSettings(allow=allow, resolve=rules.resolve, port={"peer.example": lab.http_proxy.port})
        )
        dialer = Dialer(Gate.from_settings(settings), Resolver.from_settings(settings), Allowance(5, 1000))
        with pytest.raises(RefusedAddressError):
            dialer.dial("peer.example", 80)
        assert dialer.tried == ["0.0.0.0"]


@pytest.mark.parametrize("name", INSIDE_NAMES)
def test_names_that_lead_inside_wherever_they_are_resolved_are_no_proxys(name: str) -> None:
    gate = Gate.from_settings(Settings())
    for host in (name, f"a.{name}", f"A.B.{name.upper()}."):
        with pytest.raises(RefusedAddressError) as refused:
            gate.check_remote(host, 443)
        assert refused.value.evidence == {"refused": "name"}
    gate.check_remote(f"{name.replace('.', '-')}.example", 443)


def test_every_refusal_says_what_was_refused() -> None:
    assert {what: text.partition(":")[0].startswith("the gate refused") for what, text in REFUSALS.items()} == {
        "address": True,
        "port": True,
        "name": True,
    }
    assert [plain_host(host) for host in ("[::1]", "IMG.example.", "a..")] == ["::1", "img.example", "a"]
    assert [is_literal(host) for host in ("::1", "8.8.8.8", "fe80::1%eth0", "0x7f.1", "img.example", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


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
