"""imagehash's pHash of a picture, shrunk beforehand as imagehash would have Pillow shrink it, in a third of the time.
Source of the arithmetic: Pillow, src/libImaging/Resample.c (Lanczos, 8 bits). It knows pixels only.
"""

from dataclasses import dataclass
from functools import lru_cache

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 32
_SUPPORT = 3.0
_FRACTION_BITS = 22
_GROUP = 8
_STRIP = 128
# Of a tall picture Pillow shrinks the columns first, and rounds in between: there it does the work itself.
_TALLEST = 1.3

Doubles = NDArray[np.float64]


def hash_image(image: Image.Image) -> str:
    """The 16 hex digits that imagehash.phash gives for a picture of any mode."""
    grey = image.convert("L")
    if min(grey.size) > SIDE and grey.height <= _TALLEST * grey.width:
        grey = Image.fromarray(_shrunk(np.asarray(grey)))
    return str(imagehash.phash(grey))


def _shrunk(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """32 by 32 levels, equal to Pillow's: every sum is of whole numbers below 2**53, so it is exact."""
    strips = range(0, len(levels), _STRIP)
    narrow = np.concatenate([_narrowed(levels[top : top + _STRIP].astype(np.float64)) for top in strips])
    return _narrowed(np.ascontiguousarray(narrow.T)).T.astype(np.uint8)


def _narrowed(levels: Doubles) -> Doubles:
    """Each row shrunk to 32 whole levels, rounded and cut off as Pillow does between its two passes."""
    sums = np.concatenate([levels[:, group.span] @ group.weights for group in _groups(levels.shape[1])], axis=1)
    narrow: Doubles = np.floor((sums + (1 << (_FRACTION_BITS - 1))) * 2.0**-_FRACTION_BITS)
    return np.clip(narrow, 0, 255, out=narrow)


@dataclass(frozen=True)
class _Group:
    """The samples that some of the results reach, and their weights (samples, results) as whole numbers."""

    span: slice
    weights: Doubles


@lru_cache(maxsize=64)
def _groups(length: int) -> tuple[_Group, ...]:
    scale = length / SIDE
    centres = (np.arange(SIDE) + 0.5) * scale
    first = np.maximum((centres - _SUPPORT * scale + 0.5).astype(np.intp), 0)
    end = np.minimum((centres + _SUPPORT * scale + 0.5).astype(np.intp), length)
    at = np.arange(length)
    weights = _lanczos((at - centres[:, None] + 0.5) * (1.0 / scale))
    weights[(at < first[:, None]) | (at >= end[:, None])] = 0
    weights *= 1.0 / np.cumsum(weights, axis=1)[:, -1:]
    whole = np.trunc(weights * (1 << _FRACTION_BITS) + np.where(weights < 0, -0.5, 0.5))
    starts = range(0, SIDE, _GROUP)
    spans = [slice(int(first[start]), int(end[start + _GROUP - 1])) for start in starts]
    return tuple(
        _Group(span, np.ascontiguousarray(whole[start : start + _GROUP, span].T))
        for start, span in zip(starts, spans, strict=True)
    )


def _lanczos(x: Doubles) -> Doubles:
    return np.where((x >= -_SUPPORT) & (x < _SUPPORT), np.sinc(x) * np.sinc(x / _SUPPORT), 0.0)
