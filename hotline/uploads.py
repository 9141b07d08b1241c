"""How often the same was put up: counted so that nobody can say it was counted twice. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol


class Sighted(Protocol):
    """When it was seen somewhere: from first seen until gone."""

    @property
    def first_seen_at(self) -> datetime: ...
    @property
    def gone_at(self) -> datetime | None: ...


class SeenSomewhere(Protocol):
    """A sighting, and by what several addresses of one upload are known; None where each address is one."""

    @property
    def sighting(self) -> Sighted: ...
    @property
    def upload(self) -> tuple[str, str] | None: ...


def upload_times(seen: Iterable[SeenSomewhere]) -> Iterator[datetime]:
    """When it was put up each time, as far as seen, by sightings in order of time.

    Several addresses of one upload are one for as long as it is up.
    """
    gone: dict[tuple[str, str], datetime | None] = {}
    for one in seen:
        at, until = one.sighting.first_seen_at, one.sighting.gone_at
        if one.upload is None:
            yield at
            continue
        is_known = one.upload in gone
        before = gone.get(one.upload)
        is_up = is_known and (before is None or at < before)
        if not is_up:
            yield at
        is_open = until is None or (is_up and before is None)
        gone[one.upload] = None if is_open else max(until, before) if is_up and before and until else until


def count_uploads(seen: Iterable[SeenSomewhere]) -> int:
    """How often it was put up."""
    return sum(1 for _ in upload_times(seen))
