"""The mailboxes found, each with its role and where it was found: proposals for a person to approve, the surest first.
Pure."""

from collections.abc import Iterable, Iterator

from hotline.channels.rdap import RdapAutnum, RdapDomain, RdapNetwork
from hotline.records.looks import GUESSED, AbuseContact, HostingFacts
from hotline.states import ContactRole


def proposed(
    facts: HostingFacts, network: RdapNetwork | None, domain: RdapDomain | None, system: RdapAutnum | None
) -> tuple[AbuseContact, ...]:
    """Host or delivery network by the network's mailbox, operator, registrar, upstream: each scope apart."""
    return (*_of_network(facts, network), *_of_domain(facts, domain), *_of_system(network, system))


def _of_network(facts: HostingFacts, network: RdapNetwork | None) -> Iterator[AbuseContact]:
    if network is not None:
        role = ContactRole.HOST if facts.cdn is None else ContactRole.CDN
        yield from _contacts(network.abuse, role, network.network, f"rdap {network.network}", network.handle)


def _of_domain(facts: HostingFacts, domain: RdapDomain | None) -> Iterator[AbuseContact]:
    if facts.domain is not None and facts.ip is not None and _takes_mail(facts.dns.get("MX", ())):
        yield from _contacts((f"abuse@{facts.domain}",), ContactRole.OPERATOR, facts.domain, GUESSED)
    if domain is not None:
        yield from _contacts(domain.abuse, ContactRole.REGISTRAR, domain.domain, f"rdap {domain.domain}", domain.handle)


def _of_system(network: RdapNetwork | None, system: RdapAutnum | None) -> Iterator[AbuseContact]:
    if network is not None and system is not None:
        own = {box.lower() for box in network.abuse}
        others = [box for box in system.abuse if box.lower() not in own]
        yield from _contacts(others, ContactRole.UPSTREAM, network.network, f"rdap AS{system.asn}", system.handle)


def _takes_mail(servers: tuple[str, ...]) -> bool:
    """Whether any mail server stands there; `0 .` says that the domain takes no mail (RFC 7505)."""
    return any(server.partition(" ")[2].strip(" .") for server in servers)


def _contacts(
    boxes: Iterable[str], role: ContactRole, scope: str, origin: str, handle: str | None = None
) -> Iterator[AbuseContact]:
    return (AbuseContact(box, role, scope, origin, handle) for box in boxes)
