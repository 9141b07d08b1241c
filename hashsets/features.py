"""Local features: points of a picture and what each looks like. A crop, a turn, a caption or a frame leaves them there.
OpenCV's ORB finds them; a likeness is points that moved together, and light and dark that went with them: two pictures
under the same caption share points, and nothing between. It knows grey levels only: no files, no lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, degrees
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]  # shape (rows, columns)
Places = NDArray[np.float32]  # shape (points, 2): column and row, in pixels of the picture they were found in
Looks = NDArray[np.uint8]  # shape (points, 32)
Pairs = NDArray[np.intp]  # shape (pairs, 2): a point of the one, a point of the other
Matrix = NDArray[np.float64]  # shape (2, 3)

LOOK_BYTES = 32
# A picture is asked about as large as this, and what may be found once is kept smaller: that is what was re-uploaded.
ASKED_SIDES, ASKED_POINTS = (512, 1024), 1500
KEPT_SIDES, KEPT_POINTS = (640, 640), 800
LEAST_POINTS = 30
"""A picture with fewer has no texture: it is known by its hashes only."""
LEAST_MOVED = 7
"""So many points that moved together make a likeness; of photographs that share nothing no two had more than six."""

# Corners that stand out little are taken, too, where a picture has no others.
_CONTRAST = 3
_LEVELS, _STEP, _PATCH = 8, 1.2, 31
# No point lies so near the edge that what surrounds it is cut off.
_MARGIN = _PATCH // 2 + 4
_LEAST_SIDE = 2 * _MARGIN + 2
# More than are wanted are found, so that each region of the picture has its share: a crop may keep any of them.
_SPARE, _REGIONS = 3, 8
# Two looks are the same where at most so many bits differ, and clearly fewer than to the second nearest.
_MOST_BITS, _CLEARLY = 64, 0.88
_REACH, _CELL = 6.0, 8
_SCALES, _STRETCH = (0.15, 7.0), 1.5
_LEAST_SHARE, _LEAST_SPREAD = 0.2, 6.0
# Pictures that share nothing but a caption, a logo or a watermark have 0.5 at most; altered ones 0.9 mostly.
_LEAST_AGREEMENT = 0.55
_SHADE, _FINE, _SMALL_SIDE = 16, 8, 256
_WHOLLY, _MOST_STEP = 230, 20.0


@dataclass(frozen=True)
class Features:
    """The points of one picture; `size` is that of the reduced picture they were found in, columns and rows."""

    size: tuple[int, int]
    places: Places
    looks: Looks

    @property
    def has_texture(self) -> bool:
        return len(self.places) >= LEAST_POINTS


@dataclass(frozen=True)
class Asked:
    """A picture that is looked up: its points, and itself made small, which nobody keeps."""

    features: Features
    small: Grey


@dataclass(frozen=True)
class Kept:
    """What is kept of a picture to find it again: its points, and how light each of 16 times 16 regions is."""

    features: Features
    shade: Grey


@dataclass(frozen=True)
class Likeness:
    """How a picture shows another: points that moved together, and where to."""

    points: int
    share: float  # of the points that look alike, 0..1
    scale: float  # how much larger the other is shown than it was found
    turned: float  # degrees, counter-clockwise
    seen: float  # how much of the other's area is shown, 0..1
    filled: float  # how much of the picture's area the other fills, 0..1
    agreement: float  # of light and dark, as far as the other is shown: 1 the same, 0 nothing in common


def to_ask(grey: Grey) -> Asked:
    """What is looked up of a picture."""
    return Asked(_find(_sized(grey, *ASKED_SIDES), ASKED_POINTS), _sized(grey, 1, _SMALL_SIDE))


def to_keep(grey: Grey) -> tuple[Kept, Kept]:
    """What is kept of a picture, and of its mirror image: one is found by neither's points in the other."""
    upright = _sized(grey, *KEPT_SIDES)
    both = (upright, np.ascontiguousarray(upright[:, ::-1]))
    upright_kept, mirrored_kept = (Kept(_find(levels, KEPT_POINTS), _shade(levels)) for levels in both)
    return upright_kept, mirrored_kept


def likeness(asked: Asked, kept: Kept) -> Likeness | None:
    """How the asked picture shows the kept one; None where it does not."""
    places, others = kept.features.places, asked.features.places
    pairs = _pairs(kept.features.looks, asked.features.looks)
    if len(pairs) < LEAST_MOVED:
        return None
    begin, end = places[pairs[:, 0]], others[pairs[:, 1]]
    # A stretched picture has no one scale: that is tried where turning, scaling and moving do not explain enough.
    moves = (_move(estimate, begin, end) for estimate in (cv2.estimateAffinePartial2D, cv2.estimateAffine2D))
    found = (_likeness(move, asked, kept) for move in moves if move)
    return next((one for one in found if one.agreement >= _LEAST_AGREEMENT), None)


@dataclass(frozen=True)
class _Move:
    """How points of one picture lie in another: places there are `matrix` times (column, row, 1)."""

    matrix: Matrix
    points: int
    share: float

    @property
    def growth(self) -> float:
        """How many times larger an area becomes; negative where it is mirrored."""
        return float(np.linalg.det(self.matrix[:, :2]))


def _move(estimate: Callable[..., Any], begin: Places, end: Places) -> _Move | None:
    """What moved most of the points, where it is what happens to a picture."""
    matrix, moved = estimate(begin, end, method=cv2.RANSAC, ransacReprojThreshold=_REACH)
    if matrix is None:
        return None
    is_moved = moved.ravel().astype(bool)
    move = _Move(matrix, int(is_moved.sum()), float(is_moved.mean()))
    return move if _is_sound(move, begin[is_moved], end[is_moved]) else None


def _sized(grey: Grey, least: int, most: int) -> Grey:
    """With a longest side between these: enlarging more finds less."""
    rows, columns = grey.shape
    longest = max(rows, columns)
    factor = min(max(longest, least), most) / longest
    if factor == 1:
        return grey
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC).astype(np.uint8)


def _find(grey: Grey, count: int) -> Features:
    size = (grey.shape[1], grey.shape[0])
    if min(size) < _LEAST_SIDE:
        return _nothing(size)
    finder = cv2.ORB.create(
        count * _SPARE, _STEP, _LEVELS, edgeThreshold=_MARGIN, patchSize=_PATCH, fastThreshold=_CONTRAST
    )
    points, looks = finder.compute(grey, _spread(finder.detect(grey, None), count, grey.shape))
    if looks is None:
        return _nothing(size)
    return Features(size, np.array([point.pt for point in points], np.float32), looks.astype(np.uint8))


def _nothing(size: tuple[int, int]) -> Features:
    return Features(size, np.empty((0, 2), np.float32), np.empty((0, LOOK_BYTES), np.uint8))


def _spread(points: Sequence[cv2.KeyPoint], count: int, shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The strongest of each region, then the second of each, until there are enough."""
    if len(points) <= count:
        return list(points)
    places = np.array([point.pt for point in points])
    region = (places[:, 1] * _REGIONS // shape[0]) * _REGIONS + places[:, 0] * _REGIONS // shape[1]
    order = np.lexsort((-np.array([point.response for point in points]), region))
    in_order = region[order]
    rank = np.arange(len(order)) - np.searchsorted(in_order, in_order)
    return [points[number] for number in order[np.argsort(rank, kind="stable")[:count]]]


def _pairs(kept: Looks, asked: Looks) -> Pairs:
    """Points that look alike, each at most once; a kept point's nearest must be much nearer than its second."""
    if len(kept) < 2 or len(asked) < 2:
        return np.empty((0, 2), np.intp)
    found = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(kept, asked, 2)
    alike = [first for first, second in found if first.distance <= min(_MOST_BITS, _CLEARLY * second.distance)]
    nearest = {match.trainIdx: match.queryIdx for match in sorted(alike, key=lambda match: -match.distance)}
    return np.array([(kept_at, asked_at) for asked_at, kept_at in nearest.items()], np.intp).reshape(-1, 2)


def _is_sound(move: _Move, begin: Places, end: Places) -> bool:
    """Whether points moved as a picture does: not shrunk to nothing, not in a heap or a line, not a few of many."""
    longer, shorter = np.linalg.svd(move.matrix[:, :2], compute_uv=False)
    return (
        move.points >= LEAST_MOVED
        and move.share >= _LEAST_SHARE
        and move.growth > 0
        and _SCALES[0] <= shorter <= longer <= min(_SCALES[1], _STRETCH * shorter)
        and all(_cells(places) >= LEAST_MOVED for places in (begin, end))
        and all(_thickness(places) >= _LEAST_SPREAD for places in (begin, end))
    )


def _cells(places: Places) -> int:
    """How many different places there are: the same corner found on several levels counts once."""
    return len(np.unique(places.astype(np.intp) // _CELL, axis=0))


def _thickness(places: Places) -> float:
    """How far points spread in the direction in which they spread least, in pixels."""
    return float(np.sqrt(max(0.0, np.linalg.eigvalsh(np.cov(places.T))[0])))


def _likeness(move: _Move, asked: Asked, kept: Kept) -> Likeness:
    size, whole = asked.features.size, kept.features.size
    corners = cv2.transform(_corners(whole)[None], move.matrix)[0]
    shown, _ = cv2.intersectConvexConvex(corners.astype(np.float32), _corners(size))
    (across, up), (down, along) = move.matrix[:, :2].tolist()
    return Likeness(
        points=move.points,
        share=move.share,
        scale=move.growth**0.5,
        # Rows count downwards.
        turned=-degrees(atan2(down - up, across + along)),
        seen=min(1.0, shown / (whole[0] * whole[1] * move.growth)),
        filled=min(1.0, shown / (size[0] * size[1])),
        agreement=_agreement(move.matrix, asked, kept),
    )


def _agreement(matrix: Matrix, asked: Asked, kept: Kept) -> float:
    """How alike the steps from region to region are in both, where the asked picture shows the kept one."""
    fine = _SHADE * _FINE
    # From the fine regions to the kept picture's pixels, as the points moved, to the small picture's pixels.
    begin = np.array(kept.features.size) / fine
    end = asked.small.shape[1] / asked.features.size[0], asked.small.shape[0] / asked.features.size[1]
    back = matrix * np.array([*begin, 1.0]) * np.array(end)[:, None]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown, mask = (
        _shade(cv2.warpAffine(levels, back, (fine, fine), flags=flags).astype(np.uint8))
        for levels in (asked.small, np.full_like(asked.small, 255))
    )
    first, second = (_steps(levels, mask > _WHOLLY) for levels in (shown, kept.shade))
    length = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / length if length else 0.0


def _shade(grey: Grey) -> Grey:
    """How light each region of a picture is."""
    return cv2.resize(grey, (_SHADE, _SHADE), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _steps(shade: Grey, is_shown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The differences of neighbours of which both are shown; a caption's hard edges count no more than others."""
    levels = shade.astype(np.float64)
    across = np.diff(levels, axis=1)[is_shown[:, 1:] & is_shown[:, :-1]]
    down = np.diff(levels, axis=0)[is_shown[1:] & is_shown[:-1]]
    steps: NDArray[np.float64] = np.clip(np.concatenate([across, down]), -_MOST_STEP, _MOST_STEP)
    return steps


def _corners(size: tuple[int, int]) -> Places:
    columns, rows = size
    return np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
