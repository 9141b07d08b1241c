"""Words for codes and labels in both languages (words.toml), dates and plurals. Knows no facts of a case."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from notices.errors import MissingTextError
from notices.facts import Language

WORDS_FILE = Path(__file__).parent / "words.toml"


@cache
def load_words() -> dict[str, dict[str, dict[str, str]]]:
    """All words as language → group → code → text."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def word(language: Language, group: str, code: str) -> str:
    """The text of a code; a code that has none is a :class:`MissingTextError`."""
    try:
        return load_words()[language][group][code]
    except KeyError:
        raise MissingTextError(
            f"“{group}.{code}” has no text in language “{language}”. Add it to notices/words.toml in every language."
        ) from None


def word_or_code(language: Language, group: str, code: str | None) -> str:
    """The text of a code, or the code itself: a packet is never held up by a new code."""
    if not code:
        return "–"
    return load_words()[language][group].get(code, code)


def plural(language: Language, count: int, one: str, other: str) -> str:
    """The form the language uses for this count (CLDR rules)."""
    from babel import Locale

    return one if Locale.parse(language).plural_form(count) == "one" else other


def counted(language: Language, count: int, code: str) -> str:
    """A number with its noun: ``3 adresa``."""
    forms = load_words()[language]["counted"]
    return f"{count} {plural(language, count, forms[code + '_one'], forms[code + '_other'])}"


def local_time(language: Language, at: datetime, zone: str) -> str:
    """A time as people of that language write it: ``21 nëntor 2026, 14:05``."""
    from babel.dates import format_datetime

    # CLDR's own Albanian time is 12-hour; legal texts are written with 24.
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=language)


def long_day(language: Language, day: date) -> str:
    """A day as people of that language write it, that of a time in UTC: ``21 nëntor 2026``."""
    from babel.dates import format_date

    return format_date(day.astimezone(UTC) if isinstance(day, datetime) else day, "d MMMM y", locale=language)


def utc_moment(language: Language, at: datetime) -> str:
    """A time in UTC: ``21 nëntor 2026, 13:05 UTC``."""
    return f"{local_time(language, at, 'UTC')} UTC"


def moment(language: Language, at: datetime, zone: str) -> str:
    """A time in UTC and, in brackets, by the hotline's clock: ``… 13:05 UTC (14:05 UTC+1)``."""
    utc, local = at.astimezone(UTC), at.astimezone(ZoneInfo(zone))
    shown = f"{local:%H:%M}" if utc.date() == local.date() else local_time(language, at, zone)
    return f"{utc_moment(language, at)} ({shown} {_offset(local)})"


def moment_there(language: Language, at: datetime, zone: str | None) -> str:
    """A time in UTC and, where the host's zone is known, by its clock: ``… 13:05 UTC (14:05 Europe/Berlin)``."""
    if zone is None:
        return utc_moment(language, at)
    utc, local = at.astimezone(UTC), at.astimezone(ZoneInfo(zone))
    shown = f"{local:%H:%M}" if utc.date() == local.date() else local_time(language, at, zone)
    return f"{utc_moment(language, at)} ({shown} {zone})"


def listed(language: Language, parts: Sequence[str]) -> str:
    """Parts as a sentence names them: ``2, 3 dhe 4``."""
    *first, last = parts
    return f"{', '.join(first)} {word(language, 'shows', 'and')} {last}" if first else last


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def utc_day(at: datetime) -> str:
    """The day in UTC as every language reads it: ``2026-01-03``."""
    return at.astimezone(UTC).date().isoformat()


def utc_text(at: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
