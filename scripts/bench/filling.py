"""Fills a home with cases as years of work leave them, in bulk through the real tables and the real chain of custody."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from hotline import custody, work
from hotline.addresses import read_address
from hotline.decisions.desk import Desk
from hotline.models import (
    Assessment,
    Batch,
    BatchItem,
    Case,
    CaseItem,
    Contact,
    Family,
    Hosting,
    Item,
    Lead,
    Media,
    Notice,
    NoticeItem,
    Recheck,
    Report,
    ReportItem,
    Row,
    Sighting,
)
from hotline.states import State, WorkKind

AnyRow = TypeVar("AnyRow", bound=Row)
CHUNK = 50
HOSTS = 300
YEARS_D = 700
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
IN_FAMILY = 0.15
NOTICED = frozenset({State.NOTICED, State.REMOVED})
UP = frozenset({State.ILLEGAL, State.HARMFUL, State.NOTICED})
DECIDED = UP | {State.REMOVED, State.NOT_ILLEGAL}
NO_MEDIA = frozenset({State.UNREACHABLE, State.CLOSED})


@dataclass
class _Chunk:
    """The cases that one transaction adds."""

    session: Session
    rng: random.Random
    at: datetime
    due_at: datetime
    contacts: list[Contact]
    families: list[Family] = field(default_factory=list)

    def add(self, rows: list[AnyRow]) -> list[AnyRow]:
        """Adds rows and gives them their numbers."""
        self.session.add_all(rows)
        self.session.flush()
        return rows

    def line(self, action: str, subject: str, **values: str | None) -> None:
        custody.record(self.session, action, subject, **values)


def fill(desk: Desk, cases: int) -> None:
    """Adds `cases` cases, each of one report and one item; nothing of them is due."""
    rng = random.Random(cases)
    contacts = [contact for chunk in _chunks(desk, rng, 0, cases, []) for contact in _add_contacts(chunk)]
    for start in range(0, cases, CHUNK):
        for chunk in _chunks(desk, rng, start, cases, contacts):
            _add_cases(chunk, range(start, min(start + CHUNK, cases)))


def _chunks(desk: Desk, rng: random.Random, start: int, cases: int, contacts: list[Contact]) -> Iterator[_Chunk]:
    """One transaction, dated as if the cases had come in evenly over the years."""
    at = desk.now - timedelta(days=YEARS_D * (1 - start / max(cases, 1)) + 1)
    books = custody.Books(desk.home.engine, desk.home.anchor, desk.actor, at)
    if cases:
        with custody.transaction(books) as session:
            yield _Chunk(session, rng, at, desk.now + timedelta(days=1), contacts)


def _add_contacts(chunk: _Chunk) -> list[Contact]:
    contacts = chunk.add([_contact(number, chunk.at) for number in range(HOSTS)])
    for contact in contacts:
        chunk.line("contact.approve", f"K{contact.id}", to_state="approved")
    return contacts


def _contact(number: int, at: datetime) -> Contact:
    return Contact(
        address=f"abuse@{_host(number)}",
        answers_for=_host(number),
        role="host",
        channel="email",
        language="en",
        state="approved",
        origin="bench",
        added_at=at,
        added_by="bench",
        approved_by="bench",
        approved_at=at,
    )


def _host(number: int) -> str:
    return f"host{number}.example"


def _add_cases(chunk: _Chunk, numbers: range) -> None:
    states = chunk.rng.choices(list(SHARES), list(SHARES.values()), k=len(numbers))
    cases = chunk.add([Case(opened_at=chunk.at) for _ in numbers])
    reports = chunk.add([_report(chunk, case, number) for case, number in zip(cases, numbers, strict=True)])
    media = _add_media(chunk, states, numbers)
    rows = zip(states, media, numbers, strict=True)
    items = chunk.add([_item(chunk, state, found, number) for state, found, number in rows])
    for case, report, item, found in zip(cases, reports, items, media, strict=True):
        _add_beginning(chunk, case, report, item, found)
        if item.state in DECIDED and found is not None:
            _add_decision(chunk, item, found)
    chunk.session.flush()
    told = [item for item in items if item.state in NOTICED]
    _add_notices(chunk, told)


def _report(chunk: _Chunk, case: Case, number: int) -> Report:
    return Report(
        case_id=case.id,
        source=chunk.rng.choice(["web", "phone", "partner"]),
        category="csam",
        received_at=chunk.at,
        recorded_at=chunk.at,
        recorded_by="bench",
        code_digest=f"{number:064x}",
    )


def _add_media(chunk: _Chunk, states: list[State], numbers: range) -> list[Media | None]:
    """A media for every item that could be looked at; some belong to families of two to a dozen."""
    chunk.families = chunk.add([Family(made_at=chunk.at) for _ in range(2)])
    for family in chunk.families:
        chunk.line("family.add", f"F{family.id}")
    found = [
        None if state in NO_MEDIA else _media(chunk, number) for state, number in zip(states, numbers, strict=True)
    ]
    chunk.add([one for one in found if one is not None])
    return found


def _media(chunk: _Chunk, number: int) -> Media:
    rng = chunk.rng
    hashes = [f"{rng.getrandbits(256):064x}" for _ in range(8)]
    media = Media(
        sha256=f"{rng.getrandbits(256):064x}",
        sha1=f"{rng.getrandbits(160):040x}",
        md5=f"{rng.getrandbits(128):032x}",
        size_bytes=100_000 + number,
        mime="image/jpeg",
        width=1600,
        height=1200,
        pdq=hashes[0],
        pdq_quality=100,
        phash=f"{rng.getrandbits(64):016x}",
        orientations=" ".join(hashes),
        hasher="bench",
        first_seen_at=chunk.at,
    )
    if rng.random() < IN_FAMILY:
        media.family_id, media.family_by = rng.choice(chunk.families).id, "pdq"
        media.family_distance, media.family_variant = rng.randrange(32), "upright"
    return media


def _item(chunk: _Chunk, state: State, found: Media | None, number: int) -> Item:
    host = _host(chunk.rng.randrange(HOSTS))
    address = read_address(f"https://{host}/pictures/{number}.jpg")
    return Item(
        key=address.key,
        key_version=1,
        url=address.verbatim,
        href=address.href,
        host=address.host,
        kind="unknown" if found is None else "picture",
        state=state,
        state_before_close=State.AWAITING_ASSESSMENT if state is State.CLOSED else None,
        reason={State.UNREACHABLE: "not_found", State.CLOSED: "out_of_remit"}.get(state),
        is_reported=True,
        is_queued=state is State.AWAITING_ASSESSMENT,
        media_id=found.id if found else None,
        returns=int(state in UP and chunk.rng.random() < 0.1),
        received_at=chunk.at,
        host_at=chunk.at if state in NOTICED else None,
        removed_at=chunk.at if state is State.REMOVED else None,
    )


def _add_beginning(chunk: _Chunk, case: Case, report: Report, item: Item, found: Media | None) -> None:
    """Report, first look, and a lead for one media in three."""
    session = chunk.session
    session.add(CaseItem(case_id=case.id, item_id=item.id, added_at=chunk.at))
    session.add(ReportItem(report_id=report.id, item_id=item.id, url=item.url))
    chunk.line("case.open", f"C{case.id}")
    chunk.line("report.add", f"R{report.id}", to_state=f"C{case.id}")
    chunk.line("item.add", f"I{item.id}", to_state="received")
    chunk.line("item.report", f"I{item.id}", reason=f"R{report.id}")
    if found is None:
        chunk.line("item.look", f"I{item.id}", from_state="received", to_state="unreachable", reason=item.reason)
        return
    chunk.line("media.add", f"M{found.id}")
    chunk.line("item.look", f"I{item.id}", from_state="received", to_state="awaiting_assessment")
    gone_at = item.removed_at
    session.add(
        Sighting(media_id=found.id, item_id=item.id, first_seen_at=chunk.at, last_seen_at=chunk.at, gone_at=gone_at)
    )
    if chunk.rng.random() < 1 / 3:
        session.add(_lead(found, chunk.at))
        chunk.line("media.screen", f"M{found.id}", reason="leads_changed:1")


def _lead(found: Media, at: datetime) -> Lead:
    return Lead(
        media_id=found.id,
        list="known",
        list_version=1,
        entry=f"e{found.id}",
        algorithm="pdq",
        distance=10,
        label="A1",
        variant="upright",
        role="known",
        strength="strong",
        found_at=at,
    )


def _add_decision(chunk: _Chunk, item: Item, found: Media) -> None:
    """The assessment and what follows of it: hosting, looks, the next recheck in the future."""
    state = State(item.state)
    is_harmful = state is State.HARMFUL
    verdict = "not_illegal" if state is State.NOT_ILLEGAL else "harmful" if is_harmful else "baseline"
    chunk.session.add(
        Assessment(
            media_id=found.id,
            verdict=verdict,
            ground="bullying" if is_harmful else None,
            reason="adult" if verdict == "not_illegal" else None,
            basis="looked",
            by="bench",
            at=chunk.at,
        )
    )
    chunk.line("item.assess", f"I{item.id}", from_state="awaiting_assessment", to_state=item.state, reason=verdict)
    if verdict == "not_illegal":
        return
    chunk.session.add(Hosting(item_id=item.id, at=chunk.at, ip="127.0.9.9", asn=64500, country="AL"))
    chunk.line("item.trace", f"I{item.id}")
    looked = "removed_at_source" if state is State.REMOVED else "online"
    for hours in (1, 6, 30):
        at = chunk.at + timedelta(hours=hours)
        chunk.session.add(Recheck(item_id=item.id, at=at, vantage="direct", verdict=looked))
        chunk.line("item.recheck", f"I{item.id}", reason=f"direct:{looked}")
    due_at = chunk.due_at + timedelta(minutes=chunk.rng.randrange(10_000))
    work.schedule(chunk.session, WorkKind.RECHECK, f"I{item.id}", due_at, host=item.host)


def _add_notices(chunk: _Chunk, items: list[Item]) -> None:
    """One sent notice for each item."""
    batches = chunk.add([_batch(chunk, item) for item in items])
    notices = chunk.add([_notice(chunk, batch) for batch in batches])
    for item, batch, notice in zip(items, batches, notices, strict=True):
        chunk.session.add(BatchItem(batch_id=batch.id, item_id=item.id, added_at=chunk.at))
        chunk.session.add(NoticeItem(notice_id=notice.id, item_id=item.id))
        chunk.line("notice.sent", f"N{notice.id}", from_state="sending", to_state="sent")
        chunk.line("item.noticed", f"I{item.id}", reason=f"N{notice.id}")


def _batch(chunk: _Chunk, item: Item) -> Batch:
    is_up = item.state == State.NOTICED
    return Batch(
        contact_id=chunk.rng.choice(chunk.contacts).id,
        kind="illegal",
        is_open=False,
        made_at=chunk.at,
        approved_by="bench",
        approved_at=chunk.at,
        next_round_at=chunk.due_at if is_up else None,
        stopped_at=None if is_up else chunk.at,
    )


def _notice(chunk: _Chunk, batch: Batch) -> Notice:
    return Notice(
        batch_id=batch.id,
        contact_id=batch.contact_id,
        kind="illegal",
        round=1,
        state="sent",
        made_at=chunk.at,
        message_id=f"<{batch.id}@bench.example>",
        raw=b"From: bench\r\n\r\n" + bytes(2000),
        sending_at=chunk.at,
        sent_at=chunk.at,
    )
