"""Harmless pictures of many sizes, shapes and modes, from seeds and from what scikit-image ships, for comparisons with
other programs; and such whose hash is decided by how a program rounds.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scripts import pictures
from tests.hashsets import drawing

Pixels = NDArray[np.uint8]
Named = tuple[str, Pixels]

SIZES = (
    *((5, 5), (5, 70), (70, 5), (7, 2000), (2000, 7), (31, 33), (63, 64), (64, 64), (65, 63), (97, 203), (127, 129)),
    *((128, 128), (200, 333), (256, 256), (257, 255), (301, 1201), (320, 240), (512, 512), (513, 511), (683, 512)),
    *((640, 128), (1000, 701), (1024, 768), (1155, 866), (1999, 50), (50, 1999), (1501, 997), (2000, 1333)),
)
# Of scikit-image's own data what is no cut-out and no face; public domain or CC0.
SHIPPED = frozenset(
    {"brick", "camera", "cell", "chelsea", "clock_motion", "coffee", "coins", "color", "grass", "gravel", "horse"}
    | {"hubble_deep_field", "logo", "moon", "motorcycle_left", "motorcycle_right", "page", "rocket", "text"}
)


def all_pictures() -> Iterator[Named]:
    """More than 200, each under a name of its own."""
    yield from _drawn()
    yield from _shipped()
    yield from _noise()
    yield from _hills()
    yield from _texts()


def _drawn() -> Iterator[Named]:
    for seed, size in enumerate(SIZES):
        yield f"drawn RGB {size}", np.asarray(pictures.draw(seed, size))
        yield f"drawn L {size}", np.asarray(pictures.draw(seed + 100, size).convert("L"))
        if min(size) >= 24:
            yield f"shapes {size}", drawing.pixels(seed, *size)


def _shipped() -> Iterator[Named]:
    folder = Path(skimage.__file__).parent / "data"
    for file in sorted(one for one in folder.iterdir() if one.stem in SHIPPED and one.suffix in (".png", ".jpg")):
        with Image.open(file) as image:
            whole = image if image.mode in ("L", "RGB") else image.convert("RGB")
            yield f"{file.name} {whole.mode} {whole.size}", np.asarray(whole)
            small = whole.resize((whole.width // 2 | 1, whole.height // 3 | 1))
            yield f"{file.name} {small.mode} {small.size}", np.asarray(small)
            cut = whole.convert("L" if whole.mode == "RGB" else "RGB").crop((3, 5, whole.width // 2, whole.height - 1))
            yield f"{file.name} {cut.mode} {cut.size}", np.asarray(cut)


def _noise() -> Iterator[Named]:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        columns, rows = (int(side) for side in rng.integers(5, 900, 2))
        shape = (rows, columns, 3) if seed % 2 else (rows, columns)
        yield f"noise {seed} {columns} x {rows}", rng.integers(0, 256, shape, dtype=np.uint8)


def _hills() -> Iterator[Named]:
    """Smooth ground, as sky and skin are: a few waves in no particular direction."""
    for seed in range(30):
        rng = np.random.default_rng([seed, 1])
        columns, rows = (int(side) for side in rng.integers(40, 1100, 2))
        down, across = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
        waves = [
            np.sin(2 * np.pi * (rng.normal() * 3 * down + rng.normal() * 3 * across) + rng.uniform(0, 6)) / order
            for order in range(1, 7)
        ]
        level = sum(waves) * 50 + 128
        tints = np.clip(level[..., None] * rng.uniform(0.6, 1.2, 3), 0, 255).astype(np.uint8)
        yield f"hills {seed} {columns} x {rows}", tints if seed % 2 else np.ascontiguousarray(tints[..., 0])


def _texts() -> Iterator[Named]:
    for seed in range(20):
        rng = np.random.default_rng([seed, 2])
        size = (int(rng.integers(200, 1200)), int(rng.integers(100, 900)))
        page = Image.new("RGB" if seed % 2 else "L", size, "white")
        pen, font = ImageDraw.Draw(page), ImageFont.load_default(int(rng.integers(9, 40)))
        for y in range(4, size[1], 30):
            letters = rng.choice(list("abcdefghijklmnopqrstuvwxyz     "), 90)
            pen.text((int(rng.integers(0, 60)), y), "".join(letters), "black", font)
        yield f"text {seed} {page.mode} {size}", np.asarray(page)


def decided_by_rounding() -> Iterator[Named]:
    """Pictures most of whose coefficients are nothing but rounding errors, so that their median is one of these."""
    down, across = np.mgrid[0:256, 0:256]
    for side in (1, 4, 16, 64):
        board = ((down // side + across // side) % 2 * 255).astype(np.uint8)
        yield f"chessboard of {side} px", board
    yield "gradient to the right", across.astype(np.uint8)
    yield "gradient down", down.astype(np.uint8)
    yield "gradient to the corner", ((down + across) // 2).astype(np.uint8)
    yield "stripes", (across // 8 % 2 * 255).astype(np.uint8)
    yield "disc in the middle", ((np.hypot(down - 127.5, across - 127.5) < 90) * 255).astype(np.uint8)
    yield "one colour", np.full((256, 256, 3), (200, 30, 90), np.uint8)
    yield "half and half", ((across < 128) * 255).astype(np.uint8)
