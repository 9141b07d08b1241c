"""The contract of the command line (DESIGN section 6), held against the installed program by a script from outside.

One story goes the whole way, from a report to a confirmed removal, its return and a packet; every document that the
program printed on the way is kept and examined.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any

import imagehash
import pytest
from worlds import Document, World, interrupted, together

from scripts.cli import Hotline, Result
from scripts.lab import Lab
from scripts.pictures import draw, jpeg, mirrored, resized

SIZE = (480, 360)
COLLEAGUE = "blerta"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
LOOKS_LIKE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
UNKNOWN_WORD = "the word is not in any of the contract's lists"

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
    shown: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def do(self, name: str, *args: str | Path, input: str | None = None, by: str | None = None) -> Document:
        """Runs a command that changes something; its result is kept under the name."""
        who = ("--as", by) if by else ()
        result = self.world.hotline.run(*who, *args, "--json", input=input)
        self.changed[name] = result
        document: Document = result.json()
        return document

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

    # The host ignores a day, then removes, then lets it come back.
    next_day(story, 1)
    story.shown["mail of round 2"] = story.mail()
    pictures = {path: img.standing_at(path) for path in ("/gallery", "/1.jpg", "/2.jpg")}
    for path in pictures:
        img.remove(path)
    for day in range(2, 6):
        next_day(story, day)
    story.see("case when removed", "case", "show", "C1")
    story.shown["mail when removed"] = story.mail()
    img.put("/1.jpg", pictures["/1.jpg"].body)
    mirror.put("/x.jpg", jpeg(mirrored(draw(1, SIZE))))
    again = story.do("report add again", "report", "add", mirror.url("/x.jpg"), one)
    for day in range(6, 14):
        next_day(story, day)
    story.see("case when returned", "case", "show", "C1")
    story.shown["mail when returned"] = story.mail()
    mirrors = {item["url"]: item for item in world.case(again["case"])["items"]}[mirror.url("/x.jpg")]
    story.values["family"] = mirrors["family"]

    # What others get.
    packet = world.folder / "C1.tar"
    story.do("packet build", "packet", "build", "C1", "--to", "police", "--out", packet)
    story.see("packet when built", "packet", "verify", str(packet))
    released = world.folder / "C1-released.tar"
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
    picture = world.file("match.jpg", jpeg(draw(1, SIZE)))
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
    """What every reading command printed at the end of the story."""
    before = story.world.hotline.json("audit", "verify")
    heard = len(story.world.lab.sites["img.example"].requests)
    commands = {name: [word.format(**story.values) for word in args] for name, (args, _) in READING.items()}
    results = story.world.tell(*([*words, "--json"] for words in commands.values()))
    after = story.world.hotline.json("audit", "verify")
    story.shown["heads"] = (before, after)
    story.shown["looks"] = len(story.world.lab.sites["img.example"].requests) - heard
    return dict(zip(commands, results, strict=True))
