"""Exact answers about hashes held as columns of 64-bit words: equality, Hamming distance, and a growing small index.
It knows words and positions only; which entry a position means is its caller's business.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hashsets.values import WIDTH_BYTES, Algorithm
from hashsets.variants import ORIENTATIONS, Variant

Words = NDArray[np.uint64]  # shape (words per hash, hashes): one contiguous column per word
Positions = NDArray[np.intp]
# So many hashes at a time stay in the processor's cache.
CHUNK = 16_384


def word_count(algorithm: Algorithm) -> int:
    """How many 64-bit words hold one value; the last one is filled up with zeros."""
    return -(-WIDTH_BYTES[algorithm] // 8)


def to_words(packed: bytes | bytearray, algorithm: Algorithm) -> Words:
    """Columns (words, values) of values lying one after the other; big-endian, so that sorting words sorts values."""
    width = WIDTH_BYTES[algorithm]
    values = np.frombuffer(packed, np.uint8).reshape(-1, width)
    missing = 8 * word_count(algorithm) - width
    filled = np.pad(values, ((0, 0), (0, missing))) if missing else values
    return np.ascontiguousarray(filled.view(">u8").T, dtype=np.uint64)


def hex_to_words(values: Sequence[str], algorithm: Algorithm) -> Words:
    """Columns of lower-case hex values that were already checked."""
    return to_words(b"".join(map(bytes.fromhex, values)), algorithm)


def words_to_hex(words: Words, algorithm: Algorithm) -> list[str]:
    """The hex values of columns, in their order."""
    width = WIDTH_BYTES[algorithm]
    return [column.astype(">u8").tobytes()[:width].hex() for column in words.T]


def find_equal(sorted_words: Words, query: Words) -> Positions:
    """Positions whose value equals the single query (words, 1); the first column must be sorted."""
    lowest, highest = (int(np.searchsorted(sorted_words[0], query[0, 0], side=side)) for side in ("left", "right"))
    is_same = np.all(sorted_words[:, lowest:highest] == query, axis=0)
    return lowest + np.flatnonzero(is_same)


@dataclass(frozen=True)
class Near:
    """Parallel arrays: which query, which position, at what distance in bits."""

    queries: Positions
    positions: Positions
    distances: NDArray[np.uint16]


def find_near(words: Words, queries: Words, max_distance: int) -> Near:
    """Everything within max_distance bits of any of the queries (words, queries), by comparing with all."""
    return join_near(
        (query, Near(np.zeros(len(near), np.intp), start + near, distances[near]))
        for start in range(0, words.shape[1], CHUNK)
        for query in range(queries.shape[1])
        for distances in [_distances(words[:, start : start + CHUNK], queries[:, query])]
        for near in [np.flatnonzero(distances <= max_distance)]
        if near.size
    )


def join_near(parts: Iterable[tuple[int, Near]]) -> Near:
    """All of it as one; the number before a part is added to its queries'."""
    found = [(near.queries + first if first else near.queries, near.positions, near.distances) for first, near in parts]
    if len(found) == 1:
        return Near(*found[0])
    queries, positions, distances = zip(*found, strict=True) if found else ((), (), ())
    return Near(
        queries=np.concatenate(queries or [np.empty(0, np.intp)]),
        positions=np.concatenate(positions or [np.empty(0, np.intp)]),
        distances=np.concatenate(distances or [np.empty(0, np.uint16)]),
    )


def count_ones(words: Words) -> NDArray[np.uint16]:
    """How many bits of each hash are set."""
    # 256 does not fit a byte: a hash and its complement would come out as equal.
    total = np.zeros(words.shape[1], np.uint16)
    for column in words:
        total += np.bitwise_count(column)
    return total


def _distances(words: Words, query: NDArray[np.uint64]) -> NDArray[np.uint16]:
    total = np.zeros(words.shape[1], np.uint16)
    for column, word in zip(words, query, strict=True):
        total += np.bitwise_count(column ^ word)
    return total


class NearIndex:
    """PDQ hashes that are added one by one under a number, searched as a whole; for some ten thousands of them.

    One thread adds; searching from others at the same time is safe and sees all adds that returned before.
    """

    def __init__(self) -> None:
        self._words: Words = np.empty((word_count(Algorithm.PDQ), 1024), np.uint64)
        self._ids = np.empty(1024, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, id: int, pdq: str) -> None:
        """Add one PDQ (64 lower-case hex digits) under a number; the same number may have several."""
        if self._count == len(self._ids):
            self._words = np.concatenate([self._words, np.empty_like(self._words)], axis=1)
            self._ids = np.concatenate([self._ids, np.empty_like(self._ids)])
        self._words[:, self._count] = hex_to_words([pdq], Algorithm.PDQ)[:, 0]
        self._ids[self._count] = id
        self._count += 1

    def search(self, orientations: Sequence[str], max_distance: int) -> list[tuple[int, int, Variant]]:
        """(number, distance, variant) of each number in reach at its smallest distance, upright first; nearest first.

        `orientations` are up to eight PDQ hashes in order of ORIENTATIONS, as a Fingerprint has them.
        """
        count = self._count
        near = find_near(self._words[:, :count], hex_to_words(orientations, Algorithm.PDQ), max_distance)
        best: dict[int, tuple[int, int]] = {}
        for query, position, distance in zip(near.queries, near.positions, near.distances, strict=True):
            found = (int(distance), int(query))
            number = int(self._ids[position])
            best[number] = min(found, best.get(number, found))
        ranked = sorted((distance, turn, number) for number, (distance, turn) in best.items())
        return [(number, distance, ORIENTATIONS[turn]) for distance, turn, number in ranked]
