"""A host that moves between two looks, by the program alone: it is noticed, what is queued stops, a person is told, and
a death at any boundary of the trace changes nothing of that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import KILLED, World

from scripts.lab import Lab
from scripts.pictures import draw, jpeg

OLD, NEW = "abuse@old.example", "abuse@new.example"
URL = "http://img.example/a.jpg"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An item that was noticed at its first host, which it has left since; a look and a round are due."""
    with Lab() as lab:
        old, new = lab.site("img.example", ip="127.0.50.2"), lab.site("new.example", ip="127.0.60.2")
        for site in (old, new):
            site.put("/a.jpg", jpeg(draw(1, (320, 240))))
        lab.rdap.network("127.0.50.0/24", abuse=OLD, name="OLD", asn=64500)
        lab.rdap.network("127.0.60.0/24", abuse=NEW, name="NEW", asn=64501)
        world = World.begin(tmp_path_factory.mktemp("moved"), lab)
        world.hotline.run("report", "add", URL, "--category", "csam")
        world.hotline.run("run", "--once")
        world.hotline.run("assess", "I1", "--verdict", "baseline", "--basis", "looked")
        world.hotline.run("run", "--once")
        world.hotline.run("contact", "approve", "K1")
        world.hotline.run("run", "--once")
        world.hotline.run("notice", "approve", "--all")
        world.hotline.run("run", "--once")
        assert [message.envelope_to for message in world.mail.messages] == [(OLD,)]
        config = world.hotline.home / "hotline.toml"
        text = config.read_text()
        for before, after in (
            (f'"{old.ip}"', f'"{new.ip}"'),
            (f'img.example" = {old.port}', f'img.example" = {new.port}'),
        ):
            assert before in text, text
            text = text.replace(before, after)
        config.write_text(text)
        world.clock.advance(hours=25)
        yield world


@pytest.fixture
def world(prepared: World, tmp_path: Path) -> Iterator[World]:
    with prepared.copy(tmp_path.name) as copy:
        yield copy


def require_stopped(world: World) -> None:
    """Told once, nothing sent to either host, and the new one proposed once."""
    case = world.case()
    item = case["items"][0]
    assert [line["why"] for line in case["custody"] if line["action"] == "item.moved"] == [
        "from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501, NEW)"
    ]
    assert (item["hosting"]["ip"], item["hosting"]["network"]) == ("127.0.60.2", "127.0.60.0/24")
    contacts = [(row["address"], row["state"]) for row in world.hotline.json("contact", "list")]
    assert contacts == [(OLD, "approved"), (NEW, "proposed")]
    assert [row["kind"] for row in world.hotline.json("queue")] == ["person", "contact"]
    assert world.mail.messages == []
    assert [row["state"] for row in world.hotline.json("notice", "list")] == ["sent"]
    assert world.hotline.json("audit", "verify")["ok"] is True


def test_a_look_that_finds_the_name_elsewhere_has_it_traced_and_the_round_stopped(world: World) -> None:
    world.hotline.run("run", "--once")
    require_stopped(world)
    world.clock.advance(hours=25)
    world.hotline.run("run", "--once")
    require_stopped(world)

    shown = world.hotline.run("trace", "I1").stdout
    for section in ("address\n", "names\n", "network\n", "who can remove it\n", "moved\n", "not found out\n"):
        assert section in shown
    assert "host moved from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501, NEW)" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 100
    found = world.hotline.json("trace", "I1")
    assert (found["ip"], found["asn"], found["moved"]) == ("127.0.60.2", 64501, None)
    assert [(one["role"], one["address"], one["origin"]) for one in found["abuse"]] == [
        ("host", NEW, "rdap 127.0.60.0/24")
    ]
    world.hotline.run("contact", "approve", "K2")
    world.hotline.run("run", "--once")
    world.hotline.run("notice", "approve", "--all")
    world.hotline.run("run", "--once")
    assert [message.envelope_to for message in world.mail.messages] == [(NEW,)]


@pytest.mark.parametrize("name", ["recheck.saved", "trace.traced", "trace.saved", "commit.before", "commit.after"])
def test_a_death_at_any_boundary_of_the_trace_neither_loses_the_move_nor_tells_it_twice(
    world: World, name: str
) -> None:
    # The first transaction of the run saves the look, the second the trace.
    passing = 2 if name.startswith("commit") else 1
    died = world.hotline.run("run", "--once", env={"HOTLINE_LAB_CRASH_AT": f"{name}:{passing}"}, expect=KILLED)
    assert died.code == KILLED
    world.hotline.run("run", "--once")
    require_stopped(world)


def test_an_item_that_moved_is_said_to_before_anything_is_recorded(world: World) -> None:
    before = world.hotline.json("audit", "verify")["head"]
    found = world.hotline.json("trace", "I1")

    assert found["moved"] == "from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501, NEW)"
    assert world.hotline.json("trace", URL)["moved"] is None
    assert world.hotline.json("audit", "verify")["head"] == before
