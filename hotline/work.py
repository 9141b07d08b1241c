"""Work is rows: what is due, who holds it, and when a host may be asked again. Knows no step and decides nothing.

Due times follow the calendar; leases and politeness follow the machine's clock, so a lab may freeze the calendar.
"""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session, col, func, or_, select, update

from hotline import db
from hotline.boundaries import boundary
from hotline.db import time_text
from hotline.models import Work
from hotline.states import WorkKind

LEASE_S = 900.0
MAX_DEATHS = 20
MAX_ATTEMPTS = 5
_STEPS = {kind: number for number, kind in enumerate(WorkKind)}


class LostLeaseError(Exception):
    """The lease of this work passed to another worker; what was done is dropped, and the other does it."""


@dataclass(frozen=True)
class Claimed:
    """A due row in our hands. `fence` proves the hold when its outcome is saved."""

    id: int
    kind: WorkKind
    subject: str
    due_at: datetime
    host: str | None
    rank: int
    attempts: int
    fence: int


@dataclass(frozen=True)
class Worker:
    """One worker's name; its lock file is held for as long as it lives."""

    name: str
    folder: Path


@contextmanager
def worker(folder: Path) -> Iterator[Worker]:
    """Takes a file lock for a new worker; when the worker dies in any way, the lock is free and so are its leases."""
    name = f"{os.getpid()}-{secrets.token_hex(6)}"
    path = folder / f"{name}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o660)
    try:
        os.fchmod(descriptor, 0o660)  # whatever the umask: a colleague's worker must be able to try it
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield Worker(name, folder)
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def schedule(
    session: Session, kind: WorkKind, subject: str, due_at: datetime, *, rank: int = 4, host: str | None = None
) -> None:
    """Makes `kind` due for `subject`; the earlier of two due times counts. Held work becomes due again after it."""
    session.execute(_UPSERT, {"kind": kind, "subject": subject, "step": _STEPS[kind], "rank": rank,
                              "due_at": time_text(due_at), "host": host})  # fmt: skip


def cancel(session: Session, kind: WorkKind, subject: str) -> None:
    """Drops work that has become pointless; work in a worker's hands ends by itself."""
    session.execute(
        text("DELETE FROM work WHERE kind = :kind AND subject = :subject AND owner IS NULL"),
        {"kind": kind, "subject": subject},
    )
    session.execute(
        text("UPDATE work SET again_at = NULL WHERE kind = :kind AND subject = :subject"),
        {"kind": kind, "subject": subject},
    )


def claim(engine: Engine, by: Worker, now: datetime, *, only: tuple[WorkKind, str] | None = None) -> Claimed | None:
    """Takes the first row that is due and whose host is free, or just the one named; None when there is none."""
    clock = time.time()
    kind, subject = only or (None, None)
    values = {"owner": by.name, "until": clock + LEASE_S, "now": time_text(now), "clock": clock}
    with db.transaction(engine) as session:
        _free_the_dead(session, by)
        row = session.execute(_CLAIM, {**values, "kind": kind, "subject": subject}).first()
    if row is None:
        return None
    boundary("work.claimed")
    return Claimed(
        row.id, WorkKind(row.kind), row.subject, datetime.fromisoformat(row.due_at), row.host, row.rank,
        row.attempts, row.fence,
    )  # fmt: skip


def finish(
    session: Session, row: Claimed, *, again_at: datetime | None = None, rest_s: float = 0.0, error: str | None = None
) -> None:
    """Records the outcome of `row` in the transaction that saves its effect.

    The row is due again at `again_at`, or sooner if scheduled meanwhile; else it is gone. Its host rests for `rest_s`.
    With `error` the attempt counts against it and a person gets it after MAX_ATTEMPTS. Raises LostLeaseError.
    """
    held = session.execute(_HELD, {"id": row.id, "fence": row.fence}).first()
    if held is None:
        raise LostLeaseError
    if row.host and rest_s:
        clock = time.time()
        session.execute(_REST, {"host": row.host, "free_at": clock + rest_s, "clock": clock})
    due_at = min((moment for moment in (again_at and time_text(again_at), held.again_at) if moment), default=None)
    if due_at is None:
        session.execute(_END, {"id": row.id})
        return
    attempts = row.attempts + 1 if error else 0
    session.execute(_AGAIN, {"id": row.id, "due_at": due_at, "attempts": attempts, "error": error,
                             "is_given_up": attempts >= MAX_ATTEMPTS})  # fmt: skip


def seconds_to_wait(engine: Engine, now: datetime) -> float | None:
    """How long until a host is free for something that is due; None when nothing is due that nobody holds."""
    with db.reading(engine) as session:
        wait = session.execute(_WAIT, {"now": time_text(now), "clock": time.time()}).scalar()
    return None if wait is None else max(0.0, float(wait))


def is_due(session: Session, kind: WorkKind, subject: str, now: datetime) -> bool:
    """Tells whether this work is due or in somebody's hands, and was not given up."""
    due = or_(col(Work.due_at) <= now, col(Work.owner).is_not(None))
    stands = col(Work.is_given_up).is_(False)
    found = session.exec(select(Work.id).where(Work.kind == kind, Work.subject == subject, due, stands))
    return found.first() is not None


def given_up(session: Session) -> list[Work]:
    """The rows that failed or died too often and wait for a person."""
    return list(session.exec(select(Work).where(col(Work.is_given_up)).order_by(col(Work.due_at))))


def due_counts(session: Session, now: datetime) -> dict[str, int]:
    """How many rows of each kind are due."""
    rows = session.exec(select(Work.kind, func.count()).where(Work.due_at <= now).group_by(Work.kind))
    return {str(kind): int(count) for kind, count in rows}


def put_first(session: Session, subject: str) -> None:
    """Whatever is due for this subject goes before all other work: a child is in danger."""
    session.exec(update(Work).where(col(Work.subject) == subject).values(rank=0))


def try_again(session: Session, now: datetime) -> None:
    """Gives every row that was given up another round of attempts, due now."""
    session.exec(update(Work).where(col(Work.is_given_up)).values(is_given_up=False, attempts=0, deaths=0, due_at=now))


def _free_the_dead(session: Session, by: Worker) -> None:
    """Frees the leases of workers that died, told by their free lock, or that hang past their lease."""
    for owner, until in session.execute(_OTHERS, {"me": by.name}).all():
        if until < time.time() or _is_dead(by.folder / f"{owner}.lock"):
            session.execute(_FREE, {"owner": owner, "max_deaths": MAX_DEATHS})


def _is_dead(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    lock.unlink(missing_ok=True)
    return True


_UPSERT = text("""
    INSERT INTO work (kind, subject, step, rank, due_at, host, fence, attempts, deaths, is_given_up)
    VALUES (:kind, :subject, :step, :rank, :due_at, :host, 0, 0, 0, 0)
    ON CONFLICT (kind, subject) DO UPDATE SET
        rank = min(rank, excluded.rank),
        again_at = CASE WHEN owner IS NULL THEN NULL ELSE min(coalesce(again_at, excluded.due_at), excluded.due_at) END,
        due_at = CASE WHEN owner IS NULL THEN min(due_at, excluded.due_at) ELSE due_at END,
        is_given_up = 0
""")

# The host's slot is taken by the very fact that a row of it is held, so one statement takes both.
# A slot more than an hour ahead was set by a clock that has since been put back.
# The indexes are named, because SQLite would go through all that is ever due, found under the owner NULL.
_CLAIM = text("""
    UPDATE work SET owner = :owner, lease_until = :until, fence = fence + 1
    WHERE id = (
        SELECT w.id FROM work AS w INDEXED BY ix_work_due LEFT JOIN host_slots AS s ON s.host = w.host
        WHERE w.owner IS NULL AND w.due_at <= :now AND w.is_given_up = 0
          AND (:kind IS NULL OR (w.kind = :kind AND w.subject = :subject))
          AND (s.free_at IS NULL OR s.free_at <= :clock OR s.free_at > :clock + 3600)
          AND (w.host IS NULL OR NOT EXISTS (
            SELECT 1 FROM work AS b INDEXED BY ix_work_held WHERE b.host = w.host AND b.owner IS NOT NULL))
        ORDER BY w.rank = 0 DESC, w.step, w.rank, w.due_at, w.id LIMIT 1)
    RETURNING id, kind, subject, due_at, host, rank, attempts, fence
""")

_OTHERS = text("SELECT owner, max(lease_until) FROM work WHERE owner IS NOT NULL AND owner != :me GROUP BY owner")

_HELD = text("SELECT again_at FROM work WHERE id = :id AND fence = :fence AND owner IS NOT NULL")

_END = text("DELETE FROM work WHERE id = :id")

_AGAIN = text("""
    UPDATE work SET due_at = :due_at, again_at = NULL, owner = NULL, lease_until = NULL, deaths = 0,
        attempts = :attempts, last_error = :error, is_given_up = :is_given_up
    WHERE id = :id
""")

_FREE = text("""
    UPDATE work SET owner = NULL, lease_until = NULL, deaths = deaths + 1, is_given_up = deaths + 1 >= :max_deaths
    WHERE owner = :owner
""")

_REST = text("""
    INSERT INTO host_slots (host, free_at, strikes) VALUES (:host, :free_at, 0)
    ON CONFLICT (host) DO UPDATE SET free_at =
        CASE WHEN free_at > :clock + 3600 THEN excluded.free_at ELSE max(free_at, excluded.free_at) END
""")

_WAIT = text("""
    SELECT min(CASE WHEN EXISTS (SELECT 1 FROM work AS b INDEXED BY ix_work_held
                                 WHERE b.host = w.host AND b.owner IS NOT NULL) THEN 0.05
                    WHEN s.free_at > :clock + 3600 THEN 0.0
                    ELSE coalesce(s.free_at, 0.0) - :clock END)
    FROM work AS w INDEXED BY ix_work_due LEFT JOIN host_slots AS s ON s.host = w.host
    WHERE w.owner IS NULL AND w.due_at <= :now AND w.is_given_up = 0
""")
