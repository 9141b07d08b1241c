"""The sentences of a description in a report form, the most important first, so that what is dropped for want of room
is what can best be missed. Knows no form but which of its fields say something already."""

from collections.abc import Collection, Iterator, Sequence

from notices import repeats, words
from notices.errors import MissingTextError
from notices.facts import Language, NoticeFacts, ReportedAddress
from notices.sheetforms import size
from notices.sheetwords import phrase

__all__ = ["account_line", "lead_length", "sentences", "statement"]


def sentences(facts: NoticeFacts, some: Sequence[ReportedAddress], told: Collection[str]) -> list[str]:
    """What the form is told of these addresses; `told` are the values that have a field of their own there."""
    if facts.kind == "correction":
        return list(_withdrawal(facts))
    return [*_lead(facts, some), *_where(facts, some, told), *_more(facts, some, told)]


def lead_length(facts: NoticeFacts) -> int:
    """How many characters the sentences take that no description may lack, however many addresses there are."""
    shapes = (facts.addresses[:1], facts.addresses)
    return max(size(" ".join(_lead(facts, some))) for some in shapes)


def statement(facts: NoticeFacts) -> list[str]:
    """The statement of good faith that forms ask for."""
    return [_say(facts, "statement"), _say(facts, "request")]


def account_line(facts: NoticeFacts, code: str, text: str) -> str:
    """How the platform finds something in its own books, as one line that is left as it is."""
    return f"{words.word(facts.language, 'platform_line', code)}: {text}."


def _say(facts: NoticeFacts, code: str, **parts: object) -> str:
    return phrase(facts.language, "sentence", code, **parts)


def _lead(facts: NoticeFacts, some: Sequence[ReportedAddress]) -> Iterator[str]:
    """What it is and what is asked."""
    if facts.kind == "correction":
        yield from list(_withdrawal(facts))[:2]
        return
    if facts.is_urgent:
        yield _say(facts, "urgent")
    if facts.kind == "harmful":
        yield from _of_ground(facts.language, str(facts.ground))
    else:
        yield words.plural(facts.language, len(some), _say(facts, "illegal_one"), _say(facts, "illegal_other"))
        yield words.word(facts.language, "role_ask", facts.contact_role)


def _of_ground(language: Language, ground: str) -> tuple[str, str]:
    """Why, and what is asked, as the mails of this ground say it."""
    from jinja2 import TemplateError

    from notices.render import environment

    try:
        told = environment().get_template(f"harmful/{language}/ground/{ground}.txt").module
        return str(told.why()).strip(), str(told.ask()).strip()  # type: ignore[attr-defined]
    except TemplateError:
        raise MissingTextError(f"There is no text for ground {ground!a} in {language!a}; add its template.") from None


def _where(facts: NoticeFacts, some: Sequence[ReportedAddress], told: Collection[str]) -> Iterator[str]:
    """What is needed to find it, and not to act against the wrong one."""
    for one in some:
        if one.access_steps:
            yield _say(facts, "access", item=one.item, steps=one.access_steps)
    yield from dict.fromkeys(line for one in some for line in _account_lines(facts, one, told))
    if facts.kind == "harmful" and "genuine" not in told:
        yield from (_say(facts, "genuine", url=url) for url in facts.genuine)
    if facts.kind == "harmful" and "rule" not in told and facts.platform_rule:
        yield _say(facts, "rule", rule=facts.platform_rule)


def _account_lines(facts: NoticeFacts, one: ReportedAddress, told: Collection[str]) -> Iterator[str]:
    account = one.account
    if account and account.handle and "account" not in told:
        yield account_line(facts, "handle", account.handle)
    if account and account.number and "account_number" not in told:
        yield account_line(facts, "number", account.number)
    if one.platform_media and repeats.names_media(facts, one) and "media_id" not in told:
        yield account_line(facts, "media", one.platform_media)


def _more(facts: NoticeFacts, some: Sequence[ReportedAddress], told: Collection[str]) -> Iterator[str]:
    if facts.kind == "illegal":
        yield from _about_illegal(facts, some)
    if any(one.account for one in some) or any(one.kind == "profile" for one in some):
        yield _say(facts, "caution")
    if "reference" not in told:
        yield _say(facts, "reference", reference=facts.reference)
    yield from _history(facts, some)
    if facts.police_informed_at and facts.kind == "illegal":
        yield _say(facts, "police", day=words.long_day(facts.language, facts.police_informed_at))
    if "statement" not in told:
        yield from statement(facts)
    seen = max((one.last_online.at for one in some if one.last_online), default=None)
    if seen is not None:
        yield _say(facts, "seen", at=words.utc_moment(facts.language, seen))
    yield _say(facts, "within", hours=words.counted(facts.language, facts.requested_h, "hour"))
    if facts.kind == "harmful":
        yield _say(facts, "records")
        yield _say(facts, "assessed")
    if facts.sender.verification_page:
        yield _say(facts, "verify", page=facts.sender.verification_page)


def _about_illegal(facts: NoticeFacts, some: Sequence[ReportedAddress]) -> Iterator[str]:
    verdicts = sorted({one.verdict for one in some if one.verdict})
    if verdicts:
        meanings = [words.word(facts.language, "verdict_meaning", verdict) for verdict in verdicts]
        yield _say(facts, "classified", meanings="; ".join(meanings))
    yield _say(facts, "assessed")
    if facts.contact_role == "search_engine":
        return
    yield _say(facts, "preserve")
    if facts.no_warning_until:
        yield _say(facts, "no_warning_until", day=words.long_day(facts.language, facts.no_warning_until))
    else:
        yield _say(facts, "no_warning")
    yield _say(facts, "block")


def _history(facts: NoticeFacts, some: Sequence[ReportedAddress]) -> Iterator[str]:
    if facts.earlier:
        yield _say(facts, "earlier", notices=words.listed(facts.language, [one.number for one in facts.earlier]))
    for repeat in dict.fromkeys(one.repeat for one in some if one.repeat):
        times = words.counted(facts.language, repeat.times, "time")
        yield _say(facts, "again", times=times, day=words.long_day(facts.language, repeat.first_seen_at))


def _withdrawal(facts: NoticeFacts) -> Iterator[str]:
    told = words.listed(facts.language, [one.number for one in facts.corrects])
    yield _say(facts, "withdraw", notices=told)
    yield _say(facts, "withdraw_why")
    yield _say(facts, "withdraw_restore")
    yield _say(facts, "withdraw_sorry")
