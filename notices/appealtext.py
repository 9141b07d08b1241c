"""The answer to an owner's objection to a notice, as a mail in the notice's thread. Knows what such an answer says, not
who decided it."""

from dataclasses import replace
from functools import partial

from notices import attachments, guard, letterhead, mailtext, words, wrapping
from notices.errors import MissingTextError, UnsafeTextError
from notices.facts import LANGUAGES, AppealAnswer
from notices.render import Mail, environment

__all__ = ["MAX_TEXT", "appeal_answer"]

MAX_TEXT = 4000
"""The most characters a person may write to an objection."""


def appeal_answer(answer: AppealAnswer) -> Mail:
    """The answer as a mail; the same facts give the same bytes. No file comes with it.

    Raises:
        UnsafeTextError, MissingTextError: a fact that must not go out, or a text that is not there.
        ForbiddenWordError: a word of crime in the answer about a notice of harmful content.
    """
    _require_sendable(answer)
    subject = _render(answer, "subject.txt").strip()
    text = _render(answer, "body.txt").strip("\n")
    if answer.kind != "illegal":
        _require_no_word_of_crime(answer, subject, text)
    body = wrapping.wrapped(text, ()) + "\n"
    recipient, identity = answer.test_mode_to or answer.contact_address, _identity(answer)
    head = letterhead.headers(
        answer.sender, recipient, subject, identity, answer.rendered_at, answer.earlier, answer.reply_token
    )
    raw = mailtext.write_message(head, body)
    attachments.require_outgoing(raw)
    return Mail(identity, recipient, subject, body, raw)


def _identity(answer: AppealAnswer) -> str:
    return letterhead.message_id(answer.number, 1, answer.home, answer.sender.from_address)


def _require_sendable(answer: AppealAnswer) -> None:
    guard.require_plain_facts(replace(answer, text=""))
    for number, line in enumerate(_lines(answer), 1):
        guard.require_plain_facts(line, f"line {number} of the text")
    if len(answer.text) > MAX_TEXT or not (answer.is_upheld or answer.text.strip()):
        raise UnsafeTextError(
            f"The text of an answer has 1 to {MAX_TEXT} characters; only where the notice is withdrawn it may be "
            "left out. Correct that text."
        )
    letterhead.require_mailboxes(answer.sender, answer.contact_address, answer.reply_token, answer.test_mode_to)
    letterhead.require_thread(_identity(answer), earlier=answer.earlier)
    if answer.language not in LANGUAGES:
        raise MissingTextError(f"There are no texts in language “{answer.language}”; use {', '.join(LANGUAGES)}.")


def _lines(answer: AppealAnswer) -> list[str]:
    """The text by lines, however the program it was written in ends them."""
    text = answer.text.replace("\r\n", "\n").strip()
    return text.split("\n") if text else []


def _render(answer: AppealAnswer, name: str) -> str:
    from jinja2 import UndefinedError

    template = environment().get_template(f"appeal/{answer.language}/{name}")
    try:
        return template.render(
            answer=answer,
            lines=_lines(answer),
            long_day=partial(words.long_day, answer.language),
            moment=partial(words.utc_moment, answer.language),
        )
    except UndefinedError as error:
        raise MissingTextError(f"{template.name}: {error}") from error


def _require_no_word_of_crime(answer: AppealAnswer, subject: str, text: str) -> None:
    sender = answer.sender
    mailboxes = [answer.contact_address, answer.test_mode_to or "", sender.from_address, sender.reply_to]
    parts = [("the subject", subject), ("the text", text), ("sender.name", sender.name)]
    guard.require_no_forbidden_word([*parts, ("number or home", f"{answer.number} {answer.home}")], mailboxes, answer)
