"""A time axis: where a moment stands on it, and which round moments to mark, for spans of minutes up to centuries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MAX_TICKS = 7
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS_S = (
    *(count * _MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(count * _HOUR for count in (1, 2, 3, 6, 12)),
    *(count * _DAY for count in (1, 2, 7, 14)),
)
_STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_SHORTEST = timedelta(minutes=10)
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)  # whole days, hours and fortnights are counted from a Monday's midnight


@dataclass(frozen=True, slots=True)
class Tick:
    """A marked moment and how it is written: a time of day with its date below where that begins, or a date."""

    at: datetime
    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `start` to `end` (aware UTC, `end` later), drawn from `left` to `right`."""

    start: datetime
    end: datetime
    left: float
    right: float

    def place(self, at: datetime) -> float:
        """Where the moment stands."""
        share = (at - self.start) / (self.end - self.start)
        return self.left + share * (self.right - self.left)

    def ticks(self) -> list[Tick]:
        """At most :data:`MAX_TICKS` round moments, as close together as that allows."""
        for step in _STEPS_S:
            if (self.end - self.start).total_seconds() / step < MAX_TICKS:
                moments = list(_whole(self.start, self.end, step))
                return _dates(moments, "%Y-%m-%d") if step >= _DAY else list(_clock(moments))
        months = _month(self.end) - _month(self.start)
        step = next(step for step in _STEPS_MONTHS if months / step < MAX_TICKS)
        return _dates(list(_months(self.start, self.end, step)), "%Y" if step >= 12 else "%Y-%m")


def spanning(moments: list[datetime], left: float, right: float) -> Axis:
    """The axis on which all these moments stand; one instant gets some minutes around it."""
    start, end = min(moments).astimezone(UTC), max(moments).astimezone(UTC)
    if end - start < _SHORTEST:
        start -= (_SHORTEST - (end - start)) / 2
        end = start + _SHORTEST
    return Axis(start, end, left, right)


def _whole(start: datetime, end: datetime, step_s: int) -> Iterator[datetime]:
    step = timedelta(seconds=step_s)
    for count in range(-((_MONDAY - start) // step), (end - _MONDAY) // step + 1):
        yield _MONDAY + count * step


def _month(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _months(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    for count in range(_month(start) // step * step, _month(end) + 1, step):
        if count >= 12 and start <= (at := datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)) <= end:
            yield at


def _dates(moments: list[datetime], pattern: str) -> list[Tick]:
    return [Tick(at, at.strftime(pattern)) for at in moments]


def _clock(moments: list[datetime]) -> Iterator[Tick]:
    day = None
    for at in moments:
        yield Tick(at, f"{at:%H:%M}", "" if at.date() == day else f"{at:%Y-%m-%d}")
        day = at.date()
