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
from hashsets.lists.counts import Counts, count_layers
from hashsets.lists.files import sync_folder
from hashsets.lists.limits import Limits
from hashsets.lists.manifest import StoredFile, StoredList
from hashsets.lists.merge import After, Change, apply_delta, replace_all
from hashsets.lists.save import save_columns, seal, write_indexes
from hashsets.lists.search import OpenList
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
    """Files that are on disk, but that no manifest names, and the version they are; no files where nothing is new."""

    folder: Path
    change: Change
    counts: Counts
    files: dict[str, StoredFile]
    is_layer: bool


@contextmanager
def build_version(
    folder: Path,
    rows: Iterator[ListRow | Withdrawal],
    old: OpenList | None,
    now: datetime,
    limits: Limits,
    *,
    is_delta: bool,
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
        change, counts, is_layer = _write(building, _after(writer, building, old, now, limits, is_delta=is_delta))
        if change.has_news:
            # The arrays were let go of before the indexes are built, which need as much room again.
            write_indexes(building, limits.indexed_from)
        yield Built(building, change, counts, seal(building) if change.has_news else {}, is_layer)
    finally:
        writer.close()
        shutil.rmtree(building, ignore_errors=True)


def _after(
    writer: DeliveryWriter, building: Path, old: OpenList | None, now: datetime, limits: Limits, *, is_delta: bool
) -> After:
    """Raises ListFormatError where a whole list has withdrawals only."""
    seconds = int(now.timestamp())
    said = writer.settle(seconds)
    segment = old.segment if old else None
    if is_delta:
        return apply_delta(building, segment, said, limits)
    if not len(said.live.keys):
        raise ListFormatError
    return replace_all(segment, said, seconds)


def _write(building: Path, after: After) -> tuple[Change, Counts, bool]:
    """Write the arrays, and keep what is to be known of them; the last is whether they are a layer over others."""
    layers = [(after.columns, np.ones(len(after.columns.keys), bool))]
    if after.under and after.replaced is not None:
        count = len(after.under.columns.keys)
        layers.append((after.under.columns, np.unpackbits(after.replaced, count=count) == 0))
    if after.change.has_news:
        save_columns(building, after.columns, after.replaced)
    return after.change, count_layers(layers), after.under is not None


def publish(built: Built, terms: Terms, format: str, old: StoredList | None) -> StoredList:
    """Put a built version in its place, unless it says what counts already; returns what the manifest is to say."""
    if old and not built.change.has_news:
        return terms.apply(old)
    stored = _stored(built, terms.now, format, old)
    place = version_folder(built.folder.parent, stored.version)
    # Left by an import that died between here and the manifest.
    shutil.rmtree(place, ignore_errors=True)
    built.folder.rename(place)
    sync_folder(place.parent)
    return terms.apply(stored)


def _stored(built: Built, now: datetime, format: str, old: StoredList | None) -> StoredList:
    """The new version under the terms of the old one."""
    first = StoredList(Role.KNOWN, 0, 0, {}, Thresholds(), now, None, format, {})
    return replace(
        old or first,
        version=old.version + 1 if old else 1,
        rows=built.counts.rows,
        algorithms=built.counts.algorithms,
        imported_at=now,
        format=format,
        others=built.counts.others,
        files=built.files,
        under=old.layers[0] if old and built.is_layer else None,
    )


def version_folder(folder: Path, version: int) -> Path:
    """Where a version of the list in this folder lies."""
    return folder / f"v{version}"


def forget_old_versions(folder: Path, *kept: StoredList | None) -> None:
    """Remove the folders of all versions but these, and what these lie on."""
    needed = {version_folder(folder, layer.version) for stored in kept if stored for layer in stored.layers}
    for place in folder.glob("v*"):
        if place not in needed:
            shutil.rmtree(place, ignore_errors=True)
