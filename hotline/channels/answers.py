"""Reads RDAP answers (RFC 9083): whoisit parses what is left of them once all that nobody needs is cut away. An answer
is hostile until cleaned."""

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Any

from hotline.errors import LookupFailedError

MAX_MAILBOXES = 5
MAX_ENTITIES = 100
MAX_DEPTH = 4
MAX_FIELDS = 200
# A wider block is no holder's: registries answer so for space that nobody holds.
WIDEST_PREFIX = {4: 8, 6: 16}
_MAILBOX = re.compile(
    r"(?!\.)(?!.*\.\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)"
    r"@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
_PLAIN = ("objectClassName", "handle", "name", "ldhName", "country", "startAddress", "endAddress", "ipVersion", "type")
_NUMBERS = ("startAutnum", "endAutnum")


@dataclass(frozen=True)
class RdapNetwork:
    """Who holds the network around an IP. `network` is a CIDR, the IP alone where the answer names no usable one."""

    network: str
    name: str | None
    country: str | None
    asn: int | None
    abuse: tuple[str, ...]
    handle: str | None = None
    """Under which the registry keeps it."""


@dataclass(frozen=True)
class RdapAutnum:
    """Who holds an autonomous system."""

    asn: int
    name: str | None
    country: str | None
    abuse: tuple[str, ...]
    handle: str | None = None


@dataclass(frozen=True)
class RdapDomain:
    """Through whom a domain is registered. `abuse` is the registrar's; the domain's own holder is never asked for."""

    domain: str
    registrar: str | None
    iana_id: str | None
    abuse: tuple[str, ...]
    handle: str | None = None


def read_document(body: bytes) -> dict[str, Any]:
    """Raises LookupFailedError for what is no JSON object."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise _no_rdap()
    return document


def network_in(document: dict[str, Any], ip: str) -> RdapNetwork:
    """The network around an address by the answer about it. Raises LookupFailedError."""
    from whoisit.parser import ParseIPNetwork

    found = _parsed(ParseIPNetwork, document, ip)
    return RdapNetwork(
        network=_network_around(ip, found["cidrs"]),
        name=_printable(found["name"]),
        country=_country(found["country"]),
        asn=next((number for number in found["origin_autnums"] if 0 < number < 2**32), None),
        abuse=_mailboxes(found["entities"].get("abuse", [])),
        handle=_printable(document.get("handle")),
    )


def autnum_in(document: dict[str, Any], asn: int) -> RdapAutnum:
    """Who holds a system by the answer about it. Raises LookupFailedError, also where it speaks of another."""
    from whoisit.parser import ParseAutnum

    found = _parsed(ParseAutnum, document, str(asn))
    first, last = found["asn_range"] or (asn, asn)
    if not first <= asn <= last:
        raise _no_rdap()
    name, country = _printable(found["name"]), _country(found["country"])
    boxes, handle = _mailboxes(found["entities"].get("abuse", [])), _printable(document.get("handle"))
    return RdapAutnum(asn, name, country, boxes, handle)


def domain_in(document: dict[str, Any], domain: str) -> RdapDomain:
    """The registrar of a domain, and of all mailboxes its own for abuse only. Raises LookupFailedError, also where the
    answer speaks of another domain."""
    from whoisit.parser import ParseDomain

    cut = _cut(document)
    named = cut.get("ldhName")
    if isinstance(named, str) and named.lower().rstrip(".") not in ("", domain):
        raise _no_rdap()
    registrars = [one for one in cut["entities"] if "registrar" in one["roles"]]
    found = _parsed(ParseDomain, {**cut, "entities": registrars}, domain)
    registrar: dict[str, Any] = next(iter(found["entities"].get("registrar", [])), {})
    ids = [str(one["identifier"]) for one in registrar.get("public_ids", [])]
    return RdapDomain(
        domain=domain,
        registrar=_printable(registrar.get("name")),
        iana_id=next((number for number in ids if re.fullmatch("[0-9]{1,10}", number)), None),
        abuse=_mailboxes(found["entities"].get("abuse", [])),
        handle=_printable(document.get("handle")),
    )


def _parsed(parser: Any, document: dict[str, Any], query: str) -> dict[str, Any]:
    """whoisit's reading of the answer: nested entities flattened, jCards read."""
    from whoisit.bootstrap import Bootstrap

    try:
        parsed: dict[str, Any] = parser(Bootstrap(), _cut(document), query, using_overrides=True).parse()
    except LookupFailedError:
        raise
    except Exception:  # noqa: BLE001 - a parser fed by strangers: whatever it trips over, the answer is no RDAP
        raise _no_rdap() from None
    return parsed


def _cut(document: dict[str, Any]) -> dict[str, Any]:
    """The parts of an answer that say who holds what; dates, links and remarks are nobody's business here."""
    cut = {key: document[key] for key in _PLAIN if isinstance(document.get(key), str)}
    cut |= {key: document[key] for key in _NUMBERS if type(document.get(key)) is int}
    for key in ("cidr0_cidrs", "arin_originas0_originautnums"):
        if isinstance(document.get(key), list):
            cut[key] = document[key][:MAX_FIELDS]
    left = [MAX_ENTITIES]
    return cut | {"entities": _entities(document.get("entities", []), left, MAX_DEPTH)}


def _entities(found: object, left: list[int], depth: int) -> list[dict[str, Any]]:
    """The first entities of an answer, those inside others included, with what tells who they are."""
    if not isinstance(found, list):
        raise _no_rdap()
    kept = []
    for entity in found:
        if not isinstance(entity, dict):
            raise _no_rdap()
        if left[0] <= 0 or depth == 0:
            break
        left[0] -= 1
        kept.append(_entity(entity) | {"entities": _entities(entity.get("entities", []), left, depth - 1)})
    return kept


def _entity(entity: dict[str, Any]) -> dict[str, Any]:
    cut = {key: entity[key] for key in ("objectClassName", "handle") if isinstance(entity.get(key), str)}
    roles, card, ids = entity.get("roles", []), entity.get("vcardArray", []), entity.get("publicIds", [])
    named = [role.lower() for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
    if isinstance(card, list) and len(card) == 2 and isinstance(card[1], list):
        cut["vcardArray"] = [card[0], card[1][:MAX_FIELDS]]
    return cut | {"roles": list(dict.fromkeys(named))[:20], "publicIds": ids[:20] if isinstance(ids, list) else []}


def _network_around(ip: str, cidrs: list[Any]) -> str:
    address = ipaddress.ip_address(ip)
    holding = [net for net in cidrs if net.version == address.version and address in net]
    usable = [net for net in holding if net.prefixlen >= WIDEST_PREFIX[net.version]]
    return str(usable[0]) if usable else ip


def _country(text: object) -> str | None:
    country = str(text).upper()
    return country if re.fullmatch("[A-Z]{2}", country) else None


def _mailboxes(entities: list[dict[str, Any]]) -> tuple[str, ...]:
    found = [str(mailbox) for entity in entities for mailbox in entity.get("emails", [])]
    return tuple(dict.fromkeys(box for box in found if _MAILBOX.fullmatch(box)))[:MAX_MAILBOXES]


def _printable(text: object) -> str | None:
    return "".join(sign for sign in str(text or "")[:100] if sign.isprintable()).strip() or None


def _no_rdap() -> LookupFailedError:
    return LookupFailedError("the RDAP server's answer is no RDAP; it is tried again", reason="bad_response")
