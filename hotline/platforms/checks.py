"""Checks one [[platform]] table and freezes it. Raises ValueError with what is wrong; knows no file and no platform."""

import re
import string
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from hotline.platforms.fields import checked_fields
from hotline.platforms.tables import (
    PARTS,
    STATUSES,
    Existence,
    Exists,
    Markup,
    PageSays,
    Pattern,
    Platform,
    SiteKind,
    plain,
)
from hotline.states import Ground, Kind, Language

ANY_GROUND = "any"
"""The key of a rule that stands for every ground without one of its own."""
SHOWN = "shown"
MIN_PHRASE = 10
MIN_START = 8
MAX_REPEATS = 2
MAX_REPEAT = 600
_NEEDED = {"name", "domains", "patterns", "source"}
_KEYS = _NEEDED | {"on_page", "rules", "has_login_wall", "status", "tested_on"}
_KEYS |= {"kind_of_site", "form", "form_field", "exists", "pages", "markup"}
_PATTERN_KEYS = {"kind", "path", "host", "per_account", "fragment", "canonical", "invite", "has_login_wall"}
_MEANINGS = (Existence.ONLINE, Existence.REMOVED, Existence.RESTRICTED)
_NEVER_REMOVED = {401, 403, 407, 408, 425, 429, 451}
"""Answers to who may not ask or asks too often: they say nothing about what was asked for. Nor does any from 500 on."""
_PLAIN_START = re.compile(r"(?:[^\\.^$*+?{}\[\]|()]|\\[^\w])+(?![*+?{])")
_REPEAT = re.compile(r"(?P<group>\))?(?:[*+]|\{(?:[0-9]*,)?(?P<most>[0-9]*)\})")

Word = TypeVar("Word", bound=StrEnum)
T = TypeVar("T")


def checked_platform(table: dict[str, Any], dated: date | None = None) -> Platform:
    """One platform of its table as TOML gives it, and the date of its file."""
    _only(table, _KEYS, "the table")
    if missing := sorted(_NEEDED - set(table)):
        raise ValueError(f"it has no {missing[0]}")
    status, tested_on = _one_of(table.get("status", "unconfirmed"), STATUSES, "status"), str(table.get("tested_on", ""))
    if (status == "confirmed") != bool(tested_on):
        raise ValueError("a confirmed table has the day it was tried on in tested_on, and no other has")
    patterns = tuple(_pattern(one) for one in _typed(table, "patterns", list))
    texts = _markup(_typed(table, "markup", dict, {}))
    form = _form(_typed(table, "form", str, ""))
    return Platform(
        name=_typed(table, "name", str),
        domains=tuple(one.lower() for one in _texts(table["domains"], "domains")),
        patterns=patterns,
        on_page={part: _one_group(part, text) for part, text in _typed(table, "on_page", dict, {}).items()},
        rules=_rules(_typed(table, "rules", dict, {})),
        has_login_wall=_typed(table, "has_login_wall", bool, False),
        source=_typed(table, "source", str),
        status=status,
        tested_on=tested_on,
        kind_of_site=_word(SiteKind, table["kind_of_site"], "kind_of_site") if "kind_of_site" in table else None,
        form=form,
        form_fields=checked_fields(table.get("form_field", []), has_form=form is not None),
        exists=_exists(table["exists"], patterns) if "exists" in table else None,
        pages=_pages(_typed(table, "pages", dict, {})),
        markup={_word(PageSays, key, "markup"): found for key, found in texts.items() if key != SHOWN},
        shown=texts.get(SHOWN, ()),
        dated=dated,
    )


def _pattern(table: Any) -> Pattern:
    if not isinstance(table, dict):
        raise ValueError("each of its patterns is a table")
    _only(table, _PATTERN_KEYS, "a pattern")
    path = _regex(_typed(table, "path", str))
    groups, is_invite = set(path.groupindex), _typed(table, "invite", bool, False)
    _only(path.groupindex, set(PARTS), "the groups of a path")
    if is_invite and (groups or "canonical" in table):
        raise ValueError("an invite has no ids and no canonical: nobody opens it")
    canonical = _typed(table, "canonical", str, "") or None
    if canonical is not None:
        _template(canonical, groups, "canonical")
    return Pattern(
        kind=_word(Kind, table.get("kind", "unknown") if is_invite else table.get("kind"), "kind"),
        path=path,
        host=_typed(table, "host", str, "").lower() or None,
        is_per_account=_typed(table, "per_account", bool, False),
        is_with_fragment=_typed(table, "fragment", bool, False),
        is_invite=is_invite,
        has_login_wall=_typed(table, "has_login_wall", bool) if "has_login_wall" in table else None,
        canonical=canonical,
    )


def _exists(table: Any, patterns: tuple[Pattern, ...]) -> Exists:
    if not isinstance(table, dict):
        raise ValueError("exists is a table with oembed, online, removed and restricted")
    _only(table, {"oembed", "kinds", *_MEANINGS}, "exists")
    oembed = _typed(table, "oembed", str)
    _template(oembed, {"canonical"}, "oembed")
    if not any(one.canonical and "media_id" in one.path.groupindex for one in patterns):
        raise ValueError("exists needs a pattern that has a media_id and a canonical")
    kinds = _texts(table.get("kinds", []), "kinds", may_be_empty=True)
    return Exists(oembed, frozenset(_word(Kind, one, "kinds") for one in kinds), _meanings(table))


def _meanings(table: dict[str, Any]) -> dict[int, Existence]:
    found: dict[int, Existence] = {}
    for meaning in _MEANINGS:
        for status in _typed(table, meaning, list, []):
            if type(status) is not int or not 200 <= status <= 599:
                raise ValueError(f"{meaning} holds HTTP statuses, 200 to 599")
            if status in found:
                raise ValueError(f"{status} cannot mean {found[status]} and {meaning}")
            found[status] = meaning
    gone = {status for status, meaning in found.items() if meaning is Existence.REMOVED}
    if any(status < 400 or status >= 500 or status in _NEVER_REMOVED for status in gone):
        raise ValueError("only an answer such as 404 or 410 can mean removed")
    if any(status >= 400 for status, meaning in found.items() if meaning is Existence.ONLINE):
        raise ValueError("an answer from 400 on cannot mean online")
    return found


def _pages(table: dict[str, Any]) -> dict[PageSays, tuple[str, ...]]:
    found = {}
    for key, phrases in table.items():
        says = _word(PageSays, key, "pages")
        found[says] = tuple(plain(phrase).strip(" .!") for phrase in _texts(phrases, key, may_be_empty=True))
        if short := [phrase for phrase in found[says] if len(phrase) < MIN_PHRASE]:
            raise ValueError(f'"{short[0]}" in pages is too short to be unmistakable; write the whole sentence')
    return found


def _markup(table: dict[str, Any]) -> dict[str, tuple[Markup, ...]]:
    found = {}
    for key, texts in table.items():
        if key != SHOWN:
            _word(PageSays, key, "markup")
        found[key] = tuple(_marked(text) for text in _texts(texts, key, may_be_empty=True))
    return found


def _marked(text: str) -> Markup:
    """A regular expression that a hostile page cannot make slow: it begins with plain text, which is looked for first,
    and its few repeats have an end."""
    pattern = _regex(text)
    start = re.sub(r"\\(.)", r"\1", plain_start[0]) if (plain_start := _PLAIN_START.match(text)) else ""
    if len(start) < MIN_START:
        raise ValueError(f"{text!r} in markup must begin with {MIN_START} plain signs")
    plainer = re.sub(r"\[\^?\]?[^\]]*\]", "a", re.sub(r"\\.", "a", text, flags=re.DOTALL))
    repeats = list(_REPEAT.finditer(plainer))
    if len(repeats) > MAX_REPEATS or any(one["group"] or not _has_end(one["most"]) for one in repeats):
        raise ValueError(f"{text!r} in markup may repeat too much; write at most {MAX_REPEATS} like [^{{}}]{{0,400}}")
    return Markup(start, pattern)


def _has_end(most: str | None) -> bool:
    return most is not None and most.isdigit() and int(most) <= MAX_REPEAT


def _rules(table: dict[str, Any]) -> Mapping[str, Mapping[str, str]]:
    _only(table, {*map(str, Ground), ANY_GROUND}, "rules")
    for ground, names in table.items():
        if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
            raise ValueError(f"the rule for {ground} is a table of names by language")
        _only(names, set(map(str, Language)), f"the rule for {ground}")
    return table


def _form(address: str) -> str | None:
    if address and not _is_https(address):
        raise ValueError("form is an https address, or empty")
    return address or None


def _template(text: str, allowed: set[str], what: str) -> None:
    """An https address with placeholders, at least one, of these and of no other form."""
    try:
        fields = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(text) if name is not None]
    except ValueError:
        raise ValueError(f"{what} has a brace that is not closed") from None
    if any(spec or how or name not in allowed for name, spec, how in fields):
        raise ValueError(f"{what} may only hold {' '.join(f'{{{one}}}' for one in sorted(allowed)) or 'nothing'}")
    if not fields or not _is_https(text):
        raise ValueError(f"{what} is an https address with at least one placeholder behind its host")


def _is_https(text: str) -> bool:
    return re.match(r"https://[a-z0-9.-]+(?:/|$)", text) is not None and not re.search(r"\s", text)


def _one_group(part: str, text: Any) -> re.Pattern[str]:
    pattern = _regex(text)
    if part not in PARTS[1:] or pattern.groups != 1:
        raise ValueError("on_page has account or account_number, each with one group: what it finds")
    return pattern


def _regex(text: Any) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, TypeError, OverflowError, RecursionError):
        raise ValueError(f"{text!r} is no regular expression") from None


def _texts(value: Any, what: str, *, may_be_empty: bool = False) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"{what} is a list of texts")
    if not value and not may_be_empty:
        raise ValueError(f"{what} is empty")
    return value


def _typed(table: dict[str, Any], key: str, kind: type[T], default: T | None = None) -> T:
    value = table.get(key, default)
    if type(value) is not kind:
        raise ValueError(f"{key} is missing or not of the right type ({kind.__name__})")
    return value


def _word(words: type[Word], value: Any, what: str) -> Word:
    try:
        return words(value)
    except ValueError:
        raise ValueError(f'"{value}" is no word for {what}; there are {" ".join(words)}') from None


def _one_of(value: Any, words: tuple[str, ...], what: str) -> str:
    if value not in words:
        raise ValueError(f"{what} is one of {' '.join(words)}")
    return str(value)


def _only(table: Mapping[str, Any], allowed: set[str], what: str) -> None:
    if unknown := sorted(set(table) - set(allowed)):
        raise ValueError(f'{what} has no "{unknown[0]}"; there are {" ".join(sorted(allowed))}')
