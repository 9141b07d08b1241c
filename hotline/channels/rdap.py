"""Asks the registries who holds a network: our guarded exchange carries, whoisit reads the answer (RFC 9083). An answer
is hostile until cleaned; knows no contact book."""

import ipaddress
import json
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.exchange import Limits, exchange
from hotline.errors import ChannelError, LookupFailedError
from hotline.settings import Settings

MAX_BYTES = 2_000_000
MAX_REDIRECTS = 5
MAX_MAILBOXES = 5
# A wider block is no holder's: registries answer so for space that nobody holds.
WIDEST_PREFIX = {4: 8, 6: 16}
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True)
class RdapNetwork:
    """Who holds the network around an IP. `network` is a CIDR, the IP alone where the answer names no usable one."""

    network: str
    name: str | None
    country: str | None
    asn: int | None
    abuse: tuple[str, ...]


@dataclass(frozen=True)
class Rdap:
    """RDAP servers, asked one after the other until one answers."""

    bases: tuple[str, ...]
    limits: Limits
    gate: Gate = field(repr=False)
    resolver: Resolver = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Settings, *, gate: Gate, resolver: Resolver) -> Self:
        """Builds the questioner of a home: in a lab its own servers, perhaps none, else the shipped ones."""
        bases = settings.lab.rdap if settings.lab is not None else _shipped_bases()
        limits = Limits(settings.rdap.timeout_s, MAX_BYTES, MAX_REDIRECTS, settings.fetch.user_agent)
        return cls(bases, limits, gate, resolver)

    def network_of(self, ip: str) -> RdapNetwork:
        """Asks for the network around an IP. Raises LookupFailedError, its reason short and without addresses."""
        failure = LookupFailedError("no RDAP server is set; add one to lab.rdap", reason="no_server")
        for base in self.bases:
            try:
                return _cleaned(self._answer(f"{base.rstrip('/')}/ip/{ip}"), ip)
            except ChannelError as error:
                failure = LookupFailedError(
                    "the network could not be looked up by RDAP; it is tried again", reason=error.reason
                )
        raise failure

    def _answer(self, href: str) -> dict[str, Any]:
        headers = {"Accept": "application/rdap+json, application/json"}
        answer = exchange(href, limits=self.limits, gate=self.gate, resolver=self.resolver, headers=headers)
        if answer.status != 200:
            reason = {404: "not_found", 429: "rate_limited"}.get(answer.status, "server_error")
            raise LookupFailedError("the RDAP server has no answer; it is tried again", reason=reason)
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise LookupFailedError("the RDAP server's answer is no RDAP; it is tried again", reason="bad_response")
        return document


@cache
def _shipped_bases() -> tuple[str, ...]:
    table = tomllib.loads((Path(__file__).parent.parent / "rdap.toml").read_text(encoding="utf-8"))
    return tuple(table["bases"])


def _cleaned(document: dict[str, Any], ip: str) -> RdapNetwork:
    found = _parsed(document, ip)
    country = str(found["country"]).upper()
    return RdapNetwork(
        network=_network_around(ip, found["cidrs"]),
        name=_printable(found["name"]),
        country=country if re.fullmatch("[A-Z]{2}", country) else None,
        asn=next((number for number in found["origin_autnums"] if 0 < number < 2**32), None),
        abuse=_mailboxes(found["entities"].get("abuse", [])),
    )


def _parsed(document: dict[str, Any], ip: str) -> dict[str, Any]:
    """whoisit's reading of the answer: nested entities flattened, jCards read."""
    from whoisit.bootstrap import Bootstrap
    from whoisit.parser import ParseIPNetwork

    try:
        parsed: dict[str, Any] = ParseIPNetwork(Bootstrap(), document, ip, using_overrides=True).parse()
    except Exception:  # noqa: BLE001 - a parser fed by strangers: whatever it trips over, the answer is no RDAP
        message = "the RDAP server's answer is no RDAP; it is tried again"
        raise LookupFailedError(message, reason="bad_response") from None
    return parsed


def _network_around(ip: str, cidrs: list[Any]) -> str:
    address = ipaddress.ip_address(ip)
    holding = [net for net in cidrs if net.version == address.version and address in net]
    usable = [net for net in holding if net.prefixlen >= WIDEST_PREFIX[net.version]]
    return str(usable[0]) if usable else ip


def _mailboxes(entities: list[dict[str, Any]]) -> tuple[str, ...]:
    found = [str(mailbox) for entity in entities for mailbox in entity.get("emails", [])]
    return tuple(dict.fromkeys(box for box in found if _MAILBOX.fullmatch(box)))[:MAX_MAILBOXES]


def _printable(text: object) -> str | None:
    return "".join(sign for sign in str(text)[:100] if sign.isprintable()).strip() or None
