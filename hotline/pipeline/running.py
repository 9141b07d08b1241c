"""Doing one due row: claim it, take its step, and record its outcome whatever happens."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from hotline import db, work
from hotline.boundaries import boundary
from hotline.errors import BlockedError
from hotline.pipeline import steps
from hotline.pipeline.station import Station
from hotline.states import WorkKind

STEPS: dict[WorkKind, Callable[[Station, work.Claimed], None]] = {
    WorkKind.LOOK: steps.look,
    WorkKind.SCREEN: steps.screen_again,
    WorkKind.RECHECK: steps.look,
    WorkKind.TRACE: steps.trace_item,
    WorkKind.NOTIFY: steps.notify_contacts,
    WorkKind.SEND: steps.send_notice,
}
"""What is due is done in this order; a look at what was decided is a recheck, whichever of the two asked for it."""

BUG_AGAIN_H = 1
log = structlog.get_logger()


@dataclass
class Done:
    """How many rows of each kind have a recorded outcome, and in how many the program itself failed."""

    counts: Counter[str] = field(default_factory=Counter)
    bugs: int = 0


def run_due(
    station: Station,
    by: work.Worker,
    done: Done,
    *,
    progress: Callable[[Done], None] = lambda _: None,
    only: tuple[WorkKind, str] | None = None,
) -> bool:
    """Does the first due row. Returns whether there was one that could be claimed."""
    claimed = work.claim(station.home.engine, by, station.now(), only=only)
    if claimed is None:
        return False
    _do(station, claimed, done)
    progress(done)
    return True


def _do(station: Station, claimed: work.Claimed, done: Done) -> None:
    try:
        STEPS[claimed.kind](station, claimed)
    except work.LostLeaseError:
        log.info("lease_lost", work=claimed.id, step=claimed.kind.value)
        return
    except BlockedError:
        _give_back(station, claimed)
        raise
    except Exception as error:  # noqa: BLE001 - one broken row must not stop the others; it is recorded and told
        done.bugs += 1
        _save_bug(station, claimed, error)
    done.counts[claimed.kind.value] += 1


def _give_back(station: Station, claimed: work.Claimed) -> None:
    """The disk is full or the database busy: the row is free again, as if nobody had taken it."""
    try:
        with db.transaction(station.home.engine) as session:
            work.finish(session, claimed, again_at=claimed.due_at)
    except (BlockedError, work.LostLeaseError):
        log.info("left_to_lease", work=claimed.id)


def _save_bug(station: Station, claimed: work.Claimed, error: Exception) -> None:
    """Records where the program failed, never with what: an error's text could carry an address."""
    where = place_of(error)
    log.error("bug", work=claimed.id, step=claimed.kind.value, where=where)
    with db.transaction(station.home.engine) as session:
        again_at = station.now() + timedelta(hours=BUG_AGAIN_H)
        work.finish(session, claimed, again_at=again_at, error=where)
    boundary("work.released")


def place_of(error: BaseException) -> str:
    """Type and place of an error, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name}, line {trace.tb_lineno}"
