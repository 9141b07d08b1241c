"""The lab's DNS server, asked by dnspython's resolver and by hand."""

import socket

import dns.exception
import dns.message
import dns.query
import dns.resolver
import pytest


@pytest.fixture
def ask(lab):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = [lab.dns.ip], lab.dns.port, 2

    def values(name, type="A", **options):
        return sorted(record.to_text() for record in resolver.resolve(name, type, **options))

    return values


def test_records_of_every_kind_are_answered(lab, ask):
    lab.dns.zone(
        {
            "img.example": {
                "A": ["127.0.0.2", "127.0.0.3"],
                "AAAA": ["::1"],
                "NS": ["ns1.host.example"],
                "MX": ["10 mx.img.example."],
                "TXT": ['"v=spf1 -all"'],
            },
        }
    )

    assert lab.dns.address == f"127.0.0.1:{lab.dns.port}"
    assert ask("IMG.example") == ["127.0.0.2", "127.0.0.3"]
    assert ask("img.example", "AAAA") == ["::1"]
    assert ask("img.example", "NS") == ["ns1.host.example."]
    assert ask("img.example", "MX") == ["10 mx.img.example."]
    assert ask("img.example", "TXT", tcp=True) == ['"v=spf1 -all"']


def test_an_alias_is_followed_to_its_address(lab, ask):
    lab.dns.add("www.img.example", "CNAME", "cdn.example")
    lab.dns.add("cdn.example", "A", "127.0.0.7")

    assert ask("www.img.example") == ["127.0.0.7"]
    assert ask("www.img.example", "CNAME") == ["cdn.example."]


def test_aliases_that_go_in_a_circle_end(lab, ask):
    lab.dns.add("a.example", "CNAME", "b.example")
    lab.dns.add("b.example", "CNAME", "a.example")

    with pytest.raises(dns.exception.DNSException):
        ask("a.example")


def test_sites_of_the_lab_are_known_by_themselves(lab, ask):
    site = lab.site("img.example")

    assert ask("img.example") == [site.ip]
    with pytest.raises(dns.resolver.NoAnswer):
        ask("img.example", "MX")


def test_a_rebinding_name_changes_its_answer_from_query_to_query(lab, ask):
    lab.dns.sequence("evil.example", "A", ["93.184.216.34"], ["169.254.169.254", "127.0.0.1"])

    assert [ask("evil.example") for _ in range(3)] == [["93.184.216.34"], *[["127.0.0.1", "169.254.169.254"]] * 2]


@pytest.mark.parametrize(
    ("fail", "error"),
    [
        ("nxdomain", dns.resolver.NXDOMAIN),
        ("servfail", dns.resolver.NoNameservers),
        ("refused", dns.resolver.NoNameservers),
        ("silent", dns.resolver.LifetimeTimeout),
    ],
)
@pytest.mark.parametrize("tcp", [False, True])
def test_a_failing_name_fails_in_its_way_until_it_is_removed(lab, ask, fail, error, tcp):
    lab.dns.add("img.example", "A", "127.0.0.2")
    getattr(lab.dns, fail)("img.example")
    with pytest.raises(error):
        ask("img.example", lifetime=0.15, tcp=tcp)
    lab.dns.remove("img.example")
    with pytest.raises(dns.resolver.NXDOMAIN):
        ask("img.example")


def test_a_truncated_answer_brings_the_asker_to_tcp(lab, ask):
    lab.dns.add("img.example", "TXT", '"long"')
    lab.dns.truncated("img.example")

    assert ask("img.example", "TXT") == ['"long"']
    assert [(query.name, query.type, query.transport) for query in lab.dns.queries] == [
        ("img.example", "TXT", "udp"),
        ("img.example", "TXT", "tcp"),
    ]


def test_junk_is_not_answered_and_does_no_harm(lab, ask):
    lab.dns.add("img.example", "A", "127.0.0.2")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as junk:
        for data in (b"", b"junk", dns.message.Message().to_wire()):
            junk.sendto(data, (lab.dns.ip, lab.dns.port))
    with socket.create_connection((lab.dns.ip, lab.dns.port)) as junk:
        junk.sendall(b"\x00\x04junk")

        assert junk.recv(10) == b""
    assert ask("img.example") == ["127.0.0.2"]


def test_a_type_or_value_that_is_none_is_refused(lab):
    with pytest.raises(dns.exception.DNSException):
        lab.dns.add("img.example", "NOSUCH", "x")
    with pytest.raises(dns.exception.DNSException):
        lab.dns.add("img.example", "A", "not an address")
