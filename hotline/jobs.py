"""What happens at fixed ticks. The scheduler decides nothing: each tick does what the work rows say is due."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from hotline import pipeline
from hotline.errors import BlockedError
from hotline.pipeline.running import place_of

log = structlog.get_logger()
MAX_FAILED_TICKS = 3
STOP_LOOK_S = 0.1
MAIL_EVERY_S = 300.0


class Ticker:
    """One program's ticks: keeps the first failure that no further tick can cure."""

    def __init__(self, station: pipeline.Station) -> None:
        self.station, self.stop = station, threading.Event()
        self.failed = 0
        self.mail_read_at: float | None = None
        self.failure: BaseException | None = None

    def tick(self) -> None:
        """Does everything due. A home that cannot be written is tried a few ticks more, then the program ends."""
        started = time.monotonic()
        try:
            done = pipeline.run_once(self.station, stop=self.stop, reads_mail=self._is_mail_due(started))
        except BlockedError as error:
            self._count(error)
            return
        except Exception as error:  # noqa: BLE001 - kept and raised by run_forever, which ends the program
            self._end(error)
            return
        self.failed = 0
        if done.counts:
            seconds = round(time.monotonic() - started, 3)
            log.info("tick", count=done.counts.total(), bugs=done.bugs, seconds=seconds)

    def _is_mail_due(self, now: float) -> bool:
        """A mailbox is not asked at every tick."""
        is_due = self.mail_read_at is None or now - self.mail_read_at >= MAIL_EVERY_S
        self.mail_read_at = now if is_due else self.mail_read_at
        return is_due

    def _count(self, error: BlockedError) -> None:
        self.failed += 1
        log.error("tick_blocked", where=type(error).__name__, count=self.failed)
        if self.failed >= MAX_FAILED_TICKS:
            self._end(error)

    def _end(self, error: BaseException) -> None:
        log.error("tick_failed", where=place_of(error))
        self.failure = error
        self.stop.set()


def run_forever(station: pipeline.Station, is_stopped: Callable[[], bool]) -> None:
    """Ticks until `is_stopped` or the program is interrupted; then ends the rows in hand. Raises what ended it."""
    from apscheduler.schedulers.background import BackgroundScheduler

    ticker = Ticker(station)
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        ticker.tick,
        "interval",
        seconds=station.settings.run.tick_s,
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        while not (is_stopped() or ticker.stop.is_set()):
            time.sleep(STOP_LOOK_S)
    finally:
        ticker.stop.set()
        scheduler.shutdown(wait=True)
    if ticker.failure is not None:
        raise ticker.failure
