"""The lab's registry: RFC 9083 answers for /ip, /autnum and /domain over real HTTP, or none while it is down."""

import ipaddress
import json
from typing import Any
from urllib.parse import unquote

from scripts.lab.http import Behaviour, HttpServer, LabRequest
from scripts.lab.sites import Answer, Site

Json = dict[str, Any]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CONFORMS = ["rdap_level_0", "arin_originas0"]
EVENTS = [{"eventAction": "registration", "eventDate": "2012-05-01T00:00:00Z"}]


def entity(
    handle: str, name: str, roles: list[str], email: str | None = None, entities: list[Json] | None = None
) -> Json:
    """An RFC 9083 entity with its jCard."""
    card: list[Any] = [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["kind", {}, "text", "group"]]
    if email is not None:
        card.append(["email", {}, "text", email])
    found = {"objectClassName": "entity", "handle": handle, "roles": roles, "vcardArray": ["vcard", card]}
    return found | ({"entities": entities} if entities else {})


def holders(name: str, org: str, abuse: str | None, nested: bool) -> list[Json]:
    """The registrant, with its abuse contact inside it (as ARIN and many registrars do) or beside it."""
    contact = [] if abuse is None else [entity(f"AC-{name}", f"Abuse desk of {org}", ["abuse"], abuse)]
    registrant = entity(f"ORG-{name}", org, ["registrant"], entities=contact if nested else None)
    return [registrant] if nested else [registrant, *contact]


def error(status: int, title: str) -> Answer:
    """An RFC 9083 error answer."""
    return rdap_answer({"errorCode": status, "title": title, "description": ["Nothing here in the lab."]}, status)


def rdap_answer(document: Json, status: int = 200) -> Answer:
    body = json.dumps({"rdapConformance": CONFORMS} | document).encode()
    return Answer(status, {"Content-Type": "application/rdap+json"}, body)


class Registry(Site):
    """A site whose unknown paths are RDAP questions; `put`, `script` and `redirect` override single ones."""

    def __init__(self, owner: "LabRDAP") -> None:
        self._owner = owner
        super().__init__("rdap.lab.example", HttpServer("127.0.0.1", self.answer))

    def respond(self, request: LabRequest) -> Answer | Behaviour:
        found = self.standing_at(request.path)
        return self._owner.lookup(request.path) if found is None else found


class LabRDAP:
    """Networks, autonomous systems and domains by registration; anything else is a 404 of RFC 9083."""

    def __init__(self) -> None:
        self._networks: dict[Network, Json] = {}
        self._autnums: dict[int, Json] = {}
        self._domains: dict[str, Json] = {}
        self.site = Registry(self)
        self.url = f"http://127.0.0.1:{self.site.port}/"
        self.stop = self.site.server.stop

    @property
    def requests(self) -> list[LabRequest]:
        return self.site.requests

    def down(self, is_down: bool = True, *, status: int | None = None) -> None:
        """While down every connection is reset, or answered with `status`."""
        self.site.down(is_down, status=status)

    def network(
        self,
        cidr: str,
        *,
        abuse: str | None = None,
        name: str = "LAB-NET",
        country: str | None = "NL",
        asn: int | None = None,
        org: str = "Lab Hosting",
        nested: bool = True,
    ) -> None:
        """Register a network; the most specific one answers for an address. With `asn` its autnum is registered too."""
        net = ipaddress.ip_network(cidr)
        first, last = str(net.network_address), str(net.broadcast_address)
        found: Json = {
            "objectClassName": "ip network",
            "handle": f"{first} - {last}",
            "name": name,
            "type": "ASSIGNED PA",
        }
        found |= {"startAddress": first, "endAddress": last, "ipVersion": f"v{net.version}", "status": ["active"]}
        found |= {"cidr0_cidrs": [{f"v{net.version}prefix": first, "length": net.prefixlen}], "events": EVENTS}
        found |= {"entities": holders(name, org, abuse, nested)} | ({} if country is None else {"country": country})
        if asn is not None:
            found["arin_originas0_originautnums"] = [asn]
            self.autnum(asn, abuse=abuse, name=name, country=country, org=org, nested=nested)
        self._networks[net] = found

    def autnum(
        self,
        asn: int,
        *,
        abuse: str | None = None,
        name: str = "LAB-AS",
        country: str | None = "NL",
        org: str = "Lab Hosting",
        nested: bool = True,
    ) -> None:
        """Register an autonomous system."""
        found: Json = {
            "objectClassName": "autnum",
            "handle": f"AS{asn}",
            "startAutnum": asn,
            "endAutnum": asn,
            "name": name,
        }
        found |= {"status": ["active"], "events": EVENTS, "entities": holders(name, org, abuse, nested)}
        self._autnums[asn] = found | ({} if country is None else {"country": country})

    def domain(
        self,
        name: str,
        *,
        registrar: str = "Lab Registrar",
        abuse: str | None = None,
        iana_id: int = 9999,
        nameservers: tuple[str, ...] = (),
        status: tuple[str, ...] = ("active",),
    ) -> None:
        """Register a domain whose registrar has its abuse contact nested, as ICANN's profile demands."""
        contact = [] if abuse is None else [entity("AC-REG", f"Abuse desk of {registrar}", ["abuse"], abuse)]
        found = entity(str(iana_id), registrar, ["registrar"], entities=contact)
        found["publicIds"] = [{"type": "IANA Registrar ID", "identifier": str(iana_id)}]
        servers = [{"objectClassName": "nameserver", "ldhName": each} for each in nameservers]
        self._domains[name.lower()] = {
            "objectClassName": "domain",
            "handle": f"D-{name.upper()}",
            "ldhName": name.lower(),
            "status": list(status),
            "events": EVENTS,
            "nameservers": servers,
            "entities": [found],
        }

    def lookup(self, path: str) -> Answer:
        """The answer to an RDAP path."""
        kind, _, what = unquote(path.partition("?")[0]).strip("/").partition("/")
        try:
            found = self._find(kind, what)
        except ValueError:
            return error(400, "Bad Request")
        return error(404, "Not Found") if found is None else rdap_answer(found)

    def _find(self, kind: str, what: str) -> Json | None:
        if kind == "ip":
            return self._network_of(ipaddress.ip_network(what, strict=False))
        if kind == "autnum":
            return self._autnums.get(int(what))
        return self._domains.get(what.lower()) if kind == "domain" else None

    def _network_of(self, asked: Network) -> Json | None:
        wide = [net for net in self._networks if net.version == asked.version and _contains(net, asked)]
        return self._networks[max(wide, key=lambda net: net.prefixlen)] if wide else None


def _contains(net: Network, asked: Network) -> bool:
    return net.network_address <= asked.network_address and asked.broadcast_address <= net.broadcast_address  # type: ignore[operator]
