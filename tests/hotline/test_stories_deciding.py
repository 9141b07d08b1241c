"""Stories about deciding: one decision a media, who inherits it, and where two people are needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene

from hotline.decisions import cases, referrals, reports
from hotline.errors import NotAllowedError
from hotline.states import AtRisk, ContactRole, Ground, NotIllegalReason, NoUrlKind, ReferralTo, Verdict

OPERATOR = "operator@img.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


@pytest.fixture
def two_readers(tmp_path: Path) -> Iterator[Scene]:
    """A home where an illegal verdict needs a second reader."""
    with scene(tmp_path, "assess.second_reader=true") as found:
        yield found


def reported(world: Scene, path: str = "/a.jpg", content: bytes | None = None) -> str:
    """A picture at a path of the site, reported and looked at; returns its address."""
    address = world.site.put(path, content or picture(1))
    world.report(address)
    world.run()
    return address


def test_the_same_bytes_at_two_addresses_are_decided_once_in_one_command(world: Scene) -> None:
    world.report(world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", picture(1)))
    world.run()
    world.assess([1, 2], Verdict.BASELINE)
    assert world.states() == ["illegal", "illegal"]
    assert world.decisions() == ["baseline M1"]


def test_context_may_decide_the_same_bytes_differently_until_they_are_found_illegal(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    reported(world, "/a.jpg")
    world.assess([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    reported(world, "/b.jpg")
    world.assess([2], Verdict.HARMFUL, ground=Ground.PRIVATE_IMAGE)
    world.run()
    assert world.states() == ["not_illegal", "harmful"]
    assert [f"N1 harmful 1 draft {OPERATOR} I2"] == world.notices()
    reported(world, "/c.jpg")
    assert world.state(3) == "awaiting_assessment"
    world.assess([3], Verdict.BASELINE)
    world.run()
    assert world.states() == ["illegal", "harmful", "illegal"]
    assert world.decisions() == ["harmful I2", "baseline M1"]


def test_a_second_reader_who_finds_it_not_illegal_leaves_nothing_pending(two_readers: Scene) -> None:
    reported(two_readers)
    two_readers.assess([1], Verdict.BASELINE)
    assert two_readers.state(1) == "awaiting_assessment"
    two_readers.assess([1], Verdict.NOT_ILLEGAL, BOB, reason=NotIllegalReason.ADULT)
    assert two_readers.state(1) == "not_illegal"
    assert two_readers.decisions() == ["not_illegal M1"]
    assert two_readers.queue() == []


def test_a_revision_to_illegal_by_one_person_waits_for_a_second(two_readers: Scene) -> None:
    reported(two_readers)
    two_readers.assess([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    two_readers.revise([1], Verdict.BASELINE, BOB)
    assert two_readers.state(1) == "awaiting_assessment"
    assert two_readers.queue() == [("assess", "I1")]
    two_readers.assess([1], Verdict.BASELINE)
    assert two_readers.state(1) == "illegal"
    assert two_readers.decisions() == ["baseline M1"]


def test_near_copies_get_the_revised_decision_as_their_lead(world: Scene) -> None:
    copy = picture(1, share=0.5)
    world.report(world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", copy))
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    assert world.leads(2) == [("decided here", "harmful:bullying")]
    world.revise([1], Verdict.BASELINE, BOB)
    assert world.leads(2) == [("decided here", "baseline")]
    assert world.states() == ["illegal", "awaiting_assessment"]


def test_a_revised_decision_reopens_every_item_that_inherited_it(world: Scene) -> None:
    reported(world, "/a.jpg")
    world.assess([1], Verdict.BASELINE)
    reported(world, "/b.jpg")
    assert world.states() == ["illegal", "illegal"]
    world.revise([1], Verdict.NOT_ILLEGAL, BOB, reason=NotIllegalReason.ADULT)
    assert world.states() == ["not_illegal", "awaiting_assessment"]
    assert world.queue() == [("assess", "I2")]


def test_a_report_of_an_address_of_a_closed_case_opens_a_new_case(world: Scene) -> None:
    address = reported(world)
    cases.close(world.desk(), 1, "out_of_remit")
    added = world.report(address)
    assert (added.case_id, added.is_joined, added.item_ids) == (2, False, (1,))
    world.run()
    assert world.queue() == [("person", "I1")]


def test_closing_a_case_asks_no_person_about_its_items_any_more(world: Scene) -> None:
    world.report(world.site.url("/a.jpg"))
    world.run()
    world.later(5, days=4)
    assert world.queue() == [("assess", "I1")]
    cases.close(world.desk(), 1, "out_of_remit")
    assert None is world.item(1).needs_person
    assert world.queue() == []


def test_a_report_of_danger_puts_all_work_of_its_items_first(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.mail.answer("MAIL", "451 later", times=None)
    world.later(days=1)
    assert {"I1", "N2"} == {row.subject for row in world.work()}
    world.report(world.site.url("/a.jpg"), at_risk="threat_to_life")
    assert {"I1", "N2"} <= {row.subject for row in world.work()}
    assert {0} == {row.rank for row in world.work()}
    world.mail.behave()


def test_the_first_reader_cannot_be_the_second(two_readers: Scene) -> None:
    reported(two_readers)
    two_readers.assess([1], Verdict.BASELINE)
    with pytest.raises(NotAllowedError):
        two_readers.assess([1], Verdict.BASELINE)
    assert two_readers.state(1) == "awaiting_assessment"


def test_nobody_revises_their_own_decision(world: Scene) -> None:
    reported(world)
    world.assess([1], Verdict.BASELINE, BOB)
    with pytest.raises(NotAllowedError):
        world.revise([1], Verdict.NOT_ILLEGAL, BOB, reason=NotIllegalReason.ADULT)
    assert world.state(1) == "illegal"


def test_a_report_without_an_address_waits_until_somebody_acts_and_its_case_ends_with_the_last_task(
    world: Scene,
) -> None:
    told = world.report(no_url=NoUrlKind.CALL, at_risk=AtRisk.SUICIDE)
    assert world.queue() == [("ack", f"R{told.report_id}")]
    reports.acknowledge(world.desk(), "C1", "112")
    assert (world.queue(), world.case_states()) == ([("person", "C1")], ["received"])
    referrals.add(world.desk(), 1, ReferralTo.HELPLINE)
    assert (world.queue(), world.case_states()) == ([("referral", "Q1")], ["received"])
    referrals.done(world.desk(), 1, "called back")
    assert (world.queue(), world.case_states()) == ([], ["closed"])


def test_what_became_harmful_after_its_host_was_told_waits_for_an_operators_contact(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.revise([1], Verdict.HARMFUL, ground=Ground.PRIVATE_IMAGE)
    world.later(days=1)
    assert world.queue() == [("contact", "I1")]
    world.contact("img.example", ContactRole.OPERATOR)
    world.run()
    assert world.queue() == [("notice", "N3")]  # N2 takes back what the host was told
