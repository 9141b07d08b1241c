"""Measures: what each contact got, answered and removed, and the clocks of items with the shares removed in days."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scenes import Scene, scene
from typer.testing import CliRunner

from hotline import custody
from hotline.cli import app
from hotline.decisions import contacts, notices
from hotline.models import Batch, Contact, Item, Message, Notice, NoticeItem
from hotline.states import ContactRole, Outcome
from hotline.store.measures import Clocks
from hotline.views.contacts import contact_list, contact_show
from hotline.views.measures import item_clocks
from hotline.views.stats import stats

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "host@img.example"
NOTHING = {
    "notices": 0, "rounds": 0, "median_hours_to_answer": None, "refusals": 0, "bounces": 0, "items": 0, "removed": 0,
    "median_hours_to_removal": None, "returns": 0,
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24") as story:
        yield story


def hotline(world: Scene, *words: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(world.opened.home.folder), *words])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def clocks(host: float | None = None, removed: float | None = None, police: float | None = None) -> Clocks:
    """An item by its days from now to each of its clocks, all of them past."""
    days = [NOW - DAY * one if one is not None else None for one in (police, host, removed)]
    return Clocks(NOW - 30 * DAY, days[0], days[1], days[2], 0)


# The clocks.


def test_nothing_noticed_is_no_share() -> None:
    for found in ([], [clocks()], [clocks(police=3)]):
        told = item_clocks(found, NOW)
        assert [told[f"removed_within_{days}"] for days in ("1_day", "3_days", "7_days")] == [None] * 3
    assert item_clocks([], NOW)["hours_to_police"] is None


@pytest.mark.parametrize(
    ("found", "shares"),
    [
        ([clocks(10, 9.5)], [1.0, 1.0, 1.0]),
        ([clocks(10, 9)], [1.0, 1.0, 1.0]),  # to the very day
        ([clocks(10, 8)], [0.0, 1.0, 1.0]),
        ([clocks(10, 6)], [0.0, 0.0, 1.0]),
        ([clocks(10, 2)], [0.0, 0.0, 0.0]),
        ([clocks(10)], [0.0, 0.0, 0.0]),  # still up
        ([clocks(2)], [0.0, None, None]),  # still up: whether it will take three days nobody knows
        ([clocks(0.5)], [None, None, None]),
        ([clocks(2, 1.5)], [1.0, 1.0, 1.0]),
        ([clocks(10, 9.5), clocks(10, 6), clocks(10)], [0.333, 0.333, 0.667]),
        ([clocks(10, 9.5), clocks(2)], [0.5, 1.0, 1.0]),
        ([clocks(None, 9), clocks(10, 9.5)], [1.0, 1.0, 1.0]),  # gone before anybody was told
    ],
)
def test_the_shares_removed_within_days_of_the_first_notice(found: list[Clocks], shares: list[float | None]) -> None:
    told = item_clocks(found, NOW)
    assert [told[f"removed_within_{days}"] for days in ("1_day", "3_days", "7_days")] == shares


def test_the_three_clocks_are_medians_of_what_has_both_ends() -> None:
    told = item_clocks([clocks(29, 28, 29.5), clocks(28), clocks(27, 23)], NOW)
    assert (told["hours_to_police"], told["hours_to_host"], told["hours_to_removed"]) == (12.0, 48.0, 60.0)


# What a contact did.


def test_who_got_nothing_has_measured_nothing(world: Scene) -> None:
    world.contact("img.example")
    assert contact_show(world.home, 1)["measures"] == NOTHING
    assert stats(world.home)["by_contact"] == []


def test_a_contact_is_measured_from_its_first_notice_to_answer_and_removal(world: Scene) -> None:
    world.noticed("/a.jpg", "/b.jpg")
    world.later(days=1)
    notices.outcome(world.desk(), 2, Outcome.RESTRICTED)
    world.site.remove("/a.jpg")
    world.later(5, hours=13)
    removed = next(item for item in world.items() if item.removed_at is not None)
    assert removed.removed_at is not None
    assert removed.host_at is not None
    hours = (removed.removed_at - removed.host_at) / timedelta(hours=1)
    measured = contact_show(world.home, 1)["measures"]
    assert (measured["notices"], measured["rounds"] >= 2, measured["items"], measured["removed"]) == (1, True, 2, 1)
    assert measured["median_hours_to_answer"] == 24.0
    assert measured["median_hours_to_removal"] == hours
    (row,) = stats(world.home)["by_contact"]
    assert row == {"id": "K1", "address": HOST, "role": "host", **measured}
    assert contact_list(world.home)[0]["bounces"] == 0


@pytest.mark.parametrize(
    ("answer", "refusals", "hours"),
    [
        (Outcome.DECLINED, 1, 0.0),
        (Outcome.NOT_OURS, 1, 0.0),
        (Outcome.NO_ANSWER, 0, None),
        (Outcome.REMOVED, 0, 0.0),
    ],
)
def test_what_is_a_refusal_and_what_no_answer(
    world: Scene, answer: Outcome, refusals: int, hours: float | None
) -> None:
    world.noticed("/a.jpg")
    notices.outcome(world.desk(), 1, answer)
    measured = contact_show(world.home, 1)["measures"]
    assert (measured["refusals"], measured["median_hours_to_answer"]) == (refusals, hours)


def test_contacts_are_measured_apart(world: Scene) -> None:
    world.contact("img.example")
    world.noticed("/a.jpg", role=ContactRole.OPERATOR)
    notices.outcome(world.desk(), 1, Outcome.DECLINED)
    rows = {row["id"]: row["refusals"] for row in stats(world.home)["by_contact"]}
    assert sorted(rows.values()) == [0, 1]


def test_a_notice_that_was_cancelled_after_it_left_was_one(world: Scene) -> None:
    world.noticed("/a.jpg")
    notices.cancel(world.desk(), 1)
    assert contact_show(world.home, 1)["measures"]["rounds"] == 1


def test_stats_and_contact_for_people_and_programs(world: Scene) -> None:
    world.noticed("/a.jpg")
    told = json.loads(hotline(world, "stats", "--json"))
    assert told["by_contact"][0]["id"] == "K1"
    assert set(told["items"]) >= {"hours_to_police", "hours_to_host", "hours_to_removed", "removed_within_7_days"}
    assert "removal h" in hotline(world, "stats")
    assert "notices 1" in hotline(world, "contact", "show", "K1")
    assert "bounces" in hotline(world, "contact", "list")


def test_where_a_contact_was_found_and_who_approved_it_is_shown(tmp_path: Path) -> None:
    with scene(tmp_path) as world:
        world.lab.rdap.network("127.0.0.0/8", abuse=HOST)
        world.drafted("/a.jpg")
        contacts.approve(world.desk("bob"), [1])
        contacts.set_terms(world.desk(), 1, 12)
        shown = contact_show(world.home, 1)
        assert (shown["origin"], shown["added_by"]) == ("rdap 127.0.0.0/8", "pipeline")
        assert shown["found"] == "rdap 127.0.0.0/8, handle 127.0.0.0 - 127.255.255.255"
        assert shown["added_at"] == shown["approved_at"] is not None
        assert (shown["approved_by"], shown["channel"], shown["language"], shown["requested_h"]) == (
            "bob", "email", "en", 12,
        )  # fmt: skip


# Many.


def test_ten_thousand_items_are_measured_in_no_time(world: Scene) -> None:
    fill(world, 10_000)
    began = time.process_time()
    rows = stats(world.home)["by_contact"]
    took_s = time.process_time() - began
    assert [(row["notices"], row["items"], row["median_hours_to_answer"]) for row in rows] == [(50, 100, 2.0)] * 100
    assert contact_show(world.home, 1)["measures"]["median_hours_to_removal"] == 48.0
    assert took_s < 10


def fill(world: Scene, count: int) -> None:
    """So many items, two a notice, to a hundred contacts that answer after two hours and remove after two days."""
    with world.station.writing(NOW) as session:
        session.add_all(_contact(number) for number in range(1, 101))
        session.flush()
        session.add_all(_item(number) for number in range(1, count + 1))
        session.flush()
        batches = [Batch(contact_id=number % 100 + 1, kind="illegal", made_at=NOW) for number in range(count // 2)]
        session.add_all(batches)
        session.flush()
        sent = [_notice(batch) for batch in batches]
        session.add_all(sent)
        session.flush()
        session.add_all(NoticeItem(notice_id=sent[number // 2].id, item_id=number + 1) for number in range(count))
        session.add_all(_answer(notice.id) for notice in sent)
        session.flush()
        custody.record(session, "home.make", "home")


def _contact(number: int) -> Contact:
    return Contact(
        address=f"abuse{number}@host.example", answers_for="host.example", role="host", channel="email", language="en",
        state="approved", origin="person", added_at=NOW, added_by="bob",
    )  # fmt: skip


def _item(number: int) -> Item:
    url = f"https://host.example/{number}.jpg"
    return Item(
        url=url, key=url, href=url, host="host.example", kind="picture", state="removed", received_at=NOW,
        key_version=1, host_at=NOW, removed_at=NOW + 2 * DAY,
    )  # fmt: skip


def _notice(batch: Batch) -> Notice:
    return Notice(
        batch_id=batch.id, contact_id=batch.contact_id, kind="illegal", round=1, state="sent", made_at=NOW, sent_at=NOW
    )


def _answer(notice_id: int) -> Message:
    at = NOW + timedelta(hours=2)
    return Message(uid_key=str(notice_id), digest=str(notice_id), read_at=at, kind="answer", notice_id=notice_id)
