"""Who hosts an item: as it was found last, and beside what a trace finds now."""

import json
from dataclasses import asdict

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Contact, Hosting
from hotline.records.looks import HostingFacts
from hotline.store import hostings
from hotline.store.items import load_item
from hotline.views.contacts import answering
from hotline.views.shapes import Document, at, named

_FROM_DETAILS = ("country_source", "country_confidence", "cdn_source", "domain", "registrar", "upstream", "dns")


def hosting_document(row: Hosting, details: Document, contacts: list[Contact]) -> Document:
    """One hosting with the contacts that answer there now, in the shape of the contract."""
    return {
        "ip": row.ip,
        "asn": row.asn,
        "network": row.network,
        "network_name": row.network_name,
        "country": row.country,
        "cdn": row.cdn,
        **{name: details.get(name) for name in _FROM_DETAILS},
        "contacts": [named("K", contact.id) for contact in contacts],
        "at": at(row.at),
        "problems": json.loads(row.problems),
    }


def traced(home: Home, host: str, facts: HostingFacts, item_id: int | None) -> Document:
    """What a trace found now, with the contacts in the book that answer there. Of an item also whether it moved since
    it was traced last, and what a person was told about a move."""
    from hotline.trace import moved_since

    with db.reading(home.engine) as session:
        before = hostings.last_located(session, item_id) if item_id is not None else None
        told = _told(session, item_id)
    moved = moved_since(before, facts) if before is not None else None
    return asdict(facts) | {"contacts": answering(home, host, facts.ip), "moved": moved, "told": told}


def _told(session: Session, item_id: int | None) -> str | None:
    from hotline.consequences.moving import MOVED

    waits = load_item(session, item_id).needs_person if item_id is not None else None
    return waits if waits is not None and waits.startswith(MOVED) else None
