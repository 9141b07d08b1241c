"""A look at a decided item, saved: the recheck, and what it means for the item, its sighting and its notices."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from hashsets.variants import Variant
from hotline import custody, work
from hotline.consequences import families
from hotline.consequences.items import behind_pictures, rank_of
from hotline.consequences.removal import add_recheck, history_of, settle_recheck, state_shown
from hotline.consequences.sightings import end_sighting
from hotline.models import Item, SightingMedia
from hotline.pipeline import finding
from hotline.pipeline.finding import Screens
from hotline.pipeline.pages import follow
from hotline.pipeline.showing import pictures_by_frame
from hotline.pipeline.station import Station
from hotline.recheck import gone_run, judge, latest_telling, removal_agreed
from hotline.records.alike import Alike, JoinedBy
from hotline.records.seen import Judged, Remembered, Seen, Told
from hotline.states import (
    DECIDED,
    GONE,
    TO_TAKE_DOWN,
    UP,
    Kind,
    NotIllegalReason,
    Part,
    RecheckVerdict,
    State,
    WorkKind,
)
from hotline.store import assessments, captures, items, media
from hotline.store import families as family_rows

_PAGES = frozenset({Kind.PAGE, Kind.PROFILE})
_NOT_THERE = frozenset({NotIllegalReason.CONTENT_NOT_FOUND, NotIllegalReason.REMOVED_BEFORE_ASSESSMENT})
_LIVE = TO_TAKE_DOWN | {State.REMOVED}


def is_decided(session: Session, item: Item) -> bool:
    """Tells whether a look at this item is a recheck: it, or for a page what it shows, was decided."""
    return State(item.state) in DECIDED or state_shown(session, item) in _LIVE


def is_there_after_all(item: Item, seen: Seen) -> bool:
    """Tells whether a look found content where a person had decided that there was none."""
    if item.state != State.NOT_ILLEGAL or item.reason not in _NOT_THERE:
        return False
    return seen.fingerprint is not None or (seen.page is not None and seen.gone_signal is None)


def reopen_not_found(session: Session, item: Item, now: datetime) -> None:
    """Puts an item before a person again: what was not there when it was decided is there now."""
    decided = assessments.own_of(session, item.id)
    if decided is not None:
        decided.replaced_at = now
        session.add(decided)
    custody.move(session, item, State.AWAITING_ASSESSMENT, action="item.there_after_all")


def remember(session: Session, item: Item) -> Remembered:
    """What the item showed when it was decided, and where it stood."""
    found = _remembered(session, item)
    hosting = items.newest_hosting(session, item.id)
    ip = hosting.ip if hosting is not None and hosting.cdn is None else None
    return replace(found, site=captures.first_site(session, item.id), ip=ip)


def _remembered(session: Session, item: Item) -> Remembered:
    if item.kind in _PAGES:
        pictures = [one for _, one in items.shown_on(session, item.id) if one.state in TO_TAKE_DOWN]
        is_by_pictures = assessments.own_of(session, item.id) is None
        keys = frozenset(one.key for one in pictures)
        return Remembered(True, is_by_pictures, picture_keys=keys, frames=tuple(pictures_by_frame(session, item)))
    seen = media.media_seen_at(session, item.id)
    pdqs = tuple(one.pdq for one in seen if one.pdq and not one.is_blank)
    members = {one.id for one in seen}.union(
        *({one.id for one in family_rows.media_of(session, number)} for one in seen if (number := one.family_id))
    )
    return Remembered(
        False,
        is_part=items.is_part(session, item.id, Part.DATA),
        sha256=frozenset(one.sha256 for one in seen),
        media_ids=frozenset(members),
        pdq=pdqs,
        validators=captures.validators_of(session, item.id),
    )


def save_recheck(
    session: Session, station: Station, item: Item, seen: Seen, remembered: Remembered, screens: Screens
) -> datetime | None:
    """Judges and saves a look at a decided item. Returns when to look again."""
    judged = _with_pictures(session, item, judge(seen, remembered))
    add_recheck(session, item, seen.at, seen.vantage, judged.verdict, {**seen.evidence, **judged.signals})
    if judged.verdict in GONE:
        _wake_pages(session, item, seen.at)
    _note_sighting(session, item, seen, judged, screens)
    if judged.is_other_media and _ends(session, station, item):
        _replace_media(session, station, item, seen, screens)
    if Told.OTHER_SITE in seen.told and judged.verdict is RecheckVerdict.MOVED:
        follow(session, station, item, seen)
    return settle_recheck(session, station.settings, item, judged.verdict, seen.at)


def _wake_pages(session: Session, picture: Item, now: datetime) -> None:
    """A page that was found gone while a picture of it still answered is looked at again once none does."""
    for page in items.pages_showing(session, picture.id):
        latest = latest_telling(history_of(session, page))
        if latest is None or latest.verdict is not RecheckVerdict.PAGE_ONLY_REMOVED or _shows_any_still(session, page):
            continue
        rank = behind_pictures(page, rank_of(session, page.id))
        work.schedule(session, WorkKind.RECHECK, f"I{page.id}", now, rank=rank, host=page.host)


def _with_pictures(session: Session, item: Item, judged: Judged) -> Judged:
    """A page that is gone while a picture of it still answers is gone only as a page."""
    if item.kind not in _PAGES or judged.verdict not in GONE or not _shows_any_still(session, item):
        return judged
    signals = {**judged.signals, "page": judged.verdict.value}
    return replace(judged, verdict=RecheckVerdict.PAGE_ONLY_REMOVED, signals=signals)


def _shows_any_still(session: Session, page: Item) -> bool:
    """Whether a picture that the page showed, and that must come down, was not found gone."""
    pictures = [one for _, one in items.shown_on(session, page.id)]
    return any(one.state in TO_TAKE_DOWN and not _was_gone(session, one) for one in pictures)


def _was_gone(session: Session, picture: Item) -> bool:
    latest = latest_telling(history_of(session, picture))
    return latest is not None and latest.verdict in GONE


def _note_sighting(session: Session, item: Item, seen: Seen, judged: Judged, screens: Screens) -> None:
    running = media.open_sighting(session, item.id)
    if running is None or judged.verdict not in UP:
        return
    running.last_seen_at = seen.at
    session.add(running)
    if judged.is_copy:
        copy, is_new = finding.ensure_media(session, seen, screens)
        if not media.has_copy(session, running.id, copy.id):
            session.add(SightingMedia(sighting_id=running.id, media_id=copy.id, first_seen_at=seen.at))
            if is_new and running.media_id is not None:
                families.join_alike(session, copy, _alike(running.media_id, seen, judged), seen.at)


def _alike(media_id: int, seen: Seen, judged: Judged) -> Alike:
    """How the copy shows what stood there before."""
    distance = judged.signals.get("distance")
    if distance is None and seen.alike is not None:
        return seen.alike
    return Alike(media_id, JoinedBy.PDQ, distance, judged.signals.get("variant", Variant.UPRIGHT.value))


def _ends(session: Session, station: Station, item: Item) -> bool:
    if State(item.state) in (State.NOT_ILLEGAL, State.REMOVED):
        return True
    return removal_agreed(history_of(session, item), station.settings.recheck, len(station.settings.egress.vantages))


def _replace_media(session: Session, station: Station, item: Item, seen: Seen, screens: Screens) -> None:
    """Other bytes stand at the address: the old sighting ends and the new media waits for a person."""
    run = gone_run(history_of(session, item))
    end_sighting(session, item, run[0].at if run else seen.at)
    if item.state in TO_TAKE_DOWN:
        item.removed_at = seen.at
    had_left = item.removed_at is not None
    shown = finding.save_media(session, station, item, seen, screens)
    if had_left and item.state in TO_TAKE_DOWN and media.sightings_at(session, item.id, shown.id) > 1:
        item.returns, item.removed_at = item.returns + 1, None
        session.add(item)
        custody.record(session, "item.returned", f"I{item.id}")
