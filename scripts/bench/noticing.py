"""How long many due notices take from the items to bytes that are fixed for the wire, and how that grows.

As a program it is one such run in a home of its own: the real steps, one after the other, without the delivery.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hotline import custody, db, pipeline, work
from hotline.decisions import homes, law, notices
from hotline.decisions.desk import Desk
from hotline.law import LawKind, entries
from hotline.pipeline import fixing, timing
from hotline.pipeline.running import Done, run_due
from hotline.settings import settings_from_assignments
from hotline.states import NoticeState, WorkKind
from hotline.store import notices as stored
from scripts.bench.due import fill_due
from scripts.bench.figures import Figure, Said, Within, say
from scripts.bench.importing import in_own_process
from scripts.bench.memory import peak_bytes

GROWTH_GOAL = 12
TENTH = 10
OPTIONS = (
    'lab.clock="2026-11-21T10:00:00Z"',
    'hotline.name="Bench Hotline"',
    'hotline.reply_to="reports@bench.example"',
    'mail.from_address="notices@bench.example"',
)


@dataclass(frozen=True)
class Size:
    """`items` for `contacts`, in notices of as many items as there are or (`is_apart`) of one."""

    items: int
    contacts: int
    is_apart: bool

    @property
    def notices(self) -> int:
        return self.items if self.is_apart else min(self.items, self.contacts)

    @property
    def name(self) -> str:
        return f"{self.items:,} items in {self.notices:,} notices to {self.contacts:,} contacts"


@dataclass(frozen=True)
class Took:
    """Seconds of each phase of a run, and the most memory that its process held."""

    grouped_s: float
    approved_s: float
    written_s: float
    peak_bytes: int

    @property
    def seconds(self) -> float:
        return self.grouped_s + self.approved_s + self.written_s


def measure(folder: Path, items: int, contacts: int) -> list[Figure]:
    """A tenth of the items to a tenth of the contacts, and to all of them, is what growth is told against."""
    return [figure for is_apart in (False, True) for figure in _figures(folder, Size(items, contacts, is_apart))]


def _figures(folder: Path, whole: Size) -> list[Figure]:
    fewer = max(1, whole.contacts // TENTH)
    tenths = [Size(whole.items // TENTH, contacts, whole.is_apart) for contacts in (fewer, whole.contacts)]
    # The tenths are run before and after the whole, so that a busy moment of the machine weighs on both.
    before = [_run(folder, one) for one in tenths]
    took = _run(folder, whole)
    after = [_run(folder, one) for one in tenths]
    found: list[Figure] = [Said(whole.name, _told(took))]
    for tenth, *pair in zip(tenths, before, after, strict=True):
        tenth_s = sum(one.seconds for one in pair) / len(pair)
        of = f"{took.seconds:,.1f} s against {tenth_s:,.2f} s"
        found.append(Within(f"growth against {tenth.name}", took.seconds / tenth_s, GROWTH_GOAL, "times", of))
    return found


def _told(took: Took) -> str:
    return (
        f"{took.seconds:,.1f} s: grouped {took.grouped_s:,.1f}, approved {took.approved_s:,.1f}, "
        f"written {took.written_s:,.1f}; at most {took.peak_bytes / 1e6:,.0f} MB of memory"
    )


def _run(folder: Path, size: Size) -> Took:
    say(size.name)
    number = len(list(folder.iterdir()))
    asked = (size.items, size.contacts, int(size.is_apart))
    return Took(**in_own_process("scripts.bench.noticing", folder / f"home-{number}", *asked))


def take(folder: Path, size: Size) -> Took:
    """One run: in the home `folder`, which is made for it."""
    desk = _filled(folder, size)
    waves = -(-size.items // size.contacts) if size.is_apart else 1
    grouped_s = approved_s = 0.0
    with pipeline.open_station(desk.home) as station:
        _load_writers()
        left = size.items
        for _ in range(waves):
            count = min(left, size.contacts) if size.is_apart else left
            left -= count
            grouped_s += _group(station, count)
            approved_s += _approve(desk)
        written_s = _write(station, size.notices)
    return Took(grouped_s, approved_s, written_s, peak_bytes())


def _filled(folder: Path, size: Size) -> Desk:
    """A home in which the shipped citations were checked, so that notices quote them."""
    homes.make(folder, settings_from_assignments(list(OPTIONS)))
    desk = Desk.open(folder)
    law.check(desk, [one.id for one in entries(desk.settings).values() if one.kind is LawKind.CITATION])
    fill_due(desk, size.items, size.contacts)
    return desk


def _load_writers() -> None:
    """What only writing needs takes a second to load, which is no part of a notice."""
    import babel.dates  # noqa: F401
    import xarf  # noqa: F401

    from hotline.pipeline import writing  # noqa: F401
    from notices import render

    render.environment()


def _group(station: pipeline.Station, count: int) -> float:
    """Seconds to put so many items into drafts; the queue gives them in the order in which they were filled in."""
    done = Done()
    with work.worker(station.home.run_folder) as me:
        started = time.perf_counter()
        for _ in range(count):
            run_due(station, me, done)
        seconds = time.perf_counter() - started
    if done.bugs or done.counts != {WorkKind.NOTIFY.value: count}:
        raise RuntimeError(f"the pipeline did not do what was measured: {done}")
    return seconds


def _approve(desk: Desk) -> float:
    """Seconds to approve every draft; what is due after it goes into new ones."""
    started = time.perf_counter()
    notices.approve_all(desk)
    return time.perf_counter() - started


def _write(station: pipeline.Station, count: int) -> float:
    """Seconds to bring every approved notice to `sending`, as the step does before it delivers."""
    with db.reading(station.home.engine) as session:
        numbers = [one.id for one in stored.in_state(session, NoticeState.APPROVED)]
    started = time.perf_counter()
    fixed = sum(_fix(station, number) for number in numbers)
    seconds = time.perf_counter() - started
    if fixed != count:
        raise RuntimeError(f"{fixed} notices were written instead of what was measured")
    return seconds


def _fix(station: pipeline.Station, number: int) -> bool:
    now = station.now()
    with station.writing(now) as session:
        notice = stored.load_notice(session, number)
        waits_until = timing.leaves_at(session, station, notice, now)
        outgoing = None if waits_until else fixing.fix_for_sending(session, station, notice, now)
        return outgoing is not None and bool(outgoing.raw)


def require_whole(folder: Path) -> None:
    """Raises AuditError where the chain of custody of a run does not hold."""
    home = Desk.open(folder).home
    with db.reading(home.engine) as session:
        custody.verify(session, custody.read_anchor(home.anchor))


if __name__ == "__main__":
    home, items, contacts, is_apart = sys.argv[1:]
    print(json.dumps(vars(take(Path(home), Size(int(items), int(contacts), is_apart == "1")))))
