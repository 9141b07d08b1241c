"""The program dies at every named boundary and at random instants; the next run finishes the work and nothing is lost.

A home is prepared whose next run has every kind of work to do. What dies is a copy of it with a mail exchange of its
own; what is left is compared with a twin that nobody disturbed. Two copies at a time, so that both cores have work.
"""

import itertools
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from worlds import AT_ONCE, KILLED, LIMIT_S, Found, World, difference, together

from scripts.lab import Connection, Lab, LabRequest
from scripts.pictures import draw, jpeg, mirrored, resized

SEED = 20261121
HOSTS = ("one.example", "two.example", "three.example")
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
ELSEWHERE = {
    *("import.row", "hashset.imported", "work.released"),
    *("report.begun", "report.taken", "report.kept", "mail.read", "mail.saved"),
}
"""Boundaries that need a command or a fault of their own."""

numbers = itertools.count()


def picture(number: int) -> bytes:
    return jpeg(draw(number, SMALL))


@dataclass(frozen=True)
class Prepared:
    """A world whose next run has every kind of work to do, and how an undisturbed run ends."""

    world: World
    ended: Found
    ended_next_day: Found
    seconds: float


def prepare(folder: Path, lab: Lab) -> World:
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
    run("report", "add", *undecided, "--repeat-of", "C1", "--contact", "-", input="+355 60 000 00 00")
    together(*(lambda site=site: world.approve_contact(f"abuse@{site.name}", site.name) for site in sites))
    run("run", "--once")
    items = world.items()
    run("assess", *[items[url]["id"] for url in old], "--verdict", "baseline", "--basis", "looked")
    run("run", "--once")
    world.clock.advance(hours=2)
    run("notice", "approve", "--all")
    run("assess", *[items[url]["id"] for url in also], "--verdict", "national", "--basis", "looked")
    run("hashset", "import", "known", write_list(world, [items[url] for url in undecided]), "--label", "A1")
    run("report", "add", gallery, "--category", "csam", "--repeat-of", "C1", "--note", "-", input="told by phone")
    run("report", "add", *new, "http://gone.example/x", "--at-risk", "blackmail_running", "--repeat-of", "C1")
    return world


def write_list(world: World, items: list[dict[str, Any]]) -> Path:
    """A list of these items' media by their MD5, as a partner would deliver it."""
    rows = [f"entry-{number},{item['media']['md5']}" for number, item in enumerate(items)]
    return world.file("known.csv", "\n".join(["id,md5", *rows, ""]))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with Lab() as lab:
        world = prepare(tmp_path_factory.mktemp("crash"), lab)
        with world.copy("twin") as twin:
            began = time.monotonic()
            done = twin.hotline.json("run", "--once")["done"]
            seconds = time.monotonic() - began
            assert set(done) == {"look", "screen", "recheck", "trace", "notify", "send"}
            ended = Found.of(twin, "C1")
            assert len(twin.mail.messages) == len(HOSTS)
            next_day(twin)
            yield Prepared(world, ended, Found.of(twin, "C1"), seconds)
            assert len(twin.mail.messages) == 2 * len(HOSTS)


def next_day(world: World) -> None:
    world.clock.advance(hours=25)
    world.hotline.run("run", "--once")


def dies(world: World, name: str, passing: int, *args: str | Path) -> bool:
    """Whether the command died at this boundary; it ends well where it does not pass it so often."""
    died = world.hotline.run(*args, env={"HOTLINE_LAB_CRASH_AT": f"{name}:{passing}"}, expect=(KILLED, 0))
    return died.code == KILLED


def require_same(world: World, twin: Found, *, is_timed: bool) -> None:
    """Every report, one identity for each notice, and all states as where nobody disturbed."""
    found = Found.of(world, "C1")
    found.require_one_identity_each(world.mail.messages)
    found.require_unbroken_moves()
    assert difference(found.words(is_timed=is_timed), twin.words(is_timed=is_timed)) == {}


def dies_and_finishes_now_and_a_day_later(prepared: Prepared, name: str) -> None:
    with prepared.world.copy(f"home-{next(numbers)}") as world:
        assert dies(world, name, 1, "run", "--once")
        world.hotline.run("run", "--once")
        next_day(world)
        require_same(world, prepared.ended_next_day, is_timed=True)


def dies_and_finishes(prepared: Prepared, name: str, passing: int, *, minutes: int = 0) -> bool:
    """Whether it died at all. What is due half an hour later is the same, so the calendar may move between."""
    with prepared.world.copy(f"home-{next(numbers)}") as world:
        is_dead = dies(world, name, passing, "run", "--once")
        if is_dead:
            world.clock.advance(minutes=minutes)
            world.hotline.run("run", "--once")
            require_same(world, prepared.ended, is_timed=minutes == 0)
        return is_dead


def test_the_boundaries_tried_here_are_all_that_there_are(prepared):
    named = prepared.world.hotline.json("doctor", "--boundaries")

    assert set(named) == set(PASSINGS) | ELSEWHERE


@pytest.mark.parametrize("name", PASSINGS)
def test_a_run_that_dies_at_a_boundary_is_finished_by_the_next(prepared, name):
    passing = random.Random(f"{SEED} {name}").randint(2, PASSINGS[name])

    _, is_dead = together(
        lambda: dies_and_finishes_now_and_a_day_later(prepared, name),
        lambda: dies_and_finishes(prepared, name, passing, minutes=30),
    )

    assert is_dead, f"a run does not pass {name} {passing} times"


@pytest.mark.soak
@pytest.mark.parametrize("name", PASSINGS)
def test_a_run_that_dies_at_any_passing_of_a_boundary_is_finished_by_the_next(prepared, name):
    def last(passings: Iterator[int]) -> int:
        return next(passing for passing in passings if not dies_and_finishes(prepared, name, passing))

    ends = together(lambda: last(itertools.count(1, 2)), lambda: last(itertools.count(2, 2)))

    assert min(ends) > PASSINGS[name]


def is_killed_and_finishes(prepared: Prepared, number: int) -> None:
    """Up to three programs die one after the other, each at a random instant; then one runs to its end."""
    chance = random.Random(f"{SEED} instant {number}")
    with prepared.world.copy(f"home-{next(numbers)}") as world:
        for _ in range(chance.randint(1, 3)):
            kill_after(
                world, chance.uniform(0.1, 1.2) * prepared.seconds, *chance.choice((("run", "--once"), ("run",)))
            )
        world.hotline.run("run", "--once")
        require_same(world, prepared.ended, is_timed=True)


def kill_after(world: World, seconds: float, *args: str | Path) -> None:
    with world.hotline.start(*args) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=LIMIT_S)


def is_killed_often(prepared: Prepared, times: int) -> None:
    def every_other(begin: int) -> None:
        for number in range(begin, times, AT_ONCE):
            is_killed_and_finishes(prepared, number)

    together(*(lambda begin=begin: every_other(begin) for begin in range(AT_ONCE)))


def test_runs_that_are_killed_at_random_instants_are_finished_by_the_next(prepared):
    is_killed_often(prepared, 8)


@pytest.mark.soak
def test_runs_that_are_killed_at_a_hundred_random_instants_are_finished_by_the_next(prepared):
    is_killed_often(prepared, 100)


def test_a_mail_server_that_dies_after_the_message_gets_the_same_bytes_again(prepared):
    with prepared.world.copy("lost") as world:
        world.mail.die_after_data(to="abuse@two.example")

        world.hotline.run("run", "--once")
        waiting = world.hotline.json("notice", "list", "--state", "sending")
        world.clock.advance(minutes=50)
        world.hotline.run("run", "--once")

        assert [row["address"] for row in waiting] == ["abuse@two.example"]
        found = Found.of(world, "C1")
        found.require_one_identity_each(world.mail.messages)
        raws = [message.raw for message in world.mail.to("abuse@two.example")]
        assert (len(raws), len(set(raws))) == (2, 1)
        assert len(world.mail.messages) == len(HOSTS) + 1
        assert [row["state"] for row in found.notices if row["message_id"]] == ["sent"] * len(HOSTS)


# What dies elsewhere than in a run: imports, and a step that the program itself fails in.


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A home without a report, on a host with pictures."""
    with Lab() as lab:
        site = lab.site("many.example")
        for number in range(5):
            site.put(f"/{number}.jpg", picture(100 + number))
        yield World.begin(tmp_path_factory.mktemp("small"), lab, fetch__between_s=0)


@pytest.fixture(scope="module")
def reports(small: World) -> Path:
    rows = [f"http://many.example/{number}.jpg,web,csam,+355 60 {number}" for number in range(5)]
    return small.file("reports.csv", "\n".join(["url,source,category,contact", *rows, ""]))


@pytest.fixture(scope="module")
def imported(small: World, reports: Path) -> list[Any]:
    """The cases and reports of a home whose import nobody disturbed."""
    with small.copy("imported") as twin:
        twin.hotline.run("report", "import", reports)
        twin.hotline.run("run", "--once")
        return twin.ask(("case", "list"), ("report", "list"))


@pytest.mark.parametrize(
    ("name", "passing", "kept"),
    [("import.row", 1, 0), ("import.row", 4, 3), ("commit.before", 3, 2), ("commit.after", 3, 3)],
)
def test_an_import_that_dies_takes_each_row_once_when_it_is_repeated(small, reports, imported, name, passing, kept):
    with small.copy(f"import-{name}-{passing}") as world:
        assert dies(world, name, passing, "report", "import", reports)
        world.hotline.run("run", "--once")
        assert len(world.hotline.json("report", "list")) == kept
        again = world.hotline.json("report", "import", reports)
        world.hotline.run("run", "--once")

        assert (len(again["ids"]), again["known"], again["rejected"]) == (5 - kept, kept, 0)
        *found, proof = world.ask(("case", "list"), ("report", "list"), ("audit", "verify"))
        assert found == imported
        assert proof["ok"] is True


def begin_with_three(world: World) -> Path:
    """Three media that nobody decided about, and a list of them."""
    world.hotline.run("report", "add", *[f"http://many.example/{number}.jpg" for number in range(3)])
    world.hotline.run("run", "--once")
    return write_list(world, list(world.items().values()))


def leads_of(world: World) -> dict[str, Any]:
    return {url: [(lead["list"], lead["entry"]) for lead in item["leads"]] for url, item in world.items().items()}


WITH_LEADS = {f"http://many.example/{number}.jpg": [("known", f"entry-{number}")] for number in range(3)}


def test_a_list_whose_import_died_is_searched_for_all_undecided_media_by_the_next_run(small):
    with small.copy("list") as world:
        file = begin_with_three(world)

        assert dies(world, "hashset.imported", 1, "hashset", "import", "known", file)
        world.hotline.run("run", "--once")

        assert leads_of(world) == WITH_LEADS


def test_a_list_whose_import_died_is_counted_once_when_it_is_repeated(small):
    with small.copy("list-again") as world:
        file = begin_with_three(world)

        for _ in range(2):
            assert dies(world, "hashset.imported", 1, "hashset", "import", "known", file)
        again = world.hotline.json("hashset", "import", "known", file)
        world.hotline.run("run", "--once")

        assert (again["new"], again["changed"], again["version"]) == (0, 0, 1)
        assert world.hotline.json("hashset", "show", "known")["entries"] == 3
        assert leads_of(world) == WITH_LEADS
        assert world.hotline.json("audit", "verify")["ok"] is True


@pytest.mark.parametrize("passing", [1, 2])
def test_a_step_given_back_after_a_fault_is_done_by_a_later_run(small, passing):
    """The fault: another program damages the list of hashes while the run is at its first address."""
    with small.copy(f"fault-{passing}") as world:
        site = world.lab.sites["many.example"]
        world.hotline.run("hashset", "import", "other", world.file("other.csv", f"id,md5\nx,{'a1' * 16}\n"))
        manifest = world.hotline.home / "lists" / "manifest.json"
        whole = manifest.read_bytes()

        def damage(_request: LabRequest, connection: Connection) -> None:
            manifest.write_bytes(b"{")
            connection.head(404, {"Content-Length": "0"})

        url = site.script("/damage.jpg", damage)
        world.hotline.run("report", "add", url, *[site.url(f"/{number}.jpg") for number in range(3)])

        assert dies(world, "work.released", passing, "run", "--once")
        site.put("/damage.jpg", picture(3))
        manifest.write_bytes(whole)
        world.hotline.run("run", "--once")
        world.clock.advance(hours=2)
        world.hotline.run("run", "--once")

        found = Found.of(world, "C1")
        assert [item["state"] for item in found.cases[0]["items"]] == ["awaiting_assessment"] * 4
        found.require_unbroken_moves()


def kill_often(world: World, seed: str, seconds: float, *args: str | Path) -> None:
    chance = random.Random(f"{SEED} {seed}")
    for _ in range(4):
        kill_after(world, chance.uniform(0.3, 1.0) * seconds, *args)


def timed(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_an_import_of_reports_killed_at_random_instants_adds_nothing_twice(small):
    rows = [f'{{"url": "http://many.example/a/{number}?n={number % 40}"}}' for number in range(150)]
    file = small.file("many.jsonl", "\n".join(rows))
    with small.copy("killed-twin") as twin, small.copy("killed") as world:
        seconds = timed(lambda: twin.hotline.run("report", "import", file))

        kill_often(world, "reports", seconds, "report", "import", file)
        world.hotline.run("report", "import", file)
        again = world.hotline.json("report", "import", file)

        assert (again["ids"], again["known"]) == ([], 150)
        reports, cases, proof = world.ask(("report", "list"), ("case", "list"), ("audit", "verify"))
        assert len(reports) == 150
        assert cases == twin.hotline.json("case", "list")
        assert proof["ok"] is True


def test_an_import_of_a_list_killed_at_random_instants_is_whole_when_it_is_repeated(small):
    chance = random.Random(f"{SEED} list")
    file = small.file("long.txt", "".join(f"{chance.getrandbits(256):064x}\n" for _ in range(30_000)))
    with small.copy("killed-list-twin") as twin, small.copy("killed-list") as world:
        seconds = timed(lambda: twin.hotline.run("hashset", "import", "long", file))

        kill_often(world, "list", seconds, "hashset", "import", "long", file)
        world.hotline.run("hashset", "import", "long", file)
        again = world.hotline.json("hashset", "import", "long", file)

        assert (again["new"], again["changed"], again["withdrawn"], again["version"]) == (0, 0, 0, 1)
        shown, whole, proof = world.ask(("hashset", "show", "long"), ("hashset", "verify"), ("audit", "verify"))
        assert shown["entries"] == 30_000
        assert whole == {"ok": True, "problems": []}
        assert proof["ok"] is True
        folder = world.hotline.home / "lists" / "long"
        assert [path.name for path in folder.iterdir() if path.is_dir()] == ["v1"]
