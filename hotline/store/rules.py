"""Rules of approval by contact and kind."""

from sqlmodel import Session, col, select

from hotline.models import ApprovalRule
from hotline.store.rows import load


def load_rule(session: Session, rule_id: int) -> ApprovalRule:
    """Raises UnknownIdError."""
    return load(session, ApprovalRule, rule_id)


def all_rules(session: Session) -> list[ApprovalRule]:
    return list(session.exec(select(ApprovalRule).order_by(col(ApprovalRule.id))))


def standing(session: Session, contact_id: int, kind: str) -> ApprovalRule | None:
    """The rule for a contact and kind that was not ended, approved or not."""
    chosen = (ApprovalRule.contact_id == contact_id, ApprovalRule.kind == kind, col(ApprovalRule.ended_at).is_(None))
    return session.exec(select(ApprovalRule).where(*chosen).limit(1)).first()
