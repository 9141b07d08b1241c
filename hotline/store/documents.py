"""What a case document and the lists of cases are made of: rows loaded in bulk, and the state an item shows to people.
Commits nothing and decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from hotline.models import Assessment, CaseItem, CustodyEntry, Hosting, Item, Lead, PageItem, Report, Row, Text
from hotline.states import Kind, State, worst

CHUNK = 5_000
"""How many ids go into one statement; SQLite takes 32,766 parameters at most."""

AnyRow = TypeVar("AnyRow", bound=Row)

COMPUTED_KINDS = frozenset({Kind.PAGE, Kind.PROFILE})


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it; `is_link_gone` when the page no longer does."""

    state: State
    is_queued: bool
    is_link_gone: bool


@dataclass(frozen=True)
class Stand:
    """Where an item itself stands, without what it shows."""

    kind: Kind
    state: State
    is_removed: bool
    is_assessed: bool


def shown_state(item: Stand, pictures: Iterable[Shown]) -> State:
    """The state an item shows: its own, or computed from its `pictures` for a page that nobody assessed itself."""
    if item.kind not in COMPUTED_KINDS or item.state is not State.AWAITING_ASSESSMENT or item.is_assessed:
        return item.state
    if item.is_removed:
        return State.REMOVED
    return worst([picture.state for picture in pictures if _counts(picture)]) or item.state


def _counts(picture: Shown) -> bool:
    if picture.is_link_gone and picture.state is not State.REMOVED:
        return False
    return picture.is_queued or picture.state is not State.AWAITING_ASSESSMENT


def shown_states(session: Session, item_ids: Collection[int] | None = None) -> dict[int, State]:
    """The shown state of each item by its number; of every item in the home when `item_ids` is None."""
    stands = _stands(session, item_ids)
    waiting = {
        item_id
        for item_id, stand in stands.items()
        if stand.kind in COMPUTED_KINDS and stand.state is State.AWAITING_ASSESSMENT and not stand.is_assessed
    }
    pictures = _pictures_of(session, waiting)
    return {item_id: shown_state(stand, pictures.get(item_id, ())) for item_id, stand in stands.items()}


def within(column: Any, ids: Collection[Any] | None) -> Iterator[ColumnElement[bool]]:
    """Conditions that together choose `ids`, each small enough for one statement; one that is always true for None."""
    if ids is None:
        yield true()
        return
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield col(column).in_(chunk)


def _stands(session: Session, item_ids: Collection[int] | None) -> dict[int, Stand]:
    assessed = _assessed_items(session, item_ids)
    found = {}
    for condition in within(Item.id, item_ids):
        query = select(Item.id, Item.kind, Item.state, col(Item.removed_at).is_not(None)).where(condition)
        for item_id, kind, state, is_removed in session.exec(query):
            found[item_id] = Stand(Kind(kind), State(state), is_removed, item_id in assessed)
    return found


def _assessed_items(session: Session, item_ids: Collection[int] | None) -> set[int | None]:
    """Those of the items that were assessed themselves, not through their media."""
    standing = (col(Assessment.item_id).is_not(None), col(Assessment.replaced_at).is_(None))
    return {
        item_id
        for condition in within(Assessment.item_id, item_ids)
        for item_id in session.exec(select(Assessment.item_id).where(condition, *standing))
    }


def _pictures_of(session: Session, page_ids: Collection[int]) -> dict[int, list[Shown]]:
    shown = defaultdict[int, list[Shown]](list)
    for condition in within(PageItem.page_id, page_ids):
        query = (
            select(PageItem.page_id, Item.state, Item.is_queued, col(PageItem.gone_at).is_not(None))
            .join(Item, col(Item.id) == col(PageItem.item_id))
            .where(condition)
        )
        for page_id, state, is_queued, is_gone in session.exec(query):
            shown[page_id].append(Shown(State(state), is_queued, is_gone))
    return shown


def load_by(session: Session, table: type[AnyRow], column: Any, ids: Collection[Any] | None) -> list[AnyRow]:
    """The rows of `table` whose `column` is one of `ids`, every row for None; oldest first."""
    keys = [col(key) for key in table.__table__.primary_key.columns]  # type: ignore[attr-defined]
    return [
        row for condition in within(column, ids) for row in session.exec(select(table).where(condition).order_by(*keys))
    ]


def find_report_by_code(session: Session, digest: str) -> Report | None:
    return session.exec(select(Report).where(Report.code_digest == digest)).first()


def case_links(session: Session, case_ids: Collection[int] | None) -> list[tuple[int, int]]:
    """Pairs (case, item) in the order in which items came to their case."""
    return [
        (case_id, item_id)
        for condition in within(CaseItem.case_id, case_ids)
        for case_id, item_id in session.exec(
            select(CaseItem.case_id, CaseItem.item_id)
            .where(condition)
            .order_by(col(CaseItem.added_at), col(CaseItem.item_id))
        )
    ]


def first_cases(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    """The case each item came to first."""
    found: dict[int, int] = {}
    for condition in within(CaseItem.item_id, item_ids):
        query = select(CaseItem.item_id, CaseItem.case_id).where(condition)
        for item_id, case_id in session.exec(query.order_by(col(CaseItem.added_at), col(CaseItem.case_id))):
            found.setdefault(item_id, case_id)
    return found


def current_assessments(
    session: Session, item_ids: Collection[int], media_ids: Collection[int]
) -> tuple[dict[int, Assessment], dict[int, Assessment]]:
    """What holds now, by item for items assessed themselves and by media for the others."""
    by_item = load_by(session, Assessment, Assessment.item_id, item_ids)
    by_media = load_by(session, Assessment, Assessment.media_id, media_ids)
    return (
        {row.item_id: row for row in by_item if row.item_id and row.replaced_at is None},
        {row.media_id: row for row in by_media if row.media_id and row.replaced_at is None},
    )


def newest_hostings(session: Session, item_ids: Collection[int]) -> dict[int, Hosting]:
    return {row.item_id: row for row in load_by(session, Hosting, Hosting.item_id, item_ids)}


class StandingLead(NamedTuple):
    """A lead that was not withdrawn, as it is shown; a queue shows thousands."""

    list: str
    entry: str
    algorithm: str
    distance: int
    label: str | None
    variant: str
    role: str
    strength: str


def standing_leads(session: Session, media_ids: Collection[int]) -> dict[int, list[StandingLead]]:
    """The leads that stand, by media, in the order in which they were found."""
    columns = [getattr(Lead, name) for name in ("media_id", *StandingLead._fields)]
    found = defaultdict[int, list[StandingLead]](list)
    for condition in within(Lead.media_id, media_ids):
        query = select(*columns).where(condition, col(Lead.withdrawn_at).is_(None)).order_by(col(Lead.id))
        for media_id, *rest in session.exec(query):
            found[media_id].append(StandingLead(*rest))
    return found


def custody_about(session: Session, subjects: Collection[str]) -> list[tuple[CustodyEntry, str | None]]:
    """The lines of custody about `subjects` in order, each with its free text where it was not erased."""
    found: list[tuple[CustodyEntry, str | None]] = []
    for condition in within(CustodyEntry.subject, subjects):
        query = select(CustodyEntry, Text.content).outerjoin(Text, col(Text.id) == col(CustodyEntry.text_id))
        found += session.exec(query.where(condition))
    return sorted(found, key=lambda pair: pair[0].seq)
