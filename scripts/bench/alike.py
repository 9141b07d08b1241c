"""Which originals a picture shows by local features: what of them is kept is written once, opened by each worker."""

import io
import pickle
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from hashsets.contentbox import content_boxes
from hashsets.feature_index import FeatureIndex
from hashsets.features import Asked, Kept, likeness, to_ask, to_keep
from scripts.pictures import Picture

_NAME = "kept.pickle"
# So many of the likeliest are looked at closely.
CANDIDATES = 3


def kept_of(picture: Picture) -> tuple[Kept, Kept]:
    """What is kept of a picture and of its mirror image."""
    return to_keep(np.asarray(picture.convert("L")))


def write(folder: Path, kept: Mapping[int, tuple[Kept, Kept]]) -> None:
    """Lay down what is kept of each original, by its number."""
    (folder / _NAME).write_bytes(pickle.dumps(dict(kept)))


def find(folder: Path, body: bytes) -> set[int] | None:
    """The originals that a file shows, whole or inside a border; None where nothing was kept of them."""
    if not (folder / _NAME).exists():
        return None
    index, kept = _open(folder)
    found: set[int] = set()
    for asked in _asked(body):
        for candidate in index.candidates(asked.features.looks, CANDIDATES):
            number, is_mirrored = divmod(candidate.number, 2)
            if likeness(asked, kept[number][is_mirrored]) is not None:
                found.add(number)
    return found


def _asked(body: bytes) -> Iterator[Asked]:
    """The whole, and what stands inside a border."""
    with Image.open(io.BytesIO(body)) as image:
        grey = np.asarray(image.convert("L"))
    yield to_ask(grey)
    for box in content_boxes(grey.astype(np.float32))[:1]:
        yield to_ask(np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right]))


@lru_cache(maxsize=1)
def _open(folder: Path) -> tuple[FeatureIndex, dict[int, tuple[Kept, Kept]]]:
    # Of our own making, in a folder of our own.
    kept: dict[int, tuple[Kept, Kept]] = pickle.loads((folder / _NAME).read_bytes())
    index = FeatureIndex()
    for number, both in kept.items():
        for is_mirrored, one in enumerate(both):
            index.add(2 * number + is_mirrored, one.features.looks)
    return index, kept
