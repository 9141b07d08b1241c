"""Stories of notices that came back: whose mailbox is bad hears no more, and whoever comes next does."""

import contextlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene

from hotline.consequences.bouncing import is_mailbox_bad
from hotline.decisions import contacts, notices, rules
from hotline.states import Channel, ContactRole, Language, NoticeKind, NotIllegalReason, Verdict
from hotline.views.contacts import contact_list, contact_show
from hotline.views.queue import queue
from scripts.lab import LabImap

HOST, UP, CDN, OPERATOR = "host@img.example", "upstream@img.example", "cdn@img.example", "operator@img.example"
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

Final-Recipient: rfc822; {to}
Action: {action}
Status: {code}

--b--
"""
Post = tuple[Scene, LabImap]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A world whose answers come to a mailbox."""
    with posted(tmp_path) as found:
        yield found


@contextlib.contextmanager
def posted(folder: Path, *more: str) -> Iterator[Post]:
    box = LabImap()
    (folder / "word").write_text(box.password)
    settings = (
        f'imap.host="{box.host}"',
        f"imap.port={box.port}",
        'imap.security="none"',
        f'imap.username="{box.username}"',
        f'imap.password_file="{folder / "word"}"',
    )
    try:
        with scene(folder, *settings, *more) as world:
            yield world, box
    finally:
        box.stop()


def bounce(post: Post, code: str = "5.1.1", to: str = HOST, action: str = "failed") -> None:
    """The newest mail to somebody comes back."""
    world, box = post
    back = next(mail.envelope_from for mail in reversed(world.mail.messages) if list(mail.envelope_to) == [to])
    box.put(BOUNCE.format(back=back, to=to, action=action, code=code).encode())
    world.run()


def states(world: Scene) -> dict[str, str]:
    return {row["address"]: row["state"] for row in contact_list(world.home)}


def why(world: Scene, subject: str) -> str:
    return next(row["why"] for row in queue(world.home, world.home.now()) if row["subject"] == subject)


@pytest.mark.parametrize(
    ("code", "is_bad"),
    [
        ("5.1.0", True),
        ("5.1.1", True),
        ("5.1.2", True),  # no such domain
        ("5.1.3", True),
        ("5.1.6", True),  # moved, no forwarding
        ("5.1.10", True),  # the domain takes no mail
        ("5.2.1", True),  # closed
        ("5.1.5", False),  # the address is good
        ("5.1.7", False),  # ours is not
        ("5.1.8", False),
        ("5.1.9", False),
        ("5.1.11", False),
        ("5.2.2", False),  # full: somebody may empty it
        ("5.2.3", False),
        ("5.4.1", False),
        ("5.7.1", False),  # they do not want this mail
        ("5.0.0", False),
        ("4.1.1", False),
        ("550", False),
        ("", False),
        ("5.1.1.1", False),
        ("15.1.1", False),
        ("5.1.1 ", False),
    ],
)
def test_which_codes_say_that_nobody_has_the_mailbox(code: str, is_bad: bool) -> None:
    assert is_mailbox_bad(code) is is_bad


def test_a_bad_mailbox_waits_for_a_person_again_and_says_why(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    bounce(post)
    assert states(world) == {HOST: "proposed"}
    shown = contact_show(world.home, 1)
    assert (shown["bounces"], shown["sent_back"], shown["approved_by"]) == (1, "bounced 5.1.1", None)
    assert contact_list(world.home)[0]["bounces"] == 1
    assert world.item(1).host_at is None
    assert world.queue() == [("contact", "I1"), ("notice", "N1")]
    assert "mail to K1 bounced" in why(world, "I1")
    assert "bounced 5.1.1" in why(world, "N1")
    world.later(3, days=1)
    assert world.mails() == [HOST]


@pytest.mark.parametrize("code", ["5.7.1", "5.2.2", "5.0.0"])
def test_who_refuses_our_mail_keeps_the_approval_and_a_person_is_told(post: Post, code: str) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    bounce(post, code)
    assert (states(world), contact_show(world.home, 1)["bounces"]) == ({HOST: "approved"}, 1)
    assert world.queue() == [("contact", "I1"), ("notice", "N1")]
    assert world.notices() == [f"N1 illegal 1 failed {HOST} I1"]


def test_a_delay_says_nothing_of_the_mailbox(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    bounce(post, "4.1.1", action="delayed")
    assert (states(world), contact_show(world.home, 1)["bounces"]) == ({HOST: "approved"}, 0)
    assert world.item(1).host_at is not None


def test_the_next_in_the_ladder_is_told_at_once_where_nobody_was_reached(post: Post) -> None:
    world, _ = post
    world.contact("img.example", ContactRole.UPSTREAM)
    world.contact("img.example", ContactRole.CDN)
    world.noticed("/a.jpg")
    assert world.mails() == [HOST]
    bounce(post)
    assert world.notices()[1:] == [f"N2 illegal 1 draft {CDN} I1"]  # the network that delivers it comes before it
    world.approve()
    world.run()
    assert world.item(1).host_at == world.home.now()
    assert not any(UP in line for line in world.notices())
    world.later(3, days=1)
    assert any(UP in line for line in world.notices())


def test_upstream_is_next_where_there_is_nobody_between(post: Post) -> None:
    world, _ = post
    world.contact("img.example", ContactRole.UPSTREAM)
    world.noticed("/a.jpg")
    bounce(post)
    assert world.notices()[1:] == [f"N2 illegal 1 draft {UP} I1"]


def test_a_refusal_of_our_mail_puts_it_before_the_next_as_well(post: Post) -> None:
    world, _ = post
    world.contact("img.example", ContactRole.UPSTREAM)
    world.noticed("/a.jpg")
    bounce(post, "5.7.1")
    assert world.notices()[1:] == [f"N2 illegal 1 draft {UP} I1"]


def test_while_somebody_was_reached_the_ladder_keeps_its_hours(post: Post) -> None:
    world, _ = post
    world.contact("img.example", ContactRole.UPSTREAM)
    world.contact("img.example", ContactRole.OPERATOR)
    world.noticed("/a.jpg")
    told_at = world.item(1).host_at
    bounce(post)
    assert world.item(1).host_at == told_at
    assert sorted(world.mails()) == [HOST, OPERATOR]
    assert not any(UP in line for line in world.notices())
    assert world.queue() == [("notice", "N1")] or world.queue() == [("notice", "N2")]


def test_a_round_that_bounces_later_leaves_what_arrived_before(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    told_at = world.item(1).host_at
    world.later(days=1)
    bounce(post)
    assert world.notices() == [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 2 failed {HOST} I1"]
    assert (world.item(1).host_at, states(world)) == (told_at, {HOST: "proposed"})
    assert world.queue() == [("contact", "I1"), ("notice", "N2")]


def test_the_queue_names_the_next_candidates_and_not_the_bad_mailbox(post: Post) -> None:
    world, _ = post
    world.contact("img.example")
    for address, role in ((OPERATOR, ContactRole.OPERATOR), (UP, ContactRole.UPSTREAM)):
        contacts.add(world.desk(), address, "img.example", role, Channel.EMAIL, Language.EN)
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    assert world.queue() == []
    bounce(post)
    assert world.queue() == [("contact", "K2"), ("contact", "K3"), ("notice", "N1")]
    contacts.approve(world.desk(), [2])
    world.run()
    assert world.notices()[1:] == [f"N2 illegal 1 draft {OPERATOR} I1"]
    assert world.queue() == [("notice", "N1"), ("notice", "N2")]


def test_drafts_to_a_bad_mailbox_are_taken_back_and_drafted_anew_once_it_is_approved_again(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    world.site.put("/b.jpg", picture(7))
    (second,) = world.report(world.site.url("/b.jpg")).item_ids
    world.run()
    world.assess([second], Verdict.BASELINE)
    world.run()
    assert world.notices()[1:] == [f"N2 illegal 1 draft {HOST} I2"]
    bounce(post)
    assert world.notices()[1:] == [f"N2 illegal 1 superseded {HOST}"]
    contacts.approve(world.desk(), [1])
    world.run()
    assert world.notices()[2:] == [f"N3 illegal 1 draft {HOST} I2"]
    notices.approve(world.desk(), [1, 3])
    world.run()
    assert world.mails() == [HOST] * 3
    assert world.item(1).host_at is not None


def test_no_rule_sends_to_a_bad_mailbox_and_none_stands_in_the_way_once_it_is_good(post: Post) -> None:
    world, _ = post
    world.contact("img.example")
    rules.approve(world.desk(BOB), rules.propose(world.desk(), 1, NoticeKind.ILLEGAL))
    world.drafted("/a.jpg")
    assert world.mails() == [HOST]
    bounce(post)
    world.site.put("/b.jpg", picture(7))
    (second,) = world.report(world.site.url("/b.jpg")).item_ids
    world.run()
    world.assess([second], Verdict.BASELINE)
    world.later(2, days=1)
    assert world.mails() == [HOST]
    contacts.approve(world.desk(), [1])
    world.run()
    assert world.mails() == [HOST, HOST]


def test_other_rounds_wait_until_the_mailbox_is_approved_again(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    world.site.put("/b.jpg", picture(7))
    (second,) = world.report(world.site.url("/b.jpg")).item_ids
    world.run()
    world.assess([second], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()
    bounce(post)  # the newer one, about the second
    world.later(2, days=1)
    assert world.notices() == [f"N1 illegal 1 sent {HOST} I1", f"N2 illegal 1 failed {HOST} I2"]
    contacts.approve(world.desk(), [1])
    world.later(days=1)
    assert world.notices()[-1] == f"N3 illegal 2 sent {HOST} I1"


def test_a_correction_that_bounces_changes_no_clock(post: Post) -> None:
    world, _ = post
    world.noticed("/a.jpg")
    told_at = world.item(1).host_at
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    world.run()
    bounce(post)
    assert (world.item(1).host_at, world.state(1), states(world)) == (told_at, "not_illegal", {HOST: "proposed"})


def test_a_server_that_says_so_at_once_is_heard_as_well(post: Post) -> None:
    world, _ = post
    world.contact("img.example", ContactRole.UPSTREAM)
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.approve()
    world.mail.answer("RCPT", "550 5.1.1 no such mailbox", times=None, to=HOST)
    world.run()
    assert states(world) == {UP: "approved", HOST: "proposed"}
    assert contact_show(world.home, 2)["bounces"] == 1
    assert world.notices() == [f"N1 illegal 1 failed {HOST} I1", f"N2 illegal 1 draft {UP} I1"]


@pytest.mark.parametrize("reply", ["550 no such mailbox", "550 5.7.1 refused", "554 5.1.8 your address is bad"])
def test_a_server_that_says_something_else_leaves_the_contact(post: Post, reply: str) -> None:
    world, _ = post
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.approve()
    world.mail.answer("RCPT", reply, times=None, to=HOST)
    world.run()
    assert (states(world), world.queue()) == ({HOST: "approved"}, [("notice", "N1")])


def test_what_a_server_says_of_our_own_address_is_not_of_the_mailbox(post: Post) -> None:
    world, _ = post
    world.contact("img.example")
    world.drafted("/a.jpg")
    world.approve()
    world.mail.answer("MAIL", "550 5.1.0 sender refused", times=None)
    world.run()
    assert states(world) == {HOST: "approved"}


def test_a_bounce_of_the_test_address_says_nothing_of_the_contact(tmp_path: Path) -> None:
    with posted(tmp_path, 'notices.test_to="us@hotline.example"') as post:
        world, _ = post
        world.noticed("/a.jpg")
        bounce(post, to="us@hotline.example")
        assert states(world) == {HOST: "approved"}
        assert world.notices() == [f"N1 illegal 1 failed {HOST} I1"]


def test_a_forged_bounce_of_a_stranger_finds_no_notice(post: Post) -> None:
    world, box = post
    world.noticed("/a.jpg")
    forged = BOUNCE.format(back="notices+0000000000000000@hotline.example", to=HOST, action="failed", code="5.1.1")
    box.put(forged.encode())
    other = EmailMessage()
    other["From"], other["To"], other["Subject"] = "x@evil.example", "reply@hotline.example", "[N1] 5.1.1"
    other.set_content("550 5.1.1 no such mailbox host@img.example")
    box.put(other.as_bytes())
    world.run()
    assert states(world) == {HOST: "approved"}
    assert world.notices() == [f"N1 illegal 1 sent {HOST} I1"]
