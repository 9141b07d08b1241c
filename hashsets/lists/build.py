"""Writes one version of a list into a folder of its own, from rows in any order; it decides nothing about them.
In memory it keeps packed hashes and numbers, about 60 bytes a hash; texts go straight to disk.
"""

from array import array
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from hashsets import chunks
from hashsets.formats.rows import ListRow, derive_entry
from hashsets.index import Words, to_words
from hashsets.lists.files import checksum, make_folder, set_mode, sync_file, sync_folder
from hashsets.lists.manifest import StoredFile
from hashsets.lists.segment import DIGESTS, KEYS, SPANS, TEXT, ends_file, key_of, numbers_file, rows_file, words_file
from hashsets.values import NEAR, Algorithm

Numbers = NDArray[np.uint64]
# Odd 64-bit constant of Fibonacci hashing; any odd number that spreads bits will do.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class SegmentWriter:
    """Takes rows, then writes the version. Rows of the same entry id become one entry; its first label counts."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self.algorithms: dict[Algorithm, int] = {}
        self.count = 0
        self._folder = folder
        self._keys, self._labels, self._ends = array("Q"), array("Q"), array("Q", [0])
        self._packed: defaultdict[Algorithm, bytearray] = defaultdict(bytearray)
        self._value_keys: defaultdict[Algorithm, array[int]] = defaultdict(lambda: array("Q"))
        self._text = (folder / TEXT).open("wb")

    def add(self, row: ListRow) -> None:
        """Add one checked row."""
        entry, label = row.entry or derive_entry(row.hashes, row.others), row.label or ""
        key = key_of(entry)
        self._ends.append(self._ends[-1] + self._text.write(f"{entry}\0{label}".encode()))
        self._keys.append(key)
        self._labels.append(key_of(label))
        for algorithm, value in row.hashes:
            self._packed[algorithm] += bytes.fromhex(value)
            self._value_keys[algorithm].append(key)

    def finish(self) -> dict[str, StoredFile]:
        """Write everything and wait until it is on disk; returns what each file must be."""
        self.close()
        keys, first = np.unique(_numbers(self._keys), return_index=True)
        ends = _numbers(self._ends)
        digests = _numbers(self._labels)[first]
        for algorithm in list(self._packed):
            digests += self._write_values(algorithm, keys)
        self.count = len(keys)
        self._save(KEYS, keys)
        self._save(DIGESTS, digests)
        self._save(SPANS, np.stack([ends[first], ends[first + 1]], axis=1))
        return self._seal()

    @property
    def has_rows(self) -> bool:
        return bool(self._keys)

    def close(self) -> None:
        """Let go of the text file; for a writer that is given up."""
        self._text.close()

    def _write_values(self, algorithm: Algorithm, keys: Numbers) -> Numbers:
        """Write an algorithm's values, sorted and each once per entry; returns what they add to each digest."""
        words = to_words(self._packed.pop(algorithm), algorithm)
        rows = np.searchsorted(keys, _numbers(self._value_keys.pop(algorithm))).astype(np.uint32)
        order = np.lexsort((rows, *words[::-1]))
        words, rows = words[:, order], rows[order]
        is_new = np.ones(len(rows), bool)
        is_new[1:] = np.any(words[:, 1:] != words[:, :-1], axis=0) | (rows[1:] != rows[:-1])
        words, rows = np.ascontiguousarray(words[:, is_new]), rows[is_new]
        # A near hash is compared as a whole: its words lie beside each other. An equal one is found by its first.
        self._save(words_file(algorithm), np.asfortranarray(words) if algorithm in NEAR else words)
        self._write_index(algorithm, words)
        self._save(rows_file(algorithm), rows)
        self.algorithms[algorithm] = len(rows)
        added = np.zeros(len(keys), np.uint64)
        np.add.at(added, rows, _mix(words, key_of(algorithm)))
        return added

    def _write_index(self, algorithm: Algorithm, words: Words) -> None:
        """Write where each value lies in an index of its chunks, where the list is long enough to need one."""
        count = words.shape[1]
        layout = chunks.layout_for(algorithm, count)
        if layout is None:
            return
        ends = self._map(ends_file(algorithm), layout.slots + 1)
        numbers = self._map(numbers_file(algorithm), len(layout.widths) * count)
        at = 1
        for chunk, (its_ends, its_numbers) in enumerate(chunks.build(words, layout)):
            ends[at : at + len(its_ends)] = its_ends
            numbers[chunk * count : (chunk + 1) * count] = its_numbers
            at += len(its_ends)

    def _map(self, name: str, length: int) -> NDArray[np.uint32]:
        mapped: NDArray[np.uint32] = open_memmap(self._folder / name, mode="w+", dtype=np.uint32, shape=(length,))
        return mapped

    def _save(self, name: str, values: NDArray[Any]) -> None:
        np.save(self._folder / name, values, allow_pickle=False)

    def _seal(self) -> dict[str, StoredFile]:
        files = {}
        for path in sorted(self._folder.iterdir()):
            set_mode(path)
            sync_file(path)
            files[path.name] = StoredFile(path.stat().st_size, checksum(path))
        sync_folder(self._folder)
        return files


def _mix(words: Words, salt: int) -> Numbers:
    """One well spread number per value; it tells versions apart and need not withstand an attacker."""
    mixed = np.full(words.shape[1], salt, np.uint64)
    for column in words:
        mixed = (mixed ^ column) * _SPREAD
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _numbers(values: "array[int]") -> Numbers:
    return np.frombuffer(values, np.uint64) if values else np.empty(0, np.uint64)
