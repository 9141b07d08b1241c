"""Hosts that let us wait in vain again and again are left alone for a while, longer each time. Knows no step.

By the calendar, unlike the pause between two requests, which is in `work`.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from hotline.models import HostSlot
from hotline.settings import FetchSettings

LONGEST = timedelta(days=1)


def rests_until(session: Session, host: str, now: datetime) -> datetime | None:
    """Until when a host is left alone; None where it may be asked now."""
    slot = session.get(HostSlot, host)
    until = slot.rests_until if slot is not None else None
    return until if until is not None and until > now else None


def note_answer(session: Session, host: str, now: datetime, *, in_vain: bool, policy: FetchSettings) -> None:
    """Notes that a host answered, or that we waited for it in vain."""
    slot = session.get(HostSlot, host)
    if slot is None:
        if not in_vain:
            return
        slot = HostSlot(host=host, free_at=0.0)
    slot.strikes = slot.strikes + 1 if in_vain else 0
    over = slot.strikes - policy.rest_after
    slot.rests_until = now + min(timedelta(hours=policy.rest_h * 2 ** min(over, 10)), LONGEST) if over >= 0 else None
    session.add(slot)


def end_rest(session: Session, host: str) -> None:
    """A person wants to know now."""
    slot = session.get(HostSlot, host)
    if slot is not None and slot.rests_until is not None:
        slot.rests_until = None
        session.add(slot)
