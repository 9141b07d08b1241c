"""Multi-index hashing: exact answers within any distance, in tens of millions of hashes, from two flat arrays on disk.
Norouzi, Punjani, Fleet 2012: a hash within d bits of a query is within r_i bits of it in one of the chunks i, wherever
sum(r_i + 1) > d. It knows words and positions only; what lies in reach by chance is compared and left out.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from hashsets.index import Near, Positions, Words, count_ones, find_near, join_near
from hashsets.values import Algorithm

Keys = NDArray[np.int64]
Offsets = NDArray[np.uint32]
Numbers = NDArray[np.uint32]
# Below this many hashes comparing with all of them is as fast, and needs no files.
SMALL = 20_000
# From here on buckets of 23 bits are better filled than those of 16.
LARGE = 500_000
_BLOCK = 65_536
# A bucket or a candidate is a place in memory that nobody was at before: 35 ns, against 5 ns for the next hash in line.
_PLACE = 7
# So many buckets at a time stay in the processor's cache; so many candidates take 120 MB.
_BUCKETS_AT_ONCE = 8192
_MOST_CANDIDATES = 2_000_000
# Importing numba costs as much time as some thousand look-ups: a command that makes a few goes without.
FEW = 200
_ASKED = itertools.count()


@dataclass(frozen=True)
class Layout:
    """How hashes of `bits` bits are cut: chunk i has `widths[i]` of them, the widest come first."""

    bits: int
    widths: tuple[int, ...]

    @property
    def slots(self) -> int:
        """How many buckets all chunks have together."""
        return sum(1 << width for width in self.widths)

    @cached_property
    def starts(self) -> Keys:
        """Where the buckets of each chunk begin: at a multiple of their number, so that bits can be flipped there."""
        sizes = [1 << width for width in self.widths]
        return np.cumsum([0, *sizes[:-1]])

    @cached_property
    def picks(self) -> tuple[Positions, ...]:
        """The bits of each chunk: in one fixed disorder, because neighbouring bits of real hashes go together."""
        order = np.random.default_rng(2026).permutation(self.bits)
        return tuple(np.split(order, np.cumsum(self.widths)[:-1]))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """What each bit adds to the key of each chunk (bits, chunks); whole numbers, which floats hold up to 2**53."""
        weights = np.zeros((self.bits, len(self.widths)))
        for chunk, picked in enumerate(self.picks):
            weights[picked, chunk] = 2.0 ** np.arange(len(picked))
        return weights


Find = Callable[[Words, Offsets, Numbers, Layout, Words, int], Near]


@dataclass(frozen=True)
class Probes:
    """The buckets that a query looks into, chunk by chunk: how many of each, and which bits of its key to flip."""

    counts: Keys
    masks: Keys


_LAYOUTS = {
    (Algorithm.PDQ, False): Layout(256, (16,) * 16),
    (Algorithm.PDQ, True): Layout(256, (24,) * 3 + (23,) * 8),
    (Algorithm.PHASH, False): Layout(64, (16,) * 4),
    (Algorithm.PHASH, True): Layout(64, (22, 21, 21)),
}


def layout_for(algorithm: Algorithm, count: int) -> Layout:
    """How `count` hashes of an algorithm are indexed, where they are."""
    return _LAYOUTS[algorithm, count >= LARGE]


def layout_of(algorithm: Algorithm, ends: Offsets) -> Layout | None:
    """How the hashes were indexed that `ends` is of; None where this program does not know."""
    known = (layout for (name, _), layout in _LAYOUTS.items() if name is algorithm)
    return next((layout for layout in known if layout.slots + 1 == len(ends)), None)


@lru_cache
def radii_for(layout: Layout, max_distance: int) -> tuple[int, ...]:
    """How many flips of each chunk's key are looked into, -1 for none: just enough, and as few buckets as can be."""
    radii = [-1] * len(layout.widths)
    for _ in range(max_distance + 1):
        # Each flip more costs more than the one before, so that the cheapest first is the best of all.
        cheapest = min(range(len(radii)), key=lambda chunk: comb(layout.widths[chunk], radii[chunk] + 1) or np.inf)
        radii[cheapest] += 1
    return tuple(radii)


@lru_cache
def cost_of(layout: Layout, max_distance: int, count: int) -> float:
    """How many places a look-up among `count` hashes goes to: its buckets, and the candidates expected in them."""
    radii = zip(layout.widths, radii_for(layout, max_distance), strict=True)
    return sum(comb(width, flips) * (1 + count / (1 << width)) for width, r in radii for flips in range(r + 1))


def is_worth_it(layout: Layout, max_distance: int, count: int) -> bool:
    """Whether looking into buckets is quicker than comparing with all `count` hashes, as far as can be foreseen."""
    return _PLACE * cost_of(layout, max_distance, count) < count


@lru_cache(maxsize=64)
def probes_for(layout: Layout, max_distance: int) -> Probes:
    """Where a query looks, so that nothing within this distance is missed."""
    masks = [_masks(width, r) for width, r in zip(layout.widths, radii_for(layout, max_distance), strict=True)]
    return Probes(np.array([len(its_masks) for its_masks in masks]), np.concatenate(masks))


def _masks(width: int, radius: int) -> Keys:
    """All numbers of `width` bits of which at most `radius` are set, in order: neighbours lie close in memory too."""
    levels = [np.zeros(1 if radius >= 0 else 0, np.int64)]
    for _ in range(radius):
        lower = levels[-1]
        levels.append(np.concatenate([lower[lower < 1 << bit] | 1 << bit for bit in range(width)]))
    return np.sort(np.concatenate(levels))


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
    """Everything within max_distance bits of any of the queries (words, queries), each once.

    `words` are those that the index was built of, best one hash after the other in memory. `ends` has one number more
    than there are slots: a zero before all others.
    """
    size = max(1, _BUCKETS_AT_ONCE // len(probes_for(layout, max_distance).masks))
    groups = ((start, queries[:, start : start + size]) for start in range(0, queries.shape[1], size))
    return join_near(
        (start, _find_few(words, ends, numbers, slots_of(few, layout, max_distance), few, max_distance))
        for start, few in groups
    )


@cache
def _quickest() -> Find:
    try:
        from hashsets import chunks_fast
    except ImportError:
        return find
    return chunks_fast.find


def finder() -> Find:
    """The quickest find there is: compiled, where numba is installed and enough is asked to be worth its import."""
    return find if next(_ASKED) < FEW else _quickest()


def _find_few(words: Words, ends: Offsets, numbers: Numbers, slots: Keys, queries: Words, max_distance: int) -> Near:
    """Like find, for a few queries and the buckets that each looks into."""
    found = []
    for start in range(0, slots.size, _BUCKETS_AT_ONCE):
        looked_into = slots.ravel()[start : start + _BUCKETS_AT_ONCE]
        begins = ends.take(looked_into)
        counts = ends.take(looked_into + 1) - begins
        # Many copies of few pictures crowd these buckets.
        if int(counts.sum()) > most_candidates(words.shape[1] * len(slots)):
            return find_near(words, queries, max_distance)
        filled, places = _spread(begins, counts)
        asked = filled // slots.shape[1]
        found.append((0, _compare(words, numbers.take(places), queries, asked, max_distance)))
    return each_once(join_near(found), words.shape[1])


def most_candidates(comparisons: int) -> int:
    """With more of them so many comparisons with hashes in line are quicker, or need less memory."""
    return min(comparisons // _PLACE, _MOST_CANDIDATES)


def slots_of(queries: Words, layout: Layout, max_distance: int) -> Keys:
    """The buckets that a few queries look into (queries, buckets)."""
    probes = probes_for(layout, max_distance)
    bits = np.unpackbits(np.ascontiguousarray(queries.T).astype(">u8").view(np.uint8), axis=1)
    keys = (bits @ layout.weights).astype(np.int64) + layout.starts
    slots: Keys = np.repeat(keys, probes.counts, axis=1) ^ probes.masks
    return slots


def _spread(begins: Offsets, counts: Offsets) -> tuple[Positions, Positions]:
    """Of everything in some buckets: which bucket it is in, and its place in `numbers`."""
    used = np.flatnonzero(counts)
    begins, counts = begins.take(used), counts.take(used)
    after = np.cumsum(counts, dtype=np.int64)
    places = np.repeat(begins + counts - after, counts)
    places += np.arange(len(places))
    return np.repeat(used, counts), places


def _compare(words: Words, positions: Numbers, queries: Words, asked: Positions, max_distance: int) -> Near:
    """What of these candidates, each of one query, is in reach."""
    differing = words.T.take(positions, axis=0)
    differing ^= queries.T.take(asked, axis=0)
    distances = count_ones(differing.T)
    near = np.flatnonzero(distances <= max_distance)
    return Near(asked[near], positions[near].astype(np.intp), distances[near])


def each_once(near: Near, count: int) -> Near:
    """Without repetitions: one that is near in several chunks is found in each of them."""
    _, first = np.unique(near.queries * count + near.positions, return_index=True)
    return Near(near.queries[first], near.positions[first], near.distances[first])


def _keys_of(words: Words, picked: Positions) -> NDArray[np.uint64]:
    """The number that the picked bits of each hash make; bit 0 is the highest of the first word."""
    keys = np.zeros(words.shape[1], np.uint64)
    for start in range(0, words.shape[1], _BLOCK):
        block = words[:, start : start + _BLOCK]
        for place, bit in enumerate(picked.tolist()):
            taken = block[bit // 64] >> np.uint64(63 - bit % 64) & np.uint64(1)
            keys[start : start + _BLOCK] |= taken << np.uint64(place)
    return keys
