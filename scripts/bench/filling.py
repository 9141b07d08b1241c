"""Fills a home with cases as years of work leave them: in bulk, through the real tables and chain of custody."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from hotline import custody, work
from hotline.decisions.desk import Desk
from hotline.models import (
    BatchItem,
    Case,
    CaseItem,
    Contact,
    Family,
    Hosting,
    Item,
    Media,
    NoticeItem,
    Recheck,
    Report,
    ReportItem,
    Row,
)
from hotline.states import State, WorkKind
from scripts.bench import rows

AnyRow = TypeVar("AnyRow", bound=Row)
CHUNK = 50
OLDEST_D = 700
SHARES = {
    State.REMOVED: 40,
    State.NOT_ILLEGAL: 22,
    State.NOTICED: 12,
    State.AWAITING_ASSESSMENT: 8,
    State.CLOSED: 6,
    State.UNREACHABLE: 6,
    State.ILLEGAL: 4,
    State.HARMFUL: 2,
}
"""How often a case ends up in a state, in percent."""
VERDICTS = {State.NOT_ILLEGAL: "not_illegal", State.HARMFUL: "harmful"}
WAITING = frozenset({State.AWAITING_ASSESSMENT, State.CLOSED, State.UNREACHABLE})
UNSEEN = frozenset({State.CLOSED, State.UNREACHABLE})
DECIDED_UNSEEN = 0.05
WITH_LEAD = 0.33
IN_FAMILY = 0.15


@dataclass(frozen=True)
class Chunk:
    """The cases that one transaction adds, all at one time."""

    session: Session
    dice: random.Random
    at: datetime
    due_at: datetime

    def add(self, new: list[AnyRow]) -> list[AnyRow]:
        """Adds rows and gives them their numbers."""
        self.session.add_all(new)
        self.session.flush()
        return new

    def line(self, action: str, subject: str, **values: str | None) -> None:
        custody.record(self.session, action, subject, **values)


def fill(desk: Desk, cases: int) -> None:
    """Adds `cases` cases, each of one report and one item; none of what they wait for is due within a day."""
    dice = random.Random(cases)
    with chunk_at(desk, dice, _dated(desk, 1)) as chunk:
        contacts = add_contacts(chunk, [rows.contact(number, chunk.at) for number in range(rows.HOSTS)])
    for start in range(0, cases, CHUNK):
        with chunk_at(desk, dice, _dated(desk, 1 - start / cases)) as chunk:
            _add_cases(chunk, contacts, range(start, min(start + CHUNK, cases)))


def _dated(desk: Desk, age: float) -> datetime:
    """Between the oldest (age 1) and yesterday (age 0)."""
    return desk.now - timedelta(days=1 + OLDEST_D * age)


@contextmanager
def chunk_at(desk: Desk, dice: random.Random, at: datetime) -> Iterator[Chunk]:
    """One transaction in bulk, dated `at`."""
    with custody.transaction(custody.Books(desk.home.engine, desk.home.anchor, desk.actor, at)) as session:
        yield Chunk(session, dice, at, desk.now + timedelta(days=1))


def add_contacts(chunk: Chunk, contacts: list[Contact]) -> list[Contact]:
    for contact in chunk.add(contacts):
        chunk.line("contact.approve", f"K{contact.id}", to_state="approved")
    return contacts


def _add_cases(chunk: Chunk, contacts: list[Contact], numbers: range) -> None:
    dice, at = chunk.dice, chunk.at
    states = dice.choices(list(SHARES), list(SHARES.values()), k=len(numbers))
    cases = chunk.add([Case(opened_at=at) for _ in numbers])
    reports = chunk.add([rows.report(dice, case, at) for case in cases])
    media = _add_media(chunk, states)
    items = chunk.add(
        [rows.item(dice, state, found, n, at) for state, found, n in zip(states, media, numbers, strict=True)]
    )
    for case, report, item, found in zip(cases, reports, items, media, strict=True):
        add_beginning(chunk, case, report, item)
        add_look(chunk, item, found)
        if item.state not in WAITING:
            _add_decision(chunk, item)
    _add_notices(chunk, contacts, [item for item in items if item.state in rows.NOTICED])


def _add_media(chunk: Chunk, states: list[State]) -> list[Media | None]:
    """A media for each item that could be looked at; some of them share one of two families."""
    families = chunk.add([Family(made_at=chunk.at) for _ in range(2)])
    for family in families:
        chunk.line("family.add", f"F{family.id}")
    media = [_media(chunk, families) if _is_seen(chunk, state) else None for state in states]
    chunk.add([one for one in media if one is not None])
    return media


def _media(chunk: Chunk, families: list[Family]) -> Media:
    is_alone = chunk.dice.random() >= IN_FAMILY
    return rows.media(chunk.dice, None if is_alone else chunk.dice.choice(families).id, chunk.at)


def _is_seen(chunk: Chunk, state: State) -> bool:
    return state not in UNSEEN and (state in rows.UP | rows.NOTICED or chunk.dice.random() >= DECIDED_UNSEEN)


def add_beginning(chunk: Chunk, case: Case, report: Report, item: Item) -> None:
    chunk.session.add(CaseItem(case_id=case.id, item_id=item.id, added_at=chunk.at))
    chunk.session.add(ReportItem(report_id=report.id, item_id=item.id, url=item.url))
    chunk.line("case.open", f"C{case.id}")
    chunk.line("report.add", f"R{report.id}", to_state=f"C{case.id}")
    chunk.line("item.add", f"I{item.id}", to_state="received")
    chunk.line("item.report", f"I{item.id}", reason=f"R{report.id}")


def add_look(chunk: Chunk, item: Item, found: Media | None) -> None:
    if found is None:
        chunk.line("item.look", f"I{item.id}", from_state="received", to_state="unreachable", reason="not_found")
        return
    chunk.line("media.add", f"M{found.id}")
    chunk.line("item.look", f"I{item.id}", from_state="received", to_state="awaiting_assessment")
    chunk.session.add(rows.sighting(item, found, chunk.at))
    if chunk.dice.random() < WITH_LEAD:
        chunk.session.add(rows.lead(found, chunk.at))
        chunk.line("media.screen", f"M{found.id}", reason="leads_changed:1")


def _add_decision(chunk: Chunk, item: Item) -> None:
    """The assessment and, for what must come down, hosting, three looks and the next one, which is not due yet."""
    state = State(item.state)
    verdict = VERDICTS.get(state, "baseline")
    chunk.session.add(rows.assessment(item, verdict, chunk.at))
    chunk.line("item.assess", f"I{item.id}", to_state=item.state, reason=verdict)
    if state is State.NOT_ILLEGAL:
        return
    chunk.session.add(Hosting(item_id=item.id, at=chunk.at, ip="127.0.9.9", asn=64500, country="AL"))
    chunk.line("item.trace", f"I{item.id}")
    looked = "removed_at_source" if state is State.REMOVED else "online"
    for hours in (1, 6, 30):
        at = chunk.at + timedelta(hours=hours)
        chunk.session.add(Recheck(item_id=item.id, at=at, vantage="direct", verdict=looked))
        chunk.line("item.recheck", f"I{item.id}", reason=f"direct:{looked}")
    due_at = chunk.due_at + timedelta(minutes=chunk.dice.randrange(10_000))
    work.schedule(chunk.session, WorkKind.RECHECK, f"I{item.id}", due_at, host=item.host)


def _add_notices(chunk: Chunk, contacts: list[Contact], items: list[Item]) -> None:
    """One sent notice for each item."""
    batches = chunk.add([rows.batch(chunk.dice.choice(contacts), item, chunk.at, chunk.due_at) for item in items])
    notices = chunk.add([rows.notice(batch, chunk.at) for batch in batches])
    for item, batch, notice in zip(items, batches, notices, strict=True):
        chunk.session.add(BatchItem(batch_id=batch.id, item_id=item.id, added_at=chunk.at))
        chunk.session.add(NoticeItem(notice_id=notice.id, item_id=item.id))
        chunk.line("notice.sent", f"N{notice.id}", from_state="sending", to_state="sent")
        chunk.line("item.noticed", f"I{item.id}", reason=f"N{notice.id}")
