"""The program dies at every named boundary and at random instants; the next run finishes the work and nothing is lost.

Two worlds of the same making stand side by side, so that both cores have work. Each has a home whose next run has every
kind of work to do; what dies is a copy of it, and what is left is compared with a twin that nobody disturbed.
"""

import itertools
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from worlds import AT_ONCE, KILLED, LIMIT_S, Found, World, difference, together

from scripts.lab import Connection, Lab, LabRequest
from scripts.pictures import draw, jpeg, mirrored, resized

SEED = 20261121
HOSTS = ("one.example", "two.example", "three.example")
CASES = ("C1", "C2")
SMALL = (320, 240)
PASSINGS = {
    "commit.before": 20,
    "commit.after": 20,
    "work.claimed": 20,
    "look.taken": 7,
    "look.saved": 7,
    "screen.searched": 3,
    "screen.saved": 3,
    "trace.traced": 3,
    "trace.saved": 3,
    "notify.saved": 3,
    "send.stored": 3,
    "send.delivered": 3,
    "send.saved": 3,
    "recheck.taken": 3,
    "recheck.saved": 3,
}
"""Boundaries of a run that has every kind of work to do, and how often it passes each at least."""
ELSEWHERE = {"import.row", "hashset.imported", "work.released"}
"""Boundaries that need a command or a fault of their own."""


def picture(number: int) -> bytes:
    return jpeg(draw(number, SMALL))


@dataclass
class Prepared:
    """A world whose next run has every kind of work to do, and how an undisturbed run ends."""

    world: World
    numbers: Iterator[int] = field(default_factory=itertools.count)
    ended: Found = field(default_factory=lambda: Found([], []))
    ended_next_day: Found = field(default_factory=lambda: Found([], []))
    seconds: float = 0.0

    def copy(self) -> World:
        return self.world.copy(f"home-{next(self.numbers)}")


def prepare(folder: Path, lab: Lab) -> Prepared:
    """Three notices approved and three looks due again; new reports; a list that is newer than what was looked at."""
    sites = [lab.site(name) for name in HOSTS]
    four = lab.site("four.example")
    lab.site("gone.example").down()
    old = [site.put("/old.jpg", picture(number)) for number, site in enumerate(sites)]
    also = [site.put("/also.jpg", picture(10 + number)) for number, site in enumerate(sites)]
    undecided = [site.put("/open.jpg", picture(20 + number)) for number, site in enumerate(sites)]
    new = [site.put("/new.jpg", picture(30 + number)) for number, site in enumerate(sites)]
    four.put("/same.jpg", picture(1))
    four.put("/mirrored.jpg", jpeg(mirrored(draw(2, SMALL))))
    four.put("/small.jpg", jpeg(resized(draw(20, SMALL), 0.7)))
    gallery = four.page("/gallery", ["/same.jpg", "/mirrored.jpg", "/small.jpg"])

    world = World.begin(folder, lab, fetch__between_s=0.05)
    run = world.hotline.run
    run("report", "add", *old, *also, "--category", "csam", "--source", "web")
    run("report", "add", *undecided, "--contact", "-", input="+355 60 000 00 00")
    for site in sites:
        world.approve_contact(f"abuse@{site.name}", site.name)
    run("run", "--once")
    items = {url: item for case_id in CASES for url, item in world.items(case_id).items()}
    run("assess", *[items[url]["id"] for url in old], "--verdict", "baseline", "--basis", "looked")
    run("run", "--once")
    world.clock.advance(hours=2)
    run("notice", "approve", "--all")
    run("assess", *[items[url]["id"] for url in also], "--verdict", "national", "--basis", "looked")
    run("hashset", "import", "known", write_list(world, [items[url] for url in undecided]), "--label", "A1")
    run("report", "add", gallery, "--category", "csam", "--repeat-of", "C1", "--note", "-", input="told by phone")
    run("report", "add", *new, "http://gone.example/x", "--at-risk", "blackmail_running", "--repeat-of", "C1")
    return Prepared(world)


def write_list(world: World, items: list[dict[str, Any]]) -> Path:
    """A list of these items' media by their MD5, as a partner would deliver it."""
    rows = [f"entry-{number},{item['media']['md5']}" for number, item in enumerate(items)]
    return world.file("known.csv", "\n".join(["id,md5", *rows, ""]))


def undisturbed(prepared: Prepared) -> Prepared:
    """Runs a twin that nobody disturbs, now and a day later."""
    twin = prepared.copy()
    heard = len(twin.lab.mail.messages)
    began = time.monotonic()
    done = twin.hotline.json("run", "--once")["done"]
    prepared.seconds = time.monotonic() - began
    assert set(done) == {"look", "screen", "recheck", "trace", "notify", "send"}
    prepared.ended = Found.of(twin, *CASES)
    assert len(twin.lab.mail.messages) - heard == len(HOSTS)
    next_day(twin)
    prepared.ended_next_day = Found.of(twin, *CASES)
    assert len(twin.lab.mail.messages) - heard == 2 * len(HOSTS)
    shutil.rmtree(twin.hotline.home)
    return prepared


def next_day(world: World) -> None:
    world.clock.advance(hours=25)
    world.hotline.run("run", "--once")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Prepared]]:
    labs = [Lab() for _ in range(AT_ONCE)]
    places = [(tmp_path_factory.mktemp("world"), lab) for lab in labs]
    yield together(*(lambda place=place: undisturbed(prepare(*place)) for place in places))
    for lab in labs:
        lab.stop()


def dies(world: World, name: str, passing: int, *args: str | Path) -> bool:
    """Whether the command died at this boundary; it ends well where it does not pass it so often."""
    died = world.hotline.run(*args, env={"HOTLINE_LAB_CRASH_AT": f"{name}:{passing}"}, expect=(KILLED, 0))
    return died.code == KILLED


def require_same_as_twin(prepared: Prepared, world: World, heard: int) -> None:
    """Every report, one identity for each notice, and all states as where nobody disturbed; then the copy may go."""
    found = Found.of(world, *CASES)
    found.require_one_identity_each(world.lab.mail.messages[heard:])
    found.require_unbroken_moves()
    is_same_hour = world.clock.now == prepared.world.clock.now
    assert difference(found.words(is_timed=is_same_hour), prepared.ended.words(is_timed=is_same_hour)) == {}
    shutil.rmtree(world.hotline.home)


def dies_and_finishes_now_and_a_day_later(prepared: Prepared, name: str) -> None:
    world, heard = prepared.copy(), len(prepared.world.lab.mail.messages)
    assert dies(world, name, 1, "run", "--once")
    world.hotline.run("run", "--once")
    next_day(world)
    found = Found.of(world, *CASES)
    found.require_one_identity_each(world.lab.mail.messages[heard:])
    found.require_unbroken_moves()
    assert difference(found.words(), prepared.ended_next_day.words()) == {}
    shutil.rmtree(world.hotline.home)


def dies_and_finishes_later(prepared: Prepared, name: str, passing: int, minutes: int = 30) -> bool:
    """Whether it died at all. What is due half an hour later is the same, so the calendar may move between."""
    world, heard = prepared.copy(), len(prepared.world.lab.mail.messages)
    is_dead = dies(world, name, passing, "run", "--once")
    if is_dead:
        world.clock.advance(minutes=minutes)
        world.hotline.run("run", "--once")
        require_same_as_twin(prepared, world, heard)
    return is_dead


def test_the_boundaries_tried_here_are_all_that_there_are(worlds):
    named = worlds[0].world.hotline.json("doctor", "--boundaries")

    assert set(named) == set(PASSINGS) | ELSEWHERE


@pytest.mark.parametrize("name", PASSINGS)
def test_a_run_that_dies_at_a_boundary_is_finished_by_the_next(worlds, name):
    passing = random.Random(f"{SEED} {name}").randint(2, PASSINGS[name])

    _, is_dead = together(
        lambda: dies_and_finishes_now_and_a_day_later(worlds[0], name),
        lambda: dies_and_finishes_later(worlds[1], name, passing),
    )

    assert is_dead, f"a run does not pass {name} {passing} times"


@pytest.mark.soak
@pytest.mark.parametrize("name", PASSINGS)
def test_a_run_that_dies_at_any_passing_of_a_boundary_is_finished_by_the_next(worlds, name):
    def die_at(prepared: Prepared, passings: Iterator[int]) -> int:
        return next(passing for passing in passings if not dies_and_finishes_later(prepared, name, passing, minutes=0))

    ends = together(
        lambda: die_at(worlds[0], itertools.count(1, 2)),
        lambda: die_at(worlds[1], itertools.count(2, 2)),
    )

    assert min(ends) > PASSINGS[name]


def is_killed_and_finishes(prepared: Prepared, seed: str) -> None:
    """Up to three programs die one after the other, each at a random instant; then one runs to its end."""
    chance = random.Random(f"{SEED} {seed}")
    world, heard = prepared.copy(), len(prepared.world.lab.mail.messages)
    for _ in range(chance.randint(1, 3)):
        with world.hotline.start(*chance.choice((("run", "--once"), ("run",)))) as process:
            try:
                process.wait(chance.uniform(0.1, 1.2) * prepared.seconds)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate(timeout=LIMIT_S)
    world.hotline.run("run", "--once")
    require_same_as_twin(prepared, world, heard)


def is_killed_often(worlds: list[Prepared], times: int) -> None:
    def each(number: int) -> None:
        for one in range(times // AT_ONCE):
            is_killed_and_finishes(worlds[number], f"instant {number} {one}")

    together(*(lambda number=number: each(number) for number in range(AT_ONCE)))


def test_runs_that_are_killed_at_random_instants_are_finished_by_the_next(worlds):
    is_killed_often(worlds, 8)


@pytest.mark.soak
def test_runs_that_are_killed_at_a_hundred_random_instants_are_finished_by_the_next(worlds):
    is_killed_often(worlds, 100)


def test_a_server_that_dies_after_the_message_gets_the_same_bytes_again(worlds):
    prepared = worlds[0]
    world, mail = prepared.copy(), prepared.world.lab.mail
    heard = len(mail.messages)
    mail.die_after_data(to="abuse@two.example")

    world.hotline.run("run", "--once")
    waiting = world.hotline.json("notice", "list", "--state", "sending")
    world.clock.advance(minutes=50)
    world.hotline.run("run", "--once")

    assert [row["address"] for row in waiting] == ["abuse@two.example"]
    found = Found.of(world, *CASES)
    found.require_one_identity_each(mail.messages[heard:])
    twice = [message.raw for message in mail.messages[heard:] if "abuse@two.example" in message.envelope_to]
    assert len(twice) == 2
    assert len(set(twice)) == 1
    assert {row["state"] for row in found.notices if row["round"] == 1 and row["sent_at"]} == {"sent"}
    shutil.rmtree(world.hotline.home)


# What dies elsewhere than in a run: imports, and a step that the program itself fails in.


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A home without a report, on a host with pictures."""
    with Lab() as lab:
        site = lab.site("many.example")
        for number in range(8):
            site.put(f"/{number}.jpg", picture(100 + number))
        yield World.begin(tmp_path_factory.mktemp("small"), lab, fetch__between_s=0)


def write_reports(world: World, count: int) -> Path:
    rows = [f"http://many.example/{number}.jpg,web,csam,+355 60 {number}" for number in range(count)]
    return world.file(f"reports-{count}.csv", "\n".join(["url,source,category,contact", *rows, ""]))


@pytest.mark.parametrize(
    ("name", "passing"),
    [("import.row", 1), ("import.row", 4), ("commit.before", 3), ("commit.after", 3)],
)
def test_an_import_that_dies_takes_each_row_once_when_it_is_repeated(small, tmp_path, name, passing):
    world, twin = small.copy(f"{name}-{passing}"), small.copy(f"{name}-{passing}-twin")
    file = write_reports(small, 8)
    kept = {"import.row": passing - 1, "commit.before": passing - 1, "commit.after": passing}[name]

    twin.hotline.run("report", "import", file)
    assert dies(world, name, passing, "report", "import", file)
    world.hotline.run("run", "--once")
    assert len(world.hotline.json("report", "list")) == kept
    again = world.hotline.json("report", "import", file)
    together(lambda: world.hotline.run("run", "--once"), lambda: twin.hotline.run("run", "--once"))

    assert (len(again["ids"]), again["known"], again["rejected"]) == (8 - kept, kept, 0)
    cases = [f"C{number}" for number in range(1, 9)]
    found, expected = Found.of(world, *cases), Found.of(twin, *cases)
    assert difference(found.words(), expected.words()) == {}


def test_a_list_whose_import_died_is_searched_by_the_next_run_and_counted_once(small):
    world, twin = small.copy("list"), small.copy("list-twin")
    for one in (world, twin):
        one.hotline.run("report", "add", *[f"http://many.example/{number}.jpg" for number in range(3)])
        one.hotline.run("run", "--once")
    file = write_list(small, list(world.items().values()))

    twin.hotline.run("hashset", "import", "known", file)
    assert dies(world, "hashset.imported", 1, "hashset", "import", "known", file)
    together(lambda: world.hotline.run("run", "--once"), lambda: twin.hotline.run("run", "--once"))
    without_repeat = {url: item["leads"] for url, item in world.items().items()}
    assert dies(world, "hashset.imported", 1, "hashset", "import", "known", file)
    again = world.hotline.json("hashset", "import", "known", file)
    world.hotline.run("run", "--once")

    expected = {url: item["leads"] for url, item in twin.items().items()}
    assert all(leads for leads in expected.values())
    assert {url: item["leads"] for url, item in world.items().items()} == expected
    assert (again["new"], again["changed"], again["version"]) == (0, 0, 1)
    assert world.hotline.json("hashset", "show", "known")["entries"] == 3
    assert world.hotline.json("audit", "verify")["ok"] is True
    assert without_repeat == expected


@pytest.mark.parametrize("passing", [1, 2])
def test_a_step_given_back_after_a_fault_is_done_by_a_later_run(small, passing):
    """The fault: another program damages the list of hashes while the run is at its first address."""
    world = small.copy(f"fault-{passing}")
    site = world.lab.sites["many.example"]
    world.hotline.run("hashset", "import", "other", world.file("other.csv", f"id,md5\nx,{'0' * 32}\n"))
    manifest = world.hotline.home / "lists" / "manifest.json"
    whole = manifest.read_bytes()

    def damage(_request: LabRequest, connection: Connection) -> None:
        manifest.write_bytes(b"{")
        connection.head(200, {"Content-Type": "image/jpeg", "Content-Length": str(len(picture(1)))})
        connection.send(picture(1))

    site.script("/damage.jpg", damage)
    world.hotline.run("report", "add", site.url("/damage.jpg"), *[site.url(f"/{number}.jpg") for number in range(3)])

    assert dies(world, "work.released", passing, "run", "--once")
    manifest.write_bytes(whole)
    world.hotline.run("run", "--once")
    world.clock.advance(hours=2)
    world.hotline.run("run", "--once")

    found = Found.of(world, "C1")
    assert {item["state"] for item in found.cases[0]["items"]} == {"awaiting_assessment"}
    assert len(found.cases[0]["items"]) == 4
    found.require_unbroken_moves()


def is_killed_while_importing(world: World, name: str, file: Path, seconds: float, *args: str) -> None:
    """Kills an import at random instants; then it is repeated to its end."""
    chance = random.Random(f"{SEED} {name}")
    for _ in range(4):
        with world.hotline.start(*args, str(file)) as process:
            try:
                process.wait(chance.uniform(0.3, 1.0) * seconds)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate(timeout=LIMIT_S)


def test_an_import_of_reports_killed_at_random_instants_adds_nothing_twice(small):
    world, twin = small.copy("killed"), small.copy("killed-twin")
    rows = [f'{{"url": "http://many.example/a/{number}?n={number % 40}"}}' for number in range(150)]
    file = world.file("many.jsonl", "\n".join(rows))
    began = time.monotonic()
    twin.hotline.run("report", "import", file)

    is_killed_while_importing(world, "reports", file, time.monotonic() - began, "report", "import")
    world.hotline.run("report", "import", file)
    again = world.hotline.json("report", "import", file)

    assert (again["ids"], again["known"]) == ([], 150)
    assert len(world.hotline.json("report", "list")) == 150
    assert [row["url"] for row in world.hotline.json("case", "list")] == [
        row["url"] for row in twin.hotline.json("case", "list")
    ]
    assert world.hotline.json("audit", "verify")["ok"] is True


def test_an_import_of_a_list_killed_at_random_instants_is_whole_when_it_is_repeated(small):
    world = small.copy("killed-list")
    chance = random.Random(f"{SEED} list")
    file = world.file("long.txt", "".join(f"{chance.getrandbits(256):064x}\n" for _ in range(30_000)))
    began = time.monotonic()
    small.copy("killed-list-twin").hotline.run("hashset", "import", "long", file)

    is_killed_while_importing(world, "list", file, time.monotonic() - began, "hashset", "import", "long")
    world.hotline.run("hashset", "import", "long", file)
    again = world.hotline.json("hashset", "import", "long", file)

    assert (again["new"], again["changed"], again["withdrawn"], again["version"]) == (0, 0, 0, 1)
    assert world.hotline.json("hashset", "show", "long")["entries"] == 30_000
    assert world.hotline.json("hashset", "verify") == {"ok": True, "problems": []}
    leftover = [path.name for path in (world.hotline.home / "lists" / "long").iterdir() if path.is_dir()]
    assert leftover == ["v1"]
    assert world.hotline.json("audit", "verify")["ok"] is True
