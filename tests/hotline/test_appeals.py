"""Owners' objections: who may answer them, what waits meanwhile, what follows, and that no personal word gets about."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scenes import BOB, Scene, picture, scene

from hotline import custody
from hotline.decisions import access, appeals, messages, notices, people
from hotline.decisions.appeals import Objection, Ruling
from hotline.errors import InputError, MoveError, NotAllowedError, UnknownIdError
from hotline.models import Message
from hotline.pipeline.wording import sender_of
from hotline.states import AppealOutcome, ContactRole, Ground, Language, NotIllegalReason, Outcome, Verdict
from hotline.store.messages import READ
from hotline.views.appeals import appeal_list, appeal_show, letter_bytes
from hotline.views.cases import case_show
from hotline.views.messages import message_list
from hotline.views.notices import notice_show
from hotline.views.queue import queue
from notices.errors import NoticeError

UPHELD, REJECTED = AppealOutcome.UPHELD, AppealOutcome.REJECTED
OWNER = "owner.of.it@site.example"
SAID = "This is my own drawing.\nPlease look again."
HOST = "host@img.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24", "notices.appeal_days=5") as story:
        yield story


def object_to(world: Scene, notice: int = 1, **more: Any) -> int:
    return appeals.add(world.desk(), notice, Objection(**({"text": SAID, "mailbox": OWNER} | more)))


def decide(
    world: Scene, outcome: AppealOutcome, text: str = "It is what we assessed.", by: str = BOB, **more: Any
) -> int:
    return appeals.answer(world.desk(by), 1, Ruling(outcome, text, **more), sender_of(world.home.settings))


def shown(world: Scene) -> dict[str, Any]:
    return appeal_show(world.home, 1, world.home.now())


def why(world: Scene, subject: str = "J1") -> str:
    rows = queue(world.home, world.home.now())
    return next(str(row["why"]) for row in rows if row["subject"] == subject)


# What hostile people write


NO_MAILBOXES = (
    "nobody-at-all",
    "a@b.example, c@d.example",
    "a@b.example\nBcc: c@d.example",
    "Arta <a@b.example>",
    "a@b.example\x00",
    "ë@b.example",
    "a" * 300 + "@b.example",
    "<a@b.example>",
)


def test_what_is_no_mailbox_is_refused_and_not_repeated(world: Scene) -> None:
    world.noticed("/a.jpg")
    for mailbox in NO_MAILBOXES:
        with pytest.raises(InputError) as refused:
            object_to(world, mailbox=mailbox)
        assert mailbox not in str(refused.value)
    assert appeal_list(world.home, world.home.now()) == []


def test_an_objection_steers_no_screen_and_has_an_end(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world, text="one\x1b[2J\x00\r\ntwo\u202e\ud800 ë\tthree\x85\n")
    assert shown(world)["text"] == "one�[2J�\ntwo�� ë three�"
    with pytest.raises(InputError, match="at most"):
        object_to(world, text="x" * (appeals.MAX_OBJECTION + 1))


def test_what_an_owner_wrote_stands_with_the_objection_and_nowhere_else(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    decide(world, REJECTED)
    world.later(days=1)
    now = world.home.now()
    elsewhere = [
        queue(world.home, now),
        appeal_list(world.home, now),
        notice_show(world.home, 1),
        case_show(world.home, 1),
        [mail.text for mail in world.mail.messages],
        world.home.log.read_text() if world.home.log.exists() else "",
    ]
    told = json.dumps(elsewhere)
    assert OWNER not in told
    assert "own drawing" not in told
    assert (shown(world)["from"], shown(world)["text"]) == (OWNER, SAID)


def test_an_answer_names_no_colleague_and_nobody_who_reported(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.report(world.site.url("/a.jpg"), contact="Arta Hoxha, arta.h@mail.example")
    object_to(world)
    people.add(world.desk(), "carla", ["second"])
    for text in ("Bob looked at it.", "ask BOB, please", "Arta told us so", "write to arta.h@mail.example"):
        with pytest.raises(InputError, match="leave it out"):
            decide(world, REJECTED, text, by="carla")
    assert shown(world)["state"] == "open"


@pytest.mark.parametrize(("outcome", "text"), [(REJECTED, " \n "), (REJECTED, "a\x07b"), (UPHELD, "x" * 5000)])
def test_an_answer_that_must_not_go_out_changes_nothing(world: Scene, outcome: AppealOutcome, text: str) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    before = world.verify()
    with pytest.raises(NoticeError):
        decide(world, outcome, text)
    assert (before.head, shown(world)["letter"]) == (world.verify().head, None)


def test_no_word_of_crime_stands_in_an_answer_about_what_breaks_rules(world: Scene) -> None:
    world.noticed("/a.jpg", role=ContactRole.OPERATOR, verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    object_to(world)
    with pytest.raises(NoticeError, match="illegal"):
        decide(world, REJECTED, "it need not be illegal")
    decide(world, REJECTED, "it is aimed at a child")


# Who may answer, and what can be objected to


def test_whoever_decided_does_not_answer_and_another_does(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    with pytest.raises(NotAllowedError, match="did not decide"):
        decide(world, REJECTED, by=world.desk().actor)
    decide(world, REJECTED)
    assert shown(world)["decided_by"] == BOB


def test_a_second_reader_decided_too(tmp_path: Path) -> None:
    with scene(tmp_path, "assess.second_reader=true") as world:
        world.contact("img.example")
        world.site.put("/a.jpg", picture())
        world.report(world.site.url("/a.jpg"))
        world.run()
        world.assess([1], Verdict.BASELINE)
        world.assess([1], Verdict.BASELINE, by=BOB)
        world.run()
        world.approve()
        world.run()
        object_to(world)
        people.add(world.desk(), "carla", ["analyst"])
        for name in (world.desk().actor, BOB):
            with pytest.raises(NotAllowedError, match="ask a colleague"):
                decide(world, REJECTED, by=name)
        decide(world, REJECTED, by="carla")


def test_whoever_decided_about_the_pictures_decided_about_their_page(world: Scene) -> None:
    world.contact("img.example")
    world.site.put("/a.jpg", picture())
    world.report(world.site.page("/album", ["/a.jpg"]))
    world.run()
    (picture_id,) = [item.id for item in world.items() if item.url.endswith("/a.jpg")]
    world.assess([picture_id], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    object_to(world)
    with pytest.raises(NotAllowedError):
        decide(world, UPHELD, by=world.desk().actor)
    decide(world, UPHELD)
    assert shown(world)["to_revise"] == [f"I{picture_id}"]


def test_an_auditor_neither_adds_nor_answers(world: Scene) -> None:
    world.noticed("/a.jpg")
    people.add(world.desk(), "ada", ["auditor"])
    with pytest.raises(NotAllowedError, match="role"):
        appeals.add(world.desk("ada"), 1, Objection())
    object_to(world)
    with pytest.raises(NotAllowedError, match="role"):
        decide(world, REJECTED, by="ada")


def test_nobody_objects_to_what_never_went_out_nor_to_a_correction(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    with pytest.raises(MoveError, match=r"never went out \(draft\)"):
        object_to(world)
    world.approve()
    world.run()
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    with pytest.raises(MoveError, match="takes others back"):
        object_to(world, 2)
    with pytest.raises(UnknownIdError):
        object_to(world, 9)


def test_an_objection_is_answered_once(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    decide(world, REJECTED)
    with pytest.raises(MoveError, match="rejected already"):
        decide(world, UPHELD)


def test_what_was_revised_meanwhile_cannot_be_upheld_as_it_was(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    with pytest.raises(MoveError, match="--outcome upheld"):
        decide(world, REJECTED, by=world.desk().actor)
    decide(world, UPHELD, by=world.desk().actor)
    assert ("notice", "J1") not in world.queue()


# What waits, and for how long


def test_repeats_wait_while_an_objection_is_open_and_go_on_when_it_is_rejected(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    world.later(3, days=1)
    assert (world.mails(), [row for row in world.queue() if row[0] == "notice"]) == ([HOST], [("notice", "J1")])
    assert "no repeat goes before" in why(world)
    decide(world, REJECTED)
    world.run()
    assert world.mails() == [HOST, HOST]
    assert {kind for kind, _ in world.queue()} == {"contact"}  # search engines, whose turn has come


def test_repeats_wait_at_most_until_the_objection_is_due(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    world.later(4, days=1)
    assert world.mails() == [HOST]
    world.later(days=1)
    assert world.mails() == [HOST, HOST]
    assert shown(world)["is_overdue"] is True
    assert "overdue since" in why(world)
    assert "repeats go on" in why(world)


def test_a_round_that_was_approved_before_waits_too(world: Scene) -> None:
    world.noticed("/a.jpg")
    access.set_steps(world.desk(), 1, "password: sesam")
    world.run()
    object_to(world)
    world.approve()
    world.run()
    assert (world.mails(), world.notices()[-1]) == ([HOST], "N2 illegal 2 approved host@img.example I1")
    decide(world, REJECTED)
    world.run()
    assert world.mails() == [HOST, HOST]


def test_who_objects_again_and_again_is_written_to_all_the_same(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    object_to(world)
    world.later(days=1)
    assert world.mails() == [HOST]
    decide(world, REJECTED)
    object_to(world)
    world.later(days=1)
    assert world.mails() == [HOST, HOST]
    assert world.queue() == [("notice", "J2"), ("notice", "J3")]


def test_a_later_objection_does_not_lengthen_the_wait(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    world.later(3, days=1)
    object_to(world)
    world.later(2, days=1)
    assert world.mails() == [HOST, HOST]


def test_danger_to_a_child_waits_for_no_objection(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    world.later(2, days=1)
    assert world.mails() == [HOST]
    world.report(world.site.url("/a.jpg"), at_risk="suicide")
    world.run()
    assert world.mails() == [HOST, HOST]


def test_who_else_is_to_be_told_is_told(world: Scene) -> None:
    world.contact("two.example")
    world.noticed("/a.jpg")
    object_to(world)
    world.other.put("/b.jpg", picture(7))
    (item,) = world.report(world.other.url("/b.jpg")).item_ids
    world.run()
    world.assess([item], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    assert world.mails() == [HOST, "host@two.example"]


# What follows


def test_what_was_upheld_waits_for_its_revision_and_then_everybody_is_corrected(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    decide(world, UPHELD, "")
    world.later(2, days=1)
    assert (world.mails(), world.queue()) == ([HOST], [("notice", "J1")])
    assert "hotline assess I1 --revise" in why(world)
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    assert world.notices()[-1] == "N2 correction 1 sent host@img.example I1"
    assert world.queue() == []
    assert shown(world)["to_revise"] == []


def test_what_is_gone_already_is_revised_too(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(3, hours=13)
    assert world.state(1) == "removed"
    object_to(world)
    decide(world, UPHELD)
    assert world.queue() == [("notice", "J1")]
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    assert world.queue() == []


def test_what_is_decided_otherwise_but_still_to_be_taken_down_is_carried_out(world: Scene) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    decide(world, UPHELD)
    world.revise([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    assert ("notice", "J1") not in world.queue()


@pytest.mark.parametrize(("language", "said"), [(Language.EN, "The notice stays"), (Language.SQ, "Njoftimi mbetet")])
def test_the_letter_stands_in_the_thread_in_either_language(world: Scene, language: Language, said: str) -> None:
    world.noticed("/a.jpg")
    object_to(world)
    decide(world, REJECTED, "It is what we assessed.\nA drawing it is not.", language=language)
    letter, raw = shown(world)["letter"], letter_bytes(world.home, 1)
    assert raw is not None
    assert letter["to"] == OWNER
    assert "[N1]" in letter["subject"]
    assert said in letter["body"]
    assert "A drawing it is not." in letter["body"]
    assert str(world.mail.messages[0].message_id).encode() in raw
    assert BOB not in letter["body"]
    assert world.mails() == [HOST]


def test_without_a_mailbox_the_contact_gets_the_answer_and_in_test_mode_the_test_address(tmp_path: Path) -> None:
    with scene(tmp_path, 'notices.test_to="test@hotline.example"') as world:
        world.noticed("/a.jpg")
        object_to(world, mailbox=None)
        decide(world, REJECTED)
        letter = shown(world)["letter"]
        assert letter["to"] == "test@hotline.example"
        assert letter["subject"].startswith(f"TEST (for {HOST})")


def test_the_mail_that_objects_is_the_objection_and_dealt_with(world: Scene) -> None:
    world.noticed("/a.jpg")
    keep_mail(world, 1, OWNER)
    object_to(world, text="He rang, too.", mailbox=None, message_id=1, language=Language.SQ)
    found = shown(world)
    assert (found["from"], found["text"]) == (OWNER, "Re: [N1]\n\nI drew it.\n\nHe rang, too.")
    assert (found["language"], found["due_at"]) == ("sq", _days_later(world, 5))
    assert [row["state"] for row in message_list(world.home)] == ["handled"]
    assert world.queue() == [("notice", "J1")]


def test_a_mail_about_another_notice_is_no_objection_to_this_one(world: Scene) -> None:
    world.contact("two.example")
    world.noticed("/a.jpg")
    world.other.put("/b.jpg", picture(7))
    (item,) = world.report(world.other.url("/b.jpg")).item_ids
    world.run()
    world.assess([item], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    keep_mail(world, 2, OWNER)
    with pytest.raises(InputError, match="about N2"):
        object_to(world, message_id=1)
    assert [row["state"] for row in message_list(world.home)] == ["open"]


@pytest.mark.parametrize("sender", [None, "x y@b.example", "a@b.example\nBcc: c@d.example"])
def test_a_sender_that_is_no_mailbox_is_not_written_to(world: Scene, sender: str | None) -> None:
    world.noticed("/a.jpg")
    keep_mail(world, None, sender)
    object_to(world, mailbox=None, message_id=1)
    decide(world, REJECTED)
    assert shown(world)["letter"]["to"] == HOST


def test_a_mail_that_was_settled_before_is_taken_for_an_objection_all_the_same(world: Scene) -> None:
    world.noticed("/a.jpg")
    keep_mail(world, 1, OWNER)
    messages.settle(world.desk(), 1)
    notices.outcome(world.desk(), 1, Outcome.ASKS_MORE)
    object_to(world, text=None, mailbox=None, message_id=1)
    assert shown(world)["text"] == "Re: [N1]\n\nI drew it."


def keep_mail(world: Scene, notice: int | None, sender: str | None) -> None:
    """A mail as reading the mailbox keeps it."""
    message = Message(uid_key="1:1", digest="0" * 64, read_at=world.clock.now, sender=sender, kind="answer")
    message.notice_id = notice
    with world.station.writing(world.clock.now) as session:
        session.add(message)
        session.flush()
        custody.record(session, READ, f"E{message.id}", text="Re: [N1]\n\nI drew it.")


def _days_later(world: Scene, days: int) -> str:
    return (world.clock.now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
