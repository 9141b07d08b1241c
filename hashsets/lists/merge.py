"""What a list is after a delivery: the whole of it, or the old version with additions and withdrawals applied.
It works on arrays, so that a list of millions costs no Python object per entry; only texts are moved on disk.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hashsets.lists.build import Settled
from hashsets.lists.columns import (
    NOTHING_GONE,
    Columns,
    Gone,
    Mask,
    Numbers,
    Others,
    Times,
    Values,
    append_texts,
    find_rows,
    sort_values,
)
from hashsets.lists.segment import OTHER_TEXT, TEXT, Segment
from hashsets.values import Algorithm


def replace_all(old: Segment | None, said: Settled, now: int) -> Columns:
    """The list is what was said; what it had before and no longer has was withdrawn now."""
    if old is None:
        return replace(said.live, gone=said.taken)
    before = old.columns()
    is_missing = ~find_rows(said.live.keys, before.keys)[0]
    taken = Gone(before.keys[is_missing], _withdrawn_now(before.times[is_missing, 1], now))
    kept = _with_added_times(said.live, before)
    return replace(kept, gone=_gone_after(before.gone, kept.keys, _union(said.taken, taken)))


def apply_delta(folder: Path, old: Segment | None, said: Settled) -> Columns:
    """The old version with what was said; the folder holds the texts of the delivery and gets those of the old one.

    What the source changed later than what is said now stays as it is: pages do not come in order of time.
    """
    if old is None:
        return replace(said.live, gone=said.taken)
    before = old.columns()
    live = keep_rows(said.live, ~_is_outdated(said.live.keys, said.live.times[:, 1], before))
    is_late = _is_outdated(said.taken.keys, said.taken.times[:, 1], replace(before, gone=NOTHING_GONE))
    taken = Gone(said.taken.keys[~is_late], said.taken.times[~is_late])
    is_replaced = find_rows(live.keys, before.keys)[0] | find_rows(taken.keys, before.keys)[0]
    kept = _move_texts(folder, keep_rows(before, ~is_replaced), old)
    merged = _concatenate(kept, _with_added_times(live, before))
    return replace(merged, gone=_gone_after(before.gone, merged.keys, taken))


def keep_rows(columns: Columns, is_kept: Mask) -> Columns:
    """Only some rows, with all that belongs to them."""
    if is_kept.all():
        return columns
    new_rows = (np.cumsum(is_kept) - 1).astype(np.uint32)
    values = {algorithm: _keep_values(held, is_kept, new_rows) for algorithm, held in columns.values.items()}
    others, chosen = columns.others, is_kept[columns.others.rows]
    return replace(
        columns,
        keys=columns.keys[is_kept],
        digests=columns.digests[is_kept],
        spans=columns.spans[is_kept],
        times=columns.times[is_kept],
        values={algorithm: held for algorithm, held in values.items() if len(held.rows)},
        others=Others(others.names, others.kinds[chosen], new_rows[others.rows[chosen]], others.spans[chosen]),
    )


def _keep_values(held: Values, is_kept: Mask, new_rows: NDArray[np.uint32]) -> Values:
    chosen = is_kept[held.rows]
    return Values(held.words[:, chosen], new_rows[held.rows[chosen]])


def _is_outdated(keys: Numbers, changed: Times, before: Columns) -> Mask:
    """Which of these the source has changed or withdrawn later than they say."""
    is_outdated = np.zeros(len(keys), bool)
    for known, times in ((before.keys, before.times), (before.gone.keys, before.gone.times)):
        is_there, rows = find_rows(known, keys)
        is_outdated[is_there] |= times[rows, 1] > changed[is_there]
    return is_outdated


def _with_added_times(columns: Columns, before: Columns) -> Columns:
    """The rows that were there before keep the time when they were added."""
    is_there, rows = find_rows(before.keys, columns.keys)
    times = columns.times.copy()
    times[is_there, 0] = before.times[rows, 0]
    return replace(columns, times=times)


def _withdrawn_now(changed: Times, now: int) -> Times:
    return np.stack([np.full(len(changed), now), changed], axis=1)


def _union(first: Gone, second: Gone) -> Gone:
    """Both; the first counts where a key is in both."""
    keys, chosen = np.unique(np.concatenate([first.keys, second.keys]), return_index=True)
    return Gone(keys, np.concatenate([first.times, second.times])[chosen])


def _gone_after(before: Gone, alive: Numbers, taken: Gone) -> Gone:
    """What is gone now: an entry that is back is not; one that was gone already keeps the day of it."""
    was_gone, rows = find_rows(before.keys, taken.keys)
    times = taken.times.copy()
    times[was_gone, 0] = before.times[rows, 0]
    times[was_gone, 1] = np.maximum(times[was_gone, 1], before.times[rows, 1])
    gone = _union(Gone(taken.keys, times), before)
    is_back = find_rows(alive, gone.keys)[0]
    return Gone(gone.keys[~is_back], gone.times[~is_back])


def _move_texts(folder: Path, kept: Columns, old: Segment) -> Columns:
    """Rows of the old version, their texts now behind those of the delivery."""
    spans = append_texts(folder / TEXT, old.text, kept.spans)
    other_spans = append_texts(folder / OTHER_TEXT, old.other_text, kept.others.spans)
    return replace(kept, spans=spans, others=replace(kept.others, spans=other_spans))


def _concatenate(first: Columns, second: Columns) -> Columns:
    """Rows of both, which have no key in common, in order of their keys."""
    order = np.argsort(np.concatenate([first.keys, second.keys]), kind="stable")
    new_rows = np.empty(len(order), np.uint32)
    new_rows[order] = np.arange(len(order), dtype=np.uint32)
    places = (new_rows[: len(first.keys)], new_rows[len(first.keys) :])
    algorithms = [algorithm for algorithm in Algorithm if algorithm in first.values or algorithm in second.values]
    return replace(
        second,
        keys=np.concatenate([first.keys, second.keys])[order],
        digests=np.concatenate([first.digests, second.digests])[order],
        spans=np.concatenate([first.spans, second.spans])[order],
        times=np.concatenate([first.times, second.times])[order],
        values={algorithm: _join(algorithm, (first, second), places) for algorithm in algorithms},
        others=_join_others(first.others, second.others, places),
    )


def _join(algorithm: Algorithm, both: tuple[Columns, ...], places: tuple[NDArray[np.uint32], ...]) -> Values:
    held = [(one.values[algorithm], rows) for one, rows in zip(both, places, strict=True) if algorithm in one.values]
    words = np.concatenate([values.words for values, _ in held], axis=1)
    return sort_values(words, np.concatenate([rows[values.rows] for values, rows in held]))


def _join_others(first: Others, second: Others, places: tuple[NDArray[np.uint32], ...]) -> Others:
    names = tuple(dict.fromkeys((*first.names, *second.names)))
    kinds = [np.array([names.index(name) for name in one.names], np.uint16)[one.kinds] for one in (first, second)]
    return Others(
        names=names,
        kinds=np.concatenate(kinds),
        rows=np.concatenate([places[0][first.rows], places[1][second.rows]]),
        spans=np.concatenate([first.spans, second.spans]),
    )
