"""Stories about what comes back by mail: bounces, receipts, people's words; and that no word moves an item."""

import contextlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from scenes import Scene, scene

from hotline.decisions import messages, notices
from hotline.pipeline.answering import read_mail
from hotline.states import Outcome
from hotline.views.messages import message_list, message_show
from scripts.lab import LabImap

HOST = "host@img.example"
BOUNCE = """From: MAILER-DAEMON@mx.img.example
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

Reporting-MTA: dns; mx.img.example

Final-Recipient: rfc822; host@img.example
Action: {action}
Status: {code}

--b--
"""


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Scene, LabImap]]:
    """A world whose answers come to a mailbox, and one notice in it that went out."""
    box = LabImap()
    (tmp_path / "word").write_text(box.password)
    settings = (
        f'imap.host="{box.host}"',
        f"imap.port={box.port}",
        'imap.security="none"',
        f'imap.username="{box.username}"',
        f'imap.password_file="{tmp_path / "word"}"',
    )
    try:
        with scene(tmp_path, *settings) as world:
            world.noticed("/a.jpg")
            yield world, box
    finally:
        with contextlib.suppress(OSError):  # a story may have stopped it
            box.stop()


def answer(world: Scene, text: str, *, subject: str | None = None, sender: str = HOST, **headers: str) -> bytes:
    """An answer to the first notice, to the address that it names for answers."""
    notice = world.mail.messages[0].parsed
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, str(notice["Reply-To"])
    mail["Subject"] = subject if subject is not None else f"Re: {notice['Subject']}"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def test_a_bounce_ends_the_rounds_to_a_mailbox_that_is_not_there(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    back = world.mail.messages[0].envelope_from
    assert back.startswith("notices+")
    box.put(BOUNCE.format(back=back, action="failed", code="5.1.1").encode())
    world.run()
    assert world.notices() == [f"N1 illegal 1 failed {HOST} I1"]
    assert world.queue() == [("contact", "I1"), ("notice", "N1")]
    world.later(3, days=1)
    assert world.mails() == [HOST]


def test_a_delay_changes_nothing(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    back = world.mail.messages[0].envelope_from
    box.put(BOUNCE.format(back=back, action="delayed", code="4.4.1").encode())
    world.run()
    assert (world.notices(), world.queue()) == ([f"N1 illegal 1 sent {HOST} I1"], [])
    world.later(days=1)
    assert world.mails() == [HOST, HOST]


def test_a_receipt_leaves_its_number_and_stops_nothing(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    box.put(
        answer(world, "We have received your report.", subject="[Ticket#4711] received", Auto_Submitted="auto-replied")
    )
    world.run()
    assert world.queue() == []
    world.later(days=1)
    assert world.mails() == [HOST, HOST]
    (row,) = message_list(world.home)
    assert (row["kind"], row["notice"], row["matched_by"], row["state"]) == ("auto", "N1", "token", "handled")


def test_whoever_says_it_is_removed_is_looked_at_and_not_believed(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    looks = len(world.verdicts(1))
    box.put(answer(world, "We have removed the content."))
    world.run()
    assert (world.state(1), world.verdicts(1)[looks:]) == ("noticed", ["online"])
    world.later(days=1)
    assert world.notices()[-1] == f"N2 illegal 2 sent {HOST} I1"


@pytest.mark.parametrize("text", ["We will not remove this content.", "Nuk do ta heqim.", "Hello, who is this?"])
def test_an_answer_is_read_before_the_next_round_goes(post: tuple[Scene, LabImap], text: str) -> None:
    world, box = post
    box.put(answer(world, text))
    world.later(days=2)
    assert (world.mails(), world.queue()) == ([HOST], [("notice", "E1")])
    notices.outcome(world.desk(), 1, Outcome.RESTRICTED)
    assert world.queue() == []
    world.later(days=2)
    assert world.mails() == [HOST, HOST]


def test_what_belongs_to_no_notice_is_put_before_a_person(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    stray = EmailMessage()
    stray["From"], stray["To"], stray["Subject"] = "who@elsewhere.example", "reply@hotline.example", "Re: [N1] hello"
    stray.set_content("We have removed the content.")
    box.put(stray.as_bytes())
    world.run()
    assert world.queue() == [("person", "E1")]
    messages.settle(world.desk(), 1, 1)
    assert world.queue() == []


def test_what_comes_with_an_answer_is_never_kept(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = HOST, str(world.mail.messages[0].parsed["Reply-To"]), "Re: [N1]"
    mail.set_content("Is it this?")
    mail.add_attachment(b"\xff\xd8MARKER-OF-A-PICTURE", maintype="image", subtype="jpeg", filename="MARKER.jpg")
    box.put(mail.as_bytes())
    world.run()
    shown = message_show(world.home, 1)
    assert [part["mime"] for part in shown["attachments"]] == ["image/jpeg"]
    assert "MARKER" not in str(shown)
    assert "1 file came with it" in next(row["why"] for row in _rows(world) if row["subject"] == "E1")


def test_every_mail_is_read_once_however_often_the_mailbox_is(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    for number in range(5):
        box.put(answer(world, f"Hello {number}"))
    assert [len(read_mail(world.station)) for _ in range(3)] == [5, 0, 0]
    box.put(answer(world, "Hello 4"))  # the same bytes once more
    read_mail(world.station)
    assert [row["state"] for row in message_list(world.home)] == ["open"] * 5 + ["handled"]


def test_a_mailbox_that_is_down_holds_nothing_up(post: tuple[Scene, LabImap]) -> None:
    world, box = post
    box.stop()
    world.later(days=1)
    assert world.mails() == [HOST, HOST]


def _rows(world: Scene) -> list[dict[str, str]]:
    from hotline.views.queue import queue

    return queue(world.home, world.home.now())
