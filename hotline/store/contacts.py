"""What is known of contacts besides their row: terms, who is not to be contacted, what bounced."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from hotline.errors import UnknownIdError
from hotline.models import Contact, ContactTerms, CustodyEntry, DoNotContact, Message, Notice, NoticeItem
from hotline.records.boxes import names_of
from hotline.records.replies import ReplyKind
from hotline.states import ContactState, NoticeState
from hotline.store.documents import within

BOUNCED = "bounced"
"""How the problem of a notice begins that did not arrive."""
PROPOSED = "contact.propose"
SENT_BACK = "contact.proposed"
"""A contact waits for a person again: its mailbox is bad."""


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


def why_proposed(session: Session, contact_id: int) -> str | None:
    """Where a contact was found, with the registry's handle or what a directory says; None for whom a person added."""
    chosen = (CustodyEntry.subject == f"K{contact_id}", CustodyEntry.action == PROPOSED)
    return session.exec(select(CustodyEntry.reason).where(*chosen).limit(1)).first()


def sent_back(session: Session) -> dict[int, str]:
    """The contacts that wait for a person again because mail to them bounced, each with how."""
    waiting = [
        f"K{number}" for number in session.exec(select(Contact.id).where(Contact.state == ContactState.PROPOSED))
    ]
    found: dict[int, str] = {}
    for condition in within(CustodyEntry.subject, waiting):
        query = select(CustodyEntry.subject, CustodyEntry.reason).where(condition, CustodyEntry.action == SENT_BACK)
        found |= {int(subject[1:]): why or "" for subject, why in session.exec(query.order_by(col(CustodyEntry.seq)))}
    return found


def unreached(session: Session) -> set[tuple[int, int]]:
    """Contact and item of every notice that bounced and that nobody sent again."""
    query = (
        select(Notice.contact_id, NoticeItem.item_id)
        .join(NoticeItem, col(NoticeItem.notice_id) == col(Notice.id))
        .where(*bounced_now())
    )
    return set(session.exec(query))


def unreached_for(session: Session, item_id: int) -> set[int]:
    """The contacts whose notice about an item bounced."""
    about = select(NoticeItem.notice_id).where(NoticeItem.item_id == item_id)
    return set(session.exec(select(Notice.contact_id).where(col(Notice.id).in_(about), *bounced_now())))


def bounces(session: Session, contact_ids: Collection[int] | None) -> dict[int, int]:
    """How many notices to each contact bounced for good."""
    told = and_(col(Message.kind) == ReplyKind.BOUNCE, col(Message.is_permanent))
    found = dict[int, set[int]]()
    for condition in within(Notice.contact_id, contact_ids):
        query = select(Notice.contact_id, Notice.id)
        by_mail = query.join(Message, col(Message.notice_id) == col(Notice.id)).where(condition, told)
        for contact_id, notice_id in (*session.exec(by_mail), *session.exec(query.where(condition, *bounced_now()))):
            found.setdefault(contact_id, set()).add(notice_id)
    return {contact_id: len(numbers) for contact_id, numbers in found.items()}


def bounced_now() -> tuple[ColumnElement[bool], ...]:
    """Of a notice: it did not arrive, and nobody sent it again."""
    return (col(Notice.state) == NoticeState.FAILED, col(Notice.problem).startswith(BOUNCED))
