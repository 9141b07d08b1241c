"""Which kept pictures an asked picture shows, whole or in part. An index of looks names candidates, and each is looked
at closely: a likeness is points that moved together, and light and dark that went with them, for two pictures under
the same caption share points, and nothing between. It knows features only: no files, no lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, degrees
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hashsets.feature_index import FeatureIndex
from hashsets.features import SHADE, Asked, Grey, Kept, Looks, Places, Size, shade_of

Pairs = NDArray[np.intp]  # shape (pairs, 2): a point of the one, a point of the other
Matrix = NDArray[np.float64]  # shape (2, 3)

LEAST_MOVED = 7
"""So many points that moved together make a likeness; of photographs that share nothing no two had more than six."""
INDEXED_POINTS, LOOKED_UP_POINTS = 300, 1000
"""So many of a kept picture's points, and of an asked one's, are enough to name it; all of them say if it is so."""
CANDIDATES = 8
"""So many of the likeliest are looked at closely."""

# Two looks are the same where at most so many bits differ, and clearly fewer than to the second nearest.
_MOST_BITS, _CLEARLY = 64, 0.88
_REACH, _CELL = 6.0, 8
_SCALES, _STRETCH = (0.15, 7.0), 1.5
_LEAST_SHARE, _LEAST_SPREAD = 0.2, 6.0
# Pictures that share nothing but a caption, a logo or a watermark have 0.5 at most; altered ones 0.9 mostly.
_LEAST_AGREEMENT = 0.55
_FINE, _WHOLLY, _MOST_STEP = 8, 230, 20.0


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


@dataclass(frozen=True)
class Lookalike:
    """A kept picture, by the number it was added under, that the asked one shows; or shows the mirror image of."""

    number: int
    likeness: Likeness
    is_mirrored: bool


class Lookalikes:
    """Kept pictures, to be found by what shows them. One thread at a time.

    Of each only the looks that name it are held; what is kept of the few that are named is asked for.
    """

    def __init__(self) -> None:
        self._index = FeatureIndex()

    def add(self, number: int, kept: tuple[Kept, Kept]) -> None:
        """Add a picture that is not there yet: upright, and its mirror image."""
        for is_mirrored, one in enumerate(kept):
            if one.features.has_texture:
                self._index.add(2 * number + is_mirrored, one.features.looks[:INDEXED_POINTS])

    def remove(self, number: int) -> None:
        """Forget a picture; one that is not there is no mistake."""
        for is_mirrored in (0, 1):
            self._index.remove(2 * number + is_mirrored)

    @property
    def size_bytes(self) -> int:
        """How much memory the looks hold that were searched among."""
        return self._index.size_bytes

    def search(self, asked: Sequence[Asked], load: Callable[[int], tuple[Kept, Kept]]) -> list[Lookalike]:
        """The kept pictures that any of these shows, each once, best first.

        `asked` are a picture and what stands inside its borders, or frames; `load` gives what was added by its number.
        """
        best: dict[int, Lookalike] = {}
        loaded: dict[int, tuple[Kept, Kept]] = {}
        for one in asked:
            for candidate in self._index.candidates(one.features.looks[:LOOKED_UP_POINTS], CANDIDATES):
                number, is_mirrored = divmod(candidate.number, 2)
                if number not in loaded:
                    loaded[number] = load(number)
                found = likeness(one, loaded[number][is_mirrored])
                if found and (number not in best or found.points > best[number].likeness.points):
                    best[number] = Lookalike(number, found, bool(is_mirrored))
        return sorted(best.values(), key=lambda found: (-found.likeness.points, found.number))


def likeness(asked: Asked, kept: Kept) -> Likeness | None:
    """How the asked picture shows the kept one; None where it does not."""
    pairs = _pairs(kept.features.looks, asked.features.looks)
    if len(pairs) < LEAST_MOVED:
        return None
    begin, end = kept.features.places[pairs[:, 0]], asked.features.places[pairs[:, 1]]
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


def _pairs(kept: Looks, asked: Looks) -> Pairs:
    """Points that look alike, each at most once; a kept point's nearest must be much nearer than its second."""
    if len(kept) < 2 or len(asked) < 2:
        return np.empty((0, 2), np.intp)
    bits, nearest = cv2.batchDistance(kept, asked, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=2)
    alike = np.flatnonzero(bits[:, 0] <= np.minimum(_MOST_BITS, _CLEARLY * bits[:, 1]))
    # Of several that have the same nearest the one that is most like it, and of these the most telling.
    in_order = alike[np.argsort(bits[alike, 0], kind="stable")]
    asked_at, first = np.unique(nearest[in_order, 0], return_index=True)
    return np.stack([in_order[first], asked_at], axis=1)


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
    fine = SHADE * _FINE
    # From the fine regions to the kept picture's pixels, as the points moved, to the small picture's pixels.
    begin = np.array(kept.features.size) / fine
    end = asked.small.shape[1] / asked.features.size[0], asked.small.shape[0] / asked.features.size[1]
    back = matrix * np.array([*begin, 1.0]) * np.array(end)[:, None]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown, mask = (
        shade_of(cv2.warpAffine(levels, back, (fine, fine), flags=flags).astype(np.uint8))
        for levels in (asked.small, np.full_like(asked.small, 255))
    )
    first, second = (_steps(levels, mask > _WHOLLY) for levels in (shown, kept.shade))
    length = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / length if length else 0.0


def _steps(shade: Grey, is_shown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The differences of neighbours of which both are shown; a caption's hard edges count no more than others."""
    levels = shade.astype(np.float64)
    across = np.diff(levels, axis=1)[is_shown[:, 1:] & is_shown[:, :-1]]
    down = np.diff(levels, axis=0)[is_shown[1:] & is_shown[:-1]]
    steps: NDArray[np.float64] = np.clip(np.concatenate([across, down]), -_MOST_STEP, _MOST_STEP)
    return steps


def _corners(size: Size) -> Places:
    columns, rows = size
    return np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
