"""Media: one distinct file each, where it was seen, and what was decided about it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, number_of, own_key, part_of


class Media(Row, table=True):
    """One distinct file and its fingerprint; how it came to its family stands with it."""

    __tablename__ = "media"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    sha256: str = Field(unique=True)
    sha1: str
    md5: str
    size_bytes: int
    mime: str | None = None
    width: int | None = None
    height: int | None = None
    pdq: str | None = None
    pdq_quality: int | None = None
    phash: str | None = None
    orientations: str = ""
    is_blank: bool = False
    is_partial: bool = False
    is_known_good: bool = False
    problem: str | None = None
    hasher: str
    first_seen_at: datetime = at()
    family_id: int | None = number_of("families", nullable=True)
    family_by: str | None = None
    family_distance: int | None = None
    family_variant: str | None = None
    is_family_confirmed: bool = False


class MediaParts(Row, table=True):
    """How else a media is looked up: enlarged, its parts, its frames. `parts` is JSON, see pipeline/prints."""

    __tablename__ = "media_parts"
    media_id: int = part_of("media")
    duration_ms: int | None = None
    parts: str


class Sighting(Row, table=True):
    """One media at one item; without a media where only a person or a platform's id can tell what is there."""

    __tablename__ = "sightings"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    media_id: int | None = number_of("media", nullable=True)
    item_id: int = number_of("items")
    first_seen_at: datetime = at()
    last_seen_at: datetime = at()
    gone_at: datetime | None = at_or_none()


class SightingMedia(Row, table=True):
    """A re-encoded copy seen during a sighting: another media of the same family, no return and no re-upload."""

    __tablename__ = "sighting_media"
    sighting_id: int = part_of("sightings")
    media_id: int = part_of("media")
    first_seen_at: datetime = at()


class Lead(Row, table=True):
    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("media_id", "list", "entry"),
        Index("ix_leads_entry", "list", "entry"),
        NEVER_REUSED,
    )
    id: int = own_key()
    media_id: int = number_of("media")
    list: str
    list_version: int
    entry: str
    algorithm: str
    distance: int
    label: str | None = None
    variant: str
    role: str
    strength: str
    found_at: datetime = at()
    withdrawn_at: datetime | None = at_or_none()


class Quarantine(Row, table=True):
    """An entry of a list that hit too much that is unrelated: it gives no leads until a person lets it again."""

    __tablename__ = "quarantines"
    __table_args__ = (Index("ix_quarantines_entry", "list", "entry"), NEVER_REUSED)
    id: int = own_key()
    list: str
    entry: str
    hits: int
    at: datetime = at()
    released_at: datetime | None = at_or_none()
    released_by: str | None = None


_STANDING = text("replaced_at IS NULL")


class Assessment(Row, table=True):
    """Facts a person recorded once, about a media or, where there is none, an item. Revisions add, never change."""

    __tablename__ = "assessments"
    __table_args__ = (
        Index("ix_one_decision_a_media", "media_id", unique=True, sqlite_where=_STANDING),
        Index("ix_one_decision_an_item", "item_id", unique=True, sqlite_where=_STANDING),
        NEVER_REUSED,
    )
    id: int = own_key()
    media_id: int | None = number_of("media", nullable=True)
    item_id: int | None = number_of("items", nullable=True)
    verdict: str
    ground: str | None = None
    reason: str | None = None
    basis: str
    facts: str = "{}"
    classes: str = "{}"
    classes_version: str = ""
    by: str
    at: datetime = at()
    second_by: str | None = None
    second_at: datetime | None = at_or_none()
    replaced_at: datetime | None = at_or_none()
    revises_id: int | None = None
