"""Counts and clocks of a home: how much came in, what became of it and how long each step took."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Assessment, Contact, Notice, Report
from hotline.store import documents, measures
from hotline.views.families import family_list
from hotline.views.hosts import host_documents
from hotline.views.measures import contact_measures, item_clocks
from hotline.views.ranking import load_standings
from hotline.views.shapes import Document, named


def stats(home: Home) -> Document:
    """Counts by the field's own words, median hours between its clocks and shares; null where nothing was measured."""
    families = family_list(home)
    with db.reading(home.engine) as session:
        return {
            "reports": _reports(session),
            "cases": _cases(session),
            "items": _items(session, home.now()),
            "assessments": _assessments(session),
            "notices": _notices(session),
            "families": {"count": len(families), "reuploads": sum(row["reuploads"] for row in families)},
            "hosts": host_documents(session),
            "by_contact": _by_contact(session),
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


def _items(session: Session, now: datetime) -> Document:
    items = measures.clocks(session)
    states = documents.shown_states(session)
    return {
        "count": len(items),
        "by_state": _counts(state.value for state in states.values()),
        "returns": sum(item.returns for item in items),
        **item_clocks(items, now),
    }


def _by_contact(session: Session) -> list[Document]:
    """What each contact got and did, who got most first."""
    found = contact_measures(session, None)
    rows = documents.load_by(session, Contact, Contact.id, found)
    told = [{"id": named("K", one.id), "address": one.address, "role": one.role, **found[one.id]} for one in rows]
    return sorted(told, key=lambda row: -row["rounds"])


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
