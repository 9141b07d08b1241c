"""Mails that came in: read, matched to the notices they are about, and what follows by itself. An answer never moves an
item: "removed" is looked at, everything else is for a person."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody, db, work
from hotline.boundaries import boundary
from hotline.channels import imap
from hotline.consequences.bouncing import save_bounce
from hotline.consequences.items import rank_of
from hotline.models import Message, Notice
from hotline.pipeline.station import Station
from hotline.records.ids import read_number
from hotline.records.replies import Match, Reply, ReplyKind
from hotline.replies import Known, match, read_reply
from hotline.states import NoticeState, Outcome, WorkKind
from hotline.store import messages, notices
from hotline.trace import registrable_domain

MAX_REFERENCE = 100


def read_mail(station: Station) -> list[int]:
    """Reads what came into the mailbox since the last time; returns the numbers of the messages.

    Raises MailboxError; what was read before it stays read. Without imap.host there is no mailbox.
    """
    settings = station.settings
    if not settings.imap.host:
        return []
    found: list[int] = []
    with db.reading(station.home.engine) as session:
        after = messages.newest_key(session)
    for received in imap.read_new(
        settings.imap,
        gate=station.gate,
        resolver=station.resolver,
        authorities=settings.authorities,
        seen=lambda key: _is_known(station, key),
        after=after,
    ):
        now = station.now()
        reply = read_reply(received.raw, now, is_cut=received.is_cut)
        boundary("mail.read")
        with station.writing(now) as session:
            found.append(_save(session, station, received.uid_key, reply, now))
        boundary("mail.saved")
    return found


def _is_known(station: Station, uid_key: str) -> bool:
    with db.reading(station.home.engine) as session:
        return messages.is_known(session, uid_key)


def _save(session: Session, station: Station, uid_key: str, reply: Reply, now: datetime) -> int:
    is_again = messages.was_read(session, reply.digest)
    found = match(reply, _known(session))
    message = _row(uid_key, reply, found, now)
    if is_again or not _is_for_person(message):
        message.handled_at = now
    session.add(message)
    session.flush()
    text = f"{reply.subject}\n\n{reply.text}"
    custody.record(session, messages.READ, f"E{message.id}", reason=reply.kind.value, text=text)
    if found is not None and not is_again:
        follow_answer(session, station, notices.load_notice(session, found.notice_id), message, now)
    return message.id


def _row(uid_key: str, reply: Reply, found: Match | None, now: datetime) -> Message:
    return Message(
        uid_key=uid_key,
        digest=reply.digest,
        read_at=now,
        sender=reply.sender,
        kind=reply.kind,
        notice_id=found.notice_id if found is not None else None,
        matched_by=found.by if found is not None else None,
        code=reply.bounce.code if reply.bounce is not None else None,
        is_permanent=reply.bounce is not None and reply.bounce.is_permanent,
        reference=(reply.reference or "")[:MAX_REFERENCE] or None,
        suggests=reply.suggests,
        attachments=json.dumps([asdict(one) for one in reply.attachments]),
        is_cut=reply.is_cut,
    )


def _is_for_person(message: Message) -> bool:
    """A receipt and a delay need nobody, unless something came with them that nobody should open."""
    if message.kind == ReplyKind.ANSWER:
        return True
    has_more = message.kind == ReplyKind.AUTO and message.attachments != "[]"
    return has_more or (message.notice_id is None and message.kind == ReplyKind.BOUNCE and message.is_permanent)


def _known(session: Session) -> Known:
    return Known(
        by_token=lambda token: messages.notice_by_token(session, token),
        by_message_id=lambda message_id: messages.notice_by_message_id(session, message_id),
        by_tag=lambda tag: messages.sent_notice(session, read_number(tag, "N")),
        domains_of=lambda number: _domains(session, number),
    )


def _domains(session: Session, notice_id: int) -> Collection[str]:
    notice = notices.load_notice(session, notice_id)
    boxes = (notices.load_contact(session, notice.contact_id).address, notice.recipient or "")
    return {domain for box in boxes if (domain := registrable_domain(box.rpartition("@")[2]))}


def follow_answer(session: Session, station: Station, notice: Notice, message: Message, now: datetime) -> None:
    """What an answer to a notice brings about by itself."""
    if message.kind == ReplyKind.BOUNCE:
        if message.is_permanent and notice.state == NoticeState.SENT:
            save_bounce(session, notice, message.code or "", now)
        return
    if message.reference and not notice.reference:
        notice.reference = message.reference
        session.add(notice)
        custody.record(session, "notice.reference", f"N{notice.id}", text=message.reference)
    if message.suggests == Outcome.REMOVED:
        for item in notices.items_of_notice(session, notice.id):
            rank = rank_of(session, item.id)
            work.schedule(session, WorkKind.RECHECK, f"I{item.id}", now, rank=rank, host=item.host)
    elif message.kind == ReplyKind.ANSWER:
        _pause(session, notice, now + timedelta(hours=station.settings.notices.answer_h))


def _pause(session: Session, notice: Notice, until: datetime) -> None:
    """Whoever answered is not written to again before a person has read it, or some days are over."""
    batch = notices.load_batch(session, notice.batch_id)
    if batch.stopped_at is None and batch.next_round_at is not None and batch.next_round_at < until:
        batch.next_round_at = until
        session.add(batch)
