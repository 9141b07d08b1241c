"""Owners' objections to notices, and what was written about them."""

from sqlmodel import Session, col, or_, select

from hotline.models import Appeal, Notice
from hotline.states import AppealOutcome
from hotline.store.rows import load
from hotline.store.texts import newest

ADD, FROM, ANSWER, LETTER = "appeal.add", "appeal.from", "appeal.answer", "appeal.letter"
"""Actions of custody. With the first, second and last stands an erasable text: the objection, the mailbox of who
objects, the letter that answers it."""


def load_appeal(session: Session, appeal_id: int) -> Appeal:
    """Raises UnknownIdError."""
    return load(session, Appeal, appeal_id)


def all_appeals(session: Session) -> list[Appeal]:
    return list(session.exec(select(Appeal).order_by(col(Appeal.id))))


def unsettled(session: Session) -> list[Appeal]:
    """The objections that nobody has answered, and those that were upheld."""
    is_wanted = or_(col(Appeal.outcome).is_(None), col(Appeal.outcome) == AppealOutcome.UPHELD)
    return list(session.exec(select(Appeal).where(is_wanted).order_by(col(Appeal.id))))


def about_batch(session: Session, batch_id: int) -> list[Appeal]:
    """The objections to any round of a batch, oldest first."""
    rounds = select(Notice.id).where(Notice.batch_id == batch_id)
    return list(session.exec(select(Appeal).where(col(Appeal.notice_id).in_(rounds)).order_by(col(Appeal.id))))


def text_of(session: Session, appeal_id: int, action: str) -> str | None:
    """What was written with an action about an objection; None where nothing was, or it was erased."""
    return newest(session, f"J{appeal_id}", action)
