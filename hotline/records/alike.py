"""How one picture or video shows another, in facts: by which hash or by local features, and what was done to it."""

from dataclasses import dataclass
from enum import StrEnum


class JoinedBy(StrEnum):
    """What says that something belongs to a family, the surest first."""

    EXACT = "exact"
    PDQ = "pdq"
    FEATURES = "features"
    PLATFORM_MEDIA = "platform_media"
    PERSON = "person"
    REPORT = "report"
    """Whoever reported it said that it is what an earlier case is about."""


@dataclass(frozen=True)
class Shown:
    """How a picture shows another, by local features: shares and areas in percent, degrees counter-clockwise."""

    points: int
    agreement: int
    seen: int  # of the other's area
    filled: int  # of the picture's area
    turned: int
    is_mirrored: bool


@dataclass(frozen=True)
class Alike:
    """Another media that shows the same: by a hash so many bits away in a variant, or by local features."""

    media_id: int
    by: JoinedBy
    distance: int | None
    variant: str
    shown: Shown | None = None
