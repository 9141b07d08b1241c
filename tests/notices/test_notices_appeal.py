"""The answer to an objection: in the thread, in either language, with the words of who looked at it."""

from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from notice_samples import NOW, SENDER
from write_golden import ANSWER, FIRST_ROUND, SECOND_ROUND, golden_answers

from notices.appealtext import MAX_TEXT, appeal_answer
from notices.errors import ForbiddenWordError, MissingTextError, UnsafeTextError
from notices.facts import LANGUAGES, EarlierNotice
from notices.guard import forbidden_word
from notices.render import mail_from_raw


@pytest.mark.parametrize("name", sorted(golden_answers()))
def test_every_answer_parses_to_what_was_written(name: str) -> None:
    answer = golden_answers()[name]
    made = appeal_answer(answer)
    message = message_from_bytes(made.raw, policy=policy.default)

    assert mail_from_raw(made.raw) == made
    assert appeal_answer(answer).raw == made.raw
    assert made.message_id == "<a2.r1.h7f3@hotline.example>"
    assert message["To"] == (answer.test_mode_to or answer.contact_address)
    assert str(message["References"]).split() == [FIRST_ROUND.message_id, SECOND_ROUND.message_id]
    assert "Auto-Submitted" not in message
    assert "[N5] " in made.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_upheld", [True, False])
def test_answer_says_what_comes_of_it_and_where_to_write_next(language: Any, is_upheld: bool) -> None:
    text = " ".join(appeal_answer(replace(ANSWER, language=language, is_upheld=is_upheld)).body.split())
    withdrawn, stays = {
        "en": ("we withdraw the notice", "The notice stays"),
        "sq": ("e tërheqim njoftimin", "Njoftimi mbetet"),
    }[language]

    assert (withdrawn in text, stays in text) == (is_upheld, not is_upheld)
    assert text.count(SENDER.reply_to) == (1 if is_upheld else 2)
    assert forbidden_word(text) is None


@pytest.mark.parametrize(("language", "said"), [("en", "of 20 November 2026"), ("sq", "i datës 20 nëntor 2026")])
def test_answer_names_the_day_of_the_objection_where_it_is_known(language: Any, said: str) -> None:
    answer = replace(ANSWER, language=language)

    assert f", {said}," in appeal_answer(answer).body
    assert appeal_answer(replace(answer, objected_at=None)).body.count("2026") == 2  # written at, and the mandate


def test_text_keeps_its_lines_and_its_first_letter() -> None:
    made = appeal_answer(replace(ANSWER, text="\n.One {{ 7*7 }}\r\nFrom two\n\nthree\n"))

    assert "\n.One {{ 7*7 }}\nFrom two\n\nthree\n" in made.body
    assert b"\r\nFrom two" not in made.raw


@pytest.mark.parametrize("control", ["\x00", "\r", "\x85", "\u2028", "\x1b[31m", "\ud800"])
@pytest.mark.parametrize("field", ["text", "number", "reference", "home", "contact_address"])
def test_no_fact_of_an_answer_holds_a_control_character(field: str, control: str) -> None:
    with pytest.raises(UnsafeTextError):
        appeal_answer(replace(ANSWER, **{field: f"x{control}y"}))


@pytest.mark.parametrize("field", ["reference", "number", "home"])
def test_only_the_text_has_lines(field: str) -> None:
    with pytest.raises(UnsafeTextError, match=field):
        appeal_answer(replace(ANSWER, **{field: "x\nBcc: y@z.example"}))


@pytest.mark.parametrize(("text", "is_upheld"), [("x" * (MAX_TEXT + 1), True), ("x" * 5000, False), (" \n ", False)])
def test_text_that_is_missing_or_too_long_is_refused(text: str, is_upheld: bool) -> None:
    with pytest.raises(UnsafeTextError, match="characters"):
        appeal_answer(replace(ANSWER, text=text, is_upheld=is_upheld))


def test_answer_about_harmful_content_has_no_word_of_crime() -> None:
    appeal_answer(replace(ANSWER, kind="harmful"))
    with pytest.raises(ForbiddenWordError, match="text"):
        appeal_answer(replace(ANSWER, kind="harmful", text="it is not illegal"))


def test_answer_in_a_language_without_texts_and_with_a_bad_thread_is_refused() -> None:
    with pytest.raises(MissingTextError):
        appeal_answer(replace(ANSWER, language="de"))  # type: ignore[arg-type]
    with pytest.raises(UnsafeTextError, match="earlier"):
        appeal_answer(replace(ANSWER, earlier=(EarlierNotice("N5", "<a b>", NOW),)))


def test_answers_of_the_owner_find_their_way_by_the_token() -> None:
    message = message_from_bytes(appeal_answer(replace(ANSWER, reply_token="0123456789abcdef")).raw)

    assert message["Reply-To"] == "replies+0123456789abcdef@hotline.example"
