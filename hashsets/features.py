"""Local features: points of a picture and what each looks like. A crop, a turn, a caption or a frame leaves them there.
OpenCV's ORB finds them. What is kept of a picture travels and rests as flat bytes, which are read back with suspicion.
It knows grey levels only: no files, no lists, and not whether pictures are alike.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]  # shape (rows, columns)
Places = NDArray[np.float32]  # shape (points, 2): column and row, in pixels of the picture they were found in
Looks = NDArray[np.uint8]  # shape (points, 32)
Size = tuple[int, int]  # columns and rows

FINDER = f"orb-1 opencv/{cv2.__version__}"
"""What finds features: those of another finder may not be compared with."""
LOOK_BYTES = 32
# A picture is asked about as large as this, and what may be found once is kept smaller: that is what was re-uploaded.
ASKED_SIDES, ASKED_POINTS = (512, 1024), 1500
KEPT_SIDES, KEPT_POINTS = (640, 640), 800
LEAST_POINTS = 30
"""A picture with fewer has no texture: it is known by its hashes only."""
SHADE = 16
"""So many regions across, and as many down, have their shade kept."""

# Corners that stand out little are taken, too, where a picture has no others.
_CONTRAST = 4
_LEVELS, _STEP, _PATCH = 8, 1.2, 31
# No point lies so near the edge that what surrounds it is cut off.
_MARGIN = _PATCH // 2 + 4
_LEAST_SIDE = 2 * _MARGIN + 2
# More than are wanted are found, so that each region of the picture has its share: a crop may keep any of them, and a
# caption has the sharpest corners of all.
_SPARE, _REGIONS = 3, 8
_SMALL_SIDE = 256
# Places are rounded to a sixteenth of a pixel, so that what was kept and read again is the same to the bit.
_PARTS = 16
# Which of both it is, columns, rows, points, and the columns and rows of the small picture or of the shade.
_HEADER = struct.Struct("<4s5H")
_ASKED, _KEPT = b"ask1", b"kep1"


@dataclass(frozen=True)
class Features:
    """The points of one picture, the most telling first; `size` is that of the reduced picture they were found in."""

    size: Size
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

    def encode(self) -> bytes:
        """These as bytes, for `read_asked`."""
        return _encode(_ASKED, self.features, self.small)


@dataclass(frozen=True)
class Kept:
    """What is kept of a picture to find it again: its points, and how light each of 16 times 16 regions is."""

    features: Features
    shade: Grey

    def encode(self) -> bytes:
        """These as bytes, for `read_kept`."""
        return _encode(_KEPT, self.features, self.shade)


def to_ask(grey: Grey) -> Asked:
    """What is looked up of a picture."""
    return Asked(_find(_sized(grey, *ASKED_SIDES), ASKED_POINTS), _sized(grey, 1, _SMALL_SIDE))


def to_keep(grey: Grey) -> tuple[Kept, Kept]:
    """What is kept of a picture, and of its mirror image: one is found by neither's points in the other."""
    upright = _sized(grey, *KEPT_SIDES)
    both = (upright, np.ascontiguousarray(upright[:, ::-1]))
    upright_kept, mirrored_kept = (Kept(_find(levels, KEPT_POINTS), shade_of(levels)) for levels in both)
    return upright_kept, mirrored_kept


def shade_of(grey: Grey) -> Grey:
    """How light each region of a picture is."""
    return cv2.resize(grey, (SHADE, SHADE), interpolation=cv2.INTER_AREA).astype(np.uint8)


def read_asked(raw: bytes) -> Asked:
    """What `Asked.encode` gave; raises ValueError on anything else, whatever it may be."""
    features, small = _read(raw, _ASKED, ASKED_SIDES, ASKED_POINTS)
    if max(small.shape) > _SMALL_SIDE:
        raise ValueError("the small picture is too large")
    return Asked(features, small)


def read_kept(raw: bytes) -> Kept:
    """What `Kept.encode` gave; raises ValueError on anything else, whatever it may be."""
    features, levels = _read(raw, _KEPT, KEPT_SIDES, KEPT_POINTS)
    if levels.shape != (SHADE, SHADE):
        raise ValueError("the shade has another shape")
    return Kept(features, levels)


def _encode(kind: bytes, features: Features, levels: Grey) -> bytes:
    header = _HEADER.pack(kind, *features.size, len(features.places), levels.shape[1], levels.shape[0])
    places = np.rint(features.places * _PARTS).astype("<u2")
    return b"".join([header, places.tobytes(), features.looks.tobytes(), levels.tobytes()])


def _read(raw: bytes, kind: bytes, sides: tuple[int, int], most: int) -> tuple[Features, Grey]:
    """Raises ValueError."""
    if len(raw) < _HEADER.size:
        raise ValueError("too short to be features")
    found, columns, rows, count, across, down = _HEADER.unpack_from(raw)
    places_at, looks_at = _HEADER.size, _HEADER.size + 4 * count
    levels_at = looks_at + LOOK_BYTES * count
    if (found, len(raw)) != (kind, levels_at + across * down):
        raise ValueError("these are no features, or not all of them")
    if not (sides[0] <= max(columns, rows) <= sides[1] and count <= most and min(columns, rows, across, down) > 0):
        raise ValueError("absurd sizes")
    places = np.frombuffer(raw, "<u2", 2 * count, places_at).reshape(-1, 2)
    if (places > np.array((columns, rows)) * _PARTS).any():
        raise ValueError("a point lies outside of its picture")
    looks = np.frombuffer(raw, np.uint8, LOOK_BYTES * count, looks_at).reshape(-1, LOOK_BYTES)
    levels = np.frombuffer(raw, np.uint8, across * down, levels_at).reshape(down, across)
    return Features((columns, rows), (places / _PARTS).astype(np.float32), looks), levels


def _sized(grey: Grey, least: int, most: int) -> Grey:
    """With a longest side between these: enlarging more finds less."""
    rows, columns = grey.shape
    longest = max(rows, columns)
    factor = min(max(longest, least), most) / longest
    if factor == 1:
        return grey
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC).astype(np.uint8)


def _finder(count: int) -> cv2.ORB:
    # The other way to rank corners, Harris's, takes a fifth more time and finds no more.
    return cv2.ORB.create(
        count,
        _STEP,
        _LEVELS,
        edgeThreshold=_MARGIN,
        patchSize=_PATCH,
        fastThreshold=_CONTRAST,
        scoreType=cv2.ORB_FAST_SCORE,
    )


def _find(grey: Grey, count: int) -> Features:
    size = (grey.shape[1], grey.shape[0])
    if min(size) < _LEAST_SIDE:
        return _nothing(size)
    finder = _finder(count * _SPARE)
    chosen = _spread(finder.detect(grey, None), count, size)
    # What tells most stands first, and ORB gives them back by level.
    for rank, point in enumerate(chosen):
        point.class_id = rank
    points, looks = finder.compute(grey, chosen)
    if looks is None:
        return _nothing(size)
    order = np.argsort([point.class_id for point in points])
    places = (np.rint(_places(points) * _PARTS) / _PARTS).astype(np.float32)
    return Features(size, places[order], looks.astype(np.uint8)[order])


def _places(points: Sequence[cv2.KeyPoint]) -> Places:
    return np.array(cv2.KeyPoint.convert(points), np.float32).reshape(-1, 2)


def _nothing(size: Size) -> Features:
    return Features(size, np.empty((0, 2), np.float32), np.empty((0, LOOK_BYTES), np.uint8))


def _spread(points: Sequence[cv2.KeyPoint], count: int, size: Size) -> list[cv2.KeyPoint]:
    """The strongest of each region, then the second of each, until there are enough."""
    across, down = (_places(points) * _REGIONS // np.array(size)).astype(np.intp).T
    region = down * _REGIONS + across
    order = np.lexsort((-np.array([point.response for point in points]), region))
    in_order = region[order]
    rank = np.arange(len(order)) - np.searchsorted(in_order, in_order)
    return [points[number] for number in order[np.argsort(rank, kind="stable")[:count]]]
