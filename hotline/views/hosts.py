"""How often material came back at each host, and how soon: what a hotline can tell a host, a partner or the press."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session

from hotline.models import FamilyItem, Item, Media, Sighting
from hotline.store import documents
from hotline.store.families import spared_items
from hotline.views.shapes import Document

_HOUR = timedelta(hours=1)
What = tuple[str, int]
"""What was seen: a family, or where there is none the item."""


@dataclass
class _Host:
    items: set[int] = field(default_factory=set)
    up: int = 0
    hours: list[float] = field(default_factory=list)


def host_documents(session: Session) -> list[Document]:
    """Each host at which anything was seen: items, how many are up, returns and the median hours to a return.

    A return is a sighting of something at a host where it had been gone, at the same address or another.
    """
    items = {row.id: row for row in documents.load_by(session, Item, Item.id, None)}
    spared, what = spared_items(session), _what(session)
    seen = defaultdict[tuple[str, What], list[Sighting]](list)
    for sighting in documents.load_by(session, Sighting, Sighting.id, None):
        if sighting.item_id not in spared:
            seen[items[sighting.item_id].host, what(sighting)].append(sighting)
    hosts = defaultdict[str, _Host](_Host)
    for (host, _), sightings in seen.items():
        hosts[host].items |= {one.item_id for one in sightings}
        hosts[host].up += sum(1 for one in sightings if one.gone_at is None)
        hosts[host].hours += _hours_to_return(sightings)
    rows = [_document(name, host) for name, host in hosts.items()]
    return sorted(rows, key=lambda row: (-row["returns"], -row["items"], row["host"]))


def _what(session: Session) -> Callable[[Sighting], What]:
    media = {row.id: row.family_id for row in documents.load_by(session, Media, Media.id, None)}
    links = {row.item_id: row.family_id for row in documents.load_by(session, FamilyItem, FamilyItem.item_id, None)}

    def what(sighting: Sighting) -> What:
        family = links.get(sighting.item_id) if sighting.media_id is None else media.get(sighting.media_id)
        return ("family", family) if family is not None else ("item", sighting.item_id)

    return what


def _hours_to_return(sightings: Iterable[Sighting]) -> Iterator[float]:
    gone: list[datetime] = []
    for one in sorted(sightings, key=lambda row: (row.first_seen_at, row.id)):
        before = [moment for moment in gone if moment <= one.first_seen_at]
        if before:
            yield (one.first_seen_at - max(before)) / _HOUR
        if one.gone_at is not None:
            gone.append(one.gone_at)


def _document(name: str, host: _Host) -> Document:
    return {
        "host": name,
        "items": len(host.items),
        "up": host.up,
        "returns": len(host.hours),
        "median_hours_to_return": round(median(host.hours), 1) if host.hours else None,
    }
