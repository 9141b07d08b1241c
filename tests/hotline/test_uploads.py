"""How often the same was put up: several addresses of one upload are one for as long as it is up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hotline.uploads import count_uploads

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sighting:
    first_seen_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True)
class Seen:
    sighting: Sighting
    upload: tuple[str, str] | None


def seen(media: str | None, from_h: int, until_h: int | None = None, platform: str = "X") -> Seen:
    gone_at = None if until_h is None else NOW + timedelta(hours=until_h)
    return Seen(Sighting(NOW + timedelta(hours=from_h), gone_at), (platform, media) if media else None)


CASES = [
    ("nothing", [], 0),
    ("once", [seen("1", 0)], 1),
    ("two addresses of one upload", [seen("1", 0), seen("1", 1)], 1),
    ("two uploads", [seen("1", 0), seen("2", 1)], 2),
    ("the same id at two platforms", [seen("1", 0), seen("1", 1, platform="Y")], 2),
    ("gone and back", [seen("1", 0, 5), seen("1", 6)], 2),
    ("another address while the first is up", [seen("1", 0, 5), seen("1", 4)], 1),
    ("one of its addresses is gone, another is up", [seen("1", 0), seen("1", 1, 2), seen("1", 3)], 1),
    ("all of its addresses are gone", [seen("1", 0, 5), seen("1", 1, 2), seen("1", 3, 4), seen("1", 6)], 2),
    ("on ordinary hosts each address counts", [seen(None, 0), seen(None, 1)], 2),
    ("both kinds", [seen(None, 0), seen("1", 1), seen("1", 2), seen(None, 3)], 3),
]


@pytest.mark.parametrize(("name", "sightings", "expected"), CASES, ids=[name for name, *_ in CASES])
def test_uploads_are_counted(name: str, sightings: list[Seen], expected: int) -> None:
    assert expected == count_uploads(sightings)
