"""The words and shapes that the contract of the command line names (DESIGN section 6), and what does not fit them.

A shape is a type, a list of one shape, a dict of named shapes (more keys are allowed), or a check of one value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
LOOKS_LIKE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")

SOURCES = "web phone email police partner analyst"
CHANNELS = "email sheet partner cloudflare aws"
CATEGORIES = "csam self_generated sextortion grooming impersonation bullying threats hate_speech harassment other"
AT_RISK = "suicide threat_to_life blackmail_running meeting_arranged offender_knows_home violence_at_home other"
ROLES = "operator host cdn registrar upstream platform partner search_engine"
GROUNDS = "impersonation bullying blackmail threats hate private_image identifying_publication"
REASONS = (
    "content_not_found removed_before_assessment adult nudity_not_sexualized below_threshold too_small virtual "
    "linking_only age_not_assessable age_over_threshold other"
)
BASES = "match looked partner police report_text"
VERDICTS = "baseline national harmful not_illegal"
NOTICE_STATES = "draft approved sending sent failed cancelled superseded"
OUTCOMES = "removed declined restricted asks_more not_ours no_answer"
ITEM_STATES = "received unreachable awaiting_assessment not_illegal illegal harmful noticed removed closed"
RECHECKS = (
    "online removed_at_source page_only_removed soft_removed access_restricted geo_blocked cdn_cached moved parked "
    "unreachable inconclusive"
)
ALGORITHMS = "md5 sha1 sha256 pdq phash"
VARIANTS = "upright mirror rot90 rot180 rot270 transpose transverse flip box quadrant frame"
QUEUE_KINDS = "assess contact notice packet referral ack person"


@dataclass(frozen=True)
class One:
    """One of some words."""

    words: str

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and value in self.words.split()


@dataclass(frozen=True)
class Like:
    """A text of a pattern."""

    pattern: str

    def fits(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Maybe:
    """Null, or this shape."""

    shape: Any


@dataclass(frozen=True)
class Each:
    """A dict whose every value has this shape."""

    shape: Any


def ID(letter: str) -> Like:
    return Like(f"{letter}[1-9][0-9]*")


AT = Like(TIME.pattern)
TEXT = Maybe(str)
HEX = Like("[0-9a-f]+")
LEAD = {
    "list": str,
    "entry": str,
    "algorithm": One(ALGORITHMS),
    "distance": int,
    "label": TEXT,
    "variant": One(VARIANTS),
}
MEDIA = {
    "id": ID("M"),
    "sha256": HEX,
    "sha1": HEX,
    "md5": HEX,
    "size_bytes": int,
    "mime": TEXT,
    "width": Maybe(int),
    "height": Maybe(int),
    "pdq": Maybe(HEX),
    "pdq_quality": Maybe(int),
    "phash": Maybe(HEX),
}
ASSESSMENT = {
    "verdict": One(VERDICTS),
    "ground": Maybe(One(GROUNDS)),
    "reason": Maybe(One(REASONS)),
    "basis": One(BASES),
    "by": str,
    "at": AT,
    "facts": dict,
}
HOSTING = {"ip": TEXT, "asn": Maybe(int), "network": TEXT, "country": TEXT, "cdn": TEXT, "contacts": [ID("K")]}
ITEM = {
    "id": ID("I"),
    "url": str,
    "kind": str,
    "state": One(ITEM_STATES),
    "reason": TEXT,
    "media": Maybe(MEDIA),
    "family": Maybe(ID("F")),
    "leads": [LEAD],
    "assessment": Maybe(ASSESSMENT),
    "hosting": Maybe(HOSTING),
    "notices": [ID("N")],
    "rechecks": [{"at": AT, "vantage": str, "verdict": One(RECHECKS), "evidence": dict}],
    "received_at": AT,
    "police_at": Maybe(AT),
    "host_at": Maybe(AT),
    "removed_at": Maybe(AT),
    "returns": int,
}
CUSTODY = {
    "seq": int,
    "at": AT,
    "actor": str,
    "action": str,
    "subject": str,
    "from": TEXT,
    "to": TEXT,
    "why": TEXT,
    "hash": Like("[0-9a-f]{64}"),
}
REPORT = {
    "id": ID("R"),
    "source": One(SOURCES),
    "category": One(CATEGORIES),
    "city": TEXT,
    "at_risk": Maybe(One(AT_RISK)),
    "received_at": AT,
}
CASE_ROW = {
    "id": ID("C"),
    "url": TEXT,
    "state": One(ITEM_STATES),
    "priority": Like("P[0-4]"),
    "items": int,
    "reports": int,
}
SIGHTING = {
    "item": ID("I"),
    "url": str,
    "host": str,
    "account": TEXT,
    "first_seen_at": AT,
    "last_seen_at": AT,
    "gone_at": Maybe(AT),
    "confirmed": bool,
}
CONTACT = {
    "id": ID("K"),
    "state": One("proposed approved blocked"),
    "address": str,
    "role": One(ROLES),
    "answers_for": str,
    "channel": One(CHANNELS),
}
NOTICE = {
    "id": ID("N"),
    "state": One(NOTICE_STATES),
    "contact": ID("K"),
    "role": One(ROLES),
    "channel": One(CHANNELS),
    "round": int,
    "items": [ID("I")],
    "message_id": TEXT,
    "sent_at": Maybe(AT),
    "outcome": Maybe(One(OUTCOMES)),
}
CHECK = {"by": str, "at": AT, "is_of_this_text": bool, "withdrawn_by": TEXT, "withdrawn_at": Maybe(AT)}
DAY = Maybe(Like(r"\d{4}-\d\d-\d\d"))
LAW = {
    "id": str,
    "state": One("usable unchecked stale changed not_in_force"),
    "kind": One("citation platform_rule"),
    "checked_by": TEXT,
    "checked_at": Maybe(AT),
    "valid_from": DAY,
    "valid_to": DAY,
    "source": str,
}
QUEUE = {
    "kind": One(QUEUE_KINDS),
    "case": Maybe(ID("C")),
    "item": Maybe(ID("I")),
    "priority": Maybe(Like("P[0-4]")),
    "why": str,
    "since": AT,
    "leads": [LEAD],
}
HIT = {"input": str} | LEAD


def misfits(value: Any, shape: Any, where: str = "it") -> list[str]:
    """What about a value is not of its shape; more keys are allowed."""
    if isinstance(shape, Maybe):
        return [] if value is None else misfits(value, shape.shape, where)
    if isinstance(shape, One | Like):
        return [] if shape.fits(value) else [f"{where} is {value!r}, not {shape}"]
    if isinstance(shape, Each):
        return misfits(value, dict, where) or [
            one for key, each in value.items() for one in misfits(each, shape.shape, f"{where}.{key}")
        ]
    if isinstance(shape, list):
        return misfits(value, list, where) or [
            one for number, each in enumerate(value) for one in misfits(each, shape[0], f"{where}[{number}]")
        ]
    if isinstance(shape, dict):
        if wrong := misfits(value, dict, where):
            return wrong
        missing = [f"{where}.{key} is missing" for key in shape if key not in value]
        return missing + [
            one for key, each in shape.items() if key in value for one in misfits(value[key], each, f"{where}.{key}")
        ]
    is_it = isinstance(value, shape) and not (shape is int and isinstance(value, bool))
    return [] if is_it else [f"{where} is {value!r}, not {shape.__name__}"]


def times_in(value: Any, where: str = "it") -> Iterator[tuple[str, str]]:
    """Every text that is or begins as a time, and every text under a key that names one."""
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str) and (key in ("at", "since", "until", "now") or key.endswith("_at")):
                yield f"{where}.{key}", each
            else:
                yield from times_in(each, f"{where}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from times_in(each, f"{where}[{number}]")
    elif isinstance(value, str) and LOOKS_LIKE_TIME.match(value):
        yield where, value
