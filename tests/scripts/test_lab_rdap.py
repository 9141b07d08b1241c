"""The lab's registry, asked over HTTP and read by whoisit's own parser."""

import pytest
import requests
from whoisit.bootstrap import Bootstrap
from whoisit.parser import parse


@pytest.fixture
def look(lab):
    with requests.Session() as session:
        session.trust_env = False
        yield lambda path: session.get(lab.rdap.url + path, timeout=2)


def parsed(kind, query, document):
    return parse(Bootstrap(), kind, query, document)


@pytest.mark.parametrize("nested", [True, False])
def test_a_network_names_its_abuse_contact_country_and_system(lab, look, nested):
    lab.rdap.network("127.0.0.0/24", abuse="abuse@host.example", name="LAB-NET", country="NL", asn=64500, nested=nested)

    answer = look("ip/127.0.0.9")
    document = answer.json()
    found = parsed("ip", "127.0.0.9", document)

    assert answer.headers["Content-Type"] == "application/rdap+json"
    assert [entity["email"] for entity in found["entities"]["abuse"]] == ["abuse@host.example"]
    assert (found["name"], found["country"], str(found["network"])) == ("LAB-NET", "NL", "127.0.0.0/24")
    assert document["arin_originas0_originautnums"] == [64500]
    assert ["entities" in entity for entity in document["entities"]] == ([True] if nested else [False, False])


def test_the_most_specific_network_answers(lab, look):
    lab.rdap.network("127.0.0.0/8", name="WIDE")
    lab.rdap.network("127.0.3.0/24", name="NARROW")
    lab.rdap.network("2001:db8::/32", name="SIX")

    assert look("ip/127.0.3.4").json()["name"] == "NARROW"
    assert look("ip/127.0.4.4").json()["name"] == "WIDE"
    assert look("ip/127.0.0.0/16").json()["name"] == "WIDE"
    assert look("ip/2001:db8::1").json()["name"] == "SIX"


def test_a_network_without_an_abuse_contact_has_none(lab, look):
    lab.rdap.network("127.0.0.0/24", abuse=None, country=None)

    found = look("ip/127.0.0.9").json()

    assert "abuse" not in str(found["entities"])
    assert "country" not in found


def test_systems_and_domains_are_answered(lab, look):
    lab.rdap.network("127.0.0.0/24", abuse="abuse@host.example", asn=64500)
    lab.rdap.domain("img.example", registrar="Reg Ltd", abuse="abuse@reg.example", nameservers=("ns1.host.example",))

    system = parsed("autnum", 64500, look("autnum/64500").json())
    domain = parsed("domain", "img.example", look("domain/IMG.example").json())

    assert system["entities"]["abuse"][0]["email"] == "abuse@host.example"
    assert domain["entities"]["abuse"][0]["email"] == "abuse@reg.example"
    assert domain["entities"]["registrar"][0]["name"] == "Reg Ltd"
    assert domain["nameservers"] == ["ns1.host.example"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("ip/192.0.2.1", 404),
        ("ip/nonsense", 400),
        ("autnum/AS1", 400),
        ("autnum/1", 404),
        ("domain/none.example", 404),
        ("entity/X", 404),
    ],
)
def test_what_is_not_registered_is_an_rdap_error(look, path, status):
    answer = look(path)

    assert (answer.status_code, answer.json()["errorCode"]) == (status, status)


def test_a_registry_can_be_down_slow_down_or_lie(lab, look):
    lab.rdap.network("127.0.0.0/24")
    lab.rdap.down()
    with pytest.raises(requests.exceptions.ConnectionError):
        look("ip/127.0.0.9")
    lab.rdap.down(status=503)
    excused = look("ip/127.0.0.9").status_code
    lab.rdap.down(False)
    lab.rdap.site.put("/ip/127.0.0.8", b"{", content_type="application/rdap+json")

    assert excused == 503
    assert look("ip/127.0.0.8").content == b"{"
    assert look("ip/127.0.0.9").status_code == 200
    assert len(lab.rdap.requests) == 4
