"""Entries of lists in quarantine, and how much an entry hits that is unrelated."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from hotline.models import Lead, Media, Quarantine

_QUARANTINED = select(Quarantine.list, Quarantine.entry).where(col(Quarantine.released_at).is_(None))


def standing(session: Session) -> list[Quarantine]:
    """Everything in quarantine, oldest first."""
    query = select(Quarantine).where(col(Quarantine.released_at).is_(None)).order_by(col(Quarantine.id))
    return list(session.exec(query))


def quarantined(session: Session) -> frozenset[tuple[str, str]]:
    """List and entry of everything in quarantine."""
    return frozenset(session.exec(_QUARANTINED))


def of_entry(session: Session, list_name: str, entry: str) -> Quarantine | None:
    """The newest quarantine of an entry, also one that is over."""
    chosen = (Quarantine.list == list_name, Quarantine.entry == entry)
    return session.exec(select(Quarantine).where(*chosen).order_by(col(Quarantine.id).desc()).limit(1)).first()


def count_unrelated(session: Session, list_name: str, entry: str, since: datetime) -> int:
    """How many media an entry was a lead to since then; those of one family count once."""
    one_family = func.coalesce(-col(Media.family_id), col(Media.id))
    query = (
        select(func.count(func.distinct(one_family)))
        .select_from(Lead)
        .join(Media, col(Media.id) == col(Lead.media_id))
        .where(Lead.list == list_name, Lead.entry == entry, col(Lead.withdrawn_at).is_(None), Lead.found_at > since)
    )
    return session.exec(query).one()
