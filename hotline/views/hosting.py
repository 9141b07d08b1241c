"""Who hosts an item: as it was found last, and beside what a trace finds now."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlmodel import Session

from hotline import db
from hotline.directory import known_directory, removers
from hotline.home import Home
from hotline.models import Contact, Hosting
from hotline.records.looks import HostingFacts
from hotline.store import hostings
from hotline.store.items import load_item
from hotline.views.contacts import answering
from hotline.views.shapes import Document, at, named

_FROM_DETAILS = ("country_source", "country_confidence", "cdn_source", "domain", "registrar", "upstream", "dns")


def hosting_document(row: Hosting, details: Document, contacts: list[Contact]) -> Document:
    """One hosting with the contacts that answer there now, in the shape of the contract."""
    return {
        "ip": row.ip,
        "asn": row.asn,
        "network": row.network,
        "network_name": row.network_name,
        "country": row.country,
        "cdn": row.cdn,
        **{name: details.get(name) for name in _FROM_DETAILS},
        "contacts": [named("K", contact.id) for contact in contacts],
        "at": at(row.at),
        "problems": json.loads(row.problems),
    }


def traced(home: Home, host: str, facts: HostingFacts, item_id: int | None) -> Document:
    """What a trace found now, with the contacts in the book that answer there. Of an item also whether it moved since
    it was traced last, and what a person was told about a move."""
    from hotline.trace import moved_since

    with db.reading(home.engine) as session:
        before = hostings.last_located(session, item_id) if item_id is not None else None
        told = _told(session, item_id)
    moved = moved_since(before, facts) if before is not None else None
    book = answering(home, host, facts.ip, facts.country, facts.asn)
    return asdict(facts) | {"contacts": book, "directory": _named(home, host, facts), "moved": moved, "told": told}


def _named(home: Home, host: str, facts: HostingFacts) -> list[Document]:
    """Whom the directory names there, in the book or not."""
    name = host.lower().rstrip(".")
    platform = next((one for one in home.platforms if _is_of(name, one.domains)), None)
    directory = known_directory(home.settings.notices.directory_file)
    return [
        {
            "role": one.role,
            "address": one.address,
            "answers_for": one.scope,
            "channel": one.channel,
            "origin": one.origin,
        }
        for one in removers(directory, host=name, asn=facts.asn, platform=platform)
    ]


def _is_of(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _told(session: Session, item_id: int | None) -> str | None:
    from hotline.consequences.moving import MOVED

    waits = load_item(session, item_id).needs_person if item_id is not None else None
    return waits if waits is not None and waits.startswith(MOVED) else None
