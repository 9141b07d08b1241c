"""Packets beside what was decided since they were built."""

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.models import Assessment, CaseItem, Item, Packet
from hotline.states import DECIDED, PacketState, State
from hotline.store.documents import current_assessments, load_by
from hotline.store.items import items_of_case
from notices.facts import Decision
from notices.words import utc_text

_HANDED_OVER = (PacketState.RELEASED, PacketState.RECEIVED)


def packets_to(session: Session, case_id: int, to: str) -> list[Packet]:
    """The packets about a case for one addressee, oldest first."""
    chosen = (Packet.case_id == case_id, Packet.to == to)
    return list(session.exec(select(Packet).where(*chosen).order_by(col(Packet.id))))


def last_word(packets: list[Packet]) -> Packet | None:
    """What an addressee was told last: the newest packet handed over, or the newest where none was."""
    return next((one for one in reversed(packets) if one.state in _HANDED_OVER), packets[-1] if packets else None)


def newest_packets(session: Session) -> set[int]:
    """The newest packet of each case for each addressee."""
    return set(session.exec(_newest()))


def with_revisions(session: Session) -> list[Packet]:
    """The newest packets, and those not released, in whose case something was revised since they were built."""
    is_wanted = or_(col(Packet.id).in_(_newest()), col(Packet.state) == PacketState.UNRELEASED)
    is_later = (
        col(Assessment.replaced_at).is_(None),
        col(Assessment.revises_id).is_not(None),
        col(Assessment.at) >= col(Packet.built_at),
    )
    linked = select(Packet.id).join(CaseItem, col(CaseItem.case_id) == col(Packet.case_id)).where(is_wanted)
    by_item = linked.join(Assessment, col(Assessment.item_id) == col(CaseItem.item_id)).where(*is_later)
    by_media = linked.join(Item, col(Item.id) == col(CaseItem.item_id)).join(
        Assessment, col(Assessment.media_id) == col(Item.media_id)
    )
    found = {*session.exec(by_item), *session.exec(by_media.where(*is_later))}
    return load_by(session, Packet, Packet.id, sorted(found))


def decisions_of_case(session: Session, case_id: int) -> dict[str, Decision]:
    """What is decided about each item of a case, by its number; not what waits to be decided, anew or at all."""
    decided = [item for item in items_of_case(session, case_id) if State(item.state) in DECIDED | {State.CLOSED}]
    media_ids = {item.media_id for item in decided if item.media_id is not None}
    own, of_media = current_assessments(session, [item.id for item in decided], media_ids)
    found = {item.id: own.get(item.id) or of_media.get(item.media_id or 0) for item in decided}
    return {f"I{number}": Decision(one.verdict, one.ground, utc_text(one.at)) for number, one in found.items() if one}


def _newest() -> SelectOfScalar[int]:
    return select(func.max(Packet.id)).group_by(col(Packet.case_id), col(Packet.to))
