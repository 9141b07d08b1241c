"""Reports and cases by their numbers."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from hotline.models import Case, CaseItem, Packet, Referral, Report
from hotline.store.rows import load


def load_case(session: Session, case_id: int) -> Case:
    """Raises UnknownIdError."""
    return load(session, Case, case_id)


def load_report(session: Session, report_id: int) -> Report:
    """Raises UnknownIdError."""
    return load(session, Report, report_id)


def reports_of_item(session: Session, item_id: int) -> list[Report]:
    """The reports of every case that an item matters to."""
    cases = select(CaseItem.case_id).where(CaseItem.item_id == item_id)
    return list(session.exec(select(Report).where(col(Report.case_id).in_(cases)).order_by(col(Report.id))))


def find_by_import(session: Session, digest: str) -> Report | None:
    return session.exec(select(Report).where(Report.import_digest == digest)).first()


def reports_to_acknowledge(session: Session, case_id: int) -> list[Report]:
    """Reports of a case that speak of danger and that nobody has acknowledged."""
    return list(
        session.exec(
            select(Report).where(
                Report.case_id == case_id, col(Report.at_risk).is_not(None), col(Report.acked_at).is_(None)
            )
        )
    )


def has_danger(session: Session, case_id: int) -> bool:
    """Tells whether any report of a case speaks of danger to a child."""
    found = session.exec(select(Report.id).where(Report.case_id == case_id, col(Report.at_risk).is_not(None)).limit(1))
    return found.first() is not None


def is_linked(session: Session, case_id: int, item_id: int) -> bool:
    return session.get(CaseItem, (case_id, item_id)) is not None


def load_packet(session: Session, packet_id: int) -> Packet:
    """Raises UnknownIdError."""
    return load(session, Packet, packet_id)


def count_packets(session: Session, case_id: int) -> int:
    return session.exec(select(func.count()).select_from(Packet).where(Packet.case_id == case_id)).one()


def load_referral(session: Session, referral_id: int) -> Referral:
    """Raises UnknownIdError."""
    return load(session, Referral, referral_id)


def newest_recorded_at(session: Session) -> datetime | None:
    return session.exec(select(func.max(Report.recorded_at))).one()
