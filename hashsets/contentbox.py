"""Finds what a picture shows inside a border, a letterbox or a phone's screen, and the quarters of a collage.
It knows grey levels and positions only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# A border is of one colour, give or take what compression leaves; a line is content where this share of it differs.
# The figures are those that found most of framed photographs, and least in photographs without a frame.
TOLERANCE = 7.0
BORDER_SHARE = 0.4
# The second is for borders that are wide, or of a colour that the picture has too.
CONTENT_SHARES = (0.45, 0.2)
# Content that happens to be of the border's colour does not cut it in two where it is this narrow.
BRIDGED = 0.03
MIN_SIDE = 64
_ROUNDS = 3


@dataclass(frozen=True)
class Box:
    """Rows top..bottom and columns left..right of a picture, the ends excluded."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> int:
        return self.bottom - self.top

    @property
    def columns(self) -> int:
        return self.right - self.left

    def cut(self, levels: Floats) -> Floats:
        """What stands inside, a view."""
        return levels[self.top : self.bottom, self.left : self.right]


def content_boxes(luma: Floats) -> list[Box]:
    """Where the content may lie inside a border of one colour, likeliest first; [] where there is no border.

    `luma` has the shape (rows, columns), 0..255.
    """
    border = _border_level(luma)
    if border is None:
        return []
    differs = np.abs(luma - border) > TOLERANCE
    found = [max((_narrowed(differs, share, first) for first in (True, False)), key=_area) for share in CONTENT_SHARES]
    return [box for box in dict.fromkeys(found) if _is_inside(box, luma)]


def _is_inside(box: Box, luma: Floats) -> bool:
    return min(box.rows, box.columns) >= MIN_SIDE and (box.rows, box.columns) != luma.shape


def quadrants(whole: Box) -> Iterator[Box]:
    """The four quarters; none where they would be too small to tell pictures apart."""
    middle, centre = (whole.top + whole.bottom) // 2, (whole.left + whole.right) // 2
    if min(whole.rows, whole.columns) < 2 * MIN_SIDE:
        return
    for top, bottom in ((whole.top, middle), (middle, whole.bottom)):
        for left, right in ((whole.left, centre), (centre, whole.right)):
            yield Box(top, bottom, left, right)


def _border_level(luma: Floats) -> float | None:
    """The commonest grey level along the edges, where enough of them is of it."""
    edges = np.concatenate([luma[0], luma[-1], luma[:, 0], luma[:, -1]])
    counts = np.bincount(edges.astype(np.intp) // 8, minlength=32)
    commonest = edges[edges.astype(np.intp) // 8 == counts.argmax()]
    level = float(np.median(commonest))
    return level if np.mean(np.abs(edges - level) <= TOLERANCE) >= BORDER_SHARE else None


def _narrowed(differs: Mask, share: float, rows_first: bool) -> Box:
    """The longest run of lines of content, by rows and columns in turn, each counted inside the other."""
    box = Box(0, differs.shape[0], 0, differs.shape[1])
    for turn in range(_ROUNDS):
        inside = differs[box.top : box.bottom, box.left : box.right]
        if (turn % 2 == 0) == rows_first:
            first, last = _longest_run(inside.mean(axis=1), share)
            box = Box(box.top + first, box.top + last, box.left, box.right)
        else:
            first, last = _longest_run(inside.mean(axis=0), share)
            box = Box(box.top, box.bottom, box.left + first, box.left + last)
        if not _area(box):
            break
    return box


def _longest_run(shares: NDArray[np.float64], least: float) -> tuple[int, int]:
    """Where the longest run of content begins and ends, narrow gaps bridged; (0, 0) where there is none."""
    content = np.flatnonzero(shares > least)
    if not content.size:
        return 0, 0
    gaps = np.flatnonzero(np.diff(content) > 1 + BRIDGED * shares.size)
    begins = content[np.concatenate([[0], gaps + 1])]
    ends = content[np.concatenate([gaps, [content.size - 1]])] + 1
    longest = int(np.argmax(ends - begins))
    return int(begins[longest]), int(ends[longest])


def _area(box: Box) -> int:
    return box.rows * box.columns
