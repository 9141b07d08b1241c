"""Fills a home with items that are found illegal and traced, and of which nobody was told: for each a contact is in the
book, a notice is due, and the look at it is fresh."""

import random
from datetime import timedelta

from hotline import work
from hotline.decisions.desk import Desk
from hotline.models import Case, Contact, Hosting, Item, Media
from hotline.states import State, WorkKind
from scripts.bench import filling, rows

SEEN_BEFORE = timedelta(minutes=10)
CLASSES = '{"ncmec": "A1"}'


def fill_due(desk: Desk, items: int, contacts: int) -> None:
    """Adds `contacts` approved contacts, for a domain and for a network in turn, and `items` items that are theirs in
    turn. Their notices are due now, in this order."""
    dice, at = random.Random(items), desk.now - SEEN_BEFORE
    with filling.chunk_at(desk, dice, at) as chunk:
        filling.add_contacts(chunk, [_contact(chunk, number) for number in range(contacts)])
    for start in range(0, items, filling.CHUNK):
        with filling.chunk_at(desk, dice, at) as chunk:
            _add_items(chunk, contacts, range(start, min(start + filling.CHUNK, items)), desk)


def _contact(chunk: filling.Chunk, number: int) -> Contact:
    contact = rows.contact(number, chunk.at)
    if number % 2:
        contact.answers_for = f"{_network(number)}.0/24"
    return contact


def _network(number: int) -> str:
    return f"10.{number // 256}.{number % 256}"


def _host(number: int) -> str:
    """Under the domain of who answers for it; of who answers for a network, under none that anybody answers for."""
    return f"elsewhere{number}.example" if number % 2 else f"img.{rows.host(number)}"


def _add_items(chunk: filling.Chunk, contacts: int, numbers: range, desk: Desk) -> None:
    cases = chunk.add([Case(opened_at=chunk.at) for _ in numbers])
    reports = chunk.add([rows.report(chunk.dice, case, chunk.at) for case in cases])
    media = chunk.add([rows.media(chunk.dice, None, chunk.at) for _ in numbers])
    items = chunk.add([_item(chunk, found, n, contacts) for found, n in zip(media, numbers, strict=True)])
    for case, report, item, found in zip(cases, reports, items, media, strict=True):
        filling.add_beginning(chunk, case, report, item)
        filling.add_look(chunk, item, found)
    for item, number in zip(items, numbers, strict=True):
        _add_decision(chunk, item)
        _add_hosting(chunk, item, number, contacts)
        work.schedule(chunk.session, WorkKind.NOTIFY, f"I{item.id}", desk.now)


def _item(chunk: filling.Chunk, found: Media, number: int, contacts: int) -> Item:
    return rows.item(chunk.dice, State.ILLEGAL, found, number, chunk.at, on=_host(number % contacts))


def _add_decision(chunk: filling.Chunk, item: Item) -> None:
    decided = rows.assessment(item, "baseline", chunk.at)
    decided.classes = CLASSES
    chunk.session.add(decided)
    chunk.line("item.assess", f"I{item.id}", to_state=item.state, reason=decided.verdict)


def _add_hosting(chunk: filling.Chunk, item: Item, number: int, contacts: int) -> None:
    network = _network(number % contacts)
    ip = f"{network}.{1 + number // contacts % 250}"
    found = Hosting(item_id=item.id, at=chunk.at, ip=ip, asn=64500, network=f"{network}.0/24", country="AL")
    chunk.session.add(found)
    chunk.line("item.trace", f"I{item.id}")
