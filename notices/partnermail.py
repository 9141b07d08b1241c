"""The mail that a sealed report or correction for a partner hotline leaves in: it says that there is one, and nothing
of what stands in it. Knows no key."""

from functools import partial

from notices import attachments, guard, mailtext, words, wrapping
from notices.errors import MissingTextError, WrongRecipientError
from notices.facts import LANGUAGES, NoticeFacts
from notices.letterhead import headers, message_id, require_mailboxes, require_thread
from notices.render import Mail, environment

__all__ = ["partner_mail"]


def partner_mail(facts: NoticeFacts, sealed: bytes) -> Mail:
    """The mail around what `sealing.seal` made of the export or the text of a correction.

    Raises:
        WrongRecipientError: it is not to a partner hotline.
        UnsafeTextError, MissingTextError: a fact that must not go out, or a text that is not there.
        AttachmentError: what should be sealed is not.
    """
    _require_sendable(facts)
    name = f"hotline-{facts.number}.{'age' if sealed.startswith(b'-----BEGIN AGE') else 'asc'}"
    subject = _render(facts, name, "subject.txt").strip()
    body = wrapping.wrapped(_render(facts, name, "body.txt").strip("\n"), ()) + "\n"
    identity, recipient = _identity(facts), facts.test_mode_to or facts.contact_address
    thread = (*facts.corrects, *facts.earlier)
    head = headers(facts.sender, recipient, subject, identity, facts.rendered_at, thread, facts.reply_token)
    raw = mailtext.write_message(head, body, [(name, sealed)])
    attachments.require_outgoing(raw)
    return Mail(identity, recipient, subject, body, raw, (name,))


def _identity(facts: NoticeFacts) -> str:
    return message_id(facts.number, facts.round, facts.home, facts.sender.from_address)


def _require_sendable(facts: NoticeFacts) -> None:
    if facts.contact_role != "partner" or facts.kind == "harmful":
        raise WrongRecipientError(
            f"{facts.number} is not for a partner hotline, or not about illegal material. Choose another channel for "
            "this contact; a retry does not help."
        )
    guard.require_plain_facts(facts)
    require_mailboxes(facts.sender, facts.contact_address, facts.reply_token, facts.test_mode_to)
    require_thread(_identity(facts), earlier=facts.earlier, corrects=facts.corrects)
    if facts.language not in LANGUAGES:
        raise MissingTextError(f"There are no texts in language “{facts.language}”; use one of {', '.join(LANGUAGES)}.")


def _render(facts: NoticeFacts, name: str, file: str) -> str:
    from jinja2 import UndefinedError

    template = environment().get_template(f"partner/{facts.language}/{file}")
    try:
        return template.render(
            facts=facts,
            name=name,
            word=partial(words.word, facts.language),
            counted=partial(words.counted, facts.language),
            moment=partial(words.utc_moment, facts.language),
        )
    except UndefinedError as error:
        raise MissingTextError(f"{template.name}: {error}") from error
