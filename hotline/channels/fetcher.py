"""Makes requests in the running process, by every way out of a home; this is what runs inside the processes of
Fetchers. Holds no key and writes nothing."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from hotline.addresses import Gate
from hotline.channels.asking import Asking, Plan
from hotline.channels.dns import Resolver
from hotline.channels.egress import Way
from hotline.channels.exchange import Exchange, exchange, told_nobody
from hotline.channels.http import tls_context
from hotline.records.looks import Capture


@dataclass(frozen=True)
class Fetcher:
    """Gate, names, ways out and TLS authorities of one home."""

    gate: Gate = field(repr=False)
    resolver: Resolver = field(repr=False)
    ways: dict[str, Way] = field(repr=False)
    context: ssl.SSLContext = field(repr=False)

    @classmethod
    def from_plan(cls, plan: Plan) -> Self:
        """Raises SettingsError."""
        settings = plan.settings
        gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
        return cls(gate, resolver, Way.read_all(settings.egress.profiles), tls_context(settings.authorities))

    def exchange(self, ask: Asking, tell: Callable[[Capture], None] = told_nobody) -> Exchange:
        """Raises FetchError, RefusedAddressError."""
        return exchange(
            ask.href,
            limits=ask.limits,
            gate=self.gate,
            resolver=self.resolver,
            method=ask.method,
            headers=dict(ask.headers),
            context=self.context,
            purpose=ask.purpose,
            way=self.ways[ask.egress],
            at_ip=ask.at_ip,
            tell=tell,
        )
