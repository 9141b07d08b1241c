"""Counts and clocks of a home: how much came in, what became of it and how long each step took."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Assessment, Item, Notice, Report
from hotline.store import documents
from hotline.views.families import family_list
from hotline.views.hosts import host_documents
from hotline.views.ranking import load_standings
from hotline.views.shapes import Document

_HOUR = timedelta(hours=1)


def stats(home: Home) -> Document:
    """Counts by the field's own words and median hours between its clocks; null where nothing was measured."""
    families = family_list(home)
    with db.reading(home.engine) as session:
        return {
            "reports": _reports(session),
            "cases": _cases(session),
            "items": _items(session),
            "assessments": _assessments(session),
            "notices": _notices(session),
            "families": {"count": len(families), "reuploads": sum(row["reuploads"] for row in families)},
            "hosts": host_documents(session),
        }


def _reports(session: Session) -> Document:
    reports = documents.load_by(session, Report, Report.id, None)
    return {
        "count": len(reports),
        "by_source": _counts(report.source for report in reports),
        "by_category": _counts(report.category for report in reports),
        "by_city": _counts(report.city for report in reports if report.city),
        "at_risk": sum(1 for report in reports if report.at_risk),
    }


def _cases(session: Session) -> Document:
    standings = load_standings(session).values()
    return {
        "count": len(standings),
        "by_state": _counts(one.state.value for one in standings),
        "by_priority": _counts(one.priority for one in standings),
    }


def _items(session: Session) -> Document:
    items = documents.load_by(session, Item, Item.id, None)
    states = documents.shown_states(session)
    return {
        "count": len(items),
        "by_state": _counts(state.value for state in states.values()),
        "returns": sum(item.returns for item in items),
        "hours_to_host": _median_h((item.received_at, item.host_at) for item in items),
        "hours_to_police": _median_h((item.received_at, item.police_at) for item in items),
        "hours_to_removed": _median_h((item.host_at, item.removed_at) for item in items),
    }


def _assessments(session: Session) -> Document:
    rows = [row for row in documents.load_by(session, Assessment, Assessment.id, None) if row.replaced_at is None]
    return {
        "count": len(rows),
        "by_verdict": _counts(row.verdict for row in rows),
        "by_ground": _counts(row.ground for row in rows if row.ground),
        "by_basis": _counts(row.basis for row in rows),
    }


def _notices(session: Session) -> Document:
    notices = documents.load_by(session, Notice, Notice.id, None)
    return {
        "count": len(notices),
        "by_state": _counts(notice.state for notice in notices),
        "by_outcome": _counts(notice.outcome for notice in notices if notice.outcome),
    }


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _median_h(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """The median hours of the spans that have both ends."""
    hours = [(end - start) / _HOUR for start, end in spans if start and end]
    return round(median(hours), 1) if hours else None
