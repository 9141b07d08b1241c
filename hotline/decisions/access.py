"""How one gets to what is meant at an item: a passphrase, a page to come from. It stands in notices, so nothing in it
may name who reported or was harmed."""

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.items import rank_of
from hotline.consequences.naming import names_somebody
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.models import Item
from hotline.states import NoticeState, WorkKind
from hotline.store import items, notices
from hotline.store.texts import ACCESS_STEPS

MAX_STEPS = 1000


def set_steps(desk: Desk, item_id: int, steps: str) -> int:
    """Records the steps in place of any before. Drafts and later rounds carry them, and wait for approval again.

    Raises InputError for text that is none, too long, or names who reported or was harmed.
    """
    text = " ".join(steps.split())
    if not text or len(text) > MAX_STEPS or not text.isprintable():
        raise InputError(f"say in at most {MAX_STEPS} printable signs how one gets there, for example: password abc")
    with desk.writing("notice") as session:
        item = items.load_item(session, item_id)
        if names_somebody(session, desk.home, item, text):
            raise InputError("this holds a word of who reported or was harmed; leave it out")
        custody.record(session, ACCESS_STEPS, f"I{item.id}", text=text)
        _bring_rounds_forward(session, item, desk)
    return item_id


def _bring_rounds_forward(session: Session, item: Item, desk: Desk) -> None:
    """Whoever was told hears it at once, after a look, in a round that a person approves."""
    rank = rank_of(session, item.id)
    for batch in notices.batches_of_item(session, item.id):
        rounds = notices.notices_of_batch(session, batch.id)
        if batch.stopped_at is None and rounds[-1].state == NoticeState.SENT:
            batch.next_round_at = desk.now
            session.add(batch)
            work.schedule(session, WorkKind.NOTIFY, f"B{batch.id}", desk.now, rank=rank)
            work.schedule(session, WorkKind.RECHECK, f"I{item.id}", desk.now, rank=rank, host=item.host)
