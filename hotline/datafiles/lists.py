"""Reads lists as their owners publish them: networks of a delivery network, IANA's bootstrap files (RFC 9224). What is
not wholly as it should be is refused whole; pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hotline.datafiles.reading import asns_of, base_of, name_of, network_of
from hotline.datafiles.shapes import Network
from hotline.errors import InputError

MAX_HELD = 50_000
Service = tuple[tuple[str, ...], tuple[str, ...]]
"""What is held, as texts, and the servers that answer for it."""


def networks_in(body: bytes, form: str) -> tuple[Network, ...]:
    """The networks of a published list in their order, each once. Raises InputError for anything else in it."""
    kind, _, wanted = form.partition(":")
    if kind == "lines":
        texts: list[object] = [line for line in _text(body).split() if line]
    elif kind == "json":
        document = _document(body)
        texts = [one for key in wanted.split(",") for one in _list(document.get(key))]
    else:
        texts = list(_of_amazon(_document(body), wanted))
    if len(texts) > MAX_HELD:
        raise InputError(f"the list is longer than {MAX_HELD:,}")
    return tuple(dict.fromkeys(network_of(text) for text in texts))


def services_in(body: bytes, kind: str) -> list[Service]:
    """What each RDAP server answers for, by IANA's file of a kind: ipv4, ipv6, asn, dns. Servers without TLS are left
    out. Raises InputError."""
    services = [_service(one, kind) for one in _list(_document(body).get("services"))]
    if sum(len(holds) for holds, _ in services) > MAX_HELD:
        raise InputError(f"the list is longer than {MAX_HELD:,}")
    return [(holds, bases) for holds, bases in services if bases]


def require_no_shrinking(before: int, after: int) -> None:
    """Raises InputError for a list that is empty or less than half of what it was: more likely broken than true."""
    if after == 0 or after * 2 < before:
        raise InputError(f"the list has {after} entries and had {before}")


def _service(one: object, kind: str) -> Service:
    if not isinstance(one, list) or len(one) < 2:
        raise InputError("a service is a list of what is held and a list of servers")
    holds, bases = _list(one[-2]), _list(one[-1])
    secure = (base for base in bases if isinstance(base, str) and base.startswith("https://"))
    return tuple(_held(text, kind) for text in holds), tuple(base_of(base) for base in secure)


def _held(text: object, kind: str) -> str:
    if kind == "asn":
        first, last = asns_of(text)
        return f"{first}-{last}"
    return name_of(str(text).lower()) if kind == "dns" else str(network_of(text, must_be_narrow=False))


def _of_amazon(document: dict[str, Any], service: str) -> Iterator[object]:
    for key, name in (("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")):
        for one in _list(document.get(key)):
            if not isinstance(one, dict):
                raise InputError("a prefix is an object")
            if one.get("service") == service:
                yield one.get(name)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InputError("the list is no JSON object")
    return document


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise InputError("the list is no plain text") from None


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise InputError("the list lacks a part that it always had")
    return value
