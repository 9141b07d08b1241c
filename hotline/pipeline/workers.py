"""Workers: threads that do what is due until nothing is left, wait politeness out, and stop when asked."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from hotline import db, work
from hotline.errors import MailboxError
from hotline.pipeline.running import Done, run_due
from hotline.pipeline.screening import catch_up_with_lists
from hotline.pipeline.station import Station
from hotline.states import WorkKind

log = structlog.get_logger()
SHORT_WAIT_S = 0.02
LONG_WAIT_S = 0.5
Progress = Callable[[Done], None]


@dataclass
class Crew:
    """The workers of one program: how many are busy, what is done, and whether they were asked to stop."""

    station: Station
    progress: Progress
    stop: threading.Event
    done: Done = field(default_factory=Done)
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.lock:
            self.busy += 1
        try:
            yield
        finally:
            with self.lock:
                self.busy -= 1


def run_once(
    station: Station,
    progress: Progress = lambda _: None,
    stop: threading.Event | None = None,
    *,
    reads_mail: bool = True,
) -> Done:
    """Does everything that is due now and what that makes due now, politeness waited out; reads the mailbox before.

    On Ctrl-C each worker ends the row it has; all else stays due. Raises BlockedError when the home cannot be written.
    """
    catch_up_with_lists(station)
    if reads_mail:
        _read_answers(station)
    crew = Crew(station, progress, stop or threading.Event())
    count = station.settings.run.workers
    with ThreadPoolExecutor(count, thread_name_prefix="worker") as pool:
        futures = [pool.submit(_work_until_idle, crew) for _ in range(count)]
        try:
            for future in futures:
                future.result()
        except BaseException:
            crew.stop.set()
            raise
    return crew.done


def _read_answers(station: Station) -> None:
    """Answers come before all else that is due; a mailbox that cannot be reached holds nothing up. What reads them is
    loaded only where a home has any."""
    if station.settings.imap.host:
        from hotline.pipeline.answering import read_mail

        try:
            read_mail(station)
        except MailboxError as error:
            log.warning("mailbox", reason=error.reason)
    if station.settings.cloudflare.account or station.settings.aws.region:
        from hotline.pipeline.standing import ask_standings

        ask_standings(station)


def do_now(station: Station, wanted: list[tuple[WorkKind, str]]) -> Done:
    """Does these rows as soon as their hosts are free, and nothing else; waits for one that another worker has."""
    done = Done()
    with work.worker(station.home.run_folder) as me:
        for kind, subject in wanted:
            while not run_due(station, me, done, only=(kind, subject)) and _is_due(station, kind, subject):
                time.sleep(SHORT_WAIT_S * 10)
    return done


def _is_due(station: Station, kind: WorkKind, subject: str) -> bool:
    with db.reading(station.home.engine) as session:
        return work.is_due(session, kind, subject, station.now())


def _work_until_idle(crew: Crew) -> None:
    engine = crew.station.home.engine
    with work.worker(crew.station.home.run_folder) as me:
        while not crew.stop.is_set():
            with crew.at_work():
                if run_due(crew.station, me, crew.done, progress=crew.progress):
                    continue
            # Read before the wait: a busy colleague may make more due after we found nothing.
            others_busy = crew.busy > 0
            wait_s = work.seconds_to_wait(engine, crew.station.now())
            if wait_s is None and not others_busy:
                return
            crew.stop.wait(min(max(wait_s or 0.0, SHORT_WAIT_S), LONG_WAIT_S))
