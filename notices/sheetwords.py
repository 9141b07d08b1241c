"""The words of sheets in both languages (sheetwords.toml). Knows no facts."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from notices.errors import MissingTextError
from notices.facts import LANGUAGES, Language

SHEETWORDS_FILE = Path(__file__).parent / "sheetwords.toml"


@cache
def load_sheetwords() -> dict[str, dict[str, dict[str, str]]]:
    """All words as language → group → code → text."""
    return tomllib.loads(SHEETWORDS_FILE.read_text(encoding="utf-8"))


def phrase(language: Language, group: str, code: str, **parts: object) -> str:
    """The text of a code with its parts put in; what stands in a part is never read as a placeholder.

    Raises:
        MissingTextError: the code has no text in this language.
    """
    try:
        return load_sheetwords()[language][group][code].format(**parts)
    except KeyError:
        raise MissingTextError(
            f"“{group}.{code}” has no text in language “{language}”. Add it to sheetwords.toml in every language."
        ) from None


def both(group: str, code: str) -> tuple[str, ...]:
    """The text of a code in every language, English first."""
    return tuple(phrase(language, group, code) for language in LANGUAGES)


def role_of(said: str | None) -> str | None:
    """The code of a role that a person wrote down in either language, or None: a name is no role, and so is anything
    that says more than one."""
    return _roles().get(_plain(said)) if said else None


@cache
def _roles() -> dict[str, str]:
    found = {}
    for words in load_sheetwords().values():
        for code, text in words["role_of"].items():
            forms = (code, text, *words["accepts"][code].split("|"))
            found.update(dict.fromkeys(map(_plain, forms), code))
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().replace("_", " ").split())
