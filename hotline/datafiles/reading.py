"""Reads data files strictly: what is no network, number, name or web address is refused with its place."""

import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from hotline.datafiles.shapes import CDN, RDAP, About, Cdn, Cdns, Network, Published, Registries, Sign
from hotline.errors import InputError

VERSION = 1
MAX_FILE_BYTES = 5_000_000
STATUSES = ("confirmed", "unconfirmed")
NETWORK_KINDS = ("ipv4", "ipv6")
KINDS = (*NETWORK_KINDS, "asn", "dns")
NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
FORM = re.compile(r"lines|json:[A-Za-z0-9_,]{1,80}|aws:[A-Z0-9_]{1,40}")
_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]{0,300})?")
_HEADER = re.compile(r"[a-z0-9-]{1,60}")
# A block this wide says nothing; a published list that holds one is not what it says it is.
WIDEST = {4: 8, 6: 12}
Data = TypeVar("Data")


def read_registries(path: Path, *, is_shipped: bool) -> Registries:
    """Raises InputError when the file is not as rdap.toml is, OSError when it cannot be read."""
    table = _table(path)
    lists = {str(kind): url_of(url) for kind, url in _of(table, "lists", dict).items()}
    if not set(lists) <= set(KINDS):
        raise InputError(f"{path.name}: [lists] names {', '.join(KINDS)} only")
    origin = {str(kind): name_of(zone) for kind, zone in _of(table, "origin", dict, {}).items()}
    networks = [
        (network_of(held, must_be_narrow=False), bases)
        for kind in NETWORK_KINDS
        for held, bases in _services(table, kind)
    ]
    return Registries(
        about=_about(path, table, RDAP, is_shipped),
        networks=tuple(networks),
        asns=tuple((*asns_of(held), bases) for held, bases in _services(table, "asn")),
        domains={name_of(held): bases for held, bases in _services(table, "dns")},
        lists=lists,
        origin={int(kind[-1]): zone for kind, zone in origin.items() if kind in NETWORK_KINDS},
    )


def read_cdns(path: Path, *, is_shipped: bool) -> Cdns:
    """Raises InputError when the file is not as cdn.toml is, OSError when it cannot be read."""
    table = _table(path)
    known = tuple(_cdn(one) for one in _of(table, "cdn", list))
    if len({one.name for one in known}) < len(known):
        raise InputError(f"{path.name}: each delivery network stands there once")
    return Cdns(_about(path, table, CDN, is_shipped), known)


def _cdn(table: object) -> Cdn:
    if not isinstance(table, dict):
        raise InputError("a [[cdn]] is a table")
    name = _of(table, "name", str)
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise InputError("a [[cdn]] has a short name")
    asns = _of(table, "asns", list, [])
    if not all(type(asn) is int and 0 < asn < 2**32 for asn in asns):
        raise InputError(f"{name}: asns are numbers")
    return Cdn(
        name=name,
        asns=frozenset(asns),
        names=tuple(map(name_of, _of(table, "names", list, []))),
        nameservers=tuple(map(name_of, _of(table, "nameservers", list, []))),
        headers=tuple(_sign(one) for one in _of(table, "headers", list, [])),
        networks=tuple(map(network_of, _of(table, "networks", list, []))),
        lists=tuple(_published(one) for one in _of(table, "lists", list, [])),
    )


def _sign(table: object) -> Sign:
    if not isinstance(table, dict) or not _HEADER.fullmatch(name := _of(table, "name", str)):
        raise InputError('a header is written { name = "server", has = "cloudflare" }, small letters')
    return Sign(name, _of(table, "has", str, ""))


def _published(table: object) -> Published:
    if not isinstance(table, dict) or not FORM.fullmatch(form := _of(table, "form", str)):
        raise InputError('a list is written { url = "https://…", form = "lines" }; or json:KEY,KEY, or aws:SERVICE')
    return Published(url_of(table.get("url")), form)


def _services(table: dict[str, Any], kind: str) -> Iterator[tuple[object, tuple[str, ...]]]:
    """Pairs of what is held and the servers for it."""
    for service in _of(table, kind, list, []):
        if not isinstance(service, dict):
            raise InputError(f"[[{kind}]] is a table")
        bases = tuple(base_of(base) for base in _of(service, "bases", list))
        if not bases:
            raise InputError(f"[[{kind}]] names at least one server")
        yield from ((held, bases) for held in _of(service, "holds", list))


def _table(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    if len(content) > MAX_FILE_BYTES:
        raise InputError(f"{path.name} is larger than {MAX_FILE_BYTES:,} bytes; it is no data file")
    try:
        table = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(f"{path.name} cannot be read as TOML; hotline data refresh writes it anew") from None
    if table.get("version") != VERSION:
        raise InputError(f"{path.name} is of another version than {VERSION}; hotline data refresh writes it anew")
    return table


def _about(path: Path, table: dict[str, Any], name: str, is_shipped: bool) -> About:
    taken_at, status = table.get("date"), table.get("status")
    if not isinstance(taken_at, date) or isinstance(taken_at, datetime) or status not in STATUSES:
        raise InputError(f'{path.name} needs a date and a status: "confirmed" or "unconfirmed"')
    return About(name, taken_at, _of(table, "source", str), str(status), is_shipped)


def _of(table: dict[str, Any], key: str, kind: type[Data], default: Data | None = None) -> Data:
    value = table.get(key, default)
    if not isinstance(value, kind):
        raise InputError(f'"{key}" is missing or of another kind than in the shipped file')
    return value


def network_of(text: object, *, must_be_narrow: bool = True) -> Network:
    """Raises InputError for what is no network written as one; where it must be narrow, for one that is too wide."""
    try:
        network = ipaddress.ip_network(text) if isinstance(text, str) else None
    except ValueError:
        network = None
    if network is None or (must_be_narrow and network.prefixlen < WIDEST[network.version]):
        raise InputError("a network is written 192.0.2.0/24 or 2001:db8::/32, and is no wider than a /8 or /12")
    return network


def asns_of(text: object) -> tuple[int, int]:
    """Raises InputError for what is no number or range of numbers of autonomous systems, 64496 or 64496-64511."""
    found = re.fullmatch(r"([0-9]{1,10})(?:-([0-9]{1,10}))?", text) if isinstance(text, str) else None
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
    if not 0 <= first <= last < 2**32:
        raise InputError("autonomous systems are written 64496 or 64496-64511")
    return first, last


def name_of(text: object) -> str:
    """Raises InputError for what is no name in lower-case ASCII."""
    if not isinstance(text, str) or len(text) > 253 or not NAME.fullmatch(text):
        raise InputError("a name is written in small ASCII letters, like cdn.example")
    return text


def url_of(text: object) -> str:
    """Raises InputError for what is no plain web address: no user, query or fragment."""
    if not isinstance(text, str) or not _URL.fullmatch(text):
        raise InputError("a list's address is written https://host.example/path")
    return text


def base_of(text: object) -> str:
    """An RDAP server's address with its last slash. Raises InputError."""
    return f"{url_of(text).rstrip('/')}/"


Reader = Callable[..., Registries | Cdns]
READERS: dict[str, Reader] = {RDAP: read_registries, CDN: read_cdns}
