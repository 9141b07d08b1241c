"""The tables. Rows are built only from validated values, as tables do not validate; nothing here selects or decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from hotline.db import UtcTime


def _key() -> Any:
    return Field(default=None, primary_key=True)


def _to(table: str, *, index: bool = True, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Integer, ForeignKey(f"{table}.id"), index=index, nullable=nullable))


def _part(table: str) -> Any:
    return Field(sa_column=Column(Integer, ForeignKey(f"{table}.id"), primary_key=True, index=True))


def _at(*, index: bool = False) -> Any:
    return Field(sa_column=Column(UtcTime, index=index, nullable=False))


def _at_or_none(*, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcTime, index=index, nullable=True))


def _bytes() -> Any:
    return Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class Row(SQLModel):
    """Base of every table; AUTOINCREMENT, because a number once told to somebody is never given twice."""


_NEVER_REUSED = {"sqlite_autoincrement": True}


class Home(Row, table=True):
    __tablename__ = "home"
    id: int = _key()
    home_id: str
    made_at: datetime = _at()


class Person(Row, table=True):
    __tablename__ = "people"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    name: str = Field(unique=True)
    roles: str
    added_at: datetime = _at()
    added_by: str


class Case(Row, table=True):
    __tablename__ = "cases"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    opened_at: datetime = _at()
    closed_at: datetime | None = _at_or_none()
    closed_reason: str | None = None


class Report(Row, table=True):
    """What somebody told us. Contact, note and genuine address are sealed under the report's own key."""

    __tablename__ = "reports"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    case_id: int = _to("cases")
    source: str
    category: str
    city: str | None = None
    at_risk: str | None = Field(default=None, index=True)
    no_url_kind: str | None = None
    for_whom: str | None = None
    received_at: datetime = _at()
    recorded_at: datetime = _at()
    recorded_by: str
    code_digest: str = Field(unique=True)
    import_digest: str | None = Field(default=None, unique=True)
    repeat_of_case: int | None = None
    contact: bytes | None = _bytes()
    note: bytes | None = _bytes()
    genuine: bytes | None = _bytes()
    acked_at: datetime | None = _at_or_none()
    acked_by: str | None = None


class ReportKey(Row, table=True):
    """A report's key, wrapped by the workspace key. Deleting it forgets what the report sealed."""

    __tablename__ = "report_keys"
    report_id: int = _part("reports")
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Text(Row, table=True):
    """Free text and its salt: erasable, so the chain of custody holds only the salted digest."""

    __tablename__ = "texts"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    salt: str
    content: str


class Item(Row, table=True):
    """One address. `key` is unique in the home; `url` is verbatim and what notices carry."""

    __tablename__ = "items"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
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
    media_id: int | None = _to("media", nullable=True)
    failures: int = 0
    returns: int = 0
    received_at: datetime = _at()
    police_at: datetime | None = _at_or_none()
    host_at: datetime | None = _at_or_none()
    removed_at: datetime | None = _at_or_none()


class ReportItem(Row, table=True):
    __tablename__ = "report_items"
    report_id: int = _part("reports")
    item_id: int = _part("items")
    url: str


class CaseItem(Row, table=True):
    __tablename__ = "case_items"
    case_id: int = _part("cases")
    item_id: int = _part("items")
    added_at: datetime = _at()


class PageItem(Row, table=True):
    """Which page shows which picture; `gone_at` when the page no longer shows it."""

    __tablename__ = "page_items"
    page_id: int = _part("items")
    item_id: int = _part("items")
    first_seen_at: datetime = _at()
    last_seen_at: datetime = _at()
    gone_at: datetime | None = _at_or_none()


class Family(Row, table=True):
    __tablename__ = "families"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    made_at: datetime = _at()


class Media(Row, table=True):
    """One distinct file and its fingerprint; how it came to its family stands with it."""

    __tablename__ = "media"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
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
    first_seen_at: datetime = _at()
    family_id: int | None = _to("families", nullable=True)
    family_by: str | None = None
    family_distance: int | None = None
    family_variant: str | None = None
    is_family_confirmed: bool = False


class Sighting(Row, table=True):
    __tablename__ = "sightings"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    media_id: int = _to("media")
    item_id: int = _to("items")
    first_seen_at: datetime = _at()
    last_seen_at: datetime = _at()
    gone_at: datetime | None = _at_or_none()


class SightingMedia(Row, table=True):
    """A re-encoded copy seen during a sighting: another media of the same family, no return and no re-upload."""

    __tablename__ = "sighting_media"
    sighting_id: int = _part("sightings")
    media_id: int = _part("media")
    first_seen_at: datetime = _at()


class Lead(Row, table=True):
    __tablename__ = "leads"
    __table_args__ = (UniqueConstraint("media_id", "list", "entry"), _NEVER_REUSED)
    id: int = _key()
    media_id: int = _to("media")
    list: str
    list_version: int
    entry: str
    algorithm: str
    distance: int
    label: str | None = None
    variant: str
    role: str
    strength: str
    found_at: datetime = _at()
    withdrawn_at: datetime | None = _at_or_none()


class Assessment(Row, table=True):
    """Facts a person recorded once, about a media or, where there is none, an item. Revisions add, never change."""

    __tablename__ = "assessments"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    media_id: int | None = _to("media", nullable=True)
    item_id: int | None = _to("items", nullable=True)
    verdict: str
    ground: str | None = None
    reason: str | None = None
    basis: str
    facts: str = "{}"
    classes: str = "{}"
    classes_version: str = ""
    by: str
    at: datetime = _at()
    second_by: str | None = None
    second_at: datetime | None = _at_or_none()
    replaced_at: datetime | None = _at_or_none()
    revises_id: int | None = None


class Hosting(Row, table=True):
    __tablename__ = "hostings"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    item_id: int = _to("items")
    at: datetime = _at()
    ip: str | None = None
    asn: int | None = None
    network: str | None = None
    network_name: str | None = None
    country: str | None = None
    cdn: str | None = None
    problems: str = "[]"


class Contact(Row, table=True):
    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("address", "answers_for", "role"), _NEVER_REUSED)
    id: int = _key()
    address: str
    answers_for: str
    role: str
    channel: str
    language: str
    state: str = Field(index=True)
    origin: str
    added_at: datetime = _at()
    added_by: str
    approved_by: str | None = None
    approved_at: datetime | None = _at_or_none()


class Batch(Row, table=True):
    """The items put together for one contact; open while its first notice is a draft, then fixed."""

    __tablename__ = "batches"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    contact_id: int = _to("contacts")
    kind: str
    ground: str | None = None
    is_open: bool = Field(default=True, index=True)
    made_at: datetime = _at()
    approved_by: str | None = None
    approved_at: datetime | None = _at_or_none()
    stopped_at: datetime | None = _at_or_none()
    next_round_at: datetime | None = _at_or_none()


class BatchItem(Row, table=True):
    __tablename__ = "batch_items"
    batch_id: int = _part("batches")
    item_id: int = _part("items")
    added_at: datetime = _at()


class Notice(Row, table=True):
    """One message about a batch in one round; its bytes are fixed before the first byte leaves."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("batch_id", "round"), _NEVER_REUSED)
    id: int = _key()
    batch_id: int = _to("batches")
    contact_id: int = _to("contacts")
    kind: str
    round: int
    state: str = Field(index=True)
    made_at: datetime = _at()
    message_id: str | None = None
    recipient: str | None = None
    raw: bytes | None = _bytes()
    sending_at: datetime | None = _at_or_none()
    sent_at: datetime | None = _at_or_none()
    problem: str | None = None
    failures: int = 0
    outcome: str | None = None
    outcome_at: datetime | None = _at_or_none()
    reference: str | None = None


class NoticeItem(Row, table=True):
    __tablename__ = "notice_items"
    notice_id: int = _part("notices")
    item_id: int = _part("items")


class Recheck(Row, table=True):
    __tablename__ = "rechecks"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    item_id: int = _to("items")
    at: datetime = _at()
    vantage: str
    verdict: str
    evidence: str = "{}"


class Hold(Row, table=True):
    __tablename__ = "holds"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    item_id: int = _to("items")
    until: datetime = _at()
    made_at: datetime = _at()
    made_by: str
    text_id: int | None = None
    released_at: datetime | None = _at_or_none()


class Packet(Row, table=True):
    __tablename__ = "packets"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    case_id: int = _to("cases")
    to: str
    state: str
    copy_number: int
    built_at: datetime = _at()
    built_by: str
    file: bytes | None = _bytes()
    digest: str
    released_at: datetime | None = _at_or_none()
    released_by: str | None = None
    countersigned_by: str | None = None
    received_at: datetime | None = _at_or_none()


class Referral(Row, table=True):
    __tablename__ = "referrals"
    __table_args__ = _NEVER_REUSED
    id: int = _key()
    case_id: int = _to("cases")
    to: str
    state: str
    made_at: datetime = _at()
    made_by: str
    done_at: datetime | None = _at_or_none()


class Taken(Row, table=True):
    """Who works on what in the queue, so that two do not decide the same."""

    __tablename__ = "taken"
    subject: str = Field(primary_key=True)
    by: str
    at: datetime = _at()


class CustodyEntry(Row, table=True):
    __tablename__ = "custody"
    seq: int = Field(primary_key=True)
    at: datetime = _at()
    actor: str
    action: str
    subject: str = Field(index=True)
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    text_id: int | None = None
    text_digest: str | None = None
    rows: str
    previous: str
    hash: str


class Work(Row, table=True):
    """One due step. `step` and `rank` order what is due; `owner`, `lease_until` and `fence` are the lease."""

    __tablename__ = "work"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_work_due", "due_at", "owner"), _NEVER_REUSED)
    id: int = _key()
    kind: str
    subject: str
    step: int
    rank: int
    due_at: datetime = _at()
    host: str | None = Field(default=None, index=True)
    owner: str | None = Field(default=None, index=True)
    lease_until: float | None = None
    fence: int = 0
    again_at: datetime | None = _at_or_none()
    attempts: int = 0
    deaths: int = 0
    last_error: str | None = None
    is_given_up: bool = False


class HostSlot(Row, table=True):
    """When a host may be asked again, by the machine's clock."""

    __tablename__ = "host_slots"
    host: str = Field(primary_key=True)
    free_at: float


NOT_AUDITED: tuple[type[Row], ...] = (Work, HostSlot, CustodyEntry, ReportKey, Text, Taken)
"""Tables outside the row digests: the queue, the chain itself, what must be erasable, who has what on the desk."""

AUDITED: tuple[type[Row], ...] = tuple(table for table in Row.__subclasses__() if table not in NOT_AUDITED)

LETTERS: dict[type[Row], str] = {
    Report: "R",
    Case: "C",
    Item: "I",
    Media: "M",
    Notice: "N",
    Contact: "K",
    Packet: "P",
    Family: "F",
    Referral: "Q",
    Batch: "B",
    Person: "U",
}
"""The letter before the number when a row is named to a person."""
