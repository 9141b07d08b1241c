"""The library's one small file that says which version of which list counts, and which entries were withdrawn.
Replacing it is the moment an import or a withdrawal takes effect. It knows no hash.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hashsets.errors import DamagedListError
from hashsets.lists.files import write_whole
from hashsets.match import Role, Thresholds
from hashsets.values import Algorithm

FILE_NAME = "manifest.json"
FORMAT_VERSION = 3
# 1 knew neither owners, nor times, nor hashes that are only kept; 2 neither videos nor layers. Both are read, and
# become 3 with the next change.
_READABLE = (1, 2, 3)


@dataclass(frozen=True)
class ListInfo:
    """A list as people see it. `entries` leaves out the withdrawn; `algorithms` counts the hashes of each.

    `others` counts the hashes that are only kept, by type. `withdrawn` counts what persons withdrew here,
    `withdrawn_by_source` what the source took back.
    """

    name: str
    role: Role
    version: int
    entries: int
    algorithms: Mapping[Algorithm, int]
    thresholds: Thresholds
    imported_at: datetime
    label: str | None
    format: str
    withdrawn: int
    owner: str | None = None
    licence: str | None = None
    handling: str | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    withdrawn_by_source: int = 0


@dataclass(frozen=True)
class StoredFile:
    """What a file of a version must be."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class StoredLayer:
    """Files in the folder of an earlier version that a later one lies on."""

    version: int
    files: Mapping[str, StoredFile]


@dataclass(frozen=True)
class StoredList:
    """A list as the manifest has it; `rows` counts all its entries, `withdrawn` maps entry ids to times.

    `files` are in the folder of the version. With `under` they say only what differs from the entries there.
    """

    role: Role
    version: int
    rows: int
    algorithms: Mapping[Algorithm, int]
    thresholds: Thresholds
    imported_at: datetime
    label: str | None
    format: str
    files: Mapping[str, StoredFile]
    withdrawn: Mapping[str, datetime] = field(default_factory=dict)
    owner: str | None = None
    licence: str | None = None
    handling: str | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    under: StoredLayer | None = None

    @property
    def layers(self) -> tuple[StoredLayer, ...]:
        """Its files by their folders, the lower layer first."""
        own = StoredLayer(self.version, self.files)
        return (self.under, own) if self.under else (own,)


@dataclass(frozen=True)
class EntryInfo:
    """One entry of a list as people see it: what it has, never the values. Times are None where nobody knows them."""

    entry: str
    label: str | None
    algorithms: tuple[str, ...]
    added_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None


Manifest = Mapping[str, StoredList]


def load_manifest(path: Path) -> Manifest:
    """Read the manifest; a missing one is an empty library. Raises DamagedListError."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] not in _READABLE:
            raise DamagedListError(f"{path} was written by another version of this program: use that one.")
        return {name: _read(stored) for name, stored in document["lists"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DamagedListError(f"{path} is damaged: put it back from a backup, or import the lists again.") from None


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step."""
    document = {"format": FORMAT_VERSION, "lists": {name: asdict(stored) for name, stored in manifest.items()}}
    write_whole(path, json.dumps(document, indent=1, default=datetime.isoformat).encode())


def _read(stored: dict[str, Any]) -> StoredList:
    return StoredList(
        role=Role(stored["role"]),
        version=int(stored["version"]),
        rows=int(stored["rows"]),
        algorithms={Algorithm(name): int(count) for name, count in stored["algorithms"].items()},
        thresholds=Thresholds(**stored["thresholds"]),
        imported_at=datetime.fromisoformat(stored["imported_at"]),
        label=stored["label"],
        format=stored["format"],
        files=_read_files(stored["files"]),
        withdrawn={entry: datetime.fromisoformat(at) for entry, at in stored["withdrawn"].items()},
        owner=stored.get("owner"),
        licence=stored.get("licence"),
        handling=stored.get("handling"),
        others={kind: int(count) for kind, count in stored.get("others", {}).items()},
        under=_read_layer(stored["under"]) if stored.get("under") else None,
    )


def _read_layer(stored: dict[str, Any]) -> StoredLayer:
    return StoredLayer(int(stored["version"]), _read_files(stored["files"]))


def _read_files(stored: dict[str, Any]) -> dict[str, StoredFile]:
    return {name: StoredFile(**file) for name, file in stored.items()}
