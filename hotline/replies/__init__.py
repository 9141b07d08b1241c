"""Answers by mail: hostile bytes in, a bounded reading out, and the notice that it is about. Pure: opens no attachment,
follows no link, knows no mailbox and no table."""

import hashlib
from datetime import UTC, datetime

from hotline.records.replies import Bounce, Reply, ReplyKind
from hotline.replies import bounces, fields, kinds
from hotline.replies.matching import Known, match
from hotline.replies.opening import Opened, open_mail
from hotline.replies.texts import Written, read_text
from hotline.replies.wording import phrases, suggested

__all__ = ["Known", "match", "phrases", "read_reply", "suggested"]


def read_reply(raw: bytes, received_at: datetime | None, *, is_cut: bool = False) -> Reply:
    """Reads any bytes as a mail; never raises for what they hold. `received_at` is aware: when we had it, never what
    the mail claims. is_cut: the mailbox held more than was read."""
    opened = open_mail(raw)
    written = read_text(opened)
    subject, sender = fields.subject_of(opened.head), fields.sender_of(opened.head)
    bounce = bounces.bounce_of(opened, written.whole) if kinds.is_from_server(opened.head, sender) else None
    kind = _kind(opened, subject, bounce)
    recipients = fields.recipients_of(opened.head)
    text = written.text if bounce is None else written.whole[:2_000].strip()
    return Reply(
        digest=hashlib.sha256(raw).hexdigest(),
        received_at=received_at.astimezone(UTC) if received_at is not None else None,
        sender=sender,
        subject=subject,
        message_id=next(iter(fields.ids_of(opened.head, "message-id")), None),
        in_reply_to=fields.ids_of(opened.head, "in-reply-to"),
        references=fields.ids_of(opened.head, "references"),
        returned=bounces.returned_ids(opened, written.whole),
        recipients=recipients,
        kind=kind,
        bounce=bounce,
        text=text,
        attachments=written.attachments,
        tokens=fields.tokens_in((*recipients, *_senders_back(opened, written))),
        tags=fields.tags_in(subject),
        reference=kinds.reference_in(opened.head, subject, text, is_auto=kind is ReplyKind.AUTO),
        suggests=None if bounce is not None else suggested(text),
        is_cut=is_cut or opened.is_cut or written.is_cut,
    )


def _kind(opened: Opened, subject: str, bounce: Bounce | None) -> ReplyKind:
    if bounce is not None:
        return ReplyKind.BOUNCE
    return ReplyKind.AUTO if kinds.is_automatic(opened.head, subject) else ReplyKind.ANSWER


def _senders_back(opened: Opened, written: Written) -> tuple[str, ...]:
    return bounces.returned_senders(opened, written.whole)
