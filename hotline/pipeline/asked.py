"""What a person asks the machine to do at once: one look, one trace, sending what is approved, showing a notice."""

from typing import TYPE_CHECKING

from hotline import db, work
from hotline.home import Home
from hotline.pipeline import timing, tracing
from hotline.pipeline.running import Done
from hotline.pipeline.station import Station
from hotline.pipeline.workers import do_now
from hotline.records.looks import HostingFacts
from hotline.states import Channel, NoticeState, WorkKind
from hotline.store import hostings, items, notices

if TYPE_CHECKING:
    from hotline.pipeline.writing import Written


def recheck_now(station: Station, item_ids: list[int]) -> Done:
    """Takes the looks that `decisions.rechecks.ask` made due."""
    return do_now(station, [(WorkKind.RECHECK, f"I{number}") for number in item_ids])


def send_now(station: Station) -> Done:
    """Sends every approved notice, and retries those under way; the looks that they wait for come first."""
    now, policy = station.now(), station.settings.notices
    with station.writing(now) as session:
        ready = [*notices.in_state(session, NoticeState.APPROVED), *notices.in_state(session, NoticeState.SENDING)]
        due = [notice for notice in ready if work.is_due(session, WorkKind.SEND, f"N{notice.id}", now)]
        looks = {item.id for notice in due for item in timing.due_looks(session, notice, now, policy)}
        for notice in due:
            timing.queue_looks(session, notice, now, policy)
    wanted = [(kind, f"I{number}") for number in sorted(looks) for kind in (WorkKind.RECHECK, WorkKind.TRACE)]
    return do_now(station, wanted + [(WorkKind.SEND, f"N{notice.id}") for notice in due])


def trace_address(station: Station, url: str) -> HostingFacts:
    """Finds out who can remove what is at an address. Raises AddressError."""
    return tracing.find_hosting(station, url)


def trace_item(station: Station, item_id: int) -> HostingFacts:
    """The same for an item, with what its host last answered. Raises UnknownIdError."""
    with db.reading(station.home.engine) as session:
        item = items.load_item(session, item_id)
        headers = hostings.last_headers(session, item)
    return tracing.find_hosting(station, item.url, headers)


def preview_notice(home: Home, notice_id: int) -> "Written":
    """A notice as it left, or as it would leave now. Raises NoticeError when it could not."""
    from hotline.pipeline import writing

    with db.reading(home.engine) as session:
        notice = notices.load_notice(session, notice_id)
        if notice.raw is not None:
            return writing.read_back(notice, notices.load_contact(session, notice.contact_id))
        return writing.write(session, home, notice, home.now(), is_final=False)


def sheet_of(home: Home, notice_id: int) -> bytes | None:
    """What a person copies into the form of a notice that is told by one; None where it has none or is written."""
    with db.reading(home.engine) as session:
        notice = notices.load_notice(session, notice_id)
        is_sheet = notices.load_contact(session, notice.contact_id).channel == Channel.SHEET
        if not is_sheet or notice.state != NoticeState.APPROVED:
            return None
    return preview_notice(home, notice_id).raw
