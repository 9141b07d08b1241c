"""What counts as a match: thresholds, the policy of a search, hits and their order, as plain data.
A hit is a lead, never a verdict; this module knows no index and no list file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hashsets.values import EXACT, NEAR, Algorithm
from hashsets.variants import VARIANTS, Variant


class Role(StrEnum):
    """What a list is for: material known elsewhere, files known to be harmless, or the hotline's own assessments."""

    KNOWN = "known"
    KNOWN_GOOD = "known-good"
    OWN = "own"


class Strength(StrEnum):
    """How far a hit reaches: the same bytes, very likely the same picture, or worth a person's look."""

    SAME_FILE = "same_file"
    STRONG = "strong"
    REVIEW = "review"


@dataclass(frozen=True)
class Thresholds:
    """Per list: the largest Hamming distance in bits that is still a hit, and the least PDQ quality of the query."""

    pdq: int = 31
    pdq_quality: int = 50
    phash: int = 8


@dataclass(frozen=True)
class SearchPolicy:
    """Which stages a search goes through, and how many hits it returns at most."""

    algorithms: tuple[Algorithm, ...] = (*EXACT, *NEAR)
    all_orientations: bool = True
    max_hits: int = 50


@dataclass(frozen=True)
class Hit:
    """One listed entry that a query reached, by its best evidence; `variant` is the query's orientation."""

    list: str
    list_version: int
    entry: str
    algorithm: Algorithm
    distance: int
    label: str | None
    variant: Variant
    role: Role
    strength: Strength


def strength_of(algorithm: Algorithm) -> Strength:
    """The reach of a hit that lies within its list's threshold."""
    if algorithm in EXACT:
        return Strength.SAME_FILE
    return Strength.STRONG if algorithm is Algorithm.PDQ else Strength.REVIEW


_ORDER = {algorithm: place for place, algorithm in enumerate(Algorithm)}
_TURN = {variant: place for place, variant in enumerate(VARIANTS)}


def rank(algorithm: Algorithm, distance: int, variant: Variant) -> tuple[int, int, int]:
    """Sorting key, best first: same file, then PDQ, then pHash; nearer first; upright before turned."""
    return _ORDER[algorithm], distance, _TURN[variant]


def best_first(hits: Iterable[Hit]) -> list[Hit]:
    """All hits in the order in which a person should see them; ties by list and entry, so that runs agree."""
    return sorted(hits, key=lambda hit: (*rank(hit.algorithm, hit.distance, hit.variant), hit.list, hit.entry))
