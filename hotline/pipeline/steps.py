"""The steps as the work rows call them: load and close; work; open, judge by what stands now, save with custody."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from hashsets.fingerprint import Fingerprint
from hashsets.wire import Wanted
from hotline import db, rests, work
from hotline.addresses import read_address
from hotline.boundaries import boundary
from hotline.consequences import kept
from hotline.consequences.captures import save_capture, save_validators
from hotline.consequences.items import behind_pictures
from hotline.consequences.quarantine import quarantine_what_hits_too_much
from hotline.errors import DeliveryError
from hotline.models import Item
from hotline.pipeline import (
    drafting,
    finding,
    fixing,
    noticing,
    prints,
    proposing,
    rechecking,
    screening,
    showing,
    timing,
    tracing,
)
from hotline.pipeline.carrying import deliver
from hotline.pipeline.finding import Screens
from hotline.pipeline.looking import take_look
from hotline.pipeline.pages import note_page, save_first_look
from hotline.pipeline.station import Station
from hotline.records.ids import read_number
from hotline.records.seen import NOTHING_REMEMBERED, Remembered, Seen, Told
from hotline.screen import Entries, Screened, screen, search_policy
from hotline.states import Kind, State, Unreachable, WorkKind
from hotline.store import hostings, items, media, notices, quarantines, rechecks
from hotline.trace import registrable_domain

MAX_RETRY_AFTER_S = 86_400.0


def look(station: Station, row: work.Claimed) -> None:
    """Looks at an item: a first look where nobody decided yet, a recheck where somebody did."""
    plan = _plan(station, row)
    if plan.item.state == State.CLOSED:
        _end(station, row)
        return
    seen = _taken(station, plan)
    lists = station.library.stamp()
    screens = {one.sha256: _screen(station, one, plan.quarantined) for one in _fingerprints(seen)}
    boundary(f"{row.kind}.taken")
    with station.writing(seen.at) as session:
        current = items.load_item(session, plan.item.id)
        is_recheck = rechecking.is_decided(session, current)
        again_at = _later(_save_look(session, station, current, seen, screens), seen)
        for one in (seen, *seen.parts):
            kept.keep_if_illegal(session, station.home, one, seen.at)
        _note_taken(session, station, current, seen)
        if station.library.stamp() != lists and current.media_id is not None:
            work.schedule(session, WorkKind.SCREEN, f"M{current.media_id}", seen.at)
        if is_recheck:
            tracing.trace_if_elsewhere(session, current, seen)
            timing.wake_after_look(session, current, seen.at)
            proposing.propose_search_engines(session, station, current, seen.at)
        _finish_look(session, row, current, again_at, is_recheck=is_recheck, rest_s=seen.rest_s)
    boundary(f"{row.kind}.saved")


@dataclass(frozen=True)
class _Plan:
    """What a look is taken with."""

    item: Item
    remembered: Remembered | None
    quarantined: Entries
    wanted: Wanted
    vantages: tuple[str, ...]
    rests_until: datetime | None


def _plan(station: Station, row: work.Claimed) -> _Plan:
    with db.reading(station.home.engine) as session:
        item = items.load_item(session, read_number(row.subject, "I"))
        return _Plan(
            item,
            remembered=rechecking.remember(session, item) if rechecking.is_decided(session, item) else None,
            quarantined=quarantines.quarantined(session),
            wanted=kept.wanted_of(session, station.settings, item),
            vantages=_in_turn(station.settings.egress.vantages, rechecks.count_of(session, item.id)),
            rests_until=rests.rests_until(session, item.host, station.now()),
        )


def _in_turn(vantages: tuple[str, ...], looks: int) -> tuple[str, ...]:
    """Each look begins with another way out."""
    first = looks % len(vantages)
    return vantages[first:] + vantages[:first]


def _taken(station: Station, plan: _Plan) -> Seen:
    if plan.rests_until is not None:
        now = station.now()
        wait_s, reason = (plan.rests_until - now).total_seconds(), Unreachable.HOST_RESTED
        return Seen(now, plan.vantages[0], reason=reason, retry_after_s=wait_s, evidence={"stage": "not_fetched"})
    remembered = plan.remembered or NOTHING_REMEMBERED
    seen = take_look(station, read_address(plan.item.url), remembered, plan.wanted, plan.vantages)
    seen = _with_alike(station, seen)
    if plan.remembered is not None and tracing.has_moved(station, plan.item, seen):
        seen = replace(seen, told=seen.told | {Told.OTHER_NETWORK})
    return replace(seen, parts=tuple(_with_alike(station, part) for part in seen.parts))


def _fingerprints(seen: Seen) -> list[Fingerprint]:
    return [one.fingerprint for one in (seen, *seen.parts) if one.fingerprint is not None]


def _note_taken(session: Session, station: Station, item: Item, seen: Seen) -> None:
    """What stays of how the look was taken, whatever it found."""
    site = registrable_domain(read_address(seen.final_url).host) if seen.final_url else None
    save_capture(session, item, seen, site)
    save_validators(session, item, seen)
    if seen.captures:
        in_vain = seen.reason is Unreachable.TIMEOUT
        rests.note_answer(session, item.host, seen.at, in_vain=in_vain, policy=station.settings.fetch)


def _later(again_at: datetime | None, seen: Seen) -> datetime | None:
    """A host that names a time to come back is not asked before it."""
    if again_at is None or seen.retry_after_s is None:
        return again_at
    return max(again_at, seen.at + timedelta(seconds=min(seen.retry_after_s, MAX_RETRY_AFTER_S)))


def _finish_look(
    session: Session, row: work.Claimed, item: Item, again_at: datetime | None, *, is_recheck: bool, rest_s: float
) -> None:
    """One series of looks per item: what asked for this one does not start a second."""
    kind = WorkKind.RECHECK if is_recheck else WorkKind.LOOK
    if again_at is not None and row.kind is not kind:
        rank = behind_pictures(item, row.rank) if is_recheck else row.rank
        work.schedule(session, kind, row.subject, again_at, rank=rank, host=item.host)
        again_at = None
    work.finish(session, row, again_at=again_at, rest_s=rest_s)


def _with_alike(station: Station, seen: Seen) -> Seen:
    """Looks up what shows no known bytes by its local features, which end here."""
    if not seen.asked or seen.fingerprint is None:
        return seen
    with db.reading(station.home.engine) as session:
        known = media.find_by_sha256(session, seen.fingerprint.sha256)
        is_known = known is not None and known.family_id is not None
        alike = None if is_known else station.families.shown(session, station.home, seen.asked)
    return replace(seen, asked=(), alike=alike)


def _screen(station: Station, fingerprint: Fingerprint, quarantined: Entries) -> Screened:
    return screen(fingerprint, station.library, search_policy(station.settings.match), quarantined)


def _save_look(session: Session, station: Station, item: Item, seen: Seen, screens: Screens) -> datetime | None:
    """The item is judged as it stands now: somebody may have decided while we looked. Returns when to look again."""
    if item.state == State.CLOSED:
        return None
    if rechecking.is_there_after_all(item, seen):
        rechecking.reopen_not_found(session, item, seen.at)
    if not rechecking.is_decided(session, item):
        return save_first_look(session, station, item, seen, screens)
    again_at = rechecking.save_recheck(session, station, item, seen, rechecking.remember(session, item), screens)
    if seen.page is not None and item.kind in (Kind.PAGE, Kind.PROFILE, Kind.UNKNOWN):
        note_page(session, station, item, seen, screens)
    return again_at


def screen_again(station: Station, row: work.Claimed) -> None:
    """Looks an undecided media up again, because a list changed."""
    with db.reading(station.home.engine) as session:
        found = media.load_media(session, read_number(row.subject, "M"))
        fingerprint = prints.fingerprint_of(found, media.parts_of(session, found.id))
        quarantined = quarantines.quarantined(session)
    screened = _screen(station, fingerprint, quarantined)
    boundary("screen.searched")
    now = station.now()
    with station.writing(now) as session:
        current = media.load_media(session, found.id)
        screening.save_screened(session, current, screened, now)
        quarantine_what_hits_too_much(session, screened.hits, now, station.settings.match.hits_a_day)
        for item in items.undecided_with_media(session, found.id):
            finding.settle_queue(session, item, current)
            for page in items.pages_showing(session, item.id):
                showing.reconsider_page(session, page)
        work.finish(session, row)
    boundary("screen.saved")


def trace_item(station: Station, row: work.Claimed) -> None:
    """Finds out who can remove an item. What cannot be found out is no failure; the item waits for a contact."""
    with db.reading(station.home.engine) as session:
        item = items.load_item(session, read_number(row.subject, "I"))
        headers = hostings.last_headers(session, item)
    facts = tracing.find_hosting(station, item.url, headers)
    named = proposing.named_by_directory(station, item, facts)
    boundary("trace.traced")
    now = station.now()
    with station.writing(now) as session:
        tracing.save_trace(session, items.load_item(session, item.id), facts, named, now)
        work.finish(session, row)
    boundary("trace.saved")


def notify_contacts(station: Station, row: work.Claimed) -> None:
    """For an item: into the drafts of those who answer for it. For a batch: its next round."""
    now = station.now()
    with station.writing(now) as session:
        if row.subject.startswith("B"):
            batch = notices.load_batch(session, int(row.subject[1:]))
            noticing.make_next_round(session, station, batch, now)
        else:
            drafting.put_into_batches(session, items.load_item(session, read_number(row.subject, "I")), now)
        work.finish(session, row)
    boundary("notify.saved")


def send_notice(station: Station, row: work.Claimed) -> None:
    """Fixes the bytes, delivers them, records it. Dying in between sends the same bytes again, never others."""
    now = station.now()
    number = read_number(row.subject, "N")
    with station.writing(now) as session:
        notice = notices.load_notice(session, number)
        waits_until = noticing.approve_by_rule(session, station, notice, now)
        waits_until = waits_until or timing.leaves_at(session, station, notice, now)
        waits_until = waits_until or fixing.waits_for_form(session, station, notice, now)
        outgoing = None if waits_until else fixing.fix_for_sending(session, station, notice, now)
        if outgoing is None:
            work.finish(session, row, again_at=waits_until)
            return
    boundary("send.stored")
    delivered = deliver(station, outgoing)
    boundary("send.delivered")
    with station.writing(station.now()) as session:
        again_at = _save_delivery(session, station, number, delivered)
        work.finish(session, row, again_at=again_at)
    boundary("send.saved")


def _save_delivery(
    session: Session, station: Station, number: int, delivered: fixing.Delivered | DeliveryError
) -> datetime | None:
    notice = notices.load_notice(session, number)
    if isinstance(delivered, DeliveryError):
        return fixing.save_failure(session, notice, delivered, station.now())
    fixing.save_delivered(session, notice, delivered, station.now(), station.settings.notices)
    return None


def _end(station: Station, row: work.Claimed) -> None:
    with station.writing(station.now()) as session:
        work.finish(session, row)
