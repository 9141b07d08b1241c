"""Ten thousand addresses on hosts of which every fifth answers badly: each reaches a state with a reason, the program
grows by nothing, and no host is pressed. A tenth of a thousand of them stand in for it in `make test`."""

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from worlds import World

from scripts.lab import Lab, Site, drip, endless, garbage, gzip_bomb, lying_length, reset, stall
from scripts.pictures import draw, jpeg

HOSTS, BETWEEN_S, GRAIN_S = 100, 0.1, 0.05
FAULTS = (
    stall(),
    reset(),
    garbage(),
    gzip_bomb(200_000_000),
    endless(),
    drip(bytes(1000)),
    lying_length(b"short", 5_000),
)
GROWTH_BYTES, GROWTH_FILES = 60_000_000, 5


@dataclass
class Watched:
    """Resident memory and open files of a running program, read twice a second."""

    pid: int
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def read_until(self, is_over: threading.Event) -> None:
        while not is_over.wait(0.5):
            try:
                pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
                self.files.append(len(os.listdir(f"/proc/{self.pid}/fd")))
            except OSError:
                return
            self.memory.append(int(pages) * os.sysconf("SC_PAGE_SIZE"))


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


def fill(lab: Lab, count: int) -> list[str]:
    """So many addresses over the hosts; every tenth is gone or refused, every tenth is on a host that is hostile."""
    body = jpeg(draw(1, (160, 120)))
    sites = [lab.site(f"host{number}.example") for number in range(HOSTS)]
    return [_put(sites[number % HOSTS], number, body) for number in range(count)]


def _put(site: Site, number: int, body: bytes) -> str:
    path, turn = f"/{number}.jpg", number // HOSTS
    if number % 10 == 3:
        return site.script(path, FAULTS[(number // 10) % len(FAULTS)])
    if number % 10 == 7:
        site.put(path, b"no", status=(404, 403, 500, 451, 410)[turn % 5])
        return site.url(path)
    return site.put(path, body + str(number).encode())


def work_through(world: World, addresses: list[str]) -> Watched:
    listed = world.folder / "reports.csv"
    listed.write_text("url,source,category\n" + "".join(f"{url},web,csam\n" for url in addresses))
    world.hotline.run("report", "import", listed)
    is_over = threading.Event()
    with world.hotline.start("run", "--once") as process:
        watched = Watched(process.pid)
        reader = threading.Thread(target=watched.read_until, args=(is_over,))
        reader.start()
        try:
            process.communicate(timeout=7200)
        finally:
            is_over.set()
            reader.join()
    assert process.returncode == 0
    return watched


def require_all_told(world: World, count: int) -> None:
    """Every item stands where it was looked at or says why not."""
    by_state: Counter[str] = Counter(world.hotline.json("stats")["items"]["by_state"])
    assert by_state.total() == count
    assert set(by_state) <= {"awaiting_assessment", "unreachable"}
    assert by_state["unreachable"] >= count // 10


def require_peace(world: World) -> None:
    for site in world.lab.sites.values():
        times = sorted(request.at_monotonic for request in site.requests)
        assert min((b - a for a, b in itertools.pairwise(times)), default=1.0) >= BETWEEN_S - GRAIN_S


def require_flat(watched: Watched) -> None:
    """The last quarter takes no more than the second did: what comes before warms up."""
    quarter = len(watched.memory) // 4
    for values, growth in ((watched.memory, GROWTH_BYTES), (watched.files, GROWTH_FILES)):
        early, late = values[quarter : 2 * quarter], values[-quarter:]
        assert max(late) <= max(early) + growth


def play(folder: Path, lab: Lab, count: int) -> None:
    addresses = fill(lab, count)
    settings = {"fetch__deadline_s": 2, "fetch__between_s": BETWEEN_S, "fetch__max_bytes": 5_000_000}
    world = World.begin(folder, lab, **settings)
    began = time.monotonic()
    watched = work_through(world, addresses)
    print(f"{count} addresses in {time.monotonic() - began:.0f} s, {max(watched.memory) / 1e6:.0f} MB at most")
    require_all_told(world, count)
    require_peace(world)
    require_flat(watched)


def test_a_few_hundred_addresses_all_reach_a_state_and_no_host_is_pressed(lab, tmp_path):
    play(tmp_path, lab, 400)


@pytest.mark.soak
def test_ten_thousand_addresses_all_reach_a_state_and_no_host_is_pressed(lab, tmp_path):
    play(tmp_path, lab, 10_000)
