"""A sheet as it is printed for the person who fills in the form. Judges nothing."""

from collections.abc import Iterator, Sequence

from notices.facts import NoticeFacts
from notices.sheetforms import Form, SheetLine, size
from notices.sheetwords import phrase

RULE = "-" * 78


def printed(
    facts: NoticeFacts, form: Form, lines: Sequence[SheetLine], missing: Sequence[str], place: tuple[int, int]
) -> str:
    """The sheet's text: what to do, then each field with its limit and what is copied into it."""
    parts = [*_head(facts, form, missing, place)]
    for number, line in enumerate(lines, 1):
        parts += ["", RULE, *_field(facts, number, line)]
    return "\n".join([*parts, "", RULE, *_foot(facts, place[1])]) + "\n"


def _say(facts: NoticeFacts, code: str, **parts: object) -> str:
    return phrase(facts.language, "print", code, **parts)


def _head(facts: NoticeFacts, form: Form, missing: Sequence[str], place: tuple[int, int]) -> Iterator[str]:
    if facts.test_mode_to:
        yield _say(facts, "test")
    yield f"[{facts.number}] " + _say(facts, "title", number=place[0], count=place[1], platform=form.platform)
    yield _say(facts, "form", address=form.address)
    if missing:
        yield from ("", _say(facts, "missing_title"), *(f"- {one}" for one in missing))
    yield from ("", _say(facts, "copy"))


def _field(facts: NoticeFacts, number: int, line: SheetLine) -> Iterator[str]:
    value = phrase(facts.language, "value", line.value)
    need = _say(facts, "required" if line.is_required else "optional")
    used = size(line.text)
    room = (
        _say(facts, "limit", used=used, limit=line.max_chars) if line.max_chars else _say(facts, "no_limit", used=used)
    )
    yield f"{number}. {line.label} ({value}; {need}; {room})"
    yield ""
    yield line.text or _say(facts, "not_ready" if line.is_required else "empty")
    if line.problem and line.problem != "unknown":
        yield from ("", _say(facts, "left_empty", why=phrase(facts.language, "why", line.problem)))
    if line.left_out:
        yield from ("", _say(facts, "left_out"), *(f"- {one}" for one in line.left_out))


def _foot(facts: NoticeFacts, count: int) -> Iterator[str]:
    if not facts.test_mode_to:
        yield _say(facts, "record_all" if count > 1 else "record", notice=facts.number, count=count)
