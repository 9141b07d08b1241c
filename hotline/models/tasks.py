"""What waits for a person beside decisions: packets, referrals, and who has what on the desk."""

from datetime import datetime

from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, number_of, own_key, sealed


class Packet(Row, table=True):
    __tablename__ = "packets"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    case_id: int = number_of("cases")
    to: str
    state: str
    copy_number: int
    built_at: datetime = at()
    built_by: str
    file: bytes | None = sealed()
    digest: str
    released_at: datetime | None = at_or_none()
    released_by: str | None = None
    countersigned_by: str | None = None
    received_at: datetime | None = at_or_none()


class Referral(Row, table=True):
    __tablename__ = "referrals"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    case_id: int = number_of("cases")
    to: str
    state: str
    made_at: datetime = at()
    made_by: str
    done_at: datetime | None = at_or_none()


class Taken(Row, table=True):
    """Who works on what in the queue, so that two do not decide the same."""

    __tablename__ = "taken"
    subject: str = Field(primary_key=True)
    by: str
    at: datetime = at()
