"""What follows when something moved to another host: the old one is told no more, and a person is."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.batches import UNSENT, leave_notice, supersede
from hotline.consequences.takedown import queue_notify
from hotline.models import Contact, Item, Notice
from hotline.store import notices

MOVED = "host moved"
"""How what a person is told begins."""


def leave_old_host(
    session: Session, item: Item, still_answers: Callable[[Contact], bool], why: str, now: datetime
) -> None:
    """Takes an item out of every notice that has not left and goes to a contact that answers for it no more; what was
    sent stays, and no further round of it speaks of this item. A person is told."""
    left = [
        notice
        for notice in notices.unsent_with(session, item.id, UNSENT)
        if not still_answers(notices.load_contact(session, notice.contact_id))
    ]
    for notice in left:
        _leave(session, notice, item, now)
    for batch in notices.batches_of_item(session, item.id):
        if not still_answers(notices.load_contact(session, batch.contact_id)):
            session.delete(notices.batch_link(session, batch.id, item.id))
    item.needs_person = _told(item, left, why)
    session.add(item)
    custody.record(session, "item.moved", f"I{item.id}", reason=why)
    session.flush()


def settle_move(session: Session, item: Item) -> None:
    """A person acted on what they were told about a move."""
    if (item.needs_person or "").startswith(MOVED):
        item.needs_person = None
        session.add(item)
        custody.record(session, "item.move_settled", f"I{item.id}")


def _leave(session: Session, notice: Notice, item: Item, now: datetime) -> None:
    """Of a notice whose bytes are fixed nothing can be taken out: it ends, and its other items are drafted anew."""
    shown = [one for one in notices.items_of_notice(session, notice.id) if notice.raw is not None or one.id == item.id]
    for one in shown:
        leave_notice(session, notice, one.id)
        if one.id != item.id:
            queue_notify(session, one, now)
    if not notices.notice_links(session, notice.id):
        supersede(session, notice, "host_moved", now)


def _told(item: Item, left: list[Notice], why: str) -> str:
    names = ", ".join(f"N{notice.id}" for notice in left)
    withdrawn = f"withdrawn from {names}; " if names else ""
    what_next = f"see hotline trace I{item.id} and approve who answers now, or when all is done: hotline recheck"
    return f"{MOVED} {why}; {withdrawn}{what_next} I{item.id}"
