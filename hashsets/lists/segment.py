"""One version of one list, as it is asked: one layer of entries, or a small one over a large one that versions share.
It never changes; it knows nothing of other versions, roles or what persons withdrew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import compress
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets.formats.rows import ListRow
from hashsets.index import hex_to_words
from hashsets.lists.columns import Gone, Mask, Numbers, Times, find_rows
from hashsets.lists.layer import Layer
from hashsets.values import Algorithm


@dataclass(frozen=True)
class Known:
    """What a version has of some keys, in their order: whether it has it, and its digest and times, else zeros."""

    is_there: Mask
    digests: Numbers
    times: Times


class Segment:
    """Reads one version. Rows count through the layers from the lower one; what is replaced there is never given."""

    def __init__(self, top: Layer, under: Layer | None = None) -> None:
        self.top, self.under = top, under
        self.layers = (under, top) if under else (top,)
        self._first = len(under.columns.keys) if under else 0
        self._replaced_count = int(np.bitwise_count(top.replaced).sum()) if under else 0

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return sum(len(layer.columns.keys) for layer in self.layers) - self._replaced_count

    @property
    def changes(self) -> int:
        """How much the layer over the lower one says: entries it has, and entries it replaces there."""
        return len(self.top.columns.keys) + self._replaced_count if self.under else 0

    @property
    def gone(self) -> Gone:
        """What the source withdrew until this version."""
        return self.top.columns.gone

    def held(self) -> Iterator[tuple[Layer, Mask]]:
        """Each layer, and which of its rows count."""
        if self.under:
            is_replaced = np.unpackbits(self.top.replaced, count=self._first).astype(bool)
            yield self.under, ~is_replaced
        yield self.top, np.ones(len(self.top.columns.keys), bool)

    def known(self, keys: Numbers) -> Known:
        """What this version has of these keys."""
        known = Known(np.zeros(len(keys), bool), np.zeros(len(keys), np.uint64), np.zeros((len(keys), 2), np.int64))
        for layer in self.layers:
            is_there, rows = find_rows(layer.columns.keys, keys)
            is_valid = self._is_valid(layer, rows)
            places, rows = np.flatnonzero(is_there)[is_valid], rows[is_valid]
            known.is_there[places] = True
            known.digests[places] = layer.columns.digests[rows]
            known.times[places] = layer.columns.times[rows]
        return known

    def find_equal(self, algorithm: Algorithm, value: str) -> list[int]:
        """Rows that have this very value."""
        found = ((layer, layer.find_equal(algorithm, value)) for layer in self.layers)
        return [row for layer, rows in found for row in self._numbered(layer, rows[self._is_valid(layer, rows)])]

    def find_near(
        self, algorithm: Algorithm, values: Sequence[str], max_distance: int
    ) -> Iterator[tuple[int, int, int]]:
        """(row, which of the values, distance in bits) of everything in reach."""
        queries = hex_to_words(values, algorithm)
        for layer in self.layers:
            near = layer.find_near(algorithm, queries, max_distance)
            is_valid = self._is_valid(layer, near.positions)
            rows = self._numbered(layer, near.positions[is_valid])
            yield from zip(rows, near.queries[is_valid].tolist(), near.distances[is_valid].tolist(), strict=True)

    def text_of(self, row: int) -> tuple[str, str | None]:
        """Entry id and label of a row."""
        layer, place = self._place(row)
        return layer.text_of(place)

    def frames_of(self, row: int) -> int:
        """How many PDQs the video has that a row is; 0 where it is none."""
        layer, place = self._place(row)
        return int(layer.columns.frames[place])

    def times_of(self, row: int) -> tuple[int, int]:
        """When a row was added here, and last changed at the source; 0 where nobody said."""
        layer, place = self._place(row)
        added_at, changed_at = layer.columns.times[place].tolist()
        return added_at, changed_at

    def values_of(self, row: int, algorithm: Algorithm) -> list[str]:
        """The values that a row has of one algorithm."""
        layer, place = self._place(row)
        return layer.values_of(place, algorithm)

    def types_of(self, row: int) -> tuple[str, ...]:
        """The algorithms and other types of the hashes that a row has."""
        layer, place = self._place(row)
        return layer.types_of(place)

    def row_of(self, entry: str) -> int | None:
        """The row of an entry id, or None."""
        for layer in self.layers:
            place = layer.row_of(entry)
            if place is not None and self._is_valid(layer, np.array([place]))[0]:
                return self._numbered(layer, np.array([place]))[0]
        return None

    def read_rows(self) -> Iterator[ListRow]:
        """All entries with all their hashes, in the order of their keys; for lists that fit into memory."""
        layers = [
            compress(zip(layer.columns.keys.tolist(), layer.read_rows(), strict=True), is_valid.tolist())
            for layer, is_valid in self.held()
        ]
        return (row for _, row in merge(*layers, key=itemgetter(0)))

    def _is_valid(self, layer: Layer, rows: NDArray[np.integer[Any]]) -> Mask:
        """Which rows of a layer nothing over it replaces."""
        if layer is self.top:
            return np.ones(len(rows), bool)
        # In the order of np.packbits.
        is_valid: Mask = self.top.replaced[rows >> 3] >> (7 - (rows & 7)) & 1 == 0
        return is_valid

    def _numbered(self, layer: Layer, rows: NDArray[np.integer[Any]]) -> list[int]:
        first = self._first if layer is self.top else 0
        return [first + row for row in rows.tolist()]

    def _place(self, row: int) -> tuple[Layer, int]:
        return (self.under, row) if self.under and row < self._first else (self.top, row - self._first)
