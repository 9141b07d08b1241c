"""What one platform's table holds, as frozen values. Knows no platform and reads nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hotline.states import Kind

STATUSES = ("confirmed", "unconfirmed")
PARTS = ("media_id", "account", "account_number")
"""What a pattern may find in an address, and what a canonical address is made of."""


FORM_VALUES = (
    *("urls", "url", "account", "account_number", "media_id", "ground", "rule", "description", "genuine", "reporter"),
    *("for_whom", "authorised_by", "email", "name", "phone", "reference", "statement", "hashes"),
)
"""What a field of a report form can be filled with."""
FORM_KINDS = ("illegal", "harmful")


class SiteKind(StrEnum):
    SOCIAL = "social"
    VIDEO = "video"
    MESSAGING = "messaging"
    PASTE = "paste"
    IMAGE_HOST = "image_host"
    FILE_HOST = "file_host"


class PageSays(StrEnum):
    """What a page says instead of showing something, in the order in which it is believed: whoever stands before a wall
    has not seen what is behind, so that a page may only be taken for a removal where nothing else is said."""

    LOGIN = "login"
    GEO_BLOCKED = "geo_blocked"
    AGE_GATED = "age_gated"
    PRIVATE = "private"
    """Shown to some only; or gone or hidden, and the page does not say which of the two."""
    REMOVED = "removed"


class Existence(StrEnum):
    """What a platform answered to whether something still exists."""

    ONLINE = "online"
    REMOVED = "removed"
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pattern:
    """One form of address. `canonical` is a template over the groups of `path`."""

    kind: Kind
    path: re.Pattern[str]
    host: str | None
    is_per_account: bool
    """The platform counts anew in each account: only with the account before it does an id name one thing."""
    is_with_fragment: bool
    """`path` is for path, query and what stands behind the `#`."""
    is_invite: bool
    """Who opens it joins a group. Nobody joins one through this software."""
    has_login_wall: bool | None
    """Where it differs from the platform's."""
    canonical: str | None


@dataclass(frozen=True)
class Exists:
    """Where a platform tells whether something exists, and what its answers mean. `kinds` is empty for all media."""

    oembed: str
    kinds: frozenset[Kind]
    meanings: Mapping[int, Existence]


@dataclass(frozen=True)
class Markup:
    """What a raw page holds: `pattern` is tried only where the text `start`, with which it begins, stands."""

    start: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class FormField:
    """One field of a report form, as people see it. No limit known: `max_chars` is None."""

    label: str
    value: str
    """One of FORM_VALUES."""
    max_chars: int | None
    is_required: bool
    grounds: tuple[str, ...]
    """Only for these grounds; empty for all."""
    kinds: tuple[str, ...]
    """Only in reports of these kinds, of FORM_KINDS; empty for both."""


@dataclass(frozen=True)
class Platform:
    """One platform's table; `rules` by ground (or `any`), then language. `tested_on` is empty while unconfirmed."""

    name: str
    domains: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    on_page: Mapping[str, re.Pattern[str]]
    """What a page's text holds of its account, by `account` and `account_number`; the first group is it."""
    rules: Mapping[str, Mapping[str, str]]
    has_login_wall: bool
    source: str
    status: str
    tested_on: str
    kind_of_site: SiteKind | None
    form: str | None
    form_fields: tuple[FormField, ...]
    exists: Exists | None
    pages: Mapping[PageSays, tuple[str, ...]]
    """Sentences, made plain, for title and short visible text."""
    markup: Mapping[PageSays, tuple[Markup, ...]]
    """For the raw page."""
    shown: tuple[Markup, ...]
    """What the raw page holds only where it shows the thing itself: then no sentence on it says anything."""
    dated: date | None = None
    """The date of the file the table stands in."""


def plain(text: str) -> str:
    """A text as it is compared: without case, with one kind of blank and of apostrophe."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())
