"""The look-up of `chunks` compiled by numba: the same answers, and other threads go on meanwhile. Importing it takes
half a second and 70 MB, and fails where numba is not there, or where nothing that it compiles could be kept.
"""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from hashsets.chunks import Keys, Layout, Numbers, Offsets, each_once, most_candidates, slots_of
from hashsets.index import Near, Words, find_near, join_near

_INDEX = types.Array(types.uint32, 1, "C", readonly=True)
_SLOTS = types.Array(types.int64, 1, "C", readonly=True)
_HASHES, _HASH = (types.Array(types.uint64, dimensions, "C", readonly=True) for dimensions in (2, 1))


def find(words: Words, ends: Offsets, numbers: Numbers, layout: Layout, queries: Words, max_distance: int) -> Near:
    """What chunks.find finds."""
    rows = np.ascontiguousarray(words.T)
    asking = ((turn, queries[:, turn : turn + 1]) for turn in range(queries.shape[1]))
    return join_near((turn, _find_one(rows, ends, numbers, layout, one, max_distance)) for turn, one in asking)


def _find_one(rows: Words, ends: Offsets, numbers: Numbers, layout: Layout, query: Words, max_distance: int) -> Near:
    slots = slots_of(query, layout, max_distance)[0]
    most = most_candidates(len(rows))
    is_crowded, positions, distances = _reach(rows, ends, numbers, slots, query[:, 0].copy(), max_distance, most)
    if is_crowded:
        return find_near(rows.T, query, max_distance)
    return each_once(Near(np.zeros(len(positions), np.intp), positions, distances), len(rows))


def _in_reach(
    rows: Words, ends: Offsets, numbers: Numbers, slots: Keys, query: NDArray[np.uint64], max_distance: int, most: int
) -> tuple[bool, NDArray[np.intp], NDArray[np.uint16]]:
    """Whether there are more than `most` candidates, else the positions in reach, with repetitions, and distances.

    First all buckets, then all numbers, then all hashes: what does not wait for another is fetched at the same time.
    """
    begins, counts = np.empty(len(slots), np.uint32), np.empty(len(slots), np.uint32)
    used = total = 0
    for slot in slots:
        begins[used], counts[used] = ends[slot], ends[slot + 1] - ends[slot]
        total += counts[used]
        used += counts[used] > 0
    if total > most:
        return True, np.empty(0, np.intp), np.empty(0, np.uint16)
    positions, distances = np.empty(total, np.intp), np.empty(total, np.uint16)
    at = 0
    for bucket in range(used):
        for place in range(begins[bucket], begins[bucket] + counts[bucket]):
            positions[at] = numbers[place]
            at += 1
    near = 0
    for candidate in range(total):
        position, distance = positions[candidate], 0
        for word in range(len(query)):
            distance += _ones(rows[position, word] ^ query[word])
        positions[near], distances[near] = position, distance
        near += distance <= max_distance
    return False, positions[:near], distances[:near]


def _count_ones(_: Any, word: Any) -> Any:
    """How many bits of a word are set, as one instruction of the processor."""
    return types.int64(word), lambda _context, builder, _signature, given: builder.ctpop(given[0])


_ones: Any = intrinsic(_count_ones)


def _compiled() -> Any:
    """Compiled for these types now, and kept beside this file, or where the user's caches are, for the next process.

    Raises ImportError where it cannot be kept: compiling takes as long as ten thousand look-ups.
    """
    taken = (_HASHES, _INDEX, _INDEX, _SLOTS, _HASH, types.int64, types.int64)
    try:
        return njit([taken], cache=True, nogil=True, error_model="numpy")(_in_reach)
    except (RuntimeError, OSError) as problem:
        raise ImportError("numba has no folder to keep what it compiles") from problem


_reach = _compiled()
