"""How many entries and hashes a version has, for the manifest and for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hashsets.lists.columns import Columns, Mask
from hashsets.values import Algorithm


@dataclass(frozen=True)
class Counts:
    """Entries, hashes by algorithm, and hashes that are only kept by type; what there is none of is left out."""

    rows: int
    algorithms: Mapping[Algorithm, int]
    others: Mapping[str, int]


def count_layers(layers: Iterable[tuple[Columns, Mask]]) -> Counts:
    """Of some layers the rows that count, and what they have."""
    rows = 0
    algorithms, others = dict.fromkeys(Algorithm, 0), dict[str, int]()
    for columns, is_valid in layers:
        rows += int(np.count_nonzero(is_valid))
        for algorithm, held in columns.values.items():
            algorithms[algorithm] += int(np.count_nonzero(is_valid[held.rows]))
        kinds = columns.others.kinds[is_valid[columns.others.rows]]
        for name, count in zip(columns.others.names, np.bincount(kinds, minlength=1).tolist(), strict=False):
            others[name] = others.get(name, 0) + count
    return Counts(rows, {name: n for name, n in algorithms.items() if n}, {name: n for name, n in others.items() if n})
