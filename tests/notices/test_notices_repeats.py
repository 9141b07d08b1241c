"""What a notice says of re-uploads and accounts, to whom it may say it, and that no fact can make it say more."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from notice_samples import (
    ACCOUNT,
    AGAIN,
    HARMFUL,
    HARMFUL_AGAIN,
    ILLEGAL,
    ILLEGAL_ACCOUNT,
    ILLEGAL_AGAIN,
    PAGE,
    PICTURE,
    PROFILE,
    REPEAT,
    VIDEO,
)
from write_golden import golden_facts

from notices.errors import AccountRecipientError, ForbiddenWordError, NoticeError, UnsafeTextError
from notices.facts import LANGUAGES, Account, NoticeFacts, Repeat
from notices.render import Mail, mail

NOT_THE_PLATFORM = ("host", "cdn", "registrar", "upstream", "search_engine", "partner")


def with_account(account: Account, facts: NoticeFacts = ILLEGAL_ACCOUNT) -> NoticeFacts:
    return replace(facts, addresses=(replace(facts.addresses[0], account=account),))


def sentences(made: Mail) -> str:
    return " ".join(made.body.split())


@pytest.mark.parametrize("control", ["\n", "\r\nBcc: x@y.example", "\x00", "\x85", "\u2028", "\x7f", "\ud800"])
@pytest.mark.parametrize("field", ["handle", "number", "platform_media", "told"])
def test_no_account_media_or_history_can_add_a_line_or_a_header(field: str, control: str) -> None:
    text = f"x{control}y"
    changed: dict[str, dict[str, Any]] = {
        "handle": {"account": Account(text, None)},
        "number": {"account": Account(None, text)},
        "platform_media": {"platform_media": text},
        "told": {"repeat": replace(REPEAT, told=(text,))},
    }

    with pytest.raises(UnsafeTextError, match=field):
        mail(replace(ILLEGAL_ACCOUNT, addresses=(replace(VIDEO, **changed[field]),)))


@pytest.mark.parametrize(
    "handle",
    [
        "{{ facts.sender.name }}{% raw %}",  # looks like a template
        "=?utf-8?q?x?= =0D=0A",  # looks like two mail encodings
        "a " * 60 + "b",  # wider than a line, with blanks
        "<script>alert(1)</script>",  # looks like markup
        "\u202eana\u202c",  # reversed
        "https://other.example/",  # looks like an address
    ],
)
def test_odd_handle_arrives_exactly_as_it_is_on_a_line_of_its_own(handle: str) -> None:
    made = mail(with_account(Account(handle, None)))

    assert f"   Account: {handle}" in made.body.split("\n")
    assert made.body.count(handle) == 1


@pytest.mark.parametrize("told", ["https://other.example/1", "other.example", "n3", "N", "N3, N4", "N3 ", "", "N٣"])
def test_earlier_notice_is_named_by_its_number_and_by_nothing_else(told: str) -> None:
    with pytest.raises(UnsafeTextError, match=r"addresses\[0\]\.repeat\.told"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, repeat=replace(REPEAT, told=("N1", told))),)))


@pytest.mark.parametrize("changes", [{"times": 0}, {"times": -1}, {"hosts": 0}])
def test_history_of_nothing_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(UnsafeTextError, match=r"addresses\[1\]\.repeat"):
        mail(replace(ILLEGAL, addresses=(PAGE, replace(PICTURE, repeat=replace(REPEAT, **changes)))))


def test_time_of_a_history_has_a_zone() -> None:
    with pytest.raises(UnsafeTextError, match="first_seen_at"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, repeat=Repeat(1, datetime(2026, 1, 3), 1)),)))  # noqa: DTZ001


@pytest.mark.parametrize("role", NOT_THE_PLATFORM)
def test_account_is_named_to_nobody_but_who_runs_the_platform(role: str) -> None:
    facts = replace(ILLEGAL, contact_role=role, addresses=(PAGE, replace(PICTURE, account=ACCOUNT)))

    with pytest.raises(AccountRecipientError) as caught:
        mail(facts)

    assert isinstance(caught.value, NoticeError)
    assert str(caught.value) == (
        f"N5 would name the account of I31 to a {role} contact; only operator and platform contacts may "
        "learn of an account. Leave the account out for this receiver; a retry does not help."
    )


@pytest.mark.parametrize("role", NOT_THE_PLATFORM)
def test_media_id_is_given_to_nobody_but_who_runs_the_platform(role: str) -> None:
    address = replace(VIDEO, url="https://img.example/1", account=None)
    made = mail(replace(ILLEGAL, contact_role=role, addresses=(address,)))

    assert "v-771" not in made.raw.decode()
    assert "media id" not in made.body
    assert "uploaded again, by your own means." in sentences(made)


@pytest.mark.parametrize("role", ["operator", "platform"])
def test_platform_is_told_handle_number_and_media(role: str) -> None:
    lines = mail(replace(ILLEGAL_ACCOUNT, contact_role=role)).body.split("\n")

    assert [line for line in lines if "ccount" in line[:10] or "Media" in line] == [
        *("   Account: @ana.2", "   Account number: 9081726354", "   Media id at the platform: v-771")
    ]


@pytest.mark.parametrize(
    ("account", "shown"),
    [(Account("ana", None), ["Account"]), (Account(None, "7"), ["Account number"]), (Account("", None), [])],
)
def test_only_what_is_known_of_an_account_has_a_line(account: Account, shown: list[str]) -> None:
    lines = mail(with_account(account)).body.split("\n")

    assert [line.strip().partition(": ")[0] for line in lines if line.startswith("   Account")] == shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [ILLEGAL_ACCOUNT, HARMFUL_AGAIN])
@pytest.mark.parametrize("is_test", [False, True])
def test_no_account_and_no_media_id_stands_in_a_header(facts: NoticeFacts, language: Any, is_test: bool) -> None:
    to = "test@hotline.example" if is_test else None
    made = mail(replace(facts, language=language, is_urgent=True, round=2, test_mode_to=to))
    headers = made.raw.decode().partition("\r\n\r\n")[0]

    for secret in (ACCOUNT.handle, ACCOUNT.number, "v-771", "ana"):
        assert secret not in made.subject
        assert secret not in headers


@pytest.mark.parametrize(("language", "warned"), [("en", "owner as proven"), ("sq", "pronësinë e saj si të provuar")])
def test_named_account_is_never_called_the_uploaders(language: Any, warned: str) -> None:
    assert warned in sentences(mail(replace(ILLEGAL_ACCOUNT, language=language)))
    assert warned not in sentences(mail(replace(ILLEGAL_AGAIN, language=language)))
    assert not any("offender" in mail(facts).body for facts in golden_facts().values())


@pytest.mark.parametrize("word", ["csam", "illegal", "pornografi"])
def test_handle_may_hold_any_word_in_a_harmful_notice(word: str) -> None:
    address = replace(PROFILE, account=Account(word, word), platform_media=word)

    assert f"   Account: {word}\n" in mail(replace(HARMFUL, addresses=(address,))).body


@pytest.mark.parametrize(
    ("handle", "word"),
    [("l", "illegal"), ("illegal", "illegal"), ("csam", "csam"), (": ", "csam"), ("Account", "csam")],
)
def test_no_handle_hides_a_word_of_crime_elsewhere(handle: str, word: str) -> None:
    address = replace(PROFILE, account=Account(handle, handle), platform_media=handle)

    with pytest.raises(ForbiddenWordError):
        mail(replace(HARMFUL, addresses=(address,), platform_rule=f"Rule on {word} things"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "put up again 4 times since 2026-01-03, at 3 hosts; you were told in N1, N4."),
        ({"told": ()}, "put up again 4 times since 2026-01-03, at 3 hosts."),
        ({"times": 1, "hosts": 1, "told": ("N3",)}, "1 time since 2026-01-03, at 1 host; you were told in N3."),
        # Half past midnight in Tirana is still the day before in UTC.
        ({"first_seen_at": datetime(2026, 1, 4, 0, 30, tzinfo=timezone(timedelta(hours=1)))}, "since 2026-01-03, at"),
    ],
)
@pytest.mark.parametrize(("facts", "noun"), [(ILLEGAL, "material"), (HARMFUL, "content")])
def test_history_is_told_in_one_sentence(facts: NoticeFacts, noun: str, changes: dict[str, Any], said: str) -> None:
    address = replace(facts.addresses[0], repeat=replace(REPEAT, **changes))
    text = sentences(mail(replace(facts, addresses=(address,))))

    assert said in text
    assert f"PUT UP AGAIN The same {noun} was" in text


def test_same_history_is_told_once_for_all_its_addresses() -> None:
    other = replace(REPEAT, times=9)
    order = [REPEAT, REPEAT, REPEAT, None, REPEAT, other, REPEAT]
    addresses = tuple(replace(PICTURE, item=f"I{n}", repeat=repeat) for n, repeat in enumerate(order))
    text = sentences(mail(replace(ILLEGAL, addresses=addresses)))

    assert "Addresses 1-3, 5 and 7: The same material was put up again 4 times" in text
    assert "Address 6: The same material was put up again 9 times" in text
    assert text.count("put up again") == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "the hashes given below: SHA-256, MD5, PDQ."),
        ({"md5": None, "pdq": None}, "the hashes given below: SHA-256."),
        ({"sha256": None, "md5": None}, "the hashes given below: PDQ."),
        ({"sha256": None, "md5": None, "pdq": None}, "your own means."),
    ],
)
def test_illegal_notice_asks_to_block_by_the_hashes_it_gives(given: dict[str, None], named: str) -> None:
    text = sentences(mail(replace(ILLEGAL, addresses=(replace(AGAIN, **given),))))

    assert f"Please block it from being uploaded again, by {named}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_harmful_notice_asks_to_block_without_a_word_of_hashes(language: Any) -> None:
    address = replace(AGAIN, url=PROFILE.url, verdict="harmful", account=ACCOUNT)
    for media in (None, "v-1"):
        facts = replace(HARMFUL, language=language, addresses=(replace(address, platform_media=media),))
        text = mail(facts).raw.decode() + mail(facts).body

        assert not any(word in text for word in ("SHA", "MD5", "PDQ", "hash", "ab" * 32, "cd" * 16, "ef" * 32))
        assert ("uploaded again, by your own means" if language == "en" else "me mjetet tuaja") in " ".join(
            text.split()
        )


@pytest.mark.parametrize("facts", [ILLEGAL, HARMFUL])
def test_no_block_is_asked_for_where_it_is_not_wanted(facts: NoticeFacts) -> None:
    address = replace(facts.addresses[0], repeat=replace(REPEAT, asks_block=False))
    text = sentences(mail(replace(facts, addresses=(address,))))

    assert "put up again 4 times" in text
    assert "Please block it" not in text


def test_notice_without_a_history_has_no_word_of_one() -> None:
    assert "PUT UP AGAIN" not in mail(ILLEGAL).body
    assert mail(replace(ILLEGAL, addresses=(replace(PICTURE, platform_media="v-1"), PAGE))).raw == mail(ILLEGAL).raw
