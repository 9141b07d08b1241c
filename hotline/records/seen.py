"""One look at one item, and what is remembered of it from before: what rechecks and first looks are judged by."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hashsets.fingerprint import Fingerprint
from hotline.records.alike import Alike
from hotline.records.looks import Capture, Headers, NamedAccount, PageFacts
from hotline.states import RecheckVerdict, Unreachable

if TYPE_CHECKING:  # loads OpenCV, which a home without local features does without
    from hashsets.features import Asked, Kept


class Told(StrEnum):
    """What an answer, or a question asked besides, tells by itself; what it means depends on what is remembered."""

    SAME_ETAG = "same_etag"
    SAME_DATE_AND_SIZE = "same_date_and_size"
    EXISTS = "platform_says_it_exists"
    REMOVED = "platform_says_it_is_removed"
    RESTRICTED = "platform_says_it_is_restricted"
    AT_FORMER_ADDRESS = "served_at_the_former_address"
    PARKED_PAGE = "parked_page"
    PARKED_NAMES = "parked_name_servers"
    PARKED_HOST = "redirect_to_a_parking_host"
    OTHER_SITE = "redirect_to_another_site"
    OTHER_NETWORK = "address_in_another_network"
    ONLY_CACHED = "gone_behind_the_cache"


@dataclass(frozen=True)
class Seen:
    """What one look brought: a reason why it could not look, or a page, or the fingerprint of other bytes.

    `parts` are the files written into a page itself, each as a look of its own. `shown` are the keys of all that a page
    shows, those included. `gone_signal` names what makes an answer look like a removal although the server said 200.
    Local features are there where they were wanted: `asked` is dropped after the look-up, which leaves `alike`; `kept`
    is for illegal material. `captures` are all exchanges of the look.
    """

    at: datetime
    vantage: str
    reason: Unreachable | None = None
    page: PageFacts | None = field(default=None, repr=False)
    fingerprint: Fingerprint | None = field(default=None, repr=False)
    parts: "tuple[Seen, ...]" = field(default=(), repr=False)
    shown: frozenset[str] = field(default=frozenset(), repr=False)
    asked: "tuple[Asked, ...]" = field(default=(), repr=False)
    kept: "tuple[tuple[Kept, Kept], ...] | None" = field(default=None, repr=False)
    alike: Alike | None = None
    account: NamedAccount | None = None
    gone_signal: str | None = None
    told: frozenset[Told] = frozenset()
    final_url: str | None = field(default=None, repr=False)
    headers: Headers = field(default=(), repr=False)
    captures: tuple[Capture, ...] = field(default=(), repr=False)
    rest_s: float = 0.0
    retry_after_s: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Validators:
    """By what a host marked bytes that we know: their ETag, or their date and size."""

    etag: str | None
    last_modified: str | None
    size_bytes: int | None
    sha256: str


@dataclass(frozen=True)
class Remembered:
    """What an item showed when it was decided: its media, or for a page the keys of its pictures that are still up.

    `is_by_pictures` is a page nobody assessed itself: it is up for as long as it shows one of them. `is_part` is a file
    written into the page at this address. `frames` are the keys of a page's frames, each with those of its pictures.
    `site` is the registrable domain that answered at first, `network` the one its address lay in.
    """

    is_page: bool
    is_by_pictures: bool = False
    is_part: bool = False
    sha256: frozenset[str] = frozenset()
    media_ids: frozenset[int] = frozenset()
    pdq: tuple[str, ...] = ()
    picture_keys: frozenset[str] = frozenset()
    frames: tuple[tuple[str, frozenset[str]], ...] = ()
    validators: Validators | None = None
    site: str | None = None
    ip: str | None = None


NOTHING_REMEMBERED = Remembered(is_page=False)
"""What a first look is taken with."""


@dataclass(frozen=True)
class Judged:
    """A recheck's verdict, the signals that led to it, and whether other bytes stand where the material was."""

    verdict: RecheckVerdict
    signals: dict[str, Any]
    is_other_media: bool = False
    is_copy: bool = False


PERSON = "person"
"""The vantage of what a person saw."""


@dataclass(frozen=True)
class PastLook:
    """One earlier recheck, as agreement is counted by."""

    at: datetime
    vantage: str
    verdict: RecheckVerdict
