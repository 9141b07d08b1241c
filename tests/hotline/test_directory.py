"""The directory of whom to tell: what it names for an address, and what no directory may hold."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from hotline.directory import CHANNELS, Candidate, Directory, candidates, load_directory
from hotline.errors import SettingsError
from hotline.platforms import load_platforms
from hotline.states import ContactRole, Language

OWN = """
version = 1
date = 2026-12-01

[[entry]]
name = "Lab Host"
role = "host"
channel = "email"
address = "abuse@host.example"
answers_for = ["host.example", "cdn.host.example"]
asns = [64500]
language = "sq"
requested_h = 12
source = "our own"
status = "unconfirmed"

[[entry]]
name = "Lab Search"
role = "search_engine"
channel = "sheet"
address = "https://search.example/delist"
answers_for = "any"
language = "en"
source = "our own"
status = "confirmed"
tested_on = "2026-11-30"
"""


@dataclass(frozen=True)
class Platform:
    name: str = "Lab Social"
    domains: tuple[str, ...] = ("social.example",)
    form: str | None = "https://social.example/report"
    dated: date | None = date(2026, 11, 25)


def own(folder: Path, text: str = OWN) -> Directory:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_directory(path)


def only_own(folder: Path, text: str = OWN) -> Directory:
    whole = own(folder, text)
    return Directory(whole.date, tuple(one for one in whole.entries if one.dated == date(2026, 12, 1)))


WRONG = [
    # a person's mailbox, and what is none
    ("abuse@host.example", "ana.shembulli@host.example", "address is no mailbox of a task"),
    ("abuse@host.example", "abuser@host.example", "address is no mailbox of a task"),
    ("abuse@host.example", "abuse@host.example, x@evil.example", "address is a mailbox"),
    ("abuse@host.example", r"abuse@host.example\nBcc: x@evil.example", "address is a mailbox"),
    ("abuse@host.example", "Abuse <abuse@host.example>", "address is a mailbox"),
    ("abuse@host.example", "https://host.example/abuse", "address is a mailbox"),
    # a form or an API that is no https address
    ("https://search.example/delist", "http://search.example/delist", "address is a plain https address"),
    ("https://search.example/delist", "https://user@search.example/", "address is a plain https address"),
    ("https://search.example/delist", "javascript:alert(1)", "address is a plain https address"),
    ("https://search.example/delist", "abuse@search.example", "address is a plain https address"),
    # for whom it answers
    ('["host.example", "cdn.host.example"]', '"any"', 'answers_for is "any" for a search engine only'),
    ('["host.example", "cdn.host.example"]', '["Host.example"]', "answers_for is a list of domains"),
    ('["host.example", "cdn.host.example"]', '["*.example"]', "answers_for is a list of domains"),
    ('["host.example", "cdn.host.example"]', '["example"]', "answers_for is a list of domains"),
    ('["host.example", "cdn.host.example"]', '"host.example"', "answers_for is a list of domains"),
    ('answers_for = ["host.example", "cdn.host.example"]\nasns = [64500]', "", "answers_for or asns is missing"),
    ("[64500]", "[0]", "asns is a list of numbers"),
    ("[64500]", "[true]", "asns is a list of numbers"),
    ("[64500]", "[4294967296]", "asns is a list of numbers"),
    ("[64500]", '["AS64500"]', "asns is a list of numbers"),
    # words
    ('role = "host"', 'role = "owner"', "role is one of operator host"),
    ('role = "host"', 'role = "partner"', "channel is partner for a partner hotline"),
    ('channel = "email"', 'channel = "fax"', "channel is one of email sheet"),
    ('channel = "email"', 'channel = "partner"', "channel is partner for a partner hotline"),
    ('language = "sq"', 'language = "de"', "language is one of en sq"),
    ('language = "sq"', "language = [1]", "language is one of en sq"),
    ("requested_h = 12", "requested_h = 0", "requested_h is a number of hours"),
    ("requested_h = 12", "requested_h = true", "requested_h is a number of hours"),
    ('status = "unconfirmed"', 'status = "approved"', "status is one of confirmed unconfirmed"),
    ('status = "unconfirmed"', 'status = "confirmed"', "tested_on has the day"),
    ('status = "unconfirmed"', 'status = "unconfirmed"\ntested_on = "2026-11-30"', "tested_on has the day"),
    # keys and texts
    ('source = "our own"', 'sorce = "our own"', "sorce is no key"),
    ('source = "our own"\n', "", "source is missing"),
    ('source = "our own"', r'source = "a\nb"', "source is a text on one line"),
    ('name = "Lab Host"', r'name = "Lab\u001b[31m"', "name is a short name"),
    ('name = "Lab Host"', 'name = "Lab Search"', "name stands twice"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), WRONG)
def test_a_wrong_entry_is_refused_with_its_name_and_key(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    assert right in OWN
    with pytest.raises(SettingsError, match=says) as told:
        own(tmp_path, OWN.replace(right, wrong))

    assert str(told.value).startswith('own.toml: the entry "Lab')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs version = 1 and a date"),
        ("version = 2\ndate = 2026-12-01", "needs version = 1"),
        ('version = 1\ndate = "2026-12-01"', "a date such as"),
        ("version = 1\ndate = 2026-12-01\nentry = 3", "head it with"),
        ("version = 1\ndate = 2026-12-01\nentry = [3]", "head it with"),
        ("[[entry", "cannot be read as TOML"),
        ("a = " + "[" * 5000, "cannot be read as TOML"),
        ("#" * 2_000_001, "needs version"),
    ],
)
def test_a_file_that_is_no_directory_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        own(tmp_path, text)


def test_a_directory_that_is_not_there_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml cannot be read"):
        load_directory(tmp_path / "none.toml")


def test_nothing_that_ships_is_called_confirmed_or_belongs_to_a_person() -> None:
    shipped = load_directory()

    assert shipped.date == date(2026, 11, 25)
    assert {one.status for one in shipped.entries} == {"unconfirmed"}
    assert {one.channel for one in shipped.entries} == set(CHANNELS) - {"partner"}
    assert len(shipped.entries) > 20


@pytest.mark.parametrize(
    ("asn", "box"),
    [
        (24940, "abuse@hetzner.com"),
        (16276, "abuse@ovh.net"),
        (13335, "abuse@cloudflare.com"),
        (14618, "abuse@amazonaws.com"),
        (396982, "google-cloud-compliance@google.com"),
    ],
)
def test_a_large_network_has_its_mailbox(asn: int, box: str) -> None:
    found = candidates(load_directory(), host="img.example", asn=asn)

    assert (box, f"AS{asn}") in [(one.address, one.scope) for one in found]


def test_a_delivery_network_is_never_proposed_as_a_host() -> None:
    for asn in (13335, 54113, 20940):
        found = candidates(load_directory(), host="img.example", asn=asn)
        assert {one.role for one in found} == {ContactRole.CDN, ContactRole.SEARCH_ENGINE}


def test_every_candidate_says_for_what_it_answers_and_where_it_is_from(tmp_path: Path) -> None:
    found = candidates(only_own(tmp_path), host="a.cdn.HOST.example.", asn=None)

    assert found == (
        Candidate(
            "Lab Host", "abuse@host.example", ContactRole.HOST, "email", "cdn.host.example",
            "directory 2026-12-01 Lab Host", Language.SQ, 12,
        ),
        Candidate(
            "Lab Search", "https://search.example/delist", ContactRole.SEARCH_ENGINE, "sheet", "any",
            "directory 2026-12-01 Lab Search",
        ),
    )  # fmt: skip


@pytest.mark.parametrize("host", ["host.example.evil.test", "nothost.example", "192.0.2.7", "", "example"])
def test_a_name_that_only_looks_alike_is_nobodys(tmp_path: Path, host: str) -> None:
    found = candidates(only_own(tmp_path), host=host, asn=64501)

    assert [one.name for one in found] == ["Lab Search"]


def test_a_platform_is_told_by_its_form_for_its_own_addresses_only(tmp_path: Path) -> None:
    directory = only_own(tmp_path)
    at_home = candidates(directory, host="www.social.example", asn=64500, platform=Platform())
    elsewhere = candidates(directory, host="img.example", asn=64500, platform=Platform())
    without = candidates(directory, host="social.example", asn=64500, platform=Platform(form=None))
    undated = candidates(directory, host="social.example", asn=None, platform=Platform(dated=None))

    assert at_home[0] == Candidate(
        "Lab Social", "https://social.example/report", ContactRole.PLATFORM, "sheet", "social.example",
        "platforms 2026-11-25 Lab Social",
    )  # fmt: skip
    assert [one.name for one in at_home] == ["Lab Social", "Lab Host", "Lab Search"]
    assert [one.name for one in elsewhere] == [one.name for one in without] == ["Lab Host", "Lab Search"]
    assert undated[0].origin == "platforms Lab Social"


def test_the_shipped_tables_of_platforms_can_be_asked_as_they_are() -> None:
    telegram = next(one for one in load_platforms() if one.name == "Telegram")
    found = candidates(load_directory(), host="t.me", asn=None, platform=telegram)
    told = [(one.channel, one.address) for one in found if one.role is ContactRole.PLATFORM]

    assert told == [
        ("sheet", telegram.form),
        ("email", "abuse@telegram.org"),
        ("email", "stopca@telegram.org"),
    ]


def test_the_nearest_stands_first_although_it_answers_for_the_network_too(tmp_path: Path) -> None:
    head, entry, rest = OWN.partition("[[entry]]")
    other = 'name = "Carrier"\naddress = "noc@carrier.example"\nasns = [64500]\nrole = "upstream"\nchannel = "email"'
    other = f'{entry}\n{other}\nlanguage = "en"\nsource = "our own"\nstatus = "unconfirmed"\n'
    found = candidates(only_own(tmp_path, head + other + entry + rest), host="host.example", asn=64500)

    assert [one.name for one in found] == ["Lab Host", "Carrier", "Lab Search"]


def test_one_mailbox_is_proposed_once_for_the_nearest_reason(tmp_path: Path) -> None:
    found = candidates(only_own(tmp_path), host="host.example", asn=64500)

    assert [(one.name, one.scope) for one in found] == [("Lab Host", "host.example"), ("Lab Search", "any")]


def test_an_operators_entry_comes_first_and_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    found = own(tmp_path, OWN.replace("Lab Host", "Hetzner"))
    boxes = [one.address for one in found.entries if one.name == "Hetzner"]

    assert found.date == date(2026, 12, 1)
    assert found.entries[0].name == "Hetzner"
    assert boxes == ["abuse@host.example"]
    assert len(found.entries) == len(load_directory().entries) + 1
    assert found.entries[-1].dated == date(2026, 11, 25)
