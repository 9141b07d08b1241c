"""The address book: contacts and what is known of each."""

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Contact, DoNotContact, Notice
from hotline.store import contacts, documents, queues, texts
from hotline.store.notices import load_contact
from hotline.store.texts import AVOID
from hotline.views.book import Book
from hotline.views.measures import contact_measures, nothing_measured
from hotline.views.shapes import Document, at, named


def contact_list(home: Home) -> list[Document]:
    with db.reading(home.engine) as session:
        hours, bounces = contacts.requested_hours(session), contacts.bounces(session, None)
        return [
            {**_row(contact), "requested_h": hours.get(contact.id), "bounces": bounces.get(contact.id, 0)}
            for contact in documents.load_by(session, Contact, Contact.id, None)
        ]


def contact_show(home: Home, contact_id: int) -> Document:
    """One contact with where it came from and the notices it got. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        contact = load_contact(session, contact_id)
        return {
            **_row(contact),
            "requested_h": contacts.requested_h(session, contact_id),
            "bounces": contacts.bounces(session, [contact_id]).get(contact_id, 0),
            "sent_back": contacts.sent_back(session).get(contact_id),
            "found": contacts.why_proposed(session, contact_id),
            "added_at": at(contact.added_at),
            "added_by": contact.added_by,
            "approved_at": at(contact.approved_at),
            "approved_by": contact.approved_by,
            "notices": _notices(session, contact_id),
            "measures": contact_measures(session, [contact_id]).get(contact_id) or nothing_measured(),
        }


def avoided_list(home: Home) -> list[Document]:
    """Whom nothing is sent to, with why as long as that was not erased; the oldest first."""
    with db.reading(home.engine) as session:
        found = contacts.all_avoided(session)
        reasons = texts.written(session, AVOID, [f"D{entry.id}" for entry in found])
        return [_avoided(entry, reasons.get(f"D{entry.id}")) for entry in found]


def _avoided(entry: DoNotContact, reason: str | None) -> Document:
    return {
        "id": named("D", entry.id),
        "state": "ended" if entry.ended_at else "avoided",
        "address": entry.address,
        "reason": reason,
        "by": entry.by,
        "at": at(entry.at),
        "ended_by": entry.ended_by,
        "ended_at": at(entry.ended_at),
    }


def answering(
    home: Home, host: str, ip: str | None, country: str | None = None, asn: int | None = None
) -> list[Document]:
    """The proposed and approved contacts that answer for a host, or for where it was found."""
    with db.reading(home.engine) as session:
        book = Book(queues.load_standing_contacts(session))
        return [_row(contact) for contact in book.contacts_for(host, ip, country, asn)]


def _row(contact: Contact) -> Document:
    return {
        "id": named("K", contact.id),
        "state": contact.state,
        "address": contact.address,
        "role": contact.role,
        "answers_for": contact.answers_for,
        "channel": contact.channel,
        "language": contact.language,
        "origin": contact.origin,
    }


def _notices(session: Session, contact_id: int) -> list[str | None]:
    return [named("N", row.id) for row in documents.load_by(session, Notice, Notice.contact_id, [contact_id])]
