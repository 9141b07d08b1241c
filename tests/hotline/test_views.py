"""The read side: what a case, the queue and the lists show, asked of a home whose rows are written directly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from hotline import custody, db, keys
from hotline.decisions import homes
from hotline.errors import AuditError, UnknownIdError
from hotline.home import Home
from hotline.models import (
    Assessment,
    Batch,
    BatchItem,
    Case,
    CaseItem,
    Contact,
    Family,
    Hold,
    Hosting,
    Item,
    Lead,
    Media,
    Notice,
    NoticeItem,
    Packet,
    PageItem,
    Referral,
    Report,
    ReportItem,
    Row,
    Sighting,
    Taken,
)
from hotline.settings import settings_from_assignments
from hotline.states import Kind, State
from hotline.store.documents import Shown, Stand, shown_state, shown_states
from hotline.views.cases import case_list, case_show, packet_document
from hotline.views.contacts import answering, contact_list, contact_show
from hotline.views.families import family_list, family_show
from hotline.views.health import health
from hotline.views.notices import notice_list, notice_show
from hotline.views.packets import packet_list, referral_list
from hotline.views.persons import person_list
from hotline.views.proof import proof
from hotline.views.queue import queue
from hotline.views.reports import code_digest, report_list, report_show, report_status
from hotline.views.shift import today
from hotline.views.stats import stats

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ILLEGAL, WAITING, REMOVED = State.ILLEGAL, State.AWAITING_ASSESSMENT, State.REMOVED


class Builder:
    """Writes rows of a home, each with what its table asks for."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @contextmanager
    def writing(self) -> Iterator[Session]:
        books = custody.Books(self.home.engine, self.home.anchor, "drita", NOW)
        with custody.transaction(books) as session:
            yield session
            custody.record(session, "test.write", "home")

    def save(self, *rows: Any) -> Any:
        with self.writing() as session:
            session.add_all(rows)
            session.flush()
        return rows[0]

    def case(self, *items: Item, opened_at: datetime = NOW, closed_at: datetime | None = None) -> int:
        case = self.save(Case(opened_at=opened_at, closed_at=closed_at))
        if items:
            self.save(*(CaseItem(case_id=case.id, item_id=item.id, added_at=NOW) for item in items))
        return int(case.id)

    def report(self, case_id: int, code: str = "", **more: Any) -> Report:
        values: dict[str, Any] = {"source": "web", "category": "csam", "received_at": NOW, **more}
        digest = code_digest(code or f"{case_id}{len(more)}{id(more)}")
        report = Report(case_id=case_id, recorded_at=NOW, recorded_by="drita", code_digest=digest, **values)
        return self.save(report)

    def item(self, name: str, state: State = WAITING, **more: Any) -> Item:
        url = f"https://img.example/{name}"
        values: dict[str, Any] = {"kind": Kind.PICTURE, "host": "img.example", "received_at": NOW, **more}
        return self.save(Item(key=url, key_version=1, url=url, href=url, state=state, **values))

    def media(self, name: str, **more: Any) -> Media:
        digest = f"{name:0>64}"
        return self.save(
            Media(sha256=digest, sha1=digest[:40], md5=digest[:32], size_bytes=7, hasher="x", first_seen_at=NOW, **more)
        )

    def decide(self, verdict: str, **about: Any) -> Assessment:
        return self.save(Assessment(verdict=verdict, basis="looked", by="drita", at=NOW, **about))

    def lead(self, media: Media, role: str = "known", entry: str = "e1") -> Lead:
        return self.save(
            Lead(
                media_id=media.id, list="partner", list_version=1, entry=entry, algorithm="pdq", distance=4,
                variant="mirror", role=role, strength="strong", found_at=NOW,
            )
        )  # fmt: skip

    def contact(self, state: str = "approved", role: str = "host", answers_for: str = "img.example") -> Contact:
        return self.save(
            Contact(
                address=f"{role}@{state}.example", answers_for=answers_for, role=role, channel="email", language="en",
                state=state, origin="rdap", added_at=NOW, added_by="pipeline",
            )
        )  # fmt: skip

    def notice(self, contact: Contact, item: Item, state: str, **more: Any) -> Notice:
        values: dict[str, Any] = {"kind": "illegal", **more}
        batch = self.save(Batch(contact_id=contact.id, kind=values["kind"], made_at=NOW))
        notice = self.save(
            Notice(batch_id=batch.id, contact_id=contact.id, round=1, state=state, made_at=NOW, **values)
        )
        self.save(BatchItem(batch_id=batch.id, item_id=item.id, added_at=NOW))
        self.save(NoticeItem(notice_id=notice.id, item_id=item.id))
        return notice  # type: ignore[no-any-return]

    def trace(self, item: Item, ip: str | None = "192.0.2.5") -> Hosting:
        return self.save(Hosting(item_id=item.id, at=NOW, ip=ip))


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Builder]:
    settings = settings_from_assignments(['hotline.name="Test"', 'lab.clock="2026-11-21T10:00:00Z"'])
    home = homes.make(tmp_path / "home", settings)
    yield Builder(home)
    home.engine.dispose()


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(row["kind"], row["item"]) for row in rows]


PICTURE_STATES = [
    # nothing to judge on it: its own state
    ([], WAITING),
    # the worst of what it shows
    ([Shown(ILLEGAL, False, False), Shown(State.NOT_ILLEGAL, False, False)], ILLEGAL),
    ([Shown(State.NOTICED, False, False), Shown(State.HARMFUL, False, False)], State.HARMFUL),
    # a picture somebody still decides about counts
    ([Shown(WAITING, True, False), Shown(State.NOT_ILLEGAL, False, False)], WAITING),
    # too small or known to be good: recorded, not queued, and not counted
    ([Shown(WAITING, False, False), Shown(State.NOT_ILLEGAL, False, False)], State.NOT_ILLEGAL),
    # no longer on the page: counts only when it is gone itself
    ([Shown(ILLEGAL, False, True), Shown(State.NOT_ILLEGAL, False, False)], State.NOT_ILLEGAL),
    ([Shown(REMOVED, False, True), Shown(State.NOT_ILLEGAL, False, False)], REMOVED),
    ([Shown(REMOVED, False, True)], REMOVED),
]


@pytest.mark.parametrize(("pictures", "expected"), PICTURE_STATES)
def test_a_page_shows_the_worst_of_its_pictures(pictures: list[Shown], expected: State) -> None:
    page = Stand(Kind.PAGE, WAITING, is_removed=False, is_assessed=False)

    assert shown_state(page, pictures) is expected


@pytest.mark.parametrize(
    ("stand", "expected"),
    [
        # a decision about the page itself counts before its pictures
        (Stand(Kind.PAGE, WAITING, False, True), WAITING),
        (Stand(Kind.PROFILE, State.HARMFUL, False, True), State.HARMFUL),
        # a page nobody could look at
        (Stand(Kind.PAGE, State.UNREACHABLE, False, False), State.UNREACHABLE),
        # gone as a whole
        (Stand(Kind.PAGE, WAITING, True, False), REMOVED),
        # only pages are computed
        (Stand(Kind.PICTURE, WAITING, True, False), WAITING),
    ],
)
def test_what_keeps_its_own_state(stand: Stand, expected: State) -> None:
    assert shown_state(stand, [Shown(ILLEGAL, False, False)]) is expected


def test_shown_states_are_computed_from_the_rows(build: Builder) -> None:
    page, picture = build.item("page", kind=Kind.PAGE), build.item("a.jpg", ILLEGAL)
    build.save(PageItem(page_id=page.id, item_id=picture.id, first_seen_at=NOW, last_seen_at=NOW))

    with db.reading(build.home.engine) as session:
        every, one = shown_states(session), shown_states(session, [page.id])

    assert every == {page.id: ILLEGAL, picture.id: ILLEGAL}
    assert one == {page.id: ILLEGAL}


def test_cases_stand_by_danger_then_rank_then_age(build: Builder) -> None:
    old = build.case(opened_at=NOW - 9 * HOUR)
    new = build.case(opened_at=NOW)
    returned = build.case(build.item("r", ILLEGAL, returns=1))
    blackmail = build.case()
    danger = build.case()
    build.report(blackmail, at_risk="blackmail_running")
    build.report(danger, at_risk="suicide", acked_at=NOW, acked_by="drita")

    rows = case_list(build.home)

    expected = [(blackmail, "P1"), (danger, "P0"), (returned, "P2"), (old, "P4"), (new, "P4")]
    assert [(row["id"], row["priority"]) for row in rows] == [(f"C{number}", rank) for number, rank in expected]


@pytest.mark.parametrize(
    ("facts", "state", "expected"),
    [
        ('{"albanian_child": "yes", "new_material": "yes"}', ILLEGAL, "P1"),
        ("{}", ILLEGAL, "P2"),
        ('{"viral": "yes"}', State.HARMFUL, "P2"),
        ("{}", State.HARMFUL, "P3"),
        # once it is gone it is urgent no more
        ("{}", REMOVED, "P4"),
    ],
)
def test_facts_and_states_decide_the_priority(build: Builder, facts: str, state: State, expected: str) -> None:
    item = build.item("a", state)
    build.decide("harmful" if state is State.HARMFUL else "baseline", item_id=item.id, facts=facts)
    build.case(item)

    assert [row["priority"] for row in case_list(build.home)] == [expected]


def test_known_material_comes_before_unknown(build: Builder) -> None:
    listed, own = build.media("1"), build.media("2")
    build.lead(listed)
    build.save(Lead(media_id=own.id, list="decided here", list_version=1, entry="M9", algorithm="pdq", distance=9,
                    variant="upright", role="own", strength="strong", found_at=NOW))  # fmt: skip
    build.case(build.item("own", media_id=own.id))
    build.case(build.item("listed", media_id=listed.id))

    assert [(row["id"], row["priority"]) for row in case_list(build.home)] == [("C2", "P2"), ("C1", "P4")]


def test_media_of_a_family_with_an_illegal_decision_is_known(build: Builder) -> None:
    family = build.save(Family(made_at=NOW))
    decided, like = build.media("1", family_id=family.id), build.media("2", family_id=family.id)
    build.decide("baseline", media_id=decided.id)
    build.case(build.item("like", media_id=like.id))

    assert [row["priority"] for row in case_list(build.home)] == ["P2"]


def test_a_case_shows_the_worst_of_its_items_and_the_first_reported_address(build: Builder) -> None:
    build.case(build.item("found"), build.item("told", REMOVED, is_reported=True))

    row = case_list(build.home)[0]

    assert (row["state"], row["url"], row["items"]) == ("awaiting_assessment", "https://img.example/told", 2)


def test_a_case_without_items_is_received_until_it_is_closed(build: Builder) -> None:
    build.case()
    build.case(build.item("a", ILLEGAL), closed_at=NOW)

    assert [(row["state"], row["url"]) for row in case_list(build.home, State.RECEIVED)] == [("received", None)]
    assert [row["id"] for row in case_list(build.home, State.CLOSED)] == ["C2"]


def test_a_case_document_has_the_shape_of_the_contract(build: Builder) -> None:
    media = build.media("1", family_id=build.save(Family(made_at=NOW)).id)
    item = build.item("a.jpg", ILLEGAL, media_id=media.id, is_reported=True)
    case_id = build.case(item)
    build.report(case_id)
    build.lead(media)
    build.decide("baseline", media_id=media.id, facts='{"viral": "no"}')
    build.trace(item)
    contact = build.contact(answers_for="192.0.2.0/24")
    build.notice(contact, item, "sent")

    found = case_show(build.home, case_id)

    assert (found["id"], found["url"], found["state"], found["priority"]) == ("C1", item.url, "illegal", "P2")
    shown = found["items"][0]
    assert (shown["id"], shown["media"]["id"], shown["family"], shown["notices"]) == ("I1", "M1", "F1", ["N1"])
    assert shown["leads"][0]["variant"] == "mirror"
    assert shown["assessment"] == {
        "verdict": "baseline", "ground": None, "reason": None, "basis": "looked", "by": "drita",
        "at": "2026-11-21T10:00:00Z", "facts": {"viral": "no"}, "classes": {}, "second_by": None,
    }  # fmt: skip
    assert (shown["hosting"]["ip"], shown["hosting"]["contacts"]) == ("192.0.2.5", ["K1"])
    assert shown["received_at"] == "2026-11-21T10:00:00Z"


def test_an_own_decision_about_an_item_counts_before_that_about_its_media(build: Builder) -> None:
    media = build.media("1")
    item = build.item("a", State.HARMFUL, media_id=media.id)
    build.decide("not_illegal", media_id=media.id)
    build.decide("harmful", item_id=item.id, ground="bullying")

    found = case_show(build.home, build.case(item))

    assert found["items"][0]["assessment"]["verdict"] == "harmful"


def test_an_unknown_case_is_said_to_be_unknown(build: Builder) -> None:
    with pytest.raises(UnknownIdError):
        case_show(build.home, 9)


def test_free_text_is_in_the_case_but_never_in_a_packet(build: Builder) -> None:
    case_id = build.case()
    build.report(case_id, city="Shkodër", for_whom="a friend")
    with build.writing() as session:
        custody.record(session, "case.note", f"C{case_id}", reason="told", text="words about a person")

    with db.reading(build.home.engine) as session:
        packet = packet_document(session, case_id)

    assert case_show(build.home, case_id)["custody"][-1]["why"] == "told: words about a person"
    assert packet["custody"][-1]["why"] == "told"
    assert set(packet["reports"][0]) == {"id", "source", "category", "city", "at_risk", "received_at"}


def test_a_packet_tells_where_else_a_family_was_seen_without_the_address(build: Builder) -> None:
    family = build.save(Family(made_at=NOW))
    media = build.media("1", family_id=family.id)
    here, there = build.item("here", media_id=media.id), build.item("there", REMOVED, removed_at=NOW + 9 * HOUR)
    case_id = build.case(here)
    build.case(there)
    for item, gone_at in ((there, NOW + HOUR), (here, None)):
        build.save(Sighting(media_id=media.id, item_id=item.id, first_seen_at=NOW, last_seen_at=NOW, gone_at=gone_at))

    with db.reading(build.home.engine) as session:
        found = packet_document(session, case_id)["families"]

    assert found["F1"]["reuploads"] == 1
    assert [(one["item"], one["gone_at"]) for one in found["F1"]["sightings"]] == [
        ("I2", "2026-11-21T11:00:00Z"),
        ("I1", None),
    ]
    assert not any("url" in one for one in found["F1"]["sightings"])
    assert [one["removed_at"] for one in family_show(build.home, 1)["sightings"]] == ["2026-11-21T19:00:00Z", None]


def test_a_case_whose_items_are_all_gone_does_not_call_itself_the_rest(build: Builder) -> None:
    case_id = build.case(build.item("a", REMOVED, removed_at=NOW))

    assert (case_show(build.home, case_id)["priority"], case_show(build.home, case_id)["rule"]) == (
        "P4", "everything removed, watched",
    )  # fmt: skip


def test_danger_nobody_acknowledged_is_first_in_the_queue(build: Builder) -> None:
    build.case(build.item("known", ILLEGAL, returns=2, needs_person="look again"))
    case_id = build.case(build.item("waiting", is_queued=True))
    build.report(case_id, at_risk="suicide")

    rows = queue(build.home, NOW)

    assert kinds(rows) == [("ack", None), ("assess", "I2"), ("person", "I1")]
    assert (rows[0]["case"], rows[0]["subject"], rows[0]["priority"], rows[0]["rule"]) == (
        "C2", "R1", "P0", "danger to life",
    )  # fmt: skip


def test_what_waits_is_shown_with_its_leads_and_who_took_it(build: Builder) -> None:
    media = build.media("1")
    build.lead(media)
    build.case(build.item("a", is_queued=True, media_id=media.id))
    with db.transaction(build.home.engine) as session:
        session.add(Taken(subject="I1", by="blerta", at=NOW))

    row = queue(build.home, NOW)[0]

    assert (row["kind"], row["taken_by"], row["leads"][0]["list"]) == ("assess", "blerta", "partner")


def test_a_page_whose_pictures_wait_is_not_in_the_queue(build: Builder) -> None:
    page, picture = build.item("page", kind=Kind.PAGE), build.item("a.jpg", is_queued=True)
    build.save(PageItem(page_id=page.id, item_id=picture.id, first_seen_at=NOW, last_seen_at=NOW))
    build.case(page, picture)

    assert kinds(queue(build.home, NOW)) == [("assess", "I2")]


def test_an_address_that_cannot_be_looked_at_can_be_decided(build: Builder) -> None:
    build.case(build.item("a", State.UNREACHABLE, reason="login_wall", needs_person="cannot be looked at: login_wall"))

    row = queue(build.home, NOW)[0]

    assert (row["kind"], "login wall" in row["why"]) == ("assess", True)


def test_an_item_in_two_cases_gives_one_row(build: Builder) -> None:
    item = build.item("a", is_queued=True)
    build.case(item)
    build.case(item)

    assert [(row["item"], row["case"]) for row in queue(build.home, NOW)] == [("I1", "C1")]


def test_nobody_to_tell_is_said_with_the_host(build: Builder) -> None:
    item = build.item("a", ILLEGAL)
    build.case(item)
    build.trace(item)

    row = queue(build.home, NOW)[0]

    assert (row["kind"], row["contact"]) == ("contact", None)
    assert "img.example (192.0.2.5)" in row["why"]


def test_one_proposed_contact_gives_one_row_for_all_it_answers_for(build: Builder) -> None:
    items = [build.item(name, ILLEGAL) for name in "abc"]
    build.case(*items)
    for item in items:
        build.trace(item)
    build.contact("proposed")

    rows = queue(build.home, NOW)

    assert [(row["kind"], row["contact"], row["items"]) for row in rows] == [("contact", "K1", ["I1", "I2", "I3"])]


@pytest.mark.parametrize(
    ("state", "arrange"),
    [
        # not traced yet: the pipeline's turn
        (ILLEGAL, lambda _build, _item: None),
        # police first
        (ILLEGAL, lambda build, item: (build.trace(item), hold(build, item))),
        # somebody approved answers: the pipeline's turn
        (ILLEGAL, lambda build, item: (build.trace(item), build.contact())),
        # gone already
        (REMOVED, lambda build, item: build.trace(item)),
    ],
)
def test_what_needs_no_contact_is_not_asked_for(
    build: Builder, state: State, arrange: Callable[[Builder, Item], object]
) -> None:
    item = build.item("a", state)
    build.case(item)
    arrange(build, item)

    assert queue(build.home, NOW) == []


def hold(build: Builder, item: Item) -> None:
    build.save(Hold(item_id=item.id, until=NOW + HOUR, made_at=NOW, made_by="drita"))


def test_a_host_is_not_the_contact_for_harmful_content(build: Builder) -> None:
    item = build.item("a", State.HARMFUL)
    build.case(item)
    build.trace(item)
    build.contact("approved", "host")

    row = queue(build.home, NOW)[0]

    assert (row["kind"], "operator or platform" in row["why"]) == ("contact", True)


def test_a_draft_waits_and_names_the_citations_it_goes_without(build: Builder) -> None:
    item = build.item("a", ILLEGAL)
    build.case(item)
    build.notice(build.contact(), item, "draft")

    row = queue(build.home, NOW)[0]

    assert (row["kind"], row["notice"], row["item"]) == ("notice", "N1", "I1")
    assert "citations left out" in row["why"]
    assert "nobody has checked it" in row["why"]


@pytest.mark.parametrize(
    ("state", "more", "item_state", "is_shown"),
    [
        ("failed", {"problem": "mailbox_unknown"}, State.ILLEGAL, True),
        ("sent", {"outcome": "declined", "outcome_at": NOW}, State.NOTICED, True),
        ("sent", {"outcome": "asks_more", "outcome_at": NOW}, State.NOTICED, True),
        ("sent", {"outcome": "removed", "outcome_at": NOW}, State.NOTICED, False),
        ("sent", {}, State.NOTICED, False),
        # what is gone needs no act any more
        ("sent", {"outcome": "declined", "outcome_at": NOW}, State.REMOVED, False),
    ],
)
def test_failures_and_answers_wait_while_the_material_is_up(
    build: Builder, state: str, more: dict[str, Any], item_state: State, is_shown: bool
) -> None:
    item = build.item("a", item_state)
    build.case(item)
    build.notice(build.contact(), item, state, **more)

    assert [row["kind"] for row in queue(build.home, NOW)] == ["notice"] * is_shown


def test_packets_and_referrals_wait_for_a_person(build: Builder) -> None:
    case_id = build.case()
    build.save(packet(case_id))
    build.save(Referral(case_id=case_id, to="helpline", state="open", made_at=NOW, made_by="drita"))

    rows = queue(build.home, NOW)

    assert [(row["kind"], row["case"], row["item"], row["subject"]) for row in rows] == [
        ("packet", "C1", None, "P1"),
        ("referral", "C1", None, "Q1"),
    ]


def packet(case_id: int, **more: Any) -> Row:
    values = {name: b"" if name == "file" else "" for name in ("facts", "file") if name in Packet.model_fields}
    row = {"to": "police", "state": "unreleased", "copy_number": 1, "built_at": NOW, "built_by": "drita", "digest": ""}
    return Packet(case_id=case_id, **{**values, **row, **more})


def test_a_first_readers_word_waits_for_a_second(tmp_path: Path) -> None:
    settings = settings_from_assignments(["assess.second_reader=true", 'lab.clock="2026-11-21T10:00:00Z"'])
    build = Builder(homes.make(tmp_path / "strict", settings))
    media = build.media("1")
    build.case(build.item("a", media_id=media.id, is_queued=True))
    build.decide("baseline", media_id=media.id)

    rows = queue(build.home, NOW)
    build.home.engine.dispose()

    assert kinds(rows) == [("assess", "I1")]
    assert "second reader" in rows[0]["why"]


def test_what_identifies_a_reporter_is_shown_only_when_asked_for(build: Builder) -> None:
    case_id = build.case(build.item("a", is_reported=True))
    report = build.report(case_id)
    with build.writing() as session:
        report.contact = keys.seal(session, build.home.workspace, report.id, "mail@reporter.example")
        session.add(report)
    build.save(ReportItem(report_id=report.id, item_id=1, url="https://img.example/a?x"))

    closed, opened = report_show(build.home, report.id), report_show(build.home, report.id, is_revealed=True)

    assert "reporter.example" not in repr([closed, report_list(build.home), case_show(build.home, case_id)])
    assert (closed["has_contact"], closed["has_note"]) == (True, False)
    assert (opened["contact"], opened["note"]) == ("mail@reporter.example", None)
    assert closed["items"] == [{"item": "I1", "url": "https://img.example/a?x"}]


def test_a_reporter_hears_the_same_whatever_is_being_done(build: Builder) -> None:
    told = set()
    for number, state in enumerate([ILLEGAL, WAITING, State.NOTICED, State.HARMFUL, State.UNREACHABLE]):
        item = build.item(str(number), state)
        build.report(build.case(item), f"code{number}")
        told.add(repr(report_status(build.home, f"CODE-{number}")))
    hold(build, item)

    assert len(told | {repr(report_status(build.home, "code 4"))}) == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [(State.RECEIVED, "received"), (REMOVED, "removed"), (State.NOT_ILLEGAL, "ended"), (State.CLOSED, "ended")],
)
def test_a_reporter_hears_where_it_stands(build: Builder, state: State, expected: str) -> None:
    build.report(build.case(build.item("a", state)), "abcd")

    found = report_status(build.home, "AB-CD")

    assert found["state"] == expected
    assert "116 111" in found["sq"]
    assert "116 111" in found["en"]


def test_an_unknown_code_tells_nothing(build: Builder) -> None:
    with pytest.raises(UnknownIdError):
        report_status(build.home, "ABCD")


def test_sightings_after_the_first_are_reuploads(build: Builder) -> None:
    family = build.save(Family(made_at=NOW))
    first = build.media("1", family_id=family.id, is_family_confirmed=True)
    copy = build.media("2", family_id=family.id)
    one, two = build.item("a"), build.item("b", host="other.example", platform_account="x1")
    build.save(Sighting(media_id=copy.id, item_id=two.id, first_seen_at=NOW + HOUR, last_seen_at=NOW + HOUR))
    build.save(Sighting(media_id=first.id, item_id=one.id, first_seen_at=NOW, last_seen_at=NOW, gone_at=NOW))

    shown = family_show(build.home, family.id)

    assert [(row["item"], row["confirmed"], row["account"]) for row in shown["sightings"]] == [
        ("I1", True, None),
        ("I2", False, "x1"),
    ]
    assert (shown["reuploads"], shown["hosts"]) == (1, {"img.example": 1, "other.example": 1})
    assert [(row["id"], row["reuploads"], row["media"], row["hosts"]) for row in family_list(build.home)] == [
        ("F1", 1, 2, 2)
    ]


def test_lists_name_what_exists(build: Builder) -> None:
    item = build.item("a", ILLEGAL)
    case_id = build.case(item)
    contact = build.contact()
    build.notice(contact, item, "sent", message_id="<n1@x>", sent_at=NOW)
    build.save(packet(case_id))
    build.save(Referral(case_id=case_id, to="cpu", state="open", made_at=NOW, made_by="drita"))

    assert [(row["id"], row["contact"], row["items"], row["round"]) for row in notice_list(build.home)] == [
        ("N1", "K1", ["I1"], 1)
    ]
    assert notice_show(build.home, 1)["addresses"] == [{"item": "I1", "url": item.url}]
    assert [(row["id"], row["state"]) for row in contact_list(build.home)] == [("K1", "approved")]
    assert contact_show(build.home, 1)["notices"] == ["N1"]
    assert [row["id"] for row in answering(build.home, "sub.img.example", None)] == ["K1"]
    assert answering(build.home, "img.example.evil", None) == []
    assert [(row["id"], row["state"], row["case"]) for row in packet_list(build.home)] == [("P1", "unreleased", "C1")]
    assert [(row["id"], row["to"]) for row in referral_list(build.home)] == [("Q1", "cpu")]
    assert person_list(build.home)[0]["roles"] == ["admin", "analyst", "auditor", "second"]


def test_the_shift_sees_what_runs_out_and_what_came_back(build: Builder) -> None:
    item = build.item("a", ILLEGAL, returns=1, media_id=build.media("1").id)
    case_id = build.case(item)
    build.save(Sighting(media_id=1, item_id=item.id, first_seen_at=NOW - HOUR, last_seen_at=NOW))
    hold(build, item)
    build.save(packet(case_id, state="released", released_by="drita", released_at=NOW))

    found = today(build.home, NOW)

    assert [row["item"] for row in found["holds"]] == ["I1"]
    assert [row["item"] for row in found["returns"]] == ["I1"]
    assert [row["why"] for row in found["packets"]] == ["to countersign"]


def test_stats_count_and_time(build: Builder) -> None:
    build.report(build.case(build.item("a", REMOVED, host_at=NOW + HOUR, removed_at=NOW + 26 * HOUR)))

    found = stats(build.home)

    assert found["reports"]["by_category"] == {"csam": 1}
    assert found["cases"]["by_state"] == {"removed": 1}
    assert (found["items"]["hours_to_host"], found["items"]["hours_to_removed"]) == (1.0, 25.0)
    assert found["items"]["hours_to_police"] is None


def test_an_empty_home_answers_every_list_with_nothing(build: Builder) -> None:
    lists = (case_list, report_list, contact_list, notice_list, family_list, packet_list, referral_list)

    assert [ask(build.home) for ask in lists] == [[]] * len(lists)
    assert queue(build.home, NOW) == []


def test_a_lab_is_called_unfit_and_all_else_is_examined(build: Builder) -> None:
    found = health(build.home, NOW + HOUR)

    ill = {check["check"] for check in found["checks"] if not check["ok"]}
    assert (found["ok"], ill) == (False, {"lab", "settings"})
    assert all(bool(check["cure"]) is not check["ok"] for check in found["checks"])
    notes = [check["found"] for check in found["checks"] if check["check"] == "sender"]
    assert notes == ["note: hosts ask who writes; set hotline.phone, hotline.verification_page in hotline.toml"]


def test_the_proof_needs_the_anchor_that_was_named(build: Builder, tmp_path: Path) -> None:
    assert proof(build.home)["behind"] == 0
    with pytest.raises(AuditError):
        proof(build.home, tmp_path / "none")
