"""What a list is after a delivery: the whole of it, or the old version with additions and withdrawals applied, written
anew or as a layer over it. It works on arrays, so that a list of millions costs no Python object per entry.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hashsets.lists.arrays import concatenate, keep_rows
from hashsets.lists.build import Settled
from hashsets.lists.columns import Bits, Columns, Gone, Mask, Numbers, Times, append_texts, find_rows
from hashsets.lists.layer import OTHER_TEXT, TEXT, Layer
from hashsets.lists.limits import Limits
from hashsets.lists.segment import Known, Segment


@dataclass(frozen=True)
class Change:
    """How a version differs from the one before, in entries; `has_news` also where only what is gone differs."""

    new: int
    changed: int
    withdrawn: int
    has_news: bool


@dataclass(frozen=True)
class After:
    """What is to be written; with `under`, a layer over it, and which of its rows this replaces.

    Where a change has no news the columns are of no use.
    """

    change: Change
    columns: Columns
    under: Layer | None = None
    replaced: Bits | None = None


def replace_all(old: Segment | None, said: Settled, now: int) -> After:
    """The list is what was said; what it had before and no longer has was withdrawn now."""
    if old is None:
        return _first(said)
    known = old.known(said.live.keys)
    live = _with_added_times(said.live, known)
    gone = _gone_after(old.gone, live.keys, _union(said.taken, _missing(old, live.keys, now)))
    withdrawn = old.entries - int(np.count_nonzero(known.is_there))
    return After(_change(old, live, known, withdrawn, gone), replace(live, gone=gone))


def apply_delta(folder: Path, old: Segment | None, said: Settled, limits: Limits) -> After:
    """The old version with what was said; the folder holds the texts of the delivery and gets those of the old one."""
    if old is None:
        return _first(said)
    said = _timely(old, said)
    known = old.known(said.live.keys)
    gone = _gone_after(old.gone, said.live.keys, said.taken)
    withdrawn = int(np.count_nonzero(old.known(said.taken.keys).is_there))
    change = _change(old, said.live, known, withdrawn, gone)
    live = keep_rows(said.live, ~known.is_there | (known.digests != said.live.digests))
    if not change.has_news:
        return After(change, live)
    touched = np.sort(np.concatenate([live.keys, said.taken.keys]))
    if not limits.allow_layer(len(old.layers[0].columns.keys), old.changes + len(touched)):
        return After(change, replace(_write_anew(folder, old, live, touched), gone=gone))
    columns = replace(_lay_over(folder, old, live, touched), gone=gone)
    return After(change, columns, old.layers[0], _replaced(old, touched))


def _first(said: Settled) -> After:
    return After(Change(len(said.live.keys), 0, 0, has_news=True), replace(said.live, gone=said.taken))


def _timely(old: Segment, said: Settled) -> Settled:
    """Without what the source changed later than is said now: pages do not come in order of time."""
    known = old.known(said.live.keys)
    is_late = known.times[:, 1] > said.live.times[:, 1]
    is_gone, rows = find_rows(old.gone.keys, said.live.keys)
    is_late[is_gone] |= old.gone.times[rows, 1] > said.live.times[is_gone, 1]
    is_kept = old.known(said.taken.keys).times[:, 1] <= said.taken.times[:, 1]
    live = keep_rows(_with_added_times(said.live, known), ~is_late)
    return Settled(live, Gone(said.taken.keys[is_kept], said.taken.times[is_kept]))


def _change(old: Segment, live: Columns, known: Known, withdrawn: int, gone: Gone) -> Change:
    there = int(np.count_nonzero(known.is_there))
    changed = int(np.count_nonzero(known.is_there & (known.digests != live.digests)))
    counts = (len(live.keys) - there, changed, withdrawn)
    is_gone_alike = np.array_equal(old.gone.keys, gone.keys) and np.array_equal(old.gone.times, gone.times)
    return Change(*counts, has_news=any(counts) or not is_gone_alike)


def _write_anew(folder: Path, old: Segment, live: Columns, touched: Numbers) -> Columns:
    """Everything that counts of the old version, and what is live now."""
    merged = live
    for layer, is_valid in reversed(list(old.held())):
        merged = concatenate(_untouched(folder, layer, touched, is_valid), merged)
    return merged


def _lay_over(folder: Path, old: Segment, live: Columns, touched: Numbers) -> Columns:
    """What lies over the lower layer already, and what is live now."""
    if old.under is None:
        return live
    return concatenate(_untouched(folder, old.top, touched, np.ones(len(old.top.columns.keys), bool)), live)


def _untouched(folder: Path, layer: Layer, touched: Numbers, is_valid: Mask) -> Columns:
    """Rows of a layer that still say what holds, their texts now behind those of the delivery."""
    kept = keep_rows(layer.columns, is_valid & ~find_rows(touched, layer.columns.keys)[0])
    spans = append_texts(folder / TEXT, layer.text, kept.spans)
    other_spans = append_texts(folder / OTHER_TEXT, layer.other_text, kept.others.spans)
    return replace(kept, spans=spans, others=replace(kept.others, spans=other_spans))


def _replaced(old: Segment, touched: Numbers) -> Bits:
    """Which rows of the lower layer no longer say what holds."""
    _, is_valid = next(old.held())
    is_valid[find_rows(old.layers[0].columns.keys, touched)[1]] = False
    return np.packbits(~is_valid)


def _with_added_times(columns: Columns, known: Known) -> Columns:
    """The rows that were there before keep the time when they were added."""
    added = np.where(known.is_there, known.times[:, 0], columns.times[:, 0])
    return replace(columns, times=np.stack([added, columns.times[:, 1]], axis=1))


def _missing(old: Segment, keys: Numbers, now: int) -> Gone:
    """What the old version has and is not among these keys, as withdrawn now; in no order."""
    missing = [(layer.columns, is_valid & ~find_rows(keys, layer.columns.keys)[0]) for layer, is_valid in old.held()]
    changed: Times = np.concatenate([columns.times[is_missing, 1] for columns, is_missing in missing])
    taken = np.concatenate([columns.keys[is_missing] for columns, is_missing in missing])
    return Gone(taken, np.stack([np.full(len(taken), now), changed], axis=1))


def _union(first: Gone, second: Gone) -> Gone:
    """Both, in order; the first counts where a key is in both."""
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
