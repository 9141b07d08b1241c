"""When two videos are the same one: vPDQ compares their frames as two bags, in both directions.
Source: facebook/ThreatExchange vpdq/README.md. It knows frames only, not where they come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hashsets.fingerprint import Part
from hashsets.index import Words, find_near, hex_to_words
from hashsets.values import Algorithm
from hashsets.variants import ORIENTATIONS


@dataclass(frozen=True)
class Film:
    """The frames of a video that is looked up, and how many percent of it and of a listed one must be alike."""

    frames: tuple[Part, ...]
    query_percent: int
    listed_percent: int

    def is_same_as(self, listed: Sequence[str], max_distance: int) -> bool:
        """Whether a listed video, by the PDQ of its frames, is alike in one of the eight orientations."""
        words = hex_to_words(listed, Algorithm.PDQ)
        return any(self._is_alike(words, turn, max_distance) for turn in range(len(ORIENTATIONS)))

    def _is_alike(self, listed: Words, turn: int, max_distance: int) -> bool:
        queries = hex_to_words([frame.orientations[turn] for frame in self.frames], Algorithm.PDQ)
        near = find_near(listed, queries, max_distance)
        of_query = 100 * np.unique(near.queries).size / len(self.frames)
        of_listed = 100 * np.unique(near.positions).size / listed.shape[1]
        return near.queries.size > 0 and of_query >= self.query_percent and of_listed >= self.listed_percent
