"""Whose turn it is and when: the ladder, police first, quiet hours, a look at the last minute, rules of approval,
corrections, and what a notice says of how one gets there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene

from hotline.decisions import access, contacts, holds, notices, rules
from hotline.errors import InputError, MoveError, NotAllowedError
from hotline.states import (
    Channel,
    ContactRole,
    Ground,
    Language,
    NoticeKind,
    NotIllegalReason,
    Outcome,
    Verdict,
)

UPSTREAM, REGISTRAR, SEARCH = ContactRole.UPSTREAM, ContactRole.REGISTRAR, ContactRole.SEARCH_ENGINE
POLICE_FIRST = {"albanian_child": "yes", "new_material": "yes"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24") as story:
        yield story


def test_those_above_the_host_are_told_when_it_did_nothing_for_three_days(world: Scene) -> None:
    for role in (UPSTREAM, REGISTRAR, SEARCH):
        world.contact("img.example", role)
    world.noticed("/a.jpg")
    world.later(2, days=1)
    assert {"upstream@img.example", "search_engine@img.example"}.isdisjoint(line.split()[4] for line in world.notices())
    world.later(days=1)
    drafts = {line.split()[4] for line in world.notices() if " draft " in line}
    assert drafts == {"upstream@img.example", "search_engine@img.example"}


def test_a_registrar_is_told_only_of_a_site_that_is_wholly_given_to_such_material(world: Scene) -> None:
    world.contact("img.example", REGISTRAR)
    world.noticed("/a.jpg")
    world.later(4, days=1)
    assert not any("registrar@" in line for line in world.notices())
    assert rules.mark_wholly_given(world.desk(), "www.img.example") == "img.example"
    world.run()
    assert any("registrar@" in line for line in world.notices())
    with pytest.raises(InputError, match="recorded already"):
        rules.mark_wholly_given(world.desk(), "img.example")


def test_nobody_above_the_host_is_told_of_what_only_breaks_rules(world: Scene) -> None:
    for role in (UPSTREAM, SEARCH, ContactRole.HOST):
        world.contact("img.example", role)
    world.noticed("/a.jpg", role=ContactRole.OPERATOR, verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    world.later(5, days=1)
    assert {line.split()[4] for line in world.notices()} == {"operator@img.example"}


def test_a_search_engine_is_asked_once_what_is_gone_at_the_source_is_forgotten_too(world: Scene) -> None:
    world.contact("img.example", SEARCH)
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(3, hours=13)
    assert world.state(1) == "removed"
    assert [line for line in world.notices() if "search" in line] == [
        "N2 illegal 1 draft search_engine@img.example I1"
    ]  # fmt: skip
    world.approve()
    world.run()
    world.later(4, days=1)
    assert [line for line in world.notices() if "search" in line] == ["N2 illegal 1 sent search_engine@img.example I1"]
    assert world.state(1) == "removed"


def test_where_the_child_may_be_albanian_and_the_material_new_a_person_is_asked_and_no_word_sends(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", facts=POLICE_FIRST)
    assert (world.notices(), world.queue()) == ([], [("notice", "I1")])
    world.later(hours=23)
    assert world.notices() == []
    world.later(hours=1, minutes=1)
    assert world.notices() == ["N1 illegal 1 draft host@img.example I1"]
    assert world.queue() == [("notice", "N1")]


def test_whoever_says_send_is_not_made_to_wait(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", facts=POLICE_FIRST)
    holds.release(world.desk(), 1)
    world.run()
    assert world.notices() == ["N1 illegal 1 draft host@img.example I1"]


def test_whoever_says_hold_is_asked_no_more(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", facts=POLICE_FIRST)
    until = world.clock.now.replace(day=28)
    holds.add(world.desk(), 1, "the police are at it", until)
    assert world.queue() == []
    world.later(hours=30)
    assert world.notices() == []


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"new_material": "yes"},  # nobody recorded whose child it may be
        {"albanian_child": "no", "new_material": "yes"},
        {"albanian_child": "unknown", "new_material": "yes"},
        {"albanian_child": "yes", "new_material": "no"},
    ],
)
def test_what_was_not_recorded_asks_nothing(world: Scene, facts: dict[str, str]) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", facts=facts)
    assert world.notices() == ["N1 illegal 1 draft host@img.example I1"]


def test_a_look_at_the_last_minute_keeps_a_notice_about_what_is_gone_from_leaving(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", "/b.jpg")
    world.site.remove("/a.jpg")
    world.clock.advance(hours=5)
    world.approve()
    world.run()
    assert world.notices() == ["N1 illegal 1 sent host@img.example I2"]
    assert world.verdicts(1)[-1] == "removed_at_source"


def test_a_last_look_that_could_not_tell_lets_the_first_round_go(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.site.put("/a.jpg", b"no", status=403)
    world.clock.advance(hours=5)
    world.approve()
    world.run()
    assert (world.mails(), world.verdicts(1)[-1]) == (["host@img.example"], "access_restricted")


def test_at_night_nothing_leaves_and_in_the_morning_it_does(tmp_path: Path) -> None:
    with scene(tmp_path, 'notices.quiet_hours="20:00-07:00"') as world:
        world.contact("img.example")
        world.drafted("/a.jpg")
        hours = (20 - world.clock.now.astimezone().hour) % 24 + 1
        world.clock.advance(hours=hours)
        world.approve()
        world.run()
        assert world.mails() == []
        world.later(hours=12)
        assert world.mails() == ["host@img.example"]


def test_drafts_go_by_a_rule_that_two_people_made(world: Scene) -> None:
    world.contact("img.example")
    rule = rules.propose(world.desk(), 1, NoticeKind.ILLEGAL)
    with pytest.raises(NotAllowedError):
        rules.approve(world.desk(), rule)
    world.drafted("/a.jpg")
    assert world.mails() == []
    rules.approve(world.desk(BOB), rule)
    world.run()
    assert world.mails() == ["host@img.example"]
    rules.end(world.desk(), rule)
    world.site.put("/b.jpg", picture(7))
    (second,) = world.report(world.site.url("/b.jpg")).item_ids
    world.run()
    world.assess([second], Verdict.BASELINE)
    world.run()
    assert world.notices()[-1] == "N2 illegal 1 draft host@img.example I2"
    with pytest.raises(MoveError, match="over"):
        rules.approve(world.desk(BOB), rule)


def test_a_rule_is_for_its_kind_only(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    rules.approve(world.desk(BOB), rules.propose(world.desk(), 1, NoticeKind.ILLEGAL))
    world.drafted("/a.jpg", verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    assert world.notices() == ["N1 harmful 1 draft operator@img.example I1"]
    with pytest.raises(InputError, match="corrections"):
        rules.propose(world.desk(), 1, NoticeKind.CORRECTION)


def test_everybody_told_of_what_was_decided_wrongly_is_told_so_in_the_thread(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    world.noticed("/a.jpg", "/b.jpg")
    told = {message.envelope_to[0]: message.message_id for message in world.mail.messages}
    world.revise([1, 2], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    corrections = world.mail.messages[2:]
    assert sorted(message.envelope_to[0] for message in corrections) == sorted(told)
    for message in corrections:
        assert told[message.envelope_to[0]] in str(message.parsed["References"])
        assert all(world.site.url(path) in message.text for path in ("/a.jpg", "/b.jpg"))
    world.later(3, days=1)
    assert len(world.mail.messages) == 4


def test_a_page_that_stood_in_a_notice_for_its_pictures_is_corrected_with_them(world: Scene) -> None:
    world.contact("img.example")
    world.site.put("/a.jpg", picture())
    world.report(world.site.page("/album", ["/a.jpg"]))
    world.run()
    shown = next(item.id for item in world.items() if item.url.endswith("/a.jpg"))
    world.assess([shown], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    world.revise([shown], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    assert world.notices()[-1] == "N2 correction 1 sent host@img.example I1 I2"


def test_who_was_told_of_something_else_or_nothing_gets_no_correction(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.revise([1], Verdict.NATIONAL)
    world.run()
    world.revise([1], Verdict.NOT_ILLEGAL, by=world.desk().actor, reason=NotIllegalReason.ADULT)
    world.run()
    world.revise([1], Verdict.BASELINE)
    world.run()
    assert [line.split()[1] for line in world.notices()].count("correction") == 1


def test_how_one_gets_there_stands_in_the_next_round_which_a_person_approves(world: Scene) -> None:
    world.noticed("/a.jpg")
    access.set_steps(world.desk(), 1, "password: {{ 7*7 }} sesam")
    world.run()
    assert world.notices()[-1] == "N2 illegal 2 draft host@img.example I1"
    world.approve()
    world.run()
    assert "password: {{ 7*7 }} sesam" in world.mail.messages[-1].text


@pytest.mark.parametrize(
    "steps", ["ask Arta for it", "write to ARTA.H@mail.example", "call +355 69 111 2222", "", "a\nb\x07"]
)
def test_steps_hold_no_word_of_who_reported_and_nothing_that_is_no_text(world: Scene, steps: str) -> None:
    world.site.put("/a.jpg", picture())
    world.report(world.site.url("/a.jpg"), contact="Arta Hoxha, arta.h@mail.example, +355 69 111 2222")
    with pytest.raises(InputError):
        access.set_steps(world.desk(), 1, steps)


def test_who_asks_for_the_passphrase_hears_nothing_more_until_they_have_it(world: Scene) -> None:
    world.noticed("/a.jpg")
    notices.outcome(world.desk(), 1, Outcome.ASKS_MORE)
    world.later(3, days=1)
    assert world.mails() == ["host@img.example"]
    assert [row for row in world.queue() if row[0] == "notice"] == [("notice", "N1")]
    access.set_steps(world.desk(), 1, "password: sesam")
    world.run()
    world.approve()
    world.run()
    assert world.notices()[-1] == "N2 illegal 2 sent host@img.example I1"
    assert "password: sesam" in world.mail.messages[-1].text
    world.later(days=1, hours=1)
    assert world.notices()[-1] == "N3 illegal 3 sent host@img.example I1"


def test_after_a_question_that_was_answered_otherwise_the_rounds_go_on(world: Scene) -> None:
    world.noticed("/a.jpg")
    notices.outcome(world.desk(), 1, Outcome.ASKS_MORE)
    world.later(2, days=1)
    notices.outcome(world.desk(), 1, Outcome.RESTRICTED)
    world.later(days=1, hours=1)
    assert world.notices()[-1] == "N2 illegal 2 sent host@img.example I1"


def test_whoever_is_proposed_further_up_waits_for_a_person_only_when_their_turn_has_come(world: Scene) -> None:
    contacts.add(world.desk(), "up@net.example", "img.example", UPSTREAM, Channel.EMAIL, Language.EN)
    contacts.add(world.desk(), "name@reg.example", "img.example", REGISTRAR, Channel.EMAIL, Language.EN)
    world.noticed("/a.jpg")
    world.later(2, days=1)
    assert world.queue() == []
    world.later(days=1)
    engines = [("contact", f"K{number}") for number in (4, 5, 6)]
    assert world.queue() == [("contact", "K1"), *engines]
    rules.mark_wholly_given(world.desk(), "img.example")
    assert world.queue() == [("contact", "K1"), ("contact", "K2"), *engines]
