"""Cases: the whole document of one, as `case show` and packets give it, and the list of all."""

from collections.abc import Iterable

from sqlmodel import Session

from hotline import db, people
from hotline.home import Home
from hotline.models import CustodyEntry, Packet, Referral, Report
from hotline.priorities import LOWEST_RANK
from hotline.states import State
from hotline.store import documents, standings
from hotline.store.reports import load_case
from hotline.views.families import packet_families
from hotline.views.items import item_documents
from hotline.views.notices import notice_rows
from hotline.views.ranking import Standing, load_standings
from hotline.views.reports import report_document
from hotline.views.shapes import Document, at, named

_PACKET_REPORT = ("id", "source", "category", "city", "at_risk", "received_at")
_PACKET_NOTICE = (
    *("id", "state", "contact", "address", "role", "channel", "round", "items", "message_id", "sent_at", "outcome"),
)


def case_show(home: Home, case_id: int) -> Document:
    with db.reading(home.engine) as session:
        return case_document(session, case_id)


def case_document(session: Session, case_id: int, *, with_reports: bool = True) -> Document:
    """One case with everything in it, in the shape of the contract. Raises UnknownIdError."""
    case = load_case(session, case_id)
    standing = load_standings(session, [case_id])[case_id]
    items = item_documents(session, standing.stand.item_ids)
    reports = documents.load_by(session, Report, Report.case_id, [case_id])
    packets = documents.load_by(session, Packet, Packet.case_id, [case_id])
    referrals = documents.load_by(session, Referral, Referral.case_id, [case_id])
    subjects = _subjects(case_id, items, reports, packets, referrals)
    return {
        **_row(standing, standings.first_addresses(session, [case_id]).get(case_id)),
        "rule": _rule(standing),
        "reports": [report_document(report) for report in reports] if with_reports else [],
        "items": items,
        "packets": [{"id": named("P", row.id), "to": row.to, "state": row.state} for row in packets],
        "referrals": [{"id": named("Q", row.id), "to": row.to, "state": row.state} for row in referrals],
        "opened_at": at(case.opened_at),
        "closed_at": at(case.closed_at),
        "custody": [custody_document(entry, text) for entry, text in documents.custody_about(session, subjects)],
    }


def _rule(standing: Standing) -> str:
    """Why the case has its rank; once everything is gone no rule for what is online fits any more."""
    is_over = standing.state is State.REMOVED and standing.ranked.rank == LOWEST_RANK
    return "everything removed, watched" if is_over else standing.ranked.rule


def packet_document(session: Session, case_id: int) -> Document:
    """The case as it may leave the house: reports cut to what a receiver may have, no free text, no names of staff."""
    document = case_document(session, case_id)
    families = {int(item["family"][1:]) for item in document["items"] if item["family"]}
    document["families"] = packet_families(session, families)
    document["notices"] = _packet_notices(session, document["items"])
    document["reports"] = [{key: report[key] for key in _PACKET_REPORT} for report in document["reports"]]
    for line in document["custody"]:
        line["why"] = line.pop("reason")
        line["actor"] = people.pseudonym(session, line["actor"])
    for item in document["items"]:
        del item["needs_person"]
        for key in ("by", "second_by") if item["assessment"] else ():
            name = item["assessment"][key]
            item["assessment"][key] = people.pseudonym(session, name) if name else None
    return document


def _packet_notices(session: Session, items: list[Document]) -> list[Document]:
    """The notices about these items, without what delivery programs said."""
    numbers = {int(name[1:]) for item in items for name in item["notices"]}
    return [{key: row[key] for key in _PACKET_NOTICE} for row in notice_rows(session, numbers)]


def case_list(home: Home, state: State | None = None) -> list[Document]:
    """All cases, or those in one state, the most urgent first."""
    with db.reading(home.engine) as session:
        cases = sorted(load_standings(session).values(), key=lambda standing: standing.place)
        urls = standings.first_addresses(session, None)
    return [_row(one, urls.get(one.stand.id)) for one in cases if state is None or one.state is state]


def _row(standing: Standing, url: str | None) -> Document:
    stand = standing.stand
    return {
        "id": named("C", stand.id),
        "url": url,
        "state": standing.state.value,
        "priority": standing.priority,
        "items": len(stand.item_ids),
        "reports": stand.reports,
        "is_at_risk": stand.has_unacked,
    }


def custody_document(entry: CustodyEntry, text: str | None) -> Document:
    """One line of the chain; `why` is the reason code, with the free text behind it where it was not erased."""
    return {
        "seq": entry.seq,
        "at": at(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "from": entry.from_state,
        "to": entry.to_state,
        "why": ": ".join(part for part in (entry.reason, text) if part) or None,
        "reason": entry.reason,
        "hash": entry.hash,
    }


def _subjects(
    case_id: int,
    items: list[Document],
    reports: Iterable[Report],
    packets: Iterable[Packet],
    referrals: Iterable[Referral],
) -> set[str]:
    found = {f"C{case_id}"}
    found |= {f"R{row.id}" for row in reports} | {f"P{row.id}" for row in packets} | {f"Q{row.id}" for row in referrals}
    for item in items:
        found |= {item["id"], *item["notices"]}
        found |= {item["media"]["id"]} if item["media"] else set()
        found |= {item["family"]} if item["family"] else set()
    return found
