"""Reports and cases by their numbers."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from hotline.errors import UnknownIdError
from hotline.models import Case, CaseItem, Packet, Referral, Report


def load_case(session: Session, case_id: int) -> Case:
    """Raises UnknownIdError."""
    case = session.get(Case, case_id)
    if case is None:
        raise UnknownIdError(f"there is no case C{case_id}; `hotline case list` shows what exists")
    return case


def load_report(session: Session, report_id: int) -> Report:
    """Raises UnknownIdError."""
    report = session.get(Report, report_id)
    if report is None:
        raise UnknownIdError(f"there is no report R{report_id}; `hotline report list` shows what exists")
    return report


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
    packet = session.get(Packet, packet_id)
    if packet is None:
        raise UnknownIdError(f"there is no packet P{packet_id}; `hotline packet list` shows what exists")
    return packet


def count_packets(session: Session, case_id: int) -> int:
    return session.exec(select(func.count()).select_from(Packet).where(Packet.case_id == case_id)).one()


def load_referral(session: Session, referral_id: int) -> Referral:
    """Raises UnknownIdError."""
    referral = session.get(Referral, referral_id)
    if referral is None:
        raise UnknownIdError(f"there is no referral Q{referral_id}; `hotline referral list` shows what exists")
    return referral


def newest_recorded_at(session: Session) -> datetime | None:
    return session.exec(select(func.max(Report.recorded_at))).one()
