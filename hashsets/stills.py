"""What of a file local features are found in: a picture or what stands inside its border, or a few frames of a video.
It knows grey levels only. For the decoder child.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hashsets.contentbox import Box
from hashsets.wire import MAX_LOOKS, Wanted

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]
# Features are found in no more than so many pixels on the longer side: a frame need not be held larger.
_SIDE = 1024


class Spread:
    """A few frames spread over a video whose length nobody knows yet: every n-th, where n doubles as it goes on."""

    def __init__(self, most: int = MAX_LOOKS) -> None:
        self._most, self._step, self._seen = most, 1, 0
        self._frames: list[Grey] = []

    def add(self, luma: Floats) -> None:
        """Take the next frame, shape (rows, columns), 0..255, or leave it out."""
        if self._seen % self._step == 0:
            if len(self._frames) == self._most:
                self._frames, self._step = self._frames[::2], 2 * self._step
            if self._seen % self._step == 0:
                self._frames.append(_grey(_reduced(luma)))
        self._seen += 1

    def frames(self) -> tuple[Grey, ...]:
        """Those that were kept, in their order."""
        return tuple(self._frames)


def stills_of(luma: Floats, boxes: Sequence[Box], frames: Iterable[Floats], wanted: Wanted) -> list[Grey]:
    """What is looked up of a picture: itself, its boxes, other frames. Of what is kept only the material counts.

    What stands around it, as a phone's screen does, is the same around other pictures, so it is not kept.
    """
    cut = [_grey(box.cut(luma)) for box in boxes]
    whole = [_grey(luma)] if wanted is Wanted.ASKED or not cut else []
    shown = cut if wanted is Wanted.ASKED else cut[:1]
    return [*whole, *shown, *(_grey(frame) for frame in frames)][:MAX_LOOKS]


def features_of(stills: Iterable[Grey], wanted: Wanted) -> Iterator[bytes]:
    """The local features of each, encoded; those to keep come as upright and mirrored, one after the other."""
    if wanted is Wanted.HASHES:
        return
    from hashsets import features  # OpenCV: loaded by a child that is asked for it

    for still in stills:
        if wanted is Wanted.ASKED:
            yield features.to_ask(still).encode()
        else:
            yield from (kept.encode() for kept in features.to_keep(still))


def _reduced(luma: Floats) -> Floats:
    step = -(-max(luma.shape) // _SIDE)
    if step == 1:
        return luma
    rows, columns = (side // step for side in luma.shape)
    blocks = luma[: rows * step, : columns * step].reshape(rows, step, columns, step)
    means: Floats = blocks.mean(axis=(1, 3), dtype=np.float32)
    return means


def _grey(luma: Floats) -> Grey:
    return np.ascontiguousarray(np.clip(luma + 0.5, 0, 255).astype(np.uint8))
