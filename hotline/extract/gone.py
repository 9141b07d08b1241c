"""Signs that a page answers 200 but what was there is gone: redirects, likeness to a page that never was, phrases."""

import random
import re
import string
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from hotline.addresses import Address, key_of
from hotline.records.looks import Fetched, PageFacts
from hotline.states import Unreachable

SHORT_TEXT = 1500
SAME_TEXT = 0.9
COMPARED_WORDS = 600
_WALLS = {
    "wall_geo": Unreachable.GEO_BLOCKED,
    "wall_block": Unreachable.FORBIDDEN,
    "wall_login": Unreachable.LOGIN_WALL,
    "wall_down": Unreachable.SERVER_ERROR,
}


class ParkedSign(StrEnum):
    """What shows that a name was given up and leads to whoever trades in names."""

    PAGE = "parked_page"
    HOST = "redirect_to_a_parking_host"


class GoneSign(StrEnum):
    """What made a page look as if nothing were there."""

    REDIRECT_HOME = "redirect_home"
    LIKE_RANDOM_SIBLING = "like_random_sibling"
    PHRASE = "phrase"


def looks_gone(
    fetched: Fetched, page: PageFacts | None, sibling: PageFacts | None, address: Address
) -> GoneSign | None:
    """Names the sign by which a 200 answer looks like a removal, None where there is none.

    `sibling` is the page at `sibling_of` the address, whatever its status. A page that shows a picture of its own is
    never taken for gone, nor is a redirect to signing in: that one only restricts access.
    """
    if redirects_to_login(fetched, address):
        return None
    moved = fetched.final_url != fetched.asked
    if moved and _is_home(fetched.final_url, address) and not _is_home(address.href, address):
        return GoneSign.REDIRECT_HOME
    if page is None or _shows_more(page, sibling):
        return None
    if sibling is not None and _is_like(page.text, sibling.text):
        return GoneSign.LIKE_RANDOM_SIBLING
    return GoneSign.PHRASE if _says_gone(page) else None


def parked_by(fetched: Fetched, page: PageFacts, address: Address) -> ParkedSign | None:
    """Names the sign by which an answer is a parked name's, None where there is none."""
    if fetched.final_url != fetched.asked and _is_parking(_host(fetched.final_url)) and not _is_parking(address.host):
        return ParkedSign.HOST
    heard = _heard(page)
    return ParkedSign.PAGE if any(phrase in heard for phrase in _phrases()["parked"]) else None


def names_are_parked(servers: Iterable[str]) -> bool:
    """Tells whether the name servers of a domain are those of somebody who parks names."""
    return any(_is_parking(server.rstrip(".").lower()) for server in servers)


def _is_parking(host: str) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in _phrases()["parking_hosts"])


def redirects_to_login(fetched: Fetched, address: Address) -> bool:
    """Tells whether the answer is a page to sign in at instead of what was asked for: a wall, never a removal."""
    return is_login_path(fetched.final_url) and not is_login_path(address.href)


def wall_of(page: PageFacts) -> Unreachable | None:
    """Names the wall that a page is, by its words: whoever sees it has not seen what stands behind; None for no wall.

    A page without a word and without a picture is one, too.
    """
    if not (page.text or page.title or page.pictures):
        return Unreachable.BAD_RESPONSE
    heard, phrases = _heard(page), _phrases()
    return next((reason for name, reason in _WALLS.items() if any(one in heard for one in phrases[name])), None)


def sibling_of(href: str, chance: random.Random) -> str:
    """Returns an address beside this one that surely never existed: the same form, its last part (or, where there is a
    query, the values in it) replaced by random letters."""
    import ada_url

    url = ada_url.URL(href)
    url.hash = ""
    name = "".join(chance.choices(string.ascii_lowercase, k=16))
    if url.search:
        parts = [f"{part.partition('=')[0]}={name}" for part in url.search.removeprefix("?").split("&")]
        url.search = "&".join(parts)
        return url.href
    folder, _, last = url.pathname.rstrip("/").rpartition("/")
    stem, dot, ending = last.rpartition(".")
    url.pathname = f"{folder}/{name}{dot + ending if stem else ''}"
    return url.href


def _shows_more(page: PageFacts, sibling: PageFacts | None) -> bool:
    """Whether the page shows a picture that is not the site's furniture; without a sibling, whether any at all."""
    known = {key_of(picture.url) for picture in sibling.pictures} if sibling is not None else set()
    return any(key_of(picture.url) not in known for picture in page.pictures)


def _is_like(text: str, other: str) -> bool:
    """Nearly the same words. Pages without words cannot be told apart by them."""
    from difflib import SequenceMatcher

    words, others = text.split()[:COMPARED_WORDS], other.split()[:COMPARED_WORDS]
    if min(len(words), len(others)) < 3:
        return False
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    return matcher.quick_ratio() >= SAME_TEXT and matcher.ratio() >= SAME_TEXT


def _says_gone(page: PageFacts) -> bool:
    heard, phrases = _heard(page), _phrases()
    return any(phrase in heard for phrase in (*phrases["gone_en"], *phrases["gone_sq"]))


def _heard(page: PageFacts) -> str:
    return page.title.casefold() + "\n" + (page.text.casefold() if len(page.text) <= SHORT_TEXT else "")


def is_login_path(href: str) -> bool:
    path = f"/{_path(href).strip('/').lower()}"
    return any(re.search(rf"/{re.escape(part)}(?:[/.]|$)", path) for part in _phrases()["login_paths"])


def _is_home(href: str, address: Address) -> bool:
    """The front page of the address's own site; another site's says that it moved, not that it is gone."""
    import ada_url

    url = ada_url.URL(href)
    is_same = str(url.hostname).removeprefix("www.") == address.host.removeprefix("www.")
    return is_same and url.pathname.strip("/").lower() in _phrases()["home_paths"] and not url.search


def _host(href: str) -> str:
    import ada_url

    return str(ada_url.URL(href).hostname)


def _path(href: str) -> str:
    import ada_url

    return str(ada_url.URL(href).pathname)


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads((Path(__file__).parent.parent / "phrases.toml").read_text(encoding="utf-8"))
    return {name: tuple(str(one).casefold() for one in value) for name, value in table.items() if type(value) is list}
