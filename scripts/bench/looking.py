"""Time per item of the pipeline against fetch, decode and hash alone, and in homes with few and with many cases.

Every block of pictures is taken in turn by the peer and by each home, so that a busy machine slows all of them.
"""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from hashsets.decode import MAX_PIXELS
from hashsets.examine import examine
from hashsets.fingerprint import digest
from hotline import pipeline
from hotline.decisions import hashsets, homes, reports
from hotline.decisions.desk import Desk
from hotline.intake import new_report
from hotline.settings import settings_from_assignments
from scripts.bench.figures import Figure, Ratio, Told
from scripts.bench.filling import fill
from scripts.bench.serving import Served

WARM_UP = 4
LISTED = 3
LIST_ROWS = 10_000
ITEM_GOAL, GROWTH_GOAL = 1.5, 1.2

Block = Sequence[int]


@dataclass(frozen=True)
class Bench:
    """One home under measurement, its equipment open."""

    desk: Desk
    station: pipeline.Station
    cases: int
    child_start_s: float

    def take(self, served: Served, block: Block) -> float:
        """Seconds for the pipeline to look at a block of pictures; reporting them is not counted."""
        for number in block:
            reports.add(self.desk, new_report([served.addresses[number]], category="csam"))
        started = time.perf_counter()
        done = pipeline.run_once(self.station)
        seconds = time.perf_counter() - started
        if done.bugs or done.counts["look"] != len(block):
            raise RuntimeError(f"the pipeline did not do what was measured: {done}")
        return seconds


def measure(folder: Path, served: Served, sizes: Sequence[int], block_size: int) -> list[Figure]:
    """The first of `sizes` is the home for the comparison with the peer, the last two those for growth.

    The first WARM_UP pictures are not counted: they load libraries and, in a large home, the family index.
    """
    known = folder / "known.txt"
    write_list(known, [folder / "pictures" / f"{number}.jpg" for number in range(WARM_UP, WARM_UP + LISTED)])
    with ExitStack() as stack:
        benches = [_open(stack, folder / f"home-{cases}", served, cases, known) for cases in sizes]
        session = stack.enter_context(requests.Session())
        first_s = [bench.take(served, [0]) for bench in benches]
        ways: list[Callable[[Block], float]] = [lambda block: take_alone(session, served, block)]
        ways += [lambda block, bench=bench: bench.take(served, block) for bench in benches]  # type: ignore[misc]
        for way in ways:
            way(range(1, WARM_UP))
        times = _in_turn(ways, list(range(WARM_UP, len(served.addresses))), block_size)
    return _figures(benches, first_s, times)


def _in_turn(ways: Sequence[Callable[[Block], float]], numbers: list[int], block_size: int) -> list[list[float]]:
    """Seconds per item of each way for each block; who begins changes from block to block."""
    times: list[list[float]] = [[] for _ in ways]
    for turn, start in enumerate(range(0, len(numbers), block_size)):
        block = numbers[start : start + block_size]
        for step in range(len(ways)):
            which = (turn + step) % len(ways)
            times[which].append(ways[which](block) / len(block))
    return times


def _figures(benches: Sequence[Bench], first_s: Sequence[float], times: Sequence[Sequence[float]]) -> list[Figure]:
    alone, *homes_s = times
    small, large = benches[-2].cases, benches[-1].cases
    return [
        Ratio("one item through the pipeline / fetch, decode, hash alone", homes_s[0], alone, ITEM_GOAL),
        Ratio(f"one item with {large:,} cases in the home / with {small:,}", homes_s[-1], homes_s[-2], GROWTH_GOAL),
        Told("start of the decoder's child", benches[0].child_start_s),
        *(Told(f"first item of a program, {b.cases:,} cases", s) for b, s in zip(benches, first_s, strict=True)),
    ]


def _open(stack: ExitStack, folder: Path, served: Served, cases: int, known: Path) -> Bench:
    options = [*served.set_options[1::2], "fetch.between_s=0.0", "run.workers=1"]
    homes.make(folder, settings_from_assignments(options))
    desk = Desk.open(folder)
    station = stack.enter_context(pipeline.open_station(desk.home))
    hashsets.import_list(desk, station.library, "known", known)
    fill(desk, cases)
    started = time.perf_counter()
    station.pool.start()
    return Bench(desk, station, cases, time.perf_counter() - started)


def write_list(path: Path, listed: Sequence[Path]) -> None:
    """A list of random PDQs and those of a few of the pictures."""
    rng = random.Random(1)
    rows = [f"{rng.getrandbits(256):064x}" for _ in range(LIST_ROWS)]
    rows += [hashed(file.read_bytes()) for file in listed]
    path.write_text("\n".join(rows))


def take_alone(session: requests.Session, served: Served, block: Block) -> float:
    """Seconds to fetch, decode and hash a block of pictures as the pipeline does, and nothing else."""
    started = time.perf_counter()
    for number in block:
        hashed(session.get(served.direct[number], timeout=30).content)
    return time.perf_counter() - started


def hashed(body: bytes) -> str:
    """All digests and all perceptual hashes of a picture, in this process; returns its PDQ."""
    digest(body)
    return examine(body, max_pixels=MAX_PIXELS, deadline_s=60).orientations[0]
