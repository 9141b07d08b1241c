"""Who is told, and whether another round may go: rules about notices as pure functions over plain facts."""

import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from hotline.records.seen import PastLook
from hotline.settings import NoticeSettings
from hotline.states import GONE, TELLING, ContactRole, NoticeKind, RecheckVerdict, State


def kind_of(verdict_state: State) -> NoticeKind:
    """The kind of notice an item gets that was decided so. Raises KeyError for what gets none."""
    return {State.ILLEGAL: NoticeKind.ILLEGAL, State.HARMFUL: NoticeKind.HARMFUL}[verdict_state]


_EMPTIES_CACHES = frozenset({ContactRole.CDN, ContactRole.OPERATOR, ContactRole.PLATFORM})
RUNS_THE_PLATFORM = frozenset({ContactRole.OPERATOR, ContactRole.PLATFORM})


def is_told(role: ContactRole, kind: NoticeKind, *, is_platforms: bool = False) -> bool:
    """Tells whether a contact of this role gets notices of this kind.

    A platform's address may name an account, so it goes to whoever runs the platform, and to nobody else.
    """
    return role in _ladder()[kind]["roles"] and (not is_platforms or role in RUNS_THE_PLATFORM)


def may_send(history: Sequence[PastLook], round_: int, role: ContactRole = ContactRole.HOST) -> bool:
    """Tells whether an item belongs into a round to a contact of this role.

    The first goes unless the latest look that could tell says gone: the assessment was the look. A repeat goes only
    when that look, by machine or person, says online; where only a cache still has it, to those who can empty that.
    """
    latest = next((look for look in reversed(history) if look.verdict in TELLING), None)
    if round_ > 1 and latest is not None and latest.verdict is RecheckVerdict.CDN_CACHED:
        return role in _EMPTIES_CACHES
    if round_ > 1:
        return latest is not None and latest.verdict is RecheckVerdict.ONLINE
    return latest is None or latest.verdict not in GONE | {RecheckVerdict.PAGE_ONLY_REMOVED}


def next_round_at(kind: NoticeKind, sent_at: datetime, policy: NoticeSettings) -> datetime:
    """When the next round is due after one that went out at `sent_at`."""
    hours = policy.harmful_repeat_h if kind is NoticeKind.HARMFUL else policy.repeat_h
    return sent_at + timedelta(hours=hours)


def needs_person(kind: NoticeKind, round_: int, policy: NoticeSettings) -> bool:
    """Tells whether a person approves this round although an earlier one was approved."""
    return kind is NoticeKind.HARMFUL and round_ > policy.harmful_rounds


def retry_at(failures: int, now: datetime) -> datetime | None:
    """When a delivery is tried again after its `failures`th temporary failure; None when it is given up."""
    minutes: list[int] = _ladder()["send"]["retry_min"]
    return now + timedelta(minutes=minutes[failures - 1]) if failures <= len(minutes) else None


@lru_cache(maxsize=1)
def _ladder() -> dict[str, Any]:
    return tomllib.loads(resources.files("hotline").joinpath("ladder.toml").read_text())
