"""Whether a delivery network (CDN) stands before the host: by its published networks, its autonomous system, its names,
its headers, in this order. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from hotline.datafiles import Cdn, Cdns
from hotline.records.looks import Headers, HostingFacts


def with_cdn(facts: HostingFacts, cdns: Cdns, headers: Headers, problems: list[str]) -> HostingFacts:
    """Adds the delivery network and what told it. Its name servers alone are a hint, which is added to `problems`."""
    if facts.ip is None:
        return facts
    found = _found(facts, cdns, headers)
    if found is not None:
        return replace(facts, cdn=found[0], cdn_source=found[1])
    hint = next((one for one in cdns.known if _ends_in(facts.dns.get("NS", ()), one.nameservers)), None)
    if hint is not None:
        problems.append(f"cdn: name servers of {hint.name}, which is a hint only")
    return facts


def _found(facts: HostingFacts, cdns: Cdns, headers: Headers) -> tuple[str, str] | None:
    for source, known in (
        ("ranges", lambda cdn: cdn.has_ip(facts.ip)),
        ("asn", lambda cdn: facts.asn in cdn.asns),
        ("names", lambda cdn: _ends_in(facts.dns.get("CNAME", ()), cdn.names)),
        ("headers", lambda cdn: _is_signed(cdn, headers)),
    ):
        for cdn in cdns.known:
            if known(cdn):
                return cdn.name, source
    return None


def _ends_in(names: Iterable[str], suffixes: tuple[str, ...]) -> bool:
    return any(name == suffix or name.endswith(f".{suffix}") for name in names for suffix in suffixes)


def _is_signed(cdn: Cdn, headers: Headers) -> bool:
    return any(
        name.lower() == sign.name and sign.has in value.lower() for name, value in headers for sign in cdn.headers
    )
