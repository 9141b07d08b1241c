"""Our PDQ against Meta's own code, picture by picture and turn by turn; the counts are printed as measured."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hashsets import pdq
from hashsets.variants import ORIENTATIONS, turn
from tests.hashsets.test_hashsets_pdq import REFERENCE, VECTORS

pytestmark = pytest.mark.interop

Pixels = NDArray[np.uint8]
Theirs = Callable[[Pixels], tuple[str, int]]
# Name, bits that differ, our quality less theirs.
Difference = tuple[str, int, int]

LEAST_EQUAL = 199 / 200
MOST_BITS = 2


def bits_between(mine: str, theirs: str) -> int:
    return (int(mine, 16) ^ int(theirs, 16)).bit_count()


def compared(named: Iterable[tuple[str, Pixels]], pdqhash_of: Theirs) -> Iterator[Difference]:
    for name, pixels in named:
        found = pdq.hash_pixels(pixels)
        assert found is not None
        theirs, quality = pdqhash_of(pixels)
        yield name, bits_between(found.orientations[0], theirs), found.quality - quality


def told(what: str, found: list[Difference]) -> str:
    """How many are equal, and each that is not."""
    unequal = [f"    {name}: {bits} bits, quality {by:+d}" for name, bits, by in found if bits or by]
    return "\n".join([f"  {what}: {len(found) - len(unequal)} of {len(found)} equal in hash and quality", *unequal])


def test_hash_and_quality_equal_metas_on_pictures_of_all_sizes_and_modes(
    pdqhash_of: Theirs, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.interop.gallery import all_pictures

    found = list(compared(all_pictures(), pdqhash_of))
    with capsys.disabled():
        print("\n" + told("pictures", found))
    equal = sum(not bits and not by for _, bits, by in found)

    assert len({name for name, _, _ in found}) == len(found) >= 200
    assert equal >= LEAST_EQUAL * len(found)
    assert max(bits for _, bits, _ in found) <= MOST_BITS


def test_each_of_the_eight_orientations_equals_metas_hash_of_the_turned_pixels(
    pdqhash_of: Theirs, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.interop.gallery import all_pictures

    found: list[Difference] = []
    for name, pixels in all_pictures():
        mine = pdq.hash_pixels(pixels)
        assert mine is not None
        for variant, value in zip(ORIENTATIONS, mine.orientations, strict=True):
            # Its quality is that of the turned pixels, ours that of the upright ones: only hashes are compared.
            theirs, _ = pdqhash_of(turn(pixels, variant))
            found.append((f"{name}, {variant}", bits_between(value, theirs), 0))
    with capsys.disabled():
        print("\n" + told("orientations", found))

    assert sum(not bits for _, bits, _ in found) >= LEAST_EQUAL * len(found)
    assert max(bits for _, bits, _ in found) <= MOST_BITS


def test_what_rounding_decides_is_told_apart(pdqhash_of: Theirs, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.interop.gallery import decided_by_rounding

    found = list(compared(decided_by_rounding(), pdqhash_of))
    with capsys.disabled():
        print("\n" + told("pictures that rounding decides", found))

    assert all(abs(by) <= 1 for _, _, by in found)


@pytest.mark.parametrize("name", REFERENCE)
def test_a_published_vector_is_what_both_programs_give(pdqhash_of: Theirs, name: str) -> None:
    with Image.open(VECTORS / name) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    found = pdq.hash_pixels(pixels)

    assert found is not None
    assert REFERENCE[name] == found.orientations[0]
    assert (REFERENCE[name], found.quality) == pdqhash_of(pixels)


def test_every_vector_is_compared() -> None:
    assert set(REFERENCE) == {file.name for file in VECTORS.glob("*.jpg")}
