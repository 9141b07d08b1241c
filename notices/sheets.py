"""A notice as sheets that a person copies into a platform's report form, field by field: the same facts the same text.
Nothing is cut in silence, no address at all. Knows which field takes what, not which platforms there are.

A sheet quotes no law. What a form asks for and the facts do not hold is named in `missing` and holds up that form only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from notices import guard, sheetprint, sheettexts, words
from notices.errors import MissingTextError, NoticeError, UncheckedCitationError, UnsafeTextError, WrongRecipientError
from notices.facts import GROUNDS, LANGUAGES, RUNS_THE_PLATFORM, NoticeFacts, ReportedAddress
from notices.letterhead import reply_to, require_mailboxes
from notices.sheetforms import PLAIN_FIELDS, VALUES, Form, FormField, Sheet, SheetLine, size
from notices.sheetwords import both, phrase, role_of

__all__ = ["VALUES", "Form", "FormField", "Sheet", "SheetLine", "plain_form", "sheet", "sheets"]

HASHES = (("SHA-256", "sha256"), ("SHA-1", "sha1"), ("MD5", "md5"), ("PDQ", "pdq"))
_IN_CORRECTIONS = ("urls", "url", "description", "reporter", "email", "name", "phone", "reference")
_ONE_EACH = ("url", "media_id")
Group = tuple[ReportedAddress, ...]


@dataclass(frozen=True, slots=True)
class _Filled:
    """What goes into a field: nothing where there is a problem, `unknown`, `too_long` or `not_a_role`."""

    text: str = ""
    left_out: tuple[str, ...] = ()
    problem: str | None = None


def plain_form(platform: str, address: str) -> Form:
    """A form whose fields nobody wrote down: what every form asks for, without limits."""
    return Form(platform, address, PLAIN_FIELDS)


def sheet(facts: NoticeFacts, form: Form) -> Sheet:
    """The one sheet of a notice. Raises as `sheets`, and NoticeError where it takes several."""
    found = sheets(facts, form)
    if len(found) > 1:
        raise NoticeError(f"{facts.number} needs {len(found)} forms of {form.platform}. Make all its sheets.")
    return found[0]


def sheets(facts: NoticeFacts, form: Form) -> tuple[Sheet, ...]:
    """The sheets of a notice: several where the addresses do not fit into one form, or are of several accounts that the
    form asks for.

    Raises:
        WrongRecipientError, AccountRecipientError, UncheckedCitationError, UnsafeTextError, MissingTextError: a fact
            that must not go out.
        ForbiddenWordError: a word of crime in a sheet about harmful content or in a correction.
    """
    _require_sendable(facts, form)
    fields = [one for one in form.fields if _is_asked(facts, one)]
    groups = list(_groups(facts, fields))
    found = []
    for number, group in enumerate(groups, 1):
        filled = [(one, _fill(facts, group, one, fields)) for one in fields]
        found.append(_sheet(facts, form, group, filled, (number, len(groups))))
    for one in found:
        _require_no_word_of_crime(facts, form, one)
    return tuple(found)


def _sheet(
    facts: NoticeFacts, form: Form, group: Group, filled: list[tuple[FormField, _Filled]], place: tuple[int, int]
) -> Sheet:
    lines = tuple(
        SheetLine(one.label, got.text, one.max_chars, one.value, one.is_required, got.left_out, got.problem)
        for one, got in filled
    )
    missing = tuple(_missing(line) for line in lines if line.is_required and line.problem)
    items = tuple(dict.fromkeys(one.item for one in group))
    text = sheetprint.printed(facts, form, lines, missing, place)
    return Sheet(form.address, form.platform, lines, missing, text, items, *place)


def _missing(line: SheetLine) -> str:
    """A field that holds up the form, in both languages."""
    told = zip(both("value", line.value), both("why", str(line.problem)), strict=True)
    return f"{line.label}: " + " / ".join(f"{value} – {why}" for value, why in told)


def _is_asked(facts: NoticeFacts, field: FormField) -> bool:
    if facts.kind == "correction":
        return not field.kinds and field.value in _IN_CORRECTIONS
    if field.kinds and facts.kind not in field.kinds:
        return False
    # A harmful notice never speaks of hashes, whatever the form's table says.
    return (not field.grounds or facts.ground in field.grounds) and (field.value != "hashes" or facts.kind == "illegal")


def _groups(facts: NoticeFacts, fields: Sequence[FormField]) -> Iterator[Group]:
    """The addresses of each form, those at one address together."""
    at: dict[str, list[ReportedAddress]] = {}
    for one in facts.addresses:
        at.setdefault(_url(one), []).append(one)
    asked = {one.value for one in fields}
    of_account: dict[object, dict[str, list[ReportedAddress]]] = {}
    for place, (url, found) in enumerate(at.items()):
        key: object = place if asked.intersection(_ONE_EACH) else _account_of(found[0], asked)
        of_account.setdefault(key, {})[url] = found
    room = _room(facts, fields)
    for some in of_account.values():
        for urls in _packed(list(some), room):
            yield tuple(one for url in urls for one in some[url])


def _account_of(address: ReportedAddress, asked: set[str]) -> object:
    account = address.account
    return tuple(
        getattr(account, name, None) for value, name in (("account", "handle"), ("account_number", "number"))
        if value in asked
    )  # fmt: skip


def _room(facts: NoticeFacts, fields: Sequence[FormField]) -> int | None:
    """How many characters of addresses one form takes; None where no limit is known."""
    limits = {one.value: one.max_chars for one in fields}
    if "url" in limits:
        return None
    if "urls" in limits:
        return limits["urls"]
    limit = limits.get("description")
    return None if limit is None else max(0, limit - 1 - sheettexts.lead_length(facts))


def _packed(urls: Sequence[str], room: int | None) -> Iterator[list[str]]:
    """As many whole addresses as there is room for, one to a line; one that is too long stands alone."""
    some: list[str] = []
    for url in urls:
        if some and room is not None and size("\n".join([*some, url])) > room:
            yield some
            some = []
        some.append(url)
    if some:
        yield some


def _url(address: ReportedAddress) -> str:
    """Verbatim; as a browser sends it where a blank would make two of it."""
    return address.href if address.href and len(address.url.split()) != 1 else address.url


def _fill(facts: NoticeFacts, group: Group, field: FormField, fields: Sequence[FormField]) -> _Filled:
    limit = field.max_chars
    if field.value == "description":
        return _description(facts, group, limit, {one.value for one in fields})
    if field.value == "statement":
        return _fitted(sheettexts.statement(facts), limit)
    if field.value in ("for_whom", "authorised_by"):
        return _role(facts, getattr(facts, field.value), limit)
    if field.value == "hashes":
        return _fitted(list(dict.fromkeys(line for one in group for line in _hashes(one))), limit, "\n")
    if field.value == "genuine":
        return _fitted(facts.genuine if facts.kind == "harmful" else (), limit, "\n")
    return _whole(_PLAIN[field.value](facts, group), limit)


def _ground(facts: NoticeFacts) -> str:
    if facts.kind == "harmful":
        return words.word(facts.language, "ground", str(facts.ground))
    return phrase(facts.language, "ground_illegal", "one")


_PLAIN: dict[str, Callable[[NoticeFacts, Group], str | None]] = {
    "urls": lambda _, group: "\n".join(dict.fromkeys(map(_url, group))),
    "url": lambda _, group: _url(group[0]),
    "account": lambda _, group: group[0].account.handle if group[0].account else None,
    "account_number": lambda _, group: group[0].account.number if group[0].account else None,
    "media_id": lambda facts, group: group[0].platform_media if facts.contact_role in RUNS_THE_PLATFORM else None,
    "ground": lambda facts, _: _ground(facts),
    "rule": lambda facts, _: facts.platform_rule if facts.kind == "harmful" else None,
    "reporter": lambda facts, _: facts.sender.name,
    "name": lambda facts, _: facts.sender.name,
    "email": lambda facts, _: reply_to(facts.sender, facts.reply_token),
    "phone": lambda facts, _: facts.sender.phone,
    "reference": lambda facts, _: facts.reference,
}


def _whole(text: str | None, limit: int | None) -> _Filled:
    """A text that is not to be cut."""
    if not text or not text.strip():
        return _Filled(problem="unknown")
    return _Filled(text) if limit is None or size(text) <= limit else _Filled(problem="too_long")


def _fitted(parts: Sequence[str], limit: int | None, between: str = " ") -> _Filled:
    """As many whole parts from the beginning as fit; the rest is named."""
    if not parts:
        return _Filled(problem="unknown")
    kept = list(parts)
    while kept and limit is not None and size(between.join(kept)) > limit:
        kept.pop()
    return _Filled(between.join(kept), tuple(parts[len(kept) :])) if kept else _Filled(problem="too_long")


def _description(facts: NoticeFacts, group: Group, limit: int | None, told: set[str]) -> _Filled:
    """The sentences; behind the addresses where these have no field of their own."""
    found = sheettexts.sentences(facts, group, told)
    if told.intersection(("urls", "url")):
        return _fitted(found, limit)
    urls = "\n".join(dict.fromkeys(map(_url, group)))
    rest = _fitted(found, None if limit is None else limit - size(urls) - 1)
    return rest if rest.problem else _Filled(f"{urls}\n{rest.text}", rest.left_out)


def _role(facts: NoticeFacts, said: str | None, limit: int | None) -> _Filled:
    """A role in the sheet's language, never the words a person wrote down: a name may stand there."""
    if not said or not said.strip():
        return _Filled(problem="unknown")
    code = role_of(said)
    return _whole(phrase(facts.language, "role_of", code), limit) if code else _Filled(problem="not_a_role")


def _hashes(address: ReportedAddress) -> Iterator[str]:
    return (f"{name}: {value}" for name, field in HASHES if (value := getattr(address, field)))


def _require_sendable(facts: NoticeFacts, form: Form) -> None:
    guard.require_plain_facts(facts)
    guard.require_plain_facts(form, "form")
    if facts.language not in LANGUAGES:
        raise MissingTextError(f"There are no texts in language “{facts.language}”; use one of {', '.join(LANGUAGES)}.")
    if not facts.addresses:
        raise UnsafeTextError("A notice without an address asks for nothing. Give it at least one item.")
    guard.require_items(one.item for one in facts.addresses)
    # The contact of a sheet is a form, no mailbox; whether our own are mailboxes is asked in its place.
    require_mailboxes(facts.sender, facts.sender.reply_to, facts.reply_token, facts.test_mode_to)
    guard.require_account_route(facts)
    _require_form(facts, form)
    if facts.kind == "harmful":
        _require_harmful(facts)
    elif facts.kind == "correction" and not facts.corrects:
        raise UnsafeTextError("A correction names the notices that it takes back. Give it at least one.")


def _require_form(facts: NoticeFacts, form: Form) -> None:
    if not form.address.startswith("https://"):
        raise UnsafeTextError(f"The form of {form.platform} is no https address. Correct it in the table of platforms.")
    if facts.platform is not None and facts.platform != form.platform:
        raise WrongRecipientError(
            f"{facts.number} is about {facts.platform} and the form is that of {form.platform}. Choose its own form."
        )
    if unknown := [one.value for one in form.fields if one.value not in VALUES]:
        raise UnsafeTextError(
            f"A field of {form.platform} asks for {unknown[0]!a:.60}. Use one of {', '.join(VALUES)}."
        )
    if not any(_is_asked(facts, one) and one.value in ("urls", "url", "description") for one in form.fields):
        raise NoticeError(
            f"The form of {form.platform} has no field that says where it is, in a notice of the kind {facts.kind}. "
            "Add one to the table of platforms, or write to the platform by mail."
        )


def _require_harmful(facts: NoticeFacts) -> None:
    if facts.ground not in GROUNDS:
        raise MissingTextError(f"There is no text for ground “{facts.ground}”; use one of {', '.join(GROUNDS)}.")
    if facts.contact_role not in RUNS_THE_PLATFORM:
        raise WrongRecipientError(
            f"{facts.number} is about harmful content; only who runs the platform may receive it."
        )
    if facts.citations:
        raise UncheckedCitationError("A sheet about harmful content cites no law. Leave the citations out.")


def _require_no_word_of_crime(facts: NoticeFacts, form: Form, made: Sheet) -> None:
    """In all that is printed but what stands there verbatim."""
    if facts.kind == "illegal":
        return
    accounts = [one.account for one in facts.addresses if one.account]
    handles = [text for one in accounts for text in (one.handle, one.number) if text]
    handles += [one.platform_media for one in facts.addresses if one.platform_media]
    exempt = [
        *(url for one in facts.addresses for url in (one.url, one.href) if url),
        *facts.genuine,
        *(f"\n{text}\n" for text in handles),
        *(sheettexts.account_line(facts, code, text) for text in handles for code in ("handle", "number", "media")),
        facts.sender.reply_to,
        reply_to(facts.sender, facts.reply_token),
        form.address,
    ]
    guard.require_no_forbidden_word([("the sheet", made.text)], exempt, (facts, form))
