"""How hashes are cut into chunks for an index, and in which buckets a query must look so that it misses nothing.
It knows bits and costs only; what stands in the buckets is for `chunks`.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from hashsets.index import Positions
from hashsets.values import Algorithm

Keys = NDArray[np.int64]
Offsets = NDArray[np.uint32]
# Below this many hashes comparing with all of them is as fast, and needs no files.
SMALL = 5_000
# From here on more bits a bucket and fewer chunks take less time, and less of the disk.
LARGE = 8_000_000
# A bucket is a place in memory that nobody was at before: the time of so many hashes in line.
_PLACE = 16


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
    def order(self) -> Positions:
        """All bits, chunk after chunk: in one fixed disorder, because neighbouring bits of real hashes go together."""
        return np.random.default_rng(2026).permutation(self.bits)

    @cached_property
    def picks(self) -> tuple[Positions, ...]:
        """The bits of each chunk; where the chunks are narrower than a hash, not all of its bits are in one."""
        return tuple(np.split(self.order[: sum(self.widths)], np.cumsum(self.widths)[:-1]))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """What each bit adds to the key of each chunk (bits, chunks); whole numbers, which floats hold up to 2**53."""
        weights = np.zeros((self.bits, len(self.widths)))
        for chunk, picked in enumerate(self.picks):
            weights[picked, chunk] = 2.0 ** np.arange(len(picked))
        return weights


@dataclass(frozen=True)
class Probes:
    """The buckets that a query looks into, chunk by chunk: how many of each, and which bits of its key to flip."""

    counts: Keys
    masks: Keys
    limits: Keys
    """In how many bits the mark of what stands in such a bucket may differ from the query's."""

    @cached_property
    def limits_above_marks(self) -> Keys:
        """The limits, above the 16 bits of a mark."""
        return self.limits << 16


_LAYOUTS = {
    (Algorithm.PDQ, False): Layout(256, (16,) * 16),
    (Algorithm.PDQ, True): Layout(256, (22,) * 8 + (20,) * 4),
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
def radii_for(layout: Layout, max_distance: int, count: int) -> tuple[int, ...]:
    """How many flips of each chunk's key are looked into, -1 for none: just enough, at the least cost."""
    radii = [-1] * len(layout.widths)
    for _ in range(max_distance + 1):
        # Each flip more costs more than the one before, so that the cheapest first is the best of all.
        costs = [_cost(width, radius + 1, count) for width, radius in zip(layout.widths, radii, strict=True)]
        radii[costs.index(min(costs))] += 1
    return tuple(radii)


def _cost(width: int, flips: int, count: int) -> float:
    """What looking into the buckets costs that are just so many flips away; the unit is one hash in line."""
    return comb(width, flips) * (_PLACE + count / (1 << width)) or np.inf


@lru_cache
def cost_of(layout: Layout, max_distance: int, count: int) -> float:
    """What a look-up among `count` hashes costs; the unit is one hash in line."""
    radii = zip(layout.widths, radii_for(layout, max_distance, count), strict=True)
    return sum(_cost(width, flips, count) for width, radius in radii for flips in range(radius + 1))


def is_worth_it(layout: Layout, max_distance: int, count: int) -> bool:
    """Whether looking into buckets is quicker than comparing with all `count` hashes, as far as can be foreseen."""
    return cost_of(layout, max_distance, count) < count


@lru_cache(maxsize=64)
def probes_for(layout: Layout, max_distance: int, count: int) -> Probes:
    """Where a query looks, so that nothing within this distance is missed."""
    radii = radii_for(layout, max_distance, count)
    masks = [_masks(width, radius) for width, radius in zip(layout.widths, radii, strict=True)]
    together = [radius + after + 1 for radius, after in zip(radii, (*radii[1:], radii[0]), strict=True)]
    limits = [
        most - np.bitwise_count(its_masks).astype(np.int64) for most, its_masks in zip(together, masks, strict=True)
    ]
    counts = np.array([len(its_masks) for its_masks in masks])
    return Probes(counts, np.concatenate(masks), np.concatenate(limits))


def _masks(width: int, radius: int) -> Keys:
    """All numbers of `width` bits of which at most `radius` are set, in order: neighbours lie close in memory too."""
    levels = [np.zeros(1 if radius >= 0 else 0, np.int64)]
    for _ in range(radius):
        lower = levels[-1]
        levels.append(np.concatenate([lower[lower < 1 << bit] | 1 << bit for bit in range(width)]))
    return np.sort(np.concatenate(levels))
