"""Holds: what waits until the police have heard, and which of it was only asked."""

from datetime import datetime

from sqlmodel import Session, col, select

from hotline.models import Hold, HoldQuestion


def was_asked(session: Session, item_id: int) -> bool:
    """Tells whether a person was ever asked, of this item, if the police hear first."""
    asked = select(HoldQuestion.hold_id).join(Hold, col(Hold.id) == col(HoldQuestion.hold_id))
    return session.exec(asked.where(Hold.item_id == item_id).limit(1)).first() is not None


def is_question(session: Session, hold_id: int) -> bool:
    return session.get(HoldQuestion, hold_id) is not None


def open_questions(session: Session, now: datetime) -> list[Hold]:
    """The questions that nobody answered yet, the one that ends first before others."""
    asked = select(Hold).join(HoldQuestion, col(HoldQuestion.hold_id) == col(Hold.id))
    return list(session.exec(asked.where(col(Hold.released_at).is_(None), Hold.until > now).order_by(col(Hold.until))))
