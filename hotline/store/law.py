"""Who compared which citation or platform's rule with its source."""

from collections import defaultdict
from datetime import datetime

from sqlmodel import Session, col, select

from hotline.law import Checked, LawBook
from hotline.models import LawCheck
from hotline.settings import Settings


def book_of(session: Session, settings: Settings, now: datetime) -> LawBook:
    """What may be quoted now, by the checks that nobody withdrew."""
    found = defaultdict[str, list[Checked]](list)
    for row in session.exec(select(LawCheck).where(col(LawCheck.withdrawn_at).is_(None)).order_by(col(LawCheck.id))):
        found[row.entry].append(Checked(row.by, row.at, row.text_digest))
    return LawBook(settings, found, now.date())


def checks_of(session: Session, entry: str) -> list[LawCheck]:
    """Every check of an entry, the withdrawn ones too, the oldest first."""
    return list(session.exec(select(LawCheck).where(LawCheck.entry == entry).order_by(col(LawCheck.id))))
