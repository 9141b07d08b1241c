"""Taking a look at an address: fetch, extract and fingerprint in one go, because bytes may not rest."""

import random
import time
from dataclasses import replace
from typing import Any

from hashsets.wire import Wanted
from hotline.addresses import Address, read_address
from hotline.errors import FetchError
from hotline.extract import is_page, looks_gone, read_page, redirects_to_login, sibling_of, wall_of
from hotline.fetch import fetch
from hotline.pipeline.station import Station
from hotline.platforms import account_on_page, read_platform
from hotline.recheck import picture_keys
from hotline.records.looks import Fetched, NamedAccount, PageFacts
from hotline.records.seen import Remembered, Seen
from hotline.states import Unreachable

_STATUS = {
    401: Unreachable.LOGIN_WALL,
    403: Unreachable.FORBIDDEN,
    404: Unreachable.NOT_FOUND,
    410: Unreachable.NOT_FOUND,
    429: Unreachable.RATE_LIMITED,
    451: Unreachable.GEO_BLOCKED,
}
MAX_REST_S = 60.0
"""A longer Retry-After ends the try: the row comes back later, and the host's other rows are not held up by it."""
MAX_SEARCHED = 2_000_000
"""So much of a page is searched for its account."""
NOTHING_REMEMBERED = Remembered(is_page=False)


def take_look(
    station: Station,
    address: Address,
    remembered: Remembered = NOTHING_REMEMBERED,
    wanted: Wanted = Wanted.HASHES,
) -> Seen:
    """Looks at an address once. Never raises for what the outside does; the reason stands in what is returned.

    With something `remembered`, an answer that no longer shows it is compared with a random sibling of the address.
    `wanted` says which local features a file is decoded for.
    """
    now = station.now()
    refused = _why_not(station, address)
    if refused is not None:
        return Seen(now, station.vantage, reason=refused, evidence={"stage": "not_fetched"})
    try:
        fetched = fetch(address.href, settings=station.settings.fetch, gate=station.gate, resolver=station.resolver)
    except FetchError as error:
        reason = Unreachable(error.reason)
        return Seen(now, station.vantage, reason=reason, rest_s=_rest(station), evidence=dict(error.evidence))
    return _read_answer(station, address, fetched, remembered, wanted)


def _why_not(station: Station, address: Address) -> Unreachable | None:
    if not station.settings.may_fetch(station.now()):
        return Unreachable.NO_MANDATE
    if address.is_onion:
        return Unreachable.ONION
    platform = read_platform(address)
    return Unreachable.LOGIN_WALL if platform and platform.has_login_wall else None


def _read_answer(station: Station, address: Address, fetched: Fetched, remembered: Remembered, wanted: Wanted) -> Seen:
    seen = Seen(
        station.now(),
        station.vantage,
        reason=_reason_for(fetched),
        rest_s=max(_rest(station), min(fetched.retry_after_s or 0.0, MAX_REST_S)),
        retry_after_s=fetched.retry_after_s,
        evidence=_evidence(fetched),
    )
    if seen.reason is not None:
        return seen
    if not is_page(fetched.mime, fetched.body):
        return _with_file(station, seen, fetched.body, wanted)
    page = _page_of(station, fetched)
    if page.is_login or redirects_to_login(fetched, address):
        return replace(seen, reason=Unreachable.LOGIN_WALL)
    wall = None if _shows_something(page, remembered) else wall_of(page)
    if wall is not None:
        return replace(seen, reason=wall)
    signal = _gone_signal(station, address, fetched, page, remembered)
    return replace(seen, page=page, gone_signal=signal, account=_account(address, fetched))


def _with_file(station: Station, seen: Seen, body: bytes, wanted: Wanted) -> Seen:
    examined = station.pool.examine(body, wanted)
    kept = examined.kept if wanted is Wanted.KEPT and examined.fingerprint.problem is None else None
    return replace(seen, fingerprint=examined.fingerprint, asked=examined.asked, kept=kept)


def _account(address: Address, fetched: Fetched) -> NamedAccount | None:
    platform, shown_by = read_platform(address), read_platform(read_address(fetched.final_url))
    # A page that a redirect led to elsewhere may say anything.
    if platform is None or shown_by is None or shown_by.platform != platform.platform:
        return None
    named = account_on_page(platform.platform, fetched.body[:MAX_SEARCHED].decode("utf-8", "replace"))
    return NamedAccount(*named) if named is not None else None


def _shows_something(page: PageFacts, remembered: Remembered) -> bool:
    """Whether a page shows what is remembered of it; at a first look, whether it shows any picture."""
    if remembered is NOTHING_REMEMBERED:
        return bool(page.pictures)
    return bool(remembered.picture_keys & picture_keys(page))


def _page_of(station: Station, fetched: Fetched) -> PageFacts:
    limit = station.settings.fetch.max_pictures
    return read_page(fetched.body, fetched.final_url, fetched.header("content-type"), max_pictures=limit)


def _gone_signal(
    station: Station, address: Address, fetched: Fetched, page: PageFacts, remembered: Remembered
) -> str | None:
    if remembered is NOTHING_REMEMBERED or remembered.picture_keys & picture_keys(page):
        return None
    if remembered.is_by_pictures and not remembered.picture_keys:
        return None
    signal = looks_gone(fetched, page, None, address)
    return signal or looks_gone(fetched, page, _look_at_sibling(station, address), address)


def _look_at_sibling(station: Station, address: Address) -> PageFacts | None:
    """A page that surely never existed, whatever its status: what it says is how this host says "not found".

    It is the same host, so the pause between two requests is kept here.
    """
    time.sleep(station.settings.fetch.between_s)
    href = sibling_of(address.href, random.SystemRandom())
    try:
        fetched = fetch(href, settings=station.settings.fetch, gate=station.gate, resolver=station.resolver)
    except FetchError:
        return None
    return _page_of(station, fetched) if is_page(fetched.mime, fetched.body) else None


def _reason_for(fetched: Fetched) -> Unreachable | None:
    if 200 <= fetched.status < 300:
        return None
    if fetched.status in _STATUS:
        return _STATUS[fetched.status]
    return Unreachable.SERVER_ERROR if fetched.status >= 500 else Unreachable.BAD_RESPONSE


def _evidence(fetched: Fetched) -> dict[str, Any]:
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


def _rest(station: Station) -> float:
    return station.settings.fetch.between_s
