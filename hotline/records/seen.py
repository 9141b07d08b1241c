"""One look at one item, and what is remembered of it from before: what rechecks and first looks are judged by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hashsets.fingerprint import Fingerprint
from hotline.records.alike import Alike
from hotline.records.looks import NamedAccount, PageFacts
from hotline.states import RecheckVerdict, Unreachable

if TYPE_CHECKING:  # loads OpenCV, which a home without local features does without
    from hashsets.features import Asked, Kept


@dataclass(frozen=True)
class Seen:
    """What one look brought: a reason why it could not look, or a page, or the fingerprint of other bytes.

    `gone_signal` names what makes an answer look like a removal although the server said 200. Local features are there
    where they were wanted: `asked` is dropped after the look-up, which leaves `alike`; `kept` is for illegal material.
    """

    at: datetime
    vantage: str
    reason: Unreachable | None = None
    page: PageFacts | None = field(default=None, repr=False)
    fingerprint: Fingerprint | None = field(default=None, repr=False)
    asked: "tuple[Asked, ...]" = field(default=(), repr=False)
    kept: "tuple[tuple[Kept, Kept], ...] | None" = field(default=None, repr=False)
    alike: Alike | None = None
    account: NamedAccount | None = None
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
    media_ids: frozenset[int] = frozenset()
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
