"""What looking at an address brought: a fetched answer, a page's pictures, who hosts it. Only holds values."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.states import ContactRole, Kind

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tls:
    """What a connection was secured with: the protocol, the SHA-256 of the certificate's DER form and what it says."""

    version: str
    sha256: str
    names: tuple[str, ...] = field(repr=False)
    issuer: str
    not_before: str
    not_after: str


@dataclass(frozen=True)
class Hop:
    """One request and its answer; `ip` is the address that was dialled for it, `ips` are all that the name has; both
    are empty where a proxy dialled, which does not say.

    `sent` and `received` are the heads, names in lower case. Times are the machine's. Of the body only its digest and
    its size on arrival, once decoded; None where it was not read.
    """

    url: str = field(repr=False)
    status: int
    ip: str
    method: str = "GET"
    sent: Headers = field(default=(), repr=False)
    received: Headers = field(default=(), repr=False)
    ips: tuple[str, ...] = ()
    tls: Tls | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    body_sha256: str | None = None
    body_bytes: int | None = None


@dataclass(frozen=True)
class Capture:
    """How one fetch went, answered or not: `reason` and `stage` say where it ended early. Never a body.

    `purpose` says what it was for: look, head, sibling, origin, cache, exists.
    `tried` are the addresses dialled in order, also those that did not answer.
    """

    asked: str = field(repr=False)
    purpose: str
    egress: str
    began_at: datetime
    ended_at: datetime
    hops: tuple[Hop, ...]
    tried: tuple[str, ...] = ()
    reason: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Fetched:
    """The last answer to one fetch. The body is decoded and lives in memory only; `hops` ends with this answer."""

    asked: str = field(repr=False)
    final_url: str = field(repr=False)
    status: int
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    mime: str | None
    body: bytes = field(repr=False)
    ip: str
    retry_after_s: float | None = None
    capture: Capture | None = field(default=None, repr=False)

    def header(self, name: str) -> str | None:
        """Returns the first header of that lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class PictureLink:
    """A picture or video a page shows, or a file it links to, as an absolute http or https address.

    `kind` is PICTURE, VIDEO or, for an archive or a PDF, FILE: as the page has it, before anybody looked.
    """

    url: str = field(repr=False)
    kind: Kind


@dataclass(frozen=True)
class Embedded:
    """A file that a page carries in itself, decoded from a `data:` address; `mime` as the page calls it, in lower case.
    In memory only, like every body."""

    mime: str | None
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class PageFacts:
    """What a page shows. `text` is its visible text, cut at 20,000 signs; `frames` are the pages it shows within.

    `left_out` counts what was there and not taken, so that 0 says "this is all": each picture, frame and embedded file
    beyond its limit, each address too long to be one, each tag too many, and 1 for every part that was not read to its
    end (the page, its JSON-LD, a page written into a frame). Placeholders, drawings in SVG and broken addresses are not
    counted.
    """

    pictures: tuple[PictureLink, ...]
    left_out: int
    text: str = field(repr=False)
    title: str = field(repr=False)
    is_login: bool
    frames: tuple[str, ...] = field(default=(), repr=False)
    embedded: tuple[Embedded, ...] = ()


@dataclass(frozen=True)
class NamedAccount:
    """The account that a page of a platform says it is of."""

    handle: str | None = field(repr=False)
    number: str | None = field(repr=False)


GUESSED = "rfc2142"
"""The origin of a mailbox that nobody named: abuse@ of a domain that takes mail."""


@dataclass(frozen=True)
class AbuseContact:
    """A mailbox found for a network or domain (`answers_for`), with where it was found and the registry's own handle of
    that. A proposal until approved."""

    address: str
    role: ContactRole
    answers_for: str
    origin: str
    handle: str | None = None


@dataclass(frozen=True)
class Registrar:
    """Through whom a domain is registered, with its number at IANA."""

    name: str
    iana_id: str | None = None


@dataclass(frozen=True)
class Upstream:
    """Who holds the autonomous system that announces the network."""

    asn: int
    name: str | None = None


@dataclass(frozen=True)
class HostingFacts:
    """Who can remove something, as found at one time. `problems` names what could not be found out.

    `country` is where the network is registered, which is not where the disk is: `country_confidence` (low, medium,
    high) and `country_why` say what it is worth. `cdn_source`: ranges, asn, names or headers. `dns`: A, AAAA and CNAME
    of the name, NS and MX of its registrable `domain`, as far as there are any.
    """

    ip: str | None = None
    asn: int | None = None
    network: str | None = None
    network_name: str | None = None
    country: str | None = None
    country_source: str | None = None
    cdn: str | None = None
    abuse: tuple[AbuseContact, ...] = ()
    problems: tuple[str, ...] = ()
    country_confidence: str | None = None
    country_why: str | None = None
    cdn_source: str | None = None
    asn_source: str | None = None
    domain: str | None = None
    dns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    registrar: Registrar | None = None
    upstream: Upstream | None = None
