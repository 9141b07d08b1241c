"""Rules of approval, for people."""

from hotline import db
from hotline.home import Home
from hotline.models import ApprovalRule, Contact
from hotline.store import documents, rules
from hotline.views.shapes import Document, at, named


def rule_list(home: Home) -> list[Document]:
    """Every rule with who proposed, approved and ended it, the oldest first."""
    with db.reading(home.engine) as session:
        found = rules.all_rules(session)
        contacts = {row.id: row for row in documents.load_by(session, Contact, Contact.id, None)}
        return [_row(rule, contacts[rule.contact_id]) for rule in found]


def _row(rule: ApprovalRule, contact: Contact) -> Document:
    return {
        "id": named("G", rule.id),
        "state": "ended" if rule.ended_at else "approved" if rule.approved_at else "proposed",
        "contact": named("K", rule.contact_id),
        "address": contact.address,
        "kind": rule.kind,
        "proposed_by": rule.proposed_by,
        "approved_by": rule.approved_by,
        "approved_at": at(rule.approved_at),
        "ended_by": rule.ended_by,
        "ended_at": at(rule.ended_at),
    }
