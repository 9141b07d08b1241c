"""Looks one query up in one opened list and turns what it reaches into hits, one per entry.
It knows no files and no other lists; thresholds and policy are arguments.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from hashsets.fingerprint import Fingerprint
from hashsets.lists.manifest import StoredList
from hashsets.lists.segment import Segment
from hashsets.match import Hit, SearchPolicy, Thresholds, rank, strength_of
from hashsets.values import EXACT, NEAR, Algorithm, is_degenerate
from hashsets.variants import ORIENTATIONS, Variant


@dataclass(frozen=True)
class OpenList:
    """A list ready to be searched; `withdrawn` holds the rows that no longer match."""

    name: str
    stored: StoredList
    segment: Segment
    withdrawn: frozenset[int]


@dataclass(frozen=True)
class Reach:
    """One way in which a query reached a row."""

    row: int
    algorithm: Algorithm
    distance: int
    variant: Variant


# The values to look up per algorithm; perceptual ones in order of ORIENTATIONS.
Query = Mapping[Algorithm, Sequence[str]]


def query_of(fingerprint: Fingerprint, thresholds: Thresholds, policy: SearchPolicy) -> Query:
    """What of a fingerprint is evidence under these thresholds: nothing perceptual of a blank or poor picture."""
    query: dict[Algorithm, Sequence[str]] = {
        Algorithm.SHA256: [fingerprint.sha256],
        Algorithm.SHA1: [fingerprint.sha1],
        Algorithm.MD5: [fingerprint.md5],
    }
    if not fingerprint.is_blank and (fingerprint.pdq_quality or 0) >= thresholds.pdq_quality:
        query[Algorithm.PDQ] = fingerprint.orientations[: None if policy.all_orientations else 1]
    if not fingerprint.is_blank and fingerprint.phash:
        query[Algorithm.PHASH] = [fingerprint.phash]
    return {algorithm: values for algorithm, values in query.items() if algorithm in policy.algorithms}


def search_list(opened: OpenList, query: Query, max_hits: int) -> list[Hit]:
    """One hit per entry of the list that the query reaches, by its best evidence; the best max_hits of them."""
    best: dict[int, Reach] = {}
    for reach in _reaches(opened, query):
        if reach.row not in opened.withdrawn and (reach.row not in best or _rank(reach) < _rank(best[reach.row])):
            best[reach.row] = reach
    return [_hit(opened, reach) for reach in nsmallest(max_hits, best.values(), key=_rank)]


def _reaches(opened: OpenList, query: Query) -> Iterator[Reach]:
    for algorithm in EXACT:
        for value in query.get(algorithm, ()):
            for row in opened.segment.find_equal(algorithm, value):
                yield Reach(row, algorithm, 0, Variant.UPRIGHT)
    for algorithm in NEAR:
        values = query.get(algorithm, ())
        if not values or is_degenerate(values[0], algorithm):
            continue
        limit = opened.stored.thresholds.pdq if algorithm is Algorithm.PDQ else opened.stored.thresholds.phash
        for row, turn, distance in opened.segment.find_near(algorithm, values, limit):
            yield Reach(row, algorithm, distance, ORIENTATIONS[turn])


def _rank(reach: Reach) -> tuple[int, int, int]:
    return rank(reach.algorithm, reach.distance, reach.variant)


def _hit(opened: OpenList, reach: Reach) -> Hit:
    entry, label = opened.segment.text_of(reach.row)
    return Hit(
        list=opened.name,
        list_version=opened.stored.version,
        entry=entry,
        algorithm=reach.algorithm,
        distance=reach.distance,
        label=label or opened.stored.label,
        variant=reach.variant,
        role=opened.stored.role,
        strength=strength_of(reach.algorithm),
    )
