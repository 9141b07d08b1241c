"""Which kept pictures have looks that an asked picture has, too: an inverted index over the looks of all of them.
It names the likeliest and may miss some; whether they are alike is for `lookalikes` to say. In memory only.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from hashsets.chunks import Buckets, Numbers, ask, build_all, held, sift
from hashsets.index import Positions, Words, count_ones
from hashsets.layouts import Layout, Probes

Looks = NDArray[np.uint8]  # shape (points, 32)
Owners = NDArray[np.int64]  # shape (points,): the picture that each look is of

# A look is found where it agrees with the asked one in the 16 bits of a table, and nearly in those of the next.
_TABLES = Layout(256, (16,) * 8)
_PROBES = Probes(counts=np.ones(8, np.int64), masks=np.zeros(8, np.int64), limits=np.full(8, 5))
_MOST_BITS = 56
# What so many looks have in common tells nothing: a bucket that holds this many times its share is left out.
_CROWDED = 16
# So many asked points at a time take some ten megabytes.
_BLOCK = 512
_FORGOTTEN = -1


@dataclass(frozen=True)
class Candidate:
    """A picture by the number it was added under, and the votes of the asked points that have a look like one of its.

    A point has one vote, which all pictures that have its look share: what is everywhere tells little.
    """

    number: int
    votes: float


@dataclass(frozen=True)
class _Segment:
    """Looks, whose they are, and the tables that find them."""

    words: Words
    owners: Owners
    buckets: Buckets

    @property
    def size_bytes(self) -> int:
        of_buckets = self.buckets.ends.nbytes + self.buckets.numbers.nbytes + self.buckets.marks.nbytes
        return self.words.nbytes + self.owners.nbytes + of_buckets


class FeatureIndex:
    """Looks of pictures, added and removed under their numbers. One thread at a time.

    New ones get a segment of their own; segments of like size become one, so that each look is sorted a few times only.
    """

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._new: dict[int, Looks] = {}

    def add(self, number: int, looks: Looks) -> None:
        """Add the looks of a picture that is not there yet."""
        self._new[number] = looks

    def remove(self, number: int) -> None:
        """Forget a picture; one that is not there is no mistake."""
        self._new.pop(number, None)
        for segment in self._segments:
            segment.owners[segment.owners == number] = _FORGOTTEN

    @property
    def size_bytes(self) -> int:
        """How much memory all that was taken in holds."""
        return sum(segment.size_bytes for segment in self._segments)

    def candidates(self, asked: Looks, most: int = 10) -> list[Candidate]:
        """The pictures that share most looks, at most so many, the likeliest first."""
        self._take_in_new()
        queries, votes = _to_words(asked), defaultdict[int, float](float)
        for segment in self._segments:
            for start in range(0, queries.shape[1], _BLOCK):
                for number, share in _votes(segment, queries[:, start : start + _BLOCK]):
                    votes[number] += share
        return [Candidate(number, votes[number]) for number in nlargest(most, votes, key=lambda one: votes[one])]

    def _take_in_new(self) -> None:
        if not self._new:
            return
        words = _to_words(np.concatenate(list(self._new.values())))
        owners = np.repeat(list(self._new), [len(looks) for looks in self._new.values()]).astype(np.int64)
        while self._segments and len(self._segments[-1].owners) <= 2 * len(owners):
            last = self._segments.pop()
            is_known = last.owners != _FORGOTTEN
            words = np.concatenate([last.words[:, is_known], words], axis=1)
            owners = np.concatenate([last.owners[is_known], owners])
        words = np.asfortranarray(words)
        self._segments.append(_Segment(words, owners, build_all(words, _TABLES)))
        self._new.clear()


def _votes(segment: _Segment, queries: Words) -> Iterator[tuple[int, float]]:
    """Pictures, and the votes that these asked points (words, points) give them."""
    asked, positions = _alike(segment, queries)
    differing = segment.words.T.take(positions, axis=0)
    differing ^= queries.T.take(asked, axis=0)
    owners = segment.owners[positions]
    is_alike = (count_ones(differing.T) <= _MOST_BITS) & (owners != _FORGOTTEN)
    numbers, which = np.unique(owners[is_alike], return_inverse=True)
    each = np.unique(asked[is_alike] * (len(numbers) + 1) + which)
    points, which = np.divmod(each, len(numbers) + 1)
    shares = 1 / np.bincount(points)[points]
    return zip(numbers.tolist(), np.bincount(which, shares, len(numbers)).tolist(), strict=True)


def _alike(segment: _Segment, queries: Words) -> tuple[Positions, Numbers]:
    """Pairs that agree in one table and nearly in the next: which asked point, and the position of the look."""
    slots, wanted = ask(queries, _TABLES, _PROBES)
    begins, counts = held(segment.buckets, slots)
    counts[counts > _most_of_a_bucket(len(segment.owners))] = 0
    which, positions = sift(segment.buckets, begins, counts, wanted)
    return which // len(_TABLES.widths), positions


def _most_of_a_bucket(looks: int) -> int:
    return 64 + _CROWDED * looks // (1 << _TABLES.widths[0])


def _to_words(looks: Looks) -> Words:
    """Looks as columns of 64-bit words."""
    return np.ascontiguousarray(looks).view(">u8").astype(np.uint64).T
