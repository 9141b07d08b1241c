"""Names: the lab's own table before its servers, never the system's; all answers; failures say whether to retry."""

from collections.abc import Iterator

import pytest

from hotline.channels.dns import Resolver
from hotline.errors import LookupFailedError, SettingsError
from hotline.settings import DnsSettings, LabSettings, Settings
from scripts.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


def lab_resolver(lab: Lab, **resolve: str) -> Resolver:
    names = {name.replace("_", "."): ip for name, ip in resolve.items()}
    return Resolver.from_settings(
        Settings(lab=LabSettings(allow=("127.0.0.0/8",), resolve=names, dns=(lab.dns.address,)))
    )


def test_a_literal_address_is_its_own_answer() -> None:
    resolver = Resolver(is_lab=True)

    assert resolver.addresses("127.0.0.9") == ("127.0.0.9",)
    assert resolver.addresses("[2606:4700::1]") == ("2606:4700::1",)


def test_the_labs_table_comes_before_its_servers(lab: Lab) -> None:
    lab.dns.add("both.example", "A", "127.0.0.8")
    resolver = lab_resolver(lab, both_example="127.0.0.7")

    assert resolver.addresses("BOTH.example.") == ("127.0.0.7",)


def test_all_answers_of_both_families_are_returned(lab: Lab) -> None:
    lab.dns.add("many.example", "A", "127.0.0.2", "127.0.0.3")
    lab.dns.add("many.example", "AAAA", "2606:4700::1")

    assert sorted(lab_resolver(lab).addresses("many.example")) == ["127.0.0.2", "127.0.0.3", "2606:4700::1"]


def test_an_alias_is_followed_and_a_cut_answer_asked_again_by_tcp(lab: Lab) -> None:
    lab.dns.add("alias.example", "CNAME", "real.example.")
    lab.dns.add("real.example", "A", "127.0.0.4")
    lab.dns.truncated("alias.example")

    assert lab_resolver(lab).addresses("alias.example") == ("127.0.0.4",)


def test_a_name_that_does_not_exist_is_not_tried_again(lab: Lab) -> None:
    lab.dns.nxdomain("gone.example")
    for resolver in (lab_resolver(lab), Resolver(is_lab=True)):
        with pytest.raises(LookupFailedError, match="no such name") as failed:
            resolver.addresses("gone.example")
        assert (failed.value.reason, failed.value.may_retry) == ("dns", False)


def test_a_name_without_an_address_is_not_tried_again(lab: Lab) -> None:
    lab.dns.add("mail-only.example", "MX", "10 mx.example.")
    with pytest.raises(LookupFailedError) as failed:
        lab_resolver(lab).addresses("mail-only.example")

    assert failed.value.may_retry is False


def test_a_silent_or_failing_server_is_tried_again(lab: Lab) -> None:
    lab.dns.silent("silent.example")
    lab.dns.servfail("broken.example")
    for name in ("silent.example", "broken.example"):
        with pytest.raises(LookupFailedError) as failed:
            lab_resolver(lab).addresses(name, lifetime_s=0.5)
        assert (failed.value.reason, failed.value.may_retry) == ("dns", True)


def test_a_name_that_cannot_exist_fails_without_repeating_it(lab: Lab) -> None:
    for name in ("a" * 64 + ".example", "a..example", ".".join(["a" * 60] * 6)):
        with pytest.raises(LookupFailedError) as failed:
            lab_resolver(lab).addresses(name)
        assert failed.value.may_retry is False
        assert name not in str(failed.value)


def test_records_of_other_types(lab: Lab) -> None:
    lab.dns.zone({"zone.example": {"MX": ["10 mx.zone.example."], "NS": ["ns1.zone.example.", "ns2.zone.example."]}})
    resolver = lab_resolver(lab)

    assert resolver.records("zone.example", "MX") == ("10 mx.zone.example.",)
    assert len(resolver.records("zone.example", "NS")) == 2
    assert resolver.records("zone.example", "CNAME") == ()


def test_servers_are_addresses_and_a_labs_lie_inside_it() -> None:
    assert Resolver.from_settings(Settings(dns=DnsSettings(servers=("9.9.9.9", "[2620:fe::fe]:5353")))).servers == (
        ("9.9.9.9", 53),
        ("2620:fe::fe", 5353),
    )
    with pytest.raises(SettingsError, match="servers like"):
        Resolver.from_settings(Settings(dns=DnsSettings(servers=("dns.example",))))
    with pytest.raises(SettingsError, match="outside"):
        Resolver.from_settings(Settings(lab=LabSettings(allow=("127.0.0.0/8",), dns=("9.9.9.9:53",))))
