"""Packets: built by one person, released by another, received by their addressee."""

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

from sqlmodel import Session

from hotline import custody, people
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError
from hotline.models import Packet
from hotline.states import PacketState, PacketTo
from hotline.store import items, packets, reports
from notices import addendum
from notices import packet as files
from notices.facts import PacketFacts, Release, Revised, Sender

RECEIVERS = {
    PacketTo.POLICE: "Policia e Shtetit, Drejtoria për Hetimin e Krimit Kibernetik",
    PacketTo.PARTNER: "Partner hotline",
    PacketTo.BLOCKING: "ASHDMF / AKSK",
}


class Built(NamedTuple):
    """A packet that was built; `adds_to` names the earlier ones it is an addendum to, `revised` the items."""

    number: int
    content: bytes
    adds_to: tuple[str, ...]
    revised: tuple[str, ...]


def build(desk: Desk, case_id: int, document: dict[str, Any], to: PacketTo, sender: Sender) -> Built:
    """Builds a packet from a case's document; it stays unreleased until another person releases it.

    Where its addressee has a packet about the case already, it is an addendum: it names what was revised since.
    """
    if not sender.name:
        raise InputError("a packet names the hotline; set hotline.name in hotline.toml first")
    with desk.writing("packet") as session:
        reports.load_case(session, case_id)
        copy_number = reports.count_packets(session, case_id) + 1
        earlier = packets.packets_to(session, case_id, to)
        packet = Packet(
            case_id=case_id,
            to=to,
            state=PacketState.UNRELEASED,
            copy_number=copy_number,
            built_at=desk.now,
            built_by=desk.actor,
            digest="",
        )
        session.add(packet)
        session.flush()
        facts = _facts(desk, packet, document, sender, people.pseudonym(session, desk.actor))
        adds_to, revised = tuple(f"P{one.id}" for one in earlier), _revised(session, packets.last_word(earlier))
        data = files.build(replace(facts, adds_to=adds_to, revised=revised))
        packet.file, packet.digest = data, _digest(data)
        custody.record(session, "packet.build", f"P{packet.id}", to_state=PacketState.UNRELEASED, reason=packet.digest)
        return Built(packet.id, data, adds_to, tuple(one.item for one in revised))


def release(desk: Desk, packet_id: int) -> bytes:
    """Allows the hand-over. The payload is the one that was built; only the release stands beside it. Returns the file.

    Raises NotAllowedError for the person who built it, unless the case speaks of danger: then the missing
    countersignature is shown until another person gives it.
    """
    with desk.writing("packet_release") as session:
        packet = reports.load_packet(session, packet_id)
        if packet.state != PacketState.UNRELEASED and packet.released_by != packet.built_by:
            raise MoveError(f"P{packet_id} is already {packet.state}")
        if packet.state != PacketState.UNRELEASED:
            return _countersign(session, desk, packet)
        _require_up_to_date(session, packet)
        if not _is_at_risk(session, packet.case_id):
            people.require_another(desk.actor, packet.built_by, "releasing a packet")
        packet.file = files.release(_file_of(packet), Release(people.pseudonym(session, desk.actor), desk.now))
        packet.digest, packet.state = _digest(packet.file), PacketState.RELEASED
        packet.released_at, packet.released_by = desk.now, desk.actor
        session.add(packet)
        custody.record(
            session,
            "packet.release",
            f"P{packet_id}",
            from_state=PacketState.UNRELEASED,
            to_state=PacketState.RELEASED,
            reason=packet.digest,
        )
        _note_police(session, desk, packet)
        return packet.file


def receipt(desk: Desk, packet_id: int, protocol: str | None = None) -> int:
    """Records that the addressee has the packet, under their protocol number where they gave one."""
    with desk.writing("packet") as session:
        packet = reports.load_packet(session, packet_id)
        if packet.state != PacketState.RELEASED:
            raise MoveError(f"P{packet_id} is {packet.state}; a receipt belongs to a packet that was released")
        packet.state, packet.received_at = PacketState.RECEIVED, desk.now
        session.add(packet)
        custody.record(session, "packet.receipt", f"P{packet_id}", to_state=PacketState.RECEIVED, text=protocol)
        return packet_id


def _facts(desk: Desk, packet: Packet, document: dict[str, Any], sender: Sender, built_by: str) -> PacketFacts:
    return PacketFacts(
        number=f"P{packet.id}",
        kind=PacketTo(packet.to).value,
        receiver=RECEIVERS[PacketTo(packet.to)],
        copy_number=packet.copy_number,
        built_at=desk.now,
        built_by=built_by,
        sender=sender,
        case={key: value for key, value in document.items() if key != "notices"},
        notices=tuple(document.get("notices", ())),
        time_zone=desk.settings.hotline.time_zone,
    )


def _revised(session: Session, packet: Packet | None) -> tuple[Revised, ...]:
    if packet is None or packet.file is None:
        return ()
    return addendum.revised(packet.file, packets.decisions_of_case(session, packet.case_id))


def _require_up_to_date(session: Session, packet: Packet) -> None:
    """What was decided otherwise since is handed to nobody."""
    revised = _revised(session, packet)
    if revised:
        raise MoveError(
            f"P{packet.id} no longer says what is decided about {', '.join(one.item for one in revised)}; build one "
            f"that does: hotline packet build C{packet.case_id} --to {packet.to}"
        )


def _countersign(session: Session, desk: Desk, packet: Packet) -> bytes:
    people.require_another(desk.actor, packet.built_by, "countersigning a packet")
    if packet.countersigned_by is not None:
        raise MoveError(f"P{packet.id} is already released and countersigned")
    packet.countersigned_by = desk.actor
    session.add(packet)
    custody.record(session, "packet.countersign", f"P{packet.id}")
    return _file_of(packet)


def _is_at_risk(session: Session, case_id: int) -> bool:
    return reports.has_danger(session, case_id)


def _note_police(session: Session, desk: Desk, packet: Packet) -> None:
    """The clock to the police stops for every item of the case at the first released packet."""
    if packet.to != PacketTo.POLICE:
        return
    for item in items.items_of_case(session, packet.case_id):
        if item.police_at is None:
            item.police_at = desk.now
            session.add(item)


def _file_of(packet: Packet) -> bytes:
    if packet.file is None or _digest(packet.file) != packet.digest:
        raise MoveError(f"the file of P{packet.id} is not the one that was built; build a new packet")
    return packet.file


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
