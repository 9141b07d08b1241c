"""Whom the directory proposes beside the registries: once each, by role and turn, and never by itself approved."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from sqlmodel import select

from hotline.decisions import avoiding, contacts
from hotline.errors import SettingsError
from hotline.models import CustodyEntry
from hotline.records.looks import HostingFacts
from hotline.states import Channel, ContactRole, Ground, Language, Verdict
from hotline.views.contacts import contact_list
from hotline.views.hosting import traced
from hotline.views.queue import queue

RDAP, SYSTEM, UP = "noc@registry.example", "abuse@system.example", "abuse@up.example"
DIRECTORY = """
version = 1
date = 2026-12-01

[[entry]]
name = "Lab System"
role = "host"
channel = "email"
address = "abuse@system.example"
asns = [64500]
language = "sq"
requested_h = 12
source = "our own"
status = "unconfirmed"

[[entry]]
name = "Lab Form"
role = "host"
channel = "sheet"
address = "https://system.example/report"
answers_for = ["img.example"]
language = "en"
source = "our own"
status = "unconfirmed"

[[entry]]
name = "Lab Carrier"
role = "upstream"
channel = "email"
address = "abuse@up.example"
asns = [64500]
language = "en"
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
status = "unconfirmed"

[[entry]]
name = "Lab Social"
role = "operator"
channel = "email"
address = "abuse@social.example"
answers_for = ["social.example"]
language = "en"
source = "our own"
status = "unconfirmed"

[[entry]]
name = "Lab Racks"
role = "host"
channel = "email"
address = "abuse@racks.example"
answers_for = ["social.example"]
language = "en"
source = "our own"
status = "unconfirmed"
"""
PLATFORMS = """
date = 2026-12-01

[[platform]]
name = "Lab Social"
domains = ["social.example"]
form = "https://social.example/report"
source = "our own"
status = "unconfirmed"
tested_on = ""

[[platform.patterns]]
path = "/p/(?P<media_id>[0-9]+)"
kind = "picture"
"""
Opens = Callable[..., AbstractContextManager[Scene]]


@pytest.fixture
def opens(tmp_path: Path) -> Opens:
    """Opens a story in which the names stand in a system that registry and directory know."""
    own, platforms = tmp_path / "own.toml", tmp_path / "platforms.toml"
    own.write_text(DIRECTORY)
    platforms.write_text(PLATFORMS)
    files = (f'notices.directory_file="{own}"', f'platforms.file="{platforms}"')
    return lambda **more: scene(tmp_path, *files, **more)


@pytest.fixture
def world(opens: Opens) -> Iterator[Scene]:
    with opens() as story:
        story.lab.rdap.network("127.0.0.0/8", abuse=RDAP, asn=64500)
        yield story


def book(world: Scene) -> list[tuple[str, str, str, str]]:
    return [(row["role"], row["channel"], row["address"], row["answers_for"]) for row in contact_list(world.home)]


REGISTRY = ("host", "email", RDAP, "127.0.0.0/8")
BY_FORM = ("host", "sheet", "https://system.example/report", "img.example")
BY_SYSTEM = ("host", "email", SYSTEM, "AS64500")
CARRIER = ("upstream", "email", UP, "AS64500")


def test_the_directory_proposes_besides_the_registry_and_approves_nothing(world: Scene) -> None:
    world.drafted("/a.jpg")
    assert book(world) == [REGISTRY, BY_FORM, BY_SYSTEM, CARRIER]
    rows = contact_list(world.home)
    assert {row["state"] for row in rows} == {"proposed"}
    assert rows[2]["origin"] == "directory 2026-12-01 Lab System"
    assert (rows[2]["language"], rows[2]["requested_h"]) == ("sq", 12)
    assert world.notices() == []
    with world.reading() as session:
        lines = session.exec(select(CustodyEntry).where(CustodyEntry.action == "contact.propose")).all()
    assert [line.reason for line in lines][2] == "directory 2026-12-01 Lab System: answers for AS64500"


def test_the_queue_names_whom_to_approve_by_whom_they_were_named_and_nobody_whose_turn_comes_later(
    world: Scene,
) -> None:
    world.drafted("/a.jpg")
    assert world.queue() == [("contact", "K1"), ("contact", "K2"), ("contact", "K3")]
    whys = [row["why"] for row in queue(world.home, world.home.now())]
    assert whys[2].startswith(f"proposed by directory 2026-12-01 Lab System: {SYSTEM} (host) for AS64500, 1 item")


def test_once_a_host_is_approved_no_other_is_asked_for(world: Scene) -> None:
    world.drafted("/a.jpg")
    contacts.approve(world.desk(), [1])
    world.run()
    assert world.queue() == [("notice", "N1")]


def test_everybody_is_proposed_once_however_many_items_there_are(world: Scene) -> None:
    world.drafted("/a.jpg", "/b.jpg", "/c.jpg")
    assert len(book(world)) == 4


def test_whom_a_person_blocked_or_added_or_nobody_may_contact_is_not_proposed(world: Scene) -> None:
    contacts.add(world.desk(), SYSTEM, "AS64500", ContactRole.HOST, Channel.EMAIL, Language.EN)
    contacts.block(world.desk(), 1)
    avoiding.avoid(world.desk(), "up.example")
    avoiding.avoid(world.desk(), "registry.example")
    world.drafted("/a.jpg")
    assert book(world) == [BY_SYSTEM, BY_FORM]
    assert contact_list(world.home)[0]["origin"] == "person"


def test_a_form_is_not_proposed_where_its_domain_is_avoided(world: Scene) -> None:
    avoiding.avoid(world.desk(), "system.example")
    world.drafted("/a.jpg")
    assert book(world) == [REGISTRY, CARRIER]


def test_whom_the_registry_names_itself_is_proposed_by_the_registry_alone(opens: Opens) -> None:
    with opens() as world:
        world.lab.rdap.network("127.0.0.0/8", abuse="ABUSE@system.example", asn=64500)
        world.drafted("/a.jpg")
        assert [row["origin"] for row in contact_list(world.home)] == [
            "rdap 127.0.0.0/8",
            "directory 2026-12-01 Lab Form",
            "directory 2026-12-01 Lab Carrier",
        ]


def test_one_mailbox_that_answers_twice_is_told_once(world: Scene) -> None:
    for scope in ("AS64500", "127.0.0.0/8", "img.example"):
        contacts.add(world.desk(), SYSTEM, scope, ContactRole.HOST, Channel.EMAIL, Language.EN)
    contacts.approve(world.desk(), [1, 2, 3])
    world.drafted("/a.jpg")
    assert world.notices() == [f"N1 illegal 1 draft {SYSTEM} I1"]
    world.approve()
    world.run()
    world.later(2, days=1)
    assert world.mails() == [SYSTEM] * 3


# Search engines.


def engines(world: Scene) -> list[str]:
    return [row["address"] for row in contact_list(world.home) if row["role"] == "search_engine"]


def test_search_engines_are_proposed_once_and_when_their_turn_has_come(world: Scene) -> None:
    contacts.add(world.desk(), "host@img.example", "img.example", ContactRole.HOST, Channel.EMAIL, Language.EN)
    contacts.approve(world.desk(), [1])
    world.drafted("/a.jpg", "/b.jpg")
    world.approve()
    world.run()
    world.later(2, days=1)
    assert (engines(world), world.queue()) == ([], [])
    world.later(2, days=1)
    assert len(engines(world)) == len(set(engines(world))) == 4  # the shipped three and our own
    rows = [row for row in queue(world.home, world.home.now()) if "search" in row["why"]]
    assert all("2 items waiting" in row["why"] for row in rows)


def test_a_search_engine_that_was_blocked_or_is_avoided_stays_away(world: Scene) -> None:
    contacts.add(world.desk(), "host@img.example", "img.example", ContactRole.HOST, Channel.EMAIL, Language.EN)
    contacts.approve(world.desk(), [1])
    avoiding.avoid(world.desk(), "search.example")
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    world.later(3, days=1)
    first = engines(world)
    assert "https://search.example/delist" not in first
    for row in contact_list(world.home):
        if row["role"] == "search_engine":
            contacts.block(world.desk(), int(row["id"][1:]))
    world.later(2, days=1)
    assert engines(world) == first
    assert not any("search" in row["why"] for row in queue(world.home, world.home.now()))


def test_nobody_above_is_proposed_in_the_queue_for_what_only_breaks_rules(world: Scene) -> None:
    contacts.add(world.desk(), "op@img.example", "img.example", ContactRole.OPERATOR, Channel.EMAIL, Language.EN)
    contacts.approve(world.desk(), [1])
    world.drafted("/a.jpg", verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    world.approve()
    world.run()
    world.later(5, days=1)
    assert engines(world) == []
    assert [row for row in world.queue() if row[0] == "contact"] == []


# Platforms.


def test_of_a_platform_only_who_runs_it_is_proposed_and_its_form_first(opens: Opens) -> None:
    with opens(sites=("social.example",)) as world:
        world.lab.rdap.network("127.0.0.0/8", asn=64500)
        world.lab.sites["social.example"].put("/p/17", picture())
        world.report(world.lab.sites["social.example"].url("/p/17"))
        world.run()
        world.assess([1], Verdict.BASELINE)
        world.run()
        assert world.item(1).platform == "Lab Social"
        assert book(world) == [
            ("platform", "sheet", "https://social.example/report", "social.example"),
            ("operator", "email", "abuse@social.example", "social.example"),
        ]
        assert world.queue() == [("contact", "K1"), ("contact", "K2")]


# What a person sees of it before anything is in the book.


def test_a_trace_of_an_address_names_them_too_and_records_nothing(world: Scene) -> None:
    facts = HostingFacts(ip="127.0.0.2", asn=64500)
    found = traced(world.home, "img.example", facts, None)
    assert [(row["role"], row["address"]) for row in found["directory"]] == [
        ("host", "https://system.example/report"),
        ("host", SYSTEM),
        ("upstream", UP),
    ]
    social = traced(world.home, "www.social.example", facts, None)
    assert [row["role"] for row in social["directory"]] == ["platform", "operator"]
    assert book(world) == []
    json.dumps(found)


def test_a_directory_that_is_written_wrongly_is_told_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("version = 1")
    with (
        pytest.raises(SettingsError, match=r"own\.toml needs version"),
        scene(tmp_path, f'notices.directory_file="{tmp_path / "own.toml"}"'),
    ):
        pass


def test_what_the_directory_ships_finds_a_network_without_a_registry(tmp_path: Path) -> None:
    with scene(tmp_path) as world:
        world.lab.rdap.network("127.0.0.0/8", asn=24940)
        world.drafted("/a.jpg")
        assert [(role, scope) for role, _, _, scope in book(world)] == [("host", "AS24940")]
