"""One story of the hotline from outside: reported, decided, noticed, removed, returned, handed to the police.

Everything is done by commands; what they printed is kept. Where commands do not depend on each other they run in lanes,
side by side, as colleagues would.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagehash
from worlds import Document, World, together

from scripts.cli import Result
from scripts.lab import Lab
from scripts.pictures import draw, jpeg, mirrored, resized

SIZE = (480, 360)
COLLEAGUE = "blerta"
REPORTS = """url,source,category,city,at_risk,contact,note,received_at
http://img.example/4.jpg,police,csam,,,,,
,,,,,,,
http://img.example/5.jpg,partner,csam,,,,,
"""


@dataclass
class Story:
    """What was done and shown on the way; `values` are what later commands need to name."""

    world: World
    changed: dict[str, Result] = field(default_factory=dict)
    refused: dict[str, Result] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def do(self, name: str, *args: str | Path, input: str | None = None, by: str | None = None) -> Document:
        """Runs a command that changes something; its result is kept under the name."""
        who = ("--as", by) if by else ()
        self.changed[name] = self.world.hotline.run(*who, *args, "--json", input=input)
        document: Document = self.changed[name].json()
        return document

    def refuse(self, name: str, *args: str) -> None:
        """Runs a command that must not be done."""
        self.refused[name] = self.world.hotline.run(*args, expect=2)

    def see(self, **commands: str) -> None:
        """Keeps what reading commands show now."""
        found = self.world.ask(*(line.split() for line in commands.values()))
        self.shown |= dict(zip(commands, found, strict=True))

    def see_mail(self, name: str) -> None:
        """Keeps to whom what has gone out by now, in order."""
        self.shown[name] = [(message.envelope_to, message.message_id) for message in self.world.mail.messages]

    def next_day(self, number: int, hours: float = 25) -> None:
        self.world.clock.advance(hours=hours)
        self.do(f"run of day {number}", "run", "--once")

    def url(self, name: str) -> str:
        host, _, path = name.partition("/")
        return self.world.lab.sites[f"{host}.example"].url(f"/{path}")


def make_sites(lab: Lab) -> None:
    """A page with a listed picture, a smaller copy of a listed one and an unknown one; a profile; an empty host.

    One more picture stands alone, and one that is reported is not there.
    """
    img, social = lab.site("img.example"), lab.site("social.example")
    lab.site("mirror.example")
    img.put("/1.jpg", jpeg(draw(1, SIZE)))
    img.put("/2.jpg", jpeg(resized(draw(2, SIZE), 0.6)))
    img.put("/3.jpg", jpeg(draw(3, SIZE)))
    img.put("/5.jpg", jpeg(draw(5, SIZE)))
    img.page("/gallery", ["/1.jpg", "/2.jpg", "/3.jpg"])
    social.page("/fake", title="Somebody")
    social.page("/real", title="Somebody")


def tell(world: World) -> Story:
    """Tells the whole story; a command that ends otherwise than it must stops it."""
    story = Story(world)
    report(story)
    decide(story)
    notify(story)
    remove_and_return(story)
    hand_over(story)
    return story


def in_lanes(*lanes: Callable[[], None]) -> None:
    together(*lanes)


def report(story: Story) -> None:
    world = story.world
    note = world.file("note.txt", "told at school")

    def take_reports() -> None:
        added = story.do(
            "report add", "report", "add", story.url("img/gallery"), "--source", "web", "--category", "csam",
            "--city", "Tirana", "--contact", "-", "--note", note, "--for", "a friend", input="+355 60 000 00 00",
        )  # fmt: skip
        story.do("report add a profile", "report", "add", story.url("social/fake"), "--category", "impersonation",
                 "--genuine", story.url("social/real"))  # fmt: skip
        call = story.do("report add a call", "report", "add", "--no-url", "call", "--at-risk", "suicide", "--source",
                        "phone", "--note", "-", input="a child called")  # fmt: skip
        story.values |= {"code": added["code"], "call": call["case"]}
        story.do("queue ack", "queue", "ack", call["id"], "--called", "112")
        story.do("report import", "report", "import", world.file("reports.csv", REPORTS))

    def take_lists() -> None:
        story.do("person add", "person", "add", COLLEAGUE, "--role", "analyst", "--role", "second")
        story.do("hashset import", "hashset", "import", "partner", known_list(world), "--label", "A1")
        story.do("hashset import own", "hashset", "import", "ours", own_list(world), "--role", "own", by=COLLEAGUE)

    in_lanes(take_reports, take_lists)
    story.do("run", "run", "--once")
    story.see(queue_after_look="queue", case_after_look="case show C1", profile="case show C2", alone="case show C5")
    cases = (story.shown[name] for name in ("case_after_look", "profile", "alone"))
    story.values |= {item["url"]: item["id"] for case in cases for item in case["items"]}


def known_list(world: World) -> Path:
    """One picture of the gallery by its bytes, the original of another by what it looks like."""
    md5, looks = hashlib.md5(jpeg(draw(1, SIZE))).hexdigest(), imagehash.phash(draw(2, SIZE))
    return world.file("partner.csv", f"id,md5,phash,label\nentry-1,{md5},,B1\nentry-2,,{looks},\n")


def own_list(world: World) -> Path:
    return world.file("ours.txt", f"{'0123456789abcdef' * 4}\n")


def decide(story: Story) -> None:
    one, two, three, alone = (story.values[story.url(f"img/{number}.jpg")] for number in (1, 2, 3, 5))
    looked = ("--basis", "looked")

    def by_match() -> None:
        story.do("assess", "assess", one, two, "--verdict", "baseline", "--fact", "age_band=prepubescent")
        story.do("assess harmful", "assess", story.values[story.url("social/fake")], "--verdict", "harmful",
                 "--ground", "impersonation", *looked)  # fmt: skip
        story.do("assess alone", "assess", alone, "--verdict", "national", *looked)
        story.do("hold add", "hold", "add", alone, "--reason", "police asked", "--until", "2027-12-24T12:00:00Z")

    def by_looking() -> None:
        story.do("queue take", "queue", "take", three)
        story.do("queue pass", "queue", "pass", three)
        story.do("assess not illegal", "assess", three, "--verdict", "not_illegal", "--reason", "adult", *looked)
        story.refuse("revise by who decided", "assess", three, "--revise", "--verdict", "national", *looked)
        story.do("assess revise", "assess", three, "--revise", "--verdict", "national", *looked, by=COLLEAGUE)

    in_lanes(by_match, by_looking)
    story.do("run to trace", "run", "--once")
    story.see(queue_without_contacts="queue")


def notify(story: Story) -> None:
    for name, address, scope, role in (
        ("contact add", "abuse@img.example", "img.example", "host"),
        ("contact add operator", "team@social.example", "social.example", "operator"),
        ("contact add other", "other@img.example", "img.example", "registrar"),
    ):
        story.do(name, "contact", "add", address, "--answers-for", scope, "--role", role)
    in_lanes(
        lambda: story.do("contact approve", "contact", "approve", "K1"),
        lambda: story.do("contact approve operator", "contact", "approve", "K2"),
        lambda: story.do("contact block", "contact", "block", "K3"),
    )
    story.do("law check", "law", "check", "al-cc-117-2")
    story.do("run to draft", "run", "--once")
    story.see(drafts="notice list", queue_with_drafts="queue")
    told = {row["contact"]: row["id"] for row in story.shown["drafts"]}
    story.values |= {"to host": told["K1"], "to operator": told["K2"]}
    story.do("notice approve", "notice", "approve", story.values["to host"])
    story.do("notice approve all", "notice", "approve", "--all")
    story.do("notice send", "notice", "send")
    story.see_mail("mail_of_round_1")
    two = story.values[story.url("img/2.jpg")]

    def answers() -> None:
        story.do("notice sent", "notice", "sent", story.values["to host"], "--reference", "2026-0815")
        story.do("notice outcome", "notice", "outcome", story.values["to operator"], "asks_more")

    def looks() -> None:
        story.do("recheck", "recheck", two)
        story.do("recheck seen", "recheck", two, "--seen", "online")

    in_lanes(answers, looks)


def remove_and_return(story: Story) -> None:
    """The host ignores a day, then removes, then lets it come back; somebody puts a mirrored copy elsewhere."""
    world, img, mirror = story.world, story.world.lab.sites["img.example"], story.world.lab.sites["mirror.example"]
    story.next_day(1)
    story.see_mail("mail_of_round_2")
    for path in ("/gallery", "/1.jpg", "/2.jpg", "/3.jpg"):
        img.remove(path)
    for day in (2, 3, 4):
        story.next_day(day)
    story.see(case_when_removed="case show C1")
    story.see_mail("mail_when_removed")
    img.put("/1.jpg", jpeg(draw(1, SIZE)))
    mirror.put("/x.jpg", jpeg(mirrored(draw(1, SIZE))))
    story.do("report add again", "report", "add", mirror.url("/x.jpg"), "--repeat-of", "C1")
    story.next_day(11, hours=24 * 7 + 1)
    story.see(case_when_returned="case show C1")
    story.see_mail("mail_when_returned")
    story.next_day(14, hours=73)
    items = {item["url"]: item for item in world.case("C1")["items"]}
    story.values["family"] = items[story.url("img/1.jpg")]["family"]


def hand_over(story: Story) -> None:
    packet, released = story.world.folder / "C1.tar", story.world.folder / "C1-released.tar"
    two, alone = (story.values[story.url(f"img/{number}.jpg")] for number in (2, 5))

    def packets() -> None:
        story.do("packet build", "packet", "build", "C1", "--to", "police", "--out", packet)
        story.see(packet_when_built=f"packet verify {packet}")
        story.refuse("release by who built it", "packet", "release", "P1")
        story.do("packet release", "packet", "release", "P1", "--out", released, by=COLLEAGUE)
        story.do("packet receipt", "packet", "receipt", "P1", "--protocol", "4411/2026")

    def families() -> None:
        story.do("hold release", "hold", "release", alone)
        story.do("family join", "family", "join", alone, "--same-as", two)
        story.do("family split", "family", "split", alone)
        story.do("hashset withdraw", "hashset", "withdraw", "partner", "entry-2")

    def cases() -> None:
        story.do("referral add", "referral", "add", story.values["call"], "--to", "helpline")
        story.do("referral done", "referral", "done", "Q1", "--outcome", "-", input="called back")
        story.do("case close", "case", "close", "C4", "--reason", "out_of_remit")
        story.do("case reopen", "case", "reopen", "C4")
        story.do("law withdraw", "law", "withdraw", "al-cc-117-2")
        story.do("notice cancel", "notice", "cancel", story.values["to operator"])

    in_lanes(packets, families, cases)
    picture = story.world.file("match.jpg", jpeg(draw(1, SIZE)))
    md5 = hashlib.md5(picture.read_bytes()).hexdigest()
    story.values |= {"packet": str(released), "picture": str(picture), "md5": md5}
