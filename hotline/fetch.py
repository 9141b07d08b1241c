"""Fetches one address: as the policy says, through the gate, body in memory only. Sleeps never, retries never, and
knows no item and no storage."""

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Exchange, Limits, exchange
from hotline.errors import FetchError
from hotline.records.looks import Fetched
from hotline.settings import FetchSettings
from hotline.states import Unreachable

MAX_HEADERS = 100


def fetch(
    address_href: str,
    *,
    settings: FetchSettings,
    gate: Gate,
    resolver: Resolver,
    method: str = "GET",
    context: ssl.SSLContext | None = None,
) -> Fetched:
    """Fetches an href as `read_address` gives it, redirects included, and returns the last answer whatever its status.

    Raises FetchError (reason: a value of states.Unreachable) and RefusedAddressError, each with evidence; ends within
    `settings.deadline_s`. method: GET or HEAD. context: other TLS authorities than the system's, for tests.
    """
    _check_fetchable(address_href)
    limits = Limits(settings.deadline_s, settings.max_bytes, settings.max_redirects, settings.user_agent)
    answer = exchange(address_href, limits=limits, gate=gate, resolver=resolver, method=method, context=context)
    return Fetched(
        asked=address_href,
        final_url=answer.final_url,
        status=answer.status,
        hops=answer.hops,
        headers=answer.headers[:MAX_HEADERS],
        mime=_mime(answer.header("content-type")),
        body=answer.body,
        ip=answer.hops[-1].ip,
        retry_after_s=_retry_after_s(answer),
    )


def _check_fetchable(href: str) -> None:
    import ada_url

    try:
        url = ada_url.URL(href)
    except (ValueError, UnicodeEncodeError):
        url = None
    if url is None or url.protocol not in ("http:", "https:"):
        message = "this is no http or https address; read it with read_address first"
        raise FetchError(message, reason=Unreachable.BAD_RESPONSE.value, may_retry=False)
    if str(url.hostname).rstrip(".").endswith(".onion"):
        raise FetchError("onion addresses are not fetched", reason=Unreachable.ONION.value, may_retry=False)


def _mime(content_type: str | None) -> str | None:
    mime = (content_type or "").partition(";")[0].strip().lower()
    return mime[:100] or None


def _retry_after_s(answer: Exchange) -> float | None:
    """Seconds, also where the header is a date; that is compared with the server's own clock where it tells it."""
    text = answer.header("retry-after")
    if not text or answer.status not in (429, 503):
        return None
    if text.strip().isdecimal():
        return min(float(text), 1e9)
    until, now = _date(text), _date(answer.header("date")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
