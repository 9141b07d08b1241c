"""Multi-index hashing: exact answers within a radius, in tens of millions of hashes, from two flat arrays on disk.
Norouzi, Punjani, Fleet 2012: a hash within r bits of a query is within r_i bits of it in one of the chunks i, wherever
sum(r_i + 1) > r. It knows words and positions only; what lies in reach by chance is compared and left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hashsets.index import Near, Words
from hashsets.values import Algorithm

Keys = NDArray[np.int64]
Offsets = NDArray[np.uint32]
Numbers = NDArray[np.uint32]
# Below this many hashes comparing with all of them is as fast, and needs no files.
SMALL = 20_000
# From here on buckets of 23 bits are better filled than those of 16.
LARGE = 500_000
_BLOCK = 65_536


@dataclass(frozen=True)
class Layout:
    """How hashes of `bits` bits are cut: chunk i has `widths[i]` of them and is searched up to `radii[i]` flips."""

    bits: int
    widths: tuple[int, ...]
    radii: tuple[int, ...]

    @property
    def reach(self) -> int:
        """The largest distance within which nothing is missed."""
        return sum(self.radii) + len(self.radii) - 1

    @property
    def slots(self) -> int:
        """How many buckets all chunks have together."""
        return sum(1 << width for width in self.widths)

    @cached_property
    def bases(self) -> Keys:
        """Where the buckets of each chunk begin."""
        sizes = [1 << width for width in self.widths]
        return np.cumsum([0, *sizes[:-1]])

    @cached_property
    def probes(self) -> tuple[Keys, Keys]:
        """The chunk and the flipped bits of every bucket that a query looks into."""
        pairs = [
            (chunk, sum(1 << bit for bit in flipped))
            for chunk, (width, radius) in enumerate(zip(self.widths, self.radii, strict=True))
            for count in range(radius + 1)
            for flipped in combinations(range(width), count)
        ]
        chunks, masks = np.array(pairs, np.int64).T
        return np.ascontiguousarray(chunks), np.ascontiguousarray(masks)

    @cached_property
    def picks(self) -> tuple[NDArray[np.intp], ...]:
        """The bits of each chunk: in one fixed disorder, because neighbouring bits of real hashes go together."""
        order = np.random.default_rng(2026).permutation(self.bits)
        return tuple(np.split(order, np.cumsum(self.widths)[:-1]))


_LAYOUTS = {
    (Algorithm.PDQ, False): Layout(256, (16,) * 16, (1,) * 16),
    (Algorithm.PDQ, True): Layout(256, (24,) * 3 + (23,) * 8, (1,) + (2,) * 10),
    (Algorithm.PHASH, False): Layout(64, (16,) * 4, (2, 1, 1, 1)),
    (Algorithm.PHASH, True): Layout(64, (22, 21, 21), (2, 2, 2)),
}


def layout_for(algorithm: Algorithm, count: int) -> Layout | None:
    """How `count` hashes of an algorithm are indexed; None where they are compared one by one."""
    return _LAYOUTS.get((algorithm, count >= LARGE)) if count >= SMALL else None


def build(words: Words, layout: Layout) -> Iterator[tuple[Offsets, Numbers]]:
    """For each chunk: where each of its buckets ends, counted over all chunks so far, and the positions in order.

    `words` has the shape (words, hashes) and fewer than 2**32 / chunks hashes.
    """
    count = words.shape[1]
    for chunk, picked in enumerate(layout.picks):
        keys = _keys_of(words, picked)
        # The key above the position: sorting plain numbers is several times as fast as sorting an order.
        ranked = np.sort(keys << np.uint64(32) | np.arange(count, dtype=np.uint64))
        filled = np.bincount((ranked >> np.uint64(32)).astype(np.int64), minlength=1 << len(picked))
        yield (np.cumsum(filled) + chunk * count).astype(np.uint32), ranked.astype(np.uint32)


def find(words: Words, ends: Offsets, numbers: Numbers, layout: Layout, queries: Words, max_distance: int) -> Near:
    """Everything within max_distance bits, at most the layout's reach, of any of the queries (words, queries).

    `ends` has one number more than there are slots: a zero before all others.
    """
    asked, positions = _candidates(ends, numbers, layout, queries)
    rows, wanted = words.T, queries.T
    distances = np.bitwise_count(rows[positions] ^ wanted[asked]).sum(axis=1, dtype=np.uint16)
    near = np.flatnonzero(distances <= max_distance)
    # One that is near in several chunks is found in each of them.
    _, first = np.unique(asked[near] * words.shape[1] + positions[near], return_index=True)
    kept = near[first]
    return Near(asked[kept], positions[kept].astype(np.intp), distances[kept])


def _candidates(ends: Offsets, numbers: Numbers, layout: Layout, queries: Words) -> tuple[Keys, Numbers]:
    """The query and the position of everything in the buckets that the queries look into."""
    chunks, masks = layout.probes
    slots = ((_query_keys(queries, layout)[:, chunks] ^ masks) + layout.bases[chunks]).ravel()
    begins, counts = ends[slots].astype(np.int64), ends[slots + 1].astype(np.int64)
    counts -= begins
    used = np.flatnonzero(counts)
    begins, counts = begins[used], counts[used]
    after = np.cumsum(counts)
    total = int(after[-1]) if after.size else 0
    places = np.arange(total) + np.repeat(begins - after + counts, counts)
    asked = np.repeat(used // len(chunks), counts)
    return asked, numbers[places]


def _query_keys(queries: Words, layout: Layout) -> Keys:
    """The keys of a few hashes, shape (hashes, chunks): all bits at once, which for many would take too much memory."""
    bits = np.unpackbits(np.ascontiguousarray(queries.T).astype(">u8").view(np.uint8), axis=1)
    keys = [bits[:, picked] @ (np.int64(1) << np.arange(len(picked))) for picked in layout.picks]
    return np.stack(keys, axis=1)


def _keys_of(words: Words, picked: NDArray[np.intp]) -> NDArray[np.uint64]:
    """The number that the picked bits of each hash make; bit 0 is the highest of the first word."""
    keys = np.zeros(words.shape[1], np.uint64)
    for start in range(0, words.shape[1], _BLOCK):
        block = words[:, start : start + _BLOCK]
        for place, bit in enumerate(picked.tolist()):
            taken = block[bit // 64] >> np.uint64(63 - bit % 64) & np.uint64(1)
            keys[start : start + _BLOCK] |= taken << np.uint64(place)
    return keys
