"""Reports: the list, one report, and the plain words a reporter may hear about theirs. Unseals only when asked to."""

from collections import defaultdict

from sqlmodel import Session

from hotline import db, keys
from hotline.errors import UnknownIdError
from hotline.home import Home
from hotline.models import Report, ReportItem
from hotline.records.codes import code_digest
from hotline.states import State
from hotline.store import documents
from hotline.store.reports import load_report
from hotline.views.ranking import load_standings
from hotline.views.shapes import Document, at, named

_RECEIVED, _WORKING, _REMOVED, _ENDED = "received", "working", "removed", "ended"

_STEP = defaultdict(
    lambda: _WORKING,
    {
        State.RECEIVED: _RECEIVED,
        State.REMOVED: _REMOVED,
        State.NOT_ILLEGAL: _ENDED,
        State.CLOSED: _ENDED,
    },
)
"""What a case's state is called towards its reporter; checked, held and asked to remove read alike."""

_WORDS = {
    _RECEIVED: ("E morëm raportimin tuaj.", "We have received your report."),
    _WORKING: ("Po punojmë për raportimin tuaj.", "We are working on your report."),
    _REMOVED: (
        "Kërkuam heqjen dhe përmbajtja u hoq. Vazhdojmë ta ndjekim.",
        "We asked for removal and the content is gone. We keep watching.",
    ),
    _ENDED: ("Puna për këtë raportim ka përfunduar.", "Our work on this report has ended."),
}
_HELP = (
    "Ndihmë, falas, në çdo orë: ALO 116 111. Në rrezik: 112.",
    "Help, free, at any hour: ALO 116 111. In danger: 112.",
)


def report_list(home: Home) -> list[Document]:
    """All reports, the newest last; before them those of a danger that nobody has acknowledged."""
    with db.reading(home.engine) as session:
        reports = documents.load_by(session, Report, Report.id, None)
        reports.sort(key=lambda report: (not report.at_risk or report.acked_at is not None, report.id))
        return [report_document(report) for report in reports]


def report_show(home: Home, report_id: int, *, is_revealed: bool = False) -> Document:
    """One report with its addresses; its contact, note and genuine address in clear only where `is_revealed`."""
    with db.reading(home.engine) as session:
        report = load_report(session, report_id)
        links = documents.load_by(session, ReportItem, ReportItem.report_id, [report_id])
        items = [{"item": named("I", link.item_id), "url": link.url} for link in links]
        revealed = _revealed(session, home, report) if is_revealed else {}
        return {**report_document(report), "items": items, **revealed}


def report_document(report: Report) -> Document:
    """What may be shown of a report everywhere: nothing that identifies who made it."""
    return {
        "id": named("R", report.id),
        "case": named("C", report.case_id),
        "source": report.source,
        "category": report.category,
        "city": report.city,
        "at_risk": report.at_risk,
        "no_url": report.no_url_kind,
        "for_whom": report.for_whom,
        "repeat_of": named("C", report.repeat_of_case),
        "received_at": at(report.received_at),
        "recorded_by": report.recorded_by,
        "acked_at": at(report.acked_at),
        "acked_by": report.acked_by,
        "has_contact": report.contact is not None,
        "has_note": report.note is not None,
        "has_genuine": report.genuine is not None,
    }


def _revealed(session: Session, home: Home, report: Report) -> Document:
    boxes = {"contact": report.contact, "note": report.note, "genuine": report.genuine}
    return {name: keys.unseal(session, home.workspace, report.id, box) if box else None for name, box in boxes.items()}


def report_status(home: Home, code: str) -> Document:
    """Plain words for a reporter, in Albanian and English, and nothing else. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        report = documents.find_report_by_code(session, code_digest(code))
        if report is None:
            raise UnknownIdError("no report has this code; read it once more, letter by letter")
        step = _STEP[load_standings(session, [report.case_id])[report.case_id].state]
    albanian, english = _WORDS[step]
    return {"state": step, "sq": f"{albanian} {_HELP[0]}", "en": f"{english} {_HELP[1]}"}
