"""The ways a query is looked up: turned, its parts, its frames; and the arithmetic of turning a PDQ block.
A variant names what was done to THE QUERY when it matched the listed hash; rotations are counter-clockwise.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:  # it names variants for lists of leads, too, which do without numpy
    import numpy as np
    from numpy.typing import NDArray

Number = TypeVar("Number", bound="np.generic")


class Variant(StrEnum):
    """What was done to the query. The first eight are its orientations; the rest are parts of it or frames."""

    UPRIGHT = "upright"
    MIRROR = "mirror"
    ROT90 = "rot90"
    ROT180 = "rot180"
    ROT270 = "rot270"
    TRANSPOSE = "transpose"
    TRANSVERSE = "transverse"
    FLIP = "flip"
    BOX = "box"
    QUADRANT = "quadrant"
    FRAME = "frame"


VARIANTS: tuple[Variant, ...] = tuple(Variant)
ORIENTATIONS: tuple[Variant, ...] = VARIANTS[:8]

# variant: (rows reversed, columns reversed, then transposed). Every turn of a picture is one of these.
TURNS: dict[Variant, tuple[Literal[0, 1], Literal[0, 1], bool]] = {
    Variant.UPRIGHT: (0, 0, False),
    Variant.MIRROR: (0, 1, False),
    Variant.ROT90: (0, 1, True),
    Variant.ROT180: (1, 1, False),
    Variant.ROT270: (1, 0, True),
    Variant.TRANSPOSE: (0, 0, True),
    Variant.TRANSVERSE: (1, 1, True),
    Variant.FLIP: (1, 0, False),
}


def turn(pixels: "NDArray[Number]", variant: Variant) -> "NDArray[Number]":
    """Turn pixels of shape (rows, columns[, channels]) to one of the eight orientations; a view, not a copy."""
    rows_reversed, columns_reversed, transposed = TURNS[variant]
    turned = pixels[:: -1 if rows_reversed else 1, :: -1 if columns_reversed else 1]
    return turned.swapaxes(0, 1) if transposed else turned
