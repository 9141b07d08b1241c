"""What counts as a match: thresholds, the policy of a search, hits and their order, as plain data.
A hit is a lead, never a verdict; this module knows no index and no list file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hashsets.errors import InvalidThresholdError
from hashsets.values import Algorithm
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

    def changed(self, given: Mapping[str, int]) -> "Thresholds":
        """With those that are named changed. Raises InvalidThresholdError."""
        if any(name not in _LARGEST or not 0 <= value <= _LARGEST[name] for name, value in given.items()):
            raise InvalidThresholdError
        return replace(self, **given)


_LARGEST = {"pdq": 48, "pdq_quality": 100, "phash": 12}


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class SearchPolicy:
    """How all lists are searched, and how many hits there are at most.

    PDQ beyond a list's threshold up to `review_bits` is a hit for review only. A video is a listed one where both
    percentages of frames are reached: of its own that are in the listed one, and of the listed one's that are in it.
    """

    max_hits: int = 50
    review_bits: int = 48
    video_query_percent: int = 0
    video_listed_percent: int = 80


@dataclass(frozen=True)
class Hit:
    """One listed entry that a query reached, by its best evidence; `variant` is what was done to the query."""

    list: str
    list_version: int
    entry: str
    algorithm: Algorithm
    distance: int
    label: str | None
    variant: Variant
    role: Role
    strength: Strength


_SURENESS = {strength: place for place, strength in enumerate(Strength)}
_ORDER = {algorithm: place for place, algorithm in enumerate(Algorithm)}
_TURN = {variant: place for place, variant in enumerate(VARIANTS)}


def rank(strength: Strength, algorithm: Algorithm, distance: int, variant: Variant) -> tuple[int, int, int, int]:
    """Sorting key, best first: same file, strong, for review; PDQ before pHash; nearer first; upright before turned."""
    return _SURENESS[strength], _ORDER[algorithm], distance, _TURN[variant]


def best_first(hits: Iterable[Hit]) -> list[Hit]:
    """All hits in the order in which a person should see them; ties by list and entry, so that runs agree."""
    return sorted(
        hits, key=lambda hit: (*rank(hit.strength, hit.algorithm, hit.distance, hit.variant), hit.list, hit.entry)
    )
