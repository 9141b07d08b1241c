"""PDQ, Meta's 256-bit perceptual hash, as two matrix products; equal to the bit to the reference implementation.
Source: facebook/ThreatExchange pdq/cpp/hashing/pdqhashing.cpp. It knows pixels only: no files, no lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hashsets.variants import ORIENTATIONS, TURNS

HASHER = "pdq-matrix/1"
MIN_SIDE = 5
LEAST_QUALITY = 50
"""Below it a hash is no evidence: the picture shows too little."""
BLOCK = 64
COEFFICIENTS = 16
# Below this spread of the 64x64 block, in grey levels of 255, the hash shows rounding noise and no picture.
BLANK_SPREAD = 4.0
STRIPS, MIN_STRIP = 12, 32

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Pdq:
    """The PDQ of one picture: its quality 0..100, the eight hashes in order of ORIENTATIONS, and if it is blank."""

    quality: int
    orientations: tuple[str, ...]
    is_blank: bool


def hash_pixels(pixels: Pixels | Floats) -> Pdq | None:
    """Hash RGB (rows, columns, 3) or grey levels (rows, columns) of 0..255; None where a side is under 5 pixels."""
    if min(pixels.shape[:2]) < MIN_SIDE:
        return None
    blocks = _blocks(pixels)
    spectra: Floats = np.matmul(np.matmul(_dct(), blocks), _dct().T)
    upright = blocks[0, 0]
    return Pdq(
        quality=_quality(upright),
        orientations=tuple(_hashes(spectra)),
        is_blank=float(np.ptp(upright)) < BLANK_SPREAD,
    )


def _hashes(spectra: Floats) -> Iterator[str]:
    """One bit per coefficient above the lower median; the reference counts bits from the end."""
    middle = COEFFICIENTS * COEFFICIENTS // 2 - 1
    medians = np.partition(spectra.reshape(2, 2, -1), middle, axis=-1)[..., middle]
    bits = spectra > medians[..., None, None]
    for variant in ORIENTATIONS:
        rows_reversed, columns_reversed, transposed = TURNS[variant]
        turned = bits[rows_reversed, columns_reversed]
        yield np.packbits((turned.T if transposed else turned).ravel()[::-1]).tobytes().hex()


def _quality(block: Floats) -> int:
    """Sum of gradients in whole percent of the grey range, cut off at 100, as the reference computes it."""
    down = np.trunc(np.diff(block, axis=0) * np.float32(100) / np.float32(255))
    across = np.trunc(np.diff(block, axis=1) * np.float32(100) / np.float32(255))
    return min(100, int(np.abs(down).sum() + np.abs(across).sum()) // 90)


def _blocks(pixels: Pixels | Floats) -> Floats:
    """The 64x64 block with rows and columns as they are or reversed: shape (2, 2, 64, 64)."""
    rows, columns = pixels.shape[:2]
    narrow = np.zeros((2 * BLOCK, columns), dtype=np.float32)
    # In strips, which stay in the cache, and a huge picture never needs a float copy of itself.
    for strip in _strips(rows):
        narrow[strip.samples] += strip.weights @ luma(pixels[strip.span])
    product = np.zeros((2 * BLOCK, 2 * BLOCK), dtype=np.float32)
    for strip in _strips(columns):
        product[:, strip.samples] += narrow[:, strip.span] @ strip.weights.T
    blocks: Floats = product[_PLACES][:, _PLACES].reshape(2, BLOCK, 2, BLOCK).swapaxes(1, 2)
    return blocks


def luma(pixels: Pixels | Floats) -> Floats:
    """Grey levels 0..255 as PDQ weighs red, green and blue; what is grey already stays."""
    if pixels.ndim == 2:
        return pixels.astype(np.float32, copy=False)
    levels: Floats = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return levels


@dataclass(frozen=True)
class _Strip:
    """A span of a picture's rows or columns, the samples that reach into it, and their weights there."""

    span: slice
    samples: slice
    weights: Floats


# A sample and its mirror image stand beside each other, so that those that reach into a strip are one slice: sample i
# is row 2 i of the shrinking matrix, and sample i of the reversed picture is row 2 (63 - i) + 1.
_PLACES = np.concatenate([2 * np.arange(BLOCK), 2 * np.arange(BLOCK)[::-1] + 1])


@lru_cache(maxsize=64)
def _strips(length: int) -> tuple[_Strip, ...]:
    """The shrinking matrix of one dimension cut into strips: each sample reaches no further than a 64th of it."""
    matrix = np.empty((2 * BLOCK, length), dtype=np.float32)
    weights = _shrinking(length)
    matrix[_PLACES] = np.vstack([weights, weights[:, ::-1]])
    size = max(MIN_STRIP, -(-length // STRIPS))
    return tuple(_strip(matrix, slice(at, min(at + size, length))) for at in range(0, length, size))


def _strip(matrix: Floats, span: slice) -> _Strip:
    reaching = np.flatnonzero(matrix[:, span].any(axis=1))
    samples = slice(int(reaching[0]), int(reaching[-1]) + 1)
    return _Strip(span, samples, np.ascontiguousarray(matrix[samples, span]))


def _shrinking(length: int) -> Floats:
    """Two box filters and the pick of 64 samples as one matrix (64, length)."""
    window = (length + 2 * BLOCK - 1) // (2 * BLOCK)
    ahead = (window + 2) // 2

    def first(at: Places) -> Places:
        return np.maximum(at + ahead - window, 0)

    def end(at: Places) -> Places:
        return np.minimum(at + ahead, length)

    picked = (((np.arange(BLOCK) + 0.5) * length) / BLOCK).astype(np.intp)[:, None]
    begin = first(picked)
    once_at = begin + np.arange(window)
    once = (once_at < end(picked)) / (end(once_at) - first(once_at)) / (end(picked) - begin)
    # A row vector times the filter: each column sums those samples whose window reaches it.
    sums = np.zeros((BLOCK, window + 1))
    np.cumsum(once, axis=1, out=sums[:, 1:])
    at = first(begin) + np.arange(2 * window + 1)
    low = np.clip(np.maximum(at - ahead + 1, 0) - begin, 0, window)
    high = np.clip(np.minimum(at + window - ahead + 1, length) - begin, 0, window)
    matrix = np.zeros((BLOCK, length + 2 * window + 1), np.float32)
    weights = np.take_along_axis(sums, high, 1) - np.take_along_axis(sums, low, 1)
    np.put_along_axis(matrix, at, weights.astype(np.float32), 1)
    return matrix[:, :length]


@lru_cache(maxsize=1)
def _dct() -> Floats:
    """The 16 lowest non-constant rows of the 64-point DCT."""
    row = np.arange(1, COEFFICIENTS + 1)[:, None]
    column = np.arange(BLOCK)[None, :]
    wave = np.sqrt(2.0 / BLOCK) * np.cos(np.pi / (2 * BLOCK) * row * (2 * column + 1))
    rows: Floats = wave.astype(np.float32)
    return rows
