"""Items and the links between items, pages and cases."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, or_, select

from hotline.models import CaseItem, Hold, Hosting, Item, ItemPart, PageItem, Report
from hotline.states import TO_TAKE_DOWN, UNDECIDED, Part, State
from hotline.store.rows import load

# Asked at every look, and built once: building it takes longer than asking it.
_PAGES_SHOWING = (
    select(Item)
    .join(PageItem, col(PageItem.page_id) == col(Item.id))
    .where(PageItem.item_id == bindparam("item_id"), col(PageItem.gone_at).is_(None))
)


def load_item(session: Session, item_id: int) -> Item:
    """Raises UnknownIdError."""
    return load(session, Item, item_id)


def find_by_key(session: Session, key: str) -> Item | None:
    return session.exec(select(Item).where(Item.key == key)).first()


def cases_of(session: Session, item_id: int) -> list[int]:
    """The cases an item matters to, oldest first."""
    rows = session.exec(select(CaseItem.case_id).where(CaseItem.item_id == item_id).order_by(col(CaseItem.case_id)))
    return [row for row in rows if row is not None]


def categories_of(session: Session, item_id: int) -> set[str]:
    """The categories of all reports in the item's cases."""
    cases = select(CaseItem.case_id).where(CaseItem.item_id == item_id)
    return set(session.exec(select(Report.category).where(col(Report.case_id).in_(cases))))


def is_at_risk(session: Session, item_id: int) -> bool:
    """Tells whether a report in one of the item's cases speaks of danger to a child."""
    cases = select(CaseItem.case_id).where(CaseItem.item_id == item_id)
    found = session.exec(
        select(Report.id).where(col(Report.case_id).in_(cases), col(Report.at_risk).is_not(None)).limit(1)
    )
    return found.first() is not None


def pages_showing(session: Session, item_id: int) -> list[Item]:
    """The pages that show this picture now."""
    return list(session.exec(_PAGES_SHOWING, params={"item_id": item_id}))


def shown_on(session: Session, page_id: int) -> list[tuple[PageItem, Item]]:
    """The pictures a page has shown, with their links, ended ones included."""
    rows = session.exec(select(PageItem, Item).where(PageItem.page_id == page_id, PageItem.item_id == Item.id))
    return [(link, item) for link, item in rows]


def frames_of(session: Session, page_id: int) -> list[Item]:
    """The frames in a page, as far as they became items."""
    frames = select(ItemPart.item_id).where(ItemPart.page_id == page_id, ItemPart.part == Part.FRAME)
    return list(session.exec(select(Item).where(col(Item.id).in_(frames)).order_by(col(Item.id))))


def pages_framing(session: Session, item_id: int) -> list[Item]:
    """The pages that an item is a frame in."""
    pages = select(ItemPart.page_id).where(ItemPart.item_id == item_id, ItemPart.part == Part.FRAME)
    return list(session.exec(select(Item).where(col(Item.id).in_(pages)).order_by(col(Item.id))))


def is_part(session: Session, item_id: int, part: Part) -> bool:
    """Tells whether an item is such a part of some page."""
    found = session.exec(select(ItemPart.item_id).where(ItemPart.item_id == item_id, ItemPart.part == part).limit(1))
    return found.first() is not None


def pictures_seen_between(session: Session, page_id: int) -> tuple[datetime | None, datetime | None]:
    """When a page was first and last seen to show a picture."""
    first, last = func.min(PageItem.first_seen_at), func.max(PageItem.last_seen_at)
    return session.exec(select(first, last).where(PageItem.page_id == page_id)).one()


def genuine_beside(session: Session, item_id: int) -> list[Item]:
    """The genuine accounts that were named in the cases of an item."""
    cases = select(CaseItem.case_id).where(CaseItem.item_id == item_id)
    links = select(CaseItem.item_id).where(col(CaseItem.case_id).in_(cases))
    chosen = (col(Item.id).in_(links), col(Item.has_genuine_owner))
    return list(session.exec(select(Item).where(*chosen).order_by(col(Item.id))))


def undecided_with_media(session: Session, media_id: int) -> list[Item]:
    """The undecided items whose newest bytes are this media."""
    undecided = [state.value for state in UNDECIDED]
    return list(session.exec(select(Item).where(Item.media_id == media_id, col(Item.state).in_(undecided))))


def items_with_media(session: Session, media_id: int) -> list[Item]:
    return list(session.exec(select(Item).where(Item.media_id == media_id, Item.state != State.CLOSED)))


def to_take_down_under(session: Session, domain: str) -> list[Item]:
    """The items to take down at a domain and the names under it."""
    states = [state.value for state in TO_TAKE_DOWN]
    here = or_(col(Item.host) == domain, col(Item.host).endswith(f".{domain}", autoescape=True))
    return list(session.exec(select(Item).where(here, col(Item.state).in_(states)).order_by(col(Item.id))))


def items_of_case(session: Session, case_id: int) -> list[Item]:
    links = select(CaseItem.item_id).where(CaseItem.case_id == case_id)
    return list(session.exec(select(Item).where(col(Item.id).in_(links)).order_by(col(Item.id))))


def newest_hosting(session: Session, item_id: int) -> Hosting | None:
    return session.exec(
        select(Hosting).where(Hosting.item_id == item_id).order_by(col(Hosting.id).desc()).limit(1)
    ).first()


def open_hold(session: Session, item_id: int, now: datetime) -> Hold | None:
    """The hold that keeps an item from being noticed now: its own, a shown picture's, or that of a page showing it."""
    shown = select(PageItem.item_id).where(PageItem.page_id == item_id, col(PageItem.gone_at).is_(None))
    showing = select(PageItem.page_id).where(PageItem.item_id == item_id, col(PageItem.gone_at).is_(None))
    about = or_(col(Hold.item_id) == item_id, col(Hold.item_id).in_(shown), col(Hold.item_id).in_(showing))
    running = (col(Hold.released_at).is_(None), Hold.until > now)
    return session.exec(select(Hold).where(about, *running).order_by(col(Hold.until).desc()).limit(1)).first()


def own_hold(session: Session, item_id: int, now: datetime) -> Hold | None:
    """The running hold that a person put on this very item."""
    running = (col(Hold.released_at).is_(None), Hold.until > now)
    return session.exec(select(Hold).where(Hold.item_id == item_id, *running).limit(1)).first()
