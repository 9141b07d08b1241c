"""Mails that came in, and what of ours they may be about."""

from sqlmodel import Session, col, func, select

from hotline.models import CustodyEntry, Message, Notice, NoticeToken, Text
from hotline.states import NoticeState
from hotline.store.rows import load

READ = "message.read"
BY_API = "api:"
"""How the keys begin of what came by an API; all others are the mailbox's."""


def load_message(session: Session, message_id: int) -> Message:
    """Raises UnknownIdError."""
    return load(session, Message, message_id)


def all_messages(session: Session) -> list[Message]:
    return list(session.exec(select(Message).order_by(col(Message.id))))


def is_known(session: Session, uid_key: str) -> bool:
    return session.exec(select(Message.id).where(Message.uid_key == uid_key)).first() is not None


def newest_key(session: Session) -> str:
    """The key of the mail read last, "" before the first."""
    by_mail = col(Message.uid_key).not_like(f"{BY_API}%")
    newest = select(Message.uid_key).where(by_mail).order_by(col(Message.id).desc()).limit(1)
    return session.exec(newest).first() or ""


def was_read(session: Session, digest: str) -> bool:
    """Tells whether the very same bytes were read before."""
    return session.exec(select(func.count()).select_from(Message).where(Message.digest == digest)).one() > 0


def unhandled(session: Session) -> list[Message]:
    return list(session.exec(select(Message).where(col(Message.handled_at).is_(None)).order_by(col(Message.id))))


def unhandled_of(session: Session, notice_id: int) -> list[Message]:
    return [one for one in unhandled(session) if one.notice_id == notice_id]


def text_of(session: Session, message_id: int) -> str:
    """What the writer wrote; "" once it was erased."""
    query = (
        select(Text.content)
        .join(CustodyEntry, col(Text.id) == col(CustodyEntry.text_id))
        .where(CustodyEntry.subject == f"E{message_id}", CustodyEntry.action == READ)
    )
    return session.exec(query.limit(1)).first() or ""


def notice_by_token(session: Session, token: str) -> int | None:
    return session.exec(select(NoticeToken.notice_id).where(NoticeToken.token == token)).first()


def notice_by_message_id(session: Session, message_id: str) -> int | None:
    return session.exec(select(Notice.id).where(Notice.message_id == message_id)).first()


def sent_notice(session: Session, number: int) -> int | None:
    """The notice of this number, if it went out."""
    chosen = (Notice.id == number, col(Notice.state).in_([NoticeState.SENT.value, NoticeState.FAILED.value]))
    return session.exec(select(Notice.id).where(*chosen)).first()
