"""What was or will be handed to others: packets, with what of them no longer holds, and referrals."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Packet, Referral
from hotline.states import PacketState, QueueKind
from hotline.store import documents, packets, queues
from hotline.views.shapes import Document, at, named
from hotline.views.waits import Wait
from notices import addendum
from notices.facts import Revised


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


def packet_waits(session: Session) -> Iterator[Wait]:
    """What no longer says what is decided, and what is to be released."""
    newest = packets.newest_packets(session)
    outdated = _outdated(session) if newest else {}
    for packet, revised in outdated.values():
        if packet.id in newest:
            yield _addendum_wait(packet, revised)
    for packet in queues.load_packets_in(session, PacketState.UNRELEASED):
        if packet.id not in outdated:
            why = f"for {packet.to}, built by {packet.built_by}; another person runs: hotline packet release "
            why += f"P{packet.id}"
            extra = {"packet": named("P", packet.id)}
            yield Wait(QueueKind.PACKET, f"P{packet.id}", why, packet.built_at, case_id=packet.case_id, extra=extra)


def _outdated(session: Session) -> dict[int, tuple[Packet, tuple[Revised, ...]]]:
    """Packets that say of some item what is no longer decided, by number, with what was revised."""
    found = {}
    for packet in packets.with_revisions(session):
        decided = packets.decisions_of_case(session, packet.case_id)
        revised = addendum.revised(packet.file, decided) if packet.file is not None else ()
        if revised:
            found[packet.id] = (packet, revised)
    return found


def _addendum_wait(packet: Packet, revised: tuple[Revised, ...]) -> Wait:
    names = [one.item for one in revised]
    why = f"P{packet.id} for {packet.to} no longer says what is decided about {', '.join(names)}: hotline packet build "
    why += f"C{packet.case_id} --to {packet.to} makes an addendum"
    since = max(datetime.fromisoformat(one.now.at) for one in revised)
    extra = {"packet": named("P", packet.id), "items": names}
    return Wait(QueueKind.PACKET, f"P{packet.id}", why, since, case_id=packet.case_id, extra=extra)


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
