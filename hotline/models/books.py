"""The chain of custody and the queue of due work."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, own_key


class CustodyEntry(Row, table=True):
    __tablename__ = "custody"
    seq: int = Field(primary_key=True)
    at: datetime = at()
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


_HELD = Index("ix_work_held", "host", sqlite_where=text("owner IS NOT NULL"))


class Work(Row, table=True):
    """One due step. `step` and `rank` order what is due; `owner`, `lease_until` and `fence` are the lease."""

    __tablename__ = "work"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_work_due", "due_at", "owner"), _HELD, NEVER_REUSED)
    id: int = own_key()
    kind: str
    subject: str
    step: int
    rank: int
    due_at: datetime = at()
    host: str | None = Field(default=None, index=True)
    owner: str | None = Field(default=None, index=True)
    lease_until: float | None = None
    fence: int = 0
    again_at: datetime | None = at_or_none()
    attempts: int = 0
    deaths: int = 0
    last_error: str | None = None
    is_given_up: bool = False


class HostSlot(Row, table=True):
    """When a host may be asked again, by the machine's clock; how often in a row it let us wait in vain, and until when
    it is left alone for that, by the calendar."""

    __tablename__ = "host_slots"
    host: str = Field(primary_key=True)
    free_at: float
    strikes: int = 0
    rests_until: datetime | None = at_or_none()
