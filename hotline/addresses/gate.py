"""The gate: says which internet addresses and ports may be dialled at all. Explicit tables, because
`ipaddress.is_global` lets several non-public ranges through; resolves no name and opens nothing itself."""

import ipaddress
from dataclasses import dataclass
from typing import Protocol, Self

from hotline.errors import RefusedAddressError

AnyAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
AnyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA special-purpose registries (iana-ipv4-special-registry, iana-ipv6-special-registry), read 2026-11-21.
PUBLIC = (
    "0.0.0.0/0",  # IPv4, less the table below
    "2000::/3",  # the only IPv6 block given out for the public; mapped, NAT64, local and multicast forms lie outside
)
NOT_PUBLIC = (
    "0.0.0.0/8",  # this host; several systems connect 0.0.0.0 to themselves
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # carrier NAT; metadata of some clouds
    "127.0.0.0/8",  # loopback
    "168.63.129.16/32",  # Azure's platform address, inside public space
    "169.254.0.0/16",  # link-local; metadata of most clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays, withdrawn
    "192.168.0.0/16",  # private
    "198.18.0.0/15",  # benchmarking
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved and broadcast
    "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking, each able to carry another address
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4, carries an IPv4 address
    "3ffe::/16",  # the former 6bone, returned
    "3fff::/20",  # documentation
)

# Names that lead inside wherever they are resolved (RFC 6761, 6762, 7686, 8375, ICANN's .internal): a proxy, which
# resolves them beyond our sight, is never asked for them.
INSIDE_NAMES = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "home.arpa",
    "onion",
)
_INSIDE = tuple(f".{name}" for name in INSIDE_NAMES)
REFUSALS = {
    "address": "the gate refused to dial: the name leads to an address that is not public",
    "port": "the gate refused to dial this port; see fetch.ports",
    "name": "the gate refused to ask a proxy for this name: it is no public one",
}


class LabRules(Protocol):
    @property
    def allow(self) -> tuple[str, ...]: ...
    @property
    def port(self) -> dict[str, int]: ...


class FetchRules(Protocol):
    @property
    def deny(self) -> tuple[str, ...]: ...
    @property
    def ports(self) -> tuple[int, ...]: ...


class GateSettings(Protocol):
    """The part of the settings the gate reads."""

    @property
    def fetch(self) -> FetchRules: ...
    @property
    def lab(self) -> LabRules | None: ...


@dataclass(frozen=True)
class Gate:
    """What may be dialled: `allow` less `deny`, at `ports` (None: every port). `lab_ports`: a name's port in a lab."""

    allow: tuple[AnyNetwork, ...]
    deny: tuple[AnyNetwork, ...]
    ports: frozenset[int] | None
    lab_ports: dict[str, int]
    is_lab: bool = False

    @classmethod
    def from_settings(cls, settings: GateSettings) -> Self:
        """Builds the gate of a home: in a lab exactly its networks, else the public internet less `fetch.deny`."""
        own_deny = _networks(settings.fetch.deny)
        if settings.lab is not None:
            names = {plain_host(name): port for name, port in settings.lab.port.items()}
            return cls(_networks(settings.lab.allow), own_deny, None, names, is_lab=True)
        return cls(_networks(PUBLIC), _networks(NOT_PUBLIC) + own_deny, frozenset(settings.fetch.ports), {})

    def check(self, ip: str) -> None:
        """Raises RefusedAddressError unless this literal address may be dialled."""
        if not self._is_allowed(ip):
            raise refusal("address")

    def check_remote(self, host: str, port: int) -> None:
        """Raises RefusedAddressError unless a proxy may be asked for this host, which it resolves by itself."""
        if not self.allows_port(port):
            raise refusal("port")
        host = plain_host(host)
        if is_literal(host):
            self.check(host)
        elif not _is_public_name(host):
            raise refusal("name")

    def port_for(self, host: str, port: int) -> int:
        """Returns the port to dial for a name's port; differs only in a lab, for 80 and 443."""
        return self.lab_ports.get(plain_host(host), port) if port in (80, 443) else port

    def allows_port(self, port: int) -> bool:
        return self.ports is None or port in self.ports

    def _is_allowed(self, ip: str) -> bool:
        try:
            address = ipaddress.ip_address(ip.partition("%")[0])
        except ValueError:
            return False
        return _lies_in(address, self.allow) and not _lies_in(address, self.deny)


def _lies_in(address: AnyAddress, networks: tuple[AnyNetwork, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _networks(texts: tuple[str, ...]) -> tuple[AnyNetwork, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def plain_host(host: str) -> str:
    """A host as it is compared: lower case, without brackets and without the dots that end a name."""
    return host.lower().strip("[]").rstrip(".")


def is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    # A name that ends in a number is an IPv4 address to many a resolver: 0x7f.1 is 127.0.0.1 to most.
    is_number = labels[-1].isdecimal() or labels[-1].startswith("0x")
    return len(labels) > 1 and all(labels) and not is_number and not f".{host}".endswith(_INSIDE)


def refusal(what: str) -> RefusedAddressError:
    """The gate's own error; `what` of REFUSALS."""
    evidence: dict[str, object] = {"refused": what}
    return RefusedAddressError(REFUSALS[what], reason="refused_address", may_retry=False, evidence=evidence)
