"""When a notice may leave: after a look that is not too old, not on hold, not in quiet hours, not above the rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import notify, work
from hotline.consequences import appeals
from hotline.consequences.items import FIRST, rank_of
from hotline.consequences.takedown import end_holds_at
from hotline.models import Item, Notice
from hotline.pipeline.station import Station
from hotline.settings import NoticeSettings, Settings
from hotline.states import ContactRole, NoticeKind, NoticeState, WorkKind
from hotline.store import assessments, items, media, notices, rechecks

LOOK_FIRST = timedelta(minutes=1)
"""How long a notice waits for a look that is due; the look itself wakes it sooner."""


def leaves_at(session: Session, station: Station, notice: Notice, now: datetime) -> datetime | None:
    """When a notice is tried again because it may not leave now; None where it may."""
    waits = next(waits_of(session, station.settings, notice, now), None)
    if waits is not None:
        return waits.until
    if not due_looks(session, notice, now, station.settings.notices):
        return None
    queue_looks(session, notice, now, station.settings.notices)
    return now + LOOK_FIRST


@dataclass(frozen=True)
class Waits:
    """Why a notice may not leave yet, and until when."""

    why: str
    until: datetime


def waits_of(session: Session, settings: Settings, notice: Notice, now: datetime) -> Iterator[Waits]:
    """What keeps a notice from leaving now; not the looks that go before it."""
    causes = (
        ("an item in it is on hold", held_until(session, notice, now)),
        ("its owner objects, and nobody has answered", appeals.waits_until(session, notice.batch_id, now)),
        ("quiet hours, or enough was sent in this hour", _quiet_until(session, settings, notice, now)),
    )
    yield from (Waits(why, until) for why, until in causes if until is not None)


def held_until(session: Session, notice: Notice, now: datetime) -> datetime | None:
    """When a notice whose bytes are fixed may go on, because an item in it was put on hold meanwhile."""
    shown = notices.items_of_notice(session, notice.id) if notice.raw is not None else []
    holds = [hold for item in shown if (hold := items.open_hold(session, item.id, now)) is not None]
    return end_holds_at(max(hold.until for hold in holds)) if holds else None


def _quiet_until(session: Session, settings: Settings, notice: Notice, now: datetime) -> datetime | None:
    """Danger to a child waits for no hour and no rate."""
    policy = settings.notices
    if not (policy.quiet_days or policy.quiet_hours or policy.per_hour):
        return None
    if any(rank_of(session, item.id) == FIRST for item in notices.items_of_notice(session, notice.id)):
        return None
    quiet = notify.quiet_until(now, policy, settings.hotline.time_zone)
    return quiet or notify.rate_until(notices.sent_since(session, now - timedelta(hours=1)), now, policy)


def due_looks(session: Session, notice: Notice, now: datetime, policy: NoticeSettings) -> list[Item]:
    """The items that are looked at, or traced, before the notice leaves.

    A repeat and a notice written before wait for every look that is due; a first round only where the newest look, or
    the decision, is older than the policy has it. A correction waits for none, nor do search engines.
    """
    role = ContactRole(notices.load_contact(session, notice.contact_id).role)
    if notice.kind == NoticeKind.CORRECTION or role is ContactRole.SEARCH_ENGINE:
        return []
    is_new = notice.round == 1 and notice.raw is None
    return [
        item
        for item in notices.items_of_notice(session, notice.id)
        if is_traced(session, item, now)
        or _is_stale(session, item, now, policy)
        or (not is_new and is_looked_at(session, item, now))
    ]


def queue_looks(session: Session, notice: Notice, now: datetime, policy: NoticeSettings) -> None:
    """Has a look taken at the last minute at what was not looked at lately, unless one is due or under way."""
    for item in notices.items_of_notice(session, notice.id):
        if _is_stale(session, item, now, policy) and not is_looked_at(session, item, now):
            rank = rank_of(session, item.id)
            work.schedule(session, WorkKind.RECHECK, f"I{item.id}", now, rank=rank, host=item.host)


def _is_stale(session: Session, item: Item, now: datetime, policy: NoticeSettings) -> bool:
    newest = rechecks.rechecks_of(session, item.id, newest=1)
    decided = assessments.current_for(session, item)
    seen = media.open_sighting(session, item.id)
    times = [item.received_at, *(row.at for row in newest)]
    times += [decided.at] if decided is not None else []
    times += [seen.last_seen_at] if seen is not None else []
    return max(times) < now - timedelta(minutes=policy.look_within_min)


def is_looked_at(session: Session, item: Item, now: datetime) -> bool:
    """Tells whether a look at decided material is due."""
    return work.is_due(session, WorkKind.RECHECK, f"I{item.id}", now)


def is_traced(session: Session, item: Item, now: datetime) -> bool:
    """Tells whether a trace is due."""
    return work.is_due(session, WorkKind.TRACE, f"I{item.id}", now)


def wake_after_look(session: Session, item: Item, now: datetime) -> None:
    """Makes the notices due that waited for this look; one whose delivery failed keeps the date of its next try."""
    for notice in notices.unsent_with(session, item.id, (NoticeState.APPROVED, NoticeState.SENDING)):
        if notice.failures == 0:
            work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank_of(session, item.id))
