"""`notice approve`: one, all of a contact, all; and said beforehand without changing anything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scenes import Scene, picture, scene
from typer.testing import CliRunner

from hotline.cli import app
from hotline.decisions import access, appeals, contacts, holds, notices
from hotline.decisions.appeals import Objection
from hotline.errors import MoveError, UnknownIdError
from hotline.pipeline.rehearsing import Rehearsal, drafts, rehearse
from hotline.states import ContactRole, Ground, NotIllegalReason, State, Verdict

HOST = "host@img.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as story:
        yield story


def said(world: Scene, *numbers: int) -> list[Rehearsal]:
    """What approving would do; nothing changes by asking."""
    before, work = world.verify(), [(row.kind, row.subject, row.due_at) for row in world.work()]
    found = rehearse(world.home, numbers or drafts(world.home), world.home.now())
    assert (before, work) == (world.verify(), [(row.kind, row.subject, row.due_at) for row in world.work()])
    return found


def two_hosts(world: Scene) -> None:
    world.contact("img.example")
    world.contact("two.example")
    world.site.put("/a.jpg", picture(1))
    world.other.put("/b.jpg", picture(2))
    found = world.report(world.site.url("/a.jpg"), world.other.url("/b.jpg")).item_ids
    world.run()
    world.assess(list(found), Verdict.BASELINE)
    world.run()


def test_all_drafts_to_one_contact_are_approved_and_no_other(world: Scene) -> None:
    two_hosts(world)
    to_second = next(int(line[1]) for line in world.notices() if "host@two.example" in line)
    assert notices.approve_all(world.desk(), 2) == [to_second]
    assert notices.approve_all(world.desk(), 2) == []
    with pytest.raises(UnknownIdError, match="K9"):
        notices.approve_all(world.desk(), 9)
    assert sorted(line.split()[3] for line in world.notices()) == ["approved", "draft"]


def test_what_would_go_is_said_as_it_then_goes(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", "/b.jpg")
    (one,) = said(world)
    assert (one.to, one.recipient, one.channel, one.round, one.addresses) == (HOST, HOST, "email", 1, 2)
    assert one.attachments == ("xarf-I1.json", "xarf-I2.json")
    assert (one.left_out, one.waits, one.problems) == ((), (), ())
    assert any(text.startswith("citation ") for text in one.goes_without)
    world.approve()
    world.run()
    assert world.mail.messages[0].parsed["Subject"] == one.subject


def test_in_test_mode_the_test_address_is_said(tmp_path: Path) -> None:
    with scene(tmp_path, 'notices.test_to="test@hotline.example"') as world:
        world.contact("img.example")
        world.drafted("/a.jpg")
        (one,) = said(world)
        assert (one.to, one.recipient) == (HOST, "test@hotline.example")


def test_what_keeps_a_notice_from_leaving_is_said(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    contacts.block(world.desk(), 1)
    assert said(world)[0].problems == ("K1 is blocked; first: hotline contact approve K1",)
    notices.cancel(world.desk(), 1)
    assert said(world) == []
    contacts.approve(world.desk(), [1])
    assert said(world, 1)[0].problems == ()
    notices.approve(world.desk(), [1])
    world.run()
    assert said(world, 1)[0].problems == ("N1 is sent; only a draft or a failed notice can be approved",)
    with pytest.raises(MoveError, match="is sent"):
        notices.approve(world.desk(), [1])
    with pytest.raises(UnknownIdError):
        said(world, 9)


def test_what_would_not_stand_in_it_is_said_with_why(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg", "/b.jpg", "/c.jpg")
    holds.add(world.desk(), 1, "the police are at it", world.clock.now.replace(day=28))
    world.site.remove("/b.jpg")
    world.later(hours=2)
    (one,) = said(world)
    assert (one.addresses, one.attachments) == (1, ("xarf-I3.json",))
    assert [text.partition(" until")[0] for text in one.left_out] == [
        "I1: on hold",
        "I2: gone by the newest look that could tell",
    ]


def test_a_notice_with_nothing_left_in_it_says_so(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    holds.add(world.desk(), 1, "the police are at it", world.clock.now.replace(day=28))
    (one,) = said(world)
    assert (one.subject, one.addresses, one.problems) == (None, 0, ("nothing is left in it to notify",))


def test_quiet_hours_and_looks_that_go_first_are_said(tmp_path: Path) -> None:
    with scene(tmp_path, 'notices.quiet_hours="20:00-07:00"') as world:
        world.contact("img.example")
        world.drafted("/a.jpg")
        world.clock.advance(hours=(20 - world.clock.now.astimezone().hour) % 24 + 2)
        (one,) = said(world)
        assert one.waits == ("quiet hours, or enough was sent in this hour", "a look at I1 goes first")
        assert one.leaves_after is not None
        assert one.leaves_after > world.clock.now


def test_an_open_objection_is_said(tmp_path: Path) -> None:
    with scene(tmp_path, "notices.harmful_rounds=1", "notices.harmful_repeat_h=24") as world:
        world.noticed("/a.jpg", role=ContactRole.OPERATOR, verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
        world.later(days=1, hours=1)
        assert world.notices()[-1] == "N2 harmful 2 draft operator@img.example I1"
        appeals.add(world.desk(), 1, Objection("no"))
        (one,) = said(world, 2)
        assert "its owner objects, and nobody has answered" in one.waits


def test_a_fact_that_must_not_go_out_is_said(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    world.drafted("/a.jpg", verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    access.set_steps(world.desk(), 1, "the illegal one below")
    (one,) = said(world)
    assert one.recipient is None
    assert "illegal" in one.problems[0]


def test_what_was_revised_stands_in_no_draft_any_more(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    assert (said(world), world.state(1)) == ([], State.NOT_ILLEGAL)


def run(world: Scene, *args: str) -> Any:
    done = CliRunner().invoke(app, ["--home", str(world.home.folder), "notice", *args])
    return done.exit_code, done.stdout


def test_from_outside_a_dry_run_changes_nothing_and_approving_does(world: Scene) -> None:
    two_hosts(world)
    before = world.verify()
    code, told = run(world, "approve", "--contact", "K1", "--dry-run")
    rows = json.loads(run(world, "approve", "--all", "--dry-run", "--json")[1])
    assert (code, before) == (0, world.verify())
    assert told.splitlines()[0] == "N1  round 1 to host@img.example (K1, email), 1 address"
    assert "    attached: xarf-I1.json" in told
    assert told.endswith("Nothing was changed.\n")
    assert [(row["id"], row["addresses"], row["problems"]) for row in rows] == [("N1", 1, []), ("N2", 1, [])]
    assert json.loads(run(world, "approve", "--contact", "K1", "--json")[1]) == {"id": "N1", "ids": ["N1"]}
    assert run(world, "approve", "--contact", "K1", "--dry-run") == (0, "No draft to approve.\n")
    for wrong in (("approve",), ("approve", "N1", "--all"), ("approve", "N2", "--contact", "K2", "--dry-run")):
        assert run(world, *wrong)[0] == 2


def test_a_notice_is_shown_with_its_channel_and_what_comes_with_it(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")
    for _ in range(2):
        shown = json.loads(run(world, "show", "N1", "--json")[1])
        assert (shown["channel"], shown["attachments"]) == ("email", ["xarf-I1.json"])
        told = run(world, "show", "N1")[1]
        assert "\nAttached: xarf-I1.json\n" in told
        assert "channel     email" in told
        world.approve()
        world.run()
