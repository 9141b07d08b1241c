"""Entries of one list as files in one folder: sorted hash words, the entry each belongs to, ids and labels.
They never change once written; this knows nothing of other layers, versions, roles or withdrawals.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets import chunks, layouts
from hashsets.formats.rows import ListRow
from hashsets.index import Near, Words, find_equal, find_near, hex_to_words, join_near, words_to_hex
from hashsets.lists.columns import NO_OTHERS, NOTHING_GONE, Columns, Gone, Others, Rows, Values
from hashsets.lists.manifest import StoredFile
from hashsets.lists.mapped import Pieces, open_array, open_bytes
from hashsets.values import Algorithm

KEYS, DIGESTS, SPANS, TEXT = "entry_keys.npy", "entry_digests.npy", "text_spans.npy", "text.bin"
TIMES, FRAMES, REPLACED = "entry_times.npy", "entry_frames.npy", "replaced.npy"
GONE_KEYS, GONE_TIMES = "gone_keys.npy", "gone_times.npy"
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


def marks_file(algorithm: Algorithm) -> str:
    """Name of the file with a mark of each value's next chunk, in the order of the positions."""
    return f"{algorithm}_marks.npy"


def key_of(entry: str) -> int:
    """The 64-bit number under which an entry id is found."""
    return int.from_bytes(hashlib.blake2b(entry.encode(), digest_size=8).digest(), "big")


_NO_ROWS: Rows = np.empty(0, np.uint32)


class Layer:
    """The entries of one folder; all its files are opened. Raises DamagedListError where one is missing or cut."""

    def __init__(self, folder: Path, files: Mapping[str, StoredFile]) -> None:
        self.folder, self.files = folder, files
        self._arrays = {name: _open(folder / name, stored.size_bytes) for name, stored in files.items()}
        self.columns = self._columns()
        found = ((algorithm, _buckets(self._arrays, algorithm)) for algorithm in self.columns.values)
        self._buckets = {algorithm: buckets for algorithm, buckets in found if buckets}
        nothing = np.empty(0, np.uint8)
        self.text, self.other_text = (self._arrays.get(name, nothing) for name in (TEXT, OTHER_TEXT))
        self._texts, self._spans = (Pieces(folder / name, files[name].size_bytes) for name in (TEXT, SPANS))
        # One bit for each row of the layer under this one, where there is one.
        self.replaced: NDArray[np.uint8] = self._arrays.get(REPLACED, nothing)

    def find_equal(self, algorithm: Algorithm, value: str) -> Rows:
        """Rows that have this very value."""
        held = self.columns.values.get(algorithm)
        return held.rows[find_equal(held.words, hex_to_words([value], algorithm))] if held else _NO_ROWS

    def find_near(self, algorithm: Algorithm, queries: Words, max_distance: int) -> Near:
        """Everything in reach of any of the queries; the positions are rows."""
        held = self.columns.values.get(algorithm)
        if held is None:
            return join_near(())
        near = self._near(algorithm, held.words, queries, max_distance)
        return Near(near.queries, held.rows[near.positions].astype(np.intp), near.distances)

    def _near(self, algorithm: Algorithm, words: Words, queries: Words, max_distance: int) -> Near:
        buckets = self._buckets.get(algorithm)
        if buckets is None or not layouts.is_worth_it(buckets.layout, max_distance, words.shape[1]):
            return find_near(words, queries, max_distance)
        return chunks.finder()(words, buckets, queries, max_distance)

    def text_of(self, row: int) -> tuple[str, str | None]:
        """Entry id and label of a row."""
        spans = self.columns.spans
        size = spans.itemsize * spans.shape[1]
        at = self._spans.size_bytes - (len(spans) - row) * size
        start, stop = np.frombuffer(self._spans.read(at, at + size), spans.dtype).tolist()
        entry, _, label = self._texts.read(start, stop).decode().partition("\0")
        return entry, label or None

    def values_of(self, row: int, algorithm: Algorithm) -> list[str]:
        """The values that a row has of one algorithm."""
        held = self.columns.values.get(algorithm)
        return words_to_hex(held.words[:, np.flatnonzero(held.rows == row)], algorithm) if held else []

    def types_of(self, row: int) -> tuple[str, ...]:
        """The algorithms and other types of the hashes that a row has."""
        found = [known.value for known, held in self.columns.values.items() if np.any(held.rows == row)]
        others = self.columns.others
        return (*found, *(others.names[kind] for kind in np.unique(others.kinds[others.rows == row])))

    def row_of(self, entry: str) -> int | None:
        """The row of an entry id, or None."""
        keys, key = self.columns.keys, np.uint64(key_of(entry))
        row = int(np.searchsorted(keys, key))
        return row if row < len(keys) and keys[row] == key and self.text_of(row)[0] == entry else None

    def read_rows(self) -> Iterator[ListRow]:
        """All entries with all their hashes, in the order of their rows; for lists that fit into memory."""
        columns = self.columns
        hashes: defaultdict[int, list[tuple[Algorithm, str]]] = defaultdict(list)
        others: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for algorithm, held in columns.values.items():
            for row, value in zip(held.rows.tolist(), words_to_hex(held.words, algorithm), strict=True):
                hashes[row].append((algorithm, value))
        kept = columns.others
        for kind, row, span in zip(kept.kinds, kept.rows.tolist(), kept.spans, strict=True):
            others[row].append((kept.names[kind], _text_at(self.other_text, span)))
        for row in range(len(columns.keys)):
            entry, label = self.text_of(row)
            changed_at, is_video = int(columns.times[row, 1]), bool(columns.frames[row])
            yield ListRow(tuple(hashes[row]), entry, label, tuple(others[row]), changed_at, is_video)

    def _columns(self) -> Columns:
        arrays, count = self._arrays, len(self._arrays[KEYS])
        listed = [algorithm for algorithm in Algorithm if words_file(algorithm) in arrays]
        return Columns(
            keys=arrays[KEYS],
            digests=arrays[DIGESTS],
            spans=arrays[SPANS],
            # A version of format 1 says neither; one without videos says nothing of frames.
            times=arrays.get(TIMES, np.broadcast_to(np.int64(0), (count, 2))),
            frames=arrays.get(FRAMES, np.broadcast_to(np.uint32(0), count)),
            values={known: Values(arrays[words_file(known)], arrays[rows_file(known)]) for known in listed},
            others=_others(arrays) if OTHER_NAMES in arrays else NO_OTHERS,
            gone=Gone(arrays[GONE_KEYS], arrays[GONE_TIMES]) if GONE_KEYS in arrays else NOTHING_GONE,
        )


def _open(path: Path, size_bytes: int) -> NDArray[Any]:
    return open_array(path, size_bytes) if path.suffix == ".npy" else open_bytes(path, size_bytes)


def _buckets(arrays: Mapping[str, NDArray[Any]], algorithm: Algorithm) -> chunks.Buckets | None:
    """The index of an algorithm's values, where there is one, and of a layout that this program knows."""
    names = (ends_file(algorithm), numbers_file(algorithm), marks_file(algorithm))
    if any(name not in arrays for name in names):
        return None
    ends, numbers, marks = (arrays[name] for name in names)
    layout = layouts.layout_of(algorithm, ends)
    return chunks.Buckets(layout, ends, numbers, marks) if layout else None


def _others(arrays: Mapping[str, NDArray[Any]]) -> Others:
    names = tuple(json.loads(arrays[OTHER_NAMES].tobytes()))
    return Others(names, arrays[OTHER_KINDS], arrays[OTHER_ROWS], arrays[OTHER_SPANS])


def _text_at(text: NDArray[np.uint8], span: NDArray[np.uint64]) -> str:
    return text[int(span[0]) : int(span[1])].tobytes().decode()
