"""Who is told, and whether another round may go: rules about notices as pure functions over plain facts."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from hotline.records.seen import PERSON, PastLook
from hotline.settings import DAYS, NoticeSettings
from hotline.states import GONE, TELLING, ContactRole, NoticeKind, RecheckVerdict, State


def kind_of(verdict_state: State) -> NoticeKind:
    """The kind of notice an item gets that was decided so. Raises KeyError for what gets none."""
    return {State.ILLEGAL: NoticeKind.ILLEGAL, State.HARMFUL: NoticeKind.HARMFUL}[verdict_state]


@dataclass(frozen=True)
class Step:
    """A step of the ladder (ladder.toml): whom it tells, and after how many hours of the first notice."""

    roles: tuple[ContactRole, ...]
    after_h: int = 0
    if_alone: bool = False
    wholly_given: bool = False
    after_removal: bool = False
    rounds: int = 0


@dataclass(frozen=True)
class Standing:
    """What the ladder asks of an item: when somebody was first told, whether it is gone, whether all its site is so,
    and whether nobody was reached because every notice about it bounced."""

    first_told_at: datetime | None
    is_removed: bool = False
    is_wholly_given: bool = False
    is_unreached: bool = False


_EMPTIES_CACHES = frozenset({ContactRole.CDN, ContactRole.OPERATOR, ContactRole.PLATFORM})
RUNS_THE_PLATFORM = frozenset({ContactRole.OPERATOR, ContactRole.PLATFORM})


def is_told(role: ContactRole, kind: NoticeKind, *, is_platforms: bool = False) -> bool:
    """Tells whether a contact of this role gets notices of this kind.

    A platform's address may name an account, so it goes to whoever runs the platform, and to nobody else.
    """
    return step_of(role, kind) is not None and (not is_platforms or role in RUNS_THE_PLATFORM)


def step_of(role: ContactRole, kind: NoticeKind) -> Step | None:
    """The step at which this role is told; None where it never is."""
    return next((step for step in _steps().get(kind, ()) if role in step.roles), None)


def due_at(
    role: ContactRole, kind: NoticeKind, standing: Standing, beside: Collection[ContactRole], now: datetime
) -> datetime | None:
    """When a contact of this role is told of an item; None where it is not, or not until somebody else was.

    `beside` are the roles of all approved contacts that answer for the item and can be reached. Where nobody was
    reached and nobody of an earlier step can be, a step is taken at once.
    """
    step = step_of(role, kind)
    if step is None or (standing.is_removed and not step.after_removal):
        return None
    if step.wholly_given and not standing.is_wholly_given:
        return None
    is_alone = (step.if_alone or standing.is_unreached) and not any(_is_earlier(other, step, kind) for other in beside)
    if step.after_h == 0 or is_alone or standing.is_removed:
        return now
    return standing.first_told_at + timedelta(hours=step.after_h) if standing.first_told_at is not None else None


def _is_earlier(role: ContactRole, step: Step, kind: NoticeKind) -> bool:
    other = step_of(role, kind)
    return other is not None and other.after_h < step.after_h


def is_first(role: ContactRole, kind: NoticeKind) -> bool:
    """Tells whether the ladder begins with this role, or may where nobody else answers."""
    step = step_of(role, kind)
    return step is not None and (step.after_h == 0 or step.if_alone)


def roles_later(kind: NoticeKind = NoticeKind.ILLEGAL) -> tuple[ContactRole, ...]:
    """The roles that are told only some hours after the first notice."""
    return tuple(role for step in _steps()[kind] if step.after_h for role in step.roles)


def has_round(role: ContactRole, kind: NoticeKind, round_: int) -> bool:
    """Tells whether the ladder has so many rounds for this role."""
    step = step_of(role, kind)
    return step is not None and (step.rounds == 0 or round_ <= step.rounds)


def may_send(
    history: Sequence[PastLook],
    round_: int,
    role: ContactRole = ContactRole.HOST,
    *,
    told_at: datetime | None = None,
) -> bool:
    """Tells whether an item belongs into a round to a contact of this role.

    The first goes unless the latest look that could tell says gone: the assessment was the look. A repeat goes only
    when that look, by machine or person and not older than the round before (`told_at`), says online; where only a
    cache still has it, to those who can empty that. Search engines are asked also when the source is gone.
    """
    if role is ContactRole.SEARCH_ENGINE:
        return round_ == 1
    if told_at is not None and round_ > 1:
        history = [look for look in history if _is_since(look, told_at)]
    latest = next((look for look in reversed(history) if look.verdict in TELLING), None)
    if round_ > 1 and latest is not None and latest.verdict is RecheckVerdict.CDN_CACHED:
        return role in _EMPTIES_CACHES
    if round_ > 1:
        return latest is not None and latest.verdict is RecheckVerdict.ONLINE
    return latest is None or latest.verdict not in GONE | {RecheckVerdict.PAGE_ONLY_REMOVED}


def _is_since(look: PastLook, told_at: datetime) -> bool:
    """A person's look of the very moment was what the round before rested on; a machine's may have followed it."""
    return look.at > told_at or (look.at == told_at and look.vantage != PERSON)


def asked_h(kind: NoticeKind, policy: NoticeSettings, own_h: int | None = None) -> int:
    """Within how many hours a contact is asked to act: `own_h` where it has terms of its own."""
    return own_h or (policy.harmful_repeat_h if kind is NoticeKind.HARMFUL else policy.repeat_h)


def next_round_at(kind: NoticeKind, sent_at: datetime, policy: NoticeSettings, own_h: int | None = None) -> datetime:
    """When the next round is due after one that went out at `sent_at`: when the time it asks for is over."""
    return sent_at + timedelta(hours=asked_h(kind, policy, own_h))


def needs_person(kind: NoticeKind, round_: int, policy: NoticeSettings) -> bool:
    """Tells whether a person approves this round although an earlier one was approved."""
    return kind is NoticeKind.HARMFUL and round_ > policy.harmful_rounds


def quiet_until(now: datetime, policy: NoticeSettings, zone: str) -> datetime | None:
    """When sending goes on, if `now` lies on a quiet day or in quiet hours by the clock of `zone`; else None."""
    local = ends = now.astimezone(ZoneInfo(zone))
    for _ in range(2 * len(DAYS)):
        if DAYS[ends.weekday()] in policy.quiet_days:
            ends = _at_next(ends, time())
        elif policy.quiet_hours and _is_within(ends.time(), *_hours(policy.quiet_hours)):
            ends = _at_next(ends, _hours(policy.quiet_hours)[1])
        else:
            break
    return ends.astimezone(UTC) if ends > local else None


def _hours(text: str) -> tuple[time, time]:
    begin, _, end = text.partition("-")
    return time.fromisoformat(begin), time.fromisoformat(end)


def _is_within(moment: time, begin: time, end: time) -> bool:
    return begin <= moment < end if begin <= end else moment >= begin or moment < end


def _at_next(moment: datetime, end: time) -> datetime:
    at = moment.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return at if at > moment else at + timedelta(days=1)


def rate_until(sent: Sequence[datetime], now: datetime, policy: NoticeSettings) -> datetime | None:
    """When the next notice may go after those `sent` in the last hour, oldest first; None for now."""
    if not policy.per_hour or len(sent) < policy.per_hour:
        return None
    return max(now, sent[-policy.per_hour] + timedelta(hours=1))


def retry_at(failures: int, now: datetime) -> datetime | None:
    """When a delivery is tried again after its `failures`th temporary failure; None when it is given up."""
    minutes: list[int] = _ladder()["send"]["retry_min"]
    return now + timedelta(minutes=minutes[failures - 1]) if failures <= len(minutes) else None


@lru_cache(maxsize=1)
def _steps() -> dict[NoticeKind, tuple[Step, ...]]:
    kinds = (NoticeKind.ILLEGAL, NoticeKind.HARMFUL)
    return {kind: tuple(_read_step(row) for row in _ladder()[kind]) for kind in kinds}


def _read_step(row: dict[str, Any]) -> Step:
    return Step(**{**row, "roles": tuple(ContactRole(role) for role in row["roles"])})


@lru_cache(maxsize=1)
def _ladder() -> dict[str, Any]:
    return tomllib.loads(resources.files("hotline").joinpath("ladder.toml").read_text())
