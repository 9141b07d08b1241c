"""Reports to Cloudflare: one hostname each, within the limits, nothing that must not go out."""

import json
from dataclasses import replace
from datetime import date

import pytest
from notice_samples import ACCOUNT, HARMFUL, ILLEGAL, ILLEGAL_ACCOUNT, NOW, PAGE, PICTURE, SENDER, repeated

from notices.cloudflare import LIMITS, MAX_URLS, requests_of
from notices.errors import AccountRecipientError, NoticeError, UnsafeTextError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress

CDN = replace(ILLEGAL, contact_address="https://api.cloudflare.example/client/v4", contact_role="cdn")


def at(*urls: str) -> NoticeFacts:
    """The notice with one picture for each of these addresses."""
    found = [replace(PICTURE, item=f"I{number}", url=url, href=None) for number, url in enumerate(urls, 100)]
    return replace(CDN, addresses=tuple(found))


def test_a_report_has_every_field_that_cloudflare_asks_for_and_the_owner_is_never_told() -> None:
    (request,) = requests_of(CDN)
    body = request.body

    assert body["act"] == "abuse_children"
    assert (body["host_notification"], body["ncmec_notification"], body["owner_notification"]) == (
        "send",
        "send",
        "none",
    )
    assert body["email"] == body["email2"] == "replies@hotline.example"
    assert body["name"] == SENDER.name
    assert body["urls"] == f"{PICTURE.url}\n{PAGE.href}"
    assert request.items == ("I31", "I32")


def test_the_justification_says_category_reference_role_and_that_the_time_is_a_request() -> None:
    facts = replace(CDN, no_warning_until=date(2026, 12, 1), police_informed_at=NOW, requested_h=48)
    text = requests_of(facts)[0].body["justification"]

    for part in (
        "Child sexual abuse material at these addresses: 2 addresses",
        "Our reference: N5, round 1.",
        "baseline, that is, banned in nearly every country",
        "assessed by a trained person",
        "Stop delivering it, purge it from every cache",
        "do not warn the uploader until 2026-12-01.",
        "within 48 hours",
        "a request, not a legal deadline",
        "The police were informed on",
    ):
        assert part in text
    assert "192.0.2.7" in requests_of(facts)[0].body["comments"]


def test_a_repeat_says_so_and_has_another_key() -> None:
    first, again = requests_of(CDN)[0], requests_of(repeated(CDN))[0]

    assert again.key != first.key
    assert again.body["title"].startswith("[N5] Repeat (round 2): ")
    assert "We asked for this before: N5." in again.body["justification"]


def test_the_same_facts_give_the_same_bytes_and_keys() -> None:
    assert requests_of(CDN) == requests_of(CDN)
    assert requests_of(CDN)[0].raw == requests_of(CDN)[0].raw
    assert requests_of(replace(CDN, home="other"))[0].key != requests_of(CDN)[0].key


def test_two_hostnames_are_two_reports() -> None:
    found = requests_of(
        at("https://a.example/1", "https://b.example/2", "https://a.example:8443/3", "HTTP://A.example/4")
    )

    assert [each.items for each in found] == [("I100", "I102", "I103"), ("I101",)]
    assert found[1].body["urls"] == "https://b.example/2"


def test_251_addresses_of_a_hostname_are_two_reports_and_none_is_lost() -> None:
    urls = [f"https://a.example/{number}" for number in range(MAX_URLS + 1)]
    found = requests_of(at(*urls))

    assert [len(each.body["urls"].split("\n")) for each in found] == [250, 1]
    assert "\n".join(each.body["urls"] for each in found).split("\n") == urls
    assert len({each.key for each in found}) == 2
    assert all(len(each.body[name]) <= limit for each in found for name, limit in LIMITS.items() if name in each.body)


def test_an_address_of_two_items_is_named_once_with_both() -> None:
    (request,) = requests_of(at("https://a.example/1", "https://a.example/1"))

    assert request.body["urls"] == "https://a.example/1"
    assert request.items == ("I100", "I101")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/1\nhttps://genuine.example/",
        "https://a.example/1\r\nX: y",
        "https://a.example/1\u2028https://genuine.example/",
        "https://a.example/1 https://genuine.example/",
        "https://a.example/1\u00a0https://genuine.example/",
        "javascript:alert(1)",
        "https://",
        "not an address",
    ],
)
def test_an_address_that_could_smuggle_another_is_refused(url: str) -> None:
    with pytest.raises(UnsafeTextError):
        requests_of(at(url))


def test_an_address_full_of_json_stays_one_string() -> None:
    url = 'https://a.example/","owner_notification":"send","x":"\\u000ahttps:'
    (request,) = requests_of(at(url))

    assert request.body["urls"] == url
    assert request.body["owner_notification"] == "none"
    assert request.raw.count(b'"owner_notification":"none"') == 1
    assert b"\n" not in request.raw


@pytest.mark.parametrize(
    "facts",
    [
        HARMFUL,
        replace(HARMFUL, contact_role="cdn"),
        replace(CDN, kind="correction"),
        replace(CDN, addresses=(PICTURE, replace(PICTURE, item="I50", verdict="harmful"))),
    ],
)
def test_anything_but_illegal_material_is_refused(facts: NoticeFacts) -> None:
    with pytest.raises(WrongRecipientError, match="Send it to another contact"):
        requests_of(facts)


def test_nobody_is_reported_to_a_real_api_in_test_mode() -> None:
    with pytest.raises(NoticeError, match="test mode"):
        requests_of(replace(CDN, test_mode_to="test@hotline.example"))


def test_no_account_and_no_media_id_ever_goes_out() -> None:
    with pytest.raises(AccountRecipientError):
        requests_of(replace(ILLEGAL_ACCOUNT, contact_role="cdn"))

    for facts in (ILLEGAL_ACCOUNT, replace(ILLEGAL_ACCOUNT, contact_role="operator")):
        raw = requests_of(facts)[0].raw.decode()
        for secret in (str(ACCOUNT.handle), str(ACCOUNT.number), "v-771", "N4"):
            assert secret not in raw


def test_the_reply_address_has_the_token_that_finds_the_notice() -> None:
    assert requests_of(replace(CDN, reply_token="k3z9"))[0].body["email"] == "replies+k3z9@hotline.example"
    with pytest.raises(UnsafeTextError):
        requests_of(replace(CDN, reply_token="a b"))


def test_fields_are_cut_at_a_word_and_a_long_number_is_left_out() -> None:
    long = replace(SENDER, name="Hotline " * 60, phone="+355 4 000 0000 ext. 12345", mandate_reference="word " * 600)
    body = requests_of(replace(CDN, sender=long))[0].body

    assert body["name"] == "Hotline " * 30 + "Hotline…"
    assert len(body["company"]) <= 100
    assert body["comments"].endswith("word…")
    assert "tele" not in body
    assert requests_of(replace(CDN, sender=replace(SENDER, name="x" * 400)))[0].body["name"] == "x" * 254 + "…"
    with pytest.raises(UnsafeTextError):
        requests_of(replace(CDN, sender=replace(SENDER, name=" ")))


def test_how_to_reach_it_is_told_whole_or_not_at_all() -> None:
    told = replace(PICTURE, access_steps="the passphrase is: correct horse")
    assert (
        "How to reach I31: the passphrase is: correct horse"
        in requests_of(replace(CDN, addresses=(told,)))[0].body["justification"]
    )

    with pytest.raises(NoticeError, match="Shorten the access steps or split"):
        requests_of(replace(CDN, addresses=(replace(PICTURE, access_steps="step " * 1000),)))


def test_a_notice_without_an_address_is_refused() -> None:
    with pytest.raises(UnsafeTextError):
        requests_of(replace(CDN, addresses=()))


def test_a_request_shows_no_address_when_it_is_printed() -> None:
    assert "img.example" not in repr(requests_of(CDN)[0])


def test_what_is_sent_is_the_body_that_is_shown() -> None:
    (request,) = requests_of(
        replace(CDN, addresses=(PICTURE, ReportedAddress("I9", "https://img.example/x", "page", NOW)))
    )

    assert json.loads(request.raw) == request.body
    assert request.raw.isascii()
