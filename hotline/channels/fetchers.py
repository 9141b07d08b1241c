"""Processes that talk to hostile hosts so that this one need not: each is killed at its deadline and replaced, and
holds no key, no handle and no right but to connect. What comes back is checked on arrival."""

import contextlib
import signal
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from hashsets.children import Child, ChildPool
from hashsets.wire import BadAnswerError
from hotline.addresses import Gate
from hotline.channels.answering import SO_FAR, STAGES, Heard, max_head_bytes, with_body
from hotline.channels.asking import Asking, Plan
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Exchange
from hotline.channels.trip import fetch_error
from hotline.errors import FetcherError, FetchError
from hotline.records.looks import Capture
from hotline.settings import Settings
from hotline.states import Unreachable

GRACE_S = 0.5
"""So long after its deadline an answer may still come; a process that gave none is killed then."""
MAX_SERVED = 500
"""Then a process is replaced, so that one which was taken over, or has grown, does not stay."""
DYING_S = 0.2
_VARIABLES = {"MALLOC_ARENA_MAX": "1"}  # each arena reserves memory that counts to the limit


class Fetchers(ChildPool["FetchChild"]):
    """Processes that fetch, shared by any number of threads; a context manager.

    The deadline of a request counts from the moment a process takes it.
    """

    start_error = FetcherError
    closed_error = FetcherError

    def __init__(self, plan: Plan, workers: int = 1) -> None:
        super().__init__(workers)
        self._plan = plan

    @classmethod
    def from_settings(cls, settings: Settings, *, workers: int = 1) -> Self:
        """Processes for a home, started when first used. Raises SettingsError."""
        Gate.from_settings(settings)
        Resolver.from_settings(settings)  # what is wrong with the settings is told here
        return cls(Plan(settings), workers)

    def exchange(self, ask: Asking) -> Exchange:
        """Makes one request and follows its redirects, all in a process. Waits for a free one.

        Raises FetchError, RefusedAddressError, each with capture and evidence, at the latest GRACE_S after the
        deadline; FetcherError where no process can be started or after close().
        """
        self._plan.check(ask)
        with self._child() as child:
            outcome = child.exchange(ask)
        if isinstance(outcome, FetchError):
            raise outcome
        return outcome

    def _new_child(self) -> "FetchChild":
        return FetchChild(self._plan)


class FetchChild(Child):
    """One process. What it is asked and what it answers goes over its link only."""

    def __init__(self, plan: Plan, program: str = "hotline.channels.fetcher_child", argument: str = "") -> None:
        super().__init__(program, argument, _VARIABLES)
        self._served = 0
        self._so_far = b""
        self._send(plan.encode(), time.monotonic() + GRACE_S)

    def exchange(self, ask: Asking) -> Exchange | FetchError:
        began_at, started = datetime.now(UTC), time.monotonic()
        self._served += 1
        self._so_far = b""
        try:
            outcome = self._asked(ask, began_at, started + ask.limits.deadline_s + GRACE_S)
        except TimeoutError:
            self.kill()
            reason = Unreachable.TIMEOUT
        except (OSError, BadAnswerError):
            reason = self._why_it_failed()
        else:
            if self._served >= MAX_SERVED:
                self.kill()
            return outcome
        capture = replace(self._last_heard(ask, began_at), reason=reason.value)
        return fetch_error(capture, 0, time.monotonic() - started)

    def _asked(self, ask: Asking, began_at: datetime, until: float) -> Exchange | FetchError:
        self._send(ask.encode(), until)
        while (frame := self._receive(max_head_bytes(ask), until)).startswith(SO_FAR):
            self._so_far = frame
        outcome = Heard(ask, began_at, datetime.now(UTC)).answer(frame)
        if isinstance(outcome, FetchError):
            return outcome
        return with_body(outcome, self._receive(ask.limits.max_bytes, until))

    def _why_it_failed(self) -> Unreachable:
        """The system kills where memory runs out; any other end comes of what was sent, or of an answer made up."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING_S)
        was_killed = self._process.returncode == -signal.SIGKILL
        self.kill()
        return Unreachable.TOO_LARGE if was_killed else Unreachable.BAD_RESPONSE

    def _last_heard(self, ask: Asking, began_at: datetime) -> Capture:
        """How far the request had come, by the last word of a process that gave no answer."""
        heard = Heard(ask, began_at, datetime.now(UTC))
        try:
            return heard.so_far(self._so_far)
        except BadAnswerError:
            return Capture(ask.href, ask.purpose, ask.egress, began_at, heard.ended_at, (), stage=STAGES[0])
