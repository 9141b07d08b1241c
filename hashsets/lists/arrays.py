"""Two versions' columns made one, or some rows of them kept, with all that belongs to the rows.
It knows arrays only: which rows, and why, is its callers' business.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hashsets.lists.columns import Columns, Mask, Others, Values, sort_values
from hashsets.values import Algorithm


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
        frames=columns.frames[is_kept],
        values={algorithm: held for algorithm, held in values.items() if len(held.rows)},
        others=Others(others.names, others.kinds[chosen], new_rows[others.rows[chosen]], others.spans[chosen]),
    )


def _keep_values(held: Values, is_kept: Mask, new_rows: NDArray[np.uint32]) -> Values:
    chosen = is_kept[held.rows]
    return Values(held.words[:, chosen], new_rows[held.rows[chosen]])


def concatenate(first: Columns, second: Columns) -> Columns:
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
        frames=np.concatenate([first.frames, second.frames])[order],
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
