"""Collects the rows of one delivery in any order, and settles what they say of each entry; it knows no older version.
In memory it keeps packed hashes and numbers, about 60 bytes a hash; texts go straight to disk.
"""

from array import array
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets.formats.rows import ListRow, Withdrawal, derive_entry
from hashsets.index import Words, to_words
from hashsets.lists.columns import NOTHING_GONE, Columns, Gone, Numbers, Others, Rows, Times, Values, distinct_values
from hashsets.lists.files import make_folder
from hashsets.lists.layer import OTHER_TEXT, TEXT, key_of
from hashsets.values import Algorithm

# Odd 64-bit constant of Fibonacci hashing; any odd number that spreads bits will do.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
# What an entry's being a video adds to its digest: any number will do.
_VIDEO = np.uint64(0xD1B54A32D192ED03)
_MAX_KINDS = 1000


@dataclass(frozen=True)
class Settled:
    """What a delivery says: its live entries, and those it withdraws with the time at the source (n, 2)."""

    live: Columns
    taken: Gone


class DeliveryWriter:
    """Takes rows and withdrawals, then settles them.

    In a whole list, rows of the same id become one entry whose first label counts, and a withdrawal beats them all. In
    a delta, what the source said last of an id counts: by its own times, else by the order of the file.
    """

    def __init__(self, folder: Path, *, is_delta: bool) -> None:
        make_folder(folder)
        self._is_delta = is_delta
        self._keys, self._labels, self._ends = array("Q"), array("Q"), array("Q", [0])
        self._changed, self._is_taken, self._is_video = array("q"), array("B"), array("B")
        self._packed: defaultdict[Algorithm, bytearray] = defaultdict(bytearray)
        self._value_events: defaultdict[Algorithm, array[int]] = defaultdict(lambda: array("I"))
        self._kinds: dict[str, int] = {}
        self._other_kinds, self._other_events, self._other_digests = array("H"), array("I"), array("Q")
        self._other_ends = array("Q", [0])
        self._text = (folder / TEXT).open("wb")
        self._other_text = (folder / OTHER_TEXT).open("wb")

    def add(self, row: ListRow | Withdrawal) -> None:
        """Add one checked row."""
        if isinstance(row, Withdrawal):
            self._begin(row.entry, "", row.changed_at, is_taken=True)
            return
        event = self._begin(row.entry or derive_entry(row.hashes, row.others), row.label or "", row.changed_at)
        self._is_video[event] |= row.is_video
        for algorithm, value in row.hashes:
            self._packed[algorithm] += bytes.fromhex(value)
            self._value_events[algorithm].append(event)
        for kind, value in row.others:
            self._add_other(event, kind, value)

    @property
    def has_rows(self) -> bool:
        return bool(self._keys)

    def settle(self, now: int) -> Settled:
        """What counts of all that was added; `now` is when it was, in seconds."""
        self.close()
        keys, flags = _as(self._keys, np.uint64), _as(self._is_taken, np.uint8).astype(bool)
        changed = _as(self._changed, np.int64)
        chosen = _last_said(keys, changed) if self._is_delta else _all_said(keys, flags)
        live = chosen[~flags[chosen]]
        taken = chosen[flags[chosen]]
        row_of_event = self._rows_of_events(keys, flags, live)
        columns = self._columns(keys[live], live, row_of_event, now)
        self._forget()
        return Settled(columns, Gone(keys[taken], np.stack([np.full(len(taken), now), changed[taken]], axis=1)))

    def _forget(self) -> None:
        """Free what was collected, now that it is settled."""
        self._keys, self._labels, self._ends = array("Q"), array("Q"), array("Q")
        self._changed, self._is_taken, self._is_video = array("q"), array("B"), array("B")
        self._other_kinds, self._other_events, self._other_digests = array("H"), array("I"), array("Q")

    def close(self) -> None:
        """Let go of the files of texts; for a writer that is given up."""
        self._text.close()
        self._other_text.close()

    def _begin(self, entry: str, label: str, changed_at: int, *, is_taken: bool = False) -> int:
        """The number of what is said of an entry; a run of rows of one entry is one, where rows add up."""
        key = key_of(entry)
        if not self._is_delta and not is_taken and self._keys and self._keys[-1] == key and not self._is_taken[-1]:
            return len(self._keys) - 1
        text = b"" if is_taken else f"{entry}\0{label}".encode()
        self._ends.append(self._ends[-1] + self._text.write(text))
        self._keys.append(key)
        self._labels.append(_label_key(label))
        self._changed.append(changed_at)
        self._is_taken.append(is_taken)
        self._is_video.append(False)
        return len(self._keys) - 1

    def _add_other(self, event: int, kind: str, value: str) -> None:
        known = kind if kind in self._kinds or len(self._kinds) < _MAX_KINDS else "other"
        self._other_kinds.append(self._kinds.setdefault(known, len(self._kinds)))
        self._other_events.append(event)
        self._other_digests.append(key_of(f"{kind}\0{value}"))
        self._other_ends.append(self._other_ends[-1] + self._other_text.write(value.encode()))

    def _rows_of_events(self, keys: Numbers, flags: NDArray[np.bool_], live: NDArray[np.intp]) -> NDArray[np.int64]:
        """The row that each thing said belongs to, -1 for what does not count."""
        rows = np.full(len(keys), -1)
        if self._is_delta:
            rows[live] = np.arange(len(live))
        elif len(live):
            places = np.minimum(np.searchsorted(keys[live], keys), len(live) - 1)
            rows = np.where((keys[live][places] == keys) & ~flags, places, -1)
        return rows

    def _columns(self, keys: Numbers, events: NDArray[np.intp], row_of_event: NDArray[np.int64], now: int) -> Columns:
        ends = _as(self._ends, np.uint64)
        changed = _as(self._changed, np.int64)[events]
        digests = _as(self._labels, np.uint64)[events] + changed.astype(np.uint64) * _SPREAD
        values = {algorithm: self._values(algorithm, row_of_event, digests) for algorithm in list(self._packed)}
        frames = self._frames(values.get(Algorithm.PDQ), row_of_event, len(keys))
        digests[frames > 0] += _VIDEO
        return Columns(
            keys=keys,
            digests=digests,
            spans=np.stack([ends[events], ends[events + 1]], axis=1),
            times=np.stack([np.full(len(keys), now), changed], axis=1),
            frames=frames,
            values={algorithm: held for algorithm, held in values.items() if len(held.rows)},
            others=self._others(row_of_event, digests),
            gone=NOTHING_GONE,
        )

    def _values(self, algorithm: Algorithm, row_of_event: NDArray[np.int64], digests: Numbers) -> Values:
        """An algorithm's values, each once per entry; adds what they are to the digests."""
        words = to_words(self._packed.pop(algorithm), algorithm)
        rows = row_of_event[_as(self._value_events.pop(algorithm), np.uint32)]
        held = distinct_values(words[:, rows >= 0], rows[rows >= 0].astype(np.uint32))
        np.add.at(digests, held.rows, _mix(held.words, key_of(algorithm)))
        return held

    def _frames(self, pdqs: Values | None, row_of_event: NDArray[np.int64], count: int) -> Rows:
        """How many PDQs each row has, if anything said of it makes it a video; else 0."""
        frames = np.zeros(count, np.uint32)
        videos = row_of_event[np.flatnonzero(_as(self._is_video, np.uint8))]
        videos = np.unique(videos[videos >= 0])
        if pdqs and len(videos):
            frames[videos] = np.bincount(pdqs.rows, minlength=count)[videos]
        return frames

    def _others(self, row_of_event: NDArray[np.int64], digests: Numbers) -> Others:
        rows = row_of_event[_as(self._other_events, np.uint32)]
        own = _as(self._other_digests, np.uint64)
        pairs = np.stack([rows.astype(np.uint64), own], axis=1)
        chosen = np.unique(pairs, axis=0, return_index=True)[1] if len(pairs) else np.empty(0, np.intp)
        chosen = np.sort(chosen[rows[chosen] >= 0])
        np.add.at(digests, rows[chosen], own[chosen] * _SPREAD)
        ends = _as(self._other_ends, np.uint64)
        return Others(
            names=tuple(self._kinds),
            kinds=_as(self._other_kinds, np.uint16)[chosen],
            rows=rows[chosen].astype(np.uint32),
            spans=np.stack([ends[chosen], ends[chosen + 1]], axis=1),
        )


def _all_said(keys: Numbers, flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first thing said of each key, in order of keys; a withdrawal where there is one."""
    order = np.lexsort((np.arange(len(keys)), ~flags, keys))
    is_first = np.ones(len(keys), bool)
    is_first[1:] = keys[order][1:] != keys[order][:-1]
    return order[is_first]


def _last_said(keys: Numbers, changed: Times) -> NDArray[np.intp]:
    """The last thing said of each key, in order of keys."""
    order = np.lexsort((np.arange(len(keys)), changed, keys))
    is_last = np.ones(len(keys), bool)
    is_last[:-1] = keys[order][1:] != keys[order][:-1]
    return order[is_last]


@lru_cache(maxsize=4096)
def _label_key(label: str) -> int:
    return key_of(label)


def _mix(words: Words, salt: int) -> Numbers:
    """One well spread number per value; it tells versions apart and need not withstand an attacker."""
    mixed = np.full(words.shape[1], salt, np.uint64)
    for column in words:
        mixed = (mixed ^ column) * _SPREAD
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _as(values: "array[int]", kind: type) -> NDArray[Any]:
    return np.frombuffer(values, kind) if values else np.empty(0, kind)
