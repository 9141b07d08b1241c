"""Notices: the list of all, and one with the addresses it is about."""

from collections.abc import Collection

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Contact, Item, Notice, NoticeItem
from hotline.states import NoticeState
from hotline.store import documents
from hotline.store.notices import load_notice
from hotline.views.shapes import Document, at, grouped, named


def notice_list(home: Home, state: NoticeState | None = None) -> list[Document]:
    """All notices or those in one state, the oldest first."""
    with db.reading(home.engine) as session:
        return [row for row in notice_rows(session, None) if state is None or row["state"] == state]


def notice_show(home: Home, notice_id: int) -> Document:
    """One notice with the verbatim addresses it is about. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        load_notice(session, notice_id)
        row = notice_rows(session, [notice_id])[0]
        numbers = [int(item[1:]) for item in row["items"]]
        items = documents.load_by(session, Item, Item.id, numbers)
        return {**row, "addresses": [{"item": named("I", item.id), "url": item.url} for item in items]}


def sent_bytes(home: Home, notice_id: int) -> bytes | None:
    """The message as it went or will go out, once it is fixed; None before. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        return load_notice(session, notice_id).raw


def notice_rows(session: Session, notice_ids: Collection[int] | None) -> list[Document]:
    """Notices as `notice list` shows them; every notice for None."""
    notices = documents.load_by(session, Notice, Notice.id, notice_ids)
    links = documents.load_by(session, NoticeItem, NoticeItem.notice_id, notice_ids)
    contacts = {row.id: row for row in documents.load_by(session, Contact, Contact.id, None)}
    items = grouped(links, lambda link: link.notice_id)
    return [notice_row(one, contacts[one.contact_id], items.get(one.id, [])) for one in notices]


def notice_row(notice: Notice, contact: Contact, links: list[NoticeItem]) -> Document:
    return {
        "id": named("N", notice.id),
        "state": notice.state,
        "contact": named("K", notice.contact_id),
        "address": contact.address,
        "role": contact.role,
        "channel": contact.channel,
        "kind": notice.kind,
        "round": notice.round,
        "items": [named("I", link.item_id) for link in links],
        "message_id": notice.message_id,
        "made_at": at(notice.made_at),
        "sent_at": at(notice.sent_at),
        "outcome": notice.outcome,
        "problem": notice.problem,
        "reference": notice.reference,
    }
