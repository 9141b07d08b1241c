"""Who can remove something: names, network, country, registrar, upstream and mailboxes from the lab's name servers and
registry, hostile answers included."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from hotline.addresses import Gate, read_address
from hotline.channels.dns import Resolver
from hotline.channels.rdap import Kept, Rdap, RdapNetwork
from hotline.datafiles import About, Cdn, Cdns, DataFiles, Sign
from hotline.datafiles.reading import network_of
from hotline.errors import LookupFailedError
from hotline.records.looks import AbuseContact, HostingFacts, Registrar, Upstream
from hotline.settings import LabSettings, RdapSettings, Settings
from hotline.states import ContactRole
from hotline.trace import answers_for, moved_since, registrable_domain, scopes_of, trace
from scripts.lab import Lab, drip

A = "http://img.host.example/a.jpg"
CDNS = Cdns(
    About("cdn", date(2026, 11, 1), "these tests", "confirmed"),
    (
        Cdn("Ranged", networks=(network_of("127.0.7.0/24"),)),
        Cdn("Systematic", asns=frozenset({64501})),
        Cdn("Named", names=("named.example",), nameservers=("ns.named.example",)),
        Cdn("Signed", headers=(Sign("x-signed"), Sign("server", "signed"))),
    ),
)
NO_CDNS = replace(CDNS, known=())


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        lab.site("img.host.example", ip="127.0.7.2")
        yield lab


def asker(lab: Lab, rdap: tuple[str, ...] | None = None) -> tuple[Settings, Gate, Resolver, Rdap]:
    names = {name: site.ip for name, site in lab.sites.items()}
    servers, dns = rdap if rdap is not None else (lab.rdap.url,), (lab.dns.address,)
    lab_settings = LabSettings(allow=("127.0.0.0/8",), resolve=names, rdap=servers, dns=dns)
    settings = Settings(lab=lab_settings, rdap=RdapSettings(timeout_s=1))
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    return settings, gate, resolver, Rdap.from_settings(settings, gate=gate, resolver=resolver)


def traced(
    lab: Lab,
    text: str = A,
    *,
    rdap: tuple[str, ...] | None = None,
    cdns: Cdns = NO_CDNS,
    headers: tuple[tuple[str, str], ...] = (),
    total_s: float = 30.0,
) -> HostingFacts:
    settings, gate, resolver, questioner = asker(lab, rdap)
    return trace(
        read_address(text),
        settings=settings,
        gate=gate,
        resolver=resolver,
        rdap=questioner,
        cdns=cdns,
        headers=headers,
        total_s=total_s,
    )


def about_network(facts: HostingFacts) -> list[str]:
    """The problems with the network; that the lab has no registrar is none."""
    return [problem for problem in facts.problems if not problem.startswith("registrar: ")]


@pytest.mark.parametrize("nested", [True, False])
def test_every_role_is_found_where_it_stands(lab: Lab, nested: bool) -> None:
    lab.dns.zone(
        {
            "host.example": {
                "NS": ["ns1.dns.example.", "ns2.dns.example."],
                "MX": ["20 b.mx.example.", "5 a.mx.example."],
            },
            "img.host.example": {"CNAME": ["edge.host.example."]},
        }
    )
    lab.rdap.network("127.0.0.0/8", abuse="wide@net.example")
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example", country="AL", name="NET-AL", asn=64500, nested=nested)
    lab.rdap.autnum(64500, abuse="noc@carrier.example", name="CARRIER", country="AL", nested=nested)
    lab.rdap.domain("host.example", registrar="Regjistri", abuse="abuse@reg.example", iana_id=4711)

    assert traced(lab) == HostingFacts(
        ip="127.0.7.2",
        asn=64500,
        network="127.0.7.0/24",
        network_name="NET-AL",
        country="AL",
        country_source="rdap 127.0.7.0/24",
        country_confidence="medium",
        country_why="two registrations; registration is not where the disk is",
        asn_source="rdap 127.0.7.0/24",
        domain="host.example",
        dns={
            "A": ("127.0.7.2",),
            "CNAME": ("edge.host.example",),
            "NS": ("ns1.dns.example", "ns2.dns.example"),
            "MX": ("5 a.mx.example", "20 b.mx.example"),
        },
        registrar=Registrar("Regjistri", "4711"),
        upstream=Upstream(64500, "CARRIER"),
        abuse=(
            AbuseContact(
                "abuse@net.example", ContactRole.HOST, "127.0.7.0/24", "rdap 127.0.7.0/24", "127.0.7.0 - 127.0.7.255"
            ),
            AbuseContact("abuse@host.example", ContactRole.OPERATOR, "host.example", "rfc2142"),
            AbuseContact(
                "abuse@reg.example", ContactRole.REGISTRAR, "host.example", "rdap host.example", "D-HOST.EXAMPLE"
            ),
            AbuseContact("noc@carrier.example", ContactRole.UPSTREAM, "127.0.7.0/24", "rdap AS64500", "AS64500"),
        ),
    )


def test_an_address_in_numbers_has_no_domain_no_registrar_and_no_operator(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example")
    facts = traced(lab, "http://127.0.7.2/a.jpg")

    assert (facts.domain, facts.registrar, facts.dns, facts.problems) == (None, None, {}, ())
    assert [one.role for one in facts.abuse] == [ContactRole.HOST]
    assert not [asked for asked in lab.rdap.requests if "/domain/" in asked.path]


MAIL = [
    # records of the domain, is abuse@ proposed
    ({"MX": ["10 mx.host.example."]}, True),
    # takes no mail (RFC 7505)
    ({"MX": ["0 ."]}, False),
    # no mail server is named: nobody knows whether a mailbox is there
    ({"NS": ["ns1.dns.example."]}, False),
]


@pytest.mark.parametrize(("records", "is_proposed"), MAIL)
def test_an_operator_is_guessed_only_where_the_domain_takes_mail(
    lab: Lab, records: dict[str, list[str]], is_proposed: bool
) -> None:
    lab.dns.zone({"host.example": records})

    assert [one.address for one in traced(lab).abuse] == ["abuse@host.example"] * is_proposed


def test_an_upstream_is_named_but_not_asked_where_it_has_the_mailbox_of_the_network(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example", asn=64500, name="NET")
    lab.rdap.autnum(64500, abuse="Abuse@net.example", name="CARRIER")

    assert [one.role for one in traced(lab).abuse] == [ContactRole.HOST]
    assert traced(lab).upstream == Upstream(64500, "CARRIER")


def test_the_system_is_asked_of_the_names_where_the_registry_does_not_say_it(lab: Lab) -> None:
    lab.dns.add("2.7.0.127.origin.asn.cymru.com", "TXT", '"64500 | 127.0.7.0/24 | AL | ripencc | 2012-05-01"')
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example")
    lab.rdap.autnum(64500, abuse="noc@carrier.example", name="CARRIER")
    facts = traced(lab)

    assert (facts.asn, facts.asn_source) == (64500, "dns origin.asn.cymru.com")
    assert facts.upstream == Upstream(64500, "CARRIER")


COUNTRIES = [
    # network, system, confidence
    ("AL", "AL", "medium"),
    ("AL", None, "low"),
    ("AL", "NL", "low"),
    (None, "NL", None),
]


@pytest.mark.parametrize(("network", "system", "confidence"), COUNTRIES)
def test_a_country_is_worth_as_much_as_registrations_agree(
    lab: Lab, network: str | None, system: str | None, confidence: str | None
) -> None:
    lab.rdap.network("127.0.7.0/24", country=network, asn=64500)
    lab.rdap.autnum(64500, country=system)
    facts = traced(lab)

    assert (facts.country, facts.country_confidence) == (network, confidence)


FOUND = [
    # host, headers, found by
    ("127.0.7.2", (), ("Ranged", "ranges")),
    ("127.0.8.2", (), ("Systematic", "asn")),
    ("127.0.9.2", (("Server", "SIGNED/1.0"),), ("Named", "names")),
    ("127.0.10.2", (("X-Signed", "1"),), ("Signed", "headers")),
    ("127.0.10.2", (("Server", "nginx"), ("x-signed-too", "1")), (None, None)),
]


@pytest.mark.parametrize(("ip", "headers", "found"), FOUND)
def test_a_delivery_network_is_found_by_ranges_then_system_then_names_then_headers(
    lab: Lab, ip: str, headers: tuple[tuple[str, str], ...], found: tuple[str | None, str | None]
) -> None:
    lab.site("cdn.example", ip=ip)
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example", asn=64500)
    lab.rdap.network("127.0.8.0/24", abuse="abuse@net.example", asn=64501)
    lab.rdap.network("127.0.9.0/24", abuse="abuse@net.example")
    lab.rdap.network("127.0.10.0/24", abuse="abuse@net.example")
    if found[0] == "Named":
        lab.dns.zone({"cdn.example": {"CNAME": ["a.example."]}, "a.example": {"CNAME": ["x.named.example."]}})
    facts = traced(lab, "http://cdn.example/", cdns=CDNS, headers=headers)

    assert (facts.cdn, facts.cdn_source) == found
    told = f"host: behind {found[0]}; ask it for the origin"
    assert ([one.role for one in facts.abuse], told in facts.problems) == (
        ([ContactRole.CDN], True) if found[0] else ([ContactRole.HOST], False)
    )
    assert facts.country_confidence == "low"


def test_name_servers_of_a_delivery_network_are_a_hint_only(lab: Lab) -> None:
    lab.dns.zone({"plain.example": {"NS": ["amy.ns.named.example."]}})
    lab.site("plain.example", ip="127.0.11.2")
    facts = traced(lab, "http://plain.example/", cdns=CDNS)

    assert facts.cdn is None
    assert "cdn: name servers of Named, which is a hint only" in facts.problems


def test_a_network_without_an_abuse_mailbox_is_said(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", abuse=None)

    assert (traced(lab).abuse, about_network(traced(lab))) == ((), ["rdap: no_abuse_contact"])


def test_an_unreachable_registry_is_no_error(lab: Lab) -> None:
    lab.rdap.down()
    assert about_network(traced(lab)) == ["rdap: reset"]
    lab.rdap.down(status=503)
    assert about_network(traced(lab)) == ["rdap: server_error"]
    lab.rdap.down(False)
    assert traced(lab).problems == ("rdap: not_found", "registrar: not_found")
    assert traced(lab, rdap=()).problems == ("rdap: no_server", "registrar: no_server")
    assert traced(lab).ip == "127.0.7.2"


def test_a_second_registry_is_asked_and_a_redirect_followed(lab: Lab) -> None:
    other = lab.site("dead.example")
    other.redirect("/ip/127.0.7.2", f"{lab.rdap.url}ip/127.0.7.2")
    lab.rdap.network("127.0.7.0/24", abuse="abuse@host.example")
    dead, redirecting = f"http://{other.ip}:{other.port}/none/", f"http://{other.ip}:{other.port}/"

    assert traced(lab, rdap=(dead, lab.rdap.url)).network == "127.0.7.0/24"
    assert traced(lab, rdap=(redirecting,)).network == "127.0.7.0/24"


def test_a_redirect_of_the_registry_into_another_network_is_refused(lab: Lab) -> None:
    lab.rdap.site.redirect("/ip/127.0.7.2", "http://169.254.169.254/ip/127.0.7.2")

    assert about_network(traced(lab)) == ["rdap: refused_address"]


# Hostile answers.

NETWORK = {"objectClassName": "ip network", "startAddress": "127.0.7.0", "endAddress": "127.0.7.255"}
BAD_ANSWERS = [
    b"no json",
    b"[]",
    b"[" * 100_000,
    b'{"objectClassName": "ip network", "entities": [[[1]]]}',
    b'{"objectClassName": "ip network", "entities": "many"}',
    json.dumps({"objectClassName": "autnum"}).encode(),
    json.dumps({"objectClassName": ["ip network"]}).encode(),
]


@pytest.mark.parametrize("body", BAD_ANSWERS)
@pytest.mark.parametrize("path", ["/ip/127.0.7.2", "/domain/host.example"])
def test_an_answer_that_is_no_rdap_is_a_named_problem(lab: Lab, path: str, body: bytes) -> None:
    lab.rdap.site.put(path, body, content_type="application/rdap+json")

    assert f"{'rdap' if 'ip' in path else 'registrar'}: bad_response" in traced(lab).problems


def test_what_nobody_asked_for_in_an_answer_is_not_read(lab: Lab) -> None:
    junk = {"events": [{"eventAction": None}], "links": 7, "remarks": [[]], "notices": {"a": 1}, "status": 3}
    lab.rdap.site.put("/ip/127.0.7.2", json.dumps(NETWORK | junk).encode())

    assert traced(lab).network == "127.0.7.0/24"


def test_an_answer_about_another_domain_or_system_is_refused(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", asn=64500)
    other = {"objectClassName": "domain", "ldhName": "bank.example", "entities": []}
    lab.rdap.site.put("/domain/host.example", json.dumps(other).encode())
    lab.rdap.site.put(
        "/autnum/64500", json.dumps({"objectClassName": "autnum", "startAutnum": 1, "endAutnum": 2}).encode()
    )

    assert {"registrar: bad_response", "upstream: bad_response"} <= set(traced(lab).problems)


def entity(*boxes: object, roles: tuple[object, ...] = ("abuse",), **more: object) -> dict[str, object]:
    card = ["vcard", [["fn", {}, "text", "N"], *(["email", {}, "text", box] for box in boxes)]]
    return {"objectClassName": "entity", "handle": "A", "roles": list(roles), "vcardArray": card, **more}


BOXES = [
    # what stands there as a mailbox, whether it is one
    ("ok@b.example", True),
    ("mailto:ok@b.example", True),
    ("a@b.example\r\nBcc: x@y.example", False),
    ("<x@y.example>", False),
    ("a@b.example, c@d.example", False),
    ("nobody", False),
    ("a..b@c.example", False),
    (".a@c.example", False),
    ("a@-c.example", False),
    (f"{'a' * 65}@c.example", False),
    ("a\x00@c.example", False),
    (7, False),
    (["ok@b.example"], False),
    (None, False),
]


@pytest.mark.parametrize(("box", "is_one"), BOXES)
def test_a_registrars_mailbox_is_taken_only_where_it_is_one(lab: Lab, box: object, is_one: bool) -> None:
    registrar = entity(roles=("registrar",), entities=[entity(box)])
    document = {"objectClassName": "domain", "ldhName": "HOST.example.", "entities": [registrar]}
    lab.rdap.site.put("/domain/host.example", json.dumps(document).encode())

    assert [one.role for one in traced(lab).abuse] == [ContactRole.REGISTRAR] * is_one


def test_of_a_domain_only_the_registrar_is_asked_never_its_holder(lab: Lab) -> None:
    holder = entity("child@host.example", roles=("registrant",), entities=[entity("home@host.example")])
    document = {"objectClassName": "domain", "ldhName": "host.example", "entities": [holder, entity("me@host.example")]}
    lab.rdap.site.put("/domain/host.example", json.dumps(document).encode())

    assert traced(lab).abuse == ()


def test_a_registry_cannot_name_the_whole_internet_or_what_no_terminal_should_show(lab: Lab) -> None:
    whole = NETWORK | {"startAddress": "0.0.0.0", "endAddress": "255.255.255.255", "country": "<b>", "name": "a\x00\nb"}
    lab.rdap.site.put("/ip/127.0.7.2", json.dumps(whole | {"entities": [entity("ok@b.example")]}).encode())
    facts = traced(lab)

    assert [(one.address, one.answers_for) for one in facts.abuse] == [("ok@b.example", "127.0.7.2")]
    assert (facts.network, facts.network_name, facts.country) == ("127.0.7.2", "ab", None)


def test_thousands_of_entities_mailboxes_and_levels_are_cut(lab: Lab) -> None:
    deep: dict[str, object] = entity("deep@b.example")
    for _ in range(200):
        deep = entity(entities=[deep])
    many = [deep, *(entity(*(f"{number}-{one}@b.example" for one in range(9))) for number in range(3_000))]
    lab.rdap.site.put("/ip/127.0.7.2", json.dumps(NETWORK | {"entities": many}).encode())
    started = time.perf_counter()
    facts = traced(lab)

    assert [one.address for one in facts.abuse] == [f"0-{one}@b.example" for one in range(5)]
    assert time.perf_counter() - started < 3


def test_a_circle_of_names_ends(lab: Lab) -> None:
    lab.dns.zone({"a.host.example": {"CNAME": ["b.host.example."]}, "b.host.example": {"CNAME": ["a.host.example."]}})
    facts = traced(lab, "http://a.host.example/")

    assert facts.problems[0] == "dns: no address"
    assert facts.dns == {"CNAME": ("b.host.example",)}


def test_a_chain_of_names_is_followed_no_further_than_eight(lab: Lab) -> None:
    for number in range(20):
        lab.dns.add(f"n{number}.host.example", "CNAME", f"n{number + 1}.host.example.")
    facts = traced(lab, "http://n0.host.example/")

    assert facts.dns["CNAME"] == tuple(f"n{number}.host.example" for number in range(1, 9))


def test_thousands_of_mail_servers_and_strange_signs_are_cut(lab: Lab) -> None:
    lab.dns.add("host.example", "MX", *(f"{number} m{number}.mx.example." for number in range(2_000)))
    lab.dns.add("host.example", "NS", "a\\000b.dns.example.", f"{'x' * 60}.{'y' * 60}.{'z' * 60}.example.")
    facts = traced(lab)

    assert facts.dns["MX"] == tuple(f"{number} m{number}.mx.example" for number in range(20))
    assert all(text.isprintable() and len(text) <= 255 for texts in facts.dns.values() for text in texts)


# Time.


def test_a_dripping_registry_ends_in_time(lab: Lab) -> None:
    lab.rdap.site.script("/ip/127.0.7.2", drip(b"{" * 1000))
    started = time.perf_counter()

    assert about_network(traced(lab)) == ["rdap: timeout"]
    assert time.perf_counter() - started < 2


def test_all_questions_together_end_in_time_whatever_names_and_registries_do(lab: Lab) -> None:
    for name in ("host.example", "slow.host.example"):
        lab.dns.silent(name)
    lab.rdap.site.script("/domain/host.example", drip(b"{" * 1000))
    started = time.perf_counter()
    facts = traced(lab, "http://slow.host.example/", total_s=1.5)

    assert time.perf_counter() - started < 2.5
    assert facts.problems[:1] == ("dns: no address",)
    assert "registrar: timeout" in facts.problems


def test_what_cannot_be_looked_up_is_named(lab: Lab) -> None:
    assert about_network(traced(lab, "http://nowhere.example/")) == ["dns: no address"]
    assert traced(lab, "http://10.0.0.1/").problems == ("gate: refused_address",)


# What is kept.


def test_thousands_of_items_in_a_network_ask_its_registry_once(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", abuse="abuse@net.example", asn=64500)
    lab.rdap.domain("host.example")
    *_, rdap = asker(lab)
    for number in range(1, 200):
        assert rdap.network_of(f"127.0.7.{number}").asn == 64500
        assert rdap.autnum_of(64500).asn == 64500
        assert rdap.domain_of("host.example").registrar == "Lab Registrar"

    assert [asked.path for asked in lab.rdap.requests] == ["/ip/127.0.7.1", "/autnum/64500", "/domain/host.example"]


def test_an_answer_for_a_wide_network_is_not_taken_for_all_of_it(lab: Lab) -> None:
    lab.rdap.network("127.0.0.0/8", name="WIDE")
    lab.rdap.network("127.0.9.0/24", name="PART")
    *_, rdap = asker(lab)

    assert [rdap.network_of(ip).name for ip in ("127.0.7.1", "127.0.7.9", "127.0.9.1")] == ["WIDE", "WIDE", "PART"]
    assert len(lab.rdap.requests) == 2


def test_answers_are_kept_for_a_day_and_not_without_end() -> None:
    clock = [0.0]
    kept = Kept(lambda: clock[0])
    for number in range(5_000):
        kept.put(f"k{number}", number, 86_400.0)
    assert [kept.get([key]) for key in ("k0", "k903", "k904", "k4999")] == [None, None, 904, 4_999]
    clock[0] = 86_400.0
    assert kept.get(["k4999"]) is None


# Which registry.

ASKED = [
    # address, the registry that is asked first
    ("193.0.6.139", "https://rdap.db.ripe.net/"),
    ("1.1.1.1", "https://rdap.apnic.net/"),
    ("200.3.13.10", "https://rdap.lacnic.net/rdap/"),
    ("196.216.2.1", "https://rdap.afrinic.net/rdap/"),
    ("8.8.8.8", "https://rdap.arin.net/registry/"),
    ("2001:67c:2e8::1", "https://rdap.db.ripe.net/"),
    ("2d00::1", "https://rdap.arin.net/registry/"),  # of no block in the shipped table: any of them redirects
    ("2a00:1450::1", "https://rdap.db.ripe.net/"),
]


@pytest.mark.parametrize(("ip", "first"), ASKED)
def test_the_registry_of_the_block_is_asked_first_and_all_others_after_it(ip: str, first: str) -> None:
    bases = DataFiles().registries().for_ip(ip)

    assert (bases[0], len(bases), len(set(bases))) == (first, 5, 5)


def test_a_domain_is_asked_of_its_registry_only() -> None:
    registries = DataFiles().registries()

    assert registries.for_domain("host.com") == ("https://rdap.verisign.com/com/v1/",)
    assert registries.for_domain("host.co.uk") == ("https://rdap.nominet.uk/uk/",)
    assert registries.for_domain("foto.al") == ()


def test_country_by_registration_outside_a_lab() -> None:
    class NoRegistry(Rdap):
        """Stands for a registry that cannot be reached; the network is the edge where tests end."""

        def network_of(self, ip: str, *, within_s: float | None = None) -> RdapNetwork:  # noqa: ARG002
            raise LookupFailedError(reason="timeout")

    settings = Settings()
    gate, resolver = Gate.from_settings(settings), Resolver(is_lab=True)
    rdap = NoRegistry.from_settings(settings, gate=gate, resolver=resolver)
    facts = trace(read_address("http://8.8.8.8/"), settings=settings, gate=gate, resolver=resolver, rdap=rdap)

    assert (facts.country, facts.country_confidence, facts.problems) == ("US", "low", ("rdap: timeout",))
    assert str(facts.country_source).startswith("iptocc ")
    assert rdap.lab is None
    old = trace(
        read_address("http://8.8.8.8/"),
        settings=settings,
        gate=gate,
        resolver=resolver,
        rdap=rdap,
        today=date(2027, 12, 1),
    )
    assert [problem.partition(";")[2] for problem in old.problems[1:]] == [
        " hotline data refresh rdap",
        " hotline data refresh cdn",
    ]


# Moved.

HERE = HostingFacts(
    ip="127.0.1.2", network="127.0.1.0/24", network_name="ONE", asn=64500, dns={"A": ("127.0.1.2", "127.0.1.3")}
)
THERE = HostingFacts(ip="127.0.2.2", network="127.0.2.0/24", network_name="TWO", asn=64501, dns={"A": ("127.0.2.2",)})
TOLD = "from 127.0.1.0/24 (AS64500, ONE) to 127.0.2.0/24 (AS64501, TWO)"
MOVES = [
    # before, after, what is said
    (HERE, THERE, TOLD),
    # the very same
    (HERE, HERE, None),
    # another address of the network, whoever announces it
    (HERE, replace(HERE, ip="127.0.1.200", dns={}), None),
    (HERE, replace(HERE, ip="127.0.1.200", network="127.0.1.128/25", asn=None, dns={}), None),
    (HERE, replace(THERE, network="127.0.0.0/22", asn=None), None),
    # another network of the same system
    (HERE, replace(THERE, asn=64500), None),
    # the system is not known: the network decides
    (HERE, replace(THERE, asn=None), "from 127.0.1.0/24 (AS64500, ONE) to 127.0.2.0/24 (TWO)"),
    (replace(HERE, asn=None), THERE, "from 127.0.1.0/24 (ONE) to 127.0.2.0/24 (AS64501, TWO)"),
    # a name with addresses at two hosts gives them in any order
    (HERE, replace(THERE, dns={"A": ("127.0.2.2", "127.0.1.2")}), None),
    (replace(HERE, dns={"A": ("127.0.1.2", "127.0.2.2")}), THERE, None),
    # the same delivery network elsewhere
    (replace(HERE, cdn="Ranged"), replace(THERE, cdn="Ranged"), None),
    # before a delivery network, behind one, and from one to another
    (
        HERE,
        replace(THERE, cdn="Ranged"),
        "from 127.0.1.0/24 (AS64500, ONE) to 127.0.2.0/24 (AS64501, TWO, behind Ranged)",
    ),
    (
        replace(HERE, cdn="Ranged"),
        THERE,
        "from 127.0.1.0/24 (AS64500, ONE, behind Ranged) to 127.0.2.0/24 (AS64501, TWO)",
    ),
    (
        replace(HERE, cdn="Ranged"),
        replace(THERE, cdn="Named"),
        "from 127.0.1.0/24 (AS64500, ONE, behind Ranged) to 127.0.2.0/24 (AS64501, TWO, behind Named)",
    ),
    # unknown now, or unknown before
    (HERE, HostingFacts(problems=("dns: no address",)), None),
    (HostingFacts(), THERE, None),
    (HERE, replace(THERE, network=None, asn=None), None),
    (replace(HERE, network=None, asn=None), THERE, None),
]


@pytest.mark.parametrize(("before", "after", "told"), MOVES)
def test_what_is_a_move_and_what_is_none(before: HostingFacts, after: HostingFacts, told: str | None) -> None:
    assert moved_since(before, after) == told


ANSWERS = [
    # answers_for, host, ip, does it
    ("img.example", "img.example", None, True),
    ("img.example", "a.b.IMG.example.", None, True),
    ("IMG.Example.", "img.example", None, True),
    ("img.example", "notimg.example", None, False),
    ("a.img.example", "img.example", None, False),
    ("img.example", "img.example.evil.test", None, False),
    ("Çështja.al", "foto.xn--shtja-xra2a.al", None, True),
    ("xn--shtja-xra2a.al", "çështja.al", None, True),
    ("127.0.0.0/24", "img.example", "127.0.0.9", True),
    ("127.0.0.0/24", "img.example", "127.0.1.9", False),
    ("127.0.0.0/24", "127.0.0.9", None, True),
    ("127.0.0.0/24", "img.example", None, False),
    ("127.0.0.9", "img.example", "127.0.0.9", True),
    ("127.0.0.9", "img.example", "127.0.0.8", False),
    ("2606:4700::/32", "img.example", "2606:4700::1", True),
    ("2606:4700::/32", "img.example", "127.0.0.1", False),
    ("2606:4700::/32", "[2606:4700::1]", None, True),
    ("0.0.1", "127.0.0.1", None, False),  # no suffix of an address
    ("", "img.example", "127.0.0.1", False),
]


@pytest.mark.parametrize(("contact", "host", "ip", "does"), ANSWERS)
def test_who_answers_for_what(contact: str, host: str, ip: str | None, does: bool) -> None:
    assert answers_for(contact, host, ip) is does


KEPT = [
    # answers_for as the book keeps it, host, ip, country, asn
    ("any", "img.example", None, None, None),
    ("img.example", "a.b.IMG.example.", None, None, None),
    ("example", "img.example", "127.0.0.9", "AL", 64500),
    ("xn--shtja-xra2a.al", "foto.çështja.al", None, None, None),
    ("127.0.0.0/24", "img.example", "127.0.0.9", None, None),
    ("127.0.0.9/32", "img.example", "127.0.0.9", None, None),
    ("127.0.0.9", "img.example", "127.0.0.9", None, None),
    ("0.0.0.0/0", "img.example", "127.0.0.9", None, None),
    ("127.0.0.0/24", "127.0.0.9", None, None, None),
    ("2606:4700::/32", "img.example", "2606:4700::1", None, None),
    ("2606:4700::/32", "[2606:4700::1]", None, None, None),
    ("2606:4700::1", "img.example", "2606:4700:0::1", None, None),
    ("2606:4700:0::1", "img.example", "2606:4700:0::1", None, None),
    ("country:AL", "img.example", "127.0.0.9", "al", None),
    ("AS64500", "img.example", "127.0.0.9", None, 64500),
]


@pytest.mark.parametrize(("scope", "host", "ip", "country", "asn"), KEPT)
def test_whoever_answers_is_among_those_the_book_is_asked_for(
    scope: str, host: str, ip: str | None, country: str | None, asn: int | None
) -> None:
    assert answers_for(scope, host, ip, country, asn)
    assert scope in scopes_of(host, ip, country, asn)


@pytest.mark.parametrize(("contact", "host", "ip", "does"), ANSWERS)
def test_the_book_is_asked_for_nobody_who_answers_for_something_else(
    contact: str, host: str, ip: str | None, does: bool
) -> None:
    assert does or contact not in scopes_of(host, ip)


def test_the_registrable_domain_by_the_shipped_list() -> None:
    assert registrable_domain("a.b.example.co.uk") == "example.co.uk"
    assert registrable_domain("foto.gov.al") == "foto.gov.al"
    assert registrable_domain("127.0.0.1") is None
    assert registrable_domain("[2606:4700::1]") is None
    assert registrable_domain("Foto.Çështja.al.") == "xn--shtja-xra2a.al"
    assert registrable_domain("a.img.example") == "img.example"  # an ending that the list does not know
    assert registrable_domain("localhost") is None
    assert registrable_domain("co.uk") is None
