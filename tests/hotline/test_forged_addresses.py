"""Forged addresses through the real path, from what was reported or linked to the connection: over HTTP and TLS, by
redirects and by names that change. A recorder that shares no code with the gate sees every connection and judges it by
netaddr's tables. Nothing is ever really dialled but servers of the lab."""

import dataclasses
import ipaddress
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import ada_url
import netaddr
import pytest
import requests

from hotline.addresses import Gate, read_address
from hotline.channels.asking import Plan
from hotline.channels.fetcher import Fetcher
from hotline.errors import AddressError, FetchError, RefusedAddressError
from hotline.fetch import fetch
from hotline.settings import DnsSettings, FetchSettings, LabSettings, Settings
from scripts.lab import Lab, LabAuthority, Site
from tests.hotline.forging import IPV6_INSIDE, SEED, drawn_inside, encodings, forged, spellings
from tests.hotline.recording import is_public, recorded

POLICY = FetchSettings(deadline_s=5)
LEAST_FORGED, LEAST_PUBLIC, REBINDINGS = 1400, 500, 100
STATUSES = (301, 302, 303, 307, 308)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def fetcher(lab: Lab) -> Fetcher:
    """As it runs in a process of a real home, but for its names, which the lab's server answers."""
    return Fetcher.from_plan(Plan(Settings(dns=DnsSettings(servers=(lab.dns.address,)))))


def reported(text: str) -> str | None:
    try:
        return read_address(text).href
    except AddressError:
        return None


def linked(text: str) -> str | None:
    """As a link on a page of the web is read."""
    try:
        return str(ada_url.URL(text, base="http://page.example/").href)
    except (ValueError, UnicodeEncodeError):
        return None


def outcome(fetcher: Fetcher, href: str) -> str:
    """What a fetch fails with; each does, because nothing is let out."""
    with pytest.raises(FetchError) as failed:
        fetch(href, fetchers=fetcher, settings=POLICY)
    assert isinstance(failed.value, RefusedAddressError) == (failed.value.reason == "refused_address")
    return failed.value.reason


def test_no_forged_address_reaches_what_is_not_public(lab: Lab, fetcher: Fetcher) -> None:
    texts = forged()
    schemes = Counter(text.partition(":")[0].lower() for text in texts)
    reasons: Counter[str] = Counter()
    with recorded((lab.dns.ip, lab.dns.port)) as seen:
        for text in texts:
            for href in {reported(text), linked(text)} - {None}:
                reasons[outcome(fetcher, str(href))] += 1

    assert len(texts) >= LEAST_FORGED
    assert schemes["https"] >= 300
    assert seen.inside == []
    assert seen.names == []  # the system's resolver is not asked
    assert set(seen.targets) <= {"8.8.8.8"}  # where a disguise really leads outside
    assert reasons["refused_address"] >= 1000
    assert set(reasons) <= {"refused_address", "dns", "connect", "bad_response"}


def test_a_bare_client_is_led_inside_by_hundreds_of_them(lab: Lab) -> None:
    """The control: so that the test above is not passed by addresses that mislead nobody."""
    with recorded() as seen, requests.Session() as session:
        session.trust_env = False
        for text in forged():
            try:
                session.get(text, timeout=1)
            except (requests.RequestException, ValueError, OSError):
                continue

    assert len(seen.inside) >= 400


def test_every_public_address_is_dialled(lab: Lab, fetcher: Fetcher) -> None:
    chance = random.Random(SEED)
    drawn = (str(netaddr.IPAddress(chance.randrange(1 << 24, 224 << 24))) for _ in itertools.count())
    public = list(itertools.islice(filter(is_public, drawn), 450))
    for first in ("2001:200::", "2001:4000::", "2400::", "2600::", "2800::", "2a00::", "2c00::"):
        start = int(ipaddress.ip_address(first))
        public += [str(ipaddress.ip_address(start + chance.getrandbits(80))) for _ in range(12)]
    assert len(set(public)) >= LEAST_PUBLIC
    assert all(map(is_public, public))

    for scheme, port in (("http", 80), ("https", 443)):
        with recorded((lab.dns.ip, lab.dns.port)) as seen:
            reasons = {outcome(fetcher, f"{scheme}://{f'[{ip}]' if ':' in ip else ip}:{port}/") for ip in public}
        assert seen.targets == public
        assert reasons == {"connect"}


def test_public_addresses_in_odd_writing_are_dialled_as_what_they_are(lab: Lab, fetcher: Fetcher) -> None:
    ip = "151.101.1.69"
    number = int(ipaddress.ip_address(ip))
    texts = [f"http://{number}/", f"http://0x{number:x}/", f"http://{ip}./", f"http://{ip.replace('.', '。')}/"]
    with recorded((lab.dns.ip, lab.dns.port)) as seen:
        for text in texts:
            assert outcome(fetcher, str(reported(text))) == "connect"

    assert seen.targets == [ip] * len(texts)


# --- By name -----------------------------------------------------------------------------------------------------


def inside_4() -> list[str]:
    return drawn_inside(random.Random(SEED))


def test_names_that_lead_inside_are_refused_whichever_answer_says_so(lab: Lab, fetcher: Fetcher) -> None:
    names: list[str] = []
    for number, ip in enumerate(inside_4()):
        lab.dns.add(f"inside{number}.example", "A", ip)
        lab.dns.add(f"first{number}.example", "A", ip, "8.8.8.8", "8.8.4.4")
        lab.dns.add(f"last{number}.example", "A", "8.8.8.8", "8.8.4.4", ip)
        lab.dns.add(f"alias{number}.example", "CNAME", f"inside{number}.example.")
        lab.dns.add(f"six{number}.example", "A", "8.8.8.8")
        lab.dns.add(f"six{number}.example", "AAAA", f"::ffff:{ip}")
        lab.dns.add(f"nat{number}.example", "AAAA", "2606:4700::1111", f"64:ff9b::{ip}")
        names += [f"{kind}{number}.example" for kind in ("inside", "first", "last", "alias", "six", "nat")]
    for number, ip in enumerate(IPV6_INSIDE):
        lab.dns.add(f"only{number}.example", "AAAA", ip)
        lab.dns.add(f"beside{number}.example", "A", "8.8.8.8")
        lab.dns.add(f"beside{number}.example", "AAAA", "2606:4700::1111", ip)
        names += [f"{kind}{number}.example" for kind in ("only", "beside")]
    with recorded((lab.dns.ip, lab.dns.port)) as seen:
        reasons = {outcome(fetcher, f"{scheme}://{name}/") for name in names for scheme in ("http", "https")}

    assert (reasons, seen.targets) == ({"refused_address"}, [])


def test_a_hundred_names_that_change_are_dialled_only_at_what_was_checked(lab: Lab, fetcher: Fetcher) -> None:
    """The name leads outside for one to four connections, then inside, by A, by AAAA or by one of several. Each
    connection asks once for each kind and dials what it was told: no second question could get another answer."""
    chance, dialled = random.Random(SEED), []
    with recorded((lab.dns.ip, lab.dns.port)) as seen:
        for number in range(REBINDINGS):
            name, good = f"rebind{number}.example", 1 + number % 4
            changing, outside, inside = rebinding(chance, number)
            other = "AAAA" if changing == "A" else "A"
            lab.dns.sequence(name, changing, *[[outside]] * good, inside)
            if number % 3:
                lab.dns.add(name, other, "2606:4700::1111" if other == "AAAA" else "8.8.4.4")
            asked = len(lab.dns.queries)
            reasons = [outcome(fetcher, f"{'https' if number % 2 else 'http'}://{name}/") for _ in range(good + 1)]
            assert reasons == ["connect"] * good + ["refused_address"]
            assert len(lab.dns.queries) - asked == 2 * (good + 1)
            dialled.append(good)

    assert seen.inside == []
    assert seen.targets.count("8.8.8.8") + seen.targets.count("2001:4860:4860::8888") == sum(dialled)


def rebinding(chance: random.Random, number: int) -> tuple[str, str, list[str]]:
    """Kind of record, what it holds at first, what it holds then."""
    if number % 2:
        then = chance.choice(IPV6_INSIDE)
        return "AAAA", "2001:4860:4860::8888", [then] if number % 5 else ["2001:4860:4860::8888", then]
    then = chance.choice(inside_4())
    return "A", "8.8.8.8", [then] if number % 5 else ["8.8.8.8", then]


# --- By redirect ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hop(lab: Lab) -> Site:
    return lab.site("hop.example")


@pytest.fixture(scope="module")
def authority() -> LabAuthority:
    return LabAuthority()


@pytest.fixture(scope="module")
def secure_hop(lab: Lab, authority: LabAuthority) -> Site:
    return lab.site("secure.example", context=authority.context("secure.example"))


@pytest.fixture(scope="module")
def hopping(
    fetcher: Fetcher,
    hop: Site,
    secure_hop: Site,
    authority: LabAuthority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Fetcher:
    """The gate of a real home with two holes: the addresses of the lab's two hosts, which redirect."""
    pem = authority.written(Path(tmp_path_factory.mktemp("authority")))
    context = Fetcher.from_plan(Plan(Settings(lab=LabSettings(authority=str(pem))))).context
    deny = [network for network in fetcher.gate.deny if str(network) != "127.0.0.0/8"]
    rest = [ipaddress.ip_network("127.0.0.0/8")]
    for site in (hop, secure_hop):
        hole = ipaddress.ip_network(f"{site.ip}/32")
        rest = [part for each in rest for part in (each.address_exclude(hole) if hole.subnet_of(each) else [each])]
    gate = dataclasses.replace(
        fetcher.gate,
        deny=(*deny, *rest),
        ports=frozenset({80, 443, hop.port, secure_hop.port}),
        lab_ports={hop.name: hop.port, secure_hop.name: secure_hop.port},
    )
    return dataclasses.replace(fetcher, gate=gate, context=context)


def inner_forms() -> list[str]:
    chance = random.Random(SEED)
    forms = [f"http://{host}/" for ip in drawn_inside(chance)[:12] for host in encodings(ip)]
    forms += [f"https://{host}/" for ip in IPV6_INSIDE for host in spellings(ip)]
    forms += [text for text in forged() if "@" in text or "\\" in text][::5]
    return [form for form in dict.fromkeys(forms) if form.isascii() and form.isprintable()]


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_to_any_inner_form_is_refused(
    lab: Lab, hop: Site, secure_hop: Site, hopping: Fetcher, status: int
) -> None:
    forms = inner_forms()
    assert len(forms) >= 400
    hops = {(hop.ip, hop.port), (secure_hop.ip, secure_hop.port)}
    with recorded((lab.dns.ip, lab.dns.port), *hops) as seen:
        for number, form in enumerate(forms):
            site, scheme = (secure_hop, "https") if number % 4 == 0 else (hop, "http")
            site.redirect("/r", form, status)
            with pytest.raises(FetchError) as failed:
                fetch(f"{scheme}://{site.name}/r", fetchers=hopping, settings=POLICY)
            assert [each.status for each in failed.value.capture.hops] == [status]
            assert failed.value.reason in ("refused_address", "dns", "bad_response", "connect"), form

    assert (seen.inside, seen.names) == ([], [])
    assert set(seen.targets) <= {"8.8.8.8"}


def test_the_hosts_that_redirect_are_really_reached(hop: Site, secure_hop: Site, hopping: Fetcher) -> None:
    """The control of the test above."""
    hop.redirect("/first", f"https://{secure_hop.name}/second")
    secure_hop.put("/second", b"here")

    assert fetch(hop.url("/first"), fetchers=hopping, settings=POLICY).body == b"here"


def test_a_name_that_changes_between_two_redirects_is_refused(lab: Lab, hop: Site, hopping: Fetcher) -> None:
    hop.redirect("/a", "/b")
    lab.dns.sequence(hop.name, "A", [hop.ip], ["127.66.66.66"])
    before = len(hop.requests)
    with recorded((lab.dns.ip, lab.dns.port), (hop.ip, hop.port)) as seen:
        assert outcome(hopping, hop.url("/a")) == "refused_address"
    lab.dns.remove(hop.name)

    assert [request.path for request in hop.requests[before:]] == ["/a"]
    assert seen.targets == []


def test_the_gate_and_netaddr_agree_on_every_block() -> None:
    """The first, the last and a drawn address of every /8, and of every block that either of them names, with the
    addresses on both sides of it."""
    chance, gate = random.Random(SEED), Gate.from_settings(Settings())
    blocks = [ipaddress.ip_network(f"{first}.0.0.0/8") for first in range(256)]
    blocks += [network for network in gate.deny if network.version == 4 and network.prefixlen < 32]
    for block in blocks:
        first, last = int(block[0]), int(block[-1])
        for number in (first - 1, first, chance.randint(first, last), last, last + 1):
            ip = str(ipaddress.IPv4Address(number % (1 << 32)))
            assert allows(gate, ip) == is_public(ip), ip


def test_of_ipv6_the_gate_allows_nothing_that_netaddr_does_not() -> None:
    """It allows less: no address that carries another, and nothing outside the block given out for the public."""
    chance, gate = random.Random(SEED), Gate.from_settings(Settings())
    drawn = [chance.getrandbits(128) for _ in range(2000)] + [(1 << 125) + chance.getrandbits(125) for _ in range(8000)]
    allowed = [ip for ip in map(str, map(ipaddress.IPv6Address, drawn)) if allows(gate, ip)]

    assert len(allowed) >= 7000
    assert [ip for ip in allowed if not is_public(ip)] == []


def allows(gate: Gate, ip: str) -> bool:
    try:
        gate.check(ip)
    except RefusedAddressError:
        return False
    return True
