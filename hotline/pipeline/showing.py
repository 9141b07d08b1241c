"""What a page shows: its pictures, its frames with theirs, and whether a person must judge the page itself."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.models import Item, PageItem
from hotline.states import Part, State
from hotline.store import items


def reconsider_page(session: Session, page: Item) -> None:
    """Queues a page itself when all that it shows was looked at and none of it is for a person to judge.

    A frame is no page that anybody reported: it only makes the pages it stands in be considered again.
    """
    if page.state != State.AWAITING_ASSESSMENT or page.is_queued:
        return
    if not page.is_reported and items.is_part(session, page.id, Part.FRAME):
        for framing in items.pages_framing(session, page.id):
            reconsider_page(session, framing)
        return
    pictures = [item for link, item in items.shown_on(session, page.id) if link.gone_at is None]
    waiting = [frame for frame in items.frames_of(session, page.id) if _is_to_be_looked_at(frame)]
    if not waiting and not any(_is_for_judging(picture) for picture in pictures):
        page.is_queued = True
        session.add(page)
        custody.record(session, "item.queue", f"I{page.id}", reason="no_picture_to_judge")


def _is_to_be_looked_at(item: Item) -> bool:
    return item.state == State.RECEIVED or (item.state == State.UNREACHABLE and not item.needs_person)


def _is_for_judging(picture: Item) -> bool:
    if _is_to_be_looked_at(picture):
        return True
    return picture.is_queued or picture.state not in (State.UNREACHABLE, State.AWAITING_ASSESSMENT)


def pictures_by_frame(session: Session, page: Item) -> list[tuple[str, frozenset[str]]]:
    """The keys of a page's frames, each with those of the pictures it shows."""
    return [
        (frame.key, frozenset(one.key for link, one in items.shown_on(session, frame.id) if link.gone_at is None))
        for frame in items.frames_of(session, page.id)
    ]


def note_shown(session: Session, page: Item, shown: Item, now: datetime) -> None:
    """Notes that a page shows an item now."""
    row = session.get(PageItem, (page.id, shown.id))
    if row is None:
        row = PageItem(page_id=page.id, item_id=shown.id, first_seen_at=now, last_seen_at=now)
    row.last_seen_at, row.gone_at = now, None
    session.add(row)
