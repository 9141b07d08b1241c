"""A look at a decided item, saved: the recheck, and what it means for the item, its sighting and its notices."""

import json
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from hotline import consequences, custody, families
from hotline.models import Item, Recheck, SightingMedia
from hotline.pipeline import finding
from hotline.pipeline.finding import After
from hotline.pipeline.station import Station
from hotline.recheck import gone_run, judge, next_look_at, removal_agreed, watch_at
from hotline.records.seen import Judged, PastLook, Remembered, Seen
from hotline.screen import Screened
from hotline.states import (
    DECIDED,
    TO_TAKE_DOWN,
    Kind,
    RecheckVerdict,
    State,
    WorkKind,
)
from hotline.store import items, media, notices, rechecks
from hotline.store.documents import shown_states
from hotline.work import cancel

_PAGES = frozenset({Kind.PAGE, Kind.PROFILE})
_LIVE = TO_TAKE_DOWN | {State.REMOVED}


def is_decided(session: Session, item: Item) -> bool:
    """Tells whether a look at this item is a recheck: it, or for a page what it shows, was decided."""
    return State(item.state) in DECIDED or state_shown(session, item) in _LIVE


def state_shown(session: Session, item: Item) -> State:
    """The item's state as people see it: a page's computed from its pictures."""
    return shown_states(session, [item.id])[item.id]


def remember(session: Session, item: Item) -> Remembered:
    """What the item showed when it was decided."""
    if item.kind in _PAGES:
        pictures = [one for _, one in items.shown_on(session, item.id) if one.state in _LIVE]
        return Remembered(True, picture_keys=frozenset(one.key for one in pictures))
    seen = media.media_seen_at(session, item.id)
    pdqs = tuple(one.pdq for one in seen if one.pdq and not one.is_blank)
    return Remembered(False, frozenset(one.sha256 for one in seen), pdqs)


def history_of(session: Session, item: Item) -> list[PastLook]:
    """The item's rechecks as agreement counts them."""
    rows = rechecks.rechecks_of(session, item.id)
    return [PastLook(row.at, row.vantage, RecheckVerdict(row.verdict)) for row in rows]


def save_recheck(
    session: Session, station: Station, item: Item, seen: Seen, remembered: Remembered, screened: Screened | None
) -> After:
    """Judges and saves a look at a decided item. Returns when to look again."""
    judged = _with_pictures(session, item, judge(seen, remembered))
    add_recheck(session, item, seen.at, seen.vantage, judged.verdict, {**seen.evidence, **judged.signals})
    _note_sighting(session, item, seen, judged, screened)
    if judged.is_other_media and _ends(session, station, item):
        _replace_media(session, station, item, seen, screened)
    return After(settle_recheck(session, station, item, judged.verdict, seen.at), seen.rest_s)


def add_recheck(
    session: Session, item: Item, at: datetime, vantage: str, verdict: RecheckVerdict, evidence: dict[str, object]
) -> None:
    """Adds one recheck with its line of custody."""
    text = json.dumps(evidence, sort_keys=True, default=str)
    session.add(Recheck(item_id=item.id, at=at, vantage=vantage, verdict=verdict, evidence=text))
    custody.record(session, "item.recheck", f"I{item.id}", reason=f"{vantage}:{verdict}")
    session.flush()


def settle_recheck(
    session: Session, station: Station, item: Item, verdict: RecheckVerdict, now: datetime
) -> datetime | None:
    """Draws the consequences of the newest recheck: removal, return, the next round. Returns when to look again."""
    shown = state_shown(session, item)
    history = history_of(session, item)
    policy = station.settings.recheck
    if verdict is RecheckVerdict.ONLINE and shown is State.REMOVED:
        _come_back(session, station, item, now)
    elif shown in TO_TAKE_DOWN and removal_agreed(history, policy):
        _remove(session, item, history, now)
    consequences.queue_rounds(session, item, now)
    return _look_again_at(session, station, item, history, now)


def _with_pictures(session: Session, item: Item, judged: Judged) -> Judged:
    """A page that is gone while a picture of it still answers is gone only as a page."""
    if item.kind not in _PAGES or judged.verdict not in (RecheckVerdict.REMOVED_AT_SOURCE, RecheckVerdict.SOFT_REMOVED):
        return judged
    pictures = [one for _, one in items.shown_on(session, item.id)]
    if any(one.state in TO_TAKE_DOWN for one in pictures):
        signals = {**judged.signals, "page": judged.verdict.value}
        return replace(judged, verdict=RecheckVerdict.PAGE_ONLY_REMOVED, signals=signals)
    return judged


def _note_sighting(session: Session, item: Item, seen: Seen, judged: Judged, screened: Screened | None) -> None:
    running = media.open_sighting(session, item.id)
    if running is None or judged.verdict is not RecheckVerdict.ONLINE:
        return
    running.last_seen_at = seen.at
    session.add(running)
    if judged.is_copy:
        copy, is_new = finding.ensure_media(session, seen, screened)
        if not media.has_copy(session, running.id, copy.id):
            session.add(SightingMedia(sighting_id=running.id, media_id=copy.id, first_seen_at=seen.at))
            original = media.load_media(session, running.media_id)
            if is_new:
                copy.family_id = families.ensure_family(session, original, seen.at)
                copy.family_by, copy.family_distance = "pdq", int(judged.signals.get("distance", 0))
                copy.family_variant = "upright"


def _ends(session: Session, station: Station, item: Item) -> bool:
    if State(item.state) in (State.NOT_ILLEGAL, State.REMOVED):
        return True
    return removal_agreed(history_of(session, item), station.settings.recheck)


def _replace_media(session: Session, station: Station, item: Item, seen: Seen, screened: Screened | None) -> None:
    """Other bytes stand at the address: the old sighting ends and the new media waits for a person."""
    _end_sighting(session, item, history_of(session, item), seen.at)
    if item.state in TO_TAKE_DOWN:
        item.removed_at = seen.at
    finding.save_media(session, station, item, seen, screened)


def _remove(session: Session, item: Item, history: list[PastLook], now: datetime) -> None:
    """Confirmed gone. A page that nobody assessed itself keeps its state; that it is gone is its date of removal."""
    _end_sighting(session, item, history, now)
    item.removed_at = now
    session.add(item)
    on_word = all(look.vantage == "person" for look in gone_run(history))
    reason = "on_a_persons_word" if on_word else "agreeing_looks"
    if State(item.state) in TO_TAKE_DOWN:
        custody.move(session, item, State.REMOVED, action="item.removed", reason=reason)
    else:
        custody.record(session, "item.removed", f"I{item.id}", reason=reason)


def _end_sighting(session: Session, item: Item, history: list[PastLook], now: datetime) -> None:
    running = media.open_sighting(session, item.id)
    if running is not None:
        run = gone_run(history)
        running.gone_at = run[0].at if run else now
        session.add(running)


def _come_back(session: Session, station: Station, item: Item, now: datetime) -> None:
    """A return: a new sighting, one more return, and back to what was decided."""
    item.returns += 1
    item.removed_at = None
    session.add(item)
    if item.media_id is not None:
        shown = media.load_media(session, item.media_id)
        finding.open_sighting(session, item, shown, now)
    if item.state == State.REMOVED:
        decided = consequences.decided_state(session, item)
        back_to = decided if decided in (State.ILLEGAL, State.HARMFUL) else State.AWAITING_ASSESSMENT
        custody.move(session, item, back_to, action="item.returned")
    else:
        custody.record(session, "item.returned", f"I{item.id}")
    consequences.begin_takedown(session, item, now, station.settings.recheck)
    _bring_rounds_forward(session, item, now)


def _bring_rounds_forward(session: Session, item: Item, now: datetime) -> None:
    """A return goes out as the next round at once, under the approval that was given."""
    for batch in notices.batches_of_item(session, item.id):
        if batch.stopped_at is None and batch.next_round_at is not None:
            batch.next_round_at = min(batch.next_round_at, now)
            session.add(batch)


def _look_again_at(
    session: Session, station: Station, item: Item, history: list[PastLook], now: datetime
) -> datetime | None:
    policy = station.settings.recheck
    shown = state_shown(session, item)
    if shown is State.REMOVED or item.removed_at is not None:
        return watch_at(now, policy)
    if shown not in TO_TAKE_DOWN:
        cancel(session, WorkKind.RECHECK, f"I{item.id}")
        return None
    due = next_look_at(_decided_at(item), history, now, policy)
    next_round = notices.next_round_of_item(session, item.id)
    return min(due, next_round) if next_round is not None and next_round > now else due


def _decided_at(item: Item) -> datetime:
    return item.host_at or item.received_at
