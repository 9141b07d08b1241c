"""The contract of the command line (DESIGN section 6), held against the installed program by a script from outside.

One story goes the whole way, from a report to a confirmed removal, its return and a packet; every document that the
program printed on the way is kept and examined.
"""

import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any

import bagit
import imagehash
import pytest
from worlds import Document, Ended, World, interrupted, together

from scripts.cli import Hotline, Result, installed_program
from scripts.lab import Lab
from scripts.pictures import draw, jpeg, mirrored, resized

SIZE = (480, 360)
COLLEAGUE = "blerta"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
LOOKS_LIKE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")

SOURCES = "web phone email police partner analyst"
CATEGORIES = "csam self_generated sextortion grooming impersonation bullying threats hate_speech harassment other"
AT_RISK = "suicide threat_to_life blackmail_running meeting_arranged offender_knows_home violence_at_home other"
ROLES = "operator host cdn registrar upstream platform partner search_engine"
GROUNDS = "impersonation bullying blackmail threats hate private_image identifying_publication"
REASONS = (
    "content_not_found removed_before_assessment adult nudity_not_sexualized below_threshold too_small virtual "
    "linking_only age_not_assessable age_over_threshold other"
)
BASES = "match looked partner police report_text"
VERDICTS = "baseline national harmful not_illegal"
NOTICE_STATES = "draft approved sending sent failed cancelled superseded"
OUTCOMES = "removed declined restricted asks_more not_ours no_answer"
ITEM_STATES = "received unreachable awaiting_assessment not_illegal illegal harmful noticed removed closed"
RECHECKS = (
    "online removed_at_source page_only_removed soft_removed access_restricted geo_blocked cdn_cached moved parked "
    "unreachable inconclusive"
)
ALGORITHMS = "md5 sha1 sha256 pdq phash"
VARIANTS = "upright mirror rot90 rot180 rot270 transpose transverse flip box quadrant frame"
QUEUE_KINDS = "assess contact notice packet referral ack person"


# Shapes: a type, several types, a list of one shape, a dict of named shapes, or a check of one value.


@dataclass(frozen=True)
class One:
    """One of some words."""

    words: str

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and value in self.words.split()


@dataclass(frozen=True)
class Like:
    """A text of a pattern."""

    pattern: str

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Maybe:
    """Null, or this shape."""

    shape: Any


@dataclass(frozen=True)
class Each:
    """A dict whose every value has this shape."""

    shape: Any


def ID(letter: str) -> Like:
    return Like(f"{letter}[1-9][0-9]*")


AT = Like(TIME.pattern)
TEXT = Maybe(str)
HEX = Like("[0-9a-f]+")
LEAD = {
    "list": str,
    "entry": str,
    "algorithm": One(ALGORITHMS),
    "distance": int,
    "label": TEXT,
    "variant": One(VARIANTS),
}
MEDIA = {
    "id": ID("M"),
    "sha256": HEX,
    "sha1": HEX,
    "md5": HEX,
    "size_bytes": int,
    "mime": TEXT,
    "width": Maybe(int),
    "height": Maybe(int),
    "pdq": Maybe(HEX),
    "pdq_quality": Maybe(int),
    "phash": Maybe(HEX),
}
ASSESSMENT = {
    "verdict": One(VERDICTS),
    "ground": Maybe(One(GROUNDS)),
    "reason": Maybe(One(REASONS)),
    "basis": One(BASES),
    "by": str,
    "at": AT,
    "facts": dict,
}
HOSTING = {"ip": TEXT, "asn": Maybe(int), "network": TEXT, "country": TEXT, "cdn": TEXT, "contacts": [ID("K")]}
ITEM = {
    "id": ID("I"),
    "url": str,
    "kind": str,
    "state": One(ITEM_STATES),
    "reason": TEXT,
    "media": Maybe(MEDIA),
    "family": Maybe(ID("F")),
    "leads": [LEAD],
    "assessment": Maybe(ASSESSMENT),
    "hosting": Maybe(HOSTING),
    "notices": [ID("N")],
    "rechecks": [{"at": AT, "vantage": str, "verdict": One(RECHECKS), "evidence": dict}],
    "received_at": AT,
    "police_at": Maybe(AT),
    "host_at": Maybe(AT),
    "removed_at": Maybe(AT),
    "returns": int,
}
CUSTODY = {
    "seq": int,
    "at": AT,
    "actor": str,
    "action": str,
    "subject": str,
    "from": TEXT,
    "to": TEXT,
    "why": TEXT,
    "hash": Like("[0-9a-f]{64}"),
}
REPORT = {
    "id": ID("R"),
    "source": One(SOURCES),
    "category": One(CATEGORIES),
    "city": TEXT,
    "at_risk": Maybe(One(AT_RISK)),
    "received_at": AT,
}
CASE_ROW = {
    "id": ID("C"),
    "url": TEXT,
    "state": One(ITEM_STATES),
    "priority": Like("P[0-4]"),
    "items": int,
    "reports": int,
}
SIGHTING = {
    "item": ID("I"),
    "url": str,
    "host": str,
    "account": TEXT,
    "first_seen_at": AT,
    "last_seen_at": AT,
    "gone_at": Maybe(AT),
    "confirmed": bool,
}
CONTACT = {
    "id": ID("K"),
    "state": One("proposed approved blocked"),
    "address": str,
    "role": One(ROLES),
    "answers_for": str,
    "channel": One("email"),
}
NOTICE = {
    "id": ID("N"),
    "state": One(NOTICE_STATES),
    "contact": ID("K"),
    "role": One(ROLES),
    "channel": One("email"),
    "round": int,
    "items": [ID("I")],
    "message_id": TEXT,
    "sent_at": Maybe(AT),
    "outcome": Maybe(One(OUTCOMES)),
}
QUEUE = {
    "kind": One(QUEUE_KINDS),
    "case": Maybe(ID("C")),
    "item": Maybe(ID("I")),
    "priority": Maybe(Like("P[0-4]")),
    "why": str,
    "since": AT,
    "leads": [LEAD],
}
HIT = {"input": str} | LEAD

READING: dict[str, tuple[tuple[str, ...], Any]] = {
    "report list": (("report", "list"), [REPORT]),
    "report show": (("report", "show", "R1"), REPORT),
    "report status": (("report", "status", "{code}"), {"sq": str, "en": str}),
    "queue": (("queue",), [QUEUE]),
    "case list": (("case", "list"), [CASE_ROW]),
    "case show": (
        ("case", "show", "C1"),
        CASE_ROW | {"reports": [REPORT], "items": [ITEM], "custody": [CUSTODY]},
    ),
    "case show of a call": (
        ("case", "show", "{call}"),
        CASE_ROW | {"url": NoneType, "reports": [REPORT], "items": [ITEM], "custody": [CUSTODY]},
    ),
    "trace item": (("trace", "I1"), dict),
    "trace address": (("trace", "http://img.example/1.jpg"), dict),
    "contact list": (("contact", "list"), [CONTACT]),
    "contact show": (("contact", "show", "K1"), CONTACT),
    "notice list": (("notice", "list"), [NOTICE]),
    "notice show": (("notice", "show", "N1"), NOTICE),
    "family list": (("family", "list"), [{"id": ID("F"), "reuploads": int, "media": int, "hosts": int}]),
    "family show": (
        ("family", "show", "{family}"),
        {"id": ID("F"), "media": [dict], "sightings": [SIGHTING], "reuploads": int, "hosts": Each(int)},
    ),
    "packet verify": (("packet", "verify", "{packet}"), dict),
    "packet list": (("packet", "list"), [{"id": ID("P"), "state": str}]),
    "referral list": (("referral", "list"), [{"id": ID("Q"), "state": str}]),
    "hashset list": (("hashset", "list"), [{"id": str}]),
    "hashset show": (("hashset", "show", "partner"), {"id": str}),
    "hashset match": (("hashset", "match", "{picture}", "{md5}"), [HIT]),
    "hashset export": (("hashset", "export", "ours"), [str]),
    "hashset verify": (("hashset", "verify"), dict),
    "person list": (("person", "list"), [{"id": str, "name": str}]),
    "today": (("today",), dict),
    "stats": (("stats",), dict),
    "audit verify": (("audit", "verify"), {"head": str}),
    "doctor": (("doctor",), {"ok": bool}),
    "boundaries": (("doctor", "--boundaries"), [str]),
}
"""Every reading command: its arguments and the shape of its document."""

WITHOUT_HOME = {"packet verify", "boundaries"}
FRESH = (
    ("report", "list"),
    ("queue",),
    ("case", "list"),
    ("contact", "list"),
    ("notice", "list"),
    ("family", "list"),
    ("packet", "list"),
    ("referral", "list"),
    ("hashset", "list"),
    ("hashset", "match", "0" * 32),
)


def misfits(value: Any, shape: Any, where: str = "it") -> list[str]:
    """What about a value is not of its shape; more keys are allowed."""
    if isinstance(shape, Maybe):
        return [] if value is None else misfits(value, shape.shape, where)
    if isinstance(shape, One | Like):
        return [] if shape.fits(value) else [f"{where} is {value!r}, not {shape}"]
    if isinstance(shape, Each):
        return misfits(value, dict, where) or [
            one for key, each in value.items() for one in misfits(each, shape.shape, f"{where}.{key}")
        ]
    if isinstance(shape, list):
        return misfits(value, list, where) or [
            one for number, each in enumerate(value) for one in misfits(each, shape[0], f"{where}[{number}]")
        ]
    if isinstance(shape, dict):
        if wrong := misfits(value, dict, where):
            return wrong
        missing = [f"{where}.{key} is missing" for key in shape if key not in value]
        return missing + [
            one for key, each in shape.items() if key in value for one in misfits(value[key], each, f"{where}.{key}")
        ]
    is_it = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
    return [] if is_it else [f"{where} is {value!r}, not {shape.__name__}"]


def times_in(value: Any, where: str = "it") -> Iterator[tuple[str, str]]:
    """Every text that is or begins as a time, and every text under a key that names one."""
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str) and (key in ("at", "since", "until", "now") or key.endswith("_at")):
                yield f"{where}.{key}", each
            else:
                yield from times_in(each, f"{where}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from times_in(each, f"{where}[{number}]")
    elif isinstance(value, str) and LOOKS_LIKE_TIME.match(value):
        yield where, value


# The story.


@dataclass
class Story:
    """What was done and shown on the way."""

    world: World
    changed: dict[str, Result] = field(default_factory=dict)
    refused: dict[str, Result] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def do(self, name: str, *args: str | Path, input: str | None = None, by: str | None = None) -> Document:
        """Runs a command that changes something; its result is kept under the name."""
        who = ("--as", by) if by else ()
        result = self.world.hotline.run(*who, *args, "--json", input=input)
        self.changed[name] = result
        document: Document = result.json()
        return document

    def refuse(self, name: str, *args: str) -> None:
        """Runs a command that must not be done."""
        self.refused[name] = self.world.hotline.run(*args, expect=2)

    def see(self, name: str, *args: str) -> Any:
        self.shown[name] = self.world.hotline.json(*args)
        return self.shown[name]

    def mail(self) -> list[tuple[tuple[str, ...], str]]:
        """To whom what went out, in order."""
        return [(message.envelope_to, message.message_id) for message in self.world.mail.messages]


def tell(world: World) -> Story:
    story, lab = Story(world), world.lab
    img, social, mirror = (lab.sites[f"{name}.example"] for name in ("img", "social", "mirror"))
    one, two, three = (img.url(f"/{number}.jpg") for number in (1, 2, 3))

    # What is reported.
    story.do("person add", "person", "add", COLLEAGUE, "--role", "analyst", "--role", "second")
    story.do("hashset import", "hashset", "import", "partner", known_list(world), "--label", "A1")
    story.do("hashset import own", "hashset", "import", "ours", own_list(world), "--role", "own", by=COLLEAGUE)
    note = world.file("note.txt", "told at school")
    added = story.do(
        "report add", "report", "add", img.url("/gallery"), "--source", "web", "--category", "csam", "--city", "Tirana",
        "--contact", "-", "--note", note, "--for", "a friend", input="+355 60 000 00 00",
    )  # fmt: skip
    story.values["code"] = added["code"]
    story.do("report add a profile", "report", "add", social.url("/fake"), "--category", "impersonation",
             "--genuine", social.url("/real"))  # fmt: skip
    call = story.do("report add a call", "report", "add", "--no-url", "call", "--at-risk", "suicide", "--source",
                    "phone", "--note", "-", input="a child called")  # fmt: skip
    story.values["call"] = call["case"]
    csv = "url,source,category,city,at_risk,contact,note,received_at\nhttp://img.example/4.jpg,police,csam,,,,,\n,,,,,,,\n"
    story.do("report import", "report", "import", world.file("reports.csv", csv))
    story.do("queue ack", "queue", "ack", call["id"], "--called", "112")
    story.do("run", "run", "--once")
    story.see("queue after the look", "queue")
    story.see("case after the look", "case", "show", "C1")
    items = {item["url"]: item["id"] for case in ("C1", "C2", "C4") for item in world.case(case)["items"]}

    # What a person decides.
    story.do("queue take", "queue", "take", items[one])
    story.do("queue pass", "queue", "pass", items[one])
    story.do("assess", "assess", items[one], items[two], "--verdict", "baseline", "--fact", "age_band=prepubescent")
    story.do("assess not illegal", "assess", items[three], "--verdict", "not_illegal", "--reason", "adult", "--basis",
             "looked")  # fmt: skip
    story.do("assess harmful", "assess", items[social.url("/fake")], "--verdict", "harmful", "--ground",
             "impersonation", "--basis", "looked")  # fmt: skip
    story.do("assess revise", "assess", items[three], "--revise", "--verdict", "national", "--basis", "looked",
             by=COLLEAGUE)  # fmt: skip
    story.do("hold add", "hold", "add", items[three], "--reason", "police asked", "--until", "2026-12-24T12:00:00Z")
    story.do("run to trace", "run", "--once")
    story.see("queue without contacts", "queue")

    # Who is told.
    for name, address, scope, role in (
        ("contact add", "abuse@img.example", "img.example", "host"),
        ("contact add operator", "team@social.example", "social.example", "operator"),
        ("contact add other", "other@img.example", "img.example", "registrar"),
    ):
        story.do(name, "contact", "add", address, "--answers-for", scope, "--role", role)
    story.do("contact approve", "contact", "approve", "K1")
    story.do("contact approve operator", "contact", "approve", "K2")
    story.do("contact block", "contact", "block", "K3")
    story.do("run to draft", "run", "--once")
    story.see("drafts", "notice", "list")
    story.see("queue with drafts", "queue")
    story.do("notice approve", "notice", "approve", "N1")
    story.do("notice approve all", "notice", "approve", "--all")
    story.do("notice send", "notice", "send")
    story.shown["mail of round 1"] = story.mail()
    story.see("case when noticed", "case", "show", "C1")
    story.do("notice sent", "notice", "sent", "N1", "--reference", "2026-0815")
    story.do("notice outcome", "notice", "outcome", "N2", "asks_more")
    story.do("recheck", "recheck", items[two])
    story.do("recheck seen", "recheck", items[two], "--seen", "online")

    # The host ignores a day, then removes, then lets it come back, and somebody puts a mirrored copy elsewhere.
    next_day(story, 1)
    story.shown["mail of round 2"] = story.mail()
    picture = world.file("match.jpg", jpeg(draw(1, SIZE)))
    for path in ("/gallery", "/1.jpg", "/2.jpg"):
        img.remove(path)
    for day in (2, 3, 4):
        next_day(story, day)
    story.see("case when removed", "case", "show", "C1")
    story.shown["mail when removed"] = story.mail()
    img.put("/1.jpg", picture.read_bytes())
    mirror.put("/x.jpg", jpeg(mirrored(draw(1, SIZE))))
    again = story.do("report add again", "report", "add", mirror.url("/x.jpg"), "--repeat-of", "C1")
    world.clock.advance(days=7)
    next_day(story, 12)
    story.see("case when returned", "case", "show", "C1")
    story.shown["mail when returned"] = story.mail()
    story.values["family"] = world.items(again["case"])[one]["family"]

    # What others get.
    packet, released = world.folder / "C1.tar", world.folder / "C1-released.tar"
    story.do("packet build", "packet", "build", "C1", "--to", "police", "--out", packet)
    story.see("packet when built", "packet", "verify", str(packet))
    story.refuse("packet release by who built it", "packet", "release", "P1")
    story.do("packet release", "packet", "release", "P1", "--out", released, by=COLLEAGUE)
    story.do("packet receipt", "packet", "receipt", "P1", "--protocol", "4411/2026")
    story.do("referral add", "referral", "add", story.values["call"], "--to", "helpline")
    story.do("referral done", "referral", "done", "Q1", "--outcome", "-", input="called back")
    story.do("hold release", "hold", "release", items[three])
    story.do("family join", "family", "join", items[three], "--same-as", items[two])
    story.do("family split", "family", "split", items[three])
    story.do("hashset withdraw", "hashset", "withdraw", "partner", "entry-2")
    story.do("notice cancel", "notice", "cancel", "N2")
    story.do("case close", "case", "close", "C4", "--reason", "out_of_remit")
    story.do("case reopen", "case", "reopen", "C4")
    md5 = hashlib.md5(picture.read_bytes()).hexdigest()
    story.values |= {"packet": str(released), "picture": str(picture), "md5": md5}
    return story


def next_day(story: Story, number: int) -> None:
    story.world.clock.advance(hours=25)
    story.do(f"run of day {number}", "run", "--once")


def known_list(world: World) -> Path:
    """One picture of the gallery by its bytes, the original of another by what it looks like."""
    md5, looks = hashlib.md5(jpeg(draw(1, SIZE))).hexdigest(), imagehash.phash(draw(2, SIZE))
    return world.file("partner.csv", f"id,md5,phash,label\nentry-1,{md5},,B1\nentry-2,,{looks},\n")


def own_list(world: World) -> Path:
    return world.file("ours.txt", f"{'0123456789abcdef' * 4}\n")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Lab() as lab:
        img, social = lab.site("img.example"), lab.site("social.example")
        lab.site("mirror.example")
        img.put("/1.jpg", jpeg(draw(1, SIZE)))
        img.put("/2.jpg", jpeg(resized(draw(2, SIZE), 0.6)))
        img.put("/3.jpg", jpeg(draw(3, SIZE)))
        img.page("/gallery", ["/1.jpg", "/2.jpg", "/3.jpg"])
        social.page("/fake", title="Somebody")
        social.page("/real", title="Somebody")
        yield World.begin(tmp_path_factory.mktemp("contract"), lab)


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    return tell(world)


@pytest.fixture(scope="module")
def read(story: Story) -> dict[str, Result]:
    """What every reading command printed at the end of the story; exit codes are for the tests to judge."""
    site, hotline = story.world.lab.sites["img.example"], story.world.hotline
    heard, before = len(site.requests), hotline.json("audit", "verify")
    commands = {name: [word.format(**story.values) for word in args] for name, (args, _) in READING.items()}
    results = together(*(lambda words=words: hotline.run(*words, "--json", expect=None) for words in commands.values()))
    story.shown["proof before reading"], story.shown["proof after reading"] = before, hotline.json("audit", "verify")
    story.shown["requests by reading"] = site.requests[heard:]
    return dict(zip(commands, results, strict=True))


def sentences(result: Result | Ended) -> list[str]:
    """What stands on stderr besides the word that this is a lab."""
    return [line for line in result.stderr.splitlines() if not line.startswith("lab home: ")]


def require_one_sentence(result: Result | Ended) -> None:
    """Exit 2, nothing on stdout, and one sentence that says what to do."""
    assert (result.code, result.stdout, len(sentences(result))) == (2, "", 1), result
    assert sentences(result)[0].startswith("hotline: ")


# What is printed.


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_prints_one_document_of_its_shape(read, name):
    assert read[name].code == 0, read[name].stderr
    assert misfits(read[name].json(), READING[name][1]) == []


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_says_on_stderr_that_this_is_a_lab_and_no_more(read, name):
    said = read[name].stderr.splitlines()

    assert sentences(read[name]) == []
    assert len(said) == (0 if name in WITHOUT_HOME else 1)


def test_reading_changes_nothing_and_asks_nobody(story, read):
    assert story.shown["proof after reading"] == story.shown["proof before reading"]
    assert story.shown["requests by reading"] == []


def test_a_changing_command_prints_its_ids_and_the_id_where_there_is_one(story):
    wrong = {}
    for name, result in story.changed.items():
        document = json.loads(result.stdout)
        ids = document.get("ids")
        is_list = isinstance(ids, list) and all(isinstance(one, str) and one for one in ids)
        if not is_list or ("id" in document) != (len(ids) == 1) or document.get("id", "") not in ["", *ids]:
            wrong[name] = document
    assert wrong == {}


def test_the_ids_of_changing_commands_are_those_of_what_was_changed(story):
    ids = {name: result.json()["ids"] for name, result in story.changed.items()}

    letters = {
        "report add": "R1", "report add a profile": "R2", "report add a call": "R3", "report import": "R4",
        "queue ack": "R3", "queue take": "I", "queue pass": "I", "assess not illegal": "I", "assess harmful": "I",
        "assess revise": "I", "hold add": "I", "hold release": "I", "contact add": "K1", "contact approve": "K1",
        "contact block": "K3", "notice approve": "N1", "notice approve all": "N2", "notice sent": "N1",
        "notice outcome": "N2", "notice cancel": "N2", "recheck": "I", "recheck seen": "I", "family join": "I",
        "family split": "I", "packet build": "P1", "packet release": "P1", "packet receipt": "P1",
        "referral add": "Q1", "referral done": "Q1", "case close": "C4", "case reopen": "C4",
    }  # fmt: skip
    assert {
        name: ids[name]
        for name, start in letters.items()
        if not (len(ids[name]) == 1 and ids[name][0].startswith(start))
    } == {}
    assert len(ids["assess"]) == 2
    assert ids["notice send"] == ["N1", "N2"]


def test_a_report_gets_a_case_and_a_code_that_its_reporter_can_quote(story):
    added = story.changed["report add"].json()

    assert added["case"] == "C1"
    assert len(re.sub("[^A-Z0-9]", "", added["code"])) >= 12


def test_a_changing_command_says_no_more_than_whom_to_call(story):
    said = {name: sentences(result) for name, result in story.changed.items()}

    assert said.pop("report add a call") != []
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_every_time_is_rfc_3339_in_utc(story, read):
    documents = {name: result.json() for name, result in {**read, **story.changed}.items()} | story.shown
    times = [found for name, document in documents.items() for found in times_in(document, name)]

    assert len(times) > 200
    assert [found for found in times if not TIME.fullmatch(found[1])] == []


@pytest.mark.parametrize("name", [name for name in READING if name.endswith(" list") or name == "hashset match"])
def test_people_get_a_table_that_fits_100_columns(story, name):
    words = [word.format(**story.values) for word in READING[name][0]]

    table = story.world.hotline.run(*words)

    assert table.stdout.strip()
    assert max(len(line) for line in table.stdout.splitlines()) <= 100
    with pytest.raises(ValueError, match="Expecting value"):
        table.json()


def test_every_family_listed_has_media_and_can_be_shown(story, read):
    rows = read["family list"].json()
    shown = story.world.tell(*(["family", "show", row["id"]] for row in rows), expect=None)

    assert {row["id"]: result.code for row, result in zip(rows, shown, strict=True) if result.code} == {}
    assert [row for row in rows if row["media"] == 0] == []


def test_a_lab_home_is_called_unfit_for_use(read):
    assert read["doctor"].json()["ok"] is False


# The story.


def state_of(case: Document, ending: str) -> str:
    return next(item["state"] for item in case["items"] if item["url"].endswith(ending))


def test_the_look_finds_the_leads_and_the_queue_names_rule_and_reason(story):
    queue = story.shown["queue after the look"]
    case = story.shown["case after the look"]

    assert [(row["kind"], row["priority"]) for row in queue] == [("assess", "P2")] * 3 + [("assess", "P4")]
    leads = {item["url"]: item["leads"] for item in case["items"]}
    exact, looks = leads["http://img.example/1.jpg"], leads["http://img.example/2.jpg"]
    assert [(one["entry"], one["algorithm"], one["distance"], one["label"]) for one in exact] == [
        ("entry-1", "md5", 0, "B1")
    ]
    assert [(one["entry"], one["algorithm"], one["label"]) for one in looks] == [("entry-2", "phash", "A1")]
    assert leads["http://img.example/3.jpg"] == []
    assert state_of(case, "/gallery") == "awaiting_assessment"


def test_an_item_nobody_answers_for_waits_for_a_contact(story):
    queue = story.shown["queue without contacts"]

    assert {row["kind"] for row in queue} == {"contact"}
    assert len(queue) == 4


def test_a_draft_waits_for_approval_and_names_the_citations_left_out(story):
    queue = story.shown["queue with drafts"]

    assert [row["kind"] for row in queue] == ["notice", "notice"]
    assert "citations left out" in queue[0]["why"]
    assert {row["state"] for row in story.shown["drafts"]} == {"draft"}


def test_an_approved_notice_goes_out_once_and_repeats_by_itself(story):
    first, second = story.shown["mail of round 1"], story.shown["mail of round 2"]

    assert sorted(to for to, _ in first) == [("abuse@img.example",), ("team@social.example",)]
    assert [to for to, _ in second[len(first) :]] == [("abuse@img.example",)]
    assert len({name for _, name in second}) == 3


def test_the_notice_begins_with_the_addresses_as_they_were_reported(story):
    text = story.world.mail.to("abuse@img.example")[0].text.splitlines()

    assert text[1:4] == ["http://img.example/gallery", "http://img.example/1.jpg", "http://img.example/2.jpg"]
    assert "http://img.example/3.jpg" not in text


def test_a_notice_on_a_platforms_rules_never_speaks_of_a_crime(story):
    message = story.world.mail.to("team@social.example")[0]
    whole = f"{message.parsed.items()} {message.text}".lower()

    words = ("csam", "sexual abuse", "abuzim seksual", "illegal", "criminal code", "kodi penal")
    assert [word for word in words if word in whole] == []


def test_three_agreeing_looks_make_a_removal_and_stop_the_rounds(story):
    case = story.shown["case when removed"]

    assert [state_of(case, path) for path in ("/gallery", "/1.jpg", "/2.jpg")] == ["removed"] * 3
    assert len([to for to, _ in story.shown["mail when removed"] if to == ("abuse@img.example",)]) == 2
    assert all(item["removed_at"] for item in case["items"] if item["state"] == "removed")


def test_what_comes_back_is_seen_counted_and_goes_out_as_the_next_round(story):
    case = story.shown["case when returned"]
    back = next(item for item in case["items"] if item["url"] == "http://img.example/1.jpg")

    assert (back["state"], back["returns"], back["removed_at"]) == ("noticed", 1, None)
    before, after = story.shown["mail when removed"], story.shown["mail when returned"]
    assert [to for to, _ in after[len(before) :]].count(("abuse@img.example",)) == 1
    assert [len(item["notices"]) for item in case["items"] if item["url"].endswith(("/1.jpg", "/2.jpg"))] == [3, 2]


def test_a_mirrored_copy_elsewhere_counts_as_a_reupload_of_the_family(read):
    family = read["family show"].json()

    assert family["hosts"] == {"img.example": 2, "mirror.example": 1}
    assert family["reuploads"] == 2
    assert [(one["host"], one["confirmed"]) for one in family["sightings"]] == [
        ("img.example", True), ("img.example", True), ("mirror.example", False),
    ]  # fmt: skip


def test_what_needs_two_people_is_refused_to_one(story):
    for result in story.refused.values():
        require_one_sentence(result)
    assert len(story.refused) == 2


def test_a_packet_is_unreleased_until_another_person_releases_it_and_is_a_valid_bag(story, read, tmp_path):
    assert story.shown["packet when built"]["released"] is False
    assert read["packet verify"].json()["released"] is True
    with tarfile.open(fileobj=io.BytesIO(Path(story.values["packet"]).read_bytes())) as tar:
        tar.extractall(tmp_path, filter="data")
        names = tar.getnames()
    bag = bagit.Bag(str(tmp_path / names[0].split("/")[0]))
    assert bag.validate() is True
    assert {"data/raport.pdf", "data/teknike/case.jsonld", "data/teknike/items.csv"} <= set(bag.payload_entries())


def test_cancelling_a_notice_cancels_what_would_repeat_it(story):
    about = [row for row in story.world.hotline.json("notice", "list") if row["contact"] == "K2"]

    assert story.changed["notice cancel"].json()["ids"] == ["N2"]
    assert [row["id"] for row in about if row["state"] in ("draft", "approved")] == []


def test_the_custody_of_the_whole_story_holds(read):
    proof = read["audit verify"].json()

    assert proof["behind"] == 0
    assert proof["entries"] > 100


# Exit codes.

UNKNOWN = (
    "report show R99", "report status AAAA-BBBB-CCCC-DDDD", "report add http://img.example/9.jpg --repeat-of C99",
    "queue take I99", "queue pass I99", "queue ack C99", "queue ack R99", "case show C99",
    "case close C99 --reason withdrawn", "case reopen C99", "assess I99 --verdict baseline --basis looked",
    "assess I1 I99 --verdict baseline --basis looked", "assess I99 --revise --verdict baseline --basis looked",
    "hold add I99 --reason x --until 2027-01-01", "hold release I99", "trace I99", "contact show K99",
    "contact approve K99", "contact block K99", "notice show N99", "notice approve N99", "notice sent N99 --reference x",
    "notice outcome N99 removed", "notice cancel N99", "recheck I99", "recheck I99 --seen gone", "family show F99",
    "family join I99 --same-as I5", "family join I5 --same-as I99", "family split I99", "packet build C99 --to police",
    "packet release P99", "packet receipt P99 --protocol x", "referral add C99 --to helpline", "referral done Q99",
    "hashset show nobody", "hashset withdraw nobody x", "hashset withdraw partner nobody", "hashset export nobody",
    "hashset import partner nowhere.csv", "report import nowhere.csv", "packet verify nowhere.tar",
)  # fmt: skip
WRONG = (
    "case show I1", "case show 1", "case show C0", "case show C-1", f"case show C{'9' * 30}", "notice show banana",
    "assess C1 --verdict baseline --basis looked", "family show ''", "contact approve N1", "queue take X1",
)  # fmt: skip
MISUSED = (
    "", "nonsense", "report", "report add", "report add http://img.example/9.jpg --category crime",
    "assess I1", "assess I1 --verdict illegal", "contact add a@b.example", "case close C1 --reason tired",
    "notice outcome N1 nothing", "recheck", "run --twice", "hashset match",
)  # fmt: skip


def results_of(world: World, lines: tuple[str, ...]) -> dict[str, Result]:
    found = together(*(lambda line=line: world.hotline.run(*line.split(), expect=None) for line in lines))
    return dict(zip(lines, found, strict=True))


@pytest.fixture(scope="module")
def refusals(story: Story, read: dict[str, Result]) -> dict[str, Result]:
    return results_of(story.world, UNKNOWN + WRONG)


@pytest.mark.parametrize("line", UNKNOWN + WRONG)
def test_an_unknown_or_wrong_id_is_told_in_one_sentence(refusals, line):
    require_one_sentence(refusals[line])


def test_what_was_refused_changed_nothing(story, read, refusals):
    head = read["audit verify"].json()["head"]

    assert {one.code for one in refusals.values()} == {2}
    assert story.world.hotline.json("audit", "verify")["head"] == head


def test_a_command_used_wrongly_exits_2_without_a_trace(story):
    results = results_of(story.world, MISUSED)

    assert {line: result.code for line, result in results.items()} == dict.fromkeys(MISUSED, 2)
    assert not any("Traceback" in result.stderr for result in results.values())


# A home without anything in it.


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Lab() as lab:
        yield World.begin(tmp_path_factory.mktemp("fresh"), lab)


def test_no_result_is_an_empty_list(fresh):
    assert fresh.ask(*FRESH) == [[] for _ in FRESH]


def test_a_fresh_home_has_counts_and_a_shift_and_one_person_and_nothing_due(fresh):
    today, stats, people, done, proof = fresh.ask(
        ("today",), ("stats",), ("person", "list"), ("run", "--once"), ("audit", "verify")
    )

    assert (today["waiting"], stats["reports"]["count"], len(people)) == ({}, 0, 1)
    assert done["ids"] == []
    assert proof["ok"] is True


def test_people_are_told_in_words_where_there_is_nothing(fresh):
    said = fresh.tell(*FRESH)

    assert all(result.stdout.strip() for result in said)


def test_the_calendar_is_the_labs_and_the_environment_goes_before_the_settings(tmp_path):
    home = Hotline(tmp_path / "home")
    home.run("init", "--set", "lab.clock='2027-03-04T05:06:07Z'")

    by_settings = home.json("today")["now"]
    by_environment = home.run("today", "--json", env={"HOTLINE_LAB_CLOCK": "2028-01-02T03:04:05+01:00"}).json()["now"]

    assert (by_settings, by_environment) == ("2027-03-04T05:06:07Z", "2028-01-02T02:04:05Z")


def test_the_home_is_named_by_option_or_variable_or_is_where_one_works(tmp_path):
    def run(*args: str, **env: str) -> int:
        words = [str(installed_program()), *args]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        return subprocess.run(words, cwd=tmp_path, env=kept | env, capture_output=True, check=False).returncode

    assert run("init", "--set", "lab.clock='2027-03-04T05:06:07Z'") == 0
    assert (tmp_path / "hotline-home" / "hotline.toml").is_file()
    (tmp_path / "hotline-home").rename(tmp_path / "elsewhere")
    assert run("case", "list") == 2
    assert run("case", "list", HOTLINE_HOME=str(tmp_path / "elsewhere")) == 0
    assert run("--home", "elsewhere", "case", "list", HOTLINE_HOME="nowhere") == 0


def test_every_key_that_outside_checks_set_is_taken(tmp_path):
    wanted = {
        "hotline.name": "'A'", "hotline.reply_to": "'a@b.example'", "mail.host": "'127.0.0.1'", "mail.port": "2525",
        "mail.security": "'starttls'", "mail.from_address": "'n@b.example'", "notices.repeat_h": "48",
        "assess.second_reader": "true", "families.local_features": "true", "mandate.reference": "'12/2026'",
        "mandate.signed_on": "'2026-01-31'", "mandate.valid_until": "'2027-01-31T00:00:00Z'",
        "lab.allow": "['127.0.0.0/8']", "lab.resolve": "{'a.example'='127.0.0.2'}", "lab.port": "{'a.example'=8081}",
        "lab.dns": "['127.0.0.1:5353']", "lab.rdap": "['http://127.0.0.1:8080/']", "lab.clock": "'2027-01-01T00:00:00Z'",
    }  # fmt: skip
    home = Hotline(tmp_path / "home")
    home.run("init", *(word for key, value in wanted.items() for word in ("--set", f"{key}={value}")))

    assert home.json("case", "list") == []
    text = (tmp_path / "home" / "hotline.toml").read_text()
    assert [key for key in wanted if f"\n{key.split('.')[1]} = " not in text] == []


# Outside a lab.


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Hotline:
    home = Hotline(tmp_path_factory.mktemp("outside") / "home")
    home.run("init", "--set", "hotline.name='Hotline'")
    return home


def test_outside_a_lab_nobody_is_told_of_a_lab(outside):
    assert outside.run("case", "list").stderr == ""


def test_nobody_stands_in_for_another_outside_a_lab(outside):
    require_one_sentence(outside.run("--as", COLLEAGUE, "case", "list", expect=2))


@pytest.mark.parametrize("variable", ["HOTLINE_LAB_CLOCK=2026-11-21T10:00:00Z", "HOTLINE_LAB_CRASH_AT=commit.before:1"])
def test_the_labs_variables_are_refused_outside_a_lab(outside, tmp_path, variable):
    name, _, value = variable.partition("=")
    new = Hotline(tmp_path / "home")

    results = together(
        lambda: outside.run("case", "list", env={name: value}, expect=None),
        lambda: outside.run("run", "--once", env={name: value}, expect=None),
        lambda: outside.run("report", "add", "--no-url", "call", env={name: value}, expect=None),
        lambda: new.run("init", "--set", "hotline.name='H'", env={name: value}, expect=None),
    )

    for result in results:
        require_one_sentence(result)
    assert outside.json("case", "list") == []
    assert not (tmp_path / "home" / "hotline.db").exists()


# Words and help.

LISTED = {
    "report add": (SOURCES, CATEGORIES, AT_RISK),
    "case list": (ITEM_STATES,),
    "assess": (VERDICTS, GROUNDS, REASONS, BASES),
    "contact add": (ROLES,),
    "notice list": (NOTICE_STATES,),
    "notice outcome": (OUTCOMES,),
    "recheck": (RECHECKS,),
    "hashset match": (ALGORITHMS, VARIANTS),
}


@pytest.mark.parametrize("command", LISTED)
def test_help_lists_the_words_a_command_takes_or_gives(fresh, command):
    text = fresh.hotline.run(*command.split(), "--help").stdout
    words = set(re.findall(r"[a-z0-9_]+", text))

    assert [word for listed in LISTED[command] for word in listed.split() if word not in words] == []


def commands_of(hotline: Hotline, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command of the program, by its own help."""
    listed = hotline.run(*before, "--help").stdout.partition("\nCommands:\n")[2]
    names = re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)
    yield from (before,) if before and not names else ()
    for name in names:
        yield from commands_of(hotline, *before, name)


def test_every_command_has_an_example_and_help_in_100_columns(fresh):
    texts = {words: fresh.hotline.run(*words, "--help").stdout for words in commands_of(fresh.hotline)}

    assert len(texts) > 50
    assert [words for words, text in texts.items() if "Example: hotline " not in text] == []
    assert [words for words, text in texts.items() if "--json" not in text] == []


def test_a_personal_value_need_not_stand_in_the_arguments(fresh):
    hotline = fresh.hotline
    hotline.run("report", "add", "-", "--category", "csam", input="http://img.example/from-stdin.jpg")
    hotline.run("contact", "add", "-", "--answers-for", "img.example", "--role", "host", input="abuse@img.example\n")

    assert hotline.json("case", "list")[0]["url"] == "http://img.example/from-stdin.jpg"
    assert hotline.json("contact", "list")[0]["address"] == "abuse@img.example"


# The scheduler.


def test_run_works_until_it_is_interrupted_and_says_so_in_one_sentence(fresh):
    site_is_asked = fresh.lab.mail.messages
    ended = interrupted(fresh.hotline, "run", until=lambda: bool(list((fresh.hotline.home / "run").glob("*.lock"))))

    assert site_is_asked == []
    assert ended.code == 130
    assert len(sentences(ended)) == 1
