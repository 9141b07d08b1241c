"""The standing contacts, indexed so that a queue of thousands asks each of them little. Decides nothing itself:
`hotline.trace.answers_for` has the last word."""

from collections import defaultdict
from collections.abc import Iterable

from hotline.models import Contact


class Book:
    """The contacts that may answer, by the domains, systems, countries and networks they answer for."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.contacts = {contact.id: contact for contact in contacts}
        self._by_scope = defaultdict[str, list[Contact]](list)
        self._found: dict[tuple[str, str | None, str | None, int | None], list[Contact]] = {}
        for contact in self.contacts.values():
            self._by_scope[contact.answers_for].append(contact)

    def contacts_for(
        self, host: str, ip: str | None, country: str | None = None, asn: int | None = None
    ) -> list[Contact]:
        """The contacts that answer for a host, for the address it was found at, its country or system, oldest first."""
        from hotline.trace import answers_for, scopes_of  # brings network libraries along, not needed by most lists

        asked = (host, ip, country, asn)
        if asked not in self._found:
            near = [one for scope in scopes_of(*asked) for one in self._by_scope.get(scope, ())]
            fitting = [one for one in near if answers_for(one.answers_for, *asked)]
            self._found[asked] = sorted(fitting, key=lambda contact: contact.id)
        return self._found[asked]
