"""The tables by which the internet is read: shipped, renewed from their publishers, refused when broken, and named when
old."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from hotline import db
from hotline.channels.published import Publishers
from hotline.datafiles import DataFiles
from hotline.datafiles.lists import networks_in, require_no_shrinking, services_in
from hotline.datafiles.reading import READERS, network_of
from hotline.datafiles.writing import save_file
from hotline.decisions import data, homes, people
from hotline.decisions.desk import Desk
from hotline.errors import InputError, LookupFailedError, NotAllowedError
from hotline.home import Home
from hotline.models import CustodyEntry
from hotline.people import account_name
from hotline.settings import DataSettings, settings_from_assignments
from hotline.views.freshness import data_checks, data_list, is_synchronised
from scripts.cli import Hotline
from scripts.lab import Lab

NOW = datetime(2026, 12, 24, 12, tzinfo=UTC)
SHIPPED = Path(data.__file__).parent.parent
RIPE, VERISIGN = "https://rdap.db.ripe.net/", "https://rdap.verisign.com/com/v1/"
BOOTSTRAP = {
    "ipv4": [[[f"{number}.0.0.0/8" for number in range(1, 180)], [RIPE, "http://rdap.db.ripe.net"]]],
    "ipv6": [[[f"2a{number:02x}::/16" for number in range(40)], ["https://rdap.db.ripe.net"]]],
    "asn": [[["64496-64511", "65550", "1-2", "3-3"], [RIPE]]],
    "dns": [[[f"com{number}" for number in range(30)], [VERISIGN]], [["old"], ["http://only-http.example/"]]],
}
PUBLISHERS = ("data.iana.org", "www.cloudflare.com", "api.fastly.com", "ip-ranges.amazonaws.com")
LINES = b"".join(b"10.%d.0.0/16\n" % number for number in range(30))
FASTLY = {"addresses": [f"11.{number}.0.0/16" for number in range(20)], "ipv6_addresses": ["2a04:4e40::/32"]}
AMAZON = {
    "prefixes": [
        {"ip_prefix": "12.0.0.0/15", "service": "CLOUDFRONT"},
        {"ip_prefix": "13.0.0.0/15", "service": "EC2"},
    ],
    "ipv6_prefixes": [{"ipv6_prefix": "2600:9000::/28", "service": "CLOUDFRONT"}],
}


def bootstrap(services: object) -> bytes:
    return json.dumps({"version": "1.0", "publication": "2026-12-01T00:00:00Z", "services": services}).encode()


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        for name in PUBLISHERS:
            lab.site(name)
        publish(lab)
        yield lab


def publish(lab: Lab) -> None:
    iana, cloudflare, fastly, amazon = (lab.sites[name] for name in PUBLISHERS)
    for kind, services in BOOTSTRAP.items():
        iana.put(f"/rdap/{kind}.json", bootstrap(services))
    cloudflare.put("/ips-v4", LINES)
    cloudflare.put("/ips-v6", b"2400:cb00::/32")
    fastly.put("/public-ip-list", json.dumps(FASTLY).encode())
    amazon.put("/ip-ranges.json", json.dumps(AMAZON).encode())


@pytest.fixture
def desk(lab: Lab, tmp_path: Path) -> Iterator[Desk]:
    words = [word for word in lab.set_options() if word != "--set"]
    home = homes.make(tmp_path / "home", settings_from_assignments([*words, f'lab.clock="{NOW.isoformat()}"']))
    yield Desk(home, account_name(), NOW)
    home.engine.dispose()


def refresh(desk: Desk, *names: str) -> list[data.Refreshed]:
    return data.refresh(desk, names, Publishers.from_settings(desk.settings))


def custody(desk: Desk) -> list[tuple[str, str, str | None]]:
    with db.reading(desk.home.engine) as session:
        lines = session.exec(select(CustodyEntry).order_by(col(CustodyEntry.seq)))
        return [(line.action, line.subject, line.reason) for line in lines if line.action.startswith("data.")]


def test_both_tables_are_taken_from_their_publishers_and_count_from_then_on(desk: Desk) -> None:
    done = refresh(desk)
    files = DataFiles(desk.home.data)
    registries, cdns = files.registries(), files.cdns()

    assert [(one.name, one.after) for one in done] == [("rdap", 179 + 40 + 4 + 30), ("cdn", 31 + 21 + 2)]
    assert registries.for_ip("5.1.1.1") == (RIPE,)
    assert registries.for_domain("host.com3") == (VERISIGN,)
    assert registries.for_domain("host.old") == ()
    assert (registries.about.taken_at, registries.about.is_shipped, registries.about.status) == (
        NOW.date(),
        False,
        "confirmed",
    )
    found = {one.name: one for one in cdns.known if one.networks}
    assert set(found) == {"Cloudflare", "Fastly", "Amazon CloudFront"}
    assert (found["Cloudflare"].has_ip("10.3.1.1"), found["Fastly"].has_ip("2a04:4e40::1")) == (True, True)
    assert [found["Amazon CloudFront"].has_ip(ip) for ip in ("12.1.0.1", "13.1.0.1")] == [True, False]
    before = {one.name: replace(one, networks=()) for one in DataFiles().cdns().known}
    assert {one.name: replace(one, networks=()) for one in cdns.known} == before
    assert registries.origin == DataFiles().registries().origin
    assert [line[:2] for line in custody(desk)] == [("data.refresh", "data:rdap"), ("data.refresh", "data:cdn")]
    assert stat.S_IMODE((desk.home.data / "cdn.toml").stat().st_mode) == 0o660
    assert stat.S_IMODE(desk.home.data.stat().st_mode) == 0o2770
    assert sorted(path.name for path in desk.home.data.iterdir()) == ["cdn.toml", "rdap.toml"]


def test_a_program_that_runs_sees_what_was_renewed_beside_it(desk: Desk) -> None:
    files = DataFiles(desk.home.data)
    assert files.cdns().about.is_shipped
    refresh(desk, "cdn")

    assert not files.cdns().about.is_shipped
    assert files.registries().about.is_shipped


BROKEN: list[tuple[str, str, bytes | int]] = [
    # publisher, path, what it answers
    ("www.cloudflare.com", "/ips-v4", b""),
    ("www.cloudflare.com", "/ips-v4", b"<html>sorry</html>"),
    ("www.cloudflare.com", "/ips-v4", LINES + b"999.1.1.0/24\n"),
    ("www.cloudflare.com", "/ips-v4", LINES + b"0.0.0.0/0\n"),  # everything would be Cloudflare's
    ("www.cloudflare.com", "/ips-v4", LINES + b"10.0.0.1/16\n"),  # no network: bits behind the prefix
    ("www.cloudflare.com", "/ips-v4", LINES + "٤.0.0.0/16\n".encode()),
    ("www.cloudflare.com", "/ips-v4", b"10.0.0.0/16\n"),  # shrunken to far less than half
    ("www.cloudflare.com", "/ips-v6", b""),  # one of two lists is empty
    ("www.cloudflare.com", "/ips-v4", b"\n".join(b"10.%d.%d.0/24" % (n // 256, n % 256) for n in range(50_001))),
    ("www.cloudflare.com", "/ips-v4", 503),
    ("api.fastly.com", "/public-ip-list", b"[]"),
    ("api.fastly.com", "/public-ip-list", b"{"),
    ("api.fastly.com", "/public-ip-list", b'{"addresses": ["11.0.0.0/16"]}'),
    ("api.fastly.com", "/public-ip-list", b'{"addresses": [7], "ipv6_addresses": []}'),
    ("ip-ranges.amazonaws.com", "/ip-ranges.json", b'{"prefixes": [1], "ipv6_prefixes": []}'),
    ("ip-ranges.amazonaws.com", "/ip-ranges.json", b'{"prefixes": [], "ipv6_prefixes": []}'),
    ("data.iana.org", "/rdap/dns.json", bootstrap([[["com"], ["https://evil.example/?q="]]])),
    ("data.iana.org", "/rdap/dns.json", bootstrap([[["com"], ["https://user@evil.example/"]]])),
    ("data.iana.org", "/rdap/dns.json", bootstrap([[["com"], [VERISIGN]]])),
    ("data.iana.org", "/rdap/dns.json", bootstrap([[['com"]\nbases = ["x'], [VERISIGN]]])),
    ("data.iana.org", "/rdap/dns.json", bootstrap({})),
    ("data.iana.org", "/rdap/dns.json", bootstrap([["com", VERISIGN]])),
    ("data.iana.org", "/rdap/ipv4.json", bootstrap([[["1.0.0.0"], []]])),
    ("data.iana.org", "/rdap/asn.json", bootstrap([[["9-1"], [RIPE]]])),
    ("data.iana.org", "/rdap/asn.json", b"[" * 100_000),
]


@pytest.mark.parametrize(("publisher", "path", "answer"), BROKEN)
def test_a_broken_list_is_refused_and_what_is_in_use_stays(
    lab: Lab, desk: Desk, publisher: str, path: str, answer: bytes | int
) -> None:
    refresh(desk)
    before = {path.name: path.read_bytes() for path in desk.home.data.iterdir()}
    lines = custody(desk)
    site = lab.sites[publisher]
    if isinstance(answer, int):
        site.down(status=answer)
    else:
        site.put(path, answer)
    name = "rdap" if publisher == "data.iana.org" else "cdn"

    with pytest.raises(LookupFailedError, match="was not taken"):
        refresh(desk, name)
    assert {path.name: path.read_bytes() for path in desk.home.data.iterdir()} == before
    assert custody(desk) == lines


def test_one_broken_table_does_not_keep_the_other_from_being_renewed(lab: Lab, desk: Desk) -> None:
    lab.sites["data.iana.org"].down()

    with pytest.raises(LookupFailedError, match=r"IANA's ipv4 list was not taken.*renewed: cdn"):
        refresh(desk)
    assert [line[1] for line in custody(desk)] == ["data:cdn"]


def test_a_publisher_leads_nowhere_else(lab: Lab, desk: Desk) -> None:
    lab.sites["www.cloudflare.com"].redirect("/ips-v4", "http://169.254.169.254/latest")

    with pytest.raises(LookupFailedError, match="refused_address"):
        refresh(desk, "cdn")


def test_outside_a_lab_nothing_is_taken_without_tls() -> None:
    with pytest.raises(LookupFailedError, match="not_https"):
        Publishers.from_settings(settings_from_assignments([])).list_at("http://www.cloudflare.com/ips-v4")


def test_only_an_admin_renews_tables_and_only_those_there_are(desk: Desk) -> None:
    people.add(desk, "bob", ["analyst", "second"])

    with pytest.raises(NotAllowedError):
        refresh(replace(desk, actor="bob"))
    with pytest.raises(InputError, match=r"rdap, cdn"):
        refresh(desk, "law")
    assert custody(desk) == []


# What a home's own copy is worth.


def own_copy(home: Home, change: Callable[[str], str]) -> DataFiles:
    home.data.mkdir(exist_ok=True)
    text = (SHIPPED / "cdn.toml").read_text()
    (home.data / "cdn.toml").write_text(change(text))
    return DataFiles(home.data)


COPIES = [
    # what the copy is, is it used, has it a problem
    (lambda text: text.replace("date = 2026-11-25", "date = 2026-11-26"), True, False),
    (lambda text: text, True, False),  # as old as the shipped one
    (lambda text: text.replace("date = 2026-11-25", "date = 2025-01-01"), False, False),  # the program was updated
    (lambda text: text.replace("date = 2026-11-25", 'date = "yesterday"'), False, True),
    (lambda text: text[: len(text) // 2], False, True),
    (lambda text: text.replace("version = 1", "version = 2"), False, True),
    (lambda text: text.replace("13335", "true"), False, True),
    (lambda text: text.replace('"104.16.0.0/13"', '"0.0.0.0/0"'), False, True),
    (lambda text: text.replace('"cf-ray"', '"CF RAY"'), False, True),
    (lambda text: text.replace('"Fastly"', '"Cloudflare"'), False, True),
    (lambda text: text.replace("https://www.cloudflare.com/ips-v4", "file:///etc/passwd"), False, True),
    (lambda text: text + "#" * 5_000_000, False, True),
]


@pytest.mark.parametrize(("change", "is_used", "has_problem"), COPIES)
def test_a_newer_whole_copy_wins_and_a_broken_one_is_left_aside(
    desk: Desk, change: Callable[[str], str], is_used: bool, has_problem: bool
) -> None:
    files = own_copy(desk.home, change)

    assert (not files.cdns().about.is_shipped, files.own_problem("cdn") is not None) == (is_used, has_problem)
    ill = [check.check for check in data_checks(desk.home, NOW) if not check.ok]
    assert ill == (["cdn data"] if has_problem else [])


def test_what_cannot_be_read_back_is_never_put_in_place(tmp_path: Path) -> None:
    save_file(tmp_path / "data", "rdap", (SHIPPED / "rdap.toml").read_text())
    with pytest.raises(InputError):
        save_file(tmp_path / "data", "rdap", "version = 1\n")

    assert [path.name for path in (tmp_path / "data").iterdir()] == ["rdap.toml"]
    READERS["rdap"](tmp_path / "data" / "rdap.toml", is_shipped=False)


# Age.

AGES = [
    # days since, a lab, is it well
    (0, False, True),
    (180, False, True),
    (181, False, False),
    (3_000, True, True),
]


@pytest.mark.parametrize("name", ["rdap", "cdn"])
@pytest.mark.parametrize(("days", "is_lab", "is_well"), AGES)
def test_old_tables_are_named_with_their_cure(desk: Desk, name: str, days: int, is_lab: bool, is_well: bool) -> None:
    shipped = {"rdap": DataFiles().registries, "cdn": DataFiles().cdns}[name]().about.taken_at
    now = datetime.combine(date.fromordinal(shipped.toordinal() + days), NOW.timetz())
    settings = desk.settings if is_lab else replace(desk.settings, lab=None, data=DataSettings(max_age_days=180))
    home = replace(desk.home, settings=settings)

    (check,) = [check for check in data_checks(home, now) if check.check == f"{name} data"]
    assert (check.ok, check.cure) == (is_well, "" if is_well else f"hotline data refresh {name}")
    (row,) = [row for row in data_list(home, now) if row["id"] == name]
    assert (row["age_days"], row["stale"]) == (days, not is_well)


def test_whether_the_clock_is_set_by_the_network_is_asked_of_the_kernel() -> None:
    assert is_synchronised() in (True, False, None)


# Lists, by themselves.


def test_a_list_is_read_in_its_order_each_network_once() -> None:
    found = networks_in(b"10.1.0.0/16\r\n10.0.0.0/16\n\n10.1.0.0/16\n", "lines")

    assert found == (network_of("10.1.0.0/16"), network_of("10.0.0.0/16"))


def test_bootstrap_files_with_registrants_before_their_services_are_read_too() -> None:
    found = services_in(bootstrap([[["somebody"], ["COM"], ["http://a.example", VERISIGN.rstrip("/")]]]), "dns")

    assert found == [(("com",), (VERISIGN,))]


SHRINKING = [
    # before, after, is it refused
    (0, 0, True),
    (10, 0, True),
    (10, 4, True),
    (10, 5, False),
    (0, 1, False),
    (10, 100, False),
]


@pytest.mark.parametrize(("before", "after", "is_refused"), SHRINKING)
def test_an_empty_or_halved_list_is_refused(before: int, after: int, is_refused: bool) -> None:
    try:
        require_no_shrinking(before, after)
    except InputError:
        assert is_refused
    else:
        assert not is_refused


# By the program itself.


def test_the_command_line_lists_and_renews_tables(lab: Lab, tmp_path: Path) -> None:
    hotline = Hotline(tmp_path / "home")
    hotline.run("init", *lab.set_options())
    rows = hotline.json("data", "list")
    assert [(row["id"], row["from"], row["stale"], row["problem"]) for row in rows] == [
        ("rdap", "shipped", False, None),
        ("cdn", "shipped", False, None),
    ]
    assert hotline.json("data", "refresh", "cdn") == {"id": "cdn", "ids": ["cdn"]}
    assert [row["from"] for row in hotline.json("data", "list")] == ["shipped", "home"]
    assert max(map(len, hotline.run("data", "list").stdout.splitlines())) <= 100
    lab.sites["www.cloudflare.com"].put("/ips-v4", b"")
    refused = hotline.run("data", "refresh", expect=3)
    assert "the list of Cloudflare was not taken" in refused.stderr
    assert "renewed: rdap" in refused.stderr
    assert hotline.run("data", "refresh", "law", expect=2).stdout == ""
