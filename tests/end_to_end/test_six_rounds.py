"""Six rounds over lab days, from outside: hosts that ignore, bounce, answer by machine, ask for the passphrase,
decline, move or remove; and a fake profile and a bullying video that go through on a platform's rules."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from worlds import Document, World

from scripts.lab import Lab, LabMessage
from scripts.pictures import draw, jpeg

HOSTS = ("ignores", "hard", "soft", "odd", "auto", "locked", "declines", "moves", "removes")
PROFILE, REEL = "https://www.instagram.com/dita.nata/", "https://www.instagram.com/nata.dita/reel/Cx02abcDEF2/"
FORM = "https://help.instagram.com/192435014247952"
DAYS = 6
BOUNCE = """From: MAILER-DAEMON@mx.example
To: {back}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {code}

--b--
"""
ODD = """From: MAILER-DAEMON@mx.example
To: {back}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {message_id}
"""


def mailbox(name: str) -> str:
    return f"abuse@{name}.example"


@dataclass
class Story:
    """The world, and what its contacts answered so far."""

    world: World
    answered: set[str] = field(default_factory=set)

    def run(self, *args: str, expect: int = 0) -> str:
        return self.world.hotline.run(*args, expect=expect).stdout

    def mails_to(self, name: str) -> list[LabMessage]:
        return [one for one in self.world.mail.messages if one.envelope_to == (mailbox(name),)]

    def why(self) -> list[str]:
        return [row["why"] for row in self.world.hotline.json("queue")]

    def answer(self, name: str, text: str, **headers: str) -> None:
        """A contact answers to the newest notice it got."""
        notice = self.mails_to(name)[-1].parsed
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = mailbox(name), str(notice["Reply-To"]), f"Re: {notice['Subject']}"
        mail["In-Reply-To"] = str(notice["Message-ID"])
        for header, value in headers.items():
            mail[header.replace("_", "-")] = value
        mail.set_content(text)
        self.world.lab.imap.put(mail.as_bytes())

    def bounce(self, name: str, form: str = BOUNCE, *, action: str = "failed", code: str = "5.1.1") -> None:
        sent = self.mails_to(name)[-1]
        to, back = mailbox(name), sent.envelope_from
        told = form.format(to=to, back=back, action=action, code=code, message_id=sent.message_id)
        self.world.lab.imap.put(told.encode())


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Lab() as lab:
        folder = tmp_path_factory.mktemp("rounds")
        for number, name in enumerate(HOSTS):
            lab.site(f"{name}.example", ip=f"127.0.{50 + number}.2")
            lab.rdap.network(f"127.0.{50 + number}.0/24", abuse=mailbox(name), name=name.upper(), asn=64500 + number)
        lab.site("elsewhere.example", ip="127.0.70.2")
        lab.rdap.network("127.0.70.0/24", abuse=mailbox("elsewhere"), name="ELSEWHERE", asn=64599)
        (folder / "word").write_text(lab.imap.password)
        imap = {"imap__host": lab.imap.host, "imap__port": lab.imap.port, "imap__security": "none"}
        login = {"imap__username": lab.imap.username, "imap__password_file": str(folder / "word")}
        found = Story(World.begin(folder, lab, notices__repeat_h=24, fetch__between_s=0.0, **imap, **login))
        begin(found)
        for day in range(1, DAYS + 1):
            live_through(found, day)
        yield found


def begin(story: Story) -> None:
    """Everything is reported, decided and noticed for the first time."""
    world = story.world
    urls = [
        world.lab.sites[f"{name}.example"].put("/a.jpg", jpeg(draw(number, (320, 240))))
        for number, name in enumerate(HOSTS)
    ]
    world.lab.sites["elsewhere.example"].put("/a.jpg", jpeg(draw(HOSTS.index("moves"), (320, 240))))
    story.run("report", "add", *urls, "--category", "csam")
    story.run("report", "add", PROFILE, "--category", "impersonation", "--for", "mother", "--genuine",
              "https://www.instagram.com/dita.hoxha/")  # fmt: skip
    story.run("report", "add", REEL, "--category", "bullying")
    story.run("run", "--once")
    items = {url: item["id"] for case in ("C1", "C2", "C3") for url, item in world.items(case).items()}
    story.run("assess", *(items[url] for url in urls), "--verdict", "baseline", "--basis", "looked")
    harmful = ("--verdict", "harmful", "--basis", "looked", "--ground")
    story.run("assess", items[PROFILE], *harmful, "impersonation", "--fact", "authorised_by=mother")
    story.run("assess", items[REEL], *harmful, "bullying")
    story.run("run", "--once")
    for row in world.hotline.json("contact", "list"):
        if row["state"] == "proposed" and row["role"] == "host":
            story.run("contact", "approve", row["id"])
        if row["address"] == FORM:
            story.run("contact", "approve", row["id"])
    rules = [row["id"] for row in world.hotline.json("law", "list") if row["id"].startswith("Instagram/")]
    story.run("law", "check", *rules)
    story.run("run", "--once")
    story.run("notice", "approve", "--all")
    story.run("run", "--once")
    fill_in_forms(story)
    world.lab.imap.behave()


def fill_in_forms(story: Story) -> None:
    """What an analyst does with a sheet: copies it into the form and writes down its number."""
    for row in story.world.hotline.json("notice", "list"):
        if row["channel"] == "sheet" and row["state"] == "approved":
            assert "Copy each text below" in story.run("notice", "show", row["id"])
            story.run("notice", "sent", row["id"], "--reference", f"META-{row['id']}")


def live_through(story: Story, day: int) -> None:
    """What the contacts do on a day, then a day and its run, then what an analyst does with what came of it."""
    world = story.world
    if day == 1:
        story.bounce("hard")
        story.bounce("odd", ODD)
        story.answer("auto", "We have received your report.", Auto_Submitted="auto-replied")
        story.answer("locked", "We need the password to open this archive. Can you tell us?")
    if day <= 2:
        story.bounce("soft", action="delayed", code="4.4.1")
    if day == 2:
        story.answer("declines", "We reviewed your report and will not remove it; it does not violate our policy.")
        move(world)
    if day == 3:
        world.lab.sites["removes.example"].remove("/a.jpg")
        story.answer("removes", "We have removed the content.")
    world.clock.advance(hours=25)
    story.run("run", "--once")
    read_answers(story)
    story.run("run", "--once")
    for row in story.world.hotline.json("queue"):
        if row["kind"] == "person" and "--seen online" in row["why"]:
            story.run("recheck", row["item"], "--seen", "online" if day < 4 else "gone")
    story.run("run", "--once")
    fill_in_forms(story)


def move(world: World) -> None:
    """The name of a site leads to another host from now on."""
    old, new = world.lab.sites["moves.example"], world.lab.sites["elsewhere.example"]
    config = world.hotline.home / "hotline.toml"
    text = config.read_text()
    for before, after in ((f'"{old.ip}"', f'"{new.ip}"'), (f'example" = {old.port}', f'example" = {new.port}')):
        assert before in text
        text = text.replace(before, after)
    config.write_text(text)


def read_answers(story: Story) -> None:
    """An analyst reads what people wrote, and says what it means."""
    for row in story.world.hotline.json("mail", "list"):
        if row["state"] != "open" or row["id"] in story.answered:
            continue
        story.answered.add(row["id"])
        shown = story.world.hotline.json("mail", "show", row["id"])
        if row["suggests"] == "removed":
            story.run("mail", "settle", row["id"])
        elif "password" in shown["text"]:
            story.run("notice", "outcome", row["notice"], "asks_more")
            item = next(one for one in story.world.hotline.json("notice", "list") if one["id"] == row["notice"])
            story.run("reach", item["items"][0], "the password is sesam")
            story.run("run", "--once")
            story.run("notice", "approve", "--all")
        else:
            story.run("notice", "outcome", row["notice"], "declined")


def rounds(story: Story) -> dict[str, list[str]]:
    """The states of the rounds to each mailbox, by the first word of its name."""
    found = defaultdict[str, list[str]](list)
    contacts = {row["id"]: row["address"] for row in story.world.hotline.json("contact", "list")}
    for row in story.world.hotline.json("notice", "list"):
        found[contacts[row["contact"]]].append(row["state"])
    return found


def items(story: Story) -> dict[str, Document]:
    """What stands at each host, by the first word of its name."""
    return {url.split("/")[2].split(".")[0]: item for url, item in story.world.items().items()}


def queued(story: Story, name: str) -> list[str]:
    """What waits for a person about one host."""
    item = items(story)[name]["id"]
    return [row["kind"] for row in story.world.hotline.json("queue") if row["item"] == item]


def custody(story: Story, name: str) -> list[str]:
    """What the case says happened to the item of one host, in its order."""
    item = items(story)[name]["id"]
    return [line["action"] for line in story.world.case()["custody"] if line["subject"] == item]


@pytest.mark.parametrize(
    ("name", "states", "state"),
    [
        # whoever says nothing is asked again each day
        ("ignores", ["sent"] * (DAYS + 1), "noticed"),
        # a mailbox that is not there hears nothing more, in whatever words the server says so
        ("hard", ["failed"], "noticed"),
        ("odd", ["failed"], "noticed"),
        # a delay, and a receipt by machine, change nothing
        ("soft", ["sent"] * (DAYS + 1), "noticed"),
        ("auto", ["sent"] * (DAYS + 1), "noticed"),
        # who asked for the passphrase gets it in the next round, and is asked again until it is gone
        ("locked", ["sent"] * (DAYS + 1), "noticed"),
        # who refused is left alone, and so is the host that it left
        ("declines", ["sent"] * 2, "noticed"),
        ("moves", ["sent"] * 2, "noticed"),
        # who removed it is not thanked with a reminder
        ("removes", ["sent"] * 3, "removed"),
    ],
)
def test_each_host_gets_the_rounds_that_its_answers_ask_for(
    story: Story, name: str, states: list[str], state: str
) -> None:
    assert (rounds(story)[mailbox(name)], items(story)[name]["state"]) == (states, state)
    assert len(story.mails_to(name)) == len(states)


def test_a_bounce_names_its_item_for_another_contact(story: Story) -> None:
    for name in ("hard", "odd"):
        assert sorted(queued(story, name)) == ["contact", "notice"]
        (contact,) = [row for row in story.world.hotline.json("contact", "list") if row["address"] == mailbox(name)]
        assert (contact["state"], contact["bounces"]) == ("proposed", 1)


def test_the_passphrase_stands_in_every_round_after_it_was_asked_for(story: Story) -> None:
    assert ["sesam" in one.text for one in story.mails_to("locked")] == [False] + [True] * DAYS
    assert queued(story, "locked") == []


def test_who_refused_and_what_moved_are_put_before_a_person(story: Story) -> None:
    assert queued(story, "declines") == ["notice"]
    assert queued(story, "moves") == ["person", "contact"]
    assert any("no round follows: complain inside the platform" in why for why in story.why())
    assert any("host moved from 127.0.57.0/24" in why for why in story.why())


def test_removal_rests_on_looks_not_on_the_words_of_the_host(story: Story) -> None:
    item = items(story)["removes"]
    gone = [look["verdict"] for look in item["rechecks"] if look["verdict"] == "removed_at_source"]
    assert len(gone) >= 3
    assert custody(story, "removes")[-1] == "item.removed"


def test_the_rounds_of_a_host_are_one_thread_with_one_identity_each(story: Story) -> None:
    sent = story.mails_to("ignores")
    assert len({one.message_id for one in sent}) == len(sent)
    for number, one in enumerate(sent):
        assert str(one.parsed["References"] or "").split() == [earlier.message_id for earlier in sent[:number]]


def test_profile_and_video_go_by_the_platforms_form_on_its_own_rules(story: Story) -> None:
    shown = [row for row in story.world.hotline.json("notice", "list") if row["channel"] == "sheet"]
    first = [story.run("notice", "show", row["id"]) for row in shown if row["round"] == 1]
    assert [(PROFILE in text, REEL in text) for text in first] == [(True, False), (False, True)]
    assert "dita.hoxha" in first[0]  # the genuine profile, which is not to be acted against
    assert "the child's mother" in first[0]
    assert "Bullying and harassment" in first[1]
    assert not any("sexual" in text.lower() or "csam" in text.lower() for text in first)
    assert {row["reference"] for row in shown} == {f"META-{row['id']}" for row in shown}


def test_before_each_repeat_a_person_looks_where_no_machine_can(story: Story) -> None:
    states = {row["id"]: row for row in story.world.hotline.json("notice", "list") if row["channel"] == "sheet"}
    assert sorted(row["round"] for row in states.values()) == [1, 1, 2, 2]
    for case_id in ("C2", "C3"):
        item = story.world.case(case_id)["items"][0]
        assert "person" in {look["vantage"] for look in item["rechecks"]}


def test_the_whole_story_stands_in_the_chain_of_custody(story: Story) -> None:
    story.run("audit", "verify")
    for name in HOSTS:
        assert custody(story, name)[:2] == ["item.add", "item.report"]
        assert "item.noticed" in custody(story, name)
