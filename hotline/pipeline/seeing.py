"""When an address was seen online, and by whom: looks of the machine, and what a person saw. Decides nothing."""

from collections.abc import Iterator

from sqlmodel import Session

from hotline.models import Item
from hotline.records.seen import PERSON
from hotline.states import UP, Basis
from hotline.store import assessments, documents, items, media, rechecks
from notices.facts import Seeing


def seen_online(session: Session, item: Item) -> list[Seeing]:
    """Every seeing we can prove, oldest first; empty for an address that nobody reached."""
    found = {*_by_looks(session, item), *_by_rechecks(session, item), *_by_assessment(session, item)}
    return sorted(found, key=lambda seeing: (seeing.at, seeing.is_by_person))


def _by_looks(session: Session, item: Item) -> Iterator[Seeing]:
    """First looks that found something, and the first and last time that its bytes or pictures were there."""
    for entry, _ in documents.custody_about(session, [f"I{item.id}"]):
        if entry.action == "item.look" and entry.reason is None:
            yield Seeing(entry.at)
    times = (*media.seen_between(session, item.id), *items.pictures_seen_between(session, item.id))
    yield from (Seeing(at) for at in times if at is not None)


def _by_rechecks(session: Session, item: Item) -> Iterator[Seeing]:
    for row in rechecks.rechecks_of(session, item.id):
        if row.verdict in UP:
            yield Seeing(row.at, row.vantage == PERSON)


def _by_assessment(session: Session, item: Item) -> Iterator[Seeing]:
    """Who decided about the address itself after a look has seen it; a decision about a file may be from elsewhere."""
    own = assessments.own_of(session, item.id)
    if own is not None and own.basis == Basis.LOOKED:
        yield Seeing(own.at, is_by_person=True)
