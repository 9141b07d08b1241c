"""What a platform's page says: that something is gone, or that one may not see it, and whose page it is. Every page is
hostile: what is searched is bounded, and what was not said in so many words is not heard."""

import re

from hotline.platforms.reading import named_platform
from hotline.platforms.tables import Markup, PageSays, Platform, plain

# What a page says is hostile: no blank, no control character, nothing that a notice could stumble over.
_NAME = re.compile(r"[\w.-]{1,100}")
_BETWEEN = re.compile(r" [-–—|·•/:] ")
SHORT_TEXT = 1500
"""A page with more visible text than this shows something, whatever words stand in it."""
MAX_TITLE = 500
MAX_RAW = 2_000_000
"""So much of a raw page is searched."""
MAX_TRIES = 50
"""So often a page may begin what a pattern looks for; a platform does once or twice."""


def page_says(
    name: str | None, title: str, text: str, raw: str, platforms: tuple[Platform, ...] | None = None
) -> PageSays | None:
    """Names what a platform's page says instead of showing something; None where it says nothing of the kind.

    `title` and `text` are what people read, `raw` is the page as it came. Sentences are heard in the title and in a
    short text; on a longer page only in a title that says nothing else, because everybody writes below what is shown.
    Markup is the platform's own and is heard on any page. Who stands before a wall (signing in, country, age, private)
    has not seen whether something is gone: a wall is believed before a removal.
    """
    platform = named_platform(name, platforms)
    if platform is None:
        return None
    if _shows(platform, raw):
        return None
    raw = raw[:MAX_RAW]
    heard, whole = _heard(platform, title, text)
    for says in PageSays:
        if any(_holds(raw, one) for one in platform.markup.get(says, ())):
            return says
        if any(phrase in heard or phrase == whole for phrase in platform.pages.get(says, ())):
            return says
    return None


def page_shows(name: str | None, raw: str, platforms: tuple[Platform, ...] | None = None) -> bool:
    """Tells whether a platform's own markup says that the page does show the thing, whatever words stand in it."""
    platform = named_platform(name, platforms)
    return platform is not None and _shows(platform, raw)


def account_on_page(
    name: str | None, text: str, platforms: tuple[Platform, ...] | None = None
) -> tuple[str | None, str | None] | None:
    """Handle and number of the account that a page of a platform names, by the platform's patterns; None without."""
    one = named_platform(name, platforms)
    if one is None:
        return None
    handle, number = (_first(one.on_page.get(part), text) for part in ("account", "account_number"))
    return (handle, number) if handle or number else None


def _shows(platform: Platform, raw: str) -> bool:
    return any(_holds(raw[:MAX_RAW], one) for one in platform.shown)


def _holds(raw: str, markup: Markup) -> bool:
    at = -1
    for _ in range(MAX_TRIES):
        at = raw.find(markup.start, at + 1)
        if at < 0:
            return False
        if markup.pattern.match(raw, at):
            return True
    return False


def _heard(platform: Platform, title: str, text: str) -> tuple[str, str]:
    """What sentences are looked for in, and the title without the platform's own name."""
    said = plain(title[:MAX_TITLE])
    own = {plain(platform.name), *platform.domains}
    parts = [part for part in _BETWEEN.split(said) if part not in own]
    return f"{said}\n{plain(text)}" if len(text) <= SHORT_TEXT else "", " - ".join(parts).strip(" .!")


def _first(pattern: re.Pattern[str] | None, text: str) -> str | None:
    match = pattern.search(text) if pattern is not None else None
    return match.group(1) if match is not None and _NAME.fullmatch(match.group(1)) else None
