"""Names to addresses: in a lab from its own table and servers, else by dnspython. The gate judges them, not this."""

import ipaddress
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from hotline.addresses import Gate
from hotline.errors import LookupFailedError, RefusedAddressError, SettingsError
from hotline.settings import Settings

if TYPE_CHECKING:
    import dns.resolver

LIFETIME_S = 10.0
MAX_ALIASES = 8


@dataclass(frozen=True)
class Resolver:
    """Looks names up. `servers` empty: the system's, unless `is_lab`: the system's resolver is never asked in a lab."""

    names: dict[str, str] = field(default_factory=dict, repr=False)
    servers: tuple[tuple[str, int], ...] = ()
    is_lab: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Builds the resolver of a home. Raises SettingsError when a server is no address or lies outside the lab."""
        if settings.lab is None:
            return cls(servers=tuple(_server(text) for text in settings.dns.servers))
        servers = tuple(_server(text) for text in settings.lab.dns)
        for ip, _port in servers:
            _check_in_lab(Gate.from_settings(settings), ip)
        return cls({_plain(name): ip for name, ip in settings.lab.resolve.items()}, servers, is_lab=True)

    def addresses(self, host: str, *, lifetime_s: float = LIFETIME_S) -> tuple[str, ...]:
        """Returns every A and AAAA answer; a literal as it is. Raises LookupFailedError within `lifetime_s`."""
        host = _plain(host)
        if _is_literal(host):
            return (host,)
        if host in self.names:
            return (self.names[host],)
        found = self.records(host, "A", lifetime_s=lifetime_s / 2)
        try:
            found += self.records(host, "AAAA", lifetime_s=lifetime_s / 2)
        except LookupFailedError:
            if not found:
                raise
        if not found:
            raise LookupFailedError("the name has no address; check how it is written", reason="dns", may_retry=False)
        return found

    def records(self, host: str, kind: str, *, lifetime_s: float = LIFETIME_S) -> tuple[str, ...]:
        """Returns the records of a type (A, AAAA, CNAME, NS, MX …) as text, none when there are none."""
        if self.is_lab and not self.servers:
            raise _no_such_name()
        import dns.exception
        import dns.resolver

        try:
            answer = self._stub.resolve(f"{_plain(host)}.", kind, lifetime=lifetime_s, search=False)
        except dns.resolver.NoAnswer:
            return ()
        except dns.resolver.NXDOMAIN:
            raise _no_such_name() from None
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, UnicodeError):
            raise LookupFailedError("no such name can exist; check it", reason="dns", may_retry=False) from None
        except (dns.exception.DNSException, OSError, ValueError):
            raise LookupFailedError("the name servers did not answer; it is tried again", reason="dns") from None
        return tuple(str(record) for record in answer)

    def aliases(self, host: str, *, lifetime_s: float = LIFETIME_S) -> tuple[str, ...]:
        """Returns the names that a name leads to by CNAME, in their order; a circle ends where it closes, and a chain
        after eight. Raises LookupFailedError within `lifetime_s` when the servers do not answer."""
        found: list[str] = []
        name, ends_at = _plain(host), time.monotonic() + lifetime_s
        while len(found) < MAX_ALIASES:
            left = ends_at - time.monotonic()
            if left <= 0:
                raise LookupFailedError("the name servers did not answer; it is tried again", reason="dns")
            try:
                name = next(iter(self.records(name, "CNAME", lifetime_s=left)), "").lower().rstrip(".")
            except LookupFailedError as error:
                if error.may_retry or not found:
                    raise
                break
            if not name or name in (*found, _plain(host)):
                break
            found.append(name)
        return tuple(found)

    @cached_property
    def _stub(self) -> "dns.resolver.Resolver":
        import dns.nameserver
        import dns.resolver

        stub = dns.resolver.Resolver(configure=not self.servers)
        if self.servers:
            stub.nameservers = [dns.nameserver.Do53Nameserver(ip, port) for ip, port in self.servers]
        return stub


def _no_such_name() -> LookupFailedError:
    return LookupFailedError("there is no such name; check how it is written", reason="dns", may_retry=False)


def _plain(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _server(text: str) -> tuple[str, int]:
    """Splits ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT."""
    ip, _colon, port = text.rpartition(":") if text.count(":") == 1 or "]:" in text else (text, "", "53")
    if not _is_literal(ip.strip("[]")) or not port.isdecimal():
        raise SettingsError('hotline.toml: "dns.servers" and "lab.dns" hold servers like "127.0.0.1:5353"')
    return ip.strip("[]"), int(port)


def _check_in_lab(gate: Gate, ip: str) -> None:
    try:
        gate.check(ip)
    except RefusedAddressError:
        raise SettingsError('hotline.toml: "lab.dns" names a server outside "lab.allow"; widen that') from None
