"""Items a second on a farm of hosts that take their time, against a bare loop of requests on the same farm.

As a program it is one worker of the hotline: it opens a home, says that it is ready, and does what is due when told to.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from hotline.decisions import homes, reports
from hotline.decisions.desk import Desk
from hotline.intake import new_report
from hotline.settings import settings_from_assignments
from scripts.bench.figures import AtLeast, Figure, Said
from scripts.bench.serving import Served, draw_files, served

ALONE_GOAL, TWICE_GOAL = 0.6, 1.6
WARM_UP = 4


def measure(folder: Path, items: int, answer_s: float, rounds: int) -> list[Figure]:
    """The farm's hosts answer after `answer_s`; every way takes `items` pictures, round by round in turn."""
    draw_files(folder / "pictures", WARM_UP + items, (640, 480))
    rates: dict[str, list[float]] = {"bare": [], "one": [], "two": []}
    with served(folder / "pictures", answer_s) as farm:
        for number in range(rounds):
            rates["bare"].append(_bare(farm))
            rates["one"].append(_hotline(folder / f"one-{number}", farm, 1))
            rates["two"].append(_hotline(folder / f"two-{number}", farm, 2))
    best = {name: max(each) for name, each in rates.items()}
    return [
        Said(
            "a bare loop of requests", f"{best['bare']:.1f} items a second, hosts answer after {1000 * answer_s:.0f} ms"
        ),
        AtLeast("one process, one worker / the bare loop", best["one"] / best["bare"], ALONE_GOAL, "times"),
        AtLeast("two processes / one", best["two"] / best["one"], TWICE_GOAL, "times"),
    ]


def _bare(farm: Served) -> float:
    """Items a second of fetching alone, a connection for each host as there is one picture on each."""
    started = time.perf_counter()
    for address in farm.direct[WARM_UP:]:
        with requests.Session() as session:
            session.get(address, timeout=30).content  # noqa: B018 - reading it is what is measured
    return (len(farm.direct) - WARM_UP) / (time.perf_counter() - started)


def _hotline(folder: Path, farm: Served, count: int) -> float:
    """Items a second of so many processes on one home, all of the look saved."""
    options = [*farm.set_options[1::2], "fetch.between_s=0.0", "run.workers=1"]
    homes.make(folder, settings_from_assignments(options))
    desk = Desk.open(folder)
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(folder)) for _ in range(count)]
        _report(desk, farm.addresses[:WARM_UP])
        _told(workers, "warm")
        _report(desk, farm.addresses[WARM_UP:])
        started = time.perf_counter()
        done = sum(_told(workers, "go"))
        seconds = time.perf_counter() - started
    if done != len(farm.addresses) - WARM_UP:
        raise RuntimeError(f"the workers did {done} looks instead of what was measured")
    return done / seconds


def _report(desk: Desk, addresses: Sequence[str]) -> None:
    for address in addresses:
        reports.add(desk, new_report([address], category="csam"))


@contextmanager
def _worker(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "scripts.bench.farming", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()


def _told(workers: Sequence["subprocess.Popen[str]"], word: str) -> list[int]:
    """Tells all workers to begin, and gives how many looks each took."""
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(f"{word}\n")
        worker.stdin.flush()
    answers = [worker.stdout.readline() for worker in workers if worker.stdout is not None]
    return [int(json.loads(answer)) for answer in answers]


def main(folder: Path) -> None:
    """One worker: each line on stdin is a wish to do what is due; the number of looks is the answer."""
    from hotline import pipeline

    desk = Desk.open(folder)
    with pipeline.open_station(desk.home) as station:
        station.pool.start()
        for _ in sys.stdin:
            print(json.dumps(pipeline.run_once(station).counts["look"]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
