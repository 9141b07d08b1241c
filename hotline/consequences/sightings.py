"""Sightings: one media at one item, from its first look to its last. A return is a new one."""

from datetime import datetime

from sqlmodel import Session

from hotline.consequences import families
from hotline.models import Item, Media, Sighting
from hotline.store import media


def open_sighting(session: Session, item: Item, found: Media, now: datetime, *, is_new: bool = False) -> Sighting:
    """The running sighting of this media at this item; a new one, and a family, when it was not seen here before.

    is_new: nobody has seen this media anywhere, so no other sighting is looked for.
    """
    running = None if is_new else media.open_sighting(session, item.id)
    if running is not None and running.media_id == found.id:
        running.last_seen_at = now
        session.add(running)
        return running
    sighting = Sighting(media_id=found.id, item_id=item.id, first_seen_at=now, last_seen_at=now)
    session.add(sighting)
    if not is_new and media.count_sightings(session, found.id) > 1 and not found.is_known_good:
        families.ensure_family(session, found, now)
    return sighting


def end_sighting(session: Session, item: Item, gone_at: datetime) -> None:
    """Ends the running sighting at an item, if there is one."""
    running = media.open_sighting(session, item.id)
    if running is not None:
        running.gone_at = gone_at
        session.add(running)
