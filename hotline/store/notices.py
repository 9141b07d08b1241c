"""Contacts, batches and notices."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from hotline.models import (
    Batch,
    BatchItem,
    Contact,
    Item,
    Notice,
    NoticeCorrection,
    NoticeItem,
    NoticeToken,
    PageItem,
    WhollyGiven,
)
from hotline.states import TO_TAKE_DOWN, Channel, ContactRole, ContactState, NoticeKind, NoticeState
from hotline.store.documents import within
from hotline.store.rows import load


def load_contact(session: Session, contact_id: int) -> Contact:
    """Raises UnknownIdError."""
    return load(session, Contact, contact_id)


def load_notice(session: Session, notice_id: int) -> Notice:
    """Raises UnknownIdError."""
    return load(session, Notice, notice_id)


def load_batch(session: Session, batch_id: int) -> Batch:
    """Raises UnknownIdError."""
    return load(session, Batch, batch_id)


def is_by_api(session: Session, notice: Notice) -> bool:
    """Tells whether a notice goes to an abuse API, whose words name no address."""
    return load_contact(session, notice.contact_id).channel in (Channel.CLOUDFLARE, Channel.AWS)


def approved_for(session: Session, scopes: Collection[str]) -> list[Contact]:
    """The approved contacts that answer for one of `scopes`."""
    chosen = (Contact.state == ContactState.APPROVED, col(Contact.answers_for).in_(scopes))
    return list(session.exec(select(Contact).where(*chosen).order_by(col(Contact.id))))


def find_contact(session: Session, address: str, answers_for: str, role: str) -> Contact | None:
    return session.exec(
        select(Contact).where(Contact.address == address, Contact.answers_for == answers_for, Contact.role == role)
    ).first()


def open_batch(session: Session, contact_id: int, kind: str, ground: str | None) -> Batch | None:
    """The draft that takes in items for this contact until it is approved."""
    return session.exec(
        select(Batch).where(
            Batch.contact_id == contact_id,
            Batch.kind == kind,
            Batch.ground == ground,
            col(Batch.is_open),
            col(Batch.stopped_at).is_(None),
        )
    ).first()


def batches_of_item(session: Session, item_id: int) -> list[Batch]:
    """The batches that hold an item, oldest first."""
    links = select(BatchItem.batch_id).where(BatchItem.item_id == item_id)
    return list(session.exec(select(Batch).where(col(Batch.id).in_(links)).order_by(col(Batch.id))))


def contacts_told(session: Session, item_id: int, kind: str, ground: str | None) -> set[int]:
    """The contacts for which a batch of this kind and ground holds the item already."""
    batches = select(BatchItem.batch_id).where(BatchItem.item_id == item_id)
    chosen = (col(Batch.id).in_(batches), Batch.kind == kind, Batch.ground == ground)
    return set(session.exec(select(Batch.contact_id).where(*chosen)))


def has_approved_of(session: Session, roles: Collection[ContactRole]) -> bool:
    """Tells whether any approved contact has one of these roles."""
    chosen = (Contact.state == ContactState.APPROVED, col(Contact.role).in_([role.value for role in roles]))
    return session.exec(select(Contact.id).where(*chosen).limit(1)).first() is not None


def is_wholly_given(session: Session, domain: str) -> bool:
    """Tells whether a person recorded that a whole site is given to such material."""
    return session.exec(select(WhollyGiven.id).where(WhollyGiven.domain == domain)).first() is not None


def sent_since(session: Session, since: datetime) -> list[datetime]:
    """When notices went out after a moment, oldest first."""
    sent = (Notice.state == NoticeState.SENT, col(Notice.sent_at) > since)
    return [at for at in session.exec(select(Notice.sent_at).where(*sent).order_by(col(Notice.sent_at))) if at]


def is_newest(session: Session, notice: Notice) -> bool:
    """Tells whether no later round of its batch exists."""
    newest = session.exec(select(func.max(Notice.round)).where(Notice.batch_id == notice.batch_id)).one()
    return newest == notice.round


def newest_sent_at(session: Session, batch_id: int) -> datetime | None:
    """When the latest round of a batch went out."""
    sent = (Notice.batch_id == batch_id, Notice.state == NoticeState.SENT)
    return session.exec(select(Notice.sent_at).where(*sent).order_by(col(Notice.round).desc()).limit(1)).first()


def items_of_batch(session: Session, batch_id: int) -> list[Item]:
    links = select(BatchItem.item_id).where(BatchItem.batch_id == batch_id)
    return list(session.exec(select(Item).where(col(Item.id).in_(links)).order_by(col(Item.id))))


def items_of_notice(session: Session, notice_id: int) -> list[Item]:
    links = select(NoticeItem.item_id).where(NoticeItem.notice_id == notice_id)
    return list(session.exec(select(Item).where(col(Item.id).in_(links)).order_by(col(Item.id))))


def notice_links(session: Session, notice_id: int) -> list[NoticeItem]:
    return list(session.exec(select(NoticeItem).where(NoticeItem.notice_id == notice_id)))


def notices_of_batch(session: Session, batch_id: int) -> list[Notice]:
    """The rounds of a batch in their order."""
    return list(session.exec(select(Notice).where(Notice.batch_id == batch_id).order_by(col(Notice.round))))


def notices_of_item(session: Session, item_id: int) -> list[Notice]:
    links = select(NoticeItem.notice_id).where(NoticeItem.item_id == item_id)
    return list(session.exec(select(Notice).where(col(Notice.id).in_(links)).order_by(col(Notice.id))))


def uncorrected(session: Session, item_id: int) -> list[Notice]:
    """The notices about an item that went out and were not taken back for it, oldest first."""
    about = select(NoticeItem.notice_id).where(NoticeItem.item_id == item_id)
    taken_back = select(NoticeCorrection.corrects_id).where(col(NoticeCorrection.notice_id).in_(about))
    chosen = (
        col(Notice.id).in_(about),
        Notice.state == NoticeState.SENT,
        Notice.kind != NoticeKind.CORRECTION,
        col(Notice.id).not_in(taken_back),
    )
    return list(session.exec(select(Notice).where(*chosen).order_by(col(Notice.id))))


def unwritten_correction(session: Session, contact_id: int) -> Notice | None:
    """The correction to a contact whose bytes are not fixed yet."""
    chosen = (
        Notice.contact_id == contact_id,
        Notice.kind == NoticeKind.CORRECTION,
        Notice.state == NoticeState.APPROVED,
        col(Notice.raw).is_(None),
    )
    return session.exec(select(Notice).where(*chosen).limit(1)).first()


def corrected_by(session: Session, notice_id: int) -> list[Notice]:
    """The notices that a correction takes back, oldest first."""
    links = select(NoticeCorrection.corrects_id).where(NoticeCorrection.notice_id == notice_id)
    return list(session.exec(select(Notice).where(col(Notice.id).in_(links)).order_by(col(Notice.id))))


def taken_back_for(session: Session, notice_id: int) -> set[int]:
    """The items for which a correction takes a notice back."""
    links = select(NoticeCorrection.notice_id).where(NoticeCorrection.corrects_id == notice_id)
    return set(session.exec(select(NoticeItem.item_id).where(col(NoticeItem.notice_id).in_(links))))


def sent_about(session: Session, item_ids: Collection[int]) -> dict[int, list[Notice]]:
    """The notices about each item that went out, oldest first."""
    found: dict[int, list[Notice]] = {}
    for condition in within(NoticeItem.item_id, item_ids):
        query = select(NoticeItem.item_id, Notice).join(Notice, col(Notice.id) == col(NoticeItem.notice_id))
        for item_id, notice in session.exec(
            query.where(condition, Notice.state == NoticeState.SENT).order_by(col(Notice.id))
        ):
            found.setdefault(item_id, []).append(notice)
    return found


def in_state(session: Session, state: NoticeState) -> list[Notice]:
    return list(session.exec(select(Notice).where(Notice.state == state).order_by(col(Notice.id))))


def items_shown_to_take_down(session: Session) -> list[Item]:
    """The items that must come down, with the pages that show them."""
    states = [state.value for state in TO_TAKE_DOWN]
    taken_down = select(Item.id).where(col(Item.state).in_(states))
    pages = select(PageItem.page_id).where(col(PageItem.item_id).in_(taken_down), col(PageItem.gone_at).is_(None))
    chosen = or_(col(Item.id).in_(taken_down), col(Item.id).in_(pages))
    return list(session.exec(select(Item).where(chosen).order_by(col(Item.id))))


def next_round_of_item(session: Session, item_id: int) -> datetime | None:
    """When the earliest next round of a running batch with this item is due."""
    links = select(BatchItem.batch_id).where(BatchItem.item_id == item_id)
    return session.exec(
        select(func.min(Batch.next_round_at)).where(col(Batch.id).in_(links), col(Batch.stopped_at).is_(None))
    ).one()


def due_batches_of_item(session: Session, item_id: int, now: datetime) -> list[int]:
    """Running batches with this item whose next round is due."""
    links = select(BatchItem.batch_id).where(BatchItem.item_id == item_id)
    rows = session.exec(
        select(Batch.id).where(
            col(Batch.id).in_(links), col(Batch.stopped_at).is_(None), col(Batch.next_round_at) <= now
        )
    )
    return [row for row in rows if row is not None]


def unsent_with(session: Session, item_id: int, states: Iterable[NoticeState]) -> list[Notice]:
    """The notices in one of `states` that an item stands in."""
    links = select(NoticeItem.notice_id).where(NoticeItem.item_id == item_id)
    chosen = (col(Notice.id).in_(links), col(Notice.state).in_([state.value for state in states]))
    return list(session.exec(select(Notice).where(*chosen).order_by(col(Notice.id))))


def unsent_to(session: Session, contact_id: int) -> list[Notice]:
    """The drafts and approved notices to a contact, without corrections."""
    unsent = (NoticeState.DRAFT.value, NoticeState.APPROVED.value)
    chosen = (Notice.contact_id == contact_id, col(Notice.state).in_(unsent), Notice.kind != NoticeKind.CORRECTION)
    return list(session.exec(select(Notice).where(*chosen).order_by(col(Notice.id))))


def ensure_token(session: Session, notice_id: int) -> str:
    """The random letters by which an answer finds this notice; the custody line is that of what writes it."""
    found = session.get(NoticeToken, notice_id)
    if found is None:
        found = NoticeToken(notice_id=notice_id, token=secrets.token_hex(8))
        session.add(found)
        session.flush()
    return found.token


def token_of(session: Session, notice_id: int) -> str | None:
    found = session.get(NoticeToken, notice_id)
    return found.token if found is not None else None


def notice_link(session: Session, notice_id: int, item_id: int) -> NoticeItem:
    return session.get_one(NoticeItem, (notice_id, item_id))


def batch_link(session: Session, batch_id: int, item_id: int) -> BatchItem:
    return session.get_one(BatchItem, (batch_id, item_id))
