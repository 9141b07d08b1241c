"""Stories about notices: who is told, what must not leave any more, and what waits for a person again."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene

from hotline import pipeline
from hotline.decisions import cases, holds, notices, rechecks
from hotline.errors import MoveError
from hotline.pipeline.workers import do_now
from hotline.states import ContactRole, Ground, Outcome, Verdict, WorkKind

HOST, OPERATOR = "host@img.example", "operator@img.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


def test_after_a_revision_to_harmful_the_host_hears_no_more_and_the_operator_gets_a_draft(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    world.noticed("/a.jpg")
    world.revise([1], Verdict.HARMFUL, BOB, ground=Ground.BULLYING)
    world.run()
    world.later(4, days=1)
    expected = [
        f"N1 illegal 1 sent {OPERATOR} I1",
        f"N2 illegal 1 sent {HOST} I1",
        f"N3 correction 1 sent {OPERATOR} I1",
        f"N4 correction 1 sent {HOST} I1",
        f"N5 harmful 1 draft {OPERATOR} I1",
    ]
    assert expected == world.notices()
    assert sorted(world.mails()) == [HOST, HOST, OPERATOR, OPERATOR]


def test_a_revision_to_harmful_supersedes_an_illegal_draft(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.revise([1], Verdict.HARMFUL, BOB, ground=Ground.BULLYING)
    world.run()
    expected = [
        f"N1 illegal 1 superseded {OPERATOR}",
        f"N2 illegal 1 superseded {HOST}",
        f"N3 harmful 1 draft {OPERATOR} I1",
    ]
    assert expected == world.notices()
    assert world.approve() == ["N3"]
    world.run()
    assert world.mails() == [OPERATOR]


def test_a_later_round_under_way_is_not_delivered_after_its_notice_was_cancelled(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.mail.answer("MAIL", "451 later")
    world.later(days=1)
    assert f"N2 illegal 2 sending {HOST} I1" == world.notices()[1]
    notices.cancel(world.desk(), 1)
    world.later(hours=1)
    world.later(2, days=1)
    assert [f"N1 illegal 1 cancelled {HOST} I1", f"N2 illegal 2 superseded {HOST} I1"] == world.notices()
    assert world.mails() == [HOST]


def test_a_drafted_fourth_round_on_harmful_content_is_superseded_when_the_contact_declines(world: Scene) -> None:
    world.noticed("/a.jpg", role=ContactRole.OPERATOR, verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    world.later(3, days=3)
    assert f"N4 harmful 4 draft {OPERATOR} I1" == world.notices()[3]
    notices.outcome(world.desk(), 3, Outcome.DECLINED)
    assert f"N4 harmful 4 superseded {OPERATOR} I1" == world.notices()[3]
    assert world.approve() == []
    world.later(days=3)
    assert world.mails() == [OPERATOR] * 3


def test_a_contact_that_declined_hears_no_further_round(world: Scene) -> None:
    world.noticed("/a.jpg")
    notices.outcome(world.desk(), 1, Outcome.DECLINED)
    world.later(3, days=1)
    assert world.mails() == [HOST]
    assert [f"N1 illegal 1 sent {HOST} I1"] == world.notices()


def test_an_item_that_was_gone_when_its_contact_was_approved_gets_its_draft_once_it_is_online(world: Scene) -> None:
    world.drafted("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(hours=1)
    world.contact("img.example")
    world.run()
    assert world.notices() == []
    world.site.put("/a.jpg", picture(1))
    world.later(days=1)
    assert [f"N1 illegal 1 draft {HOST} I1"] == world.notices()


def test_a_draft_approved_while_the_last_look_said_gone_comes_again_once_it_is_online(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(hours=1)
    world.approve()
    world.run()
    assert world.mails() == []
    world.site.put("/a.jpg", picture(1))
    world.later(days=1)
    assert [f"N1 illegal 1 superseded {HOST}", f"N2 illegal 1 draft {HOST} I1"] == world.notices()
    world.approve()
    world.run()
    assert world.mails() == [HOST]


def test_the_notice_of_a_case_closed_and_opened_again_comes_again(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.approve()
    cases.close(world.desk(), 1, "out_of_remit")
    world.run()
    assert world.mails() == []
    cases.reopen(world.desk(), 1)
    world.run()
    assert [f"N1 illegal 1 superseded {HOST}", f"N2 illegal 1 draft {HOST} I1"] == world.notices()
    world.approve()
    world.run()
    assert world.mails() == [HOST]


def held_page(world: Scene) -> None:
    """A page and its picture, decided illegal, with a contact; police first for a month."""
    world.contact("img.example")
    world.site.put("/a.jpg", picture(1))
    world.site.page("/1.html", ["/a.jpg"])
    world.report(world.site.url("/1.html"))
    world.run()
    world.assess([2], Verdict.BASELINE)
    holds.add(world.desk(), 2, "police", world.clock.now + timedelta(days=30))
    world.run()


def test_a_hold_on_a_picture_holds_the_page_that_shows_it_until_it_is_released(world: Scene) -> None:
    held_page(world)
    world.later(2, days=1)
    assert world.notices() == []
    holds.release(world.desk(), 2)
    world.run()
    assert [f"N1 illegal 1 draft {HOST} I1 I2"] == world.notices()


def test_releasing_a_hold_lets_a_notice_go_that_was_already_written(world: Scene) -> None:
    held_page(world)
    holds.release(world.desk(), 2)
    world.run()
    world.approve()
    world.mail.answer("MAIL", "451 later")
    world.run()
    holds.add(world.desk(), 2, "police", world.clock.now + timedelta(days=30))
    world.later(hours=1)
    assert [f"N1 illegal 1 sending {HOST} I1 I2"] == world.notices()
    assert world.mails() == []
    holds.release(world.desk(), 2)
    world.run()
    assert [f"N1 illegal 1 sent {HOST} I1 I2"] == world.notices()
    assert world.mails() == [HOST]


def test_a_repeat_that_is_asked_to_go_waits_for_the_look_that_is_due(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.mail.answer("MAIL", "451 later")
    world.later(days=1)
    assert f"N2 illegal 2 sending {HOST} I1" == world.notices()[1]
    world.site.remove("/a.jpg")
    world.clock.advance(days=1)
    pipeline.send_now(world.station)
    assert f"N2 illegal 2 superseded {HOST}" == world.notices()[1]
    assert world.mails() == [HOST]


def test_a_repeat_claimed_beside_the_look_that_is_due_leaves_after_it(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.mail.answer("MAIL", "451 later")
    world.later(days=1)
    world.clock.advance(days=1)
    do_now(world.station, [(WorkKind.SEND, "N2")])
    assert world.mails() == [HOST]
    do_now(world.station, [(WorkKind.RECHECK, "I1")])
    world.later(minutes=1)
    assert world.mails() == [HOST] * 2


def test_a_written_notice_is_superseded_when_one_of_its_items_is_gone_and_the_other_is_drafted_anew(
    world: Scene,
) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", "/b.jpg")
    world.mail.answer("MAIL", "451 later", times=None)
    world.approve()
    world.run()
    world.site.remove("/a.jpg")
    world.later(2, hours=1)
    world.mail.behave()
    assert [f"N1 illegal 1 superseded {HOST}", f"N2 illegal 1 draft {HOST} I2"] == world.notices()
    assert world.mails() == []
    world.approve()
    world.run()
    assert world.mails() == [HOST]
    assert "/a.jpg" not in world.mail.messages[0].text


def cancel(world: Scene) -> None:
    notices.cancel(world.desk(), 1)


def decline(world: Scene) -> None:
    notices.outcome(world.desk(), 1, Outcome.DECLINED)


@pytest.mark.parametrize(("stop", "state"), [(cancel, "cancelled"), (decline, "sent")])
def test_a_return_after_the_repeats_were_stopped_waits_for_a_person(
    world: Scene, stop: Callable[[Scene], None], state: str
) -> None:
    world.noticed("/a.jpg")
    stop(world)
    world.site.remove("/a.jpg")
    world.later(4, days=1)
    assert world.state(1) == "removed"
    world.site.put("/a.jpg", picture(1))
    world.later(days=7)
    assert world.state(1) == "illegal"
    assert [f"N1 illegal 1 {state} {HOST} I1", f"N2 illegal 1 draft {HOST} I1"] == world.notices()
    assert world.mails() == [HOST]


@pytest.mark.parametrize("status", [401, 403])
def test_looks_that_cannot_tell_ask_a_person_and_their_word_makes_the_next_round_go(world: Scene, status: int) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg", status)
    world.later(2, days=1)
    assert world.verdicts(1)[-2:] == ["access_restricted"] * 2
    assert ("person", "I1") in world.queue()
    assert world.mails() == [HOST]
    rechecks.seen(world.desk(), 1, "online")
    assert None is world.item(1).needs_person
    world.run()
    assert [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 2 sent {HOST} I1"] == world.notices()
    assert world.mails() == [HOST] * 2
    assert ("person", "I1") not in world.queue()


def test_a_return_at_the_same_address_goes_out_as_the_next_round_without_a_new_approval(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(4, days=1)
    assert world.state(1) == "removed"
    world.site.put("/a.jpg", picture(1))
    world.later(days=7)
    assert (world.state(1), world.item(1).returns) == ("noticed", 1)
    assert [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 2 sent {HOST} I1"] == world.notices()
    assert world.mails() == [HOST] * 2


def test_a_re_upload_at_a_new_address_waits_for_a_new_approval(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.report(world.site.put("/b.jpg", picture(1)))
    world.run()
    assert world.states() == ["noticed", "illegal"]
    assert [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 1 draft {HOST} I2"] == world.notices()
    assert world.mails() == [HOST]


@pytest.mark.parametrize("answer", [Outcome.DECLINED, Outcome.NOT_OURS, Outcome.ASKS_MORE])
def test_an_answer_to_an_earlier_round_waits_until_a_later_answer(world: Scene, answer: Outcome) -> None:
    world.noticed("/a.jpg")
    world.later(days=1)
    notices.outcome(world.desk(), 1, answer)
    world.later(days=1)
    assert ("notice", "N1") in world.queue()
    notices.outcome(world.desk(), 2, Outcome.NO_ANSWER)
    assert ("notice", "N1") not in world.queue()


def test_what_a_cancelled_notice_leaves_without_any_waits_and_may_go_after_all(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    cancel(world)
    world.later(2, days=1)
    assert world.queue() == [("notice", "N1")]
    notices.approve(world.desk(), [1])
    assert world.queue() == []
    world.run()
    world.later(days=1)
    assert world.mails() == [HOST] * 2


def test_a_cancelled_notice_that_had_left_waits_while_its_address_is_up_and_cannot_go_again(world: Scene) -> None:
    world.noticed("/a.jpg")
    cancel(world)
    assert world.queue() == [("notice", "N1")]
    with pytest.raises(MoveError, match="N1 is cancelled"):
        notices.approve(world.desk(), [1])
    world.site.remove("/a.jpg")
    world.later(4, hours=13)
    assert world.queue() == []


def test_a_cancelled_notice_asks_for_nobody_while_another_goes_out(world: Scene) -> None:
    world.contact("img.example")
    world.contact("img.example", ContactRole.OPERATOR)
    world.drafted("/a.jpg")
    cancel(world)
    assert world.queue() == [("notice", "N2")]


def test_a_notice_sent_by_hand_is_out_without_mail_and_repeats_by_mail(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    with pytest.raises(MoveError, match="N1 is draft; approve it first"):
        notices.mark_sent(world.desk(), 1, "2026-0815")
    world.approve()
    notices.mark_sent(world.desk(), 1, "2026-0815")
    world.run()
    assert (world.notices(), world.state(1)) == ([f"N1 illegal 1 sent {HOST} I1"], "noticed")
    assert world.mails() == []
    world.later(days=1)
    assert world.mails() == [HOST]
