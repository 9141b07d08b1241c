"""Mails that came in, for people: as text, never as what came with them."""

import json
from collections.abc import Iterator

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Message
from hotline.records.replies import ReplyKind
from hotline.states import QueueKind
from hotline.store import messages, notices
from hotline.views.shapes import Document, at, counted, named, words
from hotline.views.waits import Wait


def message_list(home: Home) -> list[Document]:
    """Every mail, the oldest first."""
    with db.reading(home.engine) as session:
        return [_row(one) for one in messages.all_messages(session)]


def message_show(home: Home, message_id: int) -> Document:
    """One mail with its text. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        found = messages.load_message(session, message_id)
        return {**_row(found), "text": messages.text_of(session, message_id)}


def message_waits(session: Session) -> Iterator[Wait]:
    """What a person reads: answers, and mails that belong to no notice."""
    for message in messages.unhandled(session):
        first = _first_item(session, message)
        kind = QueueKind.NOTICE if message.notice_id is not None else QueueKind.PERSON
        extra = {"message": named("E", message.id), "notice": named("N", message.notice_id)}
        yield Wait(kind, f"E{message.id}", _why(message), message.read_at, item_id=first, extra=extra)


def _first_item(session: Session, message: Message) -> int | None:
    about = notices.items_of_notice(session, message.notice_id) if message.notice_id is not None else []
    return about[0].id if about else None


def _why(message: Message) -> str:
    said = f", reads like {words(message.suggests)}" if message.suggests else ""
    what = "answered" if message.kind == ReplyKind.ANSWER else words(message.kind)
    why = f"{what}{said}: hotline mail show E{message.id}, then "
    if message.notice_id is not None:
        why += f"hotline notice outcome N{message.notice_id} OUTCOME, or where an owner objects hotline appeal add "
        why += f"N{message.notice_id} --message E{message.id}"
    else:
        why += f"hotline mail settle E{message.id} (--notice N if you know which it is about)"
    count = len(json.loads(message.attachments))
    files = counted(count, "file")
    return why + (f"; {files} came with it, unopened: open none in the mailbox" if count else "")


def _row(message: Message) -> Document:
    return {
        "id": named("E", message.id),
        "state": "handled" if message.handled_at else "open",
        "kind": message.kind,
        "notice": named("N", message.notice_id),
        "matched_by": message.matched_by,
        "sender": message.sender,
        "suggests": message.suggests,
        "code": message.code,
        "reference": message.reference,
        "attachments": json.loads(message.attachments),
        "is_cut": message.is_cut,
        "read_at": at(message.read_at),
        "handled_at": at(message.handled_at),
        "handled_by": message.handled_by,
    }
