"""Asks the registries who holds a network, a number or a domain: our guarded exchange carries, the registry is chosen
by the dated tables, and answers are kept for a day. Knows no contact book."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar, cast

from hotline.addresses import Gate
from hotline.channels.answers import (
    RdapAutnum,
    RdapDomain,
    RdapNetwork,
    autnum_in,
    domain_in,
    network_in,
    read_document,
)
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Limits, exchange
from hotline.datafiles import DataFiles
from hotline.errors import ChannelError, LookupFailedError
from hotline.settings import Settings

__all__ = ["Rdap", "RdapAutnum", "RdapDomain", "RdapNetwork"]

MAX_BYTES = 2_000_000
MAX_REDIRECTS = 5
KEPT_S = 86_400.0
FAILED_KEPT_S = 300.0
MAX_KEPT = 4096
# Registries assign parts of what they gave out, so a wide answer is taken for the neighbourhood of the address only.
WIDEST_KEPT = {4: 24, 6: 48}
Answer = TypeVar("Answer", RdapNetwork, RdapDomain, RdapAutnum)


class Kept:
    """Answers and failures for a while, the oldest dropped first; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[float, object]] = OrderedDict()

    def get(self, keys: Sequence[str]) -> object | None:
        """What is kept under the first of these keys that has anything."""
        with self._lock:
            for key in keys:
                until, found = self._found.get(key, (0.0, None))
                if until > self._clock():
                    return found
        return None

    def put(self, key: str, found: object, for_s: float) -> None:
        if for_s <= 0:
            return
        with self._lock:
            self._found[key] = (self._clock() + for_s, found)
            self._found.move_to_end(key)
            while len(self._found) > MAX_KEPT:
                self._found.popitem(last=False)


@dataclass(frozen=True)
class Rdap:
    """RDAP servers, asked one after the other until one answers. `lab`: its own servers, which answer for all."""

    limits: Limits
    gate: Gate = field(repr=False)
    resolver: Resolver = field(repr=False)
    data: DataFiles = field(default_factory=DataFiles, repr=False)
    lab: tuple[str, ...] | None = None
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)

    @classmethod
    def from_settings(
        cls, settings: Settings, *, gate: Gate, resolver: Resolver, data: DataFiles | None = None
    ) -> Self:
        """Builds the questioner of a home: in a lab its own servers, perhaps none, else by the dated tables."""
        limits = Limits(settings.rdap.timeout_s, MAX_BYTES, MAX_REDIRECTS, settings.fetch.user_agent)
        lab = settings.lab.rdap if settings.lab is not None else None
        return cls(limits, gate, resolver, data or DataFiles(), lab)

    def network_of(self, ip: str, *, within_s: float | None = None) -> RdapNetwork:
        """Asks for the network around an IP. Raises LookupFailedError, its reason short and without addresses."""
        bases = self.data.registries().for_ip(ip) if self.lab is None else self.lab
        return self._asked(_around(ip), f"ip/{ip}", bases, lambda found: network_in(found, ip), within_s)

    def autnum_of(self, asn: int, *, within_s: float | None = None) -> RdapAutnum:
        """Asks who holds an autonomous system. Raises LookupFailedError."""
        bases = self.data.registries().for_asn(asn) if self.lab is None else self.lab
        return self._asked([f"autnum/{asn}"], f"autnum/{asn}", bases, lambda found: autnum_in(found, asn), within_s)

    def domain_of(self, domain: str, *, within_s: float | None = None) -> RdapDomain:
        """Asks for a registrable domain in ASCII. Raises LookupFailedError; `no_server` where none is known."""
        bases = self.data.registries().for_domain(domain) if self.lab is None else self.lab
        path = f"domain/{domain}"
        return self._asked([path], path, bases, lambda found: domain_in(found, domain), within_s)

    def _asked(
        self,
        keys: Sequence[str],
        path: str,
        bases: Sequence[str],
        clean: Callable[[dict[str, Any]], Answer],
        within_s: float | None,
    ) -> Answer:
        kept = self.kept.get(keys)
        if isinstance(kept, LookupFailedError):
            raise LookupFailedError(str(kept), reason=kept.reason)
        if kept is not None:
            return cast(Answer, kept)
        try:
            found = self._ask_all(path, bases, clean, within_s)
        except LookupFailedError as error:
            # A lab's servers come and go within a story, and nobody's registry is spared by waiting.
            self.kept.put(keys[0], error, FAILED_KEPT_S if self.lab is None else 0.0)
            raise
        self.kept.put(_scope(found, keys[0]), found, KEPT_S)
        return found

    def _ask_all(
        self, path: str, bases: Sequence[str], clean: Callable[[dict[str, Any]], Answer], within_s: float | None
    ) -> Answer:
        most = self.limits.deadline_s if within_s is None else within_s
        ends_at = time.monotonic() + most * (1 if within_s is not None else max(1, len(bases)))
        failure = LookupFailedError("no RDAP server is known that could answer", reason="no_server")
        for base in bases:
            left = min(self.limits.deadline_s, ends_at - time.monotonic())
            if left <= 0:
                break
            try:
                return clean(self._answer(f"{base.rstrip('/')}/{path}", left))
            except ChannelError as error:
                failure = LookupFailedError("RDAP gave no answer; it is tried again", reason=error.reason)
        raise failure

    def _answer(self, href: str, within_s: float) -> dict[str, Any]:
        headers = {"Accept": "application/rdap+json, application/json"}
        limits = replace(self.limits, deadline_s=within_s)
        answer = exchange(href, limits=limits, gate=self.gate, resolver=self.resolver, headers=headers)
        if answer.status != 200:
            reason = {404: "not_found", 429: "rate_limited"}.get(answer.status, "server_error")
            raise LookupFailedError("the RDAP server has no answer; it is tried again", reason=reason)
        return read_document(answer.body)


def _around(ip: str) -> list[str]:
    """The keys under which an answer for an address may be kept, the narrowest network first."""
    address = ipaddress.ip_address(ip)
    lengths = range(address.max_prefixlen, WIDEST_KEPT[address.version] - 1, -1)
    return [str(ipaddress.ip_network(f"{ip}/{length}", strict=False)) for length in lengths]


def _scope(found: RdapNetwork | RdapDomain | RdapAutnum, key: str) -> str:
    """What an answer is kept under: for a network its CIDR, no wider than the neighbourhood of the address."""
    if not isinstance(found, RdapNetwork):
        return key
    held, asked = ipaddress.ip_network(found.network), ipaddress.ip_network(key)
    widest = WIDEST_KEPT[held.version]
    return str(held if held.prefixlen >= widest else asked.supernet(new_prefix=widest))
