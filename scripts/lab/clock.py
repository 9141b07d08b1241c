"""The calendar of a lab: one aware UTC time that moves only when told to, handed over by the environment."""

from datetime import UTC, datetime, timedelta

STARTS_AT = "2026-11-21T10:00:00Z"


class LabClock:
    """A frozen calendar; `advance` moves it, `env()` tells it to a `hotline` process."""

    def __init__(self, now: datetime | str = STARTS_AT) -> None:
        """`now` is an aware time or an RFC 3339 text; a naive one raises ValueError."""
        given = datetime.fromisoformat(now) if isinstance(now, str) else now
        if given.tzinfo is None:
            raise ValueError(f"the lab's clock needs an aware time, not {now!r}")
        self.now = given.astimezone(UTC)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move the calendar on and return the new time."""
        self.now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.now

    def env(self) -> dict[str, str]:
        """The variable that sets a lab home's calendar to this time, in whole seconds."""
        return {"HOTLINE_LAB_CLOCK": self.now.strftime("%Y-%m-%dT%H:%M:%SZ")}
