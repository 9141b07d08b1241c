"""How often the same was put up: counted so that nobody can say it was counted twice. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Sighted(Protocol):
    """When it was seen somewhere: from first seen until gone."""

    @property
    def first_seen_at(self) -> datetime: ...
    @property
    def gone_at(self) -> datetime | None: ...


class Place(Protocol):
    """Where it was seen."""

    @property
    def id(self) -> int: ...
    @property
    def platform(self) -> str | None: ...
    @property
    def platform_media(self) -> str | None: ...


class SeenSomewhere(Protocol):
    @property
    def sighting(self) -> Sighted: ...
    @property
    def item(self) -> Place: ...


def count_uploads(seen: Iterable[SeenSomewhere]) -> int:
    """How often it was put up, by sightings in order of time.

    Several addresses of one upload, which the platform calls by one id, are one for as long as it is up.
    """
    count = 0
    up: dict[tuple[str, str], datetime | None] = {}
    for one in seen:
        place = one.item
        if place.platform is None or place.platform_media is None:
            count += 1
            continue
        upload = (place.platform, place.platform_media)
        count += not _is_up(up, upload, one.sighting.first_seen_at)
        up[upload] = one.sighting.gone_at
    return count


def _is_up(up: dict[tuple[str, str], datetime | None], upload: tuple[str, str], at: datetime) -> bool:
    if upload not in up:
        return False
    gone_at = up[upload]
    return gone_at is None or at < gone_at
