"""Who can remove something: from an address to its network, country and abuse mailboxes. Values in, values out; what is
found is a proposal, and knows nothing of contacts that a person approved."""

import ipaddress
from dataclasses import replace

from hotline.addresses import Address, Gate
from hotline.channels.dns import Resolver
from hotline.channels.rdap import Rdap, RdapNetwork
from hotline.errors import LookupFailedError, RefusedAddressError
from hotline.records.looks import AbuseContact, HostingFacts
from hotline.settings import Settings
from hotline.states import ContactRole


def trace(address: Address, *, settings: Settings, gate: Gate, resolver: Resolver, rdap: Rdap) -> HostingFacts:
    """Finds out who hosts an address. Raises nothing for what the outside does not tell: `problems` names it."""
    try:
        ip = _checked_ip(address.host, gate, resolver)
    except LookupFailedError:
        return HostingFacts(problems=("dns: no address",))
    except RefusedAddressError:
        return HostingFacts(problems=("gate: refused_address",))
    facts = _by_country(HostingFacts(ip=ip), settings)
    try:
        return _with_network(facts, rdap.network_of(ip))
    except LookupFailedError as error:
        return replace(facts, problems=(f"rdap: {error.reason}",))


def answers_for(contact_answers_for: str, host: str, ip: str | None) -> bool:
    """Tells whether a contact for a domain, network or IP answers for this host at this IP.

    A domain answers for itself and all names under it, a network for every address in it; case and IDNA form are equal.
    """
    network = _network(contact_answers_for.strip())
    if network is not None:
        literal = ip or host.strip("[]")
        one = _network(literal)
        return one is not None and one.version == network.version and one.network_address in network
    domain, name = _ascii_name(contact_answers_for), _ascii_name(host)
    return bool(domain) and _network(name) is None and (name == domain or name.endswith(f".{domain}"))


def registrable_domain(host: str) -> str | None:
    """Returns img.example.co.uk → example.co.uk by the public suffix list shipped with tldextract; None for an IP."""
    from tldextract import TLDExtract

    found = TLDExtract(suffix_list_urls=(), cache_dir=None)(host.rstrip("."))
    return found.top_domain_under_public_suffix or None


def _checked_ip(host: str, gate: Gate, resolver: Resolver) -> str:
    """The address that a fetch would dial: all answers pass the gate, the first one counts."""
    ips = resolver.addresses(host)
    for ip in ips:
        gate.check(ip)
    return ips[0]


def _by_country(facts: HostingFacts, settings: Settings) -> HostingFacts:
    """By the registries' delegations, which do not know a lab's addresses; where the disk stands, they do not say."""
    if settings.is_lab or facts.ip is None:
        return facts
    from importlib.metadata import version

    import iptocc

    country = iptocc.country_code(facts.ip)
    return replace(facts, country=country, country_source=f"iptocc {version('iptocc')}") if country else facts


def _with_network(facts: HostingFacts, found: RdapNetwork) -> HostingFacts:
    origin = f"rdap {found.network}"
    mailboxes = tuple(AbuseContact(box, ContactRole.HOST, found.network, origin) for box in found.abuse)
    facts = replace(facts, asn=found.asn, network=found.network, network_name=found.name, abuse=mailboxes)
    if facts.country is None and found.country is not None:
        facts = replace(facts, country=found.country, country_source=origin)
    return facts if mailboxes else replace(facts, problems=("rdap: no_abuse_contact",))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _ascii_name(name: str) -> str:
    import ada_url

    name = name.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else ada_url.idna_to_ascii(name).decode()
    except (ValueError, UnicodeError):
        return ""
