"""Names and networks: which contact answers for what, and which domain a name is registered under. Pure."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


ANY = "any"
COUNTRY = "country:"
SYSTEM = re.compile(r"AS[1-9][0-9]{0,9}")
"""An autonomous system as contacts name it."""


def answers_for(
    contact_answers_for: str, host: str, ip: str | None, country: str | None = None, asn: int | None = None
) -> bool:
    """Tells whether a contact for a domain, network, IP, country or autonomous system answers for this host at this IP.

    A domain answers for itself and all names under it, a network for every address in it, `country:DE` for what is
    hosted there, `AS64500` for what that system announces, `any` for everything; case and IDNA form are equal.
    """
    scope = contact_answers_for.strip()
    if scope == ANY:
        return True
    if SYSTEM.fullmatch(scope):
        return scope == f"AS{asn}"
    if scope.startswith(COUNTRY):
        return country is not None and scope.removeprefix(COUNTRY).upper() == country.upper()
    network = network_of(scope)
    if network is not None:
        literal = ip or host.strip("[]")
        one = network_of(literal)
        return one is not None and one.version == network.version and one.network_address in network
    domain, name = _ascii_name(contact_answers_for), _ascii_name(host)
    return bool(domain) and network_of(name) is None and (name == domain or name.endswith(f".{domain}"))


def scopes_of(host: str, ip: str | None, country: str | None = None, asn: int | None = None) -> frozenset[str]:
    """What contacts that answer for this host at this IP may have in the book: of all that is kept there in one
    spelling, `answers_for` is true of nothing else. So a book of any size is asked by a few texts."""
    name = _ascii_name(host)
    domains = _domains_above(name) if network_of(name) is None else ()
    found = {ANY, *domains, *_networks_around(ip or host.strip("[]"))}
    if country is not None:
        found.add(COUNTRY + country.upper())
    if asn is not None:
        found.add(f"AS{asn}")
    return frozenset(found)


def _domains_above(name: str) -> Iterator[str]:
    """host.example.com, example.com, com."""
    while name:
        yield name
        name = name.partition(".")[2]


def _networks_around(text: str) -> Iterator[str]:
    """An address, which a trace that learns of no network puts in the book, and every network around it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return
    yield from (text, str(address))
    bits = address.max_prefixlen
    for length in range(bits, -1, -1):
        yield f"{type(address)(int(address) >> bits - length << bits - length)}/{length}"


def registrable_domain(host: str) -> str | None:
    """Returns img.example.co.uk → example.co.uk by the public suffix list shipped with tldextract; None for an IP.

    Where the list does not know an ending, its last label counts as the suffix, as publicsuffix.org prescribes.
    """
    name = _ascii_name(host)
    if not name or network_of(name.strip("[]")) is not None:
        return None
    found = _suffixes()(name)
    if found.suffix:
        return found.top_domain_under_public_suffix or None
    labels = name.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A network, or an address as the network of it alone; None for anything else."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


@cache
def _suffixes() -> "TLDExtract":
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _ascii_name(name: str) -> str:
    import ada_url

    name = name.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else ada_url.idna_to_ascii(name).decode()
    except (ValueError, UnicodeError):
        return ""
