"""The queue: everything that waits for a person, why, and in which order. Decides nothing and takes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from hotline import db, work
from hotline.consequences.history import often_repeated, wants_packet
from hotline.home import Home
from hotline.models import Item, Work
from hotline.priorities import whom_to_call
from hotline.settings import Settings
from hotline.states import QueueKind, State
from hotline.store import documents, quarantines, queues, standings
from hotline.store.queues import Undecided
from hotline.views.appeals import appeal_waits
from hotline.views.leads import beside_documents, lead_documents
from hotline.views.messages import message_waits
from hotline.views.packets import packet_waits
from hotline.views.ranking import Standing, load_standings
from hotline.views.shapes import Document, at, counted, named, words
from hotline.views.unseen import look_waits
from hotline.views.waiting import contact_waits, hold_questions, notice_waits, turn_waits
from hotline.views.waits import Wait

_ORDER = {kind: number for number, kind in enumerate(QueueKind)}


@dataclass(frozen=True)
class _Around:
    """What every row of the queue is completed with."""

    item_cases: dict[int, int]
    standings: dict[int, Standing]
    leads: dict[int, list[Document]]
    beside: dict[int, list[Document]]
    taken: dict[str, str]


def queue(home: Home, now: datetime) -> list[Document]:
    """What waits for a person: danger to life first, then by rank, then by age."""
    with db.reading(home.engine) as session:
        waits = [*_waits(session, home.settings, now)]
        around = _around(session, waits)
    waits.sort(key=lambda wait: _place(wait, around))
    return [_row(wait, around) for wait in waits]


def _waits(session: Session, settings: Settings, now: datetime) -> Iterator[Wait]:
    yield from _dangers(session)
    yield from _without_items(session)
    yield from _undecided(session, settings)
    yield from contact_waits(session, now)
    yield from turn_waits(session, now)
    yield from notice_waits(session, settings, now)
    yield from look_waits(session, now)
    yield from hold_questions(session, now)
    yield from message_waits(session)
    yield from appeal_waits(session, now)
    yield from packet_waits(session)
    yield from _packets_to_build(session, settings)
    yield from _referrals(session)
    yield from _quarantines(session)
    yield from _given_up(work.given_up(session))


def _without_items(session: Session) -> Iterator[Wait]:
    """A report without an address is acted on by people: until somebody does, it waits."""
    cases = queues.load_without_items(session)
    stands = standings.load_case_stands(session, [case.id for case in cases])
    for case in cases:
        if stands[case.id].tasks == 0 and not stands[case.id].has_unacked:
            why = f"no address: hotline referral add C{case.id} --to helpline, packet build C{case.id} --to police, "
            why += f"or case close C{case.id}"
            yield Wait(QueueKind.PERSON, f"C{case.id}", why, case.opened_at, case_id=case.id)


def _dangers(session: Session) -> Iterator[Wait]:
    for report in queues.load_unacked(session):
        numbers = "; ".join(whom_to_call(report.at_risk or ""))
        why = f"danger: {words(report.at_risk or '')}; call now: {numbers}; then: hotline queue ack R{report.id}"
        yield Wait(QueueKind.ACK, f"R{report.id}", why, report.received_at, case_id=report.case_id)


def _undecided(session: Session, settings: Settings) -> Iterator[Wait]:
    seconds = queues.load_waiting_for_second(session) if settings.assess.second_reader else []
    for item, assessment in seconds:
        why = f"decided {assessment.verdict} by {assessment.by}; a second reader confirms or decides otherwise"
        yield _about_item(item, QueueKind.ASSESS, why)
    confirmed = {item.id for item, _ in seconds}
    repeats = queues.load_repeats(session)
    for waiting in queues.load_undecided(session):
        if waiting.id not in confirmed:
            yield _with_repeat(_undecided_wait(waiting), repeats.get(waiting.id))


def _with_repeat(wait: Wait, case_id: int | None) -> Wait:
    if case_id is None:
        return wait
    why = f"{wait.why}; reported as a repeat of C{case_id}: hotline family join I{wait.item_id} --same-as ITEM"
    return replace(wait, why=why)


def _undecided_wait(item: Undecided) -> Wait:
    if item.state == State.UNREACHABLE:
        cause = words(item.needs_person or item.reason or "unknown")
        why = f"could not be looked at ({cause}); decide from what is known"
        return _about_item(item, QueueKind.ASSESS, why)
    if item.state == State.AWAITING_ASSESSMENT and item.is_queued:
        return _about_item(item, QueueKind.ASSESS, words(item.needs_person or "") or _looked_at(item.problem))
    return _about_item(item, QueueKind.PERSON, words(item.needs_person or ""))


def _looked_at(problem: str | None) -> str:
    if problem is None:
        return "looked at; a person decides"
    return f"fetched, but cannot be shown ({words(problem)}), so looked up by its bytes only; a person decides"


def _about_item(item: Item | Undecided, kind: QueueKind, why: str) -> Wait:
    return Wait(kind, f"I{item.id}", why, item.received_at, item_id=item.id, media_id=item.media_id)


def _packets_to_build(session: Session, settings: Settings) -> Iterator[Wait]:
    """What was put up again and again and the police have nothing about; a person decides."""
    repeated = often_repeated(session, settings.families.block_from)
    missing = [one for one in repeated if wants_packet(session, one, settings.families.block_from)]
    cases = documents.first_cases(session, {one.newest_item for one in missing})
    for one in missing:
        case = named("C", cases.get(one.newest_item))
        why = f"repeated re-upload ({counted(one.times, 'time')}): hotline family show F{one.family_id}, then "
        why += f"hotline packet build {case} --to police"
        extra = {"packet": None, "family": named("F", one.family_id)}
        yield Wait(
            QueueKind.PACKET, f"F{one.family_id}", why, one.uploaded_at[-1], item_id=one.newest_item, extra=extra
        )


def _referrals(session: Session) -> Iterator[Wait]:
    for referral in queues.load_open_referrals(session):
        why = f"to {words(referral.to)}: when there is an outcome: hotline referral done Q{referral.id}"
        extra = {"referral": named("Q", referral.id)}
        yield Wait(QueueKind.REFERRAL, f"Q{referral.id}", why, referral.made_at, case_id=referral.case_id, extra=extra)


def _quarantines(session: Session) -> Iterator[Wait]:
    for row in quarantines.standing(session):
        why = f"{row.list} {row.entry} hit {row.hits} unrelated pictures in a day and gives no leads now: "
        why += f"hotline hashset withdraw {row.list} {row.entry}, or hotline hashset reinstate {row.list} {row.entry}"
        yield Wait(QueueKind.PERSON, f"list:{row.list}", why, row.at, extra={"list": row.list, "entry": row.entry})


def _given_up(rows: Iterable[Work]) -> Iterator[Wait]:
    for row in rows:
        item_id = int(row.subject[1:]) if row.subject.startswith("I") and row.subject[1:].isdigit() else None
        why = f"{row.kind} of {row.subject} failed too often ({row.last_error or 'its worker died'}); see the log"
        yield Wait(QueueKind.PERSON, row.subject, why, row.due_at, item_id=item_id)


def _around(session: Session, waits: list[Wait]) -> _Around:
    item_cases = documents.first_cases(session, {wait.item_id for wait in waits if wait.item_id is not None})
    case_ids = set(item_cases.values()) | {wait.case_id for wait in waits if wait.case_id is not None}
    media_ids = {wait.media_id for wait in waits if wait.media_id is not None}
    return _Around(
        item_cases=item_cases,
        standings=load_standings(session, case_ids),
        leads=lead_documents(session, media_ids),
        beside=beside_documents(session, {wait.item_id for wait in waits if wait.item_id is not None}),
        taken=queues.taken_by(session),
    )


def _standing(wait: Wait, around: _Around) -> Standing | None:
    case_id = wait.case_id if wait.case_id is not None else around.item_cases.get(wait.item_id or 0)
    return None if case_id is None else around.standings.get(case_id)


def _place(wait: Wait, around: _Around) -> tuple[bool, bool, int, datetime, int, str]:
    standing = _standing(wait, around)
    return (
        standing is None or not standing.stand.has_unacked,
        wait.kind is not QueueKind.ACK,
        standing.ranked.rank if standing else 9,
        wait.since,
        _ORDER[wait.kind],
        wait.subject,
    )


def _row(wait: Wait, around: _Around) -> Document:
    standing = _standing(wait, around)
    return {
        "kind": wait.kind.value,
        "case": named("C", standing.stand.id) if standing else None,
        "item": named("I", wait.item_id),
        "priority": standing.priority if standing else None,
        "rule": standing.ranked.rule if standing else None,
        "why": wait.why,
        "since": at(wait.since),
        "leads": around.leads.get(wait.media_id or 0, []) + around.beside.get(wait.item_id or 0, []),
        "subject": wait.subject,
        "taken_by": around.taken.get(wait.subject),
        **wait.extra,
    }
