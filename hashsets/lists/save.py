"""Writes the arrays of one version into its folder, with the index over its near hashes, and seals every file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from hashsets import chunks, layouts
from hashsets.index import Words
from hashsets.lists.columns import Bits, Columns, Others, Values
from hashsets.lists.files import checksum, set_mode, sync_file, sync_folder
from hashsets.lists.layer import (
    DIGESTS,
    FRAMES,
    GONE_KEYS,
    GONE_TIMES,
    KEYS,
    OTHER_KINDS,
    OTHER_NAMES,
    OTHER_ROWS,
    OTHER_SPANS,
    REPLACED,
    SPANS,
    TIMES,
    ends_file,
    marks_file,
    numbers_file,
    rows_file,
    words_file,
)
from hashsets.lists.manifest import StoredFile
from hashsets.values import NEAR, Algorithm


def save_columns(folder: Path, columns: Columns, replaced: Bits | None) -> None:
    """Write everything beside the texts; for a layer over another also what it replaces there."""
    for algorithm, held in columns.values.items():
        _save_values(folder, algorithm, held)
    arrays: dict[str, NDArray[Any]] = {
        KEYS: columns.keys,
        DIGESTS: columns.digests,
        SPANS: columns.spans,
        TIMES: columns.times,
    }
    arrays |= {GONE_KEYS: columns.gone.keys, GONE_TIMES: columns.gone.times}
    if replaced is not None:
        arrays[REPLACED] = replaced
    if columns.frames.any():
        arrays[FRAMES] = columns.frames
    for name, values in arrays.items():
        _save(folder, name, values)
    _save_others(folder, columns.others)


def write_indexes(folder: Path, least: int) -> None:
    """Write the index of each algorithm that has at least so many saved values, which are read from their files."""
    for algorithm in NEAR:
        path = folder / words_file(algorithm)
        words = np.load(path, mmap_mode="r", allow_pickle=False) if path.exists() else None
        if words is not None and words.shape[1] >= least:
            _write_index(folder, algorithm, np.ascontiguousarray(words))


def seal(folder: Path) -> dict[str, StoredFile]:
    """Wait until all files are on disk; returns what each must be."""
    files = {}
    for path in sorted(folder.iterdir()):
        set_mode(path)
        sync_file(path)
        files[path.name] = StoredFile(path.stat().st_size, checksum(path))
    sync_folder(folder)
    return files


def _save_values(folder: Path, algorithm: Algorithm, held: Values) -> None:
    # A near hash is compared as a whole: its words lie beside each other. An equal one is found by its first.
    words = np.asfortranarray(held.words) if algorithm in NEAR else np.ascontiguousarray(held.words)
    _save(folder, words_file(algorithm), words)
    _save(folder, rows_file(algorithm), held.rows)


def _save_others(folder: Path, others: Others) -> None:
    (folder / OTHER_NAMES).write_text(json.dumps(others.names))
    for name, values in ((OTHER_KINDS, others.kinds), (OTHER_ROWS, others.rows), (OTHER_SPANS, others.spans)):
        _save(folder, name, values)


def _write_index(folder: Path, algorithm: Algorithm, words: Words) -> None:
    """Write where each value lies in an index of its chunks."""
    count = words.shape[1]
    layout = layouts.layout_for(algorithm, count)
    ends = _map(folder / ends_file(algorithm), np.uint32, layout.slots + 1)
    numbers = _map(folder / numbers_file(algorithm), np.uint32, len(layout.widths) * count)
    marks = _map(folder / marks_file(algorithm), np.uint16, len(layout.widths) * count)
    at = 1
    for chunk, (its_ends, its_numbers, its_marks) in enumerate(chunks.build(words, layout)):
        ends[at : at + len(its_ends)] = its_ends
        numbers[chunk * count : (chunk + 1) * count] = its_numbers
        marks[chunk * count : (chunk + 1) * count] = its_marks
        at += len(its_ends)


def _map(path: Path, kind: type[np.generic], length: int) -> NDArray[Any]:
    mapped: NDArray[Any] = open_memmap(path, mode="w+", dtype=kind, shape=(length,))
    return mapped


def _save(folder: Path, name: str, values: NDArray[Any]) -> None:
    np.save(folder / name, values, allow_pickle=False)
