"""Whether something moved to another host between two traces. Pure; what is unknown is no move."""

import ipaddress

from hotline.records.looks import HostingFacts
from hotline.trace.scopes import network_of


def moved_since(before: HostingFacts, after: HostingFacts) -> str | None:
    """Says from where to where something moved; None where it did not, or where nobody can tell.

    It moved when it is in another network and not in the same autonomous system or delivery network. An address of the
    same network, or one that the name had or still has beside others, is no move.
    """
    if before.ip is None or after.ip is None or _is_among(before, after):
        return None
    if before.cdn is not None and before.cdn == after.cdn:
        return None
    if before.asn is not None and before.asn == after.asn:
        return None
    if not (before.network and after.network) or _is_same_network(before, after):
        return None
    return f"from {_named(before)} to {_named(after)}"


def addresses_of(facts: HostingFacts) -> tuple[str, ...]:
    """Every address that the name had, the one that counted first."""
    found = (facts.ip, *facts.dns.get("A", ()), *facts.dns.get("AAAA", ()))
    return tuple(dict.fromkeys(ip for ip in found if ip is not None))


def _is_among(before: HostingFacts, after: HostingFacts) -> bool:
    """A name with several addresses gives them in any order."""
    return before.ip in addresses_of(after) or after.ip in addresses_of(before)


def _is_same_network(before: HostingFacts, after: HostingFacts) -> bool:
    return _holds(before.network, after.ip) or _holds(after.network, before.ip)


def _holds(network: str | None, ip: str | None) -> bool:
    held, address = network_of(network or ""), ipaddress.ip_address(ip or "")
    return held is not None and held.version == address.version and address in held


def _named(facts: HostingFacts) -> str:
    known = [f"AS{facts.asn}" if facts.asn else None, facts.network_name, facts.cdn and f"behind {facts.cdn}"]
    told = ", ".join(part for part in known if part)
    return f"{facts.network} ({told})" if told else str(facts.network)
