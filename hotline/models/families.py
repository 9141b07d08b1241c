"""Families: what is the same picture or video, altered or not, with or without bytes; and the accounts it came from."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, number_of, own_key, part_of


class Family(Row, table=True):
    __tablename__ = "families"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    made_at: datetime = at()


class FamilyItem(Row, table=True):
    """An item that belongs to a family although nobody has its bytes: by the platform's id or a person's word."""

    __tablename__ = "family_items"
    item_id: int = part_of("items")
    family_id: int = number_of("families")
    by: str
    is_confirmed: bool = False
    joined_at: datetime = at()


class Likeness(Row, table=True):
    """How a media shows another of its family, by local features; shares and sizes in percent, turns in degrees."""

    __tablename__ = "likenesses"
    media_id: int = part_of("media")
    of_media_id: int = number_of("media")
    points: int
    agreement: int
    seen: int
    filled: int
    turned: int
    is_mirrored: bool
    found_at: datetime = at()


class MediaFeatures(Row, table=True):
    """Local features of a media assessed illegal, sealed under the home's features key; see hotline/features."""

    __tablename__ = "media_features"
    media_id: int = part_of("media")
    finder: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = at()


class Account(Row, table=True):
    """An account of a platform, by its handle, its number or both. Whose it is, only a person can tell."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_handle", "platform", "handle", unique=True),
        Index("ix_accounts_number", "platform", "number", unique=True),
        NEVER_REUSED,
    )
    id: int = own_key()
    platform: str
    handle: str | None = None
    number: str | None = None
    whose: str = "unknown"
    made_at: datetime = at()


class ItemAccount(Row, table=True):
    """The account that an item is of, or is itself."""

    __tablename__ = "item_accounts"
    item_id: int = part_of("items")
    account_id: int = number_of("accounts")
