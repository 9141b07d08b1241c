"""Leads: what the lists of known hashes say about a media, saved at its first look and whenever a list changed."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from hashsets.match import Hit
from hotline import custody, db
from hotline.consequences.inheriting import OWN_DECISIONS
from hotline.consequences.items import queue_screens
from hotline.consequences.ownlist import OWN_LIST
from hotline.models import Lead, Media
from hotline.pipeline.station import Station
from hotline.screen import Screened
from hotline.store import media


def catch_up_with_lists(station: Station) -> None:
    """Brings the own list in step with the decisions, and has everything undecided screened when any list changed.

    That is so also where a program died before it could say that it changed one.
    """
    now = station.now()
    with db.reading(station.home.engine) as session:
        is_own_changed = station.own_list.catch_up(session, station.library, now)
    versions = {f"list:{info.name}": f"version {info.version}" for info in station.library.lists()}
    with db.reading(station.home.engine) as session:
        missed = [name for name, version in versions.items() if custody.last_to_state(session, name) != version]
    if not missed and not is_own_changed:
        return
    with station.writing(now) as session:
        queue_screens(session, now)
        if is_own_changed:
            custody.record(session, "hashset.own", f"list:{OWN_LIST}", reason="decided_by_two")
        for name in missed:
            custody.record(session, "hashset.import", name, to_state=versions[name], reason="found_by_pipeline")


def save_screened(session: Session, found: Media, screened: Screened, now: datetime) -> None:
    """Keeps the leads of a media: new ones are added, those no list gives any more are withdrawn."""
    standing = {(lead.list, lead.entry): lead for lead in media.leads_of(session, found.id)}
    changes = 0
    for hit in screened.hits:
        lead = standing.pop((hit.list, hit.entry), None)
        if lead is not None and lead.withdrawn_at is None and _says(lead, hit):
            continue
        session.add(_lead(found, hit, lead, now))
        changes += 1
    for lead in standing.values():
        if lead.withdrawn_at is None and lead.list != OWN_DECISIONS:
            lead.withdrawn_at = now
            session.add(lead)
            changes += 1
    if changes or found.is_known_good != screened.is_known_good:
        found.is_known_good = screened.is_known_good
        session.add(found)
        custody.record(session, "media.screen", f"M{found.id}", reason=f"leads_changed:{changes}")


def _says(lead: Lead, hit: Hit) -> bool:
    """Whether a lead says what a hit says now: a threshold may change what it is worth."""
    return (lead.list_version, lead.strength, lead.variant) == (hit.list_version, hit.strength, hit.variant)


def _lead(found: Media, hit: Hit, earlier: Lead | None, now: datetime) -> Lead:
    values: dict[str, Any] = {
        "list_version": hit.list_version,
        "algorithm": hit.algorithm.value,
        "distance": hit.distance,
        "label": hit.label,
        "variant": hit.variant.value,
        "role": hit.role.value,
        "strength": hit.strength.value,
        "withdrawn_at": None,
    }
    if earlier is None:
        return Lead(media_id=found.id, list=hit.list, entry=hit.entry, found_at=now, **values)
    for name, value in values.items():
        setattr(earlier, name, value)
    return earlier
