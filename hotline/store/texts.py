"""Free texts of persons, as the chain of custody keeps them: erasable, and the newest counts."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from hotline.models import CustodyEntry, Text
from hotline.states import NoticeState
from hotline.store.documents import within

ACCESS_STEPS = "item.access_steps"
AVOID = "contact.avoid"


def newest(session: Session, subject: str, action: str) -> str | None:
    """What was written last with this action about `subject`; None where nobody wrote, or it was erased."""
    query = (
        select(Text.content)
        .join(CustodyEntry, col(Text.id) == col(CustodyEntry.text_id))
        .where(CustodyEntry.subject == subject, CustodyEntry.action == action)
    )
    return session.exec(query.order_by(col(CustodyEntry.seq).desc()).limit(1)).first()


def access_steps(session: Session, item_id: int) -> str | None:
    """How one gets to what is meant at an item, in a person's words; None where nobody said it."""
    return newest(session, f"I{item_id}", ACCESS_STEPS)


def written(session: Session, action: str, subjects: Collection[str]) -> dict[str, str]:
    """The newest text by which each subject had this action; none where it was erased."""
    found: dict[str, str] = {}
    for condition in within(CustodyEntry.subject, subjects):
        query = select(CustodyEntry.subject, Text.content).join(Text, col(Text.id) == col(CustodyEntry.text_id))
        chosen = query.where(condition, CustodyEntry.action == action)
        found |= dict(session.exec(chosen.order_by(col(CustodyEntry.seq))).all())
    return found


def has_newer_steps(session: Session, item_ids: Collection[int], notice_ids: Collection[int]) -> bool:
    """Tells whether steps to one of these items were written after one of these notices was approved last."""
    approved = select(func.max(CustodyEntry.seq)).where(
        col(CustodyEntry.subject).in_([f"N{number}" for number in notice_ids]),
        CustodyEntry.action == f"notice.{NoticeState.APPROVED}",
    )
    written = select(func.max(CustodyEntry.seq)).where(
        col(CustodyEntry.subject).in_([f"I{number}" for number in item_ids]), CustodyEntry.action == ACCESS_STEPS
    )
    newest = session.exec(written).one()
    return newest is not None and newest > (session.exec(approved).one() or 0)
