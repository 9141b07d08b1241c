"""Multi-index hashing: exact answers within any distance, in tens of millions of hashes, from flat arrays on disk.
Norouzi, Punjani, Fleet 2012: a hash within d bits of a query is within r_i bits of it in one of the chunks i, wherever
sum(r_i + 1) > d. Qin, Xiao 2018: with the chunks in a ring, one of these is within r_i + r_(i+1) + 1 bits of it in this
chunk and the next together. So each hash stands in a bucket of each chunk with a mark of its next chunk beside it,
and of a hundred that lie in reach by chance one is compared. It knows words and positions only.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hashsets.index import Near, Positions, Words, count_ones, find_near, join_near
from hashsets.layouts import Keys, Layout, Offsets, Probes, probes_for

Numbers = NDArray[np.uint32]
Marks = NDArray[np.uint16]
_BLOCK = 65_536
# So many buckets at a time stay in the processor's cache; so many candidates take 120 MB.
_BUCKETS_AT_ONCE = 8192
_MOST_CANDIDATES = 2_000_000
# Importing numba costs as much time as some thousand look-ups: a command that makes a few goes without.
FEW = 200
_ASKED = itertools.count()


@dataclass(frozen=True)
class Buckets:
    """The index of a column of hashes: chunk after chunk, bucket after bucket."""

    layout: Layout
    ends: Offsets
    """Where each bucket ends, counted over all chunks; a zero before all others."""
    numbers: Numbers
    """The positions of the hashes."""
    marks: Marks
    """Beside each position 16 bits of the hash's next chunk."""


Find = Callable[[Words, Buckets, Words, int], Near]


def build_all(words: Words, layout: Layout) -> Buckets:
    """The whole index of these hashes, in memory."""
    ends, numbers, marks = zip(*build(words, layout), strict=True)
    before_all = np.zeros(1, np.uint32)
    return Buckets(layout, np.concatenate([before_all, *ends]), np.concatenate(numbers), np.concatenate(marks))


def build(words: Words, layout: Layout) -> Iterator[tuple[Offsets, Numbers, Marks]]:
    """For each chunk what Buckets have of it.

    `words` has the shape (words, hashes) and fewer than 2**32 / chunks hashes.
    """
    count, first = words.shape[1], _keys_of(words, layout.picks[0])
    keys = first
    for chunk, picked in enumerate(layout.picks):
        is_last = chunk + 1 == len(layout.picks)
        next_keys = first if is_last else _keys_of(words, layout.picks[chunk + 1])
        # The key above the position: sorting plain numbers is several times as fast as sorting an order.
        ranked = np.sort(keys << np.uint64(32) | np.arange(count, dtype=np.uint64))
        filled = np.bincount((ranked >> np.uint64(32)).astype(np.int64), minlength=1 << len(picked))
        numbers = ranked.astype(np.uint32)
        yield (np.cumsum(filled) + chunk * count).astype(np.uint32), numbers, next_keys.astype(np.uint16)[numbers]
        keys = next_keys


def find(words: Words, buckets: Buckets, queries: Words, max_distance: int) -> Near:
    """Everything within max_distance bits of any of the queries (words, queries), each once.

    `words` are those that the buckets were built of, best one hash after the other in memory.
    """
    probes = probes_for(buckets.layout, max_distance, words.shape[1])
    size = max(1, _BUCKETS_AT_ONCE // len(probes.masks))
    groups = ((start, queries[:, start : start + size]) for start in range(0, queries.shape[1], size))
    return join_near((start, _find_few(words, buckets, probes, few, max_distance)) for start, few in groups)


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


def _find_few(words: Words, buckets: Buckets, probes: Probes, queries: Words, max_distance: int) -> Near:
    """Like find, for a few queries."""
    slots, wanted = ask(queries, buckets.layout, probes)
    most, found = most_candidates(words.shape[1] * queries.shape[1]), []
    for start in range(0, slots.size, _BUCKETS_AT_ONCE):
        some = slice(start, start + _BUCKETS_AT_ONCE)
        begins, counts = held(buckets, slots[some])
        # Many copies of few pictures crowd these buckets.
        if int(counts.sum()) > most:
            return find_near(words, queries, max_distance)
        which, positions = sift(buckets, begins, counts, wanted[some])
        found.append((0, _compare(words, positions, queries, (start + which) // len(probes.masks), max_distance)))
    return each_once(join_near(found), words.shape[1])


def most_candidates(comparisons: int) -> int:
    """With more of them so many comparisons with hashes in line are quicker, or need less memory."""
    return min(comparisons // 4, _MOST_CANDIDATES)


def ask(queries: Words, layout: Layout, probes: Probes) -> tuple[Keys, Keys]:
    """The buckets that a few queries (words, queries) look into, one query after the other; what each wants there.

    The latter is a mark of 16 bits, and above it in how many of them another may differ.
    """
    keys = keys_of(queries, layout)
    next_marks = np.concatenate((keys[:, 1:], keys[:, :1]), axis=1) & 0xFFFF
    slots = np.repeat(keys + layout.starts, probes.counts, axis=1) ^ probes.masks
    wanted = np.repeat(next_marks, probes.counts, axis=1) | probes.limits_above_marks
    return slots.ravel(), wanted.ravel()


def keys_of(queries: Words, layout: Layout) -> Keys:
    """The key of each chunk of a few queries (words, queries); shape (queries, chunks)."""
    bits = np.unpackbits(np.ascontiguousarray(queries.T).astype(">u8").view(np.uint8), axis=1)
    return (bits @ layout.weights).astype(np.int64)


def held(buckets: Buckets, slots: Keys) -> tuple[Offsets, Offsets]:
    """Where these buckets begin, and how much is in each."""
    begins = buckets.ends.take(slots)
    return begins, buckets.ends[1:].take(slots) - begins


def sift(buckets: Buckets, begins: Offsets, counts: Offsets, wanted: Keys) -> tuple[Positions, Numbers]:
    """Of what some buckets hold that whose mark fits what is wanted of it: which bucket it is in, and its position."""
    after = np.cumsum(counts, dtype=np.int64)
    # Each bucket's place, limit and mark go together: repeating one number for all it holds is quicker than three.
    packed = np.repeat((begins + counts - after) << 24 | wanted, counts)
    places = (packed >> 24) + np.arange(len(packed))
    differing = buckets.marks.take(places) ^ packed.astype(np.uint16)
    fitting = np.flatnonzero(np.bitwise_count(differing) <= (packed >> 16).astype(np.uint8))
    return np.searchsorted(after, fitting, side="right"), buckets.numbers.take(places.take(fitting))


def _compare(words: Words, positions: Numbers, queries: Words, asked: Positions, max_distance: int) -> Near:
    """What of these candidates, each of one query, is in reach."""
    differing = words.T.take(positions, axis=0)
    differing ^= queries.T.take(asked, axis=0)
    distances = count_ones(differing.T)
    near = np.flatnonzero(distances <= max_distance)
    return Near(asked[near], positions[near].astype(np.intp), distances[near])


def each_once(near: Near, count: int) -> Near:
    """Without repetitions: one that is near in several chunks is found in each of them."""
    if len(near.positions) < 2:
        return near
    found = near.queries * count + near.positions
    order = found.argsort()
    found = found[order]
    first = order[np.concatenate(([True], found[1:] != found[:-1]))]
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
