"""Sheets for report forms: what must not stand in one, what is never cut, and what is said when it does not fit."""

import string
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from notice_samples import ACCOUNT, CITATION, HARMFUL, ILLEGAL, PICTURE, PROFILE, SENDER, VIDEO, repeated
from write_golden_sheets import GOLDEN_SHEETS, PLATFORMS, fake_profile, form_of, golden_sheets, video

from hotline.platforms import load_platforms
from hotline.platforms.tables import FORM_VALUES
from notices import guard
from notices.errors import (
    AccountRecipientError,
    ForbiddenWordError,
    MissingTextError,
    NoticeError,
    UncheckedCitationError,
    UnsafeTextError,
    WrongRecipientError,
)
from notices.facts import GROUNDS, LANGUAGES, Account, NoticeFacts
from notices.sheetforms import VALUES, size
from notices.sheets import Form, FormField, Sheet, plain_form, sheet, sheets
from notices.sheetwords import load_sheetwords, role_of

ADDRESS = "https://social.example/report"


def form(*fields: FormField, platform: str = "Sample Network") -> Form:
    return Form(platform, ADDRESS, fields)


URLS, TELL = FormField("Links", "urls", 200, True), FormField("Tell us", "description", 2000, True)
SHORT = form(URLS, TELL)
ROOMY = form(FormField("Links", "urls"), FormField("Tell us", "description"))


def texts(made: Sheet) -> dict[str, str]:
    return {line.value: line.text for line in made.lines}


def at(*urls: str, facts: NoticeFacts = HARMFUL) -> NoticeFacts:
    """The notice with one profile for each of these addresses."""
    found = [replace(PROFILE, item=f"I{number}", url=url) for number, url in enumerate(urls, 100)]
    return replace(facts, addresses=tuple(found))


# ---- what must not go into a form


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        (replace(HARMFUL, contact_role="host"), WrongRecipientError, "only who runs the platform"),
        (replace(HARMFUL, contact_role="search_engine"), WrongRecipientError, "only who runs the platform"),
        (replace(HARMFUL, platform="Other Network"), WrongRecipientError, "Choose its own form"),
        (replace(HARMFUL, ground="rudeness"), MissingTextError, "no text for ground"),
        (replace(HARMFUL, ground=None), MissingTextError, "no text for ground"),
        (replace(HARMFUL, citations=(CITATION,)), UncheckedCitationError, "cites no law"),
        (replace(HARMFUL, language="de"), MissingTextError, "no texts in language"),
        (replace(HARMFUL, addresses=()), UnsafeTextError, "at least one item"),
        (replace(HARMFUL, addresses=(PROFILE, PROFILE)), UnsafeTextError, "stands twice"),
        (replace(HARMFUL, reply_token="short"), UnsafeTextError, "reply_token"),
        (replace(ILLEGAL, kind="correction"), UnsafeTextError, "names the notices"),
        (replace(ILLEGAL, contact_role="search_engine", addresses=(VIDEO,)), AccountRecipientError, "account"),
        (replace(HARMFUL, rendered_at=datetime(2026, 1, 1)), UnsafeTextError, "time zone"),  # noqa: DTZ001
    ],
)
def test_what_must_not_go_into_a_form_is_refused(facts: NoticeFacts, error: type[NoticeError], says: str) -> None:
    with pytest.raises(error, match=says):
        sheets(facts, ROOMY)


@pytest.mark.parametrize("bad", ["\n", "\r\nEmail: x@evil.example", "\x1b[31m", "\u2028", "\ud800", "\x00"])
@pytest.mark.parametrize(
    "place",
    [
        lambda bad: (at(f"https://social.example/{bad}"), ROOMY),
        lambda bad: (replace(HARMFUL, platform_rule=f"Rule {bad}"), ROOMY),
        lambda bad: (replace(HARMFUL, for_whom=f"mother{bad}"), ROOMY),
        lambda bad: (replace(HARMFUL, genuine=(f"https://social.example/{bad}",)), ROOMY),
        lambda bad: (replace(HARMFUL, addresses=(replace(PROFILE, access_steps=f"open {bad}"),)), ROOMY),
        lambda bad: (replace(HARMFUL, addresses=(replace(PROFILE, account=Account(f"@a{bad}", None)),)), ROOMY),
        lambda bad: (HARMFUL, form(FormField(f"Links{bad}", "urls"))),
        lambda bad: (replace(HARMFUL, platform=None), form(URLS, platform=f"Net{bad}")),
        lambda bad: (HARMFUL, Form("Sample Network", f"https://social.example/{bad}", (URLS,))),
    ],
)
def test_no_control_character_gets_into_a_sheet(bad: str, place: object) -> None:
    facts, asked = place(bad)  # type: ignore[operator]
    with pytest.raises(UnsafeTextError, match="line break or control character"):
        sheets(facts, asked)


@pytest.mark.parametrize(
    ("facts", "asked", "where"),
    [
        (replace(HARMFUL, platform_rule="Rules on CSAM"), ROOMY, r"platform_rule"),
        (replace(HARMFUL, platform_rule="Rregulli për abuzimin seksual"), ROOMY, r"platform_rule"),
        (replace(HARMFUL, sender=replace(SENDER, name="Illegal Content Hotline")), ROOMY, r"name"),
        (replace(HARMFUL, addresses=(replace(PROFILE, access_steps="open the criminal one"),)), ROOMY, "access_steps"),
        (HARMFUL, form(URLS, FormField("Child sexual exploitation", "description")), r"fields\[1\]\.label"),
        (replace(HARMFUL, platform=None), replace(plain_form("Porno", ADDRESS), platform="Pornogram"), "platform"),
        (replace(HARMFUL, platform_rule="i\u200bllegal"), ROOMY, r"platform_rule"),
    ],
)
def test_no_word_of_crime_stands_in_a_harmful_sheet(facts: NoticeFacts, asked: Form, where: str) -> None:
    asked = replace(asked, fields=(*asked.fields, FormField("Name", "name")))
    with pytest.raises(ForbiddenWordError, match=where):
        sheets(facts, asked)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_ground_goes_into_every_form_without_a_word_of_crime_or_a_hash(
    platform: str, ground: str, language: str
) -> None:
    facts = replace(fake_profile(platform, language), ground=ground)  # type: ignore[arg-type]
    (made,) = sheets(facts, form_of(platform))

    assert made.missing == ()
    assert guard.forbidden_word(made.text.replace(made.address, "")) is None
    for hash_ in (PROFILE.sha256, PROFILE.md5, PROFILE.pdq):
        assert str(hash_) not in made.text
    for line in made.lines:
        assert line.max_chars is None or size(line.text) <= line.max_chars


def test_a_word_that_stands_in_an_address_or_a_handle_does_not_hold_a_sheet_up() -> None:
    address = replace(PROFILE, url="https://social.example/@illegal", account=Account("@illegal", "77"))
    facts = replace(HARMFUL, addresses=(address,))
    asked = form(URLS, FormField("Account", "account"), TELL)

    assert texts(sheet(facts, asked))["account"] == "@illegal"
    assert "Account: @illegal." in texts(sheet(facts, ROOMY))["description"]


def test_a_harmful_sheet_has_no_hashes_even_where_a_form_asks_for_them() -> None:
    asked = form(URLS, FormField("Hashes", "hashes"))

    assert "hashes" not in texts(sheet(HARMFUL, asked))
    illegal = replace(ILLEGAL, contact_role="platform", addresses=(PICTURE,), citations=())
    assert texts(sheet(illegal, asked))["hashes"] == f"SHA-256: {'ab' * 32}\nMD5: {'cd' * 16}\nPDQ: {'ef' * 32}"
    assert "ab" * 32 not in sheet(illegal, form(URLS, TELL)).text


def test_no_sheet_quotes_a_law() -> None:
    made = sheet(replace(ILLEGAL, contact_role="platform"), SHORT)

    assert not any(word in made.text for word in (CITATION.statute, CITATION.article, CITATION.text_en))


@pytest.mark.parametrize("written", ["Ana Shembulli", "Ana's mother", "nëna e Anës", "mother: Ana", "the child Ana"])
def test_a_name_never_gets_into_a_form_where_a_role_is_asked_for(written: str) -> None:
    facts = replace(HARMFUL, for_whom=written, authorised_by=written)
    asked = form(URLS, FormField("For whom", "for_whom", is_required=True), FormField("By whom", "authorised_by"), TELL)
    made = sheet(facts, asked)

    assert written not in made.text
    assert (texts(made)["for_whom"], texts(made)["authorised_by"]) == ("", "")
    assert len(made.missing) == 1
    assert "a name is never put in / " in made.missing[0]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mother", "mother"),
        ("The child's mother", "mother"),
        ("  the  child’s MOTHER ", "mother"),
        ("Nëna e fëmijës", "mother"),
        ("child_protection", "child_protection"),
        ("një i afërm", "relative"),
        ("mother and father", None),
        ("", None),
        (None, None),
    ],
)
def test_a_role_is_known_in_both_languages(written: str | None, code: str | None) -> None:
    assert role_of(written) == code


def test_what_is_written_like_a_template_stays_as_it_is() -> None:
    tricky = "{{ facts.home }} {reference} {0} %s ${x}"
    address = replace(PROFILE, url="https://social.example/{reference}", access_steps=tricky)
    facts = replace(
        HARMFUL, addresses=(replace(address, account=Account("{handle}", None)),), genuine=("https://a.example/{url}",)
    )
    made = sheet(replace(facts, platform_rule="{rule}"), ROOMY)

    for text in (f"To reach it (I50): {tricky}", "Account: {handle}.", "https://a.example/{url}", "Rule: {rule}."):
        assert text in made.text
    assert "h7f3" not in made.text


def test_a_form_that_is_no_https_address_is_refused() -> None:
    for address in ("http://social.example/", "javascript:alert(1)", "abuse@social.example"):
        with pytest.raises(UnsafeTextError, match="no https address"):
            sheets(HARMFUL, Form("Sample Network", address, (URLS,)))


def test_a_form_with_an_unknown_field_or_none_that_says_where_is_refused() -> None:
    with pytest.raises(UnsafeTextError, match="asks for 'password'"):
        sheets(HARMFUL, form(URLS, FormField("Password", "password")))
    with pytest.raises(NoticeError, match="no field that says where it is"):
        sheets(HARMFUL, form(FormField("Name", "name")))
    with pytest.raises(NoticeError, match="no field that says where it is"):
        sheets(HARMFUL, form(replace(URLS, kinds=("illegal",)), FormField("Name", "name")))


# ---- what does not fit


def test_addresses_that_do_not_fit_make_several_sheets_and_none_is_cut_or_lost() -> None:
    urls = [f"https://social.example/{'p' * number}" for number in range(1, 60)]
    made = sheets(at(*urls), SHORT)

    assert [url for one in made for url in texts(one)["urls"].split("\n")] == urls
    assert [item for one in made for item in one.items] == [f"I{number}" for number in range(100, 159)]
    assert all(size(texts(one)["urls"]) <= 200 for one in made)
    assert [(one.number, one.count) for one in made] == [(number, len(made)) for number in range(1, len(made) + 1)]
    assert f"Sheet 2 of {len(made)} for" in made[1].text
    with pytest.raises(NoticeError, match=f"needs {len(made)} forms"):
        sheet(at(*urls), SHORT)


def test_two_items_at_one_address_are_one_line() -> None:
    made = sheet(at("https://social.example/a", "https://social.example/a"), SHORT)

    assert texts(made)["urls"] == "https://social.example/a"
    assert made.items == ("I100", "I101")


def test_an_address_longer_than_the_field_holds_up_its_own_form_only() -> None:
    long = f"https://social.example/{'a' * 200}"
    first, second = sheets(at(long, "https://social.example/b"), SHORT)

    assert first.missing == (
        "Links: addresses – longer than the field takes, and not to be cut / "
        "adresat – tekst më i gjatë se fusha, që nuk duhet shkurtuar",
    )
    assert texts(first)["urls"] == ""
    assert "NOT READY" in first.text
    assert (second.missing, texts(second)["urls"]) == ((), "https://social.example/b")


def test_signs_are_counted_as_a_browser_counts_them() -> None:
    url = "https://social.example/" + "😀" * 20
    limit = len(url) + 20

    assert sheet(at(url), form(FormField("Links", "urls", limit), TELL)).lines[0].text == url
    assert sheet(at(url), form(FormField("Links", "urls", limit - 1), TELL)).lines[0].problem == "too_long"


def test_a_form_for_one_address_is_filled_in_once_for_each() -> None:
    made = sheets(at("https://a.example/", "https://b.example/"), form(FormField("Link", "url", 100, True), TELL))

    assert [texts(one)["url"] for one in made] == ["https://a.example/", "https://b.example/"]


def test_a_form_that_asks_for_the_account_is_filled_in_once_for_each_account() -> None:
    accounts = [ACCOUNT, Account("@other", "5"), ACCOUNT, None]
    found = [
        replace(PROFILE, item=f"I{number}", url=f"https://social.example/{number}", account=account)
        for number, account in enumerate(accounts)
    ]
    facts = replace(HARMFUL, addresses=tuple(found))
    made = sheets(facts, form(URLS, FormField("Account", "account"), TELL))

    assert [(texts(one)["account"], one.items) for one in made] == [
        ("@ana.2", ("I0", "I2")),
        ("@other", ("I1",)),
        ("", ("I3",)),
    ]
    assert len(sheets(facts, form(URLS, TELL))) == 1


@pytest.mark.parametrize("limit", range(150, 1400, 50))
def test_a_description_is_fitted_by_whole_sentences_from_its_end_and_says_what_it_left_out(limit: int) -> None:
    facts = repeated(replace(HARMFUL, genuine=("https://social.example/@ana.genuine",)))
    (whole,) = (line for line in sheet(facts, ROOMY).lines if line.value == "description")
    made = sheet(facts, form(URLS, replace(TELL, max_chars=limit)))
    (line,) = (one for one in made.lines if one.value == "description")

    assert size(line.text) <= limit
    assert " ".join([line.text, *line.left_out]) == whole.text
    assert bool(line.left_out) == (size(whole.text) > limit)
    assert all(f"- {sentence}" in made.text for sentence in line.left_out)
    assert ("Left out for want of room:" in made.text) == bool(line.left_out)


def test_a_description_with_no_room_for_its_first_sentence_holds_up_the_form() -> None:
    made = sheet(HARMFUL, form(URLS, replace(TELL, max_chars=20)))

    assert texts(made)["description"] == ""
    assert made.missing[0].startswith("Tell us: description – longer than the field takes")


def test_a_form_with_nothing_but_a_description_has_the_addresses_in_it_and_never_cut() -> None:
    urls = [f"https://social.example/{'p' * 40}{number}" for number in range(40)]
    for language in LANGUAGES:
        for limit in (400, 600, 1000):
            facts = replace(at(*urls), language=language)
            made = sheets(facts, form(replace(TELL, max_chars=limit)))
            told = [texts(one)["description"] for one in made]

            assert [line for text in told for line in text.split("\n")[:-1]] == urls
            assert all(size(text) <= limit for text in told)
            assert all(one.missing == () for one in made)


def test_genuine_profiles_that_do_not_fit_are_left_out_whole_and_named() -> None:
    genuine = tuple(f"https://social.example/@ana.{number}" for number in range(5))
    made = sheet(replace(HARMFUL, genuine=genuine), form(URLS, FormField("Genuine", "genuine", 70, True)))
    (line,) = (one for one in made.lines if one.value == "genuine")

    assert line.text.split("\n") == list(genuine[:2])
    assert line.left_out == genuine[2:]
    assert made.missing == ()


def test_an_address_with_blanks_stands_as_a_browser_sends_it_and_every_other_verbatim() -> None:
    one = replace(PROFILE, url="https://social.example/a b", href="https://social.example/a%20b")
    other = replace(PROFILE, item="I51", url="https://social.example/ë", href="https://social.example/%C3%AB")
    made = sheet(replace(HARMFUL, addresses=(one, other)), SHORT)

    assert texts(made)["urls"] == "https://social.example/a%20b\nhttps://social.example/ë"


# ---- what is missing


def test_what_a_form_asks_for_and_nobody_knows_is_named_in_both_languages_and_blocks_that_form_only() -> None:
    facts = replace(fake_profile("Instagram", "en"), genuine=(), for_whom=None, authorised_by=None)
    made = sheet(facts, form_of("Instagram"))

    assert made.missing == (
        "Link to the genuine account: address of the genuine profile – not known / "
        "adresa e profilit të vërtetë – nuk dihet",
        "Who is being impersonated or affected?: for whom we speak, as a role – not known / "
        "në emër të kujt flasim, si rol – nuk dihet",
        "Who authorised you to report this?: who authorised us, as a role – not known / "
        "kush na ka autorizuar, si rol – nuk dihet",
    )
    assert all(one in made.text for one in made.missing)
    assert sheet(replace(facts, ground="hate"), form_of("Instagram")).missing == ()
    assert sheet(replace(facts, platform="Telegram"), form_of("Telegram")).missing == ()


def test_a_field_that_may_stay_empty_stays_so_and_is_shown() -> None:
    made = sheet(replace(HARMFUL, sender=replace(SENDER, phone=None)), form(URLS, FormField("Phone", "phone", 20)))

    assert made.missing == ()
    assert "2. Phone (our phone; optional; 0 of 20 characters)\n\n(leave empty)" in made.text


def test_a_field_is_asked_only_for_its_kinds_and_grounds() -> None:
    asked = form(
        URLS,
        FormField("Rule", "rule", kinds=("harmful",)),
        FormField("Genuine", "genuine", kinds=("harmful",), grounds=("impersonation",)),
        FormField("What", "ground", kinds=("illegal",)),
    )
    illegal = replace(ILLEGAL, contact_role="platform")

    assert list(texts(sheet(HARMFUL, asked))) == ["urls", "rule", "genuine"]
    assert list(texts(sheet(replace(HARMFUL, ground="hate"), asked))) == ["urls", "rule"]
    assert texts(sheet(illegal, asked))["ground"] == "Child sexual abuse material"


def test_the_answer_finds_its_notice_by_the_token_in_our_address() -> None:
    facts = replace(HARMFUL, reply_token="0123456789abcdef")
    made = sheet(facts, form(URLS, FormField("E-mail", "email")))

    assert texts(made)["email"] == "replies+0123456789abcdef@hotline.example"


def test_the_platforms_id_of_a_video_goes_to_the_platform_only() -> None:
    asked = form(URLS, FormField("Video", "media_id"))
    to_platform = video("Sample Network", "en")
    elsewhere = replace(to_platform, contact_role="search_engine", addresses=(replace(VIDEO, account=None),))

    assert [texts(one)["media_id"] for one in sheets(to_platform, asked)] == ["v-771", "v-772"]
    assert texts(sheet(elsewhere, asked))["media_id"] == ""
    assert "v-771" not in sheet(elsewhere, ROOMY).text


def test_an_urgent_sheet_begins_with_the_danger_and_a_test_says_that_no_form_is_to_be_filled_in() -> None:
    urgent = sheet(replace(HARMFUL, is_urgent=True), ROOMY)
    test = sheet(replace(HARMFUL, test_mode_to="test@hotline.example"), ROOMY)

    assert texts(urgent)["description"].startswith("A child may be in danger now")
    assert test.text.startswith("TEST: fill in no form with this sheet.\n")
    assert "notice sent" not in test.text


def test_a_sheet_says_how_to_record_what_the_platform_answers() -> None:
    assert sheet(HARMFUL, ROOMY).text.endswith("hotline notice sent N5 --reference NUMBER\n")


def test_the_same_facts_give_the_same_sheets() -> None:
    facts = fake_profile("X", "sq")

    assert sheets(facts, form_of("X")) == sheets(replace(facts), form_of("X"))


def test_a_form_nobody_wrote_down_gets_what_every_form_asks_for() -> None:
    made = sheet(replace(ILLEGAL, contact_role="search_engine"), plain_form("Sample Search", ADDRESS))

    assert made.missing == ()
    assert "Delist it" in texts(made)["description"]
    assert "Please preserve it" not in texts(made)["description"]


# ---- texts


def test_the_golden_sheets_are_as_they_were_read() -> None:
    assert {path.name for path in GOLDEN_SHEETS.iterdir()} == set(golden_sheets())
    for name, text in golden_sheets().items():
        assert (GOLDEN_SHEETS / name).read_text(encoding="utf-8") == text, name


def test_both_languages_have_the_same_words_with_the_same_parts() -> None:
    def parts(language: str) -> dict[tuple[str, str], set[str | None]]:
        return {
            (group, code): {part for _, part, _, _ in string.Formatter().parse(text)} - {None}
            for group, rows in load_sheetwords()[language].items()
            for code, text in rows.items()
        }

    assert set(load_sheetwords()) == set(LANGUAGES)
    assert parts("en") == parts("sq")
    assert all(
        text.strip() for groups in load_sheetwords().values() for rows in groups.values() for text in rows.values()
    )


def test_every_word_is_used_and_every_value_has_one() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(guard.__file__).parent.glob("sheet*.py"))
    english = load_sheetwords()["en"]

    assert set(english["value"]) == set(VALUES)
    assert english["role_of"].keys() == english["accepts"].keys()
    for group in ("print", "sentence", "why"):
        assert [code for code in english[group] if f'"{code}"' not in sources] == [], group


def test_the_tables_of_platforms_and_the_sheets_know_the_same_values() -> None:
    assert FORM_VALUES == VALUES
    assert {one.name for one in load_platforms() if one.form_fields} == set(PLATFORMS)


def test_a_correction_takes_back_what_was_reported_and_asks_for_nothing() -> None:
    made = golden_sheets()["X-correction-en.txt"]

    assert "We withdraw what we reported to you about this (N5)." in made
    assert guard.forbidden_word(made) is None
    assert "Remove" not in made
