"""Work as rows: what is due comes once, in order, one at a time for a host, and outlives the worker that had it."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from hotline import custody, db, work
from hotline.models import Work
from hotline.states import WorkKind

ROOT = Path(__file__).parent.parent.parent
HOUR = timedelta(hours=1)


@pytest.fixture
def me(tmp_path: Path) -> Iterator[work.Worker]:
    with work.worker(tmp_path) as taken:
        yield taken


@pytest.fixture
def colleague(tmp_path: Path) -> Iterator[work.Worker]:
    with work.worker(tmp_path) as taken:
        yield taken


def schedule(ledger: Any, subject: str, kind: WorkKind = WorkKind.LOOK, **given: Any) -> None:
    with db.transaction(ledger.engine) as session:
        work.schedule(session, kind, subject, given.pop("due_at", ledger.now), **given)


def finish(ledger: Any, row: work.Claimed, **given: Any) -> None:
    with db.transaction(ledger.engine) as session:
        work.finish(session, row, **given)


def claim(ledger: Any, by: work.Worker, **given: Any) -> work.Claimed | None:
    return work.claim(ledger.engine, by, given.pop("now", ledger.now), **given)


def take(ledger: Any, by: work.Worker, **given: Any) -> work.Claimed:
    row = claim(ledger, by, **given)
    assert row is not None
    return row


def rows(ledger: Any) -> list[Work]:
    with db.reading(ledger.engine) as session:
        return list(session.exec(select(Work)))


def the_row(ledger: Any) -> Work:
    (row,) = rows(ledger)
    return row


def wait_of(ledger: Any) -> float | None:
    return work.seconds_to_wait(ledger.engine, ledger.now)


# When work is due


def test_nothing_is_due_in_an_empty_home(ledger: Any, me: work.Worker) -> None:
    assert claim(ledger, me) is None
    assert wait_of(ledger) is None


def test_work_is_due_at_its_time_and_not_before(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", due_at=ledger.now + HOUR)

    assert claim(ledger, me, now=ledger.now + HOUR - timedelta(microseconds=1)) is None
    assert take(ledger, me, now=ledger.now + HOUR).due_at == ledger.now + HOUR


@pytest.mark.parametrize("order", [(1, 3, 2), (3, 2, 1), (2, 1, 3)])
def test_the_earlier_of_two_due_times_counts(ledger: Any, order: tuple[int, ...]) -> None:
    for hours in order:
        schedule(ledger, "I1", due_at=ledger.now + hours * HOUR)

    assert the_row(ledger).due_at == ledger.now + HOUR


def test_the_more_urgent_of_two_ranks_counts(ledger: Any) -> None:
    for rank in (4, 0, 2):
        schedule(ledger, "I1", rank=rank)

    assert the_row(ledger).rank == 0


def test_one_subject_may_have_work_of_each_kind_and_one_row_of_each(ledger: Any) -> None:
    for kind in (*WorkKind, *WorkKind):
        schedule(ledger, "I1", kind)

    assert sorted(WorkKind) == sorted(row.kind for row in rows(ledger))


def test_held_work_that_is_scheduled_again_is_due_again_after_it(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    row = take(ledger, me)
    for hours in (3, 1, 2):
        schedule(ledger, "I1", due_at=ledger.now + hours * HOUR)
    held = the_row(ledger)
    assert (held.due_at, held.again_at, held.owner) == (ledger.now, ledger.now + HOUR, me.name)

    finish(ledger, row)

    free = the_row(ledger)
    assert (free.due_at, free.again_at, free.owner) == (ledger.now + HOUR, None, None)


@pytest.mark.parametrize(
    ("again_h", "scheduled_h", "due_h"),
    [
        # neither asks for another time: gone
        (None, None, None),
        # the step asks
        (5, None, 5),
        # somebody asked meanwhile
        (None, 2, 2),
        # both: the earlier
        (5, 2, 2),
        (2, 5, 2),
    ],
)
def test_finished_work_is_gone_or_due_at_the_earlier_of_two_times(
    ledger: Any, me: work.Worker, again_h: int | None, scheduled_h: int | None, due_h: int | None
) -> None:
    schedule(ledger, "I1")
    row = take(ledger, me)
    if scheduled_h is not None:
        schedule(ledger, "I1", due_at=ledger.now + scheduled_h * HOUR)

    finish(ledger, row, again_at=None if again_h is None else ledger.now + again_h * HOUR)

    expected = [] if due_h is None else [ledger.now + due_h * HOUR]
    assert expected == [one.due_at for one in rows(ledger)]


def test_cancelled_work_is_gone(ledger: Any) -> None:
    schedule(ledger, "I1")
    schedule(ledger, "I2")

    with db.transaction(ledger.engine) as session:
        work.cancel(session, WorkKind.LOOK, "I1")
        work.cancel(session, WorkKind.SEND, "I2")

    assert [row.subject for row in rows(ledger)] == ["I2"]


def test_cancelled_work_in_somebodys_hands_ends_by_itself_and_does_not_come_again(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    row = take(ledger, me)
    schedule(ledger, "I1", due_at=ledger.now + HOUR)

    with db.transaction(ledger.engine) as session:
        work.cancel(session, WorkKind.LOOK, "I1")
    finish(ledger, row)

    assert rows(ledger) == []


# In which order


def test_a_child_in_danger_comes_before_everything(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", WorkKind.LOOK, rank=1, due_at=ledger.now - HOUR)
    schedule(ledger, "N1", WorkKind.SEND, rank=0)

    assert take(ledger, me).subject == "N1"


def test_due_work_comes_by_danger_then_step_then_rank_then_age(ledger: Any, me: work.Worker) -> None:
    dice = random.Random(7)
    made = []
    for number in range(60):
        given = (dice.randint(0, 4), dice.choice(list(WorkKind)), ledger.now - dice.randint(0, 3) * HOUR)
        made.append((*given, f"I{number}"))
        schedule(ledger, f"I{number}", given[1], rank=given[0], due_at=given[2])
    steps = list(WorkKind)

    taken = [take(ledger, me).subject for _ in made]

    in_order = sorted(made, key=lambda row: (row[0] != 0, steps.index(row[1]), row[0], row[2], int(row[3][1:])))
    assert [row[3] for row in in_order] == taken


def test_all_work_for_a_child_in_danger_is_put_first(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", WorkKind.LOOK)
    schedule(ledger, "I2", WorkKind.TRACE, rank=3)
    schedule(ledger, "I2", WorkKind.SEND, rank=4, due_at=ledger.now + HOUR)

    with db.transaction(ledger.engine) as session:
        work.put_first(session, "I2")

    assert {(row.subject, row.kind): row.rank for row in rows(ledger)} == {
        ("I1", "look"): 4,
        ("I2", "trace"): 0,
        ("I2", "send"): 0,
    }
    assert take(ledger, me).subject == "I2"


def test_one_row_can_be_asked_for_by_name(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", rank=0)
    schedule(ledger, "I2")

    assert take(ledger, me, only=(WorkKind.LOOK, "I2")).subject == "I2"
    assert claim(ledger, me, only=(WorkKind.TRACE, "I1")) is None
    assert claim(ledger, me, only=(WorkKind.LOOK, "I3")) is None


def test_what_was_claimed_tells_all_a_step_needs(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", WorkKind.RECHECK, rank=2, host="img.example")
    number = the_row(ledger).id

    row = take(ledger, me)

    assert row == work.Claimed(number, WorkKind.RECHECK, "I1", ledger.now, "img.example", 2, 0, 1)


# One at a time for a host, with a pause


def test_two_workers_never_hold_two_rows_of_one_host(ledger: Any, me: work.Worker, colleague: work.Worker) -> None:
    for number, host in enumerate(("a.example", "a.example", "b.example")):
        schedule(ledger, f"I{number}", host=host)

    first, second = take(ledger, me), take(ledger, colleague)

    assert [first.host, second.host] == ["a.example", "b.example"]
    assert claim(ledger, me) is None
    assert claim(ledger, colleague) is None
    finish(ledger, first)
    assert take(ledger, colleague).subject == "I1"


def test_rows_without_a_host_hinder_nobody(ledger: Any, me: work.Worker) -> None:
    for number in range(3):
        schedule(ledger, f"N{number}", WorkKind.SEND)

    assert [take(ledger, me).subject for _ in range(3)] == ["N0", "N1", "N2"]


def test_a_host_rests_after_it_was_asked(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    schedule(ledger, "I2", host="img.example")
    finish(ledger, take(ledger, me), rest_s=0.4)

    assert claim(ledger, me) is None
    wait_s = wait_of(ledger)
    assert wait_s is not None
    assert 0 < wait_s <= 0.4
    time.sleep(wait_s)
    assert take(ledger, me).subject == "I2"


def test_no_rest_means_no_wait(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    schedule(ledger, "I2", host="img.example")
    finish(ledger, take(ledger, me), rest_s=0.0)

    assert wait_of(ledger) == 0.0
    assert take(ledger, me).subject == "I2"


def test_a_rest_without_a_host_is_nobodys(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "N1", WorkKind.SEND)
    finish(ledger, take(ledger, me), rest_s=60.0)

    assert ledger.sql("SELECT count(*) FROM host_slots") == [(0,)]


@pytest.mark.parametrize(("known_s", "asked_s"), [(50, 5), (5, 50)])
def test_the_longer_of_two_rests_counts(ledger: Any, me: work.Worker, known_s: int, asked_s: int) -> None:
    schedule(ledger, "I1", host="img.example")
    row = take(ledger, me)
    ledger.sql("INSERT INTO host_slots (host, free_at, strikes) VALUES ('img.example', ?, 0)", time.time() + known_s)

    finish(ledger, row, rest_s=float(asked_s))

    assert ledger.sql("SELECT free_at FROM host_slots")[0][0] == pytest.approx(time.time() + 50, abs=5)


def test_the_wait_is_the_shortest_of_all_hosts_that_have_something_due(ledger: Any, me: work.Worker) -> None:
    for host, rest_s in (("a.example", 40), ("b.example", 20), ("c.example", 5)):
        ledger.sql("INSERT INTO host_slots (host, free_at, strikes) VALUES (?, ?, 0)", host, time.time() + rest_s)
    schedule(ledger, "I1", host="a.example")
    schedule(ledger, "I2", host="b.example")
    schedule(ledger, "I3", host="c.example", due_at=ledger.now + HOUR)

    assert wait_of(ledger) == pytest.approx(20, abs=2)


def test_a_host_in_a_colleagues_hands_is_asked_for_again_soon(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    take(ledger, me)
    assert wait_of(ledger) is None

    schedule(ledger, "I2", host="img.example")

    assert wait_of(ledger) == pytest.approx(0.05)


def test_a_frozen_calendar_holds_up_neither_politeness_nor_leases(
    ledger: Any, me: work.Worker, colleague: work.Worker
) -> None:
    """Every claim here is at the very same moment of the calendar; only the machine's clock goes on."""
    for number in range(3):
        schedule(ledger, f"I{number}", host="img.example")
    finish(ledger, take(ledger, me), rest_s=0.1)
    time.sleep(0.12)
    held = take(ledger, me)
    ledger.sql("UPDATE work SET lease_until = ? WHERE owner IS NOT NULL", time.time() - 1)

    assert take(ledger, colleague).subject == held.subject


# A clock that is put back


def test_a_clock_put_back_an_hour_does_not_stop_a_host(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    ledger.sql("INSERT INTO host_slots (host, free_at, strikes) VALUES ('img.example', ?, 0)", time.time() + 3601)

    assert wait_of(ledger) == 0.0
    assert take(ledger, me).subject == "I1"


def test_a_clock_put_back_an_hour_does_not_end_politeness(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    schedule(ledger, "I2", host="img.example")
    ledger.sql("INSERT INTO host_slots (host, free_at, strikes) VALUES ('img.example', ?, 0)", time.time() + 2 * 3600)

    finish(ledger, take(ledger, me), rest_s=30.0)

    assert claim(ledger, me) is None
    assert wait_of(ledger) == pytest.approx(30, abs=5)


def test_a_rest_the_clock_still_knows_is_kept(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    ledger.sql("INSERT INTO host_slots (host, free_at, strikes) VALUES ('img.example', ?, 0)", time.time() + 3000)

    assert claim(ledger, me) is None
    assert wait_of(ledger) == pytest.approx(3000, abs=5)


# Attempts, and what is given to a person


def test_a_failure_counts_against_the_row_and_a_success_forgives(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    finish(ledger, take(ledger, me), again_at=ledger.now, error="timeout")
    finish(ledger, take(ledger, me), again_at=ledger.now, error="dns")
    assert (the_row(ledger).attempts, the_row(ledger).last_error) == (2, "dns")

    finish(ledger, take(ledger, me), again_at=ledger.now)

    assert (the_row(ledger).attempts, the_row(ledger).last_error) == (0, None)


def test_a_row_that_failed_five_times_waits_for_a_person(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    for number in range(work.MAX_ATTEMPTS):
        assert not the_row(ledger).is_given_up
        assert take(ledger, me).attempts == number
        finish(ledger, _last_claimed(ledger), again_at=ledger.now, error="timeout")

    assert claim(ledger, me) is None
    assert wait_of(ledger) is None
    with db.reading(ledger.engine) as session:
        assert [row.subject for row in work.given_up(session)] == ["I1"]
        assert not work.is_due(session, WorkKind.LOOK, "I1", ledger.now)


def _last_claimed(ledger: Any) -> work.Claimed:
    row = the_row(ledger)
    return work.Claimed(
        row.id, WorkKind(row.kind), row.subject, row.due_at, row.host, row.rank, row.attempts, row.fence
    )


def test_what_was_given_up_gets_another_round_when_a_person_says_so(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", due_at=ledger.now - HOUR)
    ledger.sql("UPDATE work SET is_given_up = 1, attempts = 5, deaths = 20, due_at = '2027'")

    with db.transaction(ledger.engine) as session:
        work.try_again(session, ledger.now)

    row = take(ledger, me)
    assert (row.attempts, row.due_at, the_row(ledger).deaths) == (0, ledger.now, 0)


def test_what_was_given_up_is_tried_when_it_is_scheduled_anew(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    ledger.sql("UPDATE work SET is_given_up = 1, attempts = 5")

    schedule(ledger, "I1")

    assert take(ledger, me).subject == "I1"


def test_what_was_given_up_is_listed_oldest_first(ledger: Any) -> None:
    for number, age_h in enumerate((1, 3, 2)):
        schedule(ledger, f"I{number}", due_at=ledger.now - age_h * HOUR)
    ledger.sql("UPDATE work SET is_given_up = 1")
    schedule(ledger, "I9")

    with db.reading(ledger.engine) as session:
        assert [row.subject for row in work.given_up(session)] == ["I1", "I2", "I0"]


def test_due_and_waiting_are_told(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    schedule(ledger, "I2", due_at=ledger.now + HOUR)
    schedule(ledger, "I3", WorkKind.TRACE)
    held = take(ledger, me, only=(WorkKind.TRACE, "I3"))
    schedule(ledger, "I3", WorkKind.TRACE, due_at=ledger.now + HOUR)

    with db.reading(ledger.engine) as session:
        told = [work.is_due(session, WorkKind.LOOK, f"I{number}", ledger.now) for number in (1, 2, 3)]
        assert told == [True, False, False]
        assert work.is_due(session, WorkKind.TRACE, "I3", ledger.now - HOUR), "it is in somebody's hands"
        assert work.due_counts(session, ledger.now) == {"look": 1, "trace": 1}
        assert work.due_counts(session, ledger.now + HOUR) == {"look": 2, "trace": 1}
    finish(ledger, held)


# The lease


def test_a_lease_that_ran_out_passes_to_a_colleague(ledger: Any, me: work.Worker, colleague: work.Worker) -> None:
    schedule(ledger, "I1")
    mine = take(ledger, me)
    assert claim(ledger, colleague) is None
    ledger.sql("UPDATE work SET lease_until = ?", time.time() - 1)

    theirs = take(ledger, colleague)

    assert (mine.id, mine.fence + 1) == (theirs.id, theirs.fence)


def test_who_lost_the_lease_saves_nothing(ledger: Any, me: work.Worker, colleague: work.Worker) -> None:
    schedule(ledger, "I1")
    mine = take(ledger, me)
    ledger.sql("UPDATE work SET lease_until = ?", time.time() - 1)
    theirs = take(ledger, colleague)

    with pytest.raises(work.LostLeaseError), ledger.writing() as session:
        _save_an_item(session, ledger, mine)

    assert (ledger.entries(), ledger.sql("SELECT count(*) FROM items")) == ([], [(0,)])
    with ledger.writing() as session:
        _save_an_item(session, ledger, theirs)
    assert (len(ledger.entries()), rows(ledger)) == (1, [])


def _save_an_item(session: Session, ledger: Any, row: work.Claimed) -> None:
    session.add(ledger.new_item())
    custody.record(session, "item.look", "home")
    work.finish(session, row)


def test_who_was_freed_saves_nothing_even_if_nobody_took_over(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")
    mine = take(ledger, me)
    ledger.sql("UPDATE work SET owner = NULL, lease_until = NULL")

    with pytest.raises(work.LostLeaseError), db.transaction(ledger.engine) as session:
        work.finish(session, mine, rest_s=60.0)

    assert claim(ledger, me) is not None, "not even the host's rest was saved"


def test_work_that_is_gone_cannot_be_finished(ledger: Any, me: work.Worker) -> None:
    schedule(ledger, "I1")
    mine = take(ledger, me)
    finish(ledger, mine)

    with pytest.raises(work.LostLeaseError):
        finish(ledger, mine)


def test_a_worker_that_ended_leaves_its_rows_at_once(ledger: Any, tmp_path: Path, me: work.Worker) -> None:
    schedule(ledger, "I1")
    with work.worker(tmp_path) as gone:
        take(ledger, gone)
        assert claim(ledger, me) is None

    assert take(ledger, me).subject == "I1"
    assert the_row(ledger).deaths == 1


def test_a_workers_lock_can_be_tried_by_colleagues_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with work.worker(tmp_path) as one:
            mode = (tmp_path / f"{one.name}.lock").stat().st_mode & 0o777
    finally:
        os.umask(before)

    assert f"{mode:o}" == "660"
    assert list(tmp_path.glob("*.lock")) == []


# Real processes that are really killed

CLAIM_AND_DIE = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from hotline import db, work

path, key, folder, now, times = sys.argv[1:]
for _ in range(int(times)):
    child = os.fork()
    if child == 0:
        engine = db.open_database(Path(path), bytes.fromhex(key))
        with work.worker(Path(folder)) as me:
            assert work.claim(engine, me, datetime.fromisoformat(now)) is not None
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, status
"""


def die_while_holding(ledger: Any, folder: Path, times: int) -> None:
    arguments = [str(ledger.path), ledger.key.hex(), str(folder), ledger.now.isoformat(), str(times)]
    subprocess.run([sys.executable, "-c", CLAIM_AND_DIE, *arguments], cwd=ROOT, check=True, timeout=120)


def test_the_row_of_a_killed_worker_is_due_again_at_once(ledger: Any, tmp_path: Path, me: work.Worker) -> None:
    schedule(ledger, "I1", host="img.example")

    die_while_holding(ledger, tmp_path, 1)

    row = take(ledger, me)
    assert (row.subject, row.fence, row.attempts, the_row(ledger).deaths) == ("I1", 2, 0, 1)
    assert [path.stem for path in tmp_path.glob("*.lock")] == [me.name], "the dead worker's lock was cleared away"


def test_a_row_whose_workers_died_twenty_times_in_a_row_waits_for_a_person(
    ledger: Any, tmp_path: Path, me: work.Worker
) -> None:
    schedule(ledger, "I1")

    die_while_holding(ledger, tmp_path, 20)

    assert claim(ledger, me) is None
    assert (the_row(ledger).deaths, the_row(ledger).is_given_up, the_row(ledger).attempts) == (20, True, 0)


def test_one_success_makes_nineteen_deaths_forgotten(ledger: Any, tmp_path: Path, me: work.Worker) -> None:
    schedule(ledger, "I1")
    die_while_holding(ledger, tmp_path, 19)

    row = take(ledger, me)
    finish(ledger, row, again_at=ledger.now)

    assert (the_row(ledger).deaths, the_row(ledger).is_given_up) == (0, False)


def test_a_worker_killed_at_the_very_claim_leaves_the_row(ledger: Any, tmp_path: Path, me: work.Worker) -> None:
    schedule(ledger, "I1")
    arguments = [str(ledger.path), ledger.key.hex(), str(tmp_path), ledger.now.isoformat(), "1"]
    alone = CLAIM_AND_DIE.replace("os.fork()", "0")
    environment = {**os.environ, "HOTLINE_LAB_CRASH_AT": "work.claimed:1"}

    ended = subprocess.run([sys.executable, "-c", alone, *arguments], cwd=ROOT, env=environment, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert take(ledger, me).subject == "I1"


CREW = """
import os, sys, threading, time
from datetime import datetime
from pathlib import Path
from hotline import db, work

path, key, folder, now = sys.argv[1:]
engine = db.open_database(Path(path), bytes.fromhex(key))
now = datetime.fromisoformat(now)
log = os.open(Path(folder) / "done.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

def labour():
    with work.worker(Path(folder)) as me:
        while True:
            row = work.claim(engine, me, now)
            if row is None:
                if work.seconds_to_wait(engine, now) is None:
                    return
                time.sleep(0.005)
                continue
            begun = time.monotonic()
            time.sleep(0.002)
            os.write(log, f"{row.subject} {row.host} {begun} {time.monotonic()}\\n".encode())
            with db.transaction(engine) as session:
                work.finish(session, row)

crew = [threading.Thread(target=labour) for _ in range(8)]
for one in crew: one.start()
for one in crew: one.join()
"""


def test_two_programs_of_eight_workers_do_each_of_four_hundred_rows_once(ledger: Any, tmp_path: Path) -> None:
    with db.transaction(ledger.engine) as session:
        for number in range(400):
            work.schedule(session, WorkKind.LOOK, f"I{number}", ledger.now, host=f"h{number % 40}.example")
    arguments = [str(ledger.path), ledger.key.hex(), str(tmp_path), ledger.now.isoformat()]

    programs = [subprocess.Popen([sys.executable, "-c", CREW, *arguments], cwd=ROOT) for _ in range(2)]
    ended = [program.wait(timeout=120) for program in programs]

    assert ended == [0, 0]
    done = [line.split() for line in (tmp_path / "done.txt").read_text().splitlines()]
    assert sorted(f"I{number}" for number in range(400)) == sorted(row[0] for row in done)
    assert rows(ledger) == []
    assert overlapping(done) == []


def overlapping(done: list[list[str]]) -> list[str]:
    """The hosts that two workers asked at one time."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, host, begun, ended in done:
        spans[host].append((float(begun), float(ended)))
    return [host for host, times in spans.items() if any(a[1] > b[0] for a, b in itertools.pairwise(sorted(times)))]
