"""Who can remove an item, saved: hosting as found now, and the mailboxes found as proposals for a person to approve."""

import json
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.takedown import queue_notify
from hotline.models import Contact, Hosting, Item
from hotline.records.looks import AbuseContact, HostingFacts
from hotline.states import Channel, ContactState, Language
from hotline.store import notices


def save_trace(session: Session, item: Item, facts: HostingFacts, now: datetime) -> None:
    """Saves hosting and proposals, and has the item put before whoever answers for it."""
    hosting = Hosting(
        item_id=item.id,
        at=now,
        ip=facts.ip,
        asn=facts.asn,
        network=facts.network,
        network_name=facts.network_name,
        country=facts.country,
        cdn=facts.cdn,
        problems=json.dumps(facts.problems),
    )
    session.add(hosting)
    custody.record(session, "item.trace", f"I{item.id}", reason=facts.problems[0] if facts.problems else None)
    for found in facts.abuse:
        _propose(session, found, now)
    queue_notify(session, item, now)


def _propose(session: Session, found: AbuseContact, now: datetime) -> None:
    if notices.find_contact(session, found.address, found.answers_for, found.role) is not None:
        return
    contact = Contact(
        address=found.address,
        answers_for=found.answers_for,
        role=found.role,
        channel=Channel.EMAIL,
        language=Language.EN,
        state=ContactState.PROPOSED,
        origin=found.origin,
        added_at=now,
        added_by="pipeline",
    )
    session.add(contact)
    session.flush()
    custody.record(session, "contact.propose", f"K{contact.id}", to_state=ContactState.PROPOSED, reason=found.origin)
