"""The plain facts a notice or packet is made of: frozen dataclasses, no behaviour, times aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["illegal", "harmful", "correction"]
Language = Literal["en", "sq"]
PacketKind = Literal["police", "partner", "blocking"]

LANGUAGES: tuple[Language, ...] = ("en", "sq")
PDF_LANGUAGES: tuple[Language, ...] = ("sq", "en")
RUNS_THE_PLATFORM = ("operator", "platform")
"""Roles that may learn of an account and receive a notice about harmful content."""
GROUNDS = (
    "impersonation",
    "bullying",
    "blackmail",
    "threats",
    "hate",
    "private_image",
    "identifying_publication",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks: the hotline as its settings describe it."""

    name: str
    from_address: str
    reply_to: str
    phone: str | None = None
    mandate_reference: str | None = None
    verification_page: str | None = None
    fingerprint: str | None = None
    """Of the OpenPGP key that mails are signed with."""
    description: str | None = None
    """One line about the hotline for the footer; in the language of the notice."""


@dataclass(frozen=True, slots=True)
class Seeing:
    """The material was seen online, by a machine or with a person's eyes."""

    at: datetime
    is_by_person: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often the same material was put up again so far: confirmed re-uploads, returns included."""

    times: int
    first_seen_at: datetime
    hosts: int
    """At how many hosts it was seen; which ones those are stands in no notice."""
    told: tuple[str, ...] = ()
    """Numbers of our earlier notices to this receiver about the same material, e.g. ``N3``."""
    asks_block: bool = False
    """The receiver is asked to keep it from being uploaded again."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account at the platform that an address belongs to. Its owner may be anybody, the child too."""

    handle: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class ReportedAddress:
    """One item of a notice. ``url`` is verbatim: it is printed exactly so; ``href`` is how a browser sends it."""

    item: str
    url: str
    kind: str
    received_at: datetime
    """When it was reported; when it was found on a page, where ``is_reported`` is not set."""
    href: str | None = None
    is_reported: bool = True
    first_online: Seeing | None = None
    last_online: Seeing | None = None
    shows: tuple[str, ...] = ()
    """The assessed items for which a page that nobody assessed itself stands in the notice."""
    verdict: str | None = None
    """``baseline`` or ``national``, printed with what it means; only in a notice about illegal content."""
    ip: str | None = None
    network: str | None = None
    asn: int | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 of the network's registration; it does not say where the disk is."""
    host_zone: str | None = None
    """The host's time zone as an IANA name, where it is known; times are then given in it beside UTC."""
    mime: str | None = None
    sha1: str | None = None
    assessed_at: datetime | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    """The class each scheme gives the assessed facts, by scheme: ``iccam``, ``ncmec``, ``iwf``, ``xarf``."""
    was_matched: bool = False
    """The assessment rests on a hit on a list of known hashes."""
    access_steps: str | None = None
    """How one gets to what is meant, in a person's words: a passphrase, a page to come from."""
    sha256: str | None = None
    md5: str | None = None
    pdq: str | None = None
    returns: int = 0
    repeat: Repeat | None = None
    account: Account | None = None
    """Only in a notice to the platform itself (roles ``platform`` and ``operator``)."""
    platform_media: str | None = None
    """The platform's own id of the picture or video; printed to the platform only, as the account is."""


@dataclass(frozen=True, slots=True)
class EarlierNotice:
    """A round that went out before; its Message-ID keeps all rounds in one thread."""

    number: str
    message_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Citation:
    """A statute as data: who checked its wording, when, and when it was in force."""

    id: str
    statute: str
    article: str
    text_sq: str
    text_en: str
    valid_from: date
    valid_to: date | None
    checked_by: str
    checked_on: date | None
    source: str
    applies_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything one notice says. ``home`` is the short id of the home; ``round`` counts from 1.

    ``reference`` is the number of the first round: what the receiver quotes stays the same in every round.
    """

    number: str
    reference: str
    home: str
    round: int
    kind: Kind
    contact_address: str
    contact_role: str
    language: Language
    addresses: tuple[ReportedAddress, ...]
    rendered_at: datetime
    custody_head: str
    """Sequence and hash of the newest custody entry, e.g. ``118 9f2c…``."""
    sender: Sender
    ground: str | None = None
    platform: str | None = None
    platform_rule: str | None = None
    genuine: tuple[str, ...] = ()
    """The genuine profiles of who is impersonated, verbatim; not to be acted against."""
    earlier: tuple[EarlierNotice, ...] = ()
    citations: tuple[Citation, ...] = ()
    contact_origin: str | None = None
    """How the contact was found: ``rdap 192.0.2.0/24``, a directory, a person."""
    reply_token: str | None = None
    """Random letters and digits by which an answer finds its notice; put behind a plus sign into the reply address."""
    no_warning_until: date | None = None
    """Until when the uploader should not be warned, as far as the receiver's law allows."""
    police_informed_at: datetime | None = None
    for_whom: str | None = None
    """For whom the hotline speaks where it was told: ``the child's mother``; only platforms' forms ask for it."""
    authorised_by: str | None = None
    """Who authorised the hotline to act, where that was recorded; only platforms' forms ask for it."""
    corrects: tuple[EarlierNotice, ...] = ()
    """The notices that a correction takes back."""
    requested_h: int = 24
    test_mode_to: str | None = None
    is_urgent: bool = False

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses, each once: a file that is written into a page has the page's."""
        return tuple(dict.fromkeys(one.url for one in self.addresses))


@dataclass(frozen=True, slots=True)
class AppealAnswer:
    """What an owner is told of an objection to a notice. ``reference`` is the notice's, ``number`` the answer's own."""

    number: str
    reference: str
    home: str
    language: Language
    contact_address: str
    sender: Sender
    rendered_at: datetime
    is_upheld: bool
    """The objection was right: the notice is withdrawn."""
    text: str
    """What the person who looked at it says to it; may have several lines. Needed where the notice stays."""
    earlier: tuple[EarlierNotice, ...] = ()
    """The rounds of the notice, oldest first; the answer stands in their thread."""
    objected_at: datetime | None = None
    kind: Kind = "illegal"
    """Of the notice; in an answer about harmful content no word of crime stands either."""
    reply_token: str | None = None
    test_mode_to: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Two persons' word that a packet may be handed over, by pseudonym."""

    released_by: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about an item as packets say it; ``at`` is RFC 3339."""

    verdict: str
    ground: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Revised:
    """An item of which an earlier packet says what is no longer decided."""

    item: str
    before: Decision
    now: Decision


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """Everything a packet holds.

    ``case`` has the shape of ``case show --json``; of its reports only id, source, category, city, at_risk and
    received_at are used. Names of staff in it (``by``, ``actor``) and ``built_by`` must be pseudonyms already.
    ``case`` may also hold ``families``: by id, how often each was put up again and where it was seen.
    ``notices`` may carry rows shaped like ``notice list --json``.
    """

    number: str
    kind: PacketKind
    receiver: str
    copy_number: int
    built_at: datetime
    built_by: str
    sender: Sender
    case: Mapping[str, Any]
    notices: tuple[Mapping[str, Any], ...] = ()
    time_zone: str = "Europe/Tirane"
    release: Release | None = None
    adds_to: tuple[str, ...] = ()
    """The earlier packets about this case for this receiver, oldest first: then this one is an addendum to them."""
    revised: tuple[Revised, ...] = ()
    """What is decided otherwise now than the receiver was told."""
