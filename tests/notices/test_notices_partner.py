"""The export for a partner hotline: ICCAM's fields by a checked schema, nothing that names a person, sealed only."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyrage
import pytest
from jsonschema import Draft202012Validator, ValidationError
from notice_samples import ACCOUNT, HARMFUL, ILLEGAL, NOW, PAGE, PICTURE, REPEAT, SENDER, VIDEO, repeated
from pysequoia import Tsk, decrypt
from write_golden import whole

from notices.errors import AccountRecipientError, NoticeError, UnsafeTextError, WrongRecipientError
from notices.facts import EarlierNotice, NoticeFacts
from notices.partner import ACTIONS, SCHEMA_VERSION, SITE_TYPES, Beside, export, schema, sealed_export
from notices.sealing import SealingError

PARTNER = replace(ILLEGAL, contact_role="partner", contact_address="hotline@partner.example")
KEY = Tsk.generate(user_id="Sample Partner")
PUBLIC = bytes(KEY.extract_certificate())


def told(facts: NoticeFacts = PARTNER, beside: dict[str, Beside] | None = None) -> dict[str, Any]:
    """The export read back, after its schema was asked."""
    found = json.loads(export(facts, beside))
    Draft202012Validator(schema()).validate(found)
    return dict(found)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in (key, *strings(one))]
    return [text for one in value for text in strings(one)] if isinstance(value, list) else [str(value)]


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        (replace(HARMFUL, contact_role="partner"), WrongRecipientError, "nothing else is exchanged"),
        (replace(PARTNER, kind="correction"), WrongRecipientError, "nothing else is exchanged"),
        (replace(PARTNER, addresses=(replace(PICTURE, verdict="harmful"),)), WrongRecipientError, "nothing else"),
        (replace(PARTNER, contact_role="host"), WrongRecipientError, "partner hotlines only"),
        (replace(PARTNER, contact_role="platform"), WrongRecipientError, "partner hotlines only"),
        (replace(PARTNER, addresses=(replace(PICTURE, account=ACCOUNT),)), AccountRecipientError, "account"),
        (replace(PARTNER, addresses=()), UnsafeTextError, "at least one item"),
        (replace(PARTNER, addresses=(PICTURE, PICTURE)), UnsafeTextError, "stands twice"),
        (replace(PARTNER, addresses=(replace(PICTURE, item="../I3"),)), UnsafeTextError, "no item number"),
        (replace(PARTNER, addresses=(replace(PICTURE, url="http://a.example/\n"),)), UnsafeTextError, "line break"),
        (replace(PARTNER, contact_address="a@b.example, c@d.example"), UnsafeTextError, "contact_address"),
        (replace(PARTNER, rendered_at=datetime(2026, 1, 1)), UnsafeTextError, "time zone"),  # noqa: DTZ001
        (replace(PARTNER, language="de"), UnsafeTextError, "language"),
    ],
)
def test_what_must_not_go_to_a_partner_is_refused(facts: NoticeFacts, error: type[NoticeError], says: str) -> None:
    with pytest.raises(error, match=says):
        export(facts)
    with pytest.raises(error, match=says):
        sealed_export(facts, [PUBLIC], datetime.now(UTC))


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        (Beside(site_type="darknet"), "ICCAM has not"),
        (Beside(actions=(("ignored", NOW),)), "has the action 'ignored'"),
        (Beside(actions=(("moved", datetime(2026, 1, 1)),)), "time zone"),  # noqa: DTZ001
        (Beside(site_type="forum\r\n"), "line break"),
    ],
)
def test_a_code_that_iccam_has_not_is_refused(beside: Beside, says: str) -> None:
    with pytest.raises(UnsafeTextError, match=says):
        export(PARTNER, {"I31": beside})


def test_the_export_holds_the_fields_that_iccam_asks_for() -> None:
    facts = replace(whole(PARTNER), addresses=(*whole(PARTNER).addresses, PAGE))
    done = (("provider", NOW - timedelta(hours=2)), ("moved", NOW - timedelta(hours=1)))
    found = told(facts, {"I31": Beside("imagehost", done)})
    picture, page = found["items"]

    assert (found["schema_version"], found["reference"], found["round"]) == (SCHEMA_VERSION, "N5", 1)
    assert picture["url"] == PICTURE.url
    assert (picture["classification"], picture["classes"], picture["site_type"]) == (
        "baseline",
        {"ncmec": "B1"},
        "imagehost",
    )
    assert (picture["ip"], picture["country"], picture["asn"]) == ("192.0.2.7", "AL", 64500)
    assert picture["network"] == PICTURE.network
    assert set(picture["hashes"]) == {"md5", "sha1", "sha256", "pdq"}
    assert (picture["first_seen_at"], picture["last_seen_at"]) == ("2026-11-19T13:05:00Z", "2026-11-21T12:05:00Z")
    assert [(one["action"], one["code"]) for one in picture["actions"]] == [
        ("law_enforcement", 1),
        ("provider", 2),
        ("moved", 5),
    ]
    assert picture["access_steps"].endswith("password: sesam")
    assert (page["url"], page["url_as_sent"], page["shows"]) == (PAGE.url, PAGE.href, ["I31", "I44"])
    assert [one["action"] for one in page["actions"]] == ["law_enforcement"]
    assert found["no_warning_until"] == "2026-12-21"


def test_what_is_not_known_is_left_out_and_never_null() -> None:
    bare = replace(PARTNER, addresses=(replace(PAGE, shows=(), href=None),), sender=replace(SENDER, phone=None))
    found = told(bare)

    assert set(found["items"][0]) == {
        *("item", "url", "kind", "classification", "returns", "reuploads", "actions", "reported_at")
    }
    assert "phone" not in found["hotline"]
    assert b"null" not in export(bare)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        # what the page shows, then what the page is called
        (("baseline", "national"), "baseline"),
        (("national", "national"), "national"),
        (("national", None), "baseline"),  # shows something that stands in another notice
    ],
)
def test_a_page_that_nobody_assessed_is_what_it_shows(verdicts: tuple[str, str | None], expected: str) -> None:
    shown = [
        replace(PICTURE, item=f"I{number}", url=f"https://img.example/{number}", verdict=verdict)
        for number, verdict in enumerate(verdicts, 70)
        if verdict
    ]
    found = told(replace(PARTNER, addresses=(replace(PAGE, shows=("I70", "I71")), *shown)))

    assert found["items"][0]["classification"] == expected


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = whole(PARTNER)
    elsewhere = replace(facts, rendered_at=NOW.astimezone(timezone(timedelta(hours=5))))
    actions = (("moved", NOW), ("provider", NOW))

    assert export(facts) == export(replace(facts)) == export(elsewhere)
    assert export(facts, {"I31": Beside(actions=actions)}) == export(facts, {"I31": Beside(actions=actions[::-1])})
    assert export(facts).isascii()
    assert export(facts).endswith(b"}\n")


def test_a_repeat_names_the_rounds_before_and_keeps_its_reference() -> None:
    found = told(repeated(PARTNER))

    assert (found["reference"], found["notice"], found["round"]) == ("N5", "N8", 2)
    assert found["earlier"] == [{"notice": "N5", "sent_at": "2026-11-20T13:05:00Z"}]


def test_a_test_says_that_nothing_is_to_be_acted_on() -> None:
    assert told()["is_test"] is False
    assert told(replace(PARTNER, test_mode_to="test@hotline.example"))["is_test"] is True


def test_no_person_no_number_of_the_custody_and_no_statute_stands_in_it() -> None:
    facts = replace(
        PARTNER,
        addresses=(replace(PICTURE, repeat=REPEAT, platform_media="v-771"),),
        for_whom="Ana Shembulli, nëna",
        authorised_by="Ana Shembulli",
        genuine=("https://social.example/@ana.genuine",),
        earlier=(EarlierNotice("N5", "<n5.r1.h7f3@hotline.example>", NOW),),
        reply_token="0123456789abcdef",
        no_warning_until=date(2026, 12, 1),
    )
    text = export(facts).decode()
    said = strings(told(facts))

    for word in ("Shembulli", "ana.genuine", "v-771", "9f2c4b", "h7f3", "Sample Act", "Sample text"):
        assert word not in text
    assert told(facts)["items"][0]["reuploads"] == REPEAT.times
    assert "replies+0123456789abcdef@hotline.example" in said


def test_a_video_at_a_platform_goes_without_its_account() -> None:
    found = told(replace(PARTNER, addresses=(replace(VIDEO, account=None),)))

    assert "v-771" not in strings(found["items"][0])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.update(reporter="somebody"),
        lambda found: found["items"][0].update(account="somebody"),
        lambda found: found["items"][0].update(classification="harmful"),
        lambda found: found["items"][0].update(site_type="darknet"),
        lambda found: found["items"][0].update(country="Albania"),
        lambda found: found["items"][0]["hashes"].update(sha256="x"),
        lambda found: found["items"][0].update(first_seen_at="yesterday"),
        lambda found: found["items"][0].update(actions=[{"action": "moved", "code": 1, "at": "2026-11-20T13:05:00Z"}]),
        lambda found: found.update(schema_version="2.0"),
        lambda found: found.update(items=[]),
        lambda found: found.pop("reference"),
    ],
)
def test_the_schema_refuses_what_no_export_may_be(spoil: Any) -> None:
    found = told()
    spoil(found)
    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(found)


def test_the_schema_knows_the_same_codes_as_the_export() -> None:
    Draft202012Validator.check_schema(schema())
    item = schema()["properties"]["items"]["items"]["properties"]
    codes = {
        one["properties"]["action"]["const"]: one["properties"]["code"]["const"]
        for one in item["actions"]["items"]["oneOf"]
    }

    assert codes == ACTIONS
    assert item["site_type"]["enum"] == list(SITE_TYPES)
    assert schema()["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_the_sealed_export_is_opened_by_the_partner_alone_and_shows_nothing_outside() -> None:
    age = pyrage.x25519.Identity.generate()
    now = datetime.now(UTC)
    by_openpgp = sealed_export(PARTNER, [PUBLIC], now)
    by_age = sealed_export(PARTNER, [str(age.to_public()).encode()], now)

    assert decrypt(by_openpgp, decryptor=KEY.decryptor()).bytes == export(PARTNER)
    assert pyrage.decrypt(by_age, [age]) == export(PARTNER)
    for sealed in (by_openpgp, by_age):
        assert b"img.example" not in sealed
        assert b"N5" not in sealed.splitlines()[0]


def test_without_a_key_nothing_leaves() -> None:
    with pytest.raises(SealingError, match="no key"):
        sealed_export(PARTNER, [], datetime.now(UTC))
    with pytest.raises(SealingError, match="no public key"):
        sealed_export(PARTNER, [PUBLIC, b"later"], datetime.now(UTC))
