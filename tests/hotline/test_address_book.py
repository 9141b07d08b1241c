"""The address book: whom nothing is sent to, what each contact is asked for, and who answers for what."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import Scene, scene
from sqlmodel import select
from typer.testing import CliRunner

from hotline.cli import app
from hotline.decisions import avoiding, contacts, notices
from hotline.errors import InputError, MoveError, UnknownIdError
from hotline.models import Contact, Text
from hotline.records.boxes import names_of, plain_name
from hotline.states import Channel, ContactRole, Language, NotIllegalReason, Outcome, Verdict
from hotline.trace import answers_for
from hotline.views.book import Book
from hotline.views.contacts import avoided_list, contact_list, contact_show
from hotline.views.queue import queue

HOST = "host@img.example"
HOURS = "within 12 hours"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24") as story:
        yield story


def add(world: Scene, address: str, scope: str = "img.example", role: ContactRole = ContactRole.HOST) -> int:
    return contacts.add(world.desk(), address, scope, role, Channel.EMAIL, Language.EN)


def hotline(world: Scene, *words: str, told: str = "", code: int = 0) -> str:
    """Runs a command on the home of a story; returns what it printed on stdout."""
    done = CliRunner().invoke(app, ["--home", str(world.opened.home.folder), *words], input=told)
    assert done.exit_code == code, done.stderr
    return done.stdout if code == 0 else done.stderr


# Whom nothing is sent to.


NO_NAMES = [
        "", " ", "@", "host", "com", "co.uk", "*", "*.example", "abuse@", "abuse@co.uk", "a b@host.example",
        "x@host.example\nBcc: y@host.example", "<abuse@host.example>", "abuse@host..example", "192.0.2.7",
        "https://host.example/form", "host.example/x", "abuse@[192.0.2.7]", "host.example,two.example",
        "\x1b[31m.example",
]  # fmt: skip


def test_what_is_no_mailbox_and_nobodys_domain_is_not_put_on_the_list(world: Scene) -> None:
    for wrong in NO_NAMES:
        with pytest.raises(InputError):
            avoiding.avoid(world.desk(), wrong)
    assert avoided_list(world.home) == []


def test_a_reason_that_is_no_text_is_refused(world: Scene) -> None:
    for reason in ("x" * 1001, "a\x1b[31mb", "a\x00b"):
        with pytest.raises(InputError, match="printable"):
            avoiding.avoid(world.desk(), "host.example", reason)


@pytest.mark.parametrize(
    ("avoided", "address"),
    [
        ("abuse@host.example", "ABUSE@Host.Example"),
        ("ABUSE@HOST.EXAMPLE", "abuse@host.example"),
        ("host.example", "abuse@host.example"),
        ("Host.Example.", "abuse@HOST.example"),
        ("@host.example", "noc@host.example"),
        ("*.host.example", "abuse@host.example"),
        ("host.example", "abuse@mail.eu.host.example"),
        ("çështja.example", "abuse@xn--shtja-xra2a.example"),
    ],
)
def test_whoever_is_avoided_is_added_under_no_scope_and_no_case_of_letters(
    world: Scene, avoided: str, address: str
) -> None:
    avoiding.avoid(world.desk(), avoided)
    for scope in ("img.example", "192.0.2.0/24", "AS64500", "any"):
        with pytest.raises(InputError, match="hotline contact readmit D1"):
            add(world, address, scope)


def test_a_name_that_only_looks_alike_is_not_avoided(world: Scene) -> None:
    avoiding.avoid(world.desk(), "host.example")
    others = ("abuse@nothost.example", "abuse@host.example.evil.test", "noc@example.test")
    assert [add(world, other) for other in others] == [1, 2, 3]


def test_a_mailbox_alone_leaves_its_neighbours(world: Scene) -> None:
    avoiding.avoid(world.desk(), "owner@host.example")
    assert add(world, "abuse@host.example") == 1


def test_a_form_is_avoided_by_its_host(world: Scene) -> None:
    assert "host.example" in names_of("https://help.HOST.example/report?x=1")
    assert names_of("https://[broken") == names_of("") == ()
    assert plain_name(" A@B.example. ") == "a@b.example"


def test_a_contact_that_is_avoided_is_blocked_and_not_approved_before_it_is_readmitted(world: Scene) -> None:
    world.contact("img.example")
    avoiding.avoid(world.desk(), "img.example", "its owner is a suspect")
    assert [row["state"] for row in contact_list(world.home)] == ["blocked"]
    with pytest.raises(InputError, match="readmit D1"):
        contacts.approve(world.desk(), [1])
    avoiding.readmit(world.desk(), 1)
    contacts.approve(world.desk(), [1])
    assert [row["state"] for row in contact_list(world.home)] == ["approved"]


def test_all_or_none_is_approved(world: Scene) -> None:
    add(world, "abuse@host.example")
    add(world, "abuse@two.example", "two.example")
    avoiding.avoid(world.desk(), "two.example")
    with pytest.raises(InputError):
        contacts.approve(world.desk(), [1, 2])
    assert [row["state"] for row in contact_list(world.home)] == ["proposed", "blocked"]


def test_an_approved_notice_to_whom_is_avoided_does_not_leave_and_says_why(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.approve()
    avoiding.avoid(world.desk(), "IMG.example")
    world.run()
    assert (world.notices(), world.mails()) == ([f"N1 illegal 1 failed {HOST} I1"], [])
    why = next(row["why"] for row in queue(world.home, world.home.now()) if row["subject"] == "N1")
    assert "nothing is sent to this contact" in why


def test_no_round_follows_to_whom_is_avoided(world: Scene) -> None:
    world.noticed("/a.jpg")
    avoiding.avoid(world.desk(), HOST)
    world.later(3, days=1)
    assert world.mails() == [HOST]


def test_a_correction_is_not_sent_to_whom_is_avoided_either(world: Scene) -> None:
    world.noticed("/a.jpg")
    avoiding.avoid(world.desk(), HOST)
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    assert world.mails() == [HOST]
    assert world.notices()[-1] == f"N2 correction 1 failed {HOST} I1"


def test_a_registry_cannot_propose_whom_is_avoided(tmp_path: Path) -> None:
    with scene(tmp_path) as world:
        world.lab.rdap.network("127.0.0.0/8", abuse="Abuse@Net.Example")
        avoiding.avoid(world.desk(), "net.example")
        world.drafted("/a.jpg")
        assert contact_list(world.home) == []
        assert world.queue() == [("contact", "I1")]


def test_the_reason_is_shown_until_it_is_erased(world: Scene) -> None:
    avoiding.avoid(world.desk(), "host.example", "  its owner\n is a suspect ")
    (row,) = avoided_list(world.home)
    assert (row["id"], row["state"], row["address"], row["reason"]) == (
        "D1", "avoided", "host.example", "its owner is a suspect",
    )  # fmt: skip
    with world.reading() as session:
        texts = session.exec(select(Text).where(Text.content == row["reason"])).all()
    assert len(texts) == 1  # apart from the chain, so that it can be erased


def test_an_entry_stands_once_and_ends_once(world: Scene) -> None:
    avoiding.avoid(world.desk(), "host.example")
    with pytest.raises(InputError, match="already"):
        avoiding.avoid(world.desk(), "HOST.example.")
    avoiding.readmit(world.desk(), 1)
    with pytest.raises(MoveError, match="over already"):
        avoiding.readmit(world.desk(), 1)
    with pytest.raises(UnknownIdError, match="hotline contact avoided"):
        avoiding.readmit(world.desk(), 7)
    assert avoiding.avoid(world.desk(), "host.example") == 2
    assert [row["state"] for row in avoided_list(world.home)] == ["ended", "avoided"]


def test_avoiding_from_the_command_line_takes_nothing_personal_in_its_arguments(world: Scene) -> None:
    made = json.loads(
        hotline(world, "contact", "avoid", "-", "--reason", "-", "--json", told="own@host.example\nsuspect\n")
    )
    assert made == {"id": "D1", "ids": ["D1"]}
    (row,) = json.loads(hotline(world, "contact", "avoided", "--json"))
    assert (row["address"], row["reason"]) == ("own@host.example", "suspect")
    refused = hotline(
        world, "contact", "add", "own@host.example", "--answers-for", "a.example", "--role", "host", code=2
    )
    assert "own@" not in refused
    assert json.loads(hotline(world, "contact", "readmit", "D1", "--json"))["id"] == "D1"
    hotline(world, "contact", "readmit", "K1", code=2)


# Within how many hours.


def test_hours_that_are_none_are_refused(world: Scene) -> None:
    add(world, HOST)
    for hours in (0, -1, 721, 10**9):
        with pytest.raises(InputError, match="from 1 to 720"):
            contacts.add(world.desk(), HOST, "a.example", ContactRole.HOST, Channel.EMAIL, Language.EN, hours)
        with pytest.raises(InputError, match="from 1 to 720"):
            contacts.set_terms(world.desk(), 1, hours)


def test_terms_are_for_a_contact_that_there_is(world: Scene) -> None:
    with pytest.raises(UnknownIdError):
        contacts.set_terms(world.desk(), 9, 12)


def test_a_notice_asks_for_the_time_of_its_contact_and_its_next_round_is_due_after_that(world: Scene) -> None:
    world.contact("img.example")
    contacts.set_terms(world.desk(), 1, 12)
    world.noticed("/a.jpg", role=ContactRole.OPERATOR)
    texts = {message.envelope_to[0]: message.text for message in world.mail.messages}
    assert HOURS in texts[HOST]
    assert HOURS not in texts["operator@img.example"]
    world.later(hours=12)
    assert world.mails()[2:] == [HOST]
    world.later(hours=12)
    assert sorted(world.mails()[3:]) == [HOST, "operator@img.example"]


def test_terms_longer_than_usual_let_a_contact_be(world: Scene) -> None:
    world.contact("img.example")
    contacts.set_terms(world.desk(), 1, 48)
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    world.later(days=1)
    assert world.mails() == [HOST]
    world.later(days=1)
    assert world.mails() == [HOST, HOST]


def test_an_answer_lets_the_rounds_go_on_by_the_terms(world: Scene) -> None:
    world.contact("img.example")
    contacts.set_terms(world.desk(), 1, 48)
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    notices.outcome(world.desk(), 1, Outcome.ASKS_MORE)
    notices.outcome(world.desk(), 1, Outcome.RESTRICTED)
    world.later(days=1)
    assert world.mails() == [HOST]
    world.later(days=1)
    assert world.mails() == [HOST, HOST]


def test_what_was_sent_by_hand_is_repeated_by_the_terms_too(world: Scene) -> None:
    world.contact("img.example")
    contacts.set_terms(world.desk(), 1, 6)
    world.drafted("/a.jpg")
    notices.approve_all(world.desk())
    notices.mark_sent(world.desk(), 1, "T-1")
    world.later(hours=6)
    assert world.mails() == [HOST]


def test_terms_from_the_command_line(world: Scene) -> None:
    made = hotline(
        world, "contact", "add", HOST, "--answers-for", "AS64500", "--role", "host", "--requested-h", "12", "--json"
    )
    assert json.loads(made)["id"] == "K1"
    assert contact_show(world.home, 1)["requested_h"] == 12
    hotline(world, "contact", "terms", "k1", "--requested-h", "48")
    assert contact_show(world.home, 1)["requested_h"] == 48
    hotline(world, "contact", "terms", "K1", "--usual")
    assert contact_show(world.home, 1)["requested_h"] is None
    hotline(world, "contact", "terms", "K1", code=2)
    hotline(world, "contact", "terms", "K1", "--usual", "--requested-h", "3", code=2)
    hotline(world, "contact", "terms", "K1", "--requested-h", "0", code=2)


# Who answers for a system.


@pytest.mark.parametrize(
    ("scope", "asn", "does"),
    [
        ("AS64500", 64500, True),
        ("AS64500", 64501, False),
        ("AS64500", 6450, False),
        ("AS64500", None, False),
        ("AS0", 0, False),
        ("ASNone", None, False),
        ("64500", 64500, False),
    ],
)
def test_a_contact_for_a_system_answers_for_what_it_announces(scope: str, asn: int | None, does: bool) -> None:
    assert answers_for(scope, "img.example", "192.0.2.7", None, asn) is does


@pytest.mark.parametrize("scope", ["as64500", "AS64500", " As64500 "])
def test_a_system_is_kept_in_one_spelling(world: Scene, scope: str) -> None:
    add(world, HOST, scope)
    assert contact_show(world.home, 1)["answers_for"] == "AS64500"


def test_a_number_beyond_all_systems_is_a_name_at_most(world: Scene) -> None:
    add(world, HOST, "as4294967296")
    assert contact_show(world.home, 1)["answers_for"] == "as4294967296"


def test_the_book_finds_by_system_and_is_not_fooled_by_a_host_of_that_name() -> None:
    row = Contact(
        id=1, address=HOST, answers_for="AS64500", role="host", channel="email", language="en", state="approved"
    )
    book = Book([row])
    assert book.contacts_for("img.example", "192.0.2.7", None, 64500) == [row]
    assert book.contacts_for("as64500", None, None, None) == []
    assert book.contacts_for("img.example", "192.0.2.7", None, None) == []


def test_a_contact_for_a_system_is_told_of_what_stands_there(tmp_path: Path) -> None:
    with scene(tmp_path) as world:
        world.lab.rdap.network("127.0.0.0/8", abuse="noc@net.example", asn=64500)
        add(world, "abuse@system.example", "AS64500")
        contacts.approve(world.desk(), [1])
        world.drafted("/a.jpg")
        assert world.notices() == ["N1 illegal 1 draft abuse@system.example I1"]
        (contact,) = {tuple(item["hosting"]["contacts"]) for item in shown(world)}
        assert contact == ("K1", "K2")


def test_an_item_that_waited_is_due_when_a_contact_for_its_system_is_approved(tmp_path: Path) -> None:
    with scene(tmp_path) as world:
        world.lab.rdap.network("127.0.0.0/8", abuse="noc@net.example", asn=64500)
        world.drafted("/a.jpg")
        add(world, "abuse@system.example", "as64500")
        contacts.approve(world.desk(), [2])
        world.run()
        assert world.notices() == ["N1 illegal 1 draft abuse@system.example I1"]
        assert world.queue() == [("notice", "N1")]


def shown(world: Scene) -> list[dict[str, dict[str, list[str]]]]:
    found: list[dict[str, dict[str, list[str]]]] = json.loads(hotline(world, "case", "show", "C1", "--json"))["items"]
    return found


def test_a_contact_that_asks_for_the_other_language_gets_it_in_the_next_round(world: Scene) -> None:
    world.noticed("/a.jpg")
    contacts.set_language(world.desk(), 1, Language.SQ)
    with pytest.raises(InputError, match="already"):
        contacts.set_language(world.desk(), 1, Language.SQ)
    world.later(days=1)
    first, second = (message.subject for message in world.mail.messages)
    assert ("Removal request" in first, "Kërkesë për heqje" in second) == (True, True)
