"""What looking at an address brought: a fetched answer, a page's pictures, who hosts it. Only holds values."""

from dataclasses import dataclass, field

from hotline.states import ContactRole, Kind


@dataclass(frozen=True)
class Hop:
    """One answer on the way to the last one; `ip` is the address that was dialled for it."""

    url: str = field(repr=False)
    status: int
    ip: str


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

    def header(self, name: str) -> str | None:
        """Returns the first header of that lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class PictureLink:
    """A picture or video a page shows, as an absolute http or https address."""

    url: str = field(repr=False)
    kind: Kind


@dataclass(frozen=True)
class PageFacts:
    """What a page shows. `left_out` counts links beyond the limit; `text` is its visible text, cut at 20,000 signs."""

    pictures: tuple[PictureLink, ...]
    left_out: int
    text: str = field(repr=False)
    title: str = field(repr=False)
    is_login: bool


@dataclass(frozen=True)
class NamedAccount:
    """The account that a page of a platform says it is of."""

    handle: str | None = field(repr=False)
    number: str | None = field(repr=False)


@dataclass(frozen=True)
class AbuseContact:
    """A mailbox found for a network or domain (`answers_for`), with where it was found. A proposal until approved."""

    address: str
    role: ContactRole
    answers_for: str
    origin: str


@dataclass(frozen=True)
class HostingFacts:
    """Who can remove something, as found at one time. `problems` names what could not be found out."""

    ip: str | None = None
    asn: int | None = None
    network: str | None = None
    network_name: str | None = None
    country: str | None = None
    country_source: str | None = None
    cdn: str | None = None
    abuse: tuple[AbuseContact, ...] = ()
    problems: tuple[str, ...] = ()
