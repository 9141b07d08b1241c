"""One bounded exchange over HTTP: redirects by hand through the same gate, capped bytes on the wire and after
decompression, every failure one FetchError with stage and reason. Writes nothing and names no address in an error."""

import contextlib
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import requests

from hotline.addresses import Gate
from hotline.addresses.gate import plain_host
from hotline.channels.dial import Allowance, Dialer
from hotline.channels.dns import Resolver
from hotline.channels.egress import ProxyDialer, Way, is_answer_of_proxy
from hotline.channels.heads import kept_headers
from hotline.channels.http import GuardedSession, guarded_session
from hotline.channels.trip import Limits, Trip, errors_told
from hotline.channels.unpack import unpacked
from hotline.records.looks import Capture, Headers, Hop
from hotline.states import Unreachable

__all__ = ["DIRECT", "Exchange", "Limits", "exchange", "told_nobody"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEAD_BYTES = 1_000_000  # heads, chunk sizes and trailers, besides the body
CHUNK_BYTES = 65_536
WITHOUT_BODY = frozenset({204, 304})
MAX_IPS = 64  # of a name's addresses, as they are kept; all are checked
DIRECT = Way()


@dataclass(frozen=True)
class Exchange:
    """The last answer, its body decoded; `hops` are all answers in order, this one last."""

    final_url: str = field(repr=False)
    hops: tuple[Hop, ...]
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    capture: Capture = field(repr=False)

    @property
    def status(self) -> int:
        return self.hops[-1].status

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def told_nobody(_capture: Capture) -> None:
    pass


def exchange(
    href: str,
    *,
    limits: Limits,
    gate: Gate,
    resolver: Resolver,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    context: ssl.SSLContext | None = None,
    purpose: str = "look",
    way: Way = DIRECT,
    at_ip: str | None = None,
    tell: Callable[[Capture], None] = told_nobody,
) -> Exchange:
    """Sends one request and follows its redirects. Raises FetchError, RefusedAddressError; ends within the deadline.

    headers: besides our own. at_ip: dialled, after the gate, for the asked host instead of what its name leads to; by
    the direct way only.
    tell: hears at every stage (dns, connect, tls, headers, body) what the capture would be if it ended there.
    """
    allowance = Allowance(limits.deadline_s, limits.max_bytes + HEAD_BYTES)
    at = (_name_of(href), at_ip) if at_ip is not None else None
    dialer = Dialer(gate, resolver, allowance, at=at)
    if not way.is_direct:
        dialer = ProxyDialer(gate, resolver, allowance, way=way)
    trip = Trip(href, limits, dialer, way, method, purpose, headers or {}, context)
    dialer.tell = lambda: tell(trip.capture(Unreachable.TIMEOUT.value))
    cookies, host = None, ""
    while True:
        hop_host = _host_of(href)
        began_at = datetime.now(UTC)
        with errors_told(trip), _session(trip, cookies if hop_host == host else None) as session:
            _check_fetchable(trip, href)
            answer = session.send_bare(trip.method, href, trip.headers)
            with contextlib.closing(answer):
                trip.hops.append(_hop(trip, href, answer, began_at))
                target = _redirect_target(trip, href, answer)
                if target is None:
                    return _ended(trip, href, _body(trip, answer))
                cookies, host, href = session.cookies, hop_host, target


def _check_fetchable(trip: Trip, href: str) -> None:
    if plain_host(_name_of(href)).endswith(".onion"):
        trip.dialer.enter("dns")
        raise trip.failed(Unreachable.ONION, may_retry=False)


def _hop(trip: Trip, href: str, answer: requests.Response, began_at: datetime) -> Hop:
    """The answer with its head. Raises FetchError where it is the proxy's own, or an interim one."""
    is_forwarded = trip.dialer.sends_whole_address and href.startswith("http:")
    if is_forwarded and is_answer_of_proxy(answer.status_code, answer.headers):
        trip.dialer.enter("connect")
        raise trip.failed(Unreachable.CONNECT)
    if answer.status_code < 200:
        raise trip.failed(Unreachable.BAD_RESPONSE)
    leg = trip.dialer.leg
    return Hop(
        url=href,
        status=answer.status_code,
        ip=leg.ip,
        method=trip.method,
        sent=kept_headers(trip.dialer.sent),
        received=kept_headers(answer.raw.headers.iteritems()),
        ips=leg.ips[:MAX_IPS],
        tls=leg.tls,
        began_at=began_at,
        ended_at=datetime.now(UTC),
    )


def _ended(trip: Trip, href: str, body: bytes) -> Exchange:
    last = replace(trip.hops[-1], ended_at=datetime.now(UTC))
    if trip.method != "HEAD" and last.status not in WITHOUT_BODY:
        last = replace(last, body_sha256=hashlib.sha256(body).hexdigest(), body_bytes=len(body))
    trip.hops[-1] = last
    return Exchange(href, tuple(trip.hops), last.received, body, trip.capture())


def _session(trip: Trip, cookies: requests.cookies.RequestsCookieJar | None) -> GuardedSession:
    """A session for one hop: each dials anew, and cookies are taken along to the same host only."""
    session = guarded_session(trip.dialer, user_agent=trip.limits.user_agent, context=trip.context)
    if cookies:
        session.cookies.update(cookies)
    return session


def _redirect_target(trip: Trip, href: str, answer: requests.Response) -> str | None:
    location = answer.headers.get("location")
    if answer.status_code not in REDIRECTS or not location:
        return None
    if len(trip.hops) > trip.limits.max_redirects:
        raise trip.failed(Unreachable.TOO_MANY_REDIRECTS)
    target = _joined(href, location)
    if target is None:
        raise trip.failed(Unreachable.BAD_RESPONSE)
    if answer.status_code == 303 and trip.method != "HEAD":
        trip.method = "GET"
    return target


def _joined(href: str, location: str) -> str | None:
    """The absolute target, its user name and password left out so that they are not sent; None where it is not web."""
    import ada_url

    text = location.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        url = ada_url.URL(text, base=href)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    url.username = url.password = ""
    return url.href


def _body(trip: Trip, answer: requests.Response) -> bytes:
    trip.dialer.enter("body")
    limit = trip.limits.max_bytes
    if trip.method == "HEAD":
        return b""
    if (answer.raw.length_remaining or 0) > limit:
        raise trip.failed(Unreachable.TOO_LARGE)
    body = bytearray()
    for chunk in answer.raw.stream(CHUNK_BYTES, decode_content=False):
        trip.dialer.allowance.left_s()
        body += chunk
        if len(body) > limit:
            raise trip.failed(Unreachable.TOO_LARGE)
    return unpacked(bytes(body), answer.headers.get("content-encoding", ""), limit)


def _host_of(href: str) -> str:
    """The name with its port."""
    import ada_url

    return str(ada_url.URL(href).host)


def _name_of(href: str) -> str:
    import ada_url

    return str(ada_url.URL(href).hostname)
