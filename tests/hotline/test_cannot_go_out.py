"""What must not go out, tried by every way there is: to whom nobody approved or somebody refused, and by a law that
nobody checked. Judged by what the lab's servers really got."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene
from trying import BUSY, HOST, LATER, STAGES, Act, approved, drafted, insist, pending

from hotline.decisions import avoiding, contacts, law, rules
from hotline.errors import InputError
from hotline.states import Channel, ContactRole, Ground, Language, NoticeKind, NotIllegalReason, Verdict
from hotline.views.queue import queue

CITED = "al-cc-117-2"
RULE = "Lab Site/bullying"
TABLE = """
[[platform]]
name = "Lab Site"
domains = ["two.example"]
source = "drawn for a test"
status = "unconfirmed"
patterns = [{ kind = "profile", path = '/@(?P<account>[a-z]+)' }]
[platform.rules]
bullying = { en = "Be kind to everybody" }
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "platforms.toml").write_text(TABLE)
    (tmp_path / "token").write_text("lab-cf-token")
    settings = ("cloudflare.account=a1b2c3", f"cloudflare.token_file={tmp_path / 'token'}", "notices.repeat_h=24")
    with scene(tmp_path, f"platforms.file='{tmp_path / 'platforms.toml'}'", *settings) as found:
        yield found


def why(world: Scene) -> str:
    return "\n".join(row["why"] for row in queue(world.home, world.home.now()))


# To an unapproved or blocked contact


def block(world: Scene) -> None:
    contacts.block(world.desk(), 1)


def avoid_mailbox(world: Scene) -> None:
    avoiding.avoid(world.desk(), HOST.upper())


def avoid_domain(world: Scene) -> None:
    avoiding.avoid(world.desk(), "img.example")


REFUSALS = pytest.mark.parametrize("refuse", [block, avoid_mailbox, avoid_domain])


@REFUSALS
@pytest.mark.parametrize("reach", STAGES)
def test_nothing_goes_to_whom_a_person_refused_whatever_was_approved_before(
    world: Scene, reach: Act, refuse: Act
) -> None:
    reach(world)
    refuse(world)
    insist(world)
    assert world.mails() == []


@REFUSALS
def test_no_second_round_goes_to_whom_a_person_refused_after_the_first(world: Scene, refuse: Act) -> None:
    world.noticed("/a.jpg")
    refuse(world)
    world.later(2, days=1)
    insist(world)
    assert world.mails() == [HOST]


@REFUSALS
def test_a_second_round_that_waits_for_another_try_does_not_go_to_whom_a_person_refused(
    world: Scene, refuse: Act
) -> None:
    world.noticed("/a.jpg")
    world.mail.answer(BUSY, LATER)
    world.later(days=1)
    assert " sending " in world.notices()[1]
    refuse(world)
    insist(world)
    assert world.mails() == [HOST]


@REFUSALS
def test_no_correction_goes_to_whom_a_person_refused(world: Scene, refuse: Act) -> None:
    world.noticed("/a.jpg")
    refuse(world)
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    insist(world)
    assert world.mails() == [HOST]


def test_whom_a_person_refused_is_named_with_the_cure_and_goes_on_when_they_are_approved_again(world: Scene) -> None:
    pending(world)
    block(world)
    world.later(minutes=10)
    assert "the contact is not approved" in why(world)
    contacts.approve(world.desk(), [1])
    insist(world)
    assert set(world.mails()) == {HOST}


def test_who_is_only_proposed_hears_nothing_and_by_no_rule(world: Scene) -> None:
    made = contacts.add(world.desk(), HOST, "img.example", ContactRole.HOST, Channel.EMAIL, Language.EN)
    rules.approve(world.desk(BOB), rules.propose(world.desk(), made, NoticeKind.ILLEGAL))
    world.drafted("/a.jpg")
    insist(world)
    assert (world.notices(), world.mails()) == ([], [])


def test_whom_a_trace_found_hears_nothing_before_a_person_approved_it(world: Scene) -> None:
    world.lab.rdap.network("127.0.0.0/8", abuse="noc@net.example", asn=64500)
    world.lab.rdap.domain("img.example", abuse="abuse@registrar.example")
    world.drafted("/a.jpg")
    insist(world)
    assert ("contact", "I1") not in world.queue()
    assert any(kind == "contact" for kind, _ in world.queue())
    assert (world.notices(), world.mails()) == ([], [])


def test_a_bounce_for_good_takes_the_approval_of_a_mailbox_back(world: Scene) -> None:
    approved(world)
    world.mail.answer("RCPT", "550 5.1.1 no such user")
    world.run()
    insist(world)
    assert world.mails() == []


def test_what_a_rule_approved_waits_again_when_the_rule_is_over(world: Scene) -> None:
    world.contact("img.example")
    rule = rules.propose(world.desk(), 1, NoticeKind.ILLEGAL)
    rules.approve(world.desk(BOB), rule)
    rules.end(world.desk(), rule)
    world.drafted("/a.jpg")
    world.later(2, days=1)
    assert (world.notices(), world.mails()) == ([f"N1 illegal 1 draft {HOST} I1"], [])


def test_a_rule_that_one_person_wants_approves_nothing(world: Scene) -> None:
    drafted(world)
    rules.propose(world.desk(), 1, NoticeKind.ILLEGAL)
    world.later(2, days=1)
    assert world.mails() == []


@pytest.mark.parametrize("is_pending", [False, True])
def test_no_report_goes_to_an_api_that_a_person_refused(world: Scene, is_pending: bool) -> None:
    api = world.lab.cloudflare
    made = contacts.add(world.desk(), api.url, "img.example", ContactRole.HOST, Channel.CLOUDFLARE, Language.EN)
    contacts.approve(world.desk(), [made])
    world.drafted("/a.jpg")
    world.approve()
    if is_pending:
        api.throttle(after_s=60)
        world.run()
    contacts.block(world.desk(), made)
    insist(world)
    assert (len(api.requests), api.reports) == (int(is_pending), [])


def test_whom_one_must_not_contact_is_not_approved_under_another_spelling(world: Scene) -> None:
    avoid_domain(world)
    for address in (HOST, "HOST@IMG.EXAMPLE", "new@img.example", "new@deep.img.example"):
        with pytest.raises(InputError, match="nothing is sent"):
            contacts.add(world.desk(), address, "any", ContactRole.HOST, Channel.EMAIL, Language.EN)


# Under an unchecked citation, or a rule of a platform that nobody checked


def withdraw(world: Scene) -> None:
    law.withdraw(world.desk(), CITED)


def grow_stale(world: Scene) -> None:
    world.clock.advance(days=366)


def quoted(world: Scene) -> list[bool]:
    return ["LAW (quoted" in message.text for message in world.mail.messages]


ENDS = pytest.mark.parametrize("end", [withdraw, grow_stale])


def test_what_nobody_checked_is_never_quoted(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.later(days=1)
    assert quoted(world) == [False, False]


@ENDS
@pytest.mark.parametrize("reach", STAGES)
def test_a_check_that_ended_before_the_notice_left_is_no_check(world: Scene, reach: Act, end: Act) -> None:
    law.check(world.desk(), [CITED])
    reach(world)
    end(world)
    insist(world)
    insist(world)
    assert set(world.mails()) == {HOST}
    assert not any(quoted(world))


@ENDS
def test_a_repeat_does_not_quote_what_is_checked_no_more(world: Scene, end: Act) -> None:
    law.check(world.desk(), [CITED])
    world.noticed("/a.jpg")
    end(world)
    world.later(2, days=1)
    assert quoted(world)[:2] == [True, False]


def test_a_repeat_that_waits_for_another_try_is_written_anew_without_what_is_checked_no_more(world: Scene) -> None:
    law.check(world.desk(), [CITED])
    world.noticed("/a.jpg")
    world.mail.answer(BUSY, LATER)
    world.later(days=1)
    withdraw(world)
    world.later(3, minutes=20)
    assert [line.split()[2:4] for line in world.notices()] == [["1", "sent"], ["2", "superseded"], ["3", "sent"]]
    assert quoted(world) == [True, False]


def test_a_retransmission_quotes_on_what_is_still_checked_and_has_the_same_bytes(world: Scene) -> None:
    law.check(world.desk(), [CITED])
    approved(world)
    world.mail.die_after_data()
    world.run()
    law.check(world.desk(BOB), ["eu-dsa-16"])  # what is newly checked makes nothing stale
    world.later(minutes=50)
    assert quoted(world) == [True, True]
    assert len({message.raw for message in world.mail.messages}) == 1


@pytest.mark.parametrize("is_pending", [False, True])
def test_a_rule_of_a_platform_whose_check_was_withdrawn_is_not_quoted(world: Scene, is_pending: bool) -> None:
    law.check(world.desk(), [RULE])
    world.contact("two.example", ContactRole.PLATFORM)
    world.report(world.other.page("/@ana", [], title="Ana"), category="bullying")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    world.run()
    world.approve()
    if is_pending:
        world.mail.answer(BUSY, LATER)
        world.run()
    law.withdraw(world.desk(), RULE)
    insist(world)
    insist(world)
    assert world.mails() != []
    assert not any("Be kind" in message.text for message in world.mail.messages)


def test_a_text_that_was_changed_since_it_was_checked_is_not_quoted_from_fixed_bytes(tmp_path: Path) -> None:
    file = tmp_path / "law.toml"
    text = '[[citation]]\nid = "own"\nstatute = "Sample Act"\narticle = "Art. 1"\ntext_sq = "Tekst."\nsource = "-"\n'
    text += 'valid_from = 2020-01-01\napplies_to = ["illegal"]\ntext_en = "{}"\n'
    file.write_text(text.format("Old text."))
    with scene(tmp_path, f"notices.law_file='{file}'") as world:
        law.check(world.desk(), ["own"])
        pending(world)
        file.write_text(text.format("New text."))
        insist(world)
        insist(world)
        assert set(world.mails()) == {HOST}
        assert not any("Sample Act" in message.text for message in world.mail.messages)


def test_a_mail_about_what_is_still_to_be_told_leaves_with_a_picture_nobody_looked_up_again(world: Scene) -> None:
    """The control: a notice whose bytes are fixed does go when nothing changed."""
    pending(world)
    world.report(world.site.put("/b.jpg", picture(7)))
    world.later(3, minutes=20)
    assert world.mails() == [HOST]
