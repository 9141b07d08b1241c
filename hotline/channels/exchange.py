"""One bounded exchange over HTTP: redirects by hand through the same gate, capped bytes on the wire and after
decompression, every failure one FetchError with stage and reason. Writes nothing and names no address in an error."""

import contextlib
import http.client
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

import requests
import urllib3.exceptions

from hotline.addresses import Gate
from hotline.channels.dial import Allowance, Dialer
from hotline.channels.dns import Resolver
from hotline.channels.http import GuardedSession, guarded_session
from hotline.channels.unpack import BombError, PackedError, unpacked
from hotline.errors import FetchError, LookupFailedError, RefusedAddressError
from hotline.records.looks import Hop
from hotline.states import Unreachable

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEAD_BYTES = 1_000_000  # heads, chunk sizes and trailers, besides the body
CHUNK_BYTES = 65_536
SERVER_FAULTS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """What one exchange may use, its redirects included."""

    deadline_s: float
    max_bytes: int
    max_redirects: int
    user_agent: str


@dataclass(frozen=True)
class Exchange:
    """The last answer, its body decoded; `hops` are all answers in order, this one last."""

    final_url: str = field(repr=False)
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def status(self) -> int:
        return self.hops[-1].status

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


@dataclass
class _Trip:
    """An exchange under way."""

    limits: Limits
    dialer: Dialer
    method: str
    headers: dict[str, str]
    context: ssl.SSLContext | None
    hops: list[Hop] = field(default_factory=list)

    def evidence(self) -> dict[str, object]:
        return {
            "stage": self.dialer.stage,
            "statuses": [hop.status for hop in self.hops],
            "ips": [hop.ip for hop in self.hops],
            "received_bytes": self.dialer.allowance.received_bytes,
            "elapsed_s": round(self.dialer.allowance.elapsed_s, 3),
        }

    def failed(self, reason: Unreachable, *, may_retry: bool = True) -> FetchError:
        message = f"the address could not be fetched: {reason.value} at stage {self.dialer.stage}"
        return FetchError(message, reason=reason.value, may_retry=may_retry, evidence=self.evidence())


def exchange(
    href: str,
    *,
    limits: Limits,
    gate: Gate,
    resolver: Resolver,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> Exchange:
    """Sends one request and follows its redirects. Raises FetchError, RefusedAddressError; ends within the deadline."""
    allowance = Allowance(limits.deadline_s, limits.max_bytes + HEAD_BYTES)
    trip = _Trip(limits, Dialer(gate, resolver, allowance), method, headers or {}, context)
    cookies, host = None, ""
    while True:
        hop_host = _host_of(href)
        with _errors_told(trip), _session(trip, cookies if hop_host == host else None) as session:
            answer = session.send_bare(trip.method, href, trip.headers)
            with contextlib.closing(answer):
                trip.hops.append(Hop(href, answer.status_code, trip.dialer.ip))
                target = _redirect_target(trip, href, answer)
                if target is None:
                    return Exchange(href, tuple(trip.hops), _headers(answer), _body(trip, answer))
                cookies, host, href = session.cookies, hop_host, target


def _session(trip: _Trip, cookies: requests.cookies.RequestsCookieJar | None) -> GuardedSession:
    """A session for one hop: each dials anew, and cookies are taken along to the same host only."""
    session = guarded_session(trip.dialer, user_agent=trip.limits.user_agent, context=trip.context)
    if cookies:
        session.cookies.update(cookies)
    return session


def _redirect_target(trip: _Trip, href: str, answer: requests.Response) -> str | None:
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


def _body(trip: _Trip, answer: requests.Response) -> bytes:
    trip.dialer.stage = "body"
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


def _headers(answer: requests.Response) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value[:2000]) for name, value in answer.raw.headers.iteritems())


def _host_of(href: str) -> str:
    import ada_url

    return str(ada_url.URL(href).host)


@contextlib.contextmanager
def _errors_told(trip: _Trip) -> Iterator[None]:
    """Turns whatever the libraries raise into one FetchError; `from None`, because their messages hold addresses."""
    try:
        yield
    except RefusedAddressError as error:
        raise RefusedAddressError(
            str(error), reason=error.reason, may_retry=error.may_retry, evidence=trip.evidence()
        ) from None
    except LookupFailedError as error:
        raise trip.failed(Unreachable.DNS, may_retry=error.may_retry) from None
    except BombError:
        raise trip.failed(Unreachable.TOO_LARGE) from None
    except PackedError:
        raise trip.failed(Unreachable.BAD_RESPONSE) from None
    except SERVER_FAULTS as error:
        raise _told(trip, error) from None


def _told(trip: _Trip, error: Exception) -> FetchError:
    allowance, stage = trip.dialer.allowance, trip.dialer.stage
    if allowance.is_late:
        return trip.failed(Unreachable.TIMEOUT)
    if allowance.is_spent:
        return trip.failed(Unreachable.TOO_LARGE)
    if isinstance(error, requests.exceptions.InvalidURL):
        return trip.failed(Unreachable.DNS, may_retry=False)
    if stage in ("connect", "tls"):
        return trip.failed(Unreachable(stage))
    return trip.failed(Unreachable.RESET if _is_reset(error) else Unreachable.BAD_RESPONSE)


def _is_reset(error: BaseException) -> bool:
    """Whether the peer broke the connection, however deep the libraries wrapped that."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or cause in seen:
            continue
        if isinstance(cause, ConnectionError) and not isinstance(cause, requests.RequestException):
            return True
        seen.append(cause)
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return False
