"""pHash equals imagehash's to the bit, whatever the size, the shape and the mode."""

import random

import imagehash
import numpy as np
import pytest
from PIL import Image

from hashsets.phash import hash_image
from tests.hashsets.drawing import draw

DICE = random.Random(11)
SIZES = [(33, 33), (32, 32), (31, 500), (500, 31), (1, 1), (64, 33), (33, 200), (1155, 866), (866, 1155), (2000, 40)]
SIZES += [(DICE.randrange(5, 900), DICE.randrange(5, 900)) for _ in range(60)]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_imagehash_to_the_bit(size: tuple[int, int]) -> None:
    drawn = draw(size[0], *size)
    noise = Image.fromarray(np.random.default_rng(size[1]).integers(0, 256, size[::-1], dtype=np.uint8))
    for picture in (drawn, noise, drawn.convert("L"), drawn.convert("P"), drawn.convert("1")):
        assert str(imagehash.phash(picture)) == hash_image(picture)
