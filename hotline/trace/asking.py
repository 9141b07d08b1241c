"""Asks names, registries and tables who can remove what is at an address, within one deadline for all of it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from hotline.addresses import Address, Gate
from hotline.channels.dns import Resolver
from hotline.channels.rdap import Rdap, RdapAutnum, RdapDomain, RdapNetwork
from hotline.datafiles import Cdns
from hotline.errors import LookupFailedError, RefusedAddressError
from hotline.records.looks import Headers, HostingFacts, Registrar, Upstream
from hotline.settings import Settings
from hotline.trace.contacts import proposed
from hotline.trace.countries import with_country
from hotline.trace.delivery import with_cdn
from hotline.trace.scopes import network_of, registrable_domain

TOTAL_S = 30.0
"""How long all questions about one address may take together."""
ADDRESS_S, RECORD_S = 10.0, 4.0
MAX_RECORDS, MAX_RECORD_SIGNS = 20, 255
Answer = TypeVar("Answer")


def trace(
    address: Address,
    *,
    settings: Settings,
    gate: Gate,
    resolver: Resolver,
    rdap: Rdap,
    cdns: Cdns | None = None,
    headers: Headers = (),
    today: date | None = None,
    total_s: float = TOTAL_S,
) -> HostingFacts:
    """Finds out who hosts an address. Raises nothing for what the outside does not tell: `problems` names it.

    cdns: the delivery networks; those beside the RDAP tables where none are given. headers: those of the last answer
    from there, where there was one. today: old tables are named in `problems`. Ends within `total_s`.
    """
    asked = _Asked(settings, gate, resolver, rdap, time.monotonic() + total_s)
    known = cdns if cdns is not None else rdap.data.cdns()
    facts = HostingFacts(domain=registrable_domain(address.host))
    facts = _with_addresses(asked, facts, address.host)
    network = _network(asked, facts)
    facts = _with_network(asked, facts, network)
    facts = _with_records(asked, facts, address.host)
    domain = _domain(asked, facts)
    system = _system(asked, facts)
    facts = replace(facts, registrar=_registrar(domain), upstream=_upstream(facts, system))
    facts = with_cdn(facts, known, headers, asked.problems)
    facts = with_country(facts, network, system, is_lab=settings.is_lab)
    asked.name_old(rdap, known, today)
    abuse = proposed(facts, network, domain, system)
    if network is not None and not network.abuse:
        asked.problems.append("rdap: no_abuse_contact")
    if facts.cdn is not None:
        asked.problems.append(f"host: behind {facts.cdn}; ask it for the origin")
    return replace(facts, abuse=abuse, problems=tuple(dict.fromkeys(asked.problems)))


@dataclass
class _Asked:
    """Whom to ask, until when, and what could not be found out so far."""

    settings: Settings
    gate: Gate
    resolver: Resolver
    rdap: Rdap
    ends_at: float
    problems: list[str] = field(default_factory=list)

    def left_s(self, most: float) -> float:
        """Raises LookupFailedError when the time for all questions is over."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise LookupFailedError("the time for this trace is over; trace it again", reason="timeout")
        return min(left, most)

    def of_registry(self, what: str, question: Callable[[float], Answer]) -> Answer | None:
        """The answer of a registry, or of another where the first was silent; None, with the problem named."""
        try:
            return question(self.left_s(2 * self.settings.rdap.timeout_s))
        except LookupFailedError as error:
            self.problems.append(f"{what}: {error.reason}")
            return None

    def name_old(self, rdap: Rdap, cdns: Cdns, today: date | None) -> None:
        """Names tables that are older than the settings allow; a lab's calendar says nothing about them."""
        if today is None or self.settings.is_lab:
            return
        for about in (rdap.data.registries().about, cdns.about):
            if about.age_days(today) > self.settings.data.max_age_days:
                self.problems.append(f"data: {about.name} is of {about.taken_at}; hotline data refresh {about.name}")


def _with_addresses(asked: _Asked, facts: HostingFacts, host: str) -> HostingFacts:
    """The address that a fetch would dial: all answers pass the gate, the first one counts."""
    try:
        ips = asked.resolver.addresses(host, lifetime_s=asked.left_s(ADDRESS_S))
        for ip in ips:
            asked.gate.check(ip)
    except LookupFailedError:
        asked.problems.append("dns: no address")
        return facts
    except RefusedAddressError:
        asked.problems.append("gate: refused_address")
        return facts
    if network_of(host.strip("[]")) is not None:
        return replace(facts, ip=ips[0])
    kinds = {"A": [ip for ip in ips if ":" not in ip], "AAAA": [ip for ip in ips if ":" in ip]}
    return replace(facts, ip=ips[0], dns={kind: tuple(found[:MAX_RECORDS]) for kind, found in kinds.items() if found})


def _network(asked: _Asked, facts: HostingFacts) -> RdapNetwork | None:
    ip = facts.ip
    return asked.of_registry("rdap", lambda left: asked.rdap.network_of(ip, within_s=left)) if ip else None


def _with_network(asked: _Asked, facts: HostingFacts, found: RdapNetwork | None) -> HostingFacts:
    if found is not None:
        source = f"rdap {found.network}" if found.asn else None
        facts = replace(facts, network=found.network, network_name=found.name, asn=found.asn, asn_source=source)
    if facts.asn is None and facts.ip is not None:
        facts = _with_origin(asked, facts, facts.ip)
    return facts


def _with_origin(asked: _Asked, facts: HostingFacts, ip: str) -> HostingFacts:
    """By which system the address is announced, as a zone of the DNS says: "64500 | 192.0.2.0/24 | NL | …"."""
    import ipaddress

    address = ipaddress.ip_address(ip)
    zone = asked.rdap.data.registries().origin.get(address.version)
    if zone is None:
        return facts
    turned = address.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
    for text in _records(asked, f"{turned}.{zone}", "TXT"):
        found = re.match(r'"([0-9]{1,10})(?: [0-9 ]*)? \|', text)
        if found and 0 < int(found[1]) < 2**32:
            return replace(facts, asn=int(found[1]), asn_source=f"dns {zone}")
    return facts


def _with_records(asked: _Asked, facts: HostingFacts, host: str) -> HostingFacts:
    """CNAME of the name, NS and MX of its registrable domain."""
    if facts.domain is None:
        return facts
    found = dict(facts.dns)
    try:
        found["CNAME"] = asked.resolver.aliases(host, lifetime_s=asked.left_s(RECORD_S))
    except LookupFailedError as error:
        if error.may_retry:
            asked.problems.append("dns CNAME: no answer")
    for kind in ("NS", "MX"):
        found[kind] = _records(asked, facts.domain, kind)
    return replace(facts, dns={kind: _cleaned(kind, texts) for kind, texts in found.items() if texts})


def _records(asked: _Asked, name: str, kind: str) -> tuple[str, ...]:
    try:
        return asked.resolver.records(name, kind, lifetime_s=asked.left_s(RECORD_S))
    except LookupFailedError as error:
        if error.may_retry:
            asked.problems.append(f"dns {kind}: no answer")
        return ()


def _cleaned(kind: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The first records, without what no terminal should be shown; mail servers by preference, name servers by name."""
    ordered = texts if kind == "CNAME" else sorted(texts, key=_preference)
    plain = ("".join(sign for sign in text if sign.isprintable())[:MAX_RECORD_SIGNS].lower() for text in ordered)
    return tuple(dict.fromkeys(text.rstrip(".") or text for text in plain))[:MAX_RECORDS]


def _preference(text: str) -> tuple[int, str]:
    first = text.partition(" ")[0]
    return (int(first) if first.isdecimal() else 65_536, text)


def _domain(asked: _Asked, facts: HostingFacts) -> RdapDomain | None:
    domain = facts.domain
    if domain is None:
        return None
    return asked.of_registry("registrar", lambda left: asked.rdap.domain_of(domain, within_s=left))


def _system(asked: _Asked, facts: HostingFacts) -> RdapAutnum | None:
    asn = facts.asn
    return asked.of_registry("upstream", lambda left: asked.rdap.autnum_of(asn, within_s=left)) if asn else None


def _registrar(found: RdapDomain | None) -> Registrar | None:
    return Registrar(found.registrar, found.iana_id) if found is not None and found.registrar else None


def _upstream(facts: HostingFacts, found: RdapAutnum | None) -> Upstream | None:
    return Upstream(facts.asn, found.name if found is not None else None) if facts.asn is not None else None
