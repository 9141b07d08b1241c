"""From a fingerprint to leads: what the lists of known hashes say. Pure but for the library it is given."""

from dataclasses import dataclass

from hashsets.fingerprint import Fingerprint
from hashsets.lists import Library
from hashsets.match import Hit, Role, SearchPolicy, Strength
from hashsets.values import Algorithm
from hashsets.variants import Variant
from hotline.settings import MatchSettings

SMALLEST_SIDE = 64
"""Pictures with a shorter side are recorded, not queued: icons and spacers."""

Entries = frozenset[tuple[str, str]]
NO_ENTRIES: Entries = frozenset()


@dataclass(frozen=True)
class Screened:
    """What the lists say: hits that are leads, and whether a known-good list silences them."""

    hits: tuple[Hit, ...]
    is_known_good: bool


def search_policy(settings: MatchSettings) -> SearchPolicy:
    """How lists are searched under these settings."""
    return SearchPolicy(
        review_bits=settings.review_bits,
        video_query_percent=settings.video_query_percent,
        video_listed_percent=settings.video_listed_percent,
    )


def screen(
    fingerprint: Fingerprint, library: Library, policy: SearchPolicy, quarantined: Entries = NO_ENTRIES
) -> Screened:
    """Looks a fingerprint up in every list, without what is `quarantined` (list, entry).

    A known-good list silences by the same file; by likeness only where no other list knows the picture, since
    likeness can be made.
    """
    hits = tuple(hit for hit in library.search(fingerprint, policy) if (hit.list, hit.entry) not in quarantined)
    good = tuple(hit for hit in hits if hit.role is Role.KNOWN_GOOD)
    is_good = any(hit.strength is Strength.SAME_FILE for hit in good)
    if len(good) == len(hits):
        is_good = is_good or any(_is_same_picture(hit) for hit in good)
    return Screened(good if is_good else hits, is_good)


def _is_same_picture(hit: Hit) -> bool:
    return hit.algorithm is Algorithm.PDQ and hit.distance == 0 and hit.variant is Variant.UPRIGHT


def is_too_small(width: int | None, height: int | None) -> bool:
    return width is not None and height is not None and min(width, height) < SMALLEST_SIDE
