"""Child processes that hostile things are given to, and a pool of them shared by threads: each is killed at its
deadline and replaced, and loses only what it had. Knows nothing of what they do; nothing touches disk.
"""

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

from hashsets.wire import MAX_GREETING_BYTES, BadAnswerError, Greeting, decode_greeting, receive_frame, send_frame

START_DEADLINE_S = 60.0
_BOOT = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main(sys.argv[3])"
)
_UNHEARD = Greeting("", "")
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


class Child:
    """One process and the socket to it.

    Not multiprocessing: it starts from a bare interpreter, so it inherits no handle, no key in memory, no environment
    and no `__main__`. It runs `main(argument)` of the module `program` with its end of the socket as descriptor 0.
    """

    def __init__(self, program: str, argument: str, variables: Mapping[str, str]) -> None:
        self.greeting = _UNHEARD
        self._link, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _BOOT, json.dumps(_search_path()), program, argument],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ} | dict(variables),
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Raises BadAnswerError where it does not come up."""
        if self.greeting is not _UNHEARD:
            return
        try:
            until = time.monotonic() + START_DEADLINE_S
            self.greeting = decode_greeting(self._receive(MAX_GREETING_BYTES, until))
        except (OSError, BadAnswerError):
            self.kill()
            raise BadAnswerError from None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._link.close()

    def _send(self, body: bytes, until: float) -> None:
        """Raises TimeoutError after the moment `until` of the machine's clock, other OSError where it hung up."""
        send_frame(self._link, body, until=until)

    def _receive(self, max_bytes: int, until: float) -> bytes:
        """One frame, whole before `until`, however slowly it comes. Raises OSError as above, BadAnswerError."""
        return receive_frame(self._link, max_bytes, until=until)


AnyChild = TypeVar("AnyChild", bound=Child)


class ChildPool(Generic[AnyChild]):
    """Children shared by any number of threads, one per slot, started when first needed; a context manager."""

    start_error: ClassVar[type[Exception]]
    closed_error: ClassVar[type[Exception]]

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._free: queue.LifoQueue[AnyChild | None] = queue.LifoQueue()
        self._is_closed = False
        for _ in range(workers):
            self._free.put(None)

    def _new_child(self) -> AnyChild:
        """Starts one, without waiting for it. Raises OSError."""
        raise NotImplementedError

    def start(self) -> None:
        """Start all children and wait until they are warm; optional, the first use does it too.

        Raises `start_error`.
        """
        with contextlib.ExitStack() as taken:
            children = [taken.enter_context(self._taken()) for _ in range(self._workers)]
            for child in children:
                self._wait_for(child)

    def sandbox(self) -> str:
        """What keeps a child from reaching anything, as sandbox.lock_down() names it. Waits for a free child.

        Raises `start_error`, `closed_error`.
        """
        with self._child() as child:
            return child.greeting.sandbox

    def close(self) -> None:
        """Kill the idle children; those at work are killed as they finish, which is at the deadline at the latest."""
        self._is_closed = True
        for _ in range(self._workers):
            with contextlib.suppress(queue.Empty):
                if child := self._free.get_nowait():
                    child.kill()
        # Wakes whoever waits for a child.
        for _ in range(self._workers):
            self._free.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _child(self) -> Iterator[AnyChild]:
        """A child that is ready, for one thing. Waits for a free one. Raises `start_error`, `closed_error`."""
        with self._taken() as child:
            self._wait_for(child)
            yield child

    @contextlib.contextmanager
    def _taken(self) -> Iterator[AnyChild]:
        child = self._take()
        try:
            yield child
        finally:
            self._give_back(child)

    def _wait_for(self, child: AnyChild) -> None:
        try:
            child.wait_until_ready()
        except BadAnswerError:
            raise self.start_error from None

    def _take(self) -> AnyChild:
        child = self._free.get()
        if self._is_closed:
            self._free.put(None)
            raise self.closed_error
        if child and child.is_alive():
            return child
        try:
            return self._replace(child)
        except OSError:
            self._free.put(None)
            raise self.start_error from None

    def _give_back(self, child: AnyChild) -> None:
        next_child: AnyChild | None = child
        try:
            if self._is_closed:
                child.kill()
            # A dead one is replaced at once, so that it warms up while nobody waits.
            elif not child.is_alive():
                next_child = self._replace(child)
        except OSError:
            next_child = None
        finally:
            self._free.put(next_child)

    def _replace(self, child: AnyChild | None) -> AnyChild:
        if child:
            child.kill()
        return self._new_child()


def _search_path() -> list[str]:
    """Where the child finds what this process imports; an isolated interpreter leaves out the working directory."""
    return [str(Path(__file__).resolve().parent.parent), *(os.path.abspath(entry) for entry in sys.path if entry)]
