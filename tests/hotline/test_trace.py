"""Who can remove something: network, country and abuse mailbox from the lab's registry, hostile answers included."""

import json
import time
from collections.abc import Iterator

import pytest

from hotline.addresses import Gate, read_address
from hotline.channels.dns import Resolver
from hotline.channels.rdap import Rdap, RdapNetwork
from hotline.errors import LookupFailedError
from hotline.records.looks import AbuseContact, HostingFacts
from hotline.settings import LabSettings, RdapSettings, Settings
from hotline.states import ContactRole
from hotline.trace import answers_for, registrable_domain, trace
from scripts.lab import Lab, drip


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        lab.site("img.example", ip="127.0.7.2")
        yield lab


def traced(lab: Lab, text: str = "http://img.example/a.jpg", *, rdap: tuple[str, ...] | None = None) -> HostingFacts:
    names = {name: site.ip for name, site in lab.sites.items()}
    servers = rdap if rdap is not None else (lab.rdap.url,)
    settings = Settings(
        lab=LabSettings(allow=("127.0.0.0/8",), resolve=names, rdap=servers), rdap=RdapSettings(timeout_s=1)
    )
    gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
    asker = Rdap.from_settings(settings, gate=gate, resolver=resolver)
    return trace(read_address(text), settings=settings, gate=gate, resolver=resolver, rdap=asker)


@pytest.mark.parametrize("nested", [True, False])
def test_the_holder_of_the_network_is_proposed(lab: Lab, nested: bool) -> None:
    lab.rdap.network("127.0.0.0/8", abuse="wide@net.example")
    lab.rdap.network("127.0.7.0/24", abuse="abuse@host.example", country="AL", name="HOST-AL", asn=64500, nested=nested)

    assert traced(lab) == HostingFacts(
        ip="127.0.7.2",
        asn=64500,
        network="127.0.7.0/24",
        network_name="HOST-AL",
        country="AL",
        country_source="rdap 127.0.7.0/24",
        abuse=(AbuseContact("abuse@host.example", ContactRole.HOST, "127.0.7.0/24", "rdap 127.0.7.0/24"),),
    )


def test_a_network_without_an_abuse_mailbox_is_said(lab: Lab) -> None:
    lab.rdap.network("127.0.7.0/24", abuse=None)

    assert (traced(lab).abuse, traced(lab).problems) == ((), ("rdap: no_abuse_contact",))


def test_an_unreachable_registry_is_no_error(lab: Lab) -> None:
    lab.rdap.down()
    assert traced(lab).problems == ("rdap: reset",)
    lab.rdap.down(status=503)
    assert traced(lab).problems == ("rdap: server_error",)
    lab.rdap.down(False)
    assert traced(lab).problems == ("rdap: not_found",)
    assert traced(lab, rdap=()).problems == ("rdap: no_server",)
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

    assert traced(lab).problems == ("rdap: refused_address",)


NETWORK = {"objectClassName": "ip network", "startAddress": "127.0.7.0", "endAddress": "127.0.7.255"}
BAD_ANSWERS = [
    b"no json",
    b"[]",
    b"[" * 100_000,
    b'{"objectClassName": "ip network", "entities": [[[1]]], "links": 7}',
    json.dumps(NETWORK | {"events": [{"eventAction": None}]}).encode(),
    json.dumps({"objectClassName": "domain"}).encode(),
]


@pytest.mark.parametrize("body", BAD_ANSWERS)
def test_an_answer_that_is_no_rdap_is_a_named_problem(lab: Lab, body: bytes) -> None:
    lab.rdap.site.put("/ip/127.0.7.2", body, content_type="application/rdap+json")

    assert traced(lab).problems == ("rdap: bad_response",)


def test_a_dripping_registry_ends_in_time(lab: Lab) -> None:
    lab.rdap.site.script("/ip/127.0.7.2", drip(b"{" * 1000))
    started = time.perf_counter()

    assert traced(lab).problems == ("rdap: timeout",)
    assert time.perf_counter() - started < 2


def test_a_registry_cannot_name_the_whole_internet_or_a_mailbox_that_is_none(lab: Lab) -> None:
    card: list[object] = [
        "vcard",
        [["email", {}, "text", box] for box in ("a@b.example\r\nBcc: x@y.example", "<x>", "ok@b.example")],
    ]
    entity = {"objectClassName": "entity", "handle": "A", "roles": ["abuse"], "vcardArray": card}
    whole = NETWORK | {"startAddress": "0.0.0.0", "endAddress": "255.255.255.255", "country": "<b>", "name": "a\x00\nb"}
    lab.rdap.site.put("/ip/127.0.7.2", json.dumps(whole | {"entities": [entity]}).encode())
    facts = traced(lab)

    assert [(one.address, one.answers_for) for one in facts.abuse] == [("ok@b.example", "127.0.7.2")]
    assert (facts.network, facts.network_name, facts.country) == ("127.0.7.2", "ab", None)


def test_what_cannot_be_looked_up_is_named(lab: Lab) -> None:
    assert traced(lab, "http://nowhere.example/").problems == ("dns: no address",)
    assert traced(lab, "http://10.0.0.1/").problems == ("gate: refused_address",)


def test_country_by_registration_outside_a_lab() -> None:
    class NoRegistry(Rdap):
        """Stands for a registry that cannot be reached; the network is the edge where tests end."""

        def network_of(self, _ip: str) -> RdapNetwork:
            raise LookupFailedError(reason="timeout")

    settings = Settings()
    gate, resolver = Gate.from_settings(settings), Resolver()
    asker = NoRegistry.from_settings(settings, gate=gate, resolver=resolver)
    facts = trace(read_address("http://8.8.8.8/"), settings=settings, gate=gate, resolver=resolver, rdap=asker)

    assert (facts.country, facts.problems) == ("US", ("rdap: timeout",))
    assert str(facts.country_source).startswith("iptocc ")
    assert all(base.startswith("https://") for base in asker.bases)


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


def test_the_registrable_domain_by_the_shipped_list() -> None:
    assert registrable_domain("a.b.example.co.uk") == "example.co.uk"
    assert registrable_domain("foto.gov.al") == "foto.gov.al"
    assert registrable_domain("127.0.0.1") is None
