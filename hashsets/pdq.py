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
BLOCK = 64
COEFFICIENTS = 16
# Below this spread of the 64x64 block, in grey levels of 255, the hash shows rounding noise and no picture.
BLANK_SPREAD = 4.0
STRIP_ROWS = 256

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Pdq:
    """The PDQ of one picture: its quality 0..100, the eight hashes in order of ORIENTATIONS, and if it is blank."""

    quality: int
    orientations: tuple[str, ...]
    is_blank: bool


def hash_pixels(pixels: Pixels) -> Pdq | None:
    """Hash RGB pixels (rows, columns, 3) or grey ones (rows, columns); None where a side is under 5 pixels."""
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
    for variant in ORIENTATIONS:
        rows_reversed, columns_reversed, transposed = TURNS[variant]
        spectrum = spectra[rows_reversed, columns_reversed]
        yield _hex(spectrum.T if transposed else spectrum)


def _hex(spectrum: Floats) -> str:
    """One bit per coefficient above the lower median; the reference counts bits from the end."""
    flat = spectrum.ravel()
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits(flat[::-1] > median).tobytes().hex()


def _quality(block: Floats) -> int:
    """Sum of gradients in whole percent of the grey range, cut off at 100, as the reference computes it."""
    down = np.trunc(np.diff(block, axis=0) * np.float32(100) / np.float32(255))
    across = np.trunc(np.diff(block, axis=1) * np.float32(100) / np.float32(255))
    return min(100, int(np.abs(down).sum() + np.abs(across).sum()) // 90)


def _blocks(pixels: Pixels) -> Floats:
    """The 64x64 block with rows and columns as they are or reversed: shape (2, 2, 64, 64)."""
    rows, columns = pixels.shape[:2]
    left, right = _shrinking(rows), _shrinking(columns)
    narrow = np.zeros((2 * BLOCK, columns), dtype=np.float32)
    # In strips, which stay in the cache, and a huge picture never needs a float copy of itself.
    for top in range(0, rows, STRIP_ROWS):
        narrow += left[:, top : top + STRIP_ROWS] @ _luma(pixels[top : top + STRIP_ROWS])
    product: Floats = narrow @ right.T
    return product.reshape(2, BLOCK, 2, BLOCK).swapaxes(1, 2)


def _luma(pixels: Pixels) -> Floats:
    if pixels.ndim == 2:
        return pixels.astype(np.float32)
    luma: Floats = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return luma


@lru_cache(maxsize=16)
def _shrinking(length: int) -> Floats:
    """Two box filters and the pick of 64 samples as one matrix (128, length): 64 rows, then the same reversed."""
    window = (length + 2 * BLOCK - 1) // (2 * BLOCK)
    ahead = (window + 2) // 2
    at = np.arange(length)
    first = np.maximum(at + ahead - window, 0)
    end = np.minimum(at + ahead, length)
    weight = 1.0 / (end - first)
    picked = (((np.arange(BLOCK) + 0.5) * length) / BLOCK).astype(np.intp)
    once = ((at >= first[picked, None]) & (at < end[picked, None])) * weight[picked, None]
    # A row vector times the filter: each column sums those samples whose window reaches it.
    sums = np.zeros((BLOCK, length + 1))
    np.cumsum(once * weight, axis=1, out=sums[:, 1:])
    reach_first = np.maximum(at - ahead + 1, 0)
    reach_end = np.minimum(at + window - ahead + 1, length)
    twice = (sums[:, reach_end] - sums[:, reach_first]).astype(np.float32)
    return np.ascontiguousarray(np.vstack([twice, twice[:, ::-1]]))


@lru_cache(maxsize=1)
def _dct() -> Floats:
    """The 16 lowest non-constant rows of the 64-point DCT."""
    row = np.arange(1, COEFFICIENTS + 1)[:, None]
    column = np.arange(BLOCK)[None, :]
    wave = np.sqrt(2.0 / BLOCK) * np.cos(np.pi / (2 * BLOCK) * row * (2 * column + 1))
    rows: Floats = wave.astype(np.float32)
    return rows
