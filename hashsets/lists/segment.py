"""One version of one list as files mapped into memory: sorted hash words, the entry each belongs to, ids and labels.
It never changes once written; it knows nothing of other versions, roles or withdrawals.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets import chunks
from hashsets.errors import DamagedListError
from hashsets.formats.rows import ListRow
from hashsets.index import Near, Positions, Words, find_equal, find_near, hex_to_words, words_to_hex
from hashsets.lists.columns import NO_OTHERS, NOTHING_GONE, Columns, Gone, Others, Values
from hashsets.lists.manifest import StoredFile
from hashsets.values import Algorithm

KEYS, DIGESTS, SPANS, TEXT = "entry_keys.npy", "entry_digests.npy", "text_spans.npy", "text.bin"
TIMES, GONE_KEYS, GONE_TIMES = "entry_times.npy", "gone_keys.npy", "gone_times.npy"
OTHER_NAMES, OTHER_KINDS, OTHER_ROWS = "other_names.json", "other_kinds.npy", "other_rows.npy"
OTHER_SPANS, OTHER_TEXT = "other_spans.npy", "other_text.bin"


def words_file(algorithm: Algorithm) -> str:
    """Name of the file with the columns of an algorithm's values, sorted."""
    return f"{algorithm}.npy"


def rows_file(algorithm: Algorithm) -> str:
    """Name of the file with the row of the entry that each value belongs to."""
    return f"{algorithm}_rows.npy"


def ends_file(algorithm: Algorithm) -> str:
    """Name of the file with where each bucket of an algorithm's index ends."""
    return f"{algorithm}_ends.npy"


def numbers_file(algorithm: Algorithm) -> str:
    """Name of the file with the positions of an algorithm's values, bucket by bucket."""
    return f"{algorithm}_numbers.npy"


def key_of(entry: str) -> int:
    """The 64-bit number under which an entry id is found."""
    return int.from_bytes(hashlib.blake2b(entry.encode(), digest_size=8).digest(), "big")


class Segment:
    """Reads one version. Files are mapped when first needed; a missing or cut file raises DamagedListError."""

    def __init__(self, folder: Path, files: Mapping[str, StoredFile]) -> None:
        self._folder = folder
        self._files = files
        for name, stored in files.items():
            self._check_size(folder / name, stored.size_bytes)
        self._arrays: dict[str, NDArray[Any]] = {}

    @property
    def algorithms(self) -> list[Algorithm]:
        return [algorithm for algorithm in Algorithm if words_file(algorithm) in self._files]

    @property
    def keys(self) -> NDArray[np.uint64]:
        """Key of each row, sorted."""
        return self._array(KEYS)

    @property
    def digests(self) -> NDArray[np.uint64]:
        """A number per row that changes with the entry's hashes or label."""
        return self._array(DIGESTS)

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """(added here, last changed at the source) of each row; a version of format 1 says neither."""
        return self._array(TIMES) if TIMES in self._files else np.zeros((len(self.keys), 2), np.int64)

    @cached_property
    def gone(self) -> Gone:
        """What the source withdrew until this version."""
        return Gone(self._array(GONE_KEYS), self._array(GONE_TIMES)) if GONE_KEYS in self._files else NOTHING_GONE

    @cached_property
    def others(self) -> Others:
        """Hashes of types that are only kept."""
        if OTHER_NAMES not in self._files:
            return NO_OTHERS
        names = json.loads((self._folder / OTHER_NAMES).read_bytes())
        return Others(tuple(names), self._array(OTHER_KINDS), self._array(OTHER_ROWS), self._array(OTHER_SPANS))

    def columns(self) -> Columns:
        """Everything, as mapped arrays."""
        held = {
            algorithm: Values(self._words(algorithm), self._array(rows_file(algorithm)))
            for algorithm in self.algorithms
        }
        spans = self._array(SPANS)
        return Columns(self.keys, self.digests, spans, self.times, held, self.others, self.gone)

    def find_equal(self, algorithm: Algorithm, value: str) -> list[int]:
        """Rows that have this very value."""
        if words_file(algorithm) not in self._files:
            return []
        found = find_equal(self._words(algorithm), hex_to_words([value], algorithm))
        return [int(row) for row in self._rows_at(algorithm, found)]

    def find_near(
        self, algorithm: Algorithm, values: Sequence[str], max_distance: int
    ) -> Iterator[tuple[int, int, int]]:
        """(row, which of the values, distance in bits) of everything in reach."""
        if words_file(algorithm) not in self._files:
            return
        near = self._near(algorithm, hex_to_words(values, algorithm), max_distance)
        rows = self._rows_at(algorithm, near.positions)
        for row, query, distance in zip(rows, near.queries, near.distances, strict=True):
            yield int(row), int(query), int(distance)

    def _near(self, algorithm: Algorithm, queries: Words, max_distance: int) -> Near:
        words = self._words(algorithm)
        layout = chunks.layout_for(algorithm, words.shape[1])
        if layout is None or max_distance > layout.reach or ends_file(algorithm) not in self._files:
            return find_near(words, queries, max_distance)
        ends, numbers = self._array(ends_file(algorithm)), self._array(numbers_file(algorithm))
        return chunks.find(words, ends, numbers, layout, queries, max_distance)

    def text_of(self, row: int) -> tuple[str, str | None]:
        """Entry id and label of a row."""
        entry, _, label = _text_at(self.text, self._array(SPANS)[row]).partition("\0")
        return entry, label or None

    def types_of(self, row: int) -> tuple[str, ...]:
        """The algorithms and other types of the hashes that a row has."""
        found = [known.value for known in self.algorithms if np.any(self._array(rows_file(known)) == row)]
        kinds = np.unique(self.others.kinds[self.others.rows == row])
        return (*found, *(self.others.names[kind] for kind in kinds))

    def row_of(self, entry: str) -> int | None:
        """The row of an entry id, or None."""
        key = np.uint64(key_of(entry))
        row = int(np.searchsorted(self.keys, key))
        is_there = row < len(self.keys) and self.keys[row] == key and self.text_of(row)[0] == entry
        return row if is_there else None

    def read_rows(self) -> Iterator[ListRow]:
        """All entries with all their hashes; for lists that fit into memory."""
        hashes: defaultdict[int, list[tuple[Algorithm, str]]] = defaultdict(list)
        others: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for algorithm in self.algorithms:
            values = words_to_hex(self._words(algorithm), algorithm)
            for row, value in zip(self._array(rows_file(algorithm)).tolist(), values, strict=True):
                hashes[row].append((algorithm, value))
        for kind, row, span in zip(self.others.kinds, self.others.rows.tolist(), self.others.spans, strict=True):
            others[row].append((self.others.names[kind], _text_at(self.other_text, span)))
        for row in range(len(self.keys)):
            entry, label = self.text_of(row)
            yield ListRow(tuple(hashes[row]), entry, label, tuple(others[row]), int(self.times[row, 1]))

    @cached_property
    def text(self) -> NDArray[np.uint8]:
        """The bytes that the spans of ids and labels are in."""
        return self._bytes(TEXT)

    @cached_property
    def other_text(self) -> NDArray[np.uint8]:
        """The bytes that the spans of hashes that are only kept are in."""
        return self._bytes(OTHER_TEXT)

    def _bytes(self, name: str) -> NDArray[np.uint8]:
        is_empty = name not in self._files or not self._files[name].size_bytes
        return np.empty(0, np.uint8) if is_empty else np.memmap(self._folder / name, np.uint8, mode="r")

    def _words(self, algorithm: Algorithm) -> Words:
        return self._array(words_file(algorithm))

    def _rows_at(self, algorithm: Algorithm, positions: Positions) -> NDArray[np.uint32]:
        rows: NDArray[np.uint32] = self._array(rows_file(algorithm))[positions]
        return rows

    def _array(self, name: str) -> NDArray[Any]:
        if name not in self._arrays:
            # A plain view: every slice of a mapped array costs several times as much.
            self._arrays[name] = np.asarray(np.load(self._folder / name, mmap_mode="r", allow_pickle=False))
        return self._arrays[name]

    def _check_size(self, path: Path, size_bytes: int) -> None:
        if not path.is_file() or path.stat().st_size != size_bytes:
            raise DamagedListError(f"{path} is missing or has another size: import the list again.")


def _text_at(text: NDArray[np.uint8], span: NDArray[np.uint64]) -> str:
    return text[int(span[0]) : int(span[1])].tobytes().decode()
