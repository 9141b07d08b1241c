"""Police first: keeping an item from being noticed until a time that is always set."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.takedown import queue_notify
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.models import Hold, Item
from hotline.states import NoticeState, WorkKind
from hotline.store import holds, items, notices


def add(desk: Desk, item_id: int, reason: str, until: datetime) -> int:
    """Holds an item's notices until `until`; the hold ends by itself. Raises InputError for a time that has passed."""
    if until <= desk.now:
        raise InputError("--until is in the past; a hold needs an end that is still to come")
    if not reason.strip():
        raise InputError("a hold needs its reason: --reason TEXT")
    with desk.writing("hold") as session:
        item = items.load_item(session, item_id)
        running = items.own_hold(session, item_id, desk.now)
        if running is not None and not holds.is_question(session, running.id):
            raise InputError(f"I{item_id} is already on hold; release it first")
        if running is not None:
            running.released_at = desk.now
            session.add(running)
        hold = Hold(item_id=item.id, until=until, made_at=desk.now, made_by=desk.actor)
        session.add(hold)
        custody.record(session, "item.hold", f"I{item_id}", reason="police_first", text=reason)
        session.flush()
        return hold.id


def release(desk: Desk, item_id: int) -> int:
    """Ends a hold before its time; what waited for it is due at once."""
    with desk.writing("hold") as session:
        item = items.load_item(session, item_id)
        hold = items.own_hold(session, item_id, desk.now)
        if hold is None:
            raise InputError(f"I{item_id} is not on hold")
        hold.released_at = desk.now
        session.add(hold)
        custody.record(session, "item.release", f"I{item_id}")
        pictures = [one for _, one in items.shown_on(session, item_id)]
        for one in (item, *items.pages_showing(session, item_id), *pictures):
            _go_on(session, one, desk.now)
        return item_id


def _go_on(session: Session, item: Item, now: datetime) -> None:
    """What waited for the hold is due at once: the item's drafting, and notices that were already written."""
    queue_notify(session, item, now)
    for notice in notices.unsent_with(session, item.id, (NoticeState.APPROVED, NoticeState.SENDING)):
        work.schedule(session, WorkKind.SEND, f"N{notice.id}", now)
