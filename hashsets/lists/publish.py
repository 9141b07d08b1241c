"""One import from rows to a published version: build aside, compare with what counts now, put in place.
It takes the library's state as arguments; locks and the manifest are the library's.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from hashsets.errors import ListFormatError
from hashsets.formats.rows import Doubt, ListRow, Refusal, Withdrawal
from hashsets.lists.build import DeliveryWriter
from hashsets.lists.columns import Columns
from hashsets.lists.files import sync_folder
from hashsets.lists.manifest import StoredFile, StoredList
from hashsets.lists.merge import apply_delta, replace_all
from hashsets.lists.save import save_columns, seal, write_indexes
from hashsets.lists.search import OpenList
from hashsets.lists.segment import Segment
from hashsets.match import Role, Thresholds

_BUILDING = ".building"


@dataclass(frozen=True)
class ImportReport:
    """What an import did, counted in entries; `refused` counts lines or values, `refusals` are the first hundred.

    `refused_path` is set where a file of refusals was written. `version` counts now, whether it is new or not.
    `warned` counts what was taken although it is odd, `warnings` are the first hundred.
    """

    new: int
    changed: int
    withdrawn: int
    refused: int
    version: int
    refused_path: Path | None
    refusals: tuple[Refusal, ...] = ()
    warned: int = 0
    warnings: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What an import says about the list itself; None keeps what the list has."""

    now: datetime
    role: Role | None = None
    label: str | None = None
    thresholds: Thresholds | None = None
    owner: str | None = None
    licence: str | None = None
    handling: str | None = None
    revived: frozenset[str] = field(default_factory=frozenset)

    def apply(self, stored: StoredList) -> StoredList:
        """The same version under these terms."""
        return replace(
            stored,
            role=self.role or stored.role,
            label=self.label or stored.label,
            thresholds=self.thresholds or stored.thresholds,
            owner=self.owner or stored.owner,
            licence=self.licence or stored.licence,
            handling=self.handling or stored.handling,
            withdrawn={entry: at for entry, at in stored.withdrawn.items() if entry not in self.revived},
        )


@dataclass(frozen=True)
class Built:
    """A version that is on disk, but that no manifest names."""

    folder: Path
    files: dict[str, StoredFile]


@dataclass(frozen=True)
class Change:
    """How a version differs from the one before, in entries; `has_news` also where only what is gone differs."""

    new: int
    changed: int
    withdrawn: int
    has_news: bool


@contextmanager
def build_version(
    folder: Path, rows: Iterator[ListRow | Withdrawal], old: OpenList | None, now: datetime, *, is_delta: bool
) -> Iterator[Built]:
    """Write rows into a folder beside the versions; what was not moved away by then is removed at the end.

    Raises ListFormatError where there is no row: an empty delivery must not empty a list, nor begin one.
    """
    building = folder / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    writer = DeliveryWriter(building, is_delta=is_delta)
    try:
        for row in rows:
            writer.add(row)
        if not writer.has_rows and not (is_delta and old):
            raise ListFormatError
        # The arrays are let go of before the indexes are built, which need as much room again.
        save_columns(building, _after(writer, building, old, int(now.timestamp()), is_delta=is_delta))
        write_indexes(building)
        yield Built(building, seal(building))
    finally:
        writer.close()
        shutil.rmtree(building, ignore_errors=True)


def _after(writer: DeliveryWriter, building: Path, old: OpenList | None, now: int, *, is_delta: bool) -> Columns:
    """Raises ListFormatError where a whole list has withdrawals only."""
    said = writer.settle(now)
    segment = old.segment if old else None
    if is_delta:
        return apply_delta(building, segment, said)
    if not len(said.live.keys):
        raise ListFormatError
    return replace_all(segment, said, now)


def publish(built: Built, terms: Terms, format: str, old: OpenList | None) -> tuple[Change, StoredList]:
    """Put a built version in its place, unless it says what counts already; returns what the manifest is to say."""
    columns = Segment(built.folder, built.files).columns()
    change = compare(old.segment if old else None, columns)
    if old and not change.has_news:
        return change, terms.apply(old.stored)
    stored = replace(_stored(columns, terms.now, format, old.stored if old else None), files=built.files)
    place = version_folder(built.folder.parent, stored.version)
    # Left by an import that died between here and the manifest.
    shutil.rmtree(place, ignore_errors=True)
    built.folder.rename(place)
    sync_folder(place.parent)
    return change, terms.apply(stored)


def _stored(columns: Columns, now: datetime, format: str, old: StoredList | None) -> StoredList:
    """The new version under the terms of the old one, but for its files."""
    counts = np.bincount(columns.others.kinds, minlength=len(columns.others.names)).tolist()
    first = StoredList(Role.KNOWN, 0, 0, {}, Thresholds(), now, None, format, {})
    return replace(
        old or first,
        version=old.version + 1 if old else 1,
        rows=len(columns.keys),
        algorithms={algorithm: len(held.rows) for algorithm, held in columns.values.items()},
        imported_at=now,
        format=format,
        others={name: count for name, count in zip(columns.others.names, counts, strict=True) if count},
    )


def compare(old: Segment | None, new: Columns) -> Change:
    """Count the entries that appeared, differ, or are gone."""
    if old is None:
        return Change(len(new.keys), 0, 0, has_news=True)
    _, in_old, in_new = np.intersect1d(old.keys, new.keys, assume_unique=True, return_indices=True)
    changed = int(np.count_nonzero(old.digests[in_old] != new.digests[in_new]))
    counts = (len(new.keys) - len(in_new), changed, len(old.keys) - len(in_old))
    is_gone_alike = np.array_equal(old.gone.keys, new.gone.keys) and np.array_equal(old.gone.times, new.gone.times)
    return Change(*counts, has_news=any(counts) or not is_gone_alike)


def version_folder(folder: Path, version: int) -> Path:
    """Where a version of the list in this folder lies."""
    return folder / f"v{version}"


def forget_old_versions(folder: Path, version: int) -> None:
    """Remove all versions but this one and the one before, which a process may just be opening."""
    kept = {version_folder(folder, version), version_folder(folder, version - 1)}
    for place in folder.glob("v*"):
        if place not in kept:
            shutil.rmtree(place, ignore_errors=True)
