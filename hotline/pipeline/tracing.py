"""Who can remove an item, looked up and saved: hosting as found now, the mailboxes found as proposals for a person to
approve, and a stop where the item has moved to another host."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from hotline import custody, db, work
from hotline.addresses import read_address
from hotline.consequences.items import rank_of
from hotline.consequences.moving import leave_old_host
from hotline.consequences.removal import state_shown
from hotline.consequences.takedown import queue_notify, queue_rounds
from hotline.directory import Candidate
from hotline.models import Contact, Hosting, HostingDetails, Item
from hotline.pipeline.proposing import propose_found
from hotline.pipeline.station import Station
from hotline.pipeline.timing import wake_after_look
from hotline.records.looks import Headers, HostingFacts
from hotline.records.seen import Seen
from hotline.states import TO_TAKE_DOWN, WorkKind
from hotline.store import hostings
from hotline.trace import addresses_of, answers_for, moved_since, trace


def find_hosting(station: Station, url: str, headers: Headers = ()) -> HostingFacts:
    """Looks up who can remove what is at an address. Raises AddressError.

    headers: those of the last answer from there, as far as one is at hand.
    """
    return trace(
        read_address(url),
        settings=station.settings,
        gate=station.gate,
        resolver=station.resolver,
        rdap=station.rdap,
        headers=headers,
        today=station.now().date(),
    )


def save_trace(session: Session, item: Item, facts: HostingFacts, named: Sequence[Candidate], now: datetime) -> None:
    """Saves hosting and proposals, those that a directory names among them, and has the item put before whoever
    answers for it."""
    before = hostings.last_located(session, item.id)
    hosting = Hosting(
        item_id=item.id,
        at=now,
        ip=facts.ip,
        asn=facts.asn,
        network=facts.network,
        network_name=facts.network_name,
        country=facts.country,
        cdn=facts.cdn,
        problems=json.dumps(facts.problems),
    )
    session.add(hosting)
    session.flush()
    document = json.dumps(hostings.details_of(asdict(facts)), sort_keys=True)
    session.add(HostingDetails(hosting_id=hosting.id, document=document))
    custody.record(session, "item.trace", f"I{item.id}", reason=facts.problems[0] if facts.problems else None)
    propose_found(session, item, facts, named, now)
    moved = moved_since(before, facts) if before is not None else None
    if moved is not None and state_shown(session, item) in TO_TAKE_DOWN:
        leave_old_host(session, item, lambda contact: _answers(contact, item, facts), moved, now)
    queue_notify(session, item, now)
    queue_rounds(session, item, now)
    wake_after_look(session, item, now)


def trace_if_elsewhere(session: Session, item: Item, seen: Seen) -> None:
    """Has an item traced anew when a look found its name at none of the addresses, nor in the network, of its trace."""
    if state_shown(session, item) in TO_TAKE_DOWN and _left(session, item, seen) is not None:
        work.schedule(session, WorkKind.TRACE, f"I{item.id}", seen.at, rank=rank_of(session, item.id))


def has_moved(station: Station, item: Item, seen: Seen) -> bool:
    """Tells whether a look found an item with another host than its last trace; asks the registries where it may be."""
    with db.reading(station.home.engine) as session:
        before = _left(session, item, seen)
    return before is not None and moved_since(before, find_hosting(station, item.url, seen.headers)) is not None


def _left(session: Session, item: Item, seen: Seen) -> HostingFacts | None:
    """What was traced last, where a look found the item at none of its addresses nor in its network."""
    known, ips = hostings.last_located(session, item.id), _addresses_in(item, seen)
    if known is None or not ips:
        return None
    is_there = any(ip in addresses_of(known) or answers_for(known.network or "", item.host, ip) for ip in ips)
    return None if is_there else known


def _addresses_in(item: Item, seen: Seen) -> set[str]:
    """Where the item's own host stood in a look; another way out may be told another address."""
    host = item.host.strip("[]")
    looks = [one for one in seen.captures if one.purpose in hostings.AT_THE_ITEM and one.egress == "direct"]
    hops = [hop for look in looks for hop in look.hops if urlsplit(hop.url).hostname == host]
    return {ip for hop in hops for ip in (*hop.ips, hop.ip) if ip}


def _answers(contact: Contact, item: Item, facts: HostingFacts) -> bool:
    """Whether a contact answers for the item at any of the addresses it has now."""
    return any(answers_for(contact.answers_for, item.host, ip, facts.country, facts.asn) for ip in addresses_of(facts))
