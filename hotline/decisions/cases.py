"""Closing a case with its items, and opening it again."""

from sqlmodel import Session

from hotline import custody
from hotline.consequences.items import queue_look
from hotline.consequences.takedown import begin_takedown, end_takedown
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.models import Item
from hotline.states import BY_PERSON, TO_TAKE_DOWN, CloseReason, State
from hotline.store import assessments, items, reports


def close(desk: Desk, case_id: int, reason: str) -> list[str]:
    """Closes a case and those of its items that matter to no other open case. Raises InputError."""
    if reason not in {one.value for one in CloseReason}:
        raise InputError(f"this is no reason to close; the reasons are {', '.join(CloseReason)}")
    with desk.writing("case") as session:
        case = reports.load_case(session, case_id)
        if case.closed_at is not None:
            raise InputError(f"C{case_id} is already closed")
        if reports.reports_to_acknowledge(session, case_id):
            raise InputError(
                f"C{case_id} speaks of danger nobody has acknowledged; first: hotline queue ack C{case_id}"
            )
        case.closed_at, case.closed_reason = desk.now, reason
        session.add(case)
        custody.record(session, "case.close", f"C{case_id}", reason=reason)
        for item in items.items_of_case(session, case_id):
            if item.state != State.CLOSED and not _matters_elsewhere(session, item, case_id):
                item.state_before_close, item.reason, item.needs_person = item.state, reason, None
                custody.move(session, item, State.CLOSED, BY_PERSON, action="item.close", reason=reason)
                end_takedown(session, item, desk.now)
        return [f"C{case_id}"]


def reopen(desk: Desk, case_id: int) -> list[str]:
    """Opens a closed case again; its items go back to the state before, and what was due for them is due now."""
    with desk.writing("case") as session:
        case = reports.load_case(session, case_id)
        if case.closed_at is None:
            raise InputError(f"C{case_id} is not closed")
        case.closed_at, case.closed_reason = None, None
        session.add(case)
        custody.record(session, "case.reopen", f"C{case_id}")
        for item in items.items_of_case(session, case_id):
            if item.state == State.CLOSED and item.state_before_close and not item.has_genuine_owner:
                _reopen_item(session, desk, item)
        return [f"C{case_id}"]


def _reopen_item(session: Session, desk: Desk, item: Item) -> None:
    before = State(item.state_before_close or State.RECEIVED)
    item.state_before_close, item.reason = None, _reason_again(session, item)
    custody.move(session, item, before, BY_PERSON, action="item.reopen")
    queue_look(session, item, desk.now)
    if before in TO_TAKE_DOWN:
        begin_takedown(session, item, desk.now, desk.settings.recheck)


def _reason_again(session: Session, item: Item) -> str | None:
    decided = assessments.current_for(session, item)
    return decided.reason if decided is not None else None


def _matters_elsewhere(session: Session, item: Item, case_id: int) -> bool:
    others = [number for number in items.cases_of(session, item.id) if number != case_id]
    return any(reports.load_case(session, number).closed_at is None for number in others)
