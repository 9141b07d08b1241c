"""Notices: who can be told, what is put together for them, and each message that leaves."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint
from sqlmodel import Field

from hotline.models.base import NEVER_REUSED, Row, at, at_or_none, number_of, own_key, part_of, sealed


class Contact(Row, table=True):
    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("address", "answers_for", "role"), NEVER_REUSED)
    id: int = own_key()
    address: str
    answers_for: str
    role: str
    channel: str
    language: str
    state: str = Field(index=True)
    origin: str
    added_at: datetime = at()
    added_by: str
    approved_by: str | None = None
    approved_at: datetime | None = at_or_none()


class Batch(Row, table=True):
    """The items put together for one contact; open while its first notice is a draft, then fixed."""

    __tablename__ = "batches"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    contact_id: int = number_of("contacts")
    kind: str
    ground: str | None = None
    is_open: bool = Field(default=True, index=True)
    made_at: datetime = at()
    approved_by: str | None = None
    approved_at: datetime | None = at_or_none()
    stopped_at: datetime | None = at_or_none()
    next_round_at: datetime | None = at_or_none()


class BatchItem(Row, table=True):
    __tablename__ = "batch_items"
    batch_id: int = part_of("batches")
    item_id: int = part_of("items")
    added_at: datetime = at()


class Notice(Row, table=True):
    """One message about a batch in one round; its bytes are fixed before the first byte leaves."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("batch_id", "round"), NEVER_REUSED)
    id: int = own_key()
    batch_id: int = number_of("batches")
    contact_id: int = number_of("contacts")
    kind: str
    round: int
    state: str = Field(index=True)
    made_at: datetime = at()
    message_id: str | None = None
    recipient: str | None = None
    raw: bytes | None = sealed()
    sending_at: datetime | None = at_or_none()
    sent_at: datetime | None = at_or_none()
    problem: str | None = None
    failures: int = 0
    outcome: str | None = None
    outcome_at: datetime | None = at_or_none()
    reference: str | None = None


class NoticeItem(Row, table=True):
    __tablename__ = "notice_items"
    notice_id: int = part_of("notices")
    item_id: int = part_of("items")


class NoticeToken(Row, table=True):
    """Random letters by which an answer finds its notice; made with the notice's bytes."""

    __tablename__ = "notice_tokens"
    notice_id: int = part_of("notices")
    token: str = Field(unique=True)


class NoticeCorrection(Row, table=True):
    """A notice that takes back another, which went out."""

    __tablename__ = "notice_corrections"
    notice_id: int = part_of("notices")
    corrects_id: int = part_of("notices")


class ApprovalRule(Row, table=True):
    """Drafts of a kind to a contact are approved without a person looking at each: two people said so."""

    __tablename__ = "approval_rules"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    contact_id: int = number_of("contacts")
    kind: str
    proposed_by: str
    proposed_at: datetime = at()
    approved_by: str | None = None
    approved_at: datetime | None = at_or_none()
    ended_by: str | None = None
    ended_at: datetime | None = at_or_none()


class WhollyGiven(Row, table=True):
    """A site that a person found to be wholly given to such material: its registrar may be told."""

    __tablename__ = "wholly_given"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    domain: str = Field(unique=True)
    by: str
    at: datetime = at()


class Message(Row, table=True):
    """One mail that came in: who it claims to be from, what it is and which notice it is about. Its text is kept with
    its line of custody, erasable; of its attachments only digests, sizes and claimed types."""

    __tablename__ = "messages"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    uid_key: str = Field(unique=True)
    digest: str = Field(index=True)
    read_at: datetime = at()
    sender: str | None = None
    kind: str
    notice_id: int | None = number_of("notices", nullable=True)
    matched_by: str | None = None
    code: str | None = None
    is_permanent: bool = False
    reference: str | None = None
    suggests: str | None = None
    attachments: str = "[]"
    is_cut: bool = False
    handled_at: datetime | None = at_or_none()
    handled_by: str | None = None


class Submission(Row, table=True):
    """One report of a notice to an abuse API, whose bytes are the line `number` of the notice's. `begun_at` without
    `taken_at` and `problem` is a report of which nobody knows whether it was taken."""

    __tablename__ = "submissions"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    notice_id: int = number_of("notices")
    number: int
    key: str = Field(unique=True)
    items: str
    begun_at: datetime | None = at_or_none()
    taken_at: datetime | None = at_or_none()
    reference: str | None = None
    problem: str | None = None
    status: str | None = None
    asked_at: datetime | None = at_or_none()


class LawCheck(Row, table=True):
    """A named person compared a citation or a platform's rule with its source; good for the very text they saw."""

    __tablename__ = "law_checks"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    entry: str = Field(index=True)
    text_digest: str
    by: str
    at: datetime = at()
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = at_or_none()


class ContactTerms(Row, table=True):
    """What is particular about a contact: within how many hours it is asked to act, where that is not the usual."""

    __tablename__ = "contact_terms"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    contact_id: int = Field(sa_column=Column(Integer, ForeignKey("contacts.id"), unique=True, nullable=False))
    requested_h: int | None = None
    by: str
    at: datetime = at()


class DoNotContact(Row, table=True):
    """A mailbox or a whole domain that nothing is sent to, whatever it answers for."""

    __tablename__ = "do_not_contact"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    address: str = Field(index=True)
    by: str
    at: datetime = at()
    ended_by: str | None = None
    ended_at: datetime | None = at_or_none()


class PublicKey(Row, table=True):
    """Somebody's key to seal to; used once a named person has compared its fingerprint with its owner."""

    __tablename__ = "public_keys"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    holder: str = Field(index=True)
    kind: str
    fingerprint: str
    material: bytes | None = sealed()
    expires_at: datetime | None = at_or_none()
    imported_by: str
    imported_at: datetime = at()
    confirmed_by: str | None = None
    confirmed_at: datetime | None = at_or_none()
    ended_by: str | None = None
    ended_at: datetime | None = at_or_none()


class Appeal(Row, table=True):
    """An owner's objection to a notice, for a person who did not decide what it was about."""

    __tablename__ = "appeals"
    __table_args__ = NEVER_REUSED
    id: int = own_key()
    notice_id: int = number_of("notices")
    language: str
    received_at: datetime = at()
    due_at: datetime = at()
    added_by: str
    outcome: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = at_or_none()
