"""Fetches one address: as the policy says, by a process that talks to hostile hosts, body in memory only. Sleeps never,
retries never, and knows no item and no storage."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from hotline.channels.asking import Asking
from hotline.channels.exchange import Exchange, Limits
from hotline.errors import FetchError
from hotline.records.looks import Fetched
from hotline.settings import FetchSettings
from hotline.states import Unreachable


class MakesRequests(Protocol):
    """What makes the request: `Fetchers`, which have processes for it, or a `Fetcher` in this one."""

    def exchange(self, ask: Asking) -> Exchange: ...


def fetch(
    address_href: str,
    *,
    fetchers: MakesRequests,
    settings: FetchSettings,
    method: str = "GET",
    purpose: str = "look",
    egress: str = "direct",
    headers: tuple[tuple[str, str], ...] = (),
    at_ip: str | None = None,
    max_bytes: int | None = None,
) -> Fetched:
    """Fetches an href as `read_address` gives it, redirects included, and returns the last answer whatever its status.

    Raises FetchError (reason: a value of states.Unreachable) and RefusedAddressError, each with evidence and capture;
    ends within `settings.deadline_s` and half a second.

    method: GET or HEAD. purpose: what the capture says it was for. egress: direct, or a name of `egress.profiles`.
    headers: sent besides our own. at_ip: dialled, once the gate passed it, for the asked host instead of what its name
    leads to; by the direct way only. max_bytes: of one body, where less than `settings.max_bytes` will do.
    """
    _check_fetchable(address_href)
    limit = settings.max_bytes if max_bytes is None else min(max_bytes, settings.max_bytes)
    limits = Limits(settings.deadline_s, limit, settings.max_redirects, settings.user_agent)
    answer = fetchers.exchange(Asking(address_href, limits, method, purpose, egress, headers, at_ip))
    return Fetched(
        asked=address_href,
        final_url=answer.final_url,
        status=answer.status,
        hops=answer.hops,
        headers=answer.headers,
        mime=_mime(answer.header("content-type")),
        body=answer.body,
        ip=answer.hops[-1].ip,
        retry_after_s=_retry_after_s(answer),
        capture=answer.capture,
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
