"""What contacts were told, answered and removed, and the clocks of items: in bulk, as plain values. Judges nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from hotline.models import Item, Message, Notice, NoticeItem
from hotline.records.replies import ReplyKind
from hotline.states import NoticeKind, NoticeState
from hotline.store.documents import within

_OUT = (NoticeState.SENT.value, NoticeState.CANCELLED.value)
_ARRIVED = (
    col(Notice.state).in_(_OUT),
    col(Notice.sent_at).is_not(None),
    col(Notice.kind) != NoticeKind.CORRECTION,
)


class Sent(NamedTuple):
    """A notice that went out and did not come back."""

    contact_id: int
    batch_id: int
    sent_at: datetime
    outcome: str | None
    outcome_at: datetime | None


class Told(NamedTuple):
    """An item and when a contact was first told of it."""

    contact_id: int
    item_id: int
    told_at: datetime
    removed_at: datetime | None
    returns: int


class Clocks(NamedTuple):
    """When an item came in, reached the police and the host, and was removed."""

    received_at: datetime
    police_at: datetime | None
    host_at: datetime | None
    removed_at: datetime | None
    returns: int


def sent(session: Session, contact_ids: Collection[int] | None) -> list[Sent]:
    """Every round to these contacts, to all for None, the first one first."""
    columns = (Notice.contact_id, Notice.batch_id, Notice.sent_at, Notice.outcome, Notice.outcome_at)
    return [
        Sent(*row)
        for condition in within(Notice.contact_id, contact_ids)
        for row in session.exec(select(*columns).where(condition, *_ARRIVED).order_by(col(Notice.id)))  # type: ignore[call-overload]
    ]


def answered(session: Session, contact_ids: Collection[int] | None) -> dict[int, datetime]:
    """When a person of the other side first wrote about each batch; receipts of machines are no answers."""
    found: dict[int, datetime] = {}
    for condition in within(Notice.contact_id, contact_ids):
        query = (
            select(Notice.batch_id, func.min(Message.read_at))
            .join(Message, col(Message.notice_id) == col(Notice.id))
            .where(condition, Message.kind == ReplyKind.ANSWER)
            .group_by(col(Notice.batch_id))
        )
        found |= dict(session.exec(query).all())
    return found


def told(session: Session, contact_ids: Collection[int] | None) -> list[Told]:
    """Every item that each contact was told of, once."""
    columns = (Notice.contact_id, Item.id, func.min(Notice.sent_at), Item.removed_at, Item.returns)
    return [
        Told(*row)
        for condition in within(Notice.contact_id, contact_ids)
        for row in session.exec(
            select(*columns)  # type: ignore[call-overload]
            .join(NoticeItem, col(NoticeItem.notice_id) == col(Notice.id))
            .join(Item, col(Item.id) == col(NoticeItem.item_id))
            .where(condition, *_ARRIVED)
            .group_by(col(Notice.contact_id), col(Item.id))
        )
    ]


def clocks(session: Session) -> list[Clocks]:
    columns = (Item.received_at, Item.police_at, Item.host_at, Item.removed_at, Item.returns)
    return [Clocks(*row) for row in session.exec(select(*columns))]  # type: ignore[call-overload]
