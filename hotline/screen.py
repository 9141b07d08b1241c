"""From a fingerprint to leads: what the lists of known hashes say. Pure but for the library it is given."""

from dataclasses import dataclass

from hashsets.fingerprint import Fingerprint
from hashsets.lists import Library
from hashsets.match import Hit, Role

SMALLEST_SIDE = 64
"""Pictures with a shorter side are recorded, not queued: icons and spacers."""


@dataclass(frozen=True)
class Screened:
    """What the lists say: hits that are leads, and whether a known-good list silences them."""

    hits: tuple[Hit, ...]
    is_known_good: bool


def screen(fingerprint: Fingerprint, library: Library) -> Screened:
    """Looks a fingerprint up in every list. A known-good list counts only for the same file or a strong likeness."""
    hits = library.search(fingerprint)
    good = any(hit.role is Role.KNOWN_GOOD and hit.distance == 0 for hit in hits)
    return Screened(tuple(hit for hit in hits if not good or hit.role is Role.KNOWN_GOOD), good)


def is_too_small(width: int | None, height: int | None) -> bool:
    return width is not None and height is not None and min(width, height) < SMALLEST_SIDE
