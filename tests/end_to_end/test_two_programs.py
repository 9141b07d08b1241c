"""Two `hotline run` on one home, for a while of real time: nothing is done twice, and every host is left in peace."""

import itertools
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from worlds import ENDS_WITHIN_S, LIMIT_S, Found, World

from scripts.lab import Lab, Site
from scripts.pictures import draw, jpeg

HOSTS = 12
WIDE = (240, 180)
BETWEEN_S = 1.0
GRAIN_S = 0.02
"""How exactly the two clocks of a program and the lab's agree about one second."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        for host in range(HOSTS):
            site = lab.site(f"host-{host}.example")
            for number in range(3):
                site.put(f"/{number}.jpg", jpeg(draw(10 * host + number, WIDE)))
            site.page("/page", [f"/{number}.jpg" for number in range(3)])
            site.soft_404("/none")
        yield lab


def prepare(world: World) -> None:
    """Two hosts with notices approved and looks due again; the other hosts with nothing looked at yet."""
    sites = list(world.lab.sites.values())[:2]
    first = [site.url("/0.jpg") for site in sites]
    world.hotline.run("report", "add", *first, "--category", "csam")
    world.hotline.run("run", "--once")
    for site in sites:
        world.approve_contact(f"abuse@{site.name}", site.name)
    items = world.items()
    ids = [items[url]["id"] for url in first]
    world.hotline.run("assess", *ids, "--verdict", "baseline", "--basis", "looked")
    world.hotline.run("run", "--once")
    world.clock.advance(hours=2)
    world.hotline.run("notice", "approve", "--all")
    for site in world.lab.sites.values():
        site.forget_requests()


@contextmanager
def programs(world: World, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that run until the end of the block, then are asked to stop and must end well."""
    running = [world.hotline.start("run") for _ in range(count)]
    try:
        yield running
        for one in running:
            one.send_signal(signal.SIGINT)
        ended = [(*one.communicate(timeout=ENDS_WITHIN_S), one.returncode) for one in running]
    finally:
        for one in running:
            one.kill()
    assert [(stdout, code) for stdout, _, code in ended] == [("", 0)] * count
    assert not any("Traceback" in stderr or "mistake" in stderr for _, stderr, _ in ended)


def gaps(site: Site) -> list[float]:
    """Seconds between the beginnings of two requests that follow each other."""
    at = [request.at_monotonic for request in site.requests]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


def require_nothing_twice(world: World, expected: Counter[str]) -> None:
    """Each address fetched as often as expected, each notice once, each move of custody once and in order."""
    fetched = Counter(site.url(request.path) for site in world.lab.sites.values() for request in site.requests)
    assert {url: (fetched[url], expected[url]) for url in fetched | expected if fetched[url] != expected[url]} == {}
    cases = [row["id"] for row in world.hotline.json("case", "list")]
    found = Found.of(world, *cases)
    found.require_one_identity_each(world.mail.messages)
    found.require_unbroken_moves()
    assert sorted(message.message_id for message in world.mail.messages) == sorted(
        row["message_id"] for row in found.notices if row["state"] == "sent"
    )
    lines = {line["seq"]: line for case in found.cases for line in case["custody"]}
    looks = Counter(line["subject"] for line in lines.values() if line["action"] == "item.look")
    assert {item: count for item, count in looks.items() if count > 1} == {}
    assert {item["state"] for case in found.cases for item in case["items"]} <= {"awaiting_assessment", "noticed"}


def require_peace(world: World) -> None:
    """Never two requests to one host at once, and a pause between two."""
    sites = world.lab.sites
    assert {name: site.most_at_once for name, site in sites.items() if site.most_at_once > 1} == {}
    assert {
        name: min(gaps(site), default=9.0)
        for name, site in sites.items()
        if min(gaps(site), default=9.0) < BETWEEN_S - GRAIN_S
    } == {}


def work_side_by_side(world: World, seconds: float) -> None:
    """Two programs for so many seconds, with a report for another host taken in whenever there is time for it."""
    prepare(world)
    sites = list(world.lab.sites.values())
    expected = Counter({site.url("/0.jpg"): 1 for site in sites[:2]})

    def report(site: Site, path: str) -> None:
        world.hotline.run("report", "add", site.url(path), "--category", "csam")
        expected.update([site.url(path)])

    with programs(world, 2):
        ends_at = time.monotonic() + seconds
        for site in sites[2:]:
            report(site, "/page")
            expected.update(site.url(f"/{number}.jpg") for number in range(3))
        for number, site in enumerate(itertools.cycle(sites)):
            if time.monotonic() > ends_at:
                break
            report(site, f"/none/{number}")
        settle(world)
    require_nothing_twice(world, expected)
    require_peace(world)


def settle(world: World) -> None:
    """Waits until nothing is waiting to be looked at, traced or sent."""
    ends_at = time.monotonic() + LIMIT_S
    while time.monotonic() < ends_at:
        states = world.hotline.json("stats")["items"]["by_state"]
        if not states.get("received") and len(world.mail.messages) >= 2:
            return
        time.sleep(1)
    raise TimeoutError(f"still {states}")


def test_two_programs_do_nothing_twice_and_leave_every_host_in_peace(lab, tmp_path):
    work_side_by_side(World.begin(tmp_path, lab), 20)


@pytest.mark.soak
def test_two_programs_do_nothing_twice_in_two_minutes(lab, tmp_path):
    work_side_by_side(World.begin(tmp_path, lab), 120)
