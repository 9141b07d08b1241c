"""Checks the fields of a platform's report form and freezes them. Raises ValueError naming the field and its key; knows
no platform."""

from collections.abc import Iterable
from typing import Any

from hotline.platforms.tables import FORM_KINDS, FORM_VALUES, FormField
from hotline.states import Ground

MAX_LABEL = 200
MAX_CHARS = 100_000
_KEYS = ("label", "value", "max_chars", "is_required", "grounds", "kinds")
_SAYS_WHERE = {"urls", "url", "description"}


def checked_fields(tables: Any, *, has_form: bool) -> tuple[FormField, ...]:
    """The fields in the order of the form; none for a form whose fields are not known."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError("a field of its form is a table of its own; head it with [[platform.form_field]]")
    fields = tuple(_field(table, place) for place, table in enumerate(tables, 1))
    if fields and not has_form:
        raise ValueError("it has form_field and no form; write the address of the form")
    if fields and not _SAYS_WHERE & {one.value for one in fields}:
        raise ValueError("no form_field has the value urls, url or description: nothing says what is reported")
    _require_told_apart(fields)
    return fields


def _field(table: dict[str, Any], place: int) -> FormField:
    name = f'form_field {place} ("{str(table.get("label", "?"))[:60]}")'
    if unknown := sorted(set(table) - set(_KEYS)):
        raise ValueError(f'{name} has no "{unknown[0]}"; there are {" ".join(_KEYS)}')
    label, limit, is_required = table.get("label"), table.get("max_chars"), table.get("is_required", False)
    if not isinstance(label, str) or not 0 < len(label.strip()) <= MAX_LABEL or not label.isprintable():
        raise ValueError(f"{name}: label is the text beside the field, on one line")
    if limit is not None and (type(limit) is not int or not 1 <= limit <= MAX_CHARS):
        raise ValueError(f"{name}: max_chars is a number from 1 to {MAX_CHARS}; leave it out where no limit is known")
    if type(is_required) is not bool:
        raise ValueError(f"{name}: is_required is true or false")
    return FormField(
        label=label.strip(),
        value=_words([table.get("value")], FORM_VALUES, f"{name}: value")[0],
        max_chars=limit,
        is_required=is_required,
        **_where(table, name),
    )


def _where(table: dict[str, Any], name: str) -> dict[str, tuple[str, ...]]:
    grounds = _words(table.get("grounds", []), tuple(map(str, Ground)), f"{name}: grounds")
    kinds = _words(table.get("kinds", []), FORM_KINDS, f"{name}: kinds")
    if grounds and kinds != ("harmful",):
        raise ValueError(f'{name}: grounds are those of harmful content; write kinds = ["harmful"] beside them')
    if table.get("value") == "hashes" and kinds != ("illegal",):
        raise ValueError(f'{name}: value hashes goes into reports of illegal material only; write kinds = ["illegal"]')
    return {"grounds": grounds, "kinds": kinds}


def _words(found: Any, allowed: Iterable[str], what: str) -> tuple[str, ...]:
    words = tuple(allowed)
    if not isinstance(found, list) or any(one not in words for one in found) or len(set(found)) < len(found):
        raise ValueError(f"{what} has one of {' '.join(words)}, each once")
    return tuple(found)


def _require_told_apart(fields: tuple[FormField, ...]) -> None:
    seen: set[tuple[str, tuple[str, ...], tuple[str, ...]]] = set()
    for one in fields:
        mark = (one.label, one.grounds, one.kinds)
        if mark in seen:
            raise ValueError(f'two form_field have the label "{one.label}" for the same reports; tell them apart')
        seen.add(mark)
