"""What an answer shows, before it is judged: a file, a page with what it holds, a wall, a sign that it is gone.

Bytes end here: what leaves is fingerprints, addresses and words of a page.
"""

import random
from dataclasses import replace
from typing import Any

from hashsets.wire import Wanted
from hotline.addresses import Address, key_of, key_of_part, read_address
from hotline.errors import FetchError
from hotline.extract import is_page, looks_gone, parked_by, read_page, redirects_to_login, sibling_of, wall_of
from hotline.pipeline.exchanges import Exchanges
from hotline.pipeline.station import Station
from hotline.platforms import PageSays, account_on_page, page_says, page_shows, read_platform
from hotline.recheck import shown_again
from hotline.records.looks import Fetched, NamedAccount, PageFacts
from hotline.records.seen import NOTHING_REMEMBERED, Seen, Told
from hotline.states import Unreachable

_STATUS = {
    401: Unreachable.LOGIN_WALL,
    403: Unreachable.FORBIDDEN,
    404: Unreachable.NOT_FOUND,
    410: Unreachable.NOT_FOUND,
    429: Unreachable.RATE_LIMITED,
    451: Unreachable.GEO_BLOCKED,
}
_PLATFORM_WALLS = {
    PageSays.LOGIN: Unreachable.LOGIN_WALL,
    PageSays.PRIVATE: Unreachable.PRIVATE,
    PageSays.AGE_GATED: Unreachable.AGE_GATED,
    PageSays.GEO_BLOCKED: Unreachable.GEO_BLOCKED,
}
MAX_REST_S = 60.0
"""A longer Retry-After ends the try: the row comes back later, and the host's other rows are not held up by it."""
MAX_SEARCHED = 2_000_000
"""So much of a page is searched for what a platform says."""
PLATFORM_PAGE = "platform_page"


def read_answer(asking: Exchanges, fetched: Fetched, wanted: Wanted) -> Seen:
    """Reads the answer to a look; may ask for a random sibling of a page that no longer shows what is remembered."""
    fetch_settings = asking.station.settings.fetch
    seen = asking.seen(
        reason=_reason_for(fetched),
        rest_s=max(fetch_settings.between_s, min(fetched.retry_after_s or 0.0, MAX_REST_S)),
        retry_after_s=fetched.retry_after_s,
        final_url=fetched.final_url,
        headers=fetched.headers,
        evidence=evidence_of(fetched),
    )
    if seen.reason is not None:
        return seen
    if not is_page(fetched.mime, fetched.body):
        return _with_file(asking.station, seen, fetched.body, wanted)
    return _with_page(asking, seen, fetched, wanted)


def evidence_of(fetched: Fetched) -> dict[str, Any]:
    """What stays of an answer: status, dialled addresses, size; never a body and never an address of the web."""
    return {
        "status": fetched.status,
        "ip": fetched.ip,
        "hops": [{"status": hop.status, "ip": hop.ip} for hop in fetched.hops],
        "mime": fetched.mime,
        "size_bytes": len(fetched.body),
        "etag": fetched.header("etag"),
        "retry_after_s": fetched.retry_after_s,
    }


def _reason_for(fetched: Fetched) -> Unreachable | None:
    if 200 <= fetched.status < 300:
        return None
    if fetched.status in _STATUS:
        return _STATUS[fetched.status]
    return Unreachable.SERVER_ERROR if fetched.status >= 500 else Unreachable.BAD_RESPONSE


def _with_file(station: Station, seen: Seen, body: bytes, wanted: Wanted) -> Seen:
    examined = station.pool.examine(body, wanted)
    kept = examined.kept if wanted is Wanted.KEPT and examined.fingerprint.problem is None else None
    return replace(seen, fingerprint=examined.fingerprint, asked=examined.asked, kept=kept)


def _with_page(asking: Exchanges, seen: Seen, fetched: Fetched, wanted: Wanted) -> Seen:
    address, remembered, platforms = asking.address, asking.remembered, asking.station.home.platforms
    page = _page_of(asking.station, fetched)
    seen = _with_parts(asking, replace(seen, page=page), wanted)
    if page.is_login or redirects_to_login(fetched, address):
        return replace(seen, page=None, parts=(), reason=Unreachable.LOGIN_WALL)
    is_first = remembered is NOTHING_REMEMBERED
    shows = _shows_something(asking, seen) or page_shows(_speaks_for(asking, fetched), _searched(fetched), platforms)
    says = None if shows and not is_first else _platform_says(asking, fetched, page)
    if says is PageSays.REMOVED:
        return _removed_by_platform(asking, seen)
    wall = _PLATFORM_WALLS[says] if says is not None else None if shows else _wall_or_parked(fetched, page, address)
    if isinstance(wall, Told):
        return replace(seen, told=seen.told | {wall})
    if wall is not None:
        return replace(seen, page=None, parts=(), reason=wall)
    gone = None if is_first or shows else _gone_signal(asking, fetched, page)
    return replace(seen, gone_signal=gone, account=_account(asking, fetched))


def _wall_or_parked(fetched: Fetched, page: PageFacts, address: Address) -> Unreachable | Told | None:
    parked = parked_by(fetched, page, address)
    return Told(parked) if parked is not None else wall_of(page)


def _removed_by_platform(asking: Exchanges, seen: Seen) -> Seen:
    if asking.remembered is NOTHING_REMEMBERED:
        return replace(seen, page=None, parts=(), reason=Unreachable.NOT_FOUND)
    return replace(seen, gone_signal=PLATFORM_PAGE)


def _with_parts(asking: Exchanges, seen: Seen, wanted: Wanted) -> Seen:
    """The files written into a page are fingerprinted like fetched ones, and their bytes dropped."""
    page = seen.page
    if page is None:
        return seen
    empty = asking.seen(evidence={"stage": "in_page"})
    parts = tuple(_with_file(asking.station, empty, one.body, wanted) for one in page.embedded)
    shown = {key_of(url) for url in (*(picture.url for picture in page.pictures), *page.frames)}
    shown |= {key_of_part(asking.address.key, one.fingerprint.sha256) for one in parts if one.fingerprint}
    return replace(seen, page=replace(page, embedded=()), parts=parts, shown=frozenset(shown))


def _shows_something(asking: Exchanges, seen: Seen) -> bool:
    """Whether a page shows what is remembered of it; at a first look, whether it shows any picture."""
    remembered = asking.remembered
    if remembered is NOTHING_REMEMBERED:
        return bool(seen.page and seen.page.pictures) or bool(seen.parts)
    if remembered.is_part:
        hashes = {part.fingerprint.sha256 for part in seen.parts if part.fingerprint}
        return bool(hashes & remembered.sha256)
    return bool(shown_again(seen, remembered))


def _page_of(station: Station, fetched: Fetched) -> PageFacts:
    limit = station.settings.fetch.max_pictures
    return read_page(fetched.body, fetched.final_url, fetched.header("content-type"), max_pictures=limit)


def _platform_says(asking: Exchanges, fetched: Fetched, page: PageFacts) -> PageSays | None:
    name = _speaks_for(asking, fetched)
    return page_says(name, page.title, page.text, _searched(fetched), asking.station.home.platforms) if name else None


def _account(asking: Exchanges, fetched: Fetched) -> NamedAccount | None:
    name = _speaks_for(asking, fetched)
    named = account_on_page(name, _searched(fetched), asking.station.home.platforms) if name else None
    return NamedAccount(*named) if named is not None else None


def _speaks_for(asking: Exchanges, fetched: Fetched) -> str | None:
    """The platform that a page speaks for: one that a redirect led to elsewhere may say anything."""
    platforms = asking.station.home.platforms
    asked, answered = (read_platform(one, platforms) for one in (asking.address, read_address(fetched.final_url)))
    is_same = asked is not None and answered is not None and asked.platform == answered.platform
    return asked.platform if asked is not None and is_same else None


def _searched(fetched: Fetched) -> str:
    return fetched.body[:MAX_SEARCHED].decode("utf-8", "replace")


def _gone_signal(asking: Exchanges, fetched: Fetched, page: PageFacts) -> str | None:
    if asking.remembered.is_by_pictures and not asking.remembered.picture_keys:
        return None
    signal = looks_gone(fetched, page, None, asking.address)
    return signal or looks_gone(fetched, page, _look_at_sibling(asking), asking.address)


def _look_at_sibling(asking: Exchanges) -> PageFacts | None:
    """A page that surely never existed, whatever its status: what it says is how this host says "not found"."""
    href = sibling_of(asking.address.href, random.SystemRandom())
    try:
        fetched = asking.ask(href, purpose="sibling")
    except FetchError:
        return None
    return _page_of(asking.station, fetched) if is_page(fetched.mime, fetched.body) else None
