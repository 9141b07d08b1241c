"""What we were told: people, cases, reports and what their reporters told about themselves, sealed."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, number_of, own_key, part_of, sealed


class Home(Row, table=True):
    __tablename__ = "home"
    id: int = own_key()
    home_id: str
    workspace_check: str
    made_at: datetime = at()


class Person(Row, table=True):
    __tablename__ = "people"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    name: str = Field(unique=True)
    roles: str
    added_at: datetime = at()
    added_by: str


class Case(Row, table=True):
    __tablename__ = "cases"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    opened_at: datetime = at()
    closed_at: datetime | None = at_or_none()
    closed_reason: str | None = None


class Report(Row, table=True):
    """What somebody told us. Contact, note and genuine address are sealed under the report's own key."""

    __tablename__ = "reports"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    case_id: int = number_of("cases")
    source: str
    category: str
    city: str | None = None
    at_risk: str | None = Field(default=None, index=True)
    no_url_kind: str | None = None
    for_whom: str | None = None
    received_at: datetime = at()
    recorded_at: datetime = at()
    recorded_by: str
    code_digest: str = Field(unique=True)
    import_digest: str | None = Field(default=None, unique=True)
    repeat_of_case: int | None = None
    contact: bytes | None = sealed()
    note: bytes | None = sealed()
    genuine: bytes | None = sealed()
    acked_at: datetime | None = at_or_none()
    acked_by: str | None = None


class ReportKey(Row, table=True):
    """A report's key, wrapped by the workspace key. Deleting it forgets what the report sealed."""

    __tablename__ = "report_keys"
    report_id: int = part_of("reports")
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Text(Row, table=True):
    """Free text and its salt: erasable, so the chain of custody holds only the salted digest."""

    __tablename__ = "texts"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    salt: str
    content: str


class ReportItem(Row, table=True):
    __tablename__ = "report_items"
    report_id: int = part_of("reports")
    item_id: int = part_of("items")
    url: str


class CaseItem(Row, table=True):
    __tablename__ = "case_items"
    case_id: int = part_of("cases")
    item_id: int = part_of("items")
    added_at: datetime = at()
