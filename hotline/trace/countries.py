"""In which country a network is registered, and what that is worth: never where the disk is."""

from dataclasses import replace

from hotline.channels.rdap import RdapAutnum, RdapNetwork
from hotline.records.looks import HostingFacts

_NOT_THE_DISK = "registration is not where the disk is"


def with_country(
    facts: HostingFacts, network: RdapNetwork | None, system: RdapAutnum | None, *, is_lab: bool
) -> HostingFacts:
    """Adds country, source and confidence: low by one registration, medium where two agree, high where three do.

    The registries' delegations come first; they do not know a lab's addresses.
    """
    found: dict[str, str] = {}
    if facts.ip is not None and not is_lab:
        found |= _by_delegation(facts.ip)
    if network is not None and network.country is not None:
        found[f"rdap {network.network}"] = network.country
    named = next(iter(found), None)
    if named is None:
        return facts
    others = {f"rdap AS{system.asn}": system.country} if system is not None and system.country is not None else {}
    confidence, why = _worth(facts, list((found | others).values()))
    return replace(facts, country=found[named], country_source=named, country_confidence=confidence, country_why=why)


def _worth(facts: HostingFacts, countries: list[str]) -> tuple[str, str]:
    if facts.cdn is not None:
        return "low", f"{facts.cdn} delivers it; where its host is, is not known"
    if len(set(countries)) > 1:
        return "low", f"registrations differ ({', '.join(dict.fromkeys(countries))}); {_NOT_THE_DISK}"
    number = {1: "one registration", 2: "two registrations", 3: "three registrations"}[len(countries)]
    return {1: "low", 2: "medium", 3: "high"}[len(countries)], f"{number}; {_NOT_THE_DISK}"


def _by_delegation(ip: str) -> dict[str, str]:
    from importlib.metadata import version

    import iptocc

    country = iptocc.country_code(ip)
    return {f"iptocc {version('iptocc')}": str(country)} if country else {}
