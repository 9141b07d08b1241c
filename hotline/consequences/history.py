"""How often the same was put up again, as far as it is confirmed: what notices say, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.models import Item
from hotline.store import families
from hotline.uploads import count_uploads


@dataclass(frozen=True)
class History:
    """A family up to now: re-uploads after the first, returns included; where, since when, and which items."""

    family_id: int
    times: int
    first_seen_at: datetime
    hosts: int
    item_ids: tuple[int, ...]
    newest_item: int
    newest_at: datetime


def history_of_item(session: Session, item: Item) -> History | None:
    """The history of what an item shows; None where it was put up once only."""
    if families.is_spared(session, item):
        return None
    family_id = families.family_of(session, item)
    return history(session, family_id) if family_id is not None else None


def history(session: Session, family_id: int) -> History | None:
    """The history of a family; None where it was put up once only."""
    seen = [one for one in families.sightings_of(session, [family_id])[family_id] if one.is_confirmed]
    times = count_uploads(seen) - 1
    if times < 1:
        return None
    return History(
        family_id=family_id,
        times=times,
        first_seen_at=seen[0].sighting.first_seen_at,
        hosts=len({one.item.host for one in seen}),
        item_ids=tuple(dict.fromkeys(one.item.id for one in seen)),
        newest_item=seen[-1].item.id,
        newest_at=seen[-1].sighting.first_seen_at,
    )


def often_repeated(session: Session, times: int) -> list[History]:
    """The families that were put up again at least so often."""
    found = (history(session, family_id) for family_id in families.repeated(session, times))
    return [one for one in found if one is not None and one.times >= times]


def is_with_police(session: Session, known: History) -> bool:
    """Tells whether a packet for the police was built about any case of a family."""
    return bool(families.police_packets(session, known.item_ids))
