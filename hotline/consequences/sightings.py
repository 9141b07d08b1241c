"""Sightings: one media at one item, from its first look to its last. A return is a new one.
Where nobody has the bytes, a sighting is of the item alone: it begins when it was reported."""

from datetime import datetime

from sqlmodel import Session

from hotline.models import Item, Media, Sighting
from hotline.store import media


def open_sighting(session: Session, item: Item, found: Media, now: datetime) -> Sighting:
    """The running sighting of this media at this item; a new one when it was not seen here before."""
    running = media.open_sighting(session, item.id)
    if running is not None and running.media_id is None:
        running.media_id = found.id
    if running is not None and running.media_id == found.id:
        running.last_seen_at = now
        session.add(running)
        return running
    sighting = Sighting(media_id=found.id, item_id=item.id, first_seen_at=now, last_seen_at=now)
    session.add(sighting)
    return sighting


def see_again(session: Session, item: Item, now: datetime) -> None:
    """Somebody saw it at an item: the running sighting goes on, or a new one begins."""
    running = media.open_sighting(session, item.id)
    if running is None:
        running = Sighting(media_id=item.media_id, item_id=item.id, first_seen_at=now, last_seen_at=now)
    running.last_seen_at = now
    session.add(running)


def ensure_sighting(session: Session, item: Item) -> None:
    """The first sighting at an item that nobody has the bytes of: whoever reported it saw it there."""
    if item.media_id is None and not media.was_seen(session, item.id):
        began = item.received_at
        session.add(Sighting(media_id=None, item_id=item.id, first_seen_at=began, last_seen_at=began))


def end_sighting(session: Session, item: Item, gone_at: datetime) -> None:
    """Ends the running sighting at an item, if there is one."""
    running = media.open_sighting(session, item.id)
    if running is not None:
        running.gone_at = gone_at
        session.add(running)
