"""Looks one query up in one opened list and turns what it reaches into hits, one per entry.
A query goes through stages, the cheapest and surest first, and ends with the first that brings more than doubt.
It knows no files and no other lists; thresholds and policy are arguments.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from hashsets.fingerprint import Fingerprint, Part
from hashsets.lists.films import Film
from hashsets.lists.manifest import StoredList
from hashsets.lists.segment import Segment
from hashsets.match import Hit, SearchPolicy, Strength, Thresholds, rank
from hashsets.values import EXACT, Algorithm, is_degenerate
from hashsets.variants import ORIENTATIONS, Variant


@dataclass(frozen=True)
class OpenList:
    """A list ready to be searched; `withdrawn` holds the rows that no longer match."""

    name: str
    stored: StoredList
    segment: Segment
    withdrawn: frozenset[int]


@dataclass(frozen=True)
class Question:
    """Values of one algorithm that are asked together; a hit on each is called by its variant, and reaches so far."""

    algorithm: Algorithm
    values: tuple[str, ...]
    variants: tuple[Variant, ...]
    max_distance: int
    strength: Strength
    film: Film | None = None


Stage = tuple[Question, ...]
Named = tuple[str, Variant]


@dataclass(frozen=True)
class Reach:
    """One way in which a query reached a row."""

    row: int
    algorithm: Algorithm
    distance: int
    variant: Variant
    strength: Strength


def stages_of_file(fingerprint: Fingerprint, thresholds: Thresholds, policy: SearchPolicy) -> Iterator[Stage]:
    """How a file is looked up in a list with these thresholds: nothing perceptual of a blank or poor picture."""
    exact = tuple(_exact(algorithm, getattr(fingerprint, algorithm)) for algorithm in EXACT)
    parts = _evidence(fingerprint, thresholds)
    if fingerprint.is_blank:
        yield exact
    elif fingerprint.is_video:
        yield exact
        for variant in (Variant.FRAME, Variant.BOX):
            yield from _film_stages(tuple(parts[variant]), thresholds, policy)
    else:
        whole, boxes = _turned(parts[Variant.UPRIGHT]), _called(parts[Variant.BOX])
        coarse = _phash([fingerprint.phash] if fingerprint.phash else [], thresholds)
        yield *exact, _near(whole, thresholds.pdq), coarse
        yield (_near(boxes, thresholds.pdq),)
        small = (_called(parts[variant]) for variant in (Variant.QUADRANT, Variant.FRAME))
        yield tuple(_near(named, thresholds.pdq, Strength.REVIEW) for named in small)
        yield _band([*whole, *boxes], thresholds, policy)


def _film_stages(frames: tuple[Part, ...], thresholds: Thresholds, policy: SearchPolicy) -> Iterator[Stage]:
    """A frame alone is for review, also on a list of pictures; enough of them make it the listed video."""
    film = Film(frames, policy.video_query_percent, policy.video_listed_percent)
    upright = [(frame.orientations[0], frame.variant) for frame in frames]
    turned = [(value, frame.variant) for frame in frames for value in frame.orientations[1:]]
    for named in (upright, turned):
        yield (replace(_near(named, thresholds.pdq, Strength.REVIEW), film=film),)


def stages_of_values(
    given: Sequence[tuple[Algorithm, str]], thresholds: Thresholds, policy: SearchPolicy
) -> Iterator[Stage]:
    """How typed hashes are looked up: as what they are, then in the wider band."""
    exact = tuple(_exact(algorithm, value) for algorithm, value in given if algorithm in EXACT)
    upright = [(value, Variant.UPRIGHT) for algorithm, value in given if algorithm is Algorithm.PDQ]
    coarse = _phash([value for algorithm, value in given if algorithm is Algorithm.PHASH], thresholds)
    yield *exact, _near(upright, thresholds.pdq), coarse
    yield _band(upright, thresholds, policy)


def search_list(opened: OpenList, stages: Iterable[Stage], max_hits: int) -> list[Hit]:
    """One hit per entry of the list that the query reaches, by its best evidence; the best max_hits of them."""
    best: dict[int, Reach] = {}
    for stage in stages:
        for reach in _best_of_stage(opened, stage, max_hits):
            best[reach.row] = min(reach, best.get(reach.row, reach), key=_rank)
        if any(reach.strength is not Strength.REVIEW for reach in best.values()):
            break
    return [_hit(opened, reach) for reach in nsmallest(max_hits, best.values(), key=_rank)]


def _best_of_stage(opened: OpenList, stage: Stage, max_hits: int) -> Iterator[Reach]:
    best: dict[int, Reach] = {}
    for reach in _reaches(opened.segment, stage):
        if reach.row not in opened.withdrawn:
            best[reach.row] = min(reach, best.get(reach.row, reach), key=_rank)
    for reach in nsmallest(max_hits, best.values(), key=_rank):
        yield _judged(opened.segment, reach, stage)


def _evidence(fingerprint: Fingerprint, thresholds: Thresholds) -> dict[Variant, list[Part]]:
    """What shows enough under these thresholds, by variant; the whole as it is and enlarged are both upright."""
    found = {variant: list[Part]() for variant in Variant}
    whole = Part(Variant.UPRIGHT, fingerprint.pdq_quality or 0, fingerprint.orientations)
    for part in (whole, *fingerprint.parts):
        if part.orientations and part.quality >= thresholds.pdq_quality:
            found[part.variant].append(part)
    return found


def _turned(parts: Iterable[Part]) -> list[Named]:
    """All orientations under their own names."""
    return [named for part in parts for named in zip(part.orientations, ORIENTATIONS, strict=True)]


def _called(parts: Iterable[Part]) -> list[Named]:
    """All orientations under the name of the part."""
    return [(value, part.variant) for part in parts for value in part.orientations]


def _exact(algorithm: Algorithm, value: str) -> Question:
    return Question(algorithm, (value,), (Variant.UPRIGHT,), 0, Strength.SAME_FILE)


def _near(named: Iterable[Named], max_distance: int, strength: Strength = Strength.STRONG) -> Question:
    sound = [(value, called) for value, called in named if not is_degenerate(value, Algorithm.PDQ)]
    values, variants = tuple(value for value, _ in sound), tuple(called for _, called in sound)
    return Question(Algorithm.PDQ, values, variants, max_distance, strength)


def _phash(values: Iterable[str], thresholds: Thresholds) -> Question:
    sound = tuple(value for value in values if not is_degenerate(value, Algorithm.PHASH))
    return Question(Algorithm.PHASH, sound, (Variant.UPRIGHT,) * len(sound), thresholds.phash, Strength.REVIEW)


def _band(named: Iterable[Named], thresholds: Thresholds, policy: SearchPolicy) -> Stage:
    """Beyond the list's threshold, for review only."""
    return (_near(named, max(policy.review_bits, thresholds.pdq), Strength.REVIEW),)


def _reaches(segment: Segment, stage: Stage) -> Iterator[Reach]:
    for question in stage:
        if not question.values:
            continue
        if question.algorithm in EXACT:
            for row in segment.find_equal(question.algorithm, question.values[0]):
                yield Reach(row, question.algorithm, 0, Variant.UPRIGHT, question.strength)
            continue
        for row, asked, distance in segment.find_near(question.algorithm, question.values, question.max_distance):
            yield Reach(row, question.algorithm, distance, question.variants[asked], question.strength)


def _judged(segment: Segment, reach: Reach, stage: Stage) -> Reach:
    """Strong where a video is the listed one, and not only like it in a frame."""
    film, max_distance = stage[0].film, stage[0].max_distance
    if film is None or not segment.frames_of(reach.row):
        return reach
    is_same = film.is_same_as(segment.values_of(reach.row, reach.algorithm), max_distance)
    return replace(reach, strength=Strength.STRONG) if is_same else reach


def _rank(reach: Reach) -> tuple[int, int, int, int]:
    return rank(reach.strength, reach.algorithm, reach.distance, reach.variant)


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
        strength=reach.strength,
    )
