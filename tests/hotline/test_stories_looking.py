"""Stories about looking: what a look means for pages, returns, other bytes at an address, and lists that change."""

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL.Image import Transpose
from scenes import SMALL, Scene, picture, scene
from sqlmodel import col, select

from hashsets.lists import Library
from hotline import db, work
from hotline.decisions import rechecks
from hotline.models import Hosting, Lead
from hotline.pipeline import steps
from hotline.pipeline.running import Done, run_due
from hotline.states import NotIllegalReason, Verdict, WorkKind
from hotline.store import items
from scripts.cli import Hotline
from scripts.pictures import draw, png

HOST, OTHER = "host@img.example", "host@two.example"
KILLED = -9


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


def hosting_of(world: Scene, number: int) -> Hosting | None:
    with world.reading() as session:
        return items.newest_hosting(session, number)


def listed(folder: Path, *pictures: bytes) -> Path:
    """A hash list of these pictures as a file."""
    path = folder / "list.csv"
    path.write_text("sha256\n" + "".join(f"{hashlib.sha256(one).hexdigest()}\n" for one in pictures))
    return path


def test_a_second_page_showing_a_picture_already_decided_is_traced_and_drafted_too(world: Scene) -> None:
    world.contact("two.example")
    world.noticed("/a.jpg")
    world.report(world.other.page("/2.html", [world.site.url("/a.jpg")]))
    world.run()
    assert hosting_of(world, 2) is not None
    assert [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 1 draft {OTHER} I2"] == world.notices()


def test_a_new_page_that_links_a_removed_picture_brings_it_back_where_it_is_online_again(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    world.later(4, days=1)
    assert world.state(1) == "removed"
    world.site.put("/a.jpg", picture(1))
    world.report(world.other.page("/2.html", [world.site.url("/a.jpg")]))
    world.run()
    assert (world.state(1), world.item(1).returns) == ("noticed", 1)


def test_a_page_that_dropped_a_picture_before_it_was_assessed_is_not_noticed_for_it(world: Scene) -> None:
    world.contact("two.example")
    world.site.put("/a.jpg", picture(1))
    world.site.put("/b.jpg", picture(2))
    page = world.other.page("/1.html", [world.site.url("/a.jpg")])
    world.report(page)
    world.run()
    world.other.page("/1.html", [world.site.url("/b.jpg")])
    world.clock.advance(days=1)
    world.report(page)
    world.run()
    world.assess([2], Verdict.BASELINE)
    world.run()
    world.later(2, days=1)
    assert world.notices() == []
    assert world.states() == ["awaiting_assessment", "illegal", "awaiting_assessment"]


def test_known_illegal_bytes_at_an_address_decided_not_illegal_become_illegal(world: Scene) -> None:
    address = world.site.put("/a.jpg", picture(1))
    world.report(address, world.site.put("/b.jpg", picture(2)))
    world.run()
    world.assess([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.assess([2], Verdict.BASELINE)
    world.run()
    world.site.put("/a.jpg", picture(2))
    world.report(address)
    world.run()
    expected = ["received", "awaiting_assessment", "not_illegal", "awaiting_assessment", "illegal"]
    assert expected == world.moves(1)


def test_a_noticed_address_that_turns_to_other_known_illegal_bytes_becomes_illegal_again(world: Scene) -> None:
    world.noticed("/a.jpg", "/b.jpg")
    world.site.put("/a.jpg", picture(2))
    world.later(3, days=1)
    expected = ["received", "awaiting_assessment", "illegal", "noticed", "awaiting_assessment", "illegal"]
    assert expected == world.moves(1)[:6]
    assert world.item(2).media_id == world.item(1).media_id


def test_content_that_was_not_found_and_is_there_when_reported_again_waits_for_a_person(world: Scene) -> None:
    address = world.site.url("/a.jpg")
    world.report(address)
    world.run()
    world.later(5, days=4)
    world.assess([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.CONTENT_NOT_FOUND)
    world.site.put("/a.jpg", picture(1))
    world.report(address)
    world.run()
    assert world.state(1) == "awaiting_assessment"
    assert world.queue() == [("assess", "I1")]


def test_illegal_bytes_that_come_back_behind_a_harmless_placeholder_are_illegal_again(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.put("/a.jpg", picture(7))
    world.later(3, days=1)
    assert world.state(1) == "awaiting_assessment"
    world.assess([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.OTHER)
    world.run()
    world.later(2, days=7)
    assert (world.state(1), world.item(1).returns) == ("not_illegal", 0)
    world.site.put("/a.jpg", picture(1))
    world.later(days=7)
    assert world.moves(1)[5:8] == ["not_illegal", "awaiting_assessment", "illegal"]
    assert world.state(1) in ("illegal", "noticed")
    assert world.item(1).returns == 1


def test_a_re_encoded_copy_that_appears_elsewhere_has_the_decision_about_its_original_as_a_lead(world: Scene) -> None:
    world.drafted("/a.jpg")
    world.site.put("/a.jpg", picture(1, quality=60))
    world.later(hours=1)
    assert world.state(1) == "illegal"
    world.report(world.site.put("/b.jpg", picture(1, quality=60)))
    world.run()
    assert world.states() == ["illegal", "awaiting_assessment"]
    assert world.leads(2) == [("decided here", "baseline")]


def test_a_list_imported_between_the_search_and_the_save_of_a_look_is_searched_too(
    world: Scene, tmp_path: Path
) -> None:
    world.report(world.site.put("/a.jpg", picture(1)))
    engine = world.home.engine
    with work.worker(world.home.run_folder) as me:
        row = work.claim(engine, me, world.clock.now)
        assert row is not None
        looking = threading.Thread(target=steps.look, args=(world.station, row))
        with db.transaction(engine) as session:
            session.connection()  # takes the write lock: the look cannot be saved before this block ends
            looking.start()
            deadline = time.monotonic() + 10
            while not world.site.requested("/a.jpg") and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(1.0)
            Library(world.home.lists).import_list("police", listed(tmp_path, picture(1)), now=world.clock.now)
            assert looking.is_alive()
        looking.join(30)
        while run_due(world.station, me, Done()):
            pass
    assert "police" in [name for name, _ in world.leads(1)]


def test_a_list_whose_import_died_before_it_could_say_so_is_searched_by_the_next_run(
    world: Scene, tmp_path: Path
) -> None:
    world.report(world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", picture(2)))
    world.run()
    program = Hotline(world.home.folder)
    importing = ("hashset", "import", "police", listed(tmp_path, picture(1), picture(2)))
    program.run(*importing, env={"HOTLINE_LAB_CRASH_AT": "hashset.imported:1"}, expect=KILLED)
    assert [world.leads(1), world.leads(2)] == [[], []]
    program.run("run", "--once")
    assert [name for number in (1, 2) for name, _ in world.leads(number)] == ["police", "police"]


def test_a_page_decided_while_out_of_reach_is_online_when_it_answers(world: Scene) -> None:
    world.contact("img.example")
    world.report(world.site.url("/1.html"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.run()
    world.site.put("/a.jpg", picture(1))
    world.site.page("/1.html", ["/a.jpg"])
    world.later(days=1)
    assert world.verdicts(1)[-1] == "online"
    assert world.item(1).kind == "page"
    assert world.state(1) == "illegal"


def test_no_item_has_two_series_of_looks_after_it_was_reported_again(world: Scene) -> None:
    address = world.site.page("/1.html", ["/a.jpg", "/missing.jpg"])
    world.noticed("/a.jpg")
    world.report(address)
    world.run()
    for _ in range(3):
        world.report(address, world.site.url("/a.jpg"))
        world.later(days=1)
    looks = [row.subject for row in world.work() if row.kind in (WorkKind.LOOK, WorkKind.RECHECK)]
    assert sorted(set(looks)) == looks
    assert "I1" in looks


def test_a_long_retry_after_holds_up_its_own_address_and_no_other_of_the_host(world: Scene) -> None:
    world.site.put("/busy.jpg", b"", status=503, headers={"Retry-After": "7200"})
    world.report(world.site.url("/busy.jpg"))
    world.run()
    world.report(world.site.put("/a.jpg", picture(1)))
    wait = work.seconds_to_wait(world.home.engine, world.clock.now)
    assert wait is not None
    assert 0 < wait <= 60
    (busy,) = [row for row in world.work() if row.subject == "I1"]
    assert busy.due_at >= world.clock.now + timedelta(seconds=7200)


def test_a_page_that_still_links_removed_pictures_has_not_come_back(world: Scene) -> None:
    world.site.put("/a.jpg", picture(1))
    world.site.page("/1.html", ["/a.jpg"])
    world.contact("img.example")
    world.report(world.site.url("/1.html"))
    world.run()
    world.assess([2], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    world.site.remove("/a.jpg")
    world.later(6, days=1)
    assert world.states() == ["removed", "removed"]
    world.later(2, days=7)
    assert world.states() == ["removed", "removed"]
    assert [world.item(1).returns, world.item(2).returns] == [0, 0]
    assert len(world.mails()) == len(world.notices())


WALLS = [
    ("Just a moment...", "access_restricted"),
    ("This content is not available in your region", "geo_blocked"),
    ("Mirëmbajtje, kthehemi së shpejti", "unreachable"),
    ("", "unreachable"),
]


@pytest.mark.parametrize(("text", "verdict"), WALLS)
def test_a_wall_in_words_removes_neither_a_page_nor_a_picture(world: Scene, text: str, verdict: str) -> None:
    picture_at, page_at = world.other.put("/p.jpg", picture(1)), world.site.page("/pg", ["http://two.example/p.jpg"])
    world.report(page_at, picture_at)
    world.run()
    world.assess([2], Verdict.BASELINE)
    world.run()
    assert world.states() == ["illegal", "illegal"]
    for site, path in ((world.site, "/pg"), (world.other, "/p.jpg")):
        site.put(path, f"<html><body>{text}</body></html>".encode(), content_type="text/html; charset=utf-8")
    world.later(4, hours=13)
    assert world.states() == ["illegal", "illegal"]
    assert (world.verdicts(1)[-1], world.verdicts(2)[-1]) == (verdict, verdict)


def test_persons_close_what_the_machine_saw_before_and_meets_a_wall_at_now(world: Scene) -> None:
    address = world.site.put("/a.jpg", picture(1))
    world.report(address)
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.later(days=1)
    world.site.remove("/a.jpg", 403)
    world.later(2, hours=13)
    assert world.verdicts(1)[-1] == "access_restricted"
    for _ in range(3):
        assert world.state(1) == "illegal"
        rechecks.seen(world.desk(), 1, "gone")
        world.later(hours=13)
    assert world.state(1) == "removed"


def test_a_copy_turned_otherwise_than_its_family_names_its_own_turn(world: Scene) -> None:
    world.report(world.site.put("/a.jpg", picture(1)))
    world.run()
    world.assess([1], Verdict.BASELINE)
    drawn = draw(1, SMALL)
    for name, way in (("mirror", Transpose.FLIP_LEFT_RIGHT), ("flip", Transpose.FLIP_TOP_BOTTOM)):
        world.report(world.site.put(f"/{name}.png", png(drawn.transpose(way))))
    world.run()
    with world.reading() as session:
        leads = session.exec(select(Lead).where(Lead.entry == "M1").order_by(col(Lead.media_id))).all()
        assert [(lead.media_id, lead.variant) for lead in leads] == [(2, "mirror"), (3, "flip")]
