"""How a picture shows another, said in facts, so that a person can confirm it without looking. Selects in bulk."""

from collections.abc import Collection, Iterator

from sqlmodel import Session

from hotline.models import Likeness, Media
from hotline.records.alike import JoinedBy
from hotline.store import documents

# Less than this is what measuring brings with it, not what somebody did.
_LEAST_CROP, _LEAST_TURN, _LEAST_AROUND = 3, 3, 8
_VARIANTS = {
    "mirror": "mirrored",
    "rot90": "turned by 90°",
    "rot180": "turned by 180°",
    "rot270": "turned by 270°",
    "transpose": "mirrored and turned",
    "transverse": "mirrored and turned",
    "flip": "upside down and mirrored",
    "box": "inside a border or a screen",
    "quadrant": "as a part of a larger picture",
    "frame": "as a frame of a video",
}
_BY = {
    JoinedBy.PLATFORM_MEDIA: "its platform gives both the same id",
    JoinedBy.PERSON: "a person said so",
    JoinedBy.REPORT: "whoever reported it said so",
    JoinedBy.FEATURES: "by way of another of its family",
}


def likenesses(session: Session, media: Collection[Media]) -> dict[int, Likeness]:
    """What local features say of each of these media, by number."""
    found = documents.load_by(session, Likeness, Likeness.media_id, {one.id for one in media})
    return {row.media_id: row for row in found}


def how_media(media: Media, known: Likeness | None) -> str | None:
    """How a media came to its family: `cropped about 12 %, mirrored`; None for the one it began with."""
    if media.family_by is None or (media.family_by == JoinedBy.EXACT and media.is_family_confirmed):
        return None
    return how(media.family_by, media.family_variant, known)


def how(by: str, variant: str | None, known: Likeness | None) -> str:
    """What was done to it, or who says that it is the same."""
    if known is not None:
        return ", ".join(_of_features(known)) or "cut or marked a little"
    if by in _BY:
        return _BY[JoinedBy(by)]
    return _VARIANTS.get(variant or "", "saved anew")


def same_as(item: str, facts: str) -> str:
    """The sentence of a lead: `same as I31, cropped about 12 %, mirrored`."""
    return f"same as {item}, {facts}"


def _of_features(known: Likeness) -> Iterator[str]:
    # People think of a crop by its sides: of a picture of which 77 % is left, 12 % of each side was cut.
    cropped = round(100 - 10 * known.seen**0.5)
    if cropped >= _LEAST_CROP:
        yield f"cropped about {cropped} %"
    if known.is_mirrored:
        yield "mirrored"
    if abs(known.turned) >= _LEAST_TURN:
        yield f"turned by {abs(known.turned)}°"
    if 100 - known.filled >= _LEAST_AROUND:
        yield f"in a larger picture of which it fills {known.filled} %"
