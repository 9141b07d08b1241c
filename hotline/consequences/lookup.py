"""Which media of this home show the same: by PDQ in every variant, then by the local features kept of illegal ones.
Holds both indexes in memory, brought up to date before each search; shared by the workers of a program.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlmodel import Session

from hashsets.fingerprint import Fingerprint, Part
from hashsets.index import NearIndex
from hashsets.lists.films import Film
from hashsets.match import DEFAULT_THRESHOLDS
from hashsets.variants import Variant
from hashsets.wire import MAX_LOOKS
from hotline.consequences import kept
from hotline.home import Home
from hotline.recheck import COPY_DISTANCE
from hotline.records.alike import Alike, JoinedBy, Shown
from hotline.store import families, media

if TYPE_CHECKING:  # loads OpenCV, which a home without local features does without
    from hashsets.features import Asked, Kept
    from hashsets.lookalikes import Lookalike, Lookalikes

MAX_DISTANCE = COPY_DISTANCE
MIN_QUALITY = DEFAULT_THRESHOLDS.pdq_quality
FILM_PERCENT = 80
"""A video is another one where so much of either is in the other: it may have been cut, or put into a longer one."""

_FILM_WAYS = ((FILM_PERCENT, 0), (0, FILM_PERCENT))
# So many frames, spread over a video, name the media that it may show; all of them say whether it does.
_NAMING_FRAMES = 60
_CANDIDATES = 5
# So many pictures of one media at most have a place in the index of looks.
_PICTURES = MAX_LOOKS


class FamilyIndex:
    """Every media of a home that can be told again when it is seen altered."""

    def __init__(self) -> None:
        self._near = NearIndex()
        self._films: dict[int, list[str]] = {}
        self._newest = 0
        self._alike: Lookalikes | None = None
        self._kept: set[int] = set()
        self._lock, self._kept_lock = threading.Lock(), threading.Lock()

    def nearest(self, session: Session, found: Fingerprint, number: int) -> Alike | None:
        """The nearest other media within 31 bits in any variant of media `number`, whose fingerprint this is."""
        with self._lock:
            self._catch_up(session, number)
            if found.is_blank:
                return None
            alike = self._like_film(found) if found.is_video else self._like_picture(found)
            return next((one for one in alike if one.media_id != number), None)

    def shown(self, session: Session, home: Home, asked: "Sequence[Asked]") -> Alike | None:
        """The illegal media whose kept features one of these pictures shows best."""
        with self._kept_lock:
            index = self._catch_up_kept(session, home)
            # An index nobody is in answers nothing, and needs no OpenCV.
            found = index.search(asked, lambda place: _pair(session, home, place)) if index else []
        return _alike(found[0]) if found else None

    def _catch_up(self, session: Session, before: int) -> None:
        # A media of a transaction that may still roll back must not stay in the index.
        for number, pdqs, is_film in media.pdqs_between(session, self._newest, before, MIN_QUALITY):
            for pdq in pdqs:
                self._near.add(number, pdq)
            if is_film:
                self._films[number] = pdqs
            self._newest = number

    def _catch_up_kept(self, session: Session, home: Home) -> "Lookalikes | None":
        kept_now = families.media_with_features(session) if home.features_key.exists() else set()
        if not kept_now:
            self._alike, self._kept = None, set()
            return None
        from hashsets.lookalikes import Lookalikes

        self._alike = self._alike or Lookalikes()
        for number in self._kept - kept_now:
            for place in range(number * _PICTURES, (number + 1) * _PICTURES):
                self._alike.remove(place)
        for number in sorted(kept_now - self._kept):
            for place, pair in enumerate(kept.load_pairs(session, home, number), number * _PICTURES):
                self._alike.add(place, pair)
        self._kept = kept_now
        return self._alike

    def _like_picture(self, found: Fingerprint) -> Iterator[Alike]:
        """By the whole in any orientation, then enlarged, then by what stands in it; nearest first of each."""
        for part in _ways(found):
            for number, distance, turn in self._near.search(part.orientations, MAX_DISTANCE):
                whole = Variant.FRAME if number in self._films else turn
                variant = whole if part.variant is Variant.UPRIGHT else part.variant
                yield Alike(number, JoinedBy.PDQ, distance, variant.value)

    def _like_film(self, found: Fingerprint) -> Iterator[Alike]:
        """Videos that this one is, or is a part of, or holds; then pictures that are one of its frames."""
        frames = tuple(part for part in found.parts if part.quality >= MIN_QUALITY)
        for number, distance in self._named_by(frames):
            listed = self._films.get(number)
            if listed is None:
                yield Alike(number, JoinedBy.PDQ, distance, Variant.FRAME.value)
            elif any(Film(frames, *percent).is_same_as(listed, MAX_DISTANCE) for percent in _FILM_WAYS):
                yield Alike(number, JoinedBy.PDQ, distance, Variant.UPRIGHT.value)

    def _named_by(self, frames: Sequence[Part]) -> list[tuple[int, int]]:
        """The media that most frames are near, videos before pictures, each with its least distance."""
        counts, least = Counter[int](), dict[int, int]()
        for frame in frames[:: -(-len(frames) // _NAMING_FRAMES) or 1]:
            for number, distance, _ in self._near.search(frame.orientations, MAX_DISTANCE):
                counts[number] += 1
                least[number] = min(distance, least.get(number, distance))
        ranked = sorted(counts, key=lambda number: (number not in self._films, -counts[number], number))
        return [(number, least[number]) for number in ranked[:_CANDIDATES]]


def is_evidence(found: Fingerprint) -> bool:
    """Tells whether a picture's perceptual hash may speak: not blank, detailed enough."""
    return bool(found.pdq) and not found.is_blank and (found.pdq_quality or 0) >= MIN_QUALITY


def _ways(found: Fingerprint) -> Iterable[Part]:
    """How a picture is looked up, the surest first; parts were hashed only where they show enough."""
    if is_evidence(found):
        yield Part(Variant.UPRIGHT, found.pdq_quality or 0, found.orientations)
    for variant in (Variant.UPRIGHT, Variant.BOX, Variant.QUADRANT, Variant.FRAME):
        yield from (part for part in found.parts if part.variant is variant and part.quality >= MIN_QUALITY)


def _pair(session: Session, home: Home, place: int) -> "tuple[Kept, Kept]":
    number, which = divmod(place, _PICTURES)
    return kept.load_pairs(session, home, number)[which]


def _alike(found: "Lookalike") -> Alike:
    how = found.likeness
    shown = Shown(
        points=how.points,
        agreement=round(100 * how.agreement),
        seen=round(100 * how.seen),
        filled=round(100 * how.filled),
        turned=round(how.turned),
        is_mirrored=found.is_mirrored,
    )
    return Alike(found.number // _PICTURES, JoinedBy.FEATURES, None, _turn(shown).value, shown)


def _turn(shown: Shown) -> Variant:
    """What undoes it, to the next quarter turn: rotations of a query are counter-clockwise."""
    quarter = round(-shown.turned / 90) % 4
    upright = (Variant.UPRIGHT, Variant.ROT90, Variant.ROT180, Variant.ROT270)
    mirrored = (Variant.MIRROR, Variant.TRANSPOSE, Variant.FLIP, Variant.TRANSVERSE)
    return (mirrored if shown.is_mirrored else upright)[quarter]
