"""The re-upload histories a packet shows: one picture per family that was seen more than once. Knows no layout."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from notices import timeline
from notices.facts import PDF_LANGUAGES

FILE = re.compile(r"data/teknike/timeline-F[0-9]{1,12}\.svg")
MAX_PRINTED = 20

Family = Mapping[str, Any]


def seen_again(case: Mapping[str, Any]) -> list[tuple[str, Family]]:
    """The families with more than one sighting by their ids, the most often put up again first."""
    families = [(id_, one) for id_, one in (case.get("families") or {}).items() if len(one["sightings"]) > 1]
    return sorted(families, key=lambda named: (-named[1]["reuploads"], int(named[0][1:])))


def files(case: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, bytes]]:
    """Path and content of every picture, its labels in both languages. Raises ValueError for an odd time."""
    for id_, family in seen_again(case):
        picture = timeline.timeline_svg_in(PDF_LANGUAGES, family["sightings"], now)
        yield f"data/teknike/timeline-{id_}.svg", picture.encode("utf-8")
