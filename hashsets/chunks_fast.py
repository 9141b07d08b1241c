"""The look-up of `chunks` compiled by numba: the same answers in two thirds of the time, and other threads go on.
Importing it takes half a second and 70 MB, and fails where numba is not there, or nothing it compiles could be kept.
"""

from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic, register_jitable
from numpy.typing import NDArray

from hashsets.chunks import Buckets, Marks, Numbers, each_once, most_candidates
from hashsets.index import Near, Positions, Words, find_near, join_near
from hashsets.layouts import Keys, Layout, Offsets, Probes, probes_for

_INDEX, _MARKS, _KEYS, _HASH = (
    types.Array(kind, 1, "C", readonly=True) for kind in (types.uint32, types.uint16, types.int64, types.uint64)
)
_HASHES = types.Array(types.uint64, 2, "C", readonly=True)
Distances = NDArray[np.uint16]
# Numba's own way to write instructions; it comes with it.
_ir: Any = import_module("llvmlite.ir")
# What is needed so many steps later is fetched now: memory answers after the time of a hundred steps, but many at once.
_AHEAD = 32


def find(words: Words, buckets: Buckets, queries: Words, max_distance: int) -> Near:
    """What chunks.find finds."""
    rows, probes = np.ascontiguousarray(words.T), probes_for(buckets.layout, max_distance, words.shape[1])
    asking = ((turn, queries[:, turn]) for turn in range(queries.shape[1]))
    return join_near((turn, _find_one(rows, buckets, probes, one, max_distance)) for turn, one in asking)


def _find_one(rows: Words, buckets: Buckets, probes: Probes, query: NDArray[np.uint64], max_distance: int) -> Near:
    index = (buckets.ends, buckets.numbers, buckets.marks)
    wanted = (*_cuts_of(buckets.layout), probes.counts, probes.masks, probes.limits)
    is_crowded, positions, distances = _reach(
        rows, *index, *wanted, np.ascontiguousarray(query), max_distance, most_candidates(len(rows))
    )
    if is_crowded:
        return find_near(rows.T, query[:, None], max_distance)
    return each_once(Near(np.zeros(len(positions), np.intp), positions, distances), len(rows))


@lru_cache
def _cuts_of(layout: Layout) -> tuple[Keys, Keys, Keys]:
    """The bits of all chunks, how many each has, and where its buckets begin."""
    return layout.order.astype(np.int64), np.array(layout.widths, np.int64), layout.starts


def _in_reach(
    rows: Words,
    ends: Offsets,
    numbers: Numbers,
    marks: Marks,
    order: Keys,
    widths: Keys,
    starts: Keys,
    probed: Keys,
    masks: Keys,
    limits: Keys,
    query: NDArray[np.uint64],
    max_distance: int,
    most: int,
) -> tuple[bool, Positions, Distances]:
    """Whether there are more than `most` candidates, else the positions in reach, with repetitions, and distances."""
    slots, wanted = np.empty(len(masks), np.int64), np.empty(len(masks), np.uint16)
    _ask(_cut(query, order, widths), starts, probed, masks, slots, wanted)
    begins, counts = np.empty(len(slots), np.uint32), np.empty(len(slots), np.uint32)
    which = np.empty(len(slots), np.intp)
    used, total = _look_into(ends, slots, begins, counts, which)
    if total > most:
        return True, np.empty(0, np.intp), np.empty(0, np.uint16)
    places = np.empty(total + 1, np.intp)
    fitting = _sift(marks, begins, counts, which, used, wanted, limits, places)
    positions, distances = _gather(numbers, places[:fitting]), np.empty(fitting, np.uint16)
    near = _compare(rows, query, max_distance, positions, distances)
    return False, positions[:near], distances[:near]


def _cut(query: NDArray[np.uint64], order: Keys, widths: Keys) -> Keys:
    """The key of each chunk; bit 0 is the highest of the first word."""
    keys, at = np.zeros(len(widths), np.int64), 0
    for chunk in range(len(widths)):
        for place in range(widths[chunk]):
            bit = types.uint64(order[at])
            taken = query[bit >> types.uint64(6)] >> (types.uint64(63) - (bit & types.uint64(63)))
            keys[chunk] |= types.int64(taken & types.uint64(1)) << place
            at += 1
    return keys


def _ask(keys: Keys, starts: Keys, probed: Keys, masks: Keys, slots: Keys, wanted: Marks) -> None:
    """Write down the buckets that the query looks into, and the mark it wants in each."""
    at = 0
    for chunk in range(len(keys)):
        key, mark = keys[chunk] + starts[chunk], types.uint16(keys[(chunk + 1) % len(keys)] & 0xFFFF)
        for _ in range(probed[chunk]):
            slots[at], wanted[at] = key ^ masks[at], mark
            at += 1


def _look_into(ends: Offsets, slots: Keys, begins: Offsets, counts: Offsets, which: Positions) -> tuple[int, int]:
    """Write down the buckets that are not empty; returns how many they are, and how much is in them."""
    used = total = 0
    for at in range(len(slots)):
        _fetch(ends, slots[min(at + _AHEAD, len(slots) - 1)])
        begins[used], counts[used], which[used] = ends[slots[at]], ends[slots[at] + 1] - ends[slots[at]], at
        total += counts[used]
        used += counts[used] > 0
    return used, total


def _sift(
    marks: Marks,
    begins: Offsets,
    counts: Offsets,
    which: Positions,
    used: int,
    wanted: Marks,
    limits: Keys,
    places: Positions,
) -> int:
    """Write down the places whose mark fits; returns how many they are. `places` has room for one more than all."""
    fitting = 0
    for bucket in range(used):
        _fetch(marks, begins[min(bucket + _AHEAD, used - 1)])
        mark, most = wanted[which[bucket]], limits[which[bucket]]
        for place in range(begins[bucket], begins[bucket] + counts[bucket]):
            places[fitting] = place
            fitting += _ones(types.uint64(marks[place] ^ mark)) <= most
    return fitting


def _gather(numbers: Numbers, places: Positions) -> Positions:
    """What position stands at each place."""
    positions = np.empty(len(places), np.intp)
    for at in range(len(places)):
        _fetch(numbers, places[min(at + _AHEAD, len(places) - 1)])
        positions[at] = numbers[places[at]]
    return positions


def _compare(
    rows: Words, query: NDArray[np.uint64], max_distance: int, positions: Positions, distances: Distances
) -> int:
    """Move what is in reach to the front, with its distance; returns how much that is."""
    near = 0
    for at in range(len(positions)):
        _fetch(rows, positions[min(at + _AHEAD, len(positions) - 1)] * len(query))
        position, distance = positions[at], 0
        for word in range(len(query)):
            distance += _ones(rows[position, word] ^ query[word])
        positions[near], distances[near] = position, distance
        near += distance <= max_distance
    return near


def _count_ones(_: Any, word: Any) -> Any:
    """How many bits of a word are set, as one instruction of the processor."""
    return types.int64(word), lambda _context, builder, _signature, given: builder.ctpop(given[0])


def _fetch_ahead(_: Any, array: Any, _place: Any) -> Any:
    """Have the memory bring what stands at a place, counted through the whole array, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, given[0])
        whole, pointer = _ir.IntType(32), _ir.IntType(8).as_pointer()
        taken = _ir.FunctionType(_ir.VoidType(), [pointer, whole, whole, whole])
        instruction = builder.module.globals.get(_PREFETCH) or _ir.Function(builder.module, taken, _PREFETCH)
        address = builder.bitcast(builder.gep(held.data, [given[1]]), pointer)
        # To be read, to be kept in all caches, and data.
        builder.call(instruction, [address, whole(0), whole(3), whole(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


_PREFETCH = "llvm.prefetch.p0"
_ones: Any = intrinsic(_count_ones)
_fetch: Any = intrinsic(_fetch_ahead)


def _compiled() -> Any:
    """Compiled for these types now, and kept beside this file, or where the user's caches are, for the next process.

    Raises ImportError where it cannot be kept: compiling takes as long as ten thousand look-ups.
    """
    for step in (_cut, _ask, _look_into, _sift, _gather, _compare):
        register_jitable(step)
    taken = (_HASHES, _INDEX, _INDEX, _MARKS, *(_KEYS,) * 6, _HASH, types.int64, types.int64)
    try:
        return njit([taken], cache=True, nogil=True, error_model="numpy")(_in_reach)
    except (RuntimeError, OSError) as problem:
        raise ImportError("numba has no folder to keep what it compiles") from problem


_reach = _compiled()
