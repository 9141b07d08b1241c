"""One look at one item, and what is remembered of it from before: what rechecks and first looks are judged by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hashsets.fingerprint import Fingerprint
from hotline.records.looks import PageFacts
from hotline.states import RecheckVerdict, Unreachable


@dataclass(frozen=True)
class Seen:
    """What one look brought: a reason why it could not look, or a page, or the fingerprint of other bytes.

    `gone_signal` names what makes an answer look like a removal although the server said 200.
    """

    at: datetime
    vantage: str
    reason: Unreachable | None = None
    page: PageFacts | None = field(default=None, repr=False)
    fingerprint: Fingerprint | None = field(default=None, repr=False)
    gone_signal: str | None = None
    rest_s: float = 0.0
    retry_after_s: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Remembered:
    """What an item showed when it was decided: its media, or for a page the keys of its pictures that are still up.

    `is_by_pictures` is a page nobody assessed itself: it is up for as long as it shows one of them.
    """

    is_page: bool
    is_by_pictures: bool = False
    sha256: frozenset[str] = frozenset()
    pdq: tuple[str, ...] = ()
    picture_keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """A recheck's verdict, the signals that led to it, and whether other bytes stand where the material was."""

    verdict: RecheckVerdict
    signals: dict[str, Any]
    is_other_media: bool = False
    is_copy: bool = False


@dataclass(frozen=True)
class PastLook:
    """One earlier recheck, as agreement is counted by."""

    at: datetime
    vantage: str
    verdict: RecheckVerdict
