"""What a case document and the lists of cases are made of: rows loaded in bulk, and the state an item shows to people.
Commits nothing and decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from hotline.models import Assessment, Item, PageItem
from hotline.states import Kind, State, worst

CHUNK = 5_000
"""How many ids go into one statement; SQLite takes 32,766 parameters at most."""

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
    """The state an item shows: its own, or a page's computed from the `pictures` on it while nobody assessed the page."""
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


def within(column: Any, ids: Collection[int] | None) -> Iterator[ColumnElement[bool]]:
    """Conditions that together choose `ids`, each small enough for one statement; one that is always true for None."""
    if ids is None:
        yield true()
        return
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield col(column).in_(chunk)


def _stands(session: Session, item_ids: Collection[int] | None) -> dict[int, Stand]:
    assessed = _assessed_items(session)
    found = {}
    for condition in within(Item.id, item_ids):
        query = select(Item.id, Item.kind, Item.state, col(Item.removed_at).is_not(None)).where(condition)
        for item_id, kind, state, is_removed in session.exec(query):
            found[item_id or 0] = Stand(Kind(kind), State(state), is_removed, item_id in assessed)
    return found


def _assessed_items(session: Session) -> set[int | None]:
    """Items that were assessed themselves, not through their media; they are few."""
    query = select(Assessment.item_id).where(
        col(Assessment.item_id).is_not(None), col(Assessment.replaced_at).is_(None)
    )
    return set(session.exec(query))


def _pictures_of(session: Session, page_ids: Collection[int]) -> dict[int, list[Shown]]:
    shown = defaultdict[int, list[Shown]](list)
    for condition in within(PageItem.page_id, page_ids):
        query = (
            select(PageItem.page_id, Item.state, Item.is_queued, col(PageItem.gone_at).is_not(None))
            .join(Item, col(Item.id) == col(PageItem.item_id))
            .where(condition)
        )
        for page_id, state, is_queued, is_gone in session.exec(query):
            shown[page_id or 0].append(Shown(State(state), is_queued, is_gone))
    return shown
