"""Assessments: the one that counts for a media or an item, and who inherited it."""

from sqlmodel import Session, col, func, select

from hotline.models import Assessment, Item, Media
from hotline.store.standings import ILLEGAL_VERDICTS


def current_for_media(session: Session, media_id: int) -> Assessment | None:
    return session.exec(
        select(Assessment).where(Assessment.media_id == media_id, col(Assessment.replaced_at).is_(None))
    ).first()


def own_of(session: Session, item_id: int) -> Assessment | None:
    """What was decided about the item itself, not about the media it shows."""
    return session.exec(
        select(Assessment).where(Assessment.item_id == item_id, col(Assessment.replaced_at).is_(None))
    ).first()


def current_for(session: Session, item: Item) -> Assessment | None:
    """The item's own assessment where somebody gave one, else that of the media it shows."""
    own = own_of(session, item.id)
    if own is not None or item.media_id is None:
        return own
    return current_for_media(session, item.media_id)


def illegal_by_two(session: Session) -> list[tuple[Media, Assessment]]:
    """Each media that stands assessed illegal by two different people, oldest first."""
    query = (
        select(Media, Assessment)
        .join(Assessment, col(Assessment.media_id) == col(Media.id))
        .where(col(Assessment.replaced_at).is_(None), col(Assessment.verdict).in_(ILLEGAL_VERDICTS))
        .where(col(Assessment.second_by).is_not(None), col(Assessment.second_by) != col(Assessment.by))
        .order_by(col(Media.id))
    )
    return list(session.exec(query))


def revised_by_two(session: Session) -> set[int]:
    """Media that two people once assessed illegal in a decision that was replaced since."""
    query = select(Assessment.media_id).where(
        col(Assessment.replaced_at).is_not(None),
        col(Assessment.second_by).is_not(None),
        col(Assessment.verdict).in_(ILLEGAL_VERDICTS),
    )
    return {row for row in session.exec(query) if row is not None}


def decided_by_two(session: Session) -> tuple[int, int, int]:
    """What tells whether any decision was confirmed or replaced since: how many there are, and were."""
    columns = (func.count(), func.count(col(Assessment.second_by)), func.count(col(Assessment.replaced_at)))
    return session.exec(select(*columns).select_from(Assessment)).one()
