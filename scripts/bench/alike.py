"""Which of many pictures an upload shows, by their hashes and by local features. What is kept of each is written once,
and opened by each worker. Beside the originals stand others that share nothing with the one that is asked about.
"""

import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hashsets import pdq
from hashsets.contentbox import content_boxes
from hashsets.features import Asked, Kept, read_kept, to_ask, to_keep
from hashsets.fingerprint import Fingerprint
from hashsets.lookalikes import Lookalikes
from hashsets.phash import hash_image
from scripts.alterations import filler
from scripts.pictures import Picture

METHODS = ("pHash <= 8", "PDQ <= 31", "PDQ variants", "families")
PHASH_BITS, PDQ_BITS = 8, 31
# Of each original so many cuts, which the queries of half of the others are held against, and so many drawn pictures.
CUTS, DRAWN = 50, 25
OTHERS = CUTS // 2 + DRAWN
"""So many others, times the number of originals, each query is held against."""
FIRST_OTHER = 1_000_000
_DRAWN_SIZE = (640, 480)
_KNOWN = "known.json"


@dataclass(frozen=True)
class Known:
    """A picture that may be found, by its hashes in hex; `half` where only queries with such numbers are asked."""

    number: int
    half: int | None
    pdq: str
    phash: str


@dataclass(frozen=True)
class Seen:
    """What one query shows: originals by features, and how many that share nothing with it by each of METHODS."""

    shown: frozenset[int]
    false: tuple[int, ...]
    pairs: int


def keep_with_others(folder: Path, number: int, load: Callable[[], Picture]) -> list[Known]:
    """Write what is kept of an original, of cuts of it, and of drawn pictures."""
    picture, first = load(), FIRST_OTHER + number * 1_000
    cuts = range(first, first + CUTS)
    drawn = range(first + CUTS, first + CUTS + DRAWN)
    return [
        _keep(folder, Known(number, None, *_hashes(picture)), picture),
        # Cuts share content with their original: they are others for those of the other half only.
        *(_keep_other(folder, other, 1 - number % 2, _cut(picture, other)) for other in cuts),
        *(_keep_other(folder, other, None, filler(other, _DRAWN_SIZE)) for other in drawn),
    ]


def write(folder: Path, known: Sequence[Known]) -> None:
    """Say what there is, for `look`."""
    (folder / _KNOWN).write_text(json.dumps([asdict(one) for one in known]))


def look(folder: Path, number: int, body: bytes, fingerprint: Fingerprint) -> Seen | None:
    """What a file shows that was made of this original; None where nothing was kept."""
    if not (folder / _KNOWN).exists():
        return None
    shelf = _open(folder, number % 2)
    turns = [*fingerprint.orientations, *(turn for part in fingerprint.parts for turn in part.orientations)]
    alike = {found.number for found in shelf.lookalikes.search(list(asked_of(body)), shelf.load)}
    phash = shelf.phashes.near([fingerprint.phash or ""], PHASH_BITS)
    plain = shelf.pdqs.near([fingerprint.pdq or ""], PDQ_BITS)
    variants = shelf.pdqs.near(turns, PDQ_BITS) | plain
    found = (phash, plain, variants, variants | alike)
    false = tuple(len(some - {number}) for some in found)
    return Seen(frozenset(one for one in alike if one < FIRST_OTHER), false, shelf.count - 1)


def asked_of(body: bytes) -> Iterator[Asked]:
    """The whole, and what stands inside a border."""
    with Image.open(io.BytesIO(body)) as image:
        grey = np.asarray(image.convert("L"))
    yield to_ask(grey)
    for box in content_boxes(grey.astype(np.float32))[:1]:
        yield to_ask(np.ascontiguousarray(grey[box.top : box.bottom, box.left : box.right]))


def kept_of(picture: Picture) -> tuple[Kept, Kept]:
    """What is kept of a picture and of its mirror image."""
    return to_keep(np.asarray(picture.convert("L")))


@dataclass(frozen=True)
class _Column:
    """The pictures that have a hash of one kind, and their hashes; shape (pictures, bytes)."""

    numbers: NDArray[np.int64]
    hashes: NDArray[np.uint8]

    def near(self, values: Sequence[str], bits: int) -> set[int]:
        asked = [np.frombuffer(bytes.fromhex(value), np.uint8) for value in values if value]
        is_near = [np.bitwise_count(self.hashes ^ one).sum(axis=1) <= bits for one in asked]
        return {number for some in is_near for number in self.numbers[some].tolist()}


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    count: int
    phashes: _Column
    pdqs: _Column
    lookalikes: Lookalikes

    def load(self, number: int) -> tuple[Kept, Kept]:
        upright, mirrored = (read_kept(_place(self.folder, number, which).read_bytes()) for which in (0, 1))
        return upright, mirrored


@lru_cache(maxsize=2)
def _open(folder: Path, half: int) -> _Shelf:
    cv2.setNumThreads(1)
    listed = [Known(**fields) for fields in json.loads((folder / _KNOWN).read_text())]
    known = [one for one in listed if one.half in (None, half)]
    phashes, pdqs = (_column([(one.number, value(one)) for one in known]) for value in (_phash_of, _pdq_of))
    shelf = _Shelf(folder, len(known), phashes, pdqs, Lookalikes())
    for one in known:
        shelf.lookalikes.add(one.number, shelf.load(one.number))
    return shelf


def _phash_of(known: Known) -> str:
    return known.phash


def _pdq_of(known: Known) -> str:
    return known.pdq


def _column(values: Sequence[tuple[int, str]]) -> _Column:
    """Without the pictures that have none: no list would hold them."""
    given = [(number, bytes.fromhex(value)) for number, value in values if value]
    width = len(given[0][1]) if given else 1
    hashes = np.frombuffer(b"".join(value for _, value in given), np.uint8).reshape(-1, width)
    return _Column(np.array([number for number, _ in given], np.int64), hashes)


def _keep_other(folder: Path, number: int, half: int | None, picture: Picture) -> Known:
    return _keep(folder, Known(number, half, *_hashes(picture)), picture)


def _keep(folder: Path, known: Known, picture: Picture) -> Known:
    for which, kept in enumerate(kept_of(picture)):
        _place(folder, known.number, which).write_bytes(kept.encode())
    return known


def _place(folder: Path, number: int, which: int) -> Path:
    return folder / f"{number}-{which}.kept"


def _hashes(picture: Picture) -> tuple[str, str]:
    """PDQ, empty where lists would not hold it, and pHash."""
    found = pdq.hash_pixels(np.asarray(picture))
    is_fit = found is not None and found.quality >= pdq.LEAST_QUALITY
    return found.orientations[0] if found and is_fit else "", hash_image(picture)


def _cut(picture: Picture, seed: int) -> Picture:
    """A part of a picture, turned or mirrored, lighter or darker."""
    dice = random.Random(seed)
    width, height = (round(side * dice.uniform(0.35, 0.7)) for side in picture.size)
    left, top = dice.randint(0, picture.width - width), dice.randint(0, picture.height - height)
    part = picture.crop((left, top, left + width, top + height)).transpose(dice.choice(list(Image.Transpose)))
    exponent = dice.uniform(0.7, 1.4)
    return part.point([round(255 * (level / 255) ** exponent) for level in range(256)] * 3)
