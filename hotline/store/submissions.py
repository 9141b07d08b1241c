"""Reports of notices to abuse APIs: what was begun, taken and refused."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from hotline.models import Submission
from hotline.store.rows import load


def load_submission(session: Session, submission_id: int) -> Submission:
    """Raises UnknownIdError."""
    return load(session, Submission, submission_id)


def of_notice(session: Session, notice_id: int) -> list[Submission]:
    """The reports of a notice in the order in which they are sent."""
    chosen = select(Submission).where(Submission.notice_id == notice_id)
    return list(session.exec(chosen.order_by(col(Submission.number))))


def by_key(session: Session, key: str) -> Submission:
    return session.exec(select(Submission).where(Submission.key == key)).one()


def unfinished(session: Session, last_words: Collection[str], since: datetime) -> list[Submission]:
    """Reports taken after a moment of which the API has not said its last word, oldest first."""
    chosen = (col(Submission.taken_at) >= since, col(Submission.status).not_in(last_words))
    return list(session.exec(select(Submission).where(*chosen).order_by(col(Submission.id))))
