"""The lab as a whole: addresses, settings as TOML, clean endings, and the calendar."""

import ipaddress
import threading
import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from scripts.lab import Lab, LabClock
from scripts.lab.internet import toml_value


def test_every_site_has_a_loopback_address_of_its_own(lab):
    given = lab.site("given.example", ip="127.0.0.3")
    sites = [lab.site(f"s{n}.example") for n in range(3)]

    assert [given.ip, *(site.ip for site in sites)] == ["127.0.0.3", "127.0.0.2", "127.0.0.4", "127.0.0.5"]
    assert all(ipaddress.ip_address(site.ip).is_loopback for site in sites)


def test_a_name_is_given_once_and_only_loopback_is_listened_on(lab):
    site = lab.site("img.example")

    with pytest.raises(ValueError, match="already has a site"):
        lab.site("IMG.example")
    with pytest.raises(ValueError, match="already has a site"):
        lab.alias("img.example", site)
    with pytest.raises(ValueError, match="loopback"):
        lab.site("out.example", ip="0.0.0.0")


def test_settings_name_every_site_and_server(lab):
    site = lab.site("img.example")
    lab.alias("www.img.example", site)
    settings = lab.settings()

    assert settings["lab.allow"] == ["127.0.0.0/8"]
    assert settings["lab.resolve"] == {"img.example": site.ip, "www.img.example": site.ip}
    assert settings["lab.port"] == {"img.example": site.port, "www.img.example": site.port}
    assert settings["lab.rdap"] == lab.rdap.url
    assert (settings["mail.host"], settings["mail.port"]) == ("127.0.0.1", lab.mail.port)
    assert "lab.dns" not in settings
    assert lab.settings() | {"lab.dns": lab.dns.address} == lab.settings()


def test_set_options_are_toml_that_gives_the_settings_back(lab):
    lab.site("img.example")
    words = lab.set_options(notices__repeat_h=24)
    read = {key: tomllib.loads(f"v={value}")["v"] for key, _, value in (word.partition("=") for word in words[1::2])}

    assert set(words[0::2]) == {"--set"}
    assert read == lab.settings() | {"notices.repeat_h": 24}
    assert 'lab.resolve={"img.example" = "127.0.0.2"}' in words


@pytest.mark.parametrize(
    "value", [True, 7, 1.5, 'quote " and \\', "line\nend\x7f", "Shkodër 👋", [], {}, [1, "a"], {"a.b": {"c": [True]}}]
)
def test_any_setting_can_be_written_as_toml(value):
    assert tomllib.loads(f"v = {toml_value(value)}") == {"v": value}


def test_toml_has_no_null():
    with pytest.raises(TypeError, match="NoneType"):
        toml_value(None)


def test_a_lab_leaves_no_thread_behind_and_stops_twice_without_harm():
    before = threading.active_count()
    with Lab() as lab:
        for n in range(30):
            lab.site(f"s{n}.example")
        assert lab.mail.port
        assert lab.dns.port
        assert lab.rdap.url
    lab.stop()

    assert threading.active_count() == before


def test_the_calendar_stands_still_until_it_is_moved():
    clock = LabClock()
    start = clock.now
    clock.advance(days=1, hours=2)

    assert start == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert clock.now - start == timedelta(hours=26)
    assert clock.env() == {"HOTLINE_LAB_CLOCK": "2026-11-22T12:00:00Z"}
    assert LabClock("2026-11-21T11:00:00+01:00").now == start


def test_a_naive_time_is_no_calendar():
    with pytest.raises(ValueError, match="aware"):
        LabClock("2026-11-21T11:00:00")
