"""How often the same was put up again, as far as it is confirmed: what notices say, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.models import Item
from hotline.states import State
from hotline.store import families
from hotline.uploads import upload_times


@dataclass(frozen=True)
class History:
    """A family up to now: re-uploads after the first, returns included; where, since when, and which items."""

    family_id: int
    times: int
    first_seen_at: datetime
    hosts: int
    item_ids: tuple[int, ...]
    newest_item: int
    uploaded_at: tuple[datetime, ...]
    """When it was put up each time, the first time included."""


def history_of_item(session: Session, item: Item) -> History | None:
    """The history of what an item shows; None where it was put up once only."""
    if families.is_spared(session, item):
        return None
    family_id = families.family_of(session, item)
    return history(session, family_id) if family_id is not None else None


def history(session: Session, family_id: int) -> History | None:
    """The history of a family; None where it was put up once only.

    Only what a person or the very bytes confirm counts, and of that what must come down or came down.
    """
    seen = [one for one in families.sightings_of(session, [family_id])[family_id] if one.is_confirmed and _counts(one)]
    uploaded_at = tuple(upload_times(seen))
    if len(uploaded_at) < 2:
        return None
    return History(
        family_id=family_id,
        times=len(uploaded_at) - 1,
        first_seen_at=seen[0].sighting.first_seen_at,
        hosts=len({one.item.host for one in seen}),
        item_ids=tuple(dict.fromkeys(one.item.id for one in seen)),
        newest_item=seen[-1].item.id,
        uploaded_at=uploaded_at,
    )


def often_repeated(session: Session, times: int) -> list[History]:
    """The families that were put up again at least so often."""
    found = (history(session, family_id) for family_id in families.repeated(session, times))
    return [one for one in found if one is not None and one.times >= times]


def wants_packet(session: Session, known: History, times: int) -> bool:
    """Tells whether a family was put up again so often since a packet for the police was built about a case of it."""
    built = [packet.built_at for packet in families.police_packets(session, known.item_ids)]
    since = max(built, default=None)
    later = known.uploaded_at[1:] if since is None else [at for at in known.uploaded_at[1:] if at > since]
    return len(later) >= times


def _counts(seen: families.Seen) -> bool:
    item = seen.item
    return (item.state_before_close if item.state == State.CLOSED else item.state) in families.COUNTED
