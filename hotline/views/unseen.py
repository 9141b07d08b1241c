"""What a person is asked to look at: a round is due, and no machine can see what it is about. Decides nothing."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from hotline import work
from hotline.states import QueueKind, WorkKind
from hotline.store import queues
from hotline.views.shapes import grouped, named
from hotline.views.waits import Wait


def look_waits(session: Session, now: datetime) -> Iterator[Wait]:
    """A row for each item that somebody has to look at before its next round goes."""
    found = grouped(queues.load_unseen_in_rounds(session, now), lambda pair: pair[0].id)
    for item_id, pairs in found.items():
        item, batch = pairs[0]
        if item.needs_person or work.is_due(session, WorkKind.RECHECK, f"I{item_id}", now):
            continue  # the queue asks for a look already, or one is under way
        why = (
            f"the next round about it is due and no machine can see it: look at an authorised station, then hotline "
            f"recheck I{item_id} --seen online|gone"
        )
        extra = {"contacts": [named("K", one.contact_id) for _, one in pairs]}
        since = batch.next_round_at or item.received_at
        yield Wait(QueueKind.PERSON, f"I{item_id}", why, since, item_id=item_id, extra=extra)
