"""Opens what the manifest names, so that it can be searched: files that are open already stay so.
It changes nothing, and knows nothing of imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hashsets.errors import DamagedListError
from hashsets.lists.files import checksum
from hashsets.lists.layer import Layer
from hashsets.lists.manifest import FILE_NAME, StoredLayer, StoredList, load_manifest
from hashsets.lists.publish import version_folder
from hashsets.lists.search import OpenList
from hashsets.lists.segment import Segment

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class State:
    """What was read from one manifest; replaced as a whole, so that a search never sees half a change."""

    stamp: Stamp | None = None
    lists: Mapping[str, OpenList] = field(default_factory=dict)


def stamp_of(folder: Path) -> Stamp | None:
    """What differs whenever the manifest does; None where there is none."""
    try:
        found = (folder / FILE_NAME).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def open_lists(folder: Path, before: State) -> State:
    """The lists as the manifest has them now, and `before` itself where that is how it has them."""
    stamp = stamp_of(folder)
    if stamp == before.stamp:
        return before
    manifest = load_manifest(folder / FILE_NAME)
    try:
        lists = {name: _open(folder / name, name, stored, before.lists.get(name)) for name, stored in manifest.items()}
    except DamagedListError:
        # Two imports may have gone by since the manifest was read, and removed what it names.
        if stamp == stamp_of(folder):
            raise
        return open_lists(folder, before)
    return State(stamp, lists)


def problems_of(folder: Path) -> list[str]:
    """What is wrong with the lists' files, one text each, by reading all of them; [] where nothing is."""
    manifest = load_manifest(folder / FILE_NAME)
    return [problem for name, stored in sorted(manifest.items()) for problem in problems_of_list(folder / name, stored)]


def problems_of_list(folder: Path, stored: StoredList) -> list[str]:
    """The same for one list, whose versions lie in this folder."""
    return [
        problem
        for layer in stored.layers
        for file_name, file in layer.files.items()
        if (problem := _problem_of(version_folder(folder, layer.version) / file_name, file.sha256))
    ]


def _open(folder: Path, name: str, stored: StoredList, known: OpenList | None) -> OpenList:
    """Open a version, or take the one that is open already: only its withdrawals may be new."""
    if known and known.stored.layers == stored.layers:
        segment = known.segment
    else:
        segment = Segment(*(_open_layer(folder, layer, known) for layer in reversed(stored.layers)))
    rows = (segment.row_of(entry) for entry in stored.withdrawn)
    return OpenList(name, stored, segment, frozenset(row for row in rows if row is not None))


def _open_layer(folder: Path, stored: StoredLayer, known: OpenList | None) -> Layer:
    place = version_folder(folder, stored.version)
    for layer in known.segment.layers if known else ():
        if layer.folder == place and layer.files == stored.files:
            return layer
    return Layer(place, stored.files)


def _problem_of(path: Path, expected: str) -> str | None:
    if not path.is_file():
        return f"{path}: missing"
    return None if checksum(path) == expected else f"{path}: altered"
