"""Items: one address each, with the looks at it, who hosts it and what holds it back."""

from datetime import datetime

from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, number_of, own_key, part_of


class Item(Row, table=True):
    """One address. `key` is unique in the home; `url` is verbatim and what notices carry."""

    __tablename__ = "items"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    key: str = Field(unique=True)
    key_version: int
    url: str
    href: str
    host: str
    kind: str
    platform: str | None = None
    platform_media: str | None = Field(default=None, index=True)
    platform_account: str | None = None
    state: str = Field(index=True)
    state_before_close: str | None = None
    reason: str | None = None
    is_reported: bool = False
    is_queued: bool = Field(default=False, index=True)
    needs_person: str | None = Field(default=None, index=True)
    has_genuine_owner: bool = False
    media_id: int | None = number_of("media", nullable=True)
    failures: int = 0
    returns: int = 0
    received_at: datetime = at()
    police_at: datetime | None = at_or_none()
    host_at: datetime | None = at_or_none()
    removed_at: datetime | None = at_or_none()


class PageItem(Row, table=True):
    """Which page shows which picture; `gone_at` when the page no longer shows it."""

    __tablename__ = "page_items"
    page_id: int = part_of("items")
    item_id: int = part_of("items")
    first_seen_at: datetime = at()
    last_seen_at: datetime = at()
    gone_at: datetime | None = at_or_none()


class ItemPart(Row, table=True):
    """An item that nobody reported because it is a part of a page: a frame in it, or a file written into it."""

    __tablename__ = "item_parts"
    item_id: int = part_of("items")
    page_id: int = part_of("items")
    part: str


class Hosting(Row, table=True):
    __tablename__ = "hostings"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    item_id: int = number_of("items")
    at: datetime = at()
    ip: str | None = None
    asn: int | None = None
    network: str | None = None
    network_name: str | None = None
    country: str | None = None
    cdn: str | None = None
    problems: str = "[]"


class HostingDetails(Row, table=True):
    """What a trace found besides: names, registrar, upstream, sources and confidence, as a JSON document."""

    __tablename__ = "hosting_details"
    hosting_id: int = part_of("hostings")
    document: str


class Hold(Row, table=True):
    __tablename__ = "holds"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    item_id: int = number_of("items")
    until: datetime = at()
    made_at: datetime = at()
    made_by: str
    text_id: int | None = None
    released_at: datetime | None = at_or_none()


class Recheck(Row, table=True):
    __tablename__ = "rechecks"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    item_id: int = number_of("items")
    at: datetime = at()
    vantage: str
    verdict: str
    evidence: str = "{}"


class Capture(Row, table=True):
    """How one look was taken, as a JSON document: every request and answer with heads and times, never a body."""

    __tablename__ = "captures"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    item_id: int = number_of("items")
    at: datetime = at()
    vantage: str
    document: str


class Validator(Row, table=True):
    """By what a host marked the bytes that stood at an item last: while it still says so, they need no new download."""

    __tablename__ = "validators"
    item_id: int = part_of("items")
    etag: str | None = None
    last_modified: str | None = None
    size_bytes: int | None = None
    sha256: str
    at: datetime = at()


class HoldQuestion(Row, table=True):
    """A hold that nobody asked for: it asks a person whether the police should hear first."""

    __tablename__ = "hold_questions"
    hold_id: int = part_of("holds")
