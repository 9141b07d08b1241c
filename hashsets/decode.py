"""The pool of decoder processes: bytes in, a Fingerprint out, whatever the bytes are.
Every file is decoded in a child that is killed at the deadline; a guilty file loses only itself. Nothing touches disk.
"""

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from hashsets.children import Child, ChildPool
from hashsets.errors import DecoderClosedError, DecoderStartError
from hashsets.fingerprint import Digests, Fingerprint, digest
from hashsets.wire import MAX_ANSWER_BYTES, BadAnswerError, Decoded, Wanted, decode_answer

if TYPE_CHECKING:  # OpenCV takes a quarter of a second to load, which only who wants features spends
    from hashsets.features import Asked, Kept

MAX_PIXELS = 100_000_000
MAX_BYTES = 200_000_000
"""A larger file is known by its digests only: decoding it would take more memory than it has."""
MEMORY_BYTES = 2 << 30
# The C library keeps what a picture of common size took for the next one: to give it back and take it anew costs a
# quarter of a decode. Larger blocks go back at once. One thread: the pool is the parallelism, and each reserves memory.
_VARIABLES = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_Pairs: TypeAlias = "tuple[tuple[Kept, Kept], ...]"


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


class DecoderPool(ChildPool["_Decoder"]):
    """Decoder processes shared by any number of threads; a context manager.

    `deadline_s` counts per file from the moment a child takes it.
    """

    start_error = DecoderStartError
    closed_error = DecoderClosedError

    def __init__(
        self,
        workers: int = 1,
        deadline_s: float = 20.0,
        max_pixels: int = MAX_PIXELS,
        memory_bytes: int = MEMORY_BYTES,
        *,
        has_features: bool = False,
    ) -> None:
        super().__init__(workers)
        self._limits = Limits(deadline_s, max_pixels, memory_bytes, has_features)

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
        with self._child() as child:
            digests, decoded, asked, kept = child.examine(body, wanted)
            return Examined(_fingerprint(digests, decoded, child.greeting.hasher), asked, kept)

    def _new_child(self) -> "_Decoder":
        return _Decoder(self._limits)


class _Decoder(Child):
    def __init__(self, limits: Limits) -> None:
        super().__init__("hashsets.decoder_child", json.dumps(vars(limits)), _VARIABLES)
        self._deadline_s = limits.deadline_s

    def examine(self, body: bytes, wanted: Wanted) -> "tuple[Digests, Decoded, tuple[Asked, ...], _Pairs]":
        """The bytes are digested here while the child decodes them."""
        until = time.monotonic() + self._deadline_s
        try:
            self._send(bytes([wanted]), until)
            self._send(body, until)
            digests = digest(body)
            decoded = decode_answer(self._receive(MAX_ANSWER_BYTES, until))
            return digests, decoded, *_read_features(decoded.features, wanted)
        except TimeoutError:
            problem = "decode_timeout"
        except (OSError, BadAnswerError):
            problem = "decoder_died"
        self.kill()
        return digest(body), Decoded(problem=problem), (), ()


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
