"""What the dated data files hold, as frozen values: which registry answers for what, and which networks are whose
delivery network. Opens nothing."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RDAP, CDN = "rdap", "cdn"
NAMES = (RDAP, CDN)


@dataclass(frozen=True)
class About:
    """Where a data file is from. `taken_at` is its date; `is_shipped` unless the home's own, newer copy is used."""

    name: str
    taken_at: date
    source: str
    status: str
    is_shipped: bool = True

    def age_days(self, today: date) -> int:
        """Whole days since its date; 0 for a date to come."""
        return max(0, (today - self.taken_at).days)


@dataclass(frozen=True)
class Registries:
    """RDAP servers by what they answer for (RFC 9224). `origin`: DNS zones that name the AS of an address, by version.

    `lists`: where IANA publishes these tables, by kind.
    """

    about: About
    networks: tuple[tuple[Network, tuple[str, ...]], ...]
    asns: tuple[tuple[int, int, tuple[str, ...]], ...]
    domains: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, str]
    origin: Mapping[int, str]

    @property
    def entries(self) -> int:
        return len(self.networks) + len(self.asns) + len(self.domains)

    def for_ip(self, ip: str) -> tuple[str, ...]:
        """The servers for an address: those of the narrowest block around it, then all others."""
        address = ipaddress.ip_address(ip)
        holding = [pair for pair in self.networks if pair[0].version == address.version and address in pair[0]]
        best = max(holding, key=lambda pair: pair[0].prefixlen, default=(None, ()))[1]
        return tuple(dict.fromkeys([*best, *self._of_networks()]))

    def for_asn(self, asn: int) -> tuple[str, ...]:
        best = [base for first, last, bases in self.asns if first <= asn <= last for base in bases]
        return tuple(dict.fromkeys([*best, *self._of_networks()]))

    def for_domain(self, domain: str) -> tuple[str, ...]:
        """The servers of the longest suffix in the table; none where its registry is not known to have any."""
        labels = domain.split(".")
        suffixes = (".".join(labels[number:]) for number in range(1, len(labels)))
        return next((self.domains[suffix] for suffix in suffixes if suffix in self.domains), ())

    def _of_networks(self) -> list[str]:
        return [base for _, bases in self.networks for base in bases]


@dataclass(frozen=True)
class Sign:
    """A header that shows a delivery network: its name, and what its value holds; empty: whatever it holds."""

    name: str
    has: str = ""


@dataclass(frozen=True)
class Published:
    """A list of networks as its owner publishes it. `form`: lines, or which key of a JSON document holds them."""

    url: str
    form: str


@dataclass(frozen=True)
class Cdn:
    """What is known of one delivery network. `names` and `nameservers` are suffixes of names."""

    name: str
    asns: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    headers: tuple[Sign, ...] = ()
    networks: tuple[Network, ...] = field(default=(), repr=False)
    lists: tuple[Published, ...] = ()

    def has_ip(self, ip: str) -> bool:
        address = ipaddress.ip_address(ip)
        return any(address.version == network.version and address in network for network in self.networks)


@dataclass(frozen=True)
class Cdns:
    about: About
    known: tuple[Cdn, ...]

    @property
    def entries(self) -> int:
        return sum(len(one.networks) for one in self.known)
