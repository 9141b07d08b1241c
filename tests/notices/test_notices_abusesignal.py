"""Reports to AWS: the envelope that the API documents around one finished XARF."""

import re
from dataclasses import replace
from typing import Any

import pytest
from notice_samples import HARMFUL, ILLEGAL, ILLEGAL_ACCOUNT, PAGE, PICTURE, PROFILE, repeated

from notices.abusesignal import request_of
from notices.errors import AccountRecipientError, NoticeError, UnsafeTextError, WrongRecipientError
from notices.facts import NoticeFacts

CONTACT = {"org": "Sample Hotline", "contact": "replies@hotline.example", "domain": "hotline.example"}
XARF: dict[str, Any] = {
    "xarf_version": "4.2.0",
    "report_id": "550e8400-e29b-41d4-a716-446655440000",
    "timestamp": "2026-11-21T12:05:00Z",
    "reporter": CONTACT,
    "sender": CONTACT,
    "source_identifier": "192.0.2.7",
    "category": "content",
    "type": "csam",
    "url": PICTURE.url,
    "classification": "baseline",
    "detection_method": "manual_review",
}


def test_the_envelope_is_the_documented_one() -> None:
    request = request_of(ILLEGAL, "I31", XARF)

    assert request.body == {
        "clientToken": request.key,
        "correlationId": "N5-r1-I31",
        "report": {"xarf": XARF},
    }
    assert re.fullmatch(r"[0-9a-f]{64}", request.key)
    assert "img.example" not in repr(request)


def test_a_retry_is_the_same_report_and_a_repeat_another() -> None:
    first = request_of(ILLEGAL, "I31", XARF)

    assert request_of(ILLEGAL, "I31", dict(reversed(XARF.items()))) == first
    assert request_of(ILLEGAL, "I31", dict(reversed(XARF.items()))).raw == first.raw
    others = [
        request_of(repeated(ILLEGAL), "I31", XARF),
        request_of(replace(ILLEGAL, home="other"), "I31", XARF),
        request_of(ILLEGAL, "I32", XARF | {"url": PAGE.href}),
    ]
    assert len({first.key, *(each.key for each in others)}) == 4


def test_the_parts_of_a_key_cannot_be_shifted_into_each_other() -> None:
    one = request_of(replace(ILLEGAL, home="a", number="N51", round=1), "I31", XARF)
    other = request_of(replace(ILLEGAL, home="a", number="N5", round=11), "I31", XARF)

    assert one.key != other.key


@pytest.mark.parametrize("url", [PAGE.url, PAGE.href])
def test_the_xarf_may_name_the_address_verbatim_or_as_a_browser_sends_it(url: str) -> None:
    assert request_of(ILLEGAL, "I32", XARF | {"url": url}).item == "I32"


@pytest.mark.parametrize(
    ("facts", "more"),
    [
        (HARMFUL, {"url": PROFILE.url}),
        (replace(ILLEGAL, addresses=(PROFILE,)), {"url": PROFILE.url}),
        (replace(ILLEGAL, kind="correction", addresses=(replace(PROFILE, verdict=None),)), {"url": PROFILE.url}),
    ],
)
def test_anything_but_illegal_material_is_refused(facts: NoticeFacts, more: dict[str, str]) -> None:
    with pytest.raises(WrongRecipientError):
        request_of(facts, "I50", XARF | more)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"type": "phishing"}, WrongRecipientError),
        ({"category": "messaging"}, WrongRecipientError),
        ({"url": "https://other.example/"}, NoticeError),
        ({"url": None}, NoticeError),
        ({"evidence": [{"payload": "x"}]}, NoticeError),
        ({"tags": ["lifecycle:test"]}, NoticeError),
        ({"source_identifier": "{{7*7}}"}, UnsafeTextError),
        ({"source_identifier": "a`b"}, UnsafeTextError),
        ({"source_identifier": "x" * 254}, UnsafeTextError),
        ({"source_identifier": ""}, UnsafeTextError),
        ({"source_identifier": None}, UnsafeTextError),
        ({"count": float("nan")}, NoticeError),
        ({"count": {1, 2}}, NoticeError),
        ({"description": "x" * 5_000_000}, NoticeError),
    ],
)
def test_a_xarf_that_aws_or_the_hotline_does_not_want_is_refused(
    more: dict[str, Any], error: type[NoticeError]
) -> None:
    with pytest.raises(error):
        request_of(ILLEGAL, "I31", XARF | more)


def test_a_notice_in_test_mode_or_with_a_control_character_is_refused() -> None:
    with pytest.raises(NoticeError, match="test mode"):
        request_of(replace(ILLEGAL, test_mode_to="test@hotline.example"), "I31", XARF)
    with pytest.raises(UnsafeTextError):
        request_of(replace(ILLEGAL, addresses=(replace(PICTURE, url="https://a.example/\r\nX: y"),)), "I31", XARF)
    with pytest.raises(UnsafeTextError):
        request_of(replace(ILLEGAL, number="N5 x"), "I31", XARF)


def test_no_account_goes_to_a_network() -> None:
    with pytest.raises(AccountRecipientError):
        request_of(replace(ILLEGAL_ACCOUNT, contact_role="host"), "I60", XARF | {"url": "https://social.example/v/771"})


@pytest.mark.parametrize("item", ["I99", "I31"])
def test_an_item_that_is_not_there_once_is_refused(item: str) -> None:
    with pytest.raises(NoticeError, match="not one"):
        request_of(replace(ILLEGAL, addresses=(PICTURE, PICTURE)), item, XARF)
