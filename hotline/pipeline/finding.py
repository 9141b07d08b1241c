"""What a first look found, saved: media, sightings, families, leads and a state, or why nothing could be looked at."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody
from hotline.consequences import families
from hotline.consequences.inheriting import add_inherited_lead, carry_over, is_illegal
from hotline.consequences.kept import queue_look as queue_look_to_keep
from hotline.consequences.quarantine import quarantine_what_hits_too_much
from hotline.consequences.sightings import open_sighting
from hotline.models import Assessment, Item, Media
from hotline.pipeline import prints, screening
from hotline.pipeline.showing import reconsider_page
from hotline.pipeline.station import Station
from hotline.records.alike import Alike
from hotline.records.seen import Seen
from hotline.screen import Screened, is_too_small
from hotline.states import DECIDED, HOPELESS, Kind, State, Unreachable
from hotline.store import assessments, items, media
from hotline.store import families as family_rows

_NO_MANDATE_AGAIN_H = 24
Screens = Mapping[str, Screened]
"""What the lists say, by the SHA-256 of the file."""


def save_unreachable(
    session: Session, station: Station, item: Item, seen: Seen, reason: Unreachable
) -> datetime | None:
    """Saves that nothing could be looked at. Returns when to try again, None when that is a person's matter."""
    item.failures += reason is not Unreachable.HOST_RESTED
    item.reason = reason
    again_at = _try_again_at(station, item.failures, reason, seen.at)
    is_last = again_at is None
    if reason in HOPELESS or is_last:
        item.needs_person = f"{'last try' if is_last and reason not in HOPELESS else 'cannot be looked at'}: {reason}"
    if item.state == State.AWAITING_ASSESSMENT:
        custody.record(session, "item.look", f"I{item.id}", reason=reason)
    elif item.state == State.UNREACHABLE:
        custody.record(session, "item.look", f"I{item.id}", from_state=item.state, to_state=item.state, reason=reason)
    else:
        custody.move(session, item, State.UNREACHABLE, action="item.look", reason=reason)
    session.add(item)
    for page in items.pages_showing(session, item.id) if is_last else ():
        reconsider_page(session, page)
    return again_at


def _try_again_at(station: Station, failures: int, reason: Unreachable, now: datetime) -> datetime | None:
    if reason is Unreachable.NO_MANDATE:
        return now + timedelta(hours=_NO_MANDATE_AGAIN_H)
    if reason is Unreachable.HOST_RESTED:
        return now
    hours = station.settings.look.retry_h
    return None if reason in HOPELESS or failures > len(hours) else now + timedelta(hours=hours[failures - 1])


def save_media(session: Session, station: Station, item: Item, seen: Seen, screens: Screens) -> Media:
    """Saves the media found at an item: sighting, family, leads, and the state that follows."""
    found, is_new = ensure_media(session, seen, screens)
    screened = screens.get(found.sha256)
    open_sighting(session, item, found, seen.at)
    alike = _find_family(session, station, found, seen)
    families.take_over_word(session, item, found)
    is_seen_twice = not is_new and not found.is_known_good and media.count_sightings(session, found.id) > 1
    if is_seen_twice and found.family_id is None:
        families.ensure_family(session, found, seen.at)
    if is_new and screened is not None:
        quarantine_what_hits_too_much(session, screened.hits, seen.at, station.settings.match.hits_a_day)
    # A file nobody has seen before: nothing was decided about it, and nothing about others while it has no family.
    if not is_new or found.family_id is not None:
        _inherit(session, found, alike, seen.at)
    decided = None if is_new else assessments.current_for_media(session, found.id)
    if item.kind in (Kind.UNKNOWN, Kind.PAGE):
        item.kind = _kind_of(found)
    item.media_id = found.id
    _settle(session, station, item, found, decided, seen.at)
    return found


def _find_family(session: Session, station: Station, found: Media, seen: Seen) -> Alike | None:
    """The surest likeness puts it into a family, and is returned."""
    if found.family_id is not None or found.is_known_good or is_too_small(found.width, found.height):
        return None
    near = station.families.nearest(session, seen.fingerprint, found.id) if seen.fingerprint is not None else None
    alike = near or seen.alike
    if alike is not None:
        families.join_alike(session, found, alike, seen.at)
    return alike


def _settle(
    session: Session, station: Station, item: Item, found: Media, decided: Assessment | None, now: datetime
) -> None:
    """The state of an item that shows `found`: illegal by exact carry-over, else it waits for a person."""
    if State(item.state) in DECIDED:
        custody.move(session, item, State.AWAITING_ASSESSMENT, action="item.other_bytes")
    if decided is not None and is_illegal(decided) and not _waits_for_second(station, decided.second_by):
        carry_over(session, item, now, station.settings.recheck)
        queue_look_to_keep(session, station.settings, item, now)
        return
    item.is_queued = _is_for_person(item, found)
    if item.state == State.AWAITING_ASSESSMENT:
        custody.record(session, "item.look", f"I{item.id}")
    else:
        custody.move(session, item, State.AWAITING_ASSESSMENT, action="item.look")
    for page in items.pages_showing(session, item.id):
        reconsider_page(session, page)


def settle_queue(session: Session, item: Item, found: Media) -> None:
    """Puts an undecided item before a person or takes it away, when what the lists say about it has changed."""
    is_queued = _is_for_person(item, found)
    if item.is_queued != is_queued:
        item.is_queued = is_queued
        session.add(item)
        custody.record(session, "item.queue", f"I{item.id}", reason="to_judge" if is_queued else "known_good_or_small")


def _is_for_person(item: Item, found: Media) -> bool:
    """Icons and known-good files are for a person only where somebody reported them."""
    return item.is_reported or not (found.is_known_good or is_too_small(found.width, found.height))


def ensure_media(session: Session, seen: Seen, screens: Screens) -> tuple[Media, bool]:
    """The media of the bytes that were seen, made with its leads if it is new; tells whether it is."""
    fingerprint = seen.fingerprint
    if fingerprint is None:
        raise ValueError("a look without bytes has no media")
    found = media.find_by_sha256(session, fingerprint.sha256)
    if found is not None:
        return found, False
    found = prints.media_from(fingerprint, seen.at)
    session.add(found)
    session.flush()
    if parts := prints.parts_from(fingerprint, found):
        session.add(parts)
    custody.record(session, "media.add", f"M{found.id}", reason=fingerprint.problem)
    screened = screens.get(found.sha256)
    if screened is not None and screened.hits:  # without any there is nothing to add and nothing to withdraw
        screening.save_screened(session, found, screened, seen.at)
    return found, True


def _inherit(session: Session, found: Media, alike: Alike | None, now: datetime) -> None:
    """Shows what was decided about this file, unless it carries over, or about one that is like it.

    Illegal first, and of those the one that it was found to be like.
    """
    nearest = alike.media_id if alike is not None else None
    members = family_rows.media_of(session, found.family_id) if found.family_id is not None else [found]
    decisions = [(member, assessments.current_for_media(session, member.id)) for member in members]
    known = [(member, decided) for member, decided in decisions if decided is not None]
    known.sort(key=lambda pair: (not is_illegal(pair[1]), pair[0].id != nearest))
    for member, decided in known[:1]:
        if member.id != found.id or not is_illegal(decided):
            add_inherited_lead(session, found, member, decided, now)


def _waits_for_second(station: Station, second_by: str | None) -> bool:
    return station.settings.assess.second_reader and second_by is None


def _kind_of(found: Media) -> Kind:
    if found.mime is None:
        return Kind.FILE
    return Kind.VIDEO if found.mime.startswith("video/") else Kind.PICTURE
