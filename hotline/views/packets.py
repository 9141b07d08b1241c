"""What was or will be handed to others: packets and referrals."""

from hotline import db
from hotline.home import Home
from hotline.models import Packet, Referral
from hotline.store import documents
from hotline.views.shapes import Document, at, named


def packet_list(home: Home) -> list[Document]:
    with db.reading(home.engine) as session:
        return [packet_row(packet) for packet in documents.load_by(session, Packet, Packet.id, None)]


def packet_row(packet: Packet) -> Document:
    return {
        "id": named("P", packet.id),
        "state": packet.state,
        "case": named("C", packet.case_id),
        "to": packet.to,
        "copy_number": packet.copy_number,
        "built_at": at(packet.built_at),
        "built_by": packet.built_by,
        "released_at": at(packet.released_at),
        "released_by": packet.released_by,
        "countersigned_by": packet.countersigned_by,
        "received_at": at(packet.received_at),
    }


def referral_list(home: Home) -> list[Document]:
    with db.reading(home.engine) as session:
        return [_referral(row) for row in documents.load_by(session, Referral, Referral.id, None)]


def _referral(row: Referral) -> Document:
    return {
        "id": named("Q", row.id),
        "state": row.state,
        "case": named("C", row.case_id),
        "to": row.to,
        "made_at": at(row.made_at),
        "made_by": row.made_by,
        "done_at": at(row.done_at),
    }
