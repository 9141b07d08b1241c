"""The standing contacts, indexed so that a queue of thousands asks each of them little. Decides nothing itself:
`hotline.trace.answers_for` has the last word."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator

from hotline.models import Contact


class Book:
    """The contacts that may answer, by the domains, systems and networks they answer for."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.contacts = {contact.id: contact for contact in contacts}
        self._domains = defaultdict[str, list[Contact]](list)
        self._networks: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, Contact]] = []
        self._found: dict[tuple[str, str | None, str | None, int | None], list[Contact]] = {}
        for contact in self.contacts.values():
            self._add(contact)

    def contacts_for(
        self, host: str, ip: str | None, country: str | None = None, asn: int | None = None
    ) -> list[Contact]:
        """The contacts that answer for a host, for the address it was found at, its country or system, oldest first."""
        from hotline.trace import answers_for  # brings the network libraries along, which most lists do not need

        asked = (host, ip, country, asn)
        if asked not in self._found:
            fitting = [one for one in self._candidates(host, ip, country, asn) if answers_for(one.answers_for, *asked)]
            self._found[asked] = sorted(fitting, key=lambda contact: contact.id)
        return self._found[asked]

    def _add(self, contact: Contact) -> None:
        scope = contact.answers_for.strip()
        try:
            self._networks.append((ipaddress.ip_network(scope), contact))
        except ValueError:
            self._domains[_plain(scope)].append(contact)

    def _candidates(self, host: str, ip: str | None, country: str | None, asn: int | None) -> Iterator[Contact]:
        for suffix in (*_suffixes(_plain(host)), "any", f"country:{(country or '').lower()}", f"as{asn}"):
            yield from self._domains.get(suffix, ())
        try:
            address = ipaddress.ip_address(ip or host.strip("[]"))
        except ValueError:
            return
        for network, contact in self._networks:
            if address in network:
                yield contact


def _plain(name: str) -> str:
    """A name in lower-case ASCII, as contacts are stored."""
    name = name.lower().rstrip(".")
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


def _suffixes(name: str) -> Iterator[str]:
    """host.example.com, example.com, com."""
    while name:
        yield name
        name = name.partition(".")[2]
