"""The drawn pictures: repeatable, far apart from each other, near to their own copies, harmless to nobody's hash."""

import io
import itertools

import imagehash
import numpy as np
import pytest
from PIL import Image

from scripts import pictures


def pdq_quality(image: Image.Image) -> int:
    """PDQ's quality: gradients of the 64 x 64 luminance (ThreatExchange, pdqhashing.cpp), here after a box filter."""
    grid = np.asarray(image.convert("L").resize((64, 64), Image.Resampling.BOX), float)
    steps = [np.trunc(np.abs(np.diff(grid, axis=axis)) * 100 / 255).sum() for axis in (0, 1)]
    return min(100, int(sum(steps) / 90))


@pytest.fixture(scope="module")
def drawn() -> list[Image.Image]:
    return [pictures.draw(seed) for seed in range(30)]


def test_different_seeds_are_far_apart(drawn):
    hashes = [imagehash.phash(image) for image in drawn]

    assert min(a - b for a, b in itertools.combinations(hashes, 2)) > 10


def test_every_picture_is_rich_enough_for_a_perceptual_hash(drawn):
    assert min(pdq_quality(image) for image in drawn) >= 90


def test_the_same_seed_gives_the_same_file(drawn):
    assert pictures.png(pictures.draw(3)) == pictures.png(drawn[3])
    assert drawn[3].size == (800, 600)
    assert pictures.draw(3, (320, 200)).size == (320, 200)


def test_a_copy_that_was_resized_and_compressed_stays_near(drawn):
    for image in drawn[:10]:
        copy = Image.open(io.BytesIO(pictures.jpeg(pictures.resized(image, 0.5), quality=60)))

        assert copy.size == (400, 300)
        assert imagehash.phash(image) - imagehash.phash(copy) <= 4


def test_a_mirrored_or_turned_copy_is_far_until_it_is_turned_back(drawn):
    image = drawn[0]

    for changed, back in ((pictures.mirrored(image), pictures.mirrored), (pictures.rotated90(image), None)):
        undone = back(changed) if back else changed.transpose(Image.Transpose.ROTATE_270)

        assert imagehash.phash(changed) - imagehash.phash(image) > 10
        assert undone.tobytes() == image.tobytes()


def test_crops_and_borders_change_the_size_by_their_share(drawn):
    assert pictures.cropped(drawn[0], 0.1).size == (720, 540)
    assert pictures.bordered(drawn[0], 0.05).size == (860, 660)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif"])
def test_each_file_format_opens_as_itself(drawn, kind):
    data = getattr(pictures, kind)(drawn[0])

    assert Image.open(io.BytesIO(data)).format == kind.upper()


def test_blank_and_tiny_pictures_are_what_they_say():
    assert pdq_quality(pictures.blank("black")) == 0
    assert pictures.tiny(4).size == (32, 32)
