"""The address book: contacts and what is known of each."""

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Contact, Notice
from hotline.store import documents, queues
from hotline.store.notices import load_contact
from hotline.views.book import Book
from hotline.views.shapes import Document, at, named


def contact_list(home: Home) -> list[Document]:
    with db.reading(home.engine) as session:
        return [_row(contact) for contact in documents.load_by(session, Contact, Contact.id, None)]


def contact_show(home: Home, contact_id: int) -> Document:
    """One contact with where it came from and the notices it got. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        contact = load_contact(session, contact_id)
        return {
            **_row(contact),
            "added_at": at(contact.added_at),
            "added_by": contact.added_by,
            "approved_at": at(contact.approved_at),
            "approved_by": contact.approved_by,
            "notices": _notices(session, contact_id),
        }


def answering(home: Home, host: str, ip: str | None) -> list[Document]:
    """The proposed and approved contacts that answer for a host or the address it was found at."""
    with db.reading(home.engine) as session:
        return [_row(contact) for contact in Book(queues.load_standing_contacts(session)).contacts_for(host, ip)]


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
