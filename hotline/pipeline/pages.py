"""The first look at an item saved by what it found, and all that a page shows: pictures, files in it, frames."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.addresses import read_address
from hotline.consequences.accounts import note_account_on_page
from hotline.consequences.items import ensure_item, ensure_part, link_case, note_part, queue_look
from hotline.consequences.removal import state_shown
from hotline.consequences.takedown import begin_takedown
from hotline.errors import AddressError
from hotline.models import Item
from hotline.pipeline import finding
from hotline.pipeline.finding import Screens
from hotline.pipeline.showing import note_shown, pictures_by_frame, reconsider_page
from hotline.pipeline.station import Station
from hotline.records.seen import Seen
from hotline.states import TO_TAKE_DOWN, Category, Kind, Part, State, WorkKind
from hotline.store import items

_SHOWN_IN_PICTURES = frozenset({Category.CSAM, Category.SELF_GENERATED})
"""Categories whose pages are judged by their pictures; under any other the page itself is looked at by a person."""


def save_first_look(session: Session, station: Station, item: Item, seen: Seen, screens: Screens) -> datetime | None:
    """Saves a look at an item nobody decided about yet. Returns when to look again, if at all."""
    if seen.reason is not None:
        return finding.save_unreachable(session, station, item, seen, seen.reason)
    item.failures, item.reason, item.needs_person = 0, None, None
    if seen.account is not None and item.platform is not None:
        note_account_on_page(session, item, item.platform, seen.account.handle, seen.account.number, seen.at)
    if seen.page is not None:
        _save_page(session, station, item, seen, screens)
    else:
        finding.save_media(session, station, item, seen, screens)
    return None


def _save_page(session: Session, station: Station, page: Item, seen: Seen, screens: Screens) -> None:
    facts, now = seen.page, seen.at
    if facts is None:
        raise ValueError("a look without a page has none to save")
    if page.kind == Kind.UNKNOWN:
        page.kind = Kind.PAGE
    is_frame = not page.is_reported and items.is_part(session, page.id, Part.FRAME)
    link_shown(session, station, page, seen, screens)
    _end_links(session, page, seen)
    _look_again_at_pictures(session, page, now)
    categories = items.categories_of(session, page.id)
    is_for_judging = not (facts.pictures or facts.frames or seen.parts) or bool(categories - _SHOWN_IN_PICTURES)
    page.is_queued = is_for_judging and not is_frame
    if facts.left_out:
        page.needs_person = f"{facts.left_out} things on the page were left out (fetch.max_pictures)"
    if page.state == State.AWAITING_ASSESSMENT:
        custody.record(session, "item.look", f"I{page.id}")
    else:
        custody.move(session, page, State.AWAITING_ASSESSMENT, action="item.look")
    reconsider_page(session, page)
    if state_shown(session, page) in TO_TAKE_DOWN:
        begin_takedown(session, page, now, station.settings.recheck)


def _end_links(session: Session, page: Item, seen: Seen) -> None:
    """Ends the links to pictures that an undecided page no longer shows, itself or by a frame."""
    if seen.page is None or seen.page.left_out:
        return
    keys = seen.shown.union(*(keys for frame, keys in pictures_by_frame(session, page) if frame in seen.shown))
    for link, picture in items.shown_on(session, page.id):
        if picture.key not in keys and link.gone_at is None:
            link.gone_at = seen.at
            session.add(link)


def _look_again_at_pictures(session: Session, page: Item, now: datetime) -> None:
    """A page that shows a picture which was gone or out of reach is a reason to look at the picture again."""
    for link, picture in items.shown_on(session, page.id):
        if link.gone_at is None and picture.state in (State.UNREACHABLE, State.REMOVED):
            queue_look(session, picture, now)


def note_page(session: Session, station: Station, page: Item, seen: Seen, screens: Screens) -> None:
    """What a recheck of a page brings beside its verdict: that it is one, and what nobody has looked at."""
    if page.kind == Kind.UNKNOWN and page.media_id is None:
        page.kind = Kind.PAGE
        session.add(page)
    link_shown(session, station, page, seen, screens)
    if state_shown(session, page) in TO_TAKE_DOWN:
        work.schedule(session, WorkKind.NOTIFY, f"I{page.id}", seen.at)


def link_shown(session: Session, station: Station, page: Item, seen: Seen, screens: Screens) -> None:
    """Makes what a page shows items of all its cases, and looks at what nobody has looked at.

    The pictures of a frame are also shown by the pages it stands in; a frame in a frame is left alone.
    """
    facts = seen.page
    if facts is None:
        return
    framing = items.pages_framing(session, page.id)
    for shown in facts.pictures:
        picture = _shown_item(session, station, page, shown.url, shown.kind, seen.at)
        if picture is None:
            continue
        for one in (page, *framing):
            note_shown(session, one, picture, seen.at)
    for url in () if framing else facts.frames:
        _add_frame(session, station, page, url, seen.at)
    for part in seen.parts:
        _save_part(session, station, [page, *framing], part, screens)


def _shown_item(session: Session, station: Station, page: Item, url: str, kind: Kind, now: datetime) -> Item | None:
    """The item of an address that a page shows, in all its cases; None where it is the page's own or none at all."""
    try:
        address = read_address(url)
    except AddressError:
        return None
    if address.key == page.key:
        return None
    shown, is_new = ensure_item(session, address, now, platforms=station.home.platforms, kind=kind)
    for case_id in items.cases_of(session, page.id):
        link_case(session, case_id, shown, now)
    if is_new or shown.state == State.RECEIVED:
        queue_look(session, shown, now)
    return shown


def _add_frame(session: Session, station: Station, page: Item, url: str, now: datetime) -> None:
    frame = _shown_item(session, station, page, url, Kind.PAGE, now)
    if frame is not None:
        note_part(session, frame, page, Part.FRAME)
        for link, picture in items.shown_on(session, frame.id):
            if link.gone_at is None:
                note_shown(session, page, picture, now)


def _save_part(session: Session, station: Station, pages: list[Item], part: Seen, screens: Screens) -> None:
    """A file written into a page is looked at with it; what was decided about it is for its own rechecks."""
    if part.fingerprint is None:
        return
    page, mime = pages[0], part.fingerprint.mime or ""
    kind = Kind.FILE if not mime else Kind.VIDEO if mime.startswith("video/") else Kind.PICTURE
    item = ensure_part(session, page, part.fingerprint.sha256, kind, part.at)
    for case_id in items.cases_of(session, page.id):
        link_case(session, case_id, item, part.at)
    for one in pages:
        note_shown(session, one, item, part.at)
    if item.state == State.RECEIVED:
        finding.save_media(session, station, item, part, screens)


def follow(session: Session, station: Station, item: Item, seen: Seen) -> None:
    """What an address leads to on another site becomes an item of its own, and a person is told."""
    target = _shown_item(session, station, item, seen.final_url or item.url, Kind.UNKNOWN, seen.at)
    wanted = f"leads to another site now: I{target.id}; decide there" if target is not None else item.needs_person
    if wanted != item.needs_person:
        item.needs_person = wanted
        session.add(item)
        custody.record(session, "item.follow", f"I{item.id}", reason=f"I{target.id}" if target is not None else None)
