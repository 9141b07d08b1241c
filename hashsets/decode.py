"""The pool of decoder processes: bytes in, a Fingerprint out, whatever the bytes are.
Every file is decoded in a child that is killed at the deadline; a guilty file loses only itself. Nothing touches disk.
"""

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from hashsets.errors import DecoderClosedError, DecoderStartError
from hashsets.fingerprint import Digests, Fingerprint, digest
from hashsets.wire import (
    MAX_ANSWER_BYTES,
    BadAnswerError,
    Decoded,
    Greeting,
    Wanted,
    decode_answer,
    decode_greeting,
    receive_frame,
    send_frame,
)

if TYPE_CHECKING:  # OpenCV takes a quarter of a second to load, which only who wants features spends
    from hashsets.features import Asked, Kept

MAX_PIXELS = 100_000_000
MAX_BYTES = 200_000_000
"""A larger file is known by its digests only: decoding it would take more memory than it has."""
MEMORY_BYTES = 2 << 30
START_DEADLINE_S = 60.0
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from hashsets.decoder_child import main; main(sys.argv[2])"
)
# The C library keeps what a picture of common size took for the next one: to give it back and take it anew costs a
# quarter of a decode. Larger blocks go back at once.
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
_UNHEARD = Greeting("", "")
_Pairs: TypeAlias = "tuple[tuple[Kept, Kept], ...]"
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True)
class Limits:
    """What one decoder process may use, per file where it is time or pixels, in all where it is memory."""

    deadline_s: float
    max_pixels: int
    memory_bytes: int
    has_features: bool


@dataclass(frozen=True)
class Examined:
    """A file's fingerprint, and the local features that were wanted: of pictures to look up, or pairs to keep."""

    fingerprint: Fingerprint
    asked: "tuple[Asked, ...]" = ()
    kept: "tuple[tuple[Kept, Kept], ...]" = ()


class DecoderPool:
    """Decoder processes shared by any number of threads; a context manager.

    A plain child per slot, not multiprocessing: it starts from a bare interpreter, so it inherits no handle, no key in
    memory and no `__main__`. `deadline_s` counts per file from the moment a child takes it.
    """

    def __init__(
        self,
        workers: int = 1,
        deadline_s: float = 20.0,
        max_pixels: int = MAX_PIXELS,
        memory_bytes: int = MEMORY_BYTES,
        *,
        has_features: bool = False,
    ) -> None:
        self._limits = Limits(deadline_s, max_pixels, memory_bytes, has_features)
        self._workers = workers
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._is_closed = False
        for _ in range(workers):
            self._free.put(None)

    def start(self) -> None:
        """Start all children and wait until they are warm; optional, the first file does it too.

        Raises DecoderStartError.
        """
        children: list[_Child] = []
        try:
            children.extend(self._take() for _ in range(self._workers))
            for child in children:
                child.wait_until_ready()
        finally:
            for child in children:
                self._give_back(child)

    def fingerprint(self, body: bytes) -> Fingerprint:
        """Hash one file; never raises because of what the bytes are. Waits for a free child.

        Raises DecoderStartError where no child can be started and DecoderClosedError after close().
        """
        return self.examine(body).fingerprint

    def examine(self, body: bytes, wanted: Wanted = Wanted.HASHES) -> Examined:
        """Like fingerprint, with local features where they are wanted; only of a pool made with `has_features`."""
        if not 0 < len(body) <= MAX_BYTES:
            problem = Decoded(problem="too_many_bytes" if body else "empty")
            return Examined(_fingerprint(digest(body), problem, hasher=""))
        child = self._take()
        try:
            child.wait_until_ready()
            digests, decoded, asked, kept = child.examine(body, wanted)
            return Examined(_fingerprint(digests, decoded, child.greeting.hasher), asked, kept)
        finally:
            self._give_back(child)

    def sandbox(self) -> str:
        """What keeps a decoder from reaching anything, as sandbox.lock_down() names it. Waits for a free child.

        Raises DecoderStartError, DecoderClosedError.
        """
        child = self._take()
        try:
            child.wait_until_ready()
            return child.greeting.sandbox
        finally:
            self._give_back(child)

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

    def _take(self) -> "_Child":
        child = self._free.get()
        if self._is_closed:
            self._free.put(None)
            raise DecoderClosedError
        if child and child.is_alive():
            return child
        try:
            return self._replace(child)
        except OSError:
            self._free.put(None)
            raise DecoderStartError from None

    def _give_back(self, child: "_Child") -> None:
        next_child: _Child | None = child
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

    def _replace(self, child: "_Child | None") -> "_Child":
        if child:
            child.kill()
        return _Child(self._limits)


class _Child:
    """One decoder process and the socket to it."""

    def __init__(self, limits: Limits) -> None:
        self.greeting = _UNHEARD
        self._deadline_s = limits.deadline_s
        self._link, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _BOOT, json.dumps(_search_path()), json.dumps(vars(limits))],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        if self.greeting is not _UNHEARD:
            return
        self._link.settimeout(START_DEADLINE_S)
        try:
            self.greeting = decode_greeting(receive_frame(self._link, MAX_ANSWER_BYTES))
        except (OSError, BadAnswerError):
            self.kill()
            raise DecoderStartError from None

    def examine(self, body: bytes, wanted: Wanted) -> "tuple[Digests, Decoded, tuple[Asked, ...], _Pairs]":
        """The bytes are digested here while the child decodes them."""
        self._link.settimeout(self._deadline_s)
        try:
            send_frame(self._link, bytes([wanted]))
            send_frame(self._link, body)
            digests = digest(body)
            decoded = decode_answer(receive_frame(self._link, MAX_ANSWER_BYTES))
            return digests, decoded, *_read_features(decoded.features, wanted)
        except TimeoutError:
            problem = "decode_timeout"
        except (OSError, BadAnswerError):
            problem = "decoder_died"
        self.kill()
        return digest(body), Decoded(problem=problem), (), ()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._link.close()


def _read_features(encoded: tuple[bytes, ...], wanted: Wanted) -> "tuple[tuple[Asked, ...], _Pairs]":
    """Raises BadAnswerError on what was not wanted, or is not what was."""
    if not encoded:
        return (), ()
    from hashsets import features

    try:
        if wanted is Wanted.ASKED:
            return tuple(map(features.read_asked, encoded)), ()
        kept = [features.read_kept(one) for one in encoded if wanted is Wanted.KEPT]
        return (), tuple(zip(kept[::2], kept[1::2], strict=True))
    except ValueError:
        raise BadAnswerError from None


def _search_path() -> list[str]:
    """Where the child finds what this process imports; an isolated interpreter leaves out the working directory."""
    return [str(Path(__file__).resolve().parent.parent), *(os.path.abspath(entry) for entry in sys.path if entry)]


def _environment() -> dict[str, str]:
    """Nothing secret, and one thread: the pool is the parallelism, and each thread would reserve memory."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, **_KEPT_MEMORY, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _fingerprint(digests: Digests, decoded: Decoded, hasher: str) -> Fingerprint:
    return Fingerprint(
        md5=digests.md5,
        sha1=digests.sha1,
        sha256=digests.sha256,
        size_bytes=digests.size_bytes,
        mime=decoded.mime,
        width=decoded.width,
        height=decoded.height,
        pdq=decoded.orientations[0] if decoded.orientations else None,
        pdq_quality=decoded.pdq_quality,
        orientations=decoded.orientations,
        phash=decoded.phash,
        is_blank=decoded.is_blank,
        is_partial=decoded.is_partial,
        problem=decoded.problem,
        hasher=hasher,
        duration_s=decoded.duration_s,
        parts=decoded.parts,
    )
