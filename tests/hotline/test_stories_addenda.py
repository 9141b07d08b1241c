"""Stories about packets that no longer say what is decided: who is told, what the addendum says, when the row goes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scenes import BOB, Scene, picture, scene
from typer.testing import CliRunner

from hotline.cli import app
from hotline.decisions import packets
from hotline.errors import MoveError, NotAllowedError
from hotline.pipeline.wording import sender_of
from hotline.states import Ground, NotIllegalReason, PacketTo, Verdict
from hotline.views.cases import packet_document
from hotline.views.queue import queue
from notices import addendum, packet

POLICE, PARTNER = PacketTo.POLICE, PacketTo.PARTNER
ADULT: dict[str, Any] = {"reason": NotIllegalReason.ADULT}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    """A case with three pictures, the first two decided illegal, and a packet for the police."""
    with scene(tmp_path) as story:
        for seed, path in enumerate(("/a.jpg", "/b.jpg", "/c.jpg"), 1):
            story.site.put(path, picture(seed))
        story.report(*(story.site.url(path) for path in ("/a.jpg", "/b.jpg", "/c.jpg")))
        story.run()
        story.assess([1, 2], Verdict.BASELINE)
        build(story)
        yield story


def build(world: Scene, to: PacketTo = POLICE) -> packets.Built:
    with world.reading() as session:
        document = packet_document(session, 1)
    return packets.build(world.desk(), 1, document, to, sender_of(world.home.settings))


def rows(world: Scene) -> list[tuple[str, str]]:
    """The rows about packets: which one, and what to do about it."""
    found = [row for row in queue(world.home, world.home.now()) if row["kind"] == "packet"]
    return [(row["subject"], "addendum" if "addendum" in row["why"] else "release") for row in found]


def test_a_revised_decision_asks_for_an_addendum_which_takes_the_row_away(world: Scene) -> None:
    packets.release(world.desk(BOB), 1)
    assert rows(world) == []
    world.clock.advance(hours=1)
    world.revise([2], Verdict.NOT_ILLEGAL, **ADULT)
    assert rows(world) == [("P1", "addendum")]
    (row,) = [row for row in queue(world.home, world.home.now()) if row["kind"] == "packet"]
    assert (row["packet"], row["items"], row["case"], row["since"]) == ("P1", ["I2"], "C1", "2026-11-21T11:00:00Z")
    assert row["why"].endswith("about I2: hotline packet build C1 --to police makes an addendum")
    made = build(world)
    assert (made.number, made.adds_to, made.revised) == (2, ("P1",), ("I2",))
    assert packet.verify(made.content).number == "P2"
    assert rows(world) == [("P2", "release")]
    packets.release(world.desk(BOB), 2)
    assert rows(world) == []


def test_it_is_seen_also_while_the_calendar_stands_still(world: Scene) -> None:
    world.revise([2], Verdict.NOT_ILLEGAL, **ADULT)
    assert rows(world) == [("P1", "addendum")]
    build(world)
    assert rows(world) == [("P2", "release")]


def test_what_was_first_decided_after_the_packet_asks_for_none(world: Scene) -> None:
    world.clock.advance(hours=1)
    world.assess([3], Verdict.BASELINE)
    assert rows(world) == [("P1", "release")]


def test_a_packet_built_after_the_revision_says_it(world: Scene) -> None:
    world.revise([2], Verdict.NOT_ILLEGAL, **ADULT)
    build(world, PARTNER)
    assert rows(world) == [("P1", "addendum"), ("P2", "release")]
    world.revise([2], Verdict.BASELINE, by=world.desk().actor)
    assert ("P2", "addendum") in rows(world)
    assert ("P1", "addendum") not in rows(world)


def test_each_addressee_has_an_addendum_of_their_own(world: Scene) -> None:
    build(world, PARTNER)
    world.clock.advance(hours=1)
    world.revise([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    assert rows(world) == [("P1", "addendum"), ("P2", "addendum")]
    assert build(world, PARTNER).adds_to == ("P2",)
    assert rows(world) == [("P1", "addendum"), ("P3", "release")]


def test_nobody_is_handed_what_is_decided_otherwise(world: Scene) -> None:
    world.revise([1, 2], Verdict.NOT_ILLEGAL, **ADULT)
    with pytest.raises(MoveError, match=r"P1 no longer says what is decided about I1, I2; .* build C1 --to police$"):
        packets.release(world.desk(BOB), 1)
    build(world)
    assert rows(world) == [("P2", "release")]
    with pytest.raises(NotAllowedError):
        packets.release(world.desk(), 2)
    packets.release(world.desk(BOB), 2)


def test_it_tells_what_changed_since_the_addressee_was_told_last(world: Scene) -> None:
    packets.release(world.desk(BOB), 1)
    world.clock.advance(hours=1)
    world.revise([1], Verdict.NOT_ILLEGAL, **ADULT)
    build(world)  # nobody releases it
    world.clock.advance(hours=1)
    world.revise([2], Verdict.NATIONAL)
    made = build(world)
    assert (made.adds_to, made.revised) == (("P1", "P2"), ("I1", "I2"))
    assert {item: said.verdict for item, said in addendum.decisions_in(made.content).items()} == {
        "I1": "not_illegal",
        "I2": "national",
    }
    assert rows(world) == [("P3", "release")]


def test_what_has_to_be_looked_at_again_waits_for_that(world: Scene) -> None:
    """The same bytes at another address are decided anew when the first decision about them is revised."""
    world.other.put("/a.jpg", picture(1))
    world.report(world.other.url("/a.jpg"))
    world.run()
    assert world.state(4) == "illegal"
    world.clock.advance(hours=1)
    with world.reading() as session:
        document = packet_document(session, 2)
    packets.build(world.desk(), 2, document, POLICE, sender_of(world.home.settings))
    world.clock.advance(hours=1)
    world.revise([1], Verdict.NOT_ILLEGAL, **ADULT)
    assert sorted(rows(world)) == [("P1", "addendum"), ("P2", "release")]
    world.assess([4], Verdict.NOT_ILLEGAL, **ADULT)
    assert sorted(rows(world)) == [("P1", "addendum"), ("P2", "addendum")]


def test_from_outside_it_is_said_what_was_added(world: Scene) -> None:
    world.revise([1], Verdict.NOT_ILLEGAL, **ADULT)
    words = ["--home", str(world.home.folder), "packet", "build", "C1", "--to", "police"]
    told = CliRunner().invoke(app, words).stdout
    assert "An addendum to P1; revised since: I1\n" in told
    again = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert (again["id"], again["adds_to"], again["revised"]) == ("P3", ["P1", "P2"], [])
