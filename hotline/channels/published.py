"""Fetches lists that others publish about the internet, each from the address its data file names, through the gate.
Knows nothing of what they say."""

import ssl
from dataclasses import dataclass, field
from typing import Self

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Limits, exchange
from hotline.errors import ChannelError, LookupFailedError
from hotline.settings import Settings

MAX_BYTES = 20_000_000
MAX_REDIRECTS = 3
DEADLINE_S = 60.0


@dataclass(frozen=True)
class Publishers:
    """Whoever publishes lists: reached by https, and in a lab, which has no authorities, by http."""

    limits: Limits
    gate: Gate = field(repr=False)
    resolver: Resolver = field(repr=False)
    is_lab: bool = False
    context: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def from_settings(cls, settings: Settings, *, context: ssl.SSLContext | None = None) -> Self:
        """context: other TLS authorities than the system's, for tests."""
        limits = Limits(DEADLINE_S, MAX_BYTES, MAX_REDIRECTS, settings.fetch.user_agent)
        gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
        return cls(limits, gate, resolver, settings.is_lab, context)

    def list_at(self, url: str) -> bytes:
        """The list at an address. Raises LookupFailedError with a short reason: `not_https`, `status`, `timeout` …"""
        href = f"http{url.removeprefix('https')}" if self.is_lab and url.startswith("https:") else url
        self._require_secure(href)
        try:
            answer = exchange(href, limits=self.limits, gate=self.gate, resolver=self.resolver, context=self.context)
        except ChannelError as error:
            raise _failed(error.reason) from None
        if answer.status != 200:
            raise _failed(f"status {answer.status}")
        for hop in answer.hops:
            self._require_secure(hop.url)
        return answer.body

    def _require_secure(self, href: str) -> None:
        """Whoever sits on the line could write a list that came without TLS, redirects included."""
        if not self.is_lab and not href.startswith("https://"):
            raise _failed("not_https")


def _failed(reason: str) -> LookupFailedError:
    return LookupFailedError(f"the list could not be fetched ({reason})", reason=reason)
