"""What people are told about a list and about one of its entries: facts, never a hash value."""

from datetime import UTC, datetime

import numpy as np

from hashsets.errors import NoSuchEntryError
from hashsets.lists.columns import find_rows
from hashsets.lists.layer import key_of
from hashsets.lists.manifest import EntryInfo, ListInfo
from hashsets.lists.search import OpenList
from hashsets.lists.segment import Segment


def describe_list(opened: OpenList) -> ListInfo:
    """A list, by what the manifest says of it."""
    stored = opened.stored
    return ListInfo(
        name=opened.name,
        role=stored.role,
        version=stored.version,
        entries=stored.rows - len(opened.withdrawn),
        algorithms=stored.algorithms,
        thresholds=stored.thresholds,
        imported_at=stored.imported_at,
        label=stored.label,
        format=stored.format,
        withdrawn=len(opened.withdrawn),
        owner=stored.owner,
        licence=stored.licence,
        handling=stored.handling,
        others=stored.others,
        withdrawn_by_source=len(opened.segment.gone.keys),
    )


def describe_entry(opened: OpenList, entry: str) -> EntryInfo:
    """One entry, also one that was withdrawn. Raises NoSuchEntryError."""
    row = opened.segment.row_of(entry)
    if row is None:
        return _describe_gone(opened.segment, entry)
    by_person = opened.stored.withdrawn.get(entry)
    return EntryInfo(
        entry=entry,
        label=opened.segment.text_of(row)[1] or opened.stored.label,
        algorithms=opened.segment.types_of(row),
        added_at=_moment(opened.segment.times_of(row)[0]),
        withdrawn_at=by_person,
        withdrawn_by="person" if by_person else None,
    )


def _describe_gone(segment: Segment, entry: str) -> EntryInfo:
    is_there, rows = find_rows(segment.gone.keys, np.array([key_of(entry)], np.uint64))
    if not is_there[0]:
        raise NoSuchEntryError
    return EntryInfo(entry, None, (), None, _moment(int(segment.gone.times[rows[0], 0])), "source")


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
