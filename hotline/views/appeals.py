"""Owners' objections, for people: the list, one with what was written, and what of them waits."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.consequences.appeals import to_be_revised, waits_until
from hotline.home import Home
from hotline.models import Appeal, Notice
from hotline.states import AppealOutcome, QueueKind
from hotline.store import appeals, notices
from hotline.views.shapes import Document, at, named
from hotline.views.waits import Wait
from notices.render import Mail, mail_from_raw


def appeal_list(home: Home, now: datetime) -> list[Document]:
    """Every objection, the oldest first."""
    with db.reading(home.engine) as session:
        return [_row(session, one, now) for one in appeals.all_appeals(session)]


def appeal_show(home: Home, appeal_id: int, now: datetime) -> Document:
    """One objection with what its owner wrote, and the letter that answers it. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        found = appeals.load_appeal(session, appeal_id)
        return {
            **_row(session, found, now),
            "from": appeals.text_of(session, appeal_id, appeals.FROM),
            "text": appeals.text_of(session, appeal_id, appeals.ADD),
            "letter": _letter(letter_of(session, appeal_id)),
        }


def letter_bytes(home: Home, appeal_id: int) -> bytes | None:
    """The letter as a mail; None before it is written. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        appeals.load_appeal(session, appeal_id)
        letter = letter_of(session, appeal_id)
    return letter.raw if letter is not None else None


def letter_of(session: Session, appeal_id: int) -> Mail | None:
    raw = appeals.text_of(session, appeal_id, appeals.LETTER)
    return mail_from_raw(raw.encode("ascii")) if raw else None


def appeal_waits(session: Session, now: datetime) -> Iterator[Wait]:
    """Objections that nobody answered, and what was upheld and not carried out."""
    for appeal in appeals.unsettled(session):
        notice = notices.load_notice(session, appeal.notice_id)
        revise = _to_revise(session, appeal, notice)
        if appeal.outcome is None or revise:
            why = _why_open(session, appeal, notice, now) if appeal.outcome is None else _why_upheld(appeal, revise)
            first = next((item.id for item in notices.items_of_notice(session, notice.id)), None)
            extra = {"appeal": named("J", appeal.id), "notice": named("N", notice.id)}
            since = appeal.decided_at or appeal.received_at
            yield Wait(QueueKind.NOTICE, f"J{appeal.id}", why, since, item_id=first, extra=extra)


def _why_open(session: Session, appeal: Appeal, notice: Notice, now: datetime) -> str:
    until = waits_until(session, notice.batch_id, now)
    is_late = appeal.due_at <= now
    why = (
        f"objection to N{notice.id}, {'overdue since' if is_late else 'due'} {appeal.due_at:%Y-%m-%d}: hotline appeal "
    )
    why += f"show J{appeal.id}; who did not decide about it answers: hotline appeal answer J{appeal.id} --outcome "
    why += "upheld or rejected"
    return why + (f"; no repeat goes before {until:%Y-%m-%d %H:%M} UTC" if until else "; repeats go on")


def _why_upheld(appeal: Appeal, revise: list[str]) -> str:
    return (
        f"objection J{appeal.id} was upheld and is to be carried out: hotline assess {' '.join(revise)} --revise "
        f"--verdict V corrects it with all who were told; then send the letter: hotline appeal show J{appeal.id}"
    )


def _to_revise(session: Session, appeal: Appeal, notice: Notice) -> list[str]:
    is_upheld = appeal.outcome == AppealOutcome.UPHELD
    return [f"I{item.id}" for item in to_be_revised(session, notice)] if is_upheld else []


def _row(session: Session, appeal: Appeal, now: datetime) -> Document:
    return {
        "id": named("J", appeal.id),
        "state": appeal.outcome or "open",
        "notice": named("N", appeal.notice_id),
        "language": appeal.language,
        "received_at": at(appeal.received_at),
        "due_at": at(appeal.due_at),
        "is_overdue": appeal.outcome is None and appeal.due_at <= now,
        "added_by": appeal.added_by,
        "decided_by": appeal.decided_by,
        "decided_at": at(appeal.decided_at),
        "to_revise": _to_revise(session, appeal, notices.load_notice(session, appeal.notice_id)),
    }


def _letter(letter: Mail | None) -> Document | None:
    if letter is None:
        return None
    return {"to": letter.recipient, "subject": letter.subject, "body": letter.body, "message_id": letter.message_id}
