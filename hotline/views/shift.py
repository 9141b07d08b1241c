"""The shift's open promises: what runs out today and what came in overnight. Chooses nothing for anybody."""

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Contact
from hotline.states import PacketState, QueueKind
from hotline.store import documents, queues
from hotline.views.packets import packet_row
from hotline.views.queue import queue
from hotline.views.shapes import Document, at, named

SOON = timedelta(hours=24)
FIRST = 10


def today(home: Home, now: datetime) -> Document:
    """Open promises of the next and news of the last 24 hours, with the first rows of the queue."""
    rows = queue(home, now)
    with db.reading(home.engine) as session:
        return {
            "now": at(now),
            "waiting": dict(Counter(row["kind"] for row in rows)),
            "at_risk": [row for row in rows if row["kind"] == QueueKind.ACK],
            "first": rows[:FIRST],
            "holds": _holds(session, now),
            "packets": _packets(session),
            "returns": _returns(session, now),
            "rounds": _rounds(session),
        }


def _holds(session: Session, now: datetime) -> list[Document]:
    """Every hold that stands, the one that ends first before others."""
    return [
        {"item": named("I", row.item_id), "until": at(row.until), "by": row.made_by}
        for row in queues.load_open_holds(session, now)
    ]


def _packets(session: Session) -> list[Document]:
    """Packets nobody released, nobody confirmed, or that one person built and released alone."""
    rows = []
    for state, why in ((PacketState.UNRELEASED, "to release"), (PacketState.RELEASED, "no receipt yet")):
        for packet in queues.load_packets_in(session, state):
            is_alone = packet.released_by == packet.built_by and packet.countersigned_by is None
            rows.append({**packet_row(packet), "why": "to countersign" if is_alone and packet.released_by else why})
    return rows


def _returns(session: Session, now: datetime) -> list[Document]:
    found = queues.load_returns_since(session, now - SOON)
    return [
        {"item": named("I", item.id), "url": item.url, "since": at(sighting.first_seen_at), "returns": item.returns}
        for sighting, item in found
    ]


def _rounds(session: Session) -> list[Document]:
    """The next round to each contact that still has something up."""
    batches = queues.load_next_rounds(session)
    contacts = {
        row.id: row for row in documents.load_by(session, Contact, Contact.id, {one.contact_id for one in batches})
    }
    return [
        {
            "contact": named("K", one.contact_id),
            "address": contacts[one.contact_id].address,
            "at": at(one.next_round_at),
        }
        for one in batches
    ]
