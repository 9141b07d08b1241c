"""Whom a trace found and a directory names, as proposals in the address book, once each: a person approves them. Tells
nobody anything."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import Session

from hotline import custody, notify
from hotline.consequences.removal import state_shown
from hotline.directory import Candidate, Directory, known_directory, removers, search_engines
from hotline.models import Contact, ContactTerms, Item
from hotline.pipeline.drafting import kind_and_ground
from hotline.pipeline.station import PIPELINE, Station
from hotline.records.looks import AbuseContact, HostingFacts
from hotline.states import TO_TAKE_DOWN, Channel, ContactRole, ContactState, NoticeKind
from hotline.store import contacts, notices
from hotline.store.contacts import PROPOSED

_CARRIES_A_PLATFORM = frozenset({ContactRole.HOST, ContactRole.CDN})
"""A platform is told by its own ways: of its addresses nobody's mailbox is guessed or asked for."""


def propose_found(session: Session, item: Item, facts: HostingFacts, named: Iterable[Candidate], now: datetime) -> None:
    """Proposes the mailboxes that a trace found, then whom the directory names besides."""
    found = [one for one in facts.abuse if item.platform is None or one.role in _CARRIES_A_PLATFORM]
    for one in found:
        why = f"{one.origin}, handle {one.handle}" if one.handle else one.origin
        _propose(session, Candidate("", one.address, one.role, Channel.EMAIL, one.answers_for, one.origin), why, now)
    for candidate in _besides(named, found):
        _propose(session, candidate, _why(candidate), now)


def named_by_directory(station: Station, item: Item, facts: HostingFacts) -> tuple[Candidate, ...]:
    """Whom the directory names for an item; search engines wait for their turn."""
    platform = next((one for one in station.home.platforms if one.name == item.platform), None)
    return removers(_directory(station), host=item.host, asn=facts.asn, platform=platform)


def propose_search_engines(session: Session, station: Station, item: Item, now: datetime) -> None:
    """Proposes the directory's search engines with the first item whose turn for them has come: none is asked before,
    and the book is not full of them from the first day."""
    standing = notify.Standing(item.host_at)
    due_at = notify.due_at(ContactRole.SEARCH_ENGINE, NoticeKind.ILLEGAL, standing, (), now)
    if due_at is None or due_at > now or item.platform is not None or state_shown(session, item) not in TO_TAKE_DOWN:
        return
    if kind_and_ground(session, item)[0] is NoticeKind.ILLEGAL:
        for candidate in search_engines(_directory(station)):
            _propose(session, candidate, _why(candidate), now)


def _directory(station: Station) -> Directory:
    return known_directory(station.settings.notices.directory_file)


def _besides(named: Iterable[Candidate], found: Iterable[AbuseContact]) -> Iterator[Candidate]:
    """What the registries name themselves is proposed by them alone: theirs is newer."""
    known = {(one.address.lower(), one.role) for one in found}
    return (one for one in named if (one.address.lower(), one.role) not in known)


def _why(candidate: Candidate) -> str:
    return f"{candidate.origin}: answers for {candidate.scope}"


def _propose(session: Session, candidate: Candidate, why: str, now: datetime) -> None:
    if notices.find_contact(session, candidate.address, candidate.scope, candidate.role) is not None:
        return
    if contacts.is_avoided(session, candidate.address):
        return
    contact = Contact(
        address=candidate.address,
        answers_for=candidate.scope,
        role=candidate.role,
        channel=Channel(candidate.channel),
        language=candidate.language,
        state=ContactState.PROPOSED,
        origin=candidate.origin,
        added_at=now,
        added_by=PIPELINE,
    )
    session.add(contact)
    session.flush()
    if candidate.requested_h is not None:
        session.add(ContactTerms(contact_id=contact.id, requested_h=candidate.requested_h, by=PIPELINE, at=now))
    custody.record(session, PROPOSED, f"K{contact.id}", to_state=ContactState.PROPOSED, reason=why)
