"""Draws harmless pictures from a seed: gradients and shapes, detailed enough for a PDQ quality of 50 and more."""

import io
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw


def draw(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """The same picture for the same seed and size."""
    rng = random.Random(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [(columns * rng.uniform(0.2, 3) + rows * rng.uniform(0.2, 3)) % 256 for _ in range(3)]
    picture = Image.fromarray(np.stack(waves, axis=-1).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(30):
        left, top, size = rng.randrange(width), rng.randrange(height), rng.randrange(8, max(width // 3, 9))
        colour = tuple(rng.randrange(256) for _ in range(3))
        shape = pen.ellipse if rng.random() < 0.5 else pen.rectangle
        shape((left, top, left + size, top + size), fill=colour)
    return picture


def pixels(seed: int, width: int = 320, height: int = 240) -> NDArray[np.uint8]:
    return np.asarray(draw(seed, width, height))


def encode(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format, **options)
    return stream.getvalue()
