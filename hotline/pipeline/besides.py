"""What a look at decided material asks besides: whether it changed at all, whether a platform still has it, whether it
only comes out of a cache, and whether the host that a name once led to still serves it."""

import secrets
from dataclasses import replace

from hashsets.wire import Wanted
from hotline.addresses import read_address
from hotline.errors import FetchError, LookupFailedError
from hotline.extract import is_page, names_are_parked
from hotline.pipeline.answers import evidence_of, read_answer
from hotline.pipeline.exchanges import Exchanges
from hotline.platforms import Existence, existence_of, read_platform
from hotline.recheck import judge
from hotline.records.looks import Fetched, Headers
from hotline.records.seen import Seen, Told, Validators
from hotline.states import RecheckVerdict, Unreachable
from hotline.trace import registrable_domain

_EXISTENCE = {
    Existence.ONLINE: Told.EXISTS,
    Existence.REMOVED: Told.REMOVED,
    Existence.RESTRICTED: Told.RESTRICTED,
}
_NO_HEAD = frozenset({Unreachable.RESET, Unreachable.BAD_RESPONSE})
"""A host that does not know the method may answer it so."""
_FRESH = (("cache-control", "no-cache"), ("pragma", "no-cache"))
_NOT_THERE = frozenset({404, 410})


def look_unchanged(asking: Exchanges) -> Seen | None:
    """What the heads alone tell of bytes that we know; None where they do not, and the whole must be fetched."""
    known = asking.remembered.validators
    if known is None or known.sha256 not in asking.remembered.sha256:
        return None
    try:
        fetched = asking.ask(asking.address.href, method="HEAD", purpose="head")
    except FetchError as error:
        return None if error.reason in _NO_HEAD else asking.failed(error)
    same = _same(fetched, known)
    if same is None:
        return None
    evidence = {**evidence_of(fetched), "method": "HEAD"}
    return asking.seen(told=frozenset({same}), final_url=fetched.final_url, headers=fetched.headers, evidence=evidence)


def _same(fetched: Fetched, known: Validators) -> Told | None:
    etag, size = fetched.header("etag"), fetched.header("content-length")
    has_size = known.size_bytes is not None and size == str(known.size_bytes)
    if fetched.status != 200:
        return None
    if known.etag and etag:
        is_strong = not etag.startswith("W/")
        return Told.SAME_ETAG if etag == known.etag and (is_strong or has_size) else None
    date = fetched.header("last-modified")
    return Told.SAME_DATE_AND_SIZE if date and date == known.last_modified and has_size else None


def ask_besides(asking: Exchanges, seen: Seen) -> Seen:
    """Adds to what a look brought whatever else can be asked about it."""
    seen = _with_existence(asking, seen)
    seen = _with_parking(asking, seen)
    verdict = judge(seen, asking.remembered).verdict
    if verdict is RecheckVerdict.ONLINE:
        return _with_whereabouts(asking, seen)
    if verdict is RecheckVerdict.PARKED or seen.reason is Unreachable.DNS:
        return _with_former_address(asking, seen)
    return seen


def _with_existence(asking: Exchanges, seen: Seen) -> Seen:
    platforms = asking.station.home.platforms
    ids = read_platform(asking.address, platforms)
    question = existence_of(ids, platforms) if ids is not None else None
    if question is None:
        return seen
    try:
        fetched = asking.ask(question.href, purpose="exists")
    except FetchError:
        return seen
    told = _EXISTENCE.get(question.told(fetched.status))
    return seen if told is None else replace(seen, told=seen.told | {told})


def _with_parking(asking: Exchanges, seen: Seen) -> Seen:
    """A page that shows nothing of what is remembered may stand on a name that was given up."""
    if seen.page is None or seen.told or judge(seen, asking.remembered).verdict is RecheckVerdict.ONLINE:
        return seen
    domain = registrable_domain(asking.address.host)
    try:
        servers = asking.station.resolver.records(domain, "NS") if domain else ()
    except LookupFailedError:
        return seen
    return replace(seen, told=seen.told | {Told.PARKED_NAMES}) if names_are_parked(servers) else seen


def _with_whereabouts(asking: Exchanges, seen: Seen) -> Seen:
    site = registrable_domain(read_address(seen.final_url).host) if seen.final_url else None
    if site is not None and asking.remembered.site is not None and site != asking.remembered.site:
        return replace(seen, told=seen.told | {Told.OTHER_SITE})
    if is_from_cache(seen.headers) and _is_gone_behind_cache(asking):
        return replace(seen, told=seen.told | {Told.ONLY_CACHED})
    return seen


def is_from_cache(headers: Headers) -> bool:
    """Tells by its head whether an answer came out of a cache (RFC 9111 section 5.1, and what others add)."""
    found = dict(headers)
    if (found.get("age") or "0").strip().isdecimal() and int(found.get("age") or 0) > 0:
        return True
    return any("hit" in found.get(name, "").lower() for name in ("x-cache", "cf-cache-status", "x-cache-status"))


def _is_gone_behind_cache(asking: Exchanges) -> bool:
    """Whether the same address, asked in a way that no cache has an answer to, is not there."""
    href = asking.address.href.partition("#")[0]
    past = f"{href}{'&' if '?' in href else '?'}fresh={secrets.token_hex(8)}"
    try:
        fetched = asking.ask(past, method="HEAD", purpose="cache", headers=_FRESH)
    except FetchError:
        return False
    return fetched.status in _NOT_THERE and not is_from_cache(fetched.headers)


def _with_former_address(asking: Exchanges, seen: Seen) -> Seen:
    """Asks the host that the name led to when the material was found: the name may be gone and the material not."""
    ip = asking.remembered.ip
    if ip is None or asking.vantage != "direct" or ip == seen.evidence.get("ip"):
        return seen
    try:
        fetched = asking.ask(asking.address.href, purpose="origin", at_ip=ip)
    except FetchError:
        return seen
    if not is_page(fetched.mime, fetched.body) or asking.remembered.is_page or asking.remembered.is_part:
        there = replace(read_answer(asking, fetched, Wanted.HASHES), told=frozenset())
        if there.reason is None and judge(there, asking.remembered).verdict is RecheckVerdict.ONLINE:
            return replace(seen, told=seen.told | {Told.AT_FORMER_ADDRESS})
    return seen
