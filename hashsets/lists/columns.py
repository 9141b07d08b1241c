"""All entries of one version of a list as arrays, whether they are mapped files or were just read.
It knows what stands beside what; where it comes from and where it goes is its callers' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets.index import Words
from hashsets.values import Algorithm

Numbers = NDArray[np.uint64]
Rows = NDArray[np.uint32]
Times = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint8]  # eight rows a byte, as np.packbits packs them
# So many texts are moved at a time.
_PIECE = 65_536


@dataclass(frozen=True)
class Values:
    """The values of one algorithm, sorted by their first word, and the row of the entry that each belongs to."""

    words: Words
    rows: Rows


@dataclass(frozen=True)
class Others:
    """Hashes that are only kept: the type of each as a place in `names`, its row, and its span in a file of texts."""

    names: tuple[str, ...]
    kinds: NDArray[np.uint16]
    rows: Rows
    spans: Numbers


@dataclass(frozen=True)
class Gone:
    """Entries that their source withdrew: sorted keys; times (n, 2): withdrawn here, last changed at the source."""

    keys: Numbers
    times: Times


@dataclass(frozen=True)
class Columns:
    """One version. Rows are in the order of their sorted keys; times (n, 2): added here, last changed at the source.

    `digests` change with an entry's hashes, label or time; `spans` are those of its id and label in a file of texts.
    `frames` counts a video's distinct PDQs; 0 means no video. Times are seconds since 1970, 0 where nobody said.
    """

    keys: Numbers
    digests: Numbers
    spans: Numbers
    times: Times
    frames: Rows
    values: Mapping[Algorithm, Values]
    others: Others
    gone: Gone


NO_OTHERS = Others((), np.empty(0, np.uint16), np.empty(0, np.uint32), np.empty((0, 2), np.uint64))
NOTHING_GONE = Gone(np.empty(0, np.uint64), np.empty((0, 2), np.int64))


def find_rows(sorted_keys: Numbers, keys: Numbers) -> tuple[Mask, NDArray[np.intp]]:
    """Which of the keys are there, and the row of each that is; sorted_keys has each key once."""
    if not len(sorted_keys):
        return np.zeros(len(keys), bool), np.empty(0, np.intp)
    places = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    is_there = sorted_keys[places] == keys
    return is_there, places[is_there]


def sort_values(words: Words, rows: Rows) -> Values:
    """The same values, by their first word; quick where the two halves of them are sorted already."""
    order = np.argsort(words[0], kind="stable")
    return Values(words[:, order], rows[order])


def distinct_values(words: Words, rows: Rows) -> Values:
    """The values sorted, each once per entry."""
    order = np.argsort(words[0], kind="stable")
    first = words[0][order]
    is_like_next = first[1:] == first[:-1]
    is_tied = np.zeros(len(first), bool)
    is_tied[1:] |= is_like_next
    is_tied[:-1] |= is_like_next
    tied = order[is_tied]
    order[is_tied] = tied[np.lexsort((rows[tied], *words[::-1][:, tied]))]
    words, rows = words[:, order], rows[order]
    is_new = np.ones(len(rows), bool)
    is_new[1:] = np.any(words[:, 1:] != words[:, :-1], axis=0) | (rows[1:] != rows[:-1])
    return Values(words[:, is_new], rows[is_new])


def append_texts(path: Path, source: NDArray[np.uint8], spans: Numbers) -> Numbers:
    """Add texts of one file to the end of another; returns their spans there."""
    lengths = (spans[:, 1] - spans[:, 0]).astype(np.int64)
    ends = np.cumsum(lengths) + path.stat().st_size
    with path.open("ab") as stream:
        for at in range(0, len(spans), _PIECE):
            stream.write(source[_places(spans[at : at + _PIECE, 0], lengths[at : at + _PIECE])].tobytes())
    return np.stack([ends - lengths, ends], axis=1).astype(np.uint64)


def _places(starts: Numbers, lengths: NDArray[np.int64]) -> NDArray[Any]:
    """Where the bytes of some texts stand, one after the other."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts.astype(np.int64) - before, lengths) + np.arange(int(lengths.sum()))
