"""What a mail that came in says, and which notice it is about. Only holds values; knows no mailbox and no table."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hotline.states import Outcome


class ReplyKind(StrEnum):
    """Who speaks in a mail."""

    BOUNCE = "bounce"
    """A mail server: a notice did not arrive, or not yet."""
    AUTO = "auto"
    """A machine that received it: a receipt, an absence, a ticket's news."""
    ANSWER = "answer"
    """As far as can be told, a person."""


class MatchedBy(StrEnum):
    """What ties an answer to a notice, the surest first."""

    TOKEN = "token"  # noqa: S105 - the name of a way, no secret
    HEADERS = "headers"
    TAG = "tag"
    API = "api"
    """It is the answer to a question of ours about that report."""


@dataclass(frozen=True)
class Bounce:
    """What a mail server reports: `code` like 5.1.1, "" where it gave none; the mailboxes that it names."""

    is_permanent: bool
    code: str
    recipients: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class AttachmentFacts:
    """A part that nobody opened: its digest and size once decoded, and the type it claims. Its name is not kept."""

    sha256: str
    size_bytes: int
    mime: str


@dataclass(frozen=True)
class Reply:
    """One mail, read. Every text is printable and bounded; all of it is what a stranger claims.

    digest: SHA-256 of the bytes read, hex. text: what the writer wrote, without what they quote. tokens: what may be
    the token of a notice, from the mailboxes it went to. tags: numbers like N5 in its subject. returned: the
    Message-IDs of the messages that it gives back. reference: the other side's own number for it. suggests: what its
    words say happened; None where they say nothing clear. is_cut: larger or more tangled than what is read.
    """

    digest: str
    received_at: datetime | None
    sender: str | None = field(repr=False)
    subject: str = field(repr=False)
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    returned: tuple[str, ...]
    recipients: tuple[str, ...] = field(repr=False)
    kind: ReplyKind
    bounce: Bounce | None
    text: str = field(repr=False)
    attachments: tuple[AttachmentFacts, ...]
    tokens: tuple[str, ...] = field(repr=False)
    tags: tuple[str, ...]
    reference: str | None
    suggests: Outcome | None
    is_cut: bool


@dataclass(frozen=True)
class Match:
    """The notice that an answer is about, and by what it was found."""

    notice_id: int
    by: MatchedBy
