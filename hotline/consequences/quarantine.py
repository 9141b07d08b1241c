"""An entry of a list that hits more than it can be right about stops giving leads, and a person is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from hashsets.match import Hit, Strength
from hotline import custody, work
from hotline.models import Quarantine
from hotline.states import WorkKind
from hotline.store import media, quarantines

WITHIN = timedelta(days=1)


def quarantine_what_hits_too_much(session: Session, hits: Iterable[Hit], now: datetime, limit: int) -> None:
    """Looks at each entry that was just hit. The same file is no doubt; what is like it may be chance.

    The leads an entry gave are taken back as its media are screened again.
    """
    for hit in hits:
        if hit.strength is Strength.SAME_FILE:
            continue
        earlier = quarantines.of_entry(session, hit.list, hit.entry)
        if earlier is not None and earlier.released_at is None:
            continue
        since = max(now - WITHIN, earlier.released_at) if earlier and earlier.released_at else now - WITHIN
        count = quarantines.count_unrelated(session, hit.list, hit.entry, since)
        if count > limit:
            _quarantine(session, hit, count, now)


def _quarantine(session: Session, hit: Hit, count: int, now: datetime) -> None:
    session.add(Quarantine(list=hit.list, entry=hit.entry, hits=count, at=now))
    for media_id in media.media_with_entry(session, hit.list, hit.entry):
        work.schedule(session, WorkKind.SCREEN, f"M{media_id}", now)
    custody.record(session, "hashset.quarantine", f"list:{hit.list}", reason=f"hits:{count}", text=hit.entry)


def release(session: Session, found: Quarantine, by: str, now: datetime) -> None:
    """Lets an entry give leads again; what it hit until now counts no more."""
    found.released_at, found.released_by = now, by
    session.add(found)
    custody.record(session, "hashset.release", f"list:{found.list}", text=found.entry)
