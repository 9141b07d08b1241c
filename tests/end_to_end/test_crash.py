"""The program dies at every named boundary and at random instants; the next run finishes the work and nothing is lost.

Two worlds of the same making stand side by side, so that both cores have work; the experiments are shared out to them
before the first test asks for its own.
"""

import csv
import itertools
import json
import queue
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from worlds import AT_ONCE, KILLED, LIMIT_S, World, difference, require_one_identity_each, snapshot, together

from scripts.cli import Hotline
from scripts.lab import Lab
from scripts.pictures import draw, jpeg, mirrored, resized

SEED = 20261121
HOSTS = ("one.example", "two.example", "three.example")
SMALL = (320, 240)
IN_RUN = (
    "commit.before",
    "commit.after",
    "work.claimed",
    "look.taken",
    "look.saved",
    "screen.searched",
    "screen.saved",
    "trace.traced",
    "trace.saved",
    "notify.saved",
    "send.stored",
    "send.delivered",
    "send.saved",
    "recheck.taken",
    "recheck.saved",
)
"""Boundaries that a run passes when all kinds of work are due."""
ELSEWHERE = ("import.row", "hashset.imported", "work.released")
PASSINGS = {"commit.before": 20, "commit.after": 20, "work.claimed": 20}
"""How often a run passes a boundary at least; three times where it is not named here."""

first = pytest.mark.parametrize("name", IN_RUN)


def picture(number: int) -> bytes:
    return jpeg(draw(number, SMALL))


@dataclass
class Prepared:
    """A world whose next run has every kind of work to do, and how an undisturbed run ends."""

    world: World
    numbers: Iterator[int] = field(default_factory=itertools.count)
    ended: dict[str, Any] = field(default_factory=dict)
    ended_next_day: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    def copy(self) -> World:
        return self.world.copy(f"home-{next(self.numbers)}")

    def drop(self, world: World) -> None:
        shutil.rmtree(world.hotline.home)


def prepare(folder: Path, lab: Lab) -> Prepared:
    """Three hosts with three notices approved and three looks due again; new reports; a list newer than the media."""
    sites = [lab.site(name) for name in HOSTS]
    four = lab.site("four.example")
    lab.site("gone.example").down()
    old = [site.put("/old.jpg", picture(number)) for number, site in enumerate(sites)]
    open_ = [site.put("/open.jpg", picture(10 + number)) for number, site in enumerate(sites)]
    new = [site.put("/new.jpg", picture(20 + number)) for number, site in enumerate(sites)]
    four.put("/same.jpg", picture(1))
    four.put("/mirrored.jpg", jpeg(mirrored(draw(2, SMALL))))
    four.put("/small.jpg", jpeg(resized(draw(10, SMALL), 0.7)))
    gallery = four.page("/gallery", ["/same.jpg", "/mirrored.jpg", "/small.jpg"])

    world = World.begin(folder, lab, fetch__between_s=0.05)
    run = world.hotline.run
    run("report", "add", *old, "--category", "csam", "--source", "web")
    run("report", "add", *open_, "--category", "other", "--contact", "+355 60 000 00 00")
    run("report", "add", *[site.url("/also.jpg") for site in sites], "--category", "csam")
    for number, site in enumerate(sites):
        site.put("/also.jpg", picture(30 + number))
        world.approve_contact(f"abuse@{site.name}", site.name)
    run("run", "--once")
    items = {url: item["id"] for case in ("C1", "C3") for url, item in world.items(case).items()}
    run("assess", *[items[url] for url in old], "--verdict", "baseline", "--basis", "looked")
    run("run", "--once")
    world.clock.advance(hours=2)
    run("notice", "approve", "--all")
    run("assess", *[items[site.url("/also.jpg")] for site in sites], "--verdict", "national", "--basis", "looked")
    run("hashset", "import", "known", write_list(world), "--label", "A1")
    run("report", "add", gallery, "--category", "csam", "--note", "-", input="told by phone")
    run("report", "add", *new, "http://gone.example/x.jpg", "--at-risk", "blackmail_running", "--repeat-of", "C1")
    return Prepared(world)


def write_list(world: World) -> Path:
    """A list of the media nobody decided about, by their MD5, as a partner would deliver it."""
    path = world.folder / "known.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "md5"])
        rows.writerows([f"entry-{item['media']['id']}", item["media"]["md5"]] for item in world.items("C2").values())
    return path


def undisturbed(prepared: Prepared) -> Prepared:
    """Runs a twin that nobody disturbs, now and a day later."""
    twin = prepared.copy()
    heard = len(twin.lab.mail.messages)
    began = time.monotonic()
    twin.hotline.run("run", "--once")
    prepared.seconds = time.monotonic() - began
    prepared.ended = snapshot(twin)
    assert len(twin.lab.mail.messages) - heard == len(HOSTS)
    next_day(twin)
    prepared.ended_next_day = snapshot(twin)
    assert len(twin.lab.mail.messages) - heard > len(HOSTS)
    prepared.drop(twin)
    return prepared


def next_day(world: World) -> None:
    world.clock.advance(hours=25)
    world.hotline.run("run", "--once")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Prepared]]:
    labs = [Lab() for _ in range(AT_ONCE)]
    folders = [tmp_path_factory.mktemp("world") for _ in labs]
    yield together(
        *(lambda folder=folder, lab=lab: undisturbed(prepare(folder, lab)) for folder, lab in zip(folders, labs))
    )
    for lab in labs:
        lab.stop()


Experiment = Callable[[Prepared], None]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, worlds: list[Prepared]) -> Iterator[dict[str, "Future[None]"]]:
    """The outcome of each chosen test's experiment; all are started at once and shared out to the worlds."""
    free: queue.Queue[Prepared] = queue.Queue()
    for world in worlds:
        free.put(world)

    def conduct(experiment: Experiment) -> None:
        prepared = free.get()
        try:
            experiment(prepared)
        finally:
            free.put(prepared)

    with ThreadPoolExecutor(len(worlds)) as pool:
        chosen = [item for item in request.session.items if "experiment" in getattr(item, "fixturenames", ())]
        yield {item.nodeid: pool.submit(conduct, item.obj(**item.callspec.params)) for item in chosen}
        pool.shutdown(cancel_futures=True)
