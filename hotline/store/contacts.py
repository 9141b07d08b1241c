"""What is known of contacts besides their row: terms, who is not to be contacted, what bounced."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from hotline.errors import UnknownIdError
from hotline.models import Contact, ContactTerms, DoNotContact
from hotline.records.boxes import names_of
from hotline.states import ContactState


def terms_of(session: Session, contact_id: int) -> ContactTerms | None:
    return session.exec(select(ContactTerms).where(ContactTerms.contact_id == contact_id)).first()


def requested_h(session: Session, contact_id: int) -> int | None:
    """Within how many hours a contact is asked to act, where that is not the usual."""
    terms = terms_of(session, contact_id)
    return terms.requested_h if terms is not None else None


def requested_hours(session: Session) -> dict[int, int]:
    """The same of every contact that has such terms."""
    query = select(ContactTerms.contact_id, ContactTerms.requested_h)
    return {contact_id: hours for contact_id, hours in session.exec(query) if hours is not None}


def find_avoided(session: Session, names: Collection[str]) -> DoNotContact | None:
    """The standing entry under one of these names."""
    standing = (col(DoNotContact.address).in_(names), col(DoNotContact.ended_at).is_(None))
    return session.exec(select(DoNotContact).where(*standing).limit(1)).first()


def is_avoided(session: Session, address: str) -> bool:
    """Tells whether nothing is sent to an address, itself or by its domain, whoever has it as a contact."""
    return find_avoided(session, names_of(address)) is not None


def all_avoided(session: Session) -> list[DoNotContact]:
    return list(session.exec(select(DoNotContact).order_by(col(DoNotContact.id))))


def load_avoided(session: Session, number: int) -> DoNotContact:
    """Raises UnknownIdError."""
    entry = session.get(DoNotContact, number)
    if entry is None:
        raise UnknownIdError(f"there is no D{number}; `hotline contact avoided` shows what exists")
    return entry


def standing_under(session: Session, name: str) -> list[Contact]:
    """The proposed and approved contacts whose address is this mailbox, or of this domain."""
    standing = select(Contact).where(Contact.state != ContactState.BLOCKED).order_by(col(Contact.id))
    return [contact for contact in session.exec(standing) if name in names_of(contact.address)]
