"""What must not go out about an item, tried by every way there is: on hold, not decided, already gone, and
twice in a round. Judged by what the lab's servers really got."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from trying import BUSY, HOST, LATER, STAGES, Act, approved, drafted, failed, insist, out

from hotline import pipeline
from hotline.decisions import cases, contacts, holds, notices, rechecks
from hotline.pipeline.workers import do_now
from hotline.states import (
    Channel,
    ContactRole,
    Language,
    NotIllegalReason,
    Verdict,
    WorkKind,
)

REACH = pytest.mark.parametrize("reach", STAGES)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24") as found:
        yield found


# On hold


def hold(world: Scene) -> None:
    holds.add(world.desk(), 1, "the police are at it", world.clock.now + timedelta(days=30))


@REACH
def test_what_is_on_hold_does_not_go_out_whatever_stage_its_notice_had_reached(world: Scene, reach: Act) -> None:
    reach(world)
    hold(world)
    insist(world)
    assert world.mails() == []
    holds.release(world.desk(), 1)
    insist(world)
    assert HOST in world.mails()


def test_no_round_goes_out_about_what_was_put_on_hold_after_the_first(world: Scene) -> None:
    world.noticed("/a.jpg")
    hold(world)
    insist(world)
    world.later(2, days=1)
    assert world.mails() == [HOST]


def test_no_new_contact_hears_of_what_is_on_hold(world: Scene) -> None:
    world.noticed("/a.jpg")
    hold(world)
    world.contact("img.example", ContactRole.OPERATOR)
    insist(world)
    assert world.mails() == [HOST]


def test_a_hold_on_one_of_two_keeps_a_mail_whose_bytes_name_both(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", "/b.jpg")
    world.approve()
    world.mail.answer(BUSY, LATER)
    world.run()
    hold(world)
    insist(world)
    assert "/a.jpg" not in out(world)


def test_a_hold_on_a_picture_keeps_the_page_that_shows_it(world: Scene) -> None:
    world.contact("img.example")
    world.report(world.site.page("/album", [world.site.put("/a.jpg", picture(1))]))
    world.run()
    world.assess([2], Verdict.BASELINE)
    world.run()
    world.approve()
    holds.add(world.desk(), 2, "police", world.clock.now + timedelta(days=30))
    insist(world)
    assert world.mails() == []


# Not decided, or already gone


def not_illegal(world: Scene) -> None:
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)


def close(world: Scene) -> None:
    cases.close(world.desk(), 1, "out_of_remit")


def other_bytes(world: Scene) -> None:
    """Something else stands there: nobody decided about that."""
    world.site.put("/a.jpg", picture(50))
    for _ in range(4):
        world.later(hours=13)


def gone(world: Scene) -> None:
    world.site.remove("/a.jpg")
    world.clock.advance(hours=5)


def seen_gone(world: Scene) -> None:
    rechecks.seen(world.desk(), 1, "gone")


@pytest.mark.parametrize("end", [not_illegal, close, gone, seen_gone])
@REACH
def test_what_is_decided_otherwise_closed_or_gone_does_not_go_out(world: Scene, reach: Act, end: Act) -> None:
    reach(world)
    if end is seen_gone:
        world.site.remove("/a.jpg")
    end(world)
    insist(world)
    assert world.mails() == []


def test_what_shows_something_else_now_does_not_go_out_before_somebody_decided_about_that(world: Scene) -> None:
    approved(world)
    other_bytes(world)
    insist(world)
    assert world.mails() == []
    assert world.state(1) == "awaiting_assessment"


def test_what_nobody_decided_is_in_no_notice_whatever_its_list_says(world: Scene) -> None:
    world.contact("img.example")
    world.report(world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", picture(2)))
    world.run()
    world.assess([2], Verdict.BASELINE)
    insist(world)
    assert "/a.jpg" not in out(world)
    assert "/b.jpg" in out(world)


def test_what_waits_for_its_second_reader_does_not_go_out(tmp_path: Path) -> None:
    with scene(tmp_path, "assess.second_reader=true") as world:
        drafted(world)
        insist(world)
        assert (world.notices(), world.mails()) == ([], [])


def test_no_repeat_goes_out_about_what_is_gone(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(3, days=1)
    insist(world)
    assert world.mails() == [HOST]


# Twice in one round


def test_two_workers_that_take_the_same_notice_send_it_once(world: Scene) -> None:
    approved(world)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(pipeline.run_once, world.station) for _ in range(4)]:
            done.result()
    do_now(world.station, [(WorkKind.SEND, "N1")])
    assert world.mails() == [HOST]


def test_running_and_sending_and_approving_again_sends_nothing_twice(world: Scene) -> None:
    world.noticed("/a.jpg")
    for _ in range(3):
        pipeline.send_now(world.station)
        world.run()
        insist_at_once(world)
    assert world.mails() == [HOST]


def insist_at_once(world: Scene) -> None:
    world.approve()
    do_now(world.station, [(WorkKind.SEND, "N1"), (WorkKind.NOTIFY, "I1"), (WorkKind.NOTIFY, "B1")])


def test_a_retransmission_is_the_same_message(world: Scene) -> None:
    approved(world)
    world.mail.die_after_data(times=2)
    world.run()
    world.later(6, minutes=30)
    assert len(world.mail.messages) == 3
    assert len({message.raw for message in world.mail.messages}) == 1
    assert world.notices() == [f"N1 illegal 1 sent {HOST} I1"]


def test_a_mailbox_that_answers_twice_for_a_place_is_told_once(world: Scene) -> None:
    world.contact("img.example")
    for address, scope in ((HOST, "any"), (HOST.upper(), "127.0.0.0/8")):
        made = contacts.add(world.desk(), address, scope, ContactRole.HOST, Channel.EMAIL, Language.EN)
        contacts.approve(world.desk(), [made])
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    assert world.mails() == [HOST]


def test_a_second_report_of_the_same_address_is_no_second_notice(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.report(world.site.url("/a.jpg") + "#again")
    world.report(world.site.url("/a.jpg") + "?utm_source=x")
    insist_at_once(world)
    world.run()
    assert world.mails() == [HOST]


def test_what_a_person_sent_by_hand_after_it_failed_is_not_sent_once_more(world: Scene) -> None:
    failed(world)
    notices.mark_sent(world.desk(), 1, "by phone")
    insist_at_once(world)
    world.run()
    assert world.mails() == []
