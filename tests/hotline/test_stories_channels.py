"""Notices by other ways than mail: forms that a person fills in, sealed reports to partner hotlines, abuse APIs that
refuse, throttle, break down and take a part; and mail that is signed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysequoia import Tsk, decrypt
from scenes import Scene, picture, scene

from hotline import pipeline
from hotline.decisions import contacts, notices, publickeys, rechecks
from hotline.errors import InputError, MoveError
from hotline.pipeline.standing import ask_standings
from hotline.states import Channel, ContactRole, Ground, Language, NoticeState, Outcome, Verdict
from hotline.store import submissions
from hotline.views.messages import message_list
from hotline.views.notices import notice_list
from hotline.views.queue import queue
from hotline.views.signatures import signing_check
from notices.sealing import SealingError, SecretKeyError
from scripts.lab import Lab

KEYS = Path(__file__).parent.parent / "notices" / "keys"
FORM = "https://help.instagram.com/192435014247952"
REEL = "https://www.instagram.com/dita.nata/reel/Cx02abcDEF2/"
CLOUDFLARE, AWS = Channel.CLOUDFLARE, Channel.AWS
BOTH = pytest.mark.parametrize("channel", [CLOUDFLARE, AWS])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "token").write_text("lab-cf-token\n")
    (tmp_path / "keys").write_text(
        "[default]\naws_access_key_id = LABACCESSKEY00001\naws_secret_access_key = lab/secret+key\n"
    )
    (tmp_path / "sign.asc").write_bytes(bytes(SIGNER))
    settings = (
        "cloudflare.account=a1b2c3",
        f"cloudflare.token_file={tmp_path / 'token'}",
        "aws.region=eu-west-2",
        f"aws.credentials_file={tmp_path / 'keys'}",
        "notices.repeat_h=24",
    )
    with scene(tmp_path, *settings) as story:
        yield story


SIGNER = Tsk.generate(user_id="Lab Hotline")


def told_by(world: Scene, channel: Channel, address: str, role: ContactRole, scope: str = "img.example") -> int:
    """An approved contact that is told by a channel."""
    made = contacts.add(world.desk(), address, scope, role, channel, Language.EN)
    contacts.approve(world.desk(), [made])
    return made


def api_of(world: Scene, channel: Channel):
    return world.lab.cloudflare if channel is CLOUDFLARE else world.lab.abuse_signal


def drafted(world: Scene, channel: Channel, *paths: str) -> None:
    told_by(world, channel, api_of(world, channel).url, ContactRole.HOST)
    world.drafted(*paths)


def row(world: Scene, number: int = 1) -> dict:  # type: ignore[type-arg]
    return notice_list(world.home)[number - 1]


def why(world: Scene) -> list[str]:
    return [one["why"] for one in queue(world.home, world.home.now())]


# Forms


def reported_reel(world: Scene, **decision: object) -> None:
    told_by(world, Channel.SHEET, FORM, ContactRole.PLATFORM, "instagram.com")
    world.report(REEL, category="bullying")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING, **decision)
    world.run()
    world.approve()
    world.run()


@pytest.mark.parametrize(
    ("address", "role", "channel"),
    [
        ("safety@instagram.com", ContactRole.PLATFORM, Channel.SHEET),  # a mailbox is no form
        ("ftp://help.example/", ContactRole.PLATFORM, Channel.SHEET),
        ("https://help.example/a b", ContactRole.PLATFORM, Channel.SHEET),
        ("https://help.example/\r\nBcc:x", ContactRole.PLATFORM, Channel.SHEET),
        ("https://user:pass@help.example/", ContactRole.PLATFORM, Channel.SHEET),
        (FORM, ContactRole.PLATFORM, Channel.EMAIL),
        ("a@b.example", ContactRole.HOST, Channel.PARTNER),  # sealed reports are for partners only
        (FORM, ContactRole.PARTNER, Channel.CLOUDFLARE),
        (FORM, ContactRole.SEARCH_ENGINE, Channel.AWS),
    ],
)
def test_a_contact_whose_address_is_not_its_channels_is_refused(
    world: Scene, address: str, role: ContactRole, channel: Channel
) -> None:
    with pytest.raises(InputError):
        contacts.add(world.desk(), address, "img.example", role, channel, Language.EN)


def test_a_form_is_printed_filled_in_by_a_person_and_then_counts_as_sent(world: Scene) -> None:
    reported_reel(world)
    assert (world.notices(), world.mails()) == ([f"N1 harmful 1 approved {FORM} I1"], [])
    assert any(f"fill in the form {FORM}" in text and "hotline notice sent N1" in text for text in why(world))
    shown = pipeline.preview_notice(world.home, 1)
    assert (shown.recipient, REEL in shown.body, "CSAM" in shown.body) == (FORM, True, False)
    notices.mark_sent(world.desk(), 1, "META-77", pipeline.sheet_of(world.home, 1))
    world.run()
    assert (world.state(1), row(world)["reference"]) == ("noticed", "META-77")
    assert pipeline.preview_notice(world.home, 1).body == shown.body
    assert pipeline.sheet_of(world.home, 1) is None
    assert why(world) == []
    world.later(4, days=1)
    assert world.notices() == [f"N1 harmful 1 sent {FORM} I1"]  # no machine could look, so a person is asked to
    assert ["--seen online" in text for text in why(world)] == [True]
    rechecks.seen(world.desk(), 1, "online")
    world.run()
    assert world.notices() == [f"N1 harmful 1 sent {FORM} I1", f"N2 harmful 2 approved {FORM} I1"]
    assert ["fill in the form" in text for text in why(world)] == [True]
    notices.mark_sent(world.desk(), 2, "META-78", pipeline.sheet_of(world.home, 2))
    world.later(4, days=1)
    assert ["--seen online" in text for text in why(world)] == [True]  # before each repeat anew


def test_what_a_form_asks_for_and_nobody_recorded_is_named_and_a_role_recorded_later_fills_it(world: Scene) -> None:
    told_by(world, Channel.SHEET, FORM, ContactRole.PLATFORM, "instagram.com")
    world.report("https://www.instagram.com/dita.nata/", category="impersonation", for_whom="Dita Hoxha, my niece")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.IMPERSONATION, facts={"authorised_by": "mother"})
    world.run()
    world.approve()
    world.run()
    shown = pipeline.preview_notice(world.home, 1)
    assert "Hoxha" not in shown.body + "".join(why(world))  # a name is never put in
    assert shown.missing
    assert any("asks for what is not recorded" in text for text in why(world))
    world.report("https://www.instagram.com/dita.nata/", category="impersonation", for_whom="mother")
    world.later(hours=1, minutes=1)
    assert "mother" in pipeline.preview_notice(world.home, 1).body


def test_a_form_whose_item_is_no_longer_to_be_told_is_not_waited_for(world: Scene) -> None:
    reported_reel(world)
    world.revise([1], Verdict.NOT_ILLEGAL, reason="other")
    world.run()
    assert world.notices() == [f"N1 harmful 1 superseded {FORM}"]
    assert why(world) == []
    with pytest.raises(MoveError):
        notices.mark_sent(world.desk(), 1, "X")


def test_a_search_engine_is_asked_by_its_form_once_also_when_the_source_is_gone(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.site.remove("/a.jpg")
    told_by(world, Channel.SHEET, "https://search.example/delist", ContactRole.SEARCH_ENGINE, "any")
    world.later(3, hours=13)
    assert world.state(1) == "removed"
    world.approve()
    world.run()
    assert ["fill in the form https://search.example/delist" in text for text in why(world)] == [True]
    assert world.site.url("/a.jpg") in pipeline.preview_notice(world.home, 2).body
    notices.mark_sent(world.desk(), 2, "S-1", pipeline.sheet_of(world.home, 2))
    world.later(4, days=1)
    assert (why(world), world.state(1)) == ([], "removed")


# Partner hotlines


def test_a_report_to_a_partner_waits_for_a_confirmed_key_and_then_leaves_sealed(world: Scene) -> None:
    partner = Tsk.generate(user_id="Partner")
    public = str(partner.extract_certificate()).encode()
    contact = told_by(world, Channel.PARTNER, "hotline@partner.example", ContactRole.PARTNER)
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    assert world.notices() == ["N1 illegal 1 failed hotline@partner.example I1"]
    assert any("hotline key import" in text for text in why(world))
    key = publickeys.add(world.desk(), f"K{contact}", public)
    with pytest.raises(InputError, match="not the fingerprint"):
        publickeys.confirm(world.desk(), key, "00" * 20)
    notices.approve(world.desk(), [1])
    world.run()
    assert world.mails() == []
    publickeys.confirm(world.desk(), key, str(partner.extract_certificate().fingerprint).upper())
    notices.approve(world.desk(), [1])
    world.run()
    message = world.mail.messages[-1]
    assert (message.envelope_to, world.site.url("/a.jpg") in message.text) == (("hotline@partner.example",), False)
    (sealed,) = [part for part in message.parsed.walk() if part.get_filename()]
    opened = decrypt(sealed.get_payload(decode=True), decryptor=partner.decryptor()).bytes
    (item,) = json.loads(opened)["items"]
    assert (item["url"], item["actions"]) == (world.site.url("/a.jpg"), [])
    publickeys.end(world.desk(), key)
    with pytest.raises(MoveError):
        publickeys.confirm(world.desk(), key, "00")


def test_a_correction_to_a_partner_is_sealed_too(world: Scene) -> None:
    partner = Tsk.generate(user_id="Partner")
    contact = told_by(world, Channel.PARTNER, "hotline@partner.example", ContactRole.PARTNER)
    key = publickeys.add(world.desk(), f"K{contact}", str(partner.extract_certificate()).encode())
    publickeys.confirm(world.desk(), key, str(partner.extract_certificate().fingerprint))
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    world.revise([1], Verdict.NOT_ILLEGAL, reason="adult")
    world.run()
    message = world.mail.messages[-1]
    (sealed,) = [part for part in message.parsed.walk() if part.get_filename()]
    opened = decrypt(sealed.get_payload(decode=True), decryptor=partner.decryptor()).bytes.decode()
    assert (world.site.url("/a.jpg") in opened, world.site.url("/a.jpg") in message.text) == (True, False)
    assert "withdraw" in opened


@pytest.mark.parametrize("data", [b"", b"no key", b"age1qqqq", b"\x99\x01", "🔑".encode()])
def test_what_is_no_key_is_not_taken_in(world: Scene, data: bytes) -> None:
    contact = told_by(world, Channel.PARTNER, "hotline@partner.example", ContactRole.PARTNER)
    with pytest.raises(SealingError):
        publickeys.add(world.desk(), f"K{contact}", data)


def test_a_secret_key_is_not_taken_in(world: Scene) -> None:
    contact = told_by(world, Channel.PARTNER, "hotline@partner.example", ContactRole.PARTNER)
    with pytest.raises(SecretKeyError):
        publickeys.add(world.desk(), f"K{contact}", bytes(Tsk.generate(user_id="Partner")))


@pytest.mark.parametrize("name", ["expired-part", "revoked-part", "weak"])
def test_a_key_that_cannot_be_sealed_to_is_not_taken_in(world: Scene, name: str) -> None:
    contact = told_by(world, Channel.PARTNER, "hotline@partner.example", ContactRole.PARTNER)
    with pytest.raises(SealingError):
        publickeys.add(world.desk(), f"K{contact}", (KEYS / f"{name}.asc").read_bytes())


# Abuse APIs


@BOTH
def test_a_notice_to_an_api_is_taken_once_and_its_number_kept(world: Scene, channel: Channel) -> None:
    drafted(world, channel, "/a.jpg", "/b.jpg")
    world.approve()
    world.run()
    assert (world.states(), row(world)["state"]) == (["noticed", "noticed"], "sent")
    assert row(world)["reference"]
    api = api_of(world, channel)
    assert len(api.reports) == (1 if channel is CLOUDFLARE else 2)
    assert world.site.url("/a.jpg") in json.dumps(api.reports)
    world.run()
    assert len(api.requests) == len(api.reports)
    assert world.site.url("/a.jpg") in pipeline.preview_notice(world.home, 1).body
    world.later(days=1, minutes=1)
    assert [line.split()[2:4] for line in world.notices()] == [["1", "sent"], ["2", "sent"]]
    assert len(api.reports) == 2 * (1 if channel is CLOUDFLARE else 2)


@BOTH
def test_a_login_that_is_refused_goes_to_a_person_and_goes_on_when_it_is_cured(world: Scene, channel: Channel) -> None:
    drafted(world, channel, "/a.jpg")
    api = api_of(world, channel)
    if channel is CLOUDFLARE:
        api.is_entitled = False
    else:
        api.secret_key = "another"
    world.approve()
    world.run()
    assert (row(world)["state"], api.reports, world.state(1)) == ("failed", [], "illegal")
    assert any("login was refused" in text for text in why(world))
    if channel is CLOUDFLARE:
        api.is_entitled = True
    else:
        api.secret_key = "lab/secret+key"
    notices.approve(world.desk(), [1])
    world.run()
    assert (row(world)["state"], len(api.reports)) == ("sent", 1)


@BOTH
def test_an_api_that_throttles_is_asked_again_when_it_said(world: Scene, channel: Channel) -> None:
    drafted(world, channel, "/a.jpg")
    api_of(world, channel).throttle(after_s=7200)
    world.approve()
    world.run()
    assert row(world)["state"] == "sending"
    world.later(hours=1)
    assert len(api_of(world, channel).requests) == 1
    world.later(hours=1, minutes=1)
    world.later(minutes=1)  # the look at the last minute comes first
    assert (row(world)["state"], len(api_of(world, channel).reports)) == ("sent", 1)


def test_cloudflare_that_breaks_down_may_have_taken_it_and_a_person_says_what_is_next(world: Scene) -> None:
    drafted(world, CLOUDFLARE, "/a.jpg")
    world.lab.cloudflare.lose(is_taken=True)
    world.approve()
    world.run()
    world.later(days=2)
    assert (row(world)["state"], len(world.lab.cloudflare.requests)) == ("failed", 1)
    assert any("may have been taken" in text for text in why(world))
    notices.mark_sent(world.desk(), 1, "found-in-their-list")
    world.run()
    assert (world.state(1), len(world.lab.cloudflare.reports)) == ("noticed", 1)


def test_cloudflare_that_did_not_take_it_is_told_again_when_a_person_says_so(world: Scene) -> None:
    drafted(world, CLOUDFLARE, "/a.jpg")
    world.lab.cloudflare.break_down(502)
    world.approve()
    world.run()
    assert row(world)["state"] == "failed"
    notices.approve(world.desk(), [1])
    world.run()
    assert (row(world)["state"], len(world.lab.cloudflare.reports)) == ("sent", 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_aws_that_loses_the_connection_gets_the_same_bytes_again_and_makes_one_report(
    world: Scene, is_taken: bool
) -> None:
    drafted(world, AWS, "/a.jpg")
    world.lab.abuse_signal.lose(is_taken=is_taken)
    world.approve()
    world.run()
    assert row(world)["state"] == "sending"
    world.later(minutes=6)
    assert (row(world)["state"], len(world.lab.abuse_signal.reports)) == ("sent", 1)
    first, second = world.lab.abuse_signal.requests
    assert first.body == second.body


def test_what_aws_may_have_taken_more_than_a_day_ago_waits_for_a_person(world: Scene) -> None:
    drafted(world, AWS, "/a.jpg")
    world.lab.abuse_signal.lose(is_taken=True)
    world.approve()
    world.run()
    world.later(hours=25)
    world.later(minutes=1)
    assert (row(world)["state"], len(world.lab.abuse_signal.requests)) == ("failed", 1)


@BOTH
def test_what_an_api_refuses_of_a_notice_is_put_before_a_person_and_the_rest_is_told(
    world: Scene, channel: Channel
) -> None:
    told_by(world, channel, api_of(world, channel).url, ContactRole.HOST, "img.example")
    told_by(world, channel, api_of(world, channel).url, ContactRole.HOST, "two.example")
    made = contacts.add(world.desk(), api_of(world, channel).url, "any", ContactRole.HOST, channel, Language.EN)
    for number in (1, 2):
        contacts.block(world.desk(), number)
    contacts.approve(world.desk(), [made])
    found = world.report(world.site.put("/a.jpg", picture(1)), world.other.put("/b.jpg", picture(2))).item_ids
    world.run()
    world.assess(list(found), Verdict.BASELINE)
    world.run()
    api_of(world, channel).refuse("two.example")
    world.approve()
    world.run()
    assert world.states() == ["noticed", "illegal"]
    assert [line.rsplit(" ", 1)[1] for line in world.notices()] == ["I1", "I2"]
    assert [one["state"] for one in notice_list(world.home)] == ["sent", "failed"]
    assert any("N2" in text or "not delivered" in text for text in why(world))
    api_of(world, channel)._refused.clear()
    notices.approve(world.desk(), [2])
    world.run()
    assert (world.states(), len(api_of(world, channel).reports)) == (["noticed", "noticed"], 2)


@pytest.mark.parametrize(
    ("channel", "status", "reason", "suggests"),
    [
        (CLOUDFLARE, "denied", "content_removed", Outcome.REMOVED),
        (CLOUDFLARE, "denied", "not_on_cloudflare", Outcome.NOT_OURS),
        (AWS, "COMPLETED", "ACTIONED", Outcome.REMOVED),
        (AWS, "COMPLETED", "REVIEWED_NO_AWS_ACTION", Outcome.DECLINED),
    ],
)
def test_the_last_word_of_an_api_is_a_claim_that_is_looked_at_or_read_by_a_person(
    world: Scene, channel: Channel, status: str, reason: str, suggests: Outcome
) -> None:
    drafted(world, channel, "/a.jpg")
    world.approve()
    world.run()
    looks = len(world.verdicts(1))
    api = api_of(world, channel)
    assert (ask_standings(world.station), message_list(world.home)) == (0, [])  # asked by the run already
    with world.reading() as session:
        (taken,) = submissions.of_notice(session, 1)
    api.decide(taken.reference, status, reason)
    world.later(hours=7)
    (message,) = message_list(world.home)
    assert (message["notice"], message["suggests"], message["matched_by"]) == ("N1", suggests, "api")
    assert world.state(1) == "noticed"
    assert (len(world.verdicts(1)) > looks) is True
    world.later(hours=7)
    assert len(message_list(world.home)) == 1


def test_only_illegal_material_goes_to_an_api_and_what_is_harmful_waits_for_a_person(world: Scene) -> None:
    told_by(world, CLOUDFLARE, world.lab.cloudflare.url, ContactRole.HOST)
    world.drafted("/a.jpg", verdict=Verdict.HARMFUL, ground=Ground.BULLYING)
    assert (world.notices(), world.lab.cloudflare.requests) == ([], [])


# Signed mail


def test_mail_is_signed_with_the_hotlines_key_and_names_its_fingerprint(tmp_path: Path) -> None:
    key_file = tmp_path / "sign.asc"
    key_file.write_bytes(bytes(SIGNER))
    with scene(tmp_path, f"mail.signing_key_file={key_file}") as world:
        world.noticed("/a.jpg")
        (message,) = world.mail.messages
        assert message.parsed.get_content_type() == "multipart/signed"
        fingerprint = str(SIGNER.extract_certificate().fingerprint).upper()
        assert f"OpenPGP key with which we sign: {fingerprint}" in pipeline.preview_notice(world.home, 1).body
        assert signing_check(world.home.settings).found == f"mails are signed with {fingerprint}"


def test_mail_that_cannot_be_signed_does_not_leave_and_says_why(tmp_path: Path) -> None:
    with scene(tmp_path, f"mail.signing_key_file={tmp_path / 'none.asc'}") as world:
        world.noticed("/a.jpg")
        assert (world.mails(), [one["state"] for one in notice_list(world.home)]) == ([], [NoticeState.FAILED])
        assert any("mail.signing_key_file" in text for text in why(world))
        assert not signing_check(world.home.settings).ok


def test_an_api_that_cannot_be_reached_loses_nothing(world: Scene, tmp_path: Path) -> None:
    with Lab() as other:
        address = other.cloudflare.url
    told_by(world, CLOUDFLARE, address, ContactRole.HOST)
    world.drafted("/a.jpg")
    world.approve()
    world.run()
    assert row(world)["state"] == "sending"
