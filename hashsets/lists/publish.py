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
from hashsets.formats.rows import ListRow, Refusal
from hashsets.lists.build import SegmentWriter
from hashsets.lists.files import sync_folder
from hashsets.lists.manifest import StoredFile, StoredList
from hashsets.lists.search import OpenList
from hashsets.lists.segment import Segment
from hashsets.match import Role, Thresholds

_BUILDING = ".building"


@dataclass(frozen=True)
class ImportReport:
    """What an import did, counted in entries; `refused` counts lines or values, `refusals` are the first hundred.

    `refused_path` is set where a file of refusals was written. `version` counts now, whether it is new or not.
    """

    new: int
    changed: int
    withdrawn: int
    refused: int
    version: int
    refused_path: Path | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What an import says about the list itself; None keeps what the list has."""

    now: datetime
    format: str
    role: Role | None = None
    label: str | None = None
    thresholds: Thresholds | None = None
    revived: frozenset[str] = field(default_factory=frozenset)

    def apply(self, stored: StoredList) -> StoredList:
        """The same version under these terms."""
        return replace(
            stored,
            role=self.role or stored.role,
            label=self.label or stored.label,
            thresholds=self.thresholds or stored.thresholds,
            withdrawn={entry: at for entry, at in stored.withdrawn.items() if entry not in self.revived},
        )


@dataclass(frozen=True)
class Built:
    """A version that is on disk, but that no manifest names."""

    folder: Path
    writer: SegmentWriter
    files: dict[str, StoredFile]


@dataclass(frozen=True)
class Change:
    """How a version differs from the one before, in entries."""

    new: int
    changed: int
    withdrawn: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.withdrawn)


@contextmanager
def build_version(folder: Path, rows: Iterator[ListRow]) -> Iterator[Built]:
    """Write rows into a folder beside the versions; what was not moved away by then is removed at the end.

    Raises ListFormatError where there is no row: an empty delivery must not empty a list.
    """
    building = folder / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    writer = SegmentWriter(building)
    try:
        for row in rows:
            writer.add(row)
        if not writer.has_rows:
            raise ListFormatError
        yield Built(building, writer, writer.finish())
    finally:
        writer.close()
        shutil.rmtree(building, ignore_errors=True)


def publish(built: Built, terms: Terms, old: OpenList | None) -> tuple[Change, StoredList]:
    """Put a built version in its place, unless it says what counts already; returns what the manifest is to say."""
    new = Segment(built.folder, built.files)
    change = compare(old.segment if old else None, new)
    if old and not change:
        return change, terms.apply(old.stored)
    version = old.stored.version + 1 if old else 1
    stored = StoredList(
        role=old.stored.role if old else Role.KNOWN,
        version=version,
        rows=built.writer.count,
        algorithms=built.writer.algorithms,
        thresholds=old.stored.thresholds if old else Thresholds(),
        imported_at=terms.now,
        label=old.stored.label if old else None,
        format=terms.format,
        files=built.files,
        withdrawn=old.stored.withdrawn if old else {},
    )
    place = version_folder(built.folder.parent, version)
    # Left by an import that died between here and the manifest.
    shutil.rmtree(place, ignore_errors=True)
    built.folder.rename(place)
    sync_folder(place.parent)
    return change, terms.apply(stored)


def compare(old: Segment | None, new: Segment) -> Change:
    """Count the entries that appeared, differ, or are gone."""
    if old is None:
        return Change(len(new.keys), 0, 0)
    _, in_old, in_new = np.intersect1d(old.keys, new.keys, assume_unique=True, return_indices=True)
    changed = int(np.count_nonzero(old.digests[in_old] != new.digests[in_new]))
    return Change(len(new.keys) - len(in_new), changed, len(old.keys) - len(in_old))


def version_folder(folder: Path, version: int) -> Path:
    """Where a version of the list in this folder lies."""
    return folder / f"v{version}"


def forget_old_versions(folder: Path, version: int) -> None:
    """Remove all versions but this one and the one before, which a process may just be opening."""
    kept = {version_folder(folder, version), version_folder(folder, version - 1)}
    for place in folder.glob("v*"):
        if place not in kept:
            shutil.rmtree(place, ignore_errors=True)
