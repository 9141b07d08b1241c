"""A notice as a mail: the same facts give the same bytes. Knows what a notice must and must not say, not when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from notices import attachments, guard, mailtext, quoting, repeats, words, wrapping, xarfreports
from notices.errors import MissingTextError, UncheckedCitationError, UnsafeTextError, WrongRecipientError
from notices.facts import GROUNDS, LANGUAGES, RUNS_THE_PLATFORM, Citation, NoticeFacts, ReportedAddress
from notices.letterhead import headers, message_id, require_mailboxes, require_thread

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["TEMPLATES", "Mail", "mail", "mail_from_raw", "message_id"]

_READ_NO_XARF = ("partner", "search_engine")
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail. ``recipient`` is where it goes: the test address in test mode."""

    message_id: str
    recipient: str
    subject: str
    body: str
    """The text as a person reads it, lines ended by LF; what is shown for approval."""
    raw: bytes
    attachments: tuple[str, ...] = ()
    """The names of the files that come with it."""


def mail(facts: NoticeFacts) -> Mail:
    """Render a notice, or the correction of some.

    Raises:
        UnsafeTextError, WrongRecipientError, UncheckedCitationError, MissingTextError: a fact that must not go out.
        ForbiddenWordError: a word of crime in a notice about harmful content or in a correction.
        InvalidXarfError: an address cannot be reported in XARF; names the item.
    """
    _require_sendable(facts)
    subject = _render(facts, "subject.txt").strip()
    text = _render(facts, "body.txt").strip("\n")
    if facts.kind != "illegal":
        _require_no_word_of_crime(facts, subject, text)
    unbroken = [*_verbatim(facts), *filter(None, (_access_line(facts, one) for one in facts.addresses))]
    body = wrapping.wrapped(text, unbroken) + "\n"
    identity = _identity(facts)
    attached = _attachments(facts)
    raw = mailtext.write_message(_headers(facts, identity, subject), body, attached)
    attachments.require_outgoing(raw)
    return Mail(identity, _recipient(facts), subject, body, raw, tuple(name for name, _ in attached))


def _attachments(facts: NoticeFacts) -> list[tuple[str, bytes]]:
    """What an abuse desk's machine reads; partners and search engines have none that reads it."""
    if facts.kind != "illegal" or facts.contact_role in _READ_NO_XARF:
        return []
    return [
        (f"xarf-{one.item}.json", xarfreports.encode(xarfreports.xarf_report(facts, one))) for one in facts.addresses
    ]


def _verbatim(facts: NoticeFacts) -> list[str]:
    """The addresses and what names an account, which stand in the text exactly as they are."""
    return [
        *(address.url for address in facts.addresses),
        *filter(None, (a.href for a in facts.addresses)),
        *facts.genuine,
        *(line for address in facts.addresses for line in _platform_lines(facts, address)),
    ]


def _access_line(facts: NoticeFacts, address: ReportedAddress) -> str:
    """How one gets there. Never broken, for a passphrase may hold blanks; checked for words as any text of ours."""
    steps = address.access_steps
    return f"{words.word(facts.language, 'address_line', 'access')}: {steps}" if steps else ""


def _platform_lines(facts: NoticeFacts, address: ReportedAddress) -> list[str]:
    """How the platform finds the account and the picture in its own books, each with its label.

    Whole lines, so that what a handle says is exempt from the check of words only where the handle stands.
    """
    account = address.account
    known = {"handle": account.handle if account else None, "number": account.number if account else None}
    known["media"] = address.platform_media if repeats.names_media(facts, address) else None
    return [f"{words.word(facts.language, 'platform_line', code)}: {text}" for code, text in known.items() if text]


def _identity(facts: NoticeFacts) -> str:
    return message_id(facts.number, facts.round, facts.home, facts.sender.from_address)


def _recipient(facts: NoticeFacts) -> str:
    return facts.test_mode_to or facts.contact_address


def _headers(facts: NoticeFacts, identity: str, subject: str) -> list[tuple[str, str]]:
    thread = (*facts.corrects, *facts.earlier)
    found = headers(facts.sender, _recipient(facts), subject, identity, facts.rendered_at, thread, facts.reply_token)
    if facts.round > 1:
        # A person approved the first round; repeats go by themselves, and only then may a mail say so (RFC 3834).
        found.append(("Auto-Submitted", "auto-generated"))
    return [*found, ("X-Hotline-Notice", f"{facts.number} round {facts.round}")]


def _render(facts: NoticeFacts, name: str) -> str:
    from jinja2 import UndefinedError

    template = environment().get_template(f"{facts.kind}/{facts.language}/{name}")
    language = facts.language
    try:
        return template.render(
            facts=facts,
            word=partial(words.word, language),
            plural=partial(words.plural, language),
            counted=partial(words.counted, language),
            day=words.utc_day,
            long_day=partial(words.long_day, language),
            moment=partial(words.utc_moment, language),
            moment_there=partial(words.moment_there, language),
            listed=partial(_listed, facts),
            access_line=partial(_access_line, facts),
            citation_line=partial(quoting.citation_line, language),
            platform_lines=partial(_platform_lines, facts),
            put_up_again=repeats.put_up_again(facts),
        )
    except UndefinedError as error:
        raise MissingTextError(f"{template.name}: {error}") from error


def _listed(facts: NoticeFacts, items: Sequence[str]) -> str:
    """The items a page shows by their place in this notice; those noticed elsewhere in one word."""
    places = {address.item: str(place) for place, address in enumerate(facts.addresses, 1)}
    here = [places[item] for item in items if item in places]
    others = [words.word(facts.language, "shows", "elsewhere")] if len(here) < len(items) else []
    return words.listed(facts.language, [*here, *others])


@cache
def environment() -> "Environment":
    """The templates; a name that has no value stops the mail. What stands in a value is never read as a template."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(  # noqa: S701 - plain text; control characters are refused before
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _require_sendable(facts: NoticeFacts) -> None:
    guard.require_plain_facts(facts)
    require_mailboxes(facts.sender, facts.contact_address, facts.reply_token, facts.test_mode_to)
    guard.require_account_route(facts)
    _require_addresses(facts)
    _require_thread(facts)
    if facts.language not in LANGUAGES:
        raise MissingTextError(f"There are no texts in language “{facts.language}”; use one of {', '.join(LANGUAGES)}.")
    if facts.kind == "harmful":
        _require_harmful_route(facts)
    if facts.kind != "illegal" and facts.citations:
        raise UncheckedCitationError(
            "Only a notice about illegal content cites a law, not one about harmful content and no correction. Leave "
            "the citations out."
        )
    for citation in facts.citations:
        _require_checked(citation, facts.rendered_at.astimezone(UTC).date())


def _require_addresses(facts: NoticeFacts) -> None:
    if not facts.addresses:
        raise UnsafeTextError("A notice without an address asks for nothing. Give it at least one item.")
    guard.require_items(address.item for address in facts.addresses)
    for index, address in enumerate(facts.addresses):
        guard.require_time_zone(address.host_zone, f"addresses[{index}].host_zone")
        if address.repeat:
            guard.require_repeat(address.repeat, f"addresses[{index}].repeat")


def _require_thread(facts: NoticeFacts) -> None:
    require_thread(_identity(facts), earlier=facts.earlier, corrects=facts.corrects)
    if (facts.kind == "correction") != bool(facts.corrects):
        raise UnsafeTextError("A correction names the notices that it takes back, and only a correction does.")


def _require_harmful_route(facts: NoticeFacts) -> None:
    if facts.ground not in GROUNDS:
        raise MissingTextError(f"There is no text for ground “{facts.ground}”; use one of {', '.join(GROUNDS)}.")
    if facts.contact_role not in RUNS_THE_PLATFORM:
        raise WrongRecipientError(
            f"{facts.number} is about harmful content and {facts.contact_address} is a {facts.contact_role} contact; "
            "only operator and platform contacts may receive it."
        )


def _require_checked(citation: Citation, on: date) -> None:
    if not citation.checked_by or citation.checked_on is None:
        raise UncheckedCitationError(f"Nobody checked citation “{citation.id}”. Leave it out or have it checked first.")
    if on < citation.valid_from or (citation.valid_to and on > citation.valid_to):
        raise UncheckedCitationError(f"Citation “{citation.id}” is not in force on {on}. Leave it out.")


def _require_no_word_of_crime(facts: NoticeFacts, subject: str, body: str) -> None:
    parts = [("the subject", subject), ("the text", body), ("sender.name", facts.sender.name)]
    identity = f"{facts.number} {facts.home}"
    mailboxes = [facts.contact_address, facts.test_mode_to or "", facts.sender.from_address, facts.sender.reply_to]
    exempt = [*_verbatim(facts), *mailboxes]
    guard.require_no_forbidden_word([*parts, ("number or home", identity)], exempt, facts)


def mail_from_raw(raw: bytes) -> Mail:
    """Reads a mail that `mail` wrote back into its parts, for showing what was sent."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(raw, policy=default)
    text = message.get_body(("plain",))
    body = text.get_content().replace("\r\n", "\n") if text is not None else ""
    names = attachments.names_of(message)
    return Mail(str(message["Message-ID"]), str(message["To"]), str(message["Subject"]), body, raw, names)
