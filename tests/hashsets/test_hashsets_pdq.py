"""PDQ equals the reference implementation to the bit, upright and turned, and knows what is blank."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hashsets.decode import DecoderPool
from hashsets.pdq import hash_pixels
from hashsets.variants import ORIENTATIONS, VARIANTS, turn
from tests.hashsets.drawing import pixels

VECTORS = Path(__file__).parent / "vectors"

# facebook/ThreatExchange, pdq/data/bridge-mods, commit baefb4ed67b6cdc1d4c82dbaef858d50866ac424.
REFERENCE = {
    "aaa-orig.jpg": "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
    "blur-a-little.jpg": "f8f8f0cee0f4a84f06370a2a038f63f0b36e26d596621e1d33e6b39c4e9c9b22",
    "blur-a-lot.jpg": "f8f8f0cee0f4a84f0637022a038f67f0b36e26d596621e1d33e6b39c4e9c9b22",
    "high-contrast.jpg": "f8f8f0cee0f4a84f06370a2a068f67f0b36e26d596621e1d33e6339c4e9c9b22",
    "high-saturation.jpg": "f8f8f0cee0f4a84f06370a22038f67f0b36e2ed596221e1d33e6b39c4e9c9b22",
    "sharpen-a-little.jpg": "f8f8f0cee0f4a84f0e370a22038f67f0b36e2ed596221e1d33e6b39c4a9c9b22",
    "sharpen-a-lot.jpg": "d8f8f0cec0f4a84f8e370a22038f67f0b36a2ed597231e1d72e6b39c4a9c9b22",
    "shrink-a-little.jpg": "f8f8f0cee0f4a84f06370a22038f67f0b36e2ed596621e1d33e6339c4e9c9b22",
    "shrink-a-lot.jpg": "d0f8f1ccc0f4a84d0a370a3a228f67f0b36e2ed5b6623e1d33e6339c4e9c9b22",
    "square-128x128.jpg": "d8f8f1eec0f4a84f0e37022a078f63f0b36e2ed596621e1d33e6239c4e9c9b22",
    "square-256x256.jpg": "d8f8f0cec4f4a84f0637022a078f67f0b36e2ee5b6621e1d33e6239c4e9c9b22",
    "square-512x512.jpg": "d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6339c4e9c9b22",
}

# Seed, width, height: hash and quality that pdqhash 0.2.8 gives for drawing.draw(seed, width, height).
GOLDEN = {
    (1, 320, 240): ("7a6721fe7d8030476fa629dba5b659623f8c8857b7c3426cf868b0da43685e21", 100),
    (2, 512, 512): ("5ebeec9789bd3f66dc86d1a866209cb4b1d2a24fc529c17210ce69494b66db54", 100),
    (3, 97, 203): ("e55922a730f4a8dcc05ac358b07638f44ba84b29acde36e657e1cf1bab145fa2", 100),
    (4, 640, 128): ("3972d272c59e4da570a9528dd7ad64a16267c3eed1d6b1d2215a6b4e3642b1d2", 100),
    (5, 1000, 701): ("84108010cffe892d99613dd6b341052f77e9baf1a957afced46996e1a7933498", 100),
    (6, 64, 64): ("33866a3cb7387b33f492811784a19633ce73dcf3c546a6c439b933da4f47a488", 100),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_a_published_vector_gives_the_published_hash(name: str) -> None:
    with Image.open(VECTORS / name) as picture:
        found = hash_pixels(np.asarray(picture.convert("RGB")))

    assert found is not None
    assert REFERENCE[name] == found.orientations[0]


@pytest.mark.parametrize("name", REFERENCE)
def test_a_published_vector_goes_through_the_decoder_to_the_published_hash(pool: DecoderPool, name: str) -> None:
    assert REFERENCE[name] == pool.fingerprint((VECTORS / name).read_bytes()).pdq


@pytest.mark.parametrize("drawn", GOLDEN)
def test_a_drawn_picture_gives_the_hash_and_quality_of_the_reference(drawn: tuple[int, int, int]) -> None:
    found = hash_pixels(pixels(*drawn))

    assert found is not None
    assert GOLDEN[drawn] == (found.orientations[0], found.quality)


@pytest.mark.parametrize("size", [(320, 240), (200, 333), (64, 64), (1000, 130), (5, 70)])
def test_the_eight_orientations_are_the_hashes_of_the_turned_pixels(size: tuple[int, int]) -> None:
    for seed in range(5):
        drawn = pixels(seed, *size)
        together = hash_pixels(drawn)
        one_by_one = [hash_pixels(np.ascontiguousarray(turn(drawn, variant))) for variant in ORIENTATIONS]

        assert together is not None
        assert tuple(found.orientations[0] for found in one_by_one if found) == together.orientations


@pytest.mark.parametrize(
    ("variant", "method"),
    [
        ("mirror", Image.Transpose.FLIP_LEFT_RIGHT),
        ("rot90", Image.Transpose.ROTATE_90),
        ("rot180", Image.Transpose.ROTATE_180),
        ("rot270", Image.Transpose.ROTATE_270),
        ("transpose", Image.Transpose.TRANSPOSE),
        ("transverse", Image.Transpose.TRANSVERSE),
        ("flip", Image.Transpose.FLIP_TOP_BOTTOM),
    ],
)
def test_orientations_are_named_as_pillow_turns_pictures(variant: str, method: Image.Transpose) -> None:
    drawn = pixels(3, 90, 60)
    place = [known.value for known in ORIENTATIONS].index(variant)

    assert np.array_equal(np.asarray(Image.fromarray(drawn).transpose(method)), turn(drawn, ORIENTATIONS[place]))


def test_the_variants_are_those_of_the_contract() -> None:
    names = "upright mirror rot90 rot180 rot270 transpose transverse flip box quadrant frame"

    assert names.split() == [variant.value for variant in VARIANTS]


@pytest.mark.parametrize("level", [0, 1, 127, 254, 255])
def test_a_single_colour_is_blank_and_noise_is_not(level: int) -> None:
    blank = hash_pixels(np.full((200, 300, 3), level, np.uint8))
    drawn = hash_pixels(pixels(1))

    assert blank is not None
    assert drawn is not None
    assert blank.is_blank
    assert not drawn.is_blank
    assert blank.quality == 0


def test_a_side_under_five_pixels_has_no_hash() -> None:
    assert hash_pixels(np.zeros((4, 100, 3), np.uint8)) is None


def test_drawn_pictures_have_enough_detail_to_be_evidence() -> None:
    found = [hash_pixels(pixels(seed)) for seed in range(50)]

    assert all(print_ is not None and print_.quality >= 50 for print_ in found)


def test_a_tall_picture_is_hashed_in_strips_like_in_one_piece() -> None:
    drawn = pixels(4, 40, 700)
    found = hash_pixels(drawn)
    turned = hash_pixels(np.ascontiguousarray(turn(drawn, ORIENTATIONS[5])))

    assert found is not None
    assert turned is not None
    assert found.orientations[5] == turned.orientations[0]
