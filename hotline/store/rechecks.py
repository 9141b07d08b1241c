"""Rechecks of an item, in the order they were made."""

from sqlmodel import Session, col, func, select

from hotline.models import Recheck


def rechecks_of(session: Session, item_id: int, *, newest: int = 50) -> list[Recheck]:
    """The newest rechecks, oldest of them first."""
    rows = session.exec(
        select(Recheck).where(Recheck.item_id == item_id).order_by(col(Recheck.id).desc()).limit(newest)
    )
    return list(reversed(list(rows)))


def count_of(session: Session, item_id: int) -> int:
    """How often an item was rechecked."""
    return session.exec(select(func.count()).select_from(Recheck).where(Recheck.item_id == item_id)).one()
