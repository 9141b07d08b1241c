"""Where in a JSON file its records are: an array, an array inside an object or in several pages, or one object a line.
It reads the beginning only, and knows the names of fields, not their values.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO

from hashsets.formats.json_stream import MAX_RECORD_BYTES, read_events
from hashsets.formats.names import plain

# What holds the hashes of one record, so that what is in it is no record of its own.
CONTAINERS = frozenset({"hashes", "signals", "fingerprints", "checksums", "digests", "alternativehashes"})
_MAX_EVENTS = 200_000
# A record inside a record may come before the outer one's own hash.
_LOOK_FURTHER_EVENTS = 20_000
_MAX_NAMES = 10_000
_GONE = frozenset({"removed", "deleted", "withdrawn", "revoked", "retracted", "removals", "deletions", "tombstones"})

HoldHashes = Callable[[set[str]], bool]


def records_path(stream: BinaryIO, hold_hashes: HoldHashes) -> str | None:
    """The path of the records, as ijson writes paths, or None where no object has the names that are looked for.

    "" means that each document of the file is a record. Leaves the stream at its beginning. Raises BrokenListError.
    """
    is_lines = _is_lines(stream)
    paths = _paths(stream, hold_hashes, most_events=_MAX_EVENTS)
    arrays = paths - {""}
    if not arrays or (is_lines and "" in paths):
        return "" if paths else None
    # Of a record and what it holds in turn, the outer one is meant.
    best = min(arrays, key=lambda path: (path.count("."), path))
    around = _around(best)
    return best if around is None or (around == "" and not is_lines) else around


def further_paths(stream: BinaryIO, hold_hashes: HoldHashes, first: str) -> list[str]:
    """The paths of records that lie in other arrays than the first and what is in it, as of images and of videos.

    Reads the whole file, and leaves it at its beginning. Raises BrokenListError.
    """
    stream.seek(0)
    found = [first]
    for path in sorted(_paths(stream, hold_hashes, most_events=None) - {""}, key=lambda path: (path.count("."), path)):
        if not any(f"{path}.".startswith(f"{outer}.") for outer in found):
            found.append(path)
    return found[1:]


def is_taken_back(path: str) -> bool:
    """Whether the array at a path is called after what was withdrawn."""
    return plain(path.removesuffix(".item").rpartition(".")[2]) in _GONE


def _around(path: str) -> str | None:
    """The path of the record around an array of hashes; None where the array is one of records."""
    outer, _, name = path.removesuffix("item").rstrip(".").rpartition(".")
    is_inside = outer in ("", "item") or outer.endswith(".item")
    return outer if is_inside and plain(name) in CONTAINERS else None


def _paths(stream: BinaryIO, hold_hashes: HoldHashes, *, most_events: int | None) -> set[str]:
    """The paths of objects that hold hashes, of the first ones where there is a limit; the stream is rewound."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    until = most_events
    for number, (path, event, value) in enumerate(read_events(stream)):
        if until is not None and number >= until:
            break
        if event == "map_key":
            item, inside, is_held = _item_of(path)
            names[item].update((plain(inside + value), plain(value)) if is_held else (plain(inside + value),))
            if len(names) > _MAX_NAMES or len(names[item]) > _MAX_NAMES:
                break
        elif event == "end_map" and until == most_events is not None and any(map(hold_hashes, names.values())):
            until = number + _LOOK_FURTHER_EVENTS
    stream.seek(0)
    return {path for path, held in names.items() if hold_hashes(held)}


@lru_cache(maxsize=4096)
def _item_of(path: str) -> tuple[str, str, bool]:
    """The path of the innermost item that a path is in, the names below it, and whether the last holds hashes."""
    parts = path.split(".") if path else []
    depth = max((at for at, part in enumerate(parts, start=1) if part == "item"), default=0)
    return ".".join(parts[:depth]), "".join(parts[depth:]), bool(parts) and plain(parts[-1]) in CONTAINERS


def _is_lines(stream: BinaryIO) -> bool:
    """Whether the first line is a whole object and the second begins another."""
    stream.seek(0)
    first, second = (stream.readline(MAX_RECORD_BYTES).removeprefix(b"\xef\xbb\xbf") for _ in range(2))
    stream.seek(0)
    if not first.endswith(b"\n") or not second.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
