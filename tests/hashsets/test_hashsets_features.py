"""Local features: what was done to a picture is told, what shares nothing is not alike, and no picture breaks them."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hashsets.features import (
    KEPT_POINTS,
    LEAST_MOVED,
    Asked,
    Features,
    Kept,
    Likeness,
    likeness,
    to_ask,
    to_keep,
)
from scripts import alterations
from scripts.alterations import ALTERATIONS, filler
from scripts.pictures import Picture

ORIGINALS = [filler(number, (800, 600)) for number in range(3)]
OTHERS = [filler(number, (800, 600)) for number in range(10, 22)]


def grey(picture: Picture) -> np.ndarray:
    return np.asarray(picture.convert("L"))


def shown(altered: Picture, original: Picture) -> tuple[Likeness | None, Likeness | None]:
    """How an altered picture shows the original, and how it shows its mirror image."""
    asked = to_ask(grey(altered))
    upright, mirrored = to_keep(grey(original))
    return likeness(asked, upright), likeness(asked, mirrored)


@pytest.mark.parametrize("original", ORIGINALS)
@pytest.mark.parametrize(
    ("name", "turned", "seen", "filled"),
    [
        ("none", 0, 1.0, 1.0),
        ("JPEG of quality 30", 0, 1.0, 1.0),
        ("half the size", 0, 1.0, 1.0),
        # Of both sides, so 64 % of the area are left.
        ("crop 20 %", 0, 0.64, 1.0),
        ("rotate 90", 90, 1.0, 1.0),
        ("rotate 180", 180, 1.0, 1.0),
        ("rotate 270", -90, 1.0, 1.0),
        ("black border 15 %", 0, 1.0, 0.63),
        ("corner logo", 0, 1.0, 1.0),
        ("watermark all over", 0, 1.0, 1.0),
        ("grain", 0, 1.0, 1.0),
        ("2 x 2 collage", 0, 1.0, 0.25),
    ],
)
def test_what_was_done_to_a_picture_is_told_in_facts(
    original: Picture, name: str, turned: float, seen: float, filled: float
) -> None:
    upright, _ = shown(ALTERATIONS[name](original, 1), original)

    assert upright is not None
    assert abs((upright.turned - turned + 180) % 360 - 180) < 2
    assert upright.seen == pytest.approx(seen, abs=0.06)
    assert upright.filled == pytest.approx(filled, abs=0.08)
    assert upright.points >= LEAST_MOVED
    assert upright.agreement > 0.8


@pytest.mark.parametrize("original", ORIGINALS)
def test_half_of_a_picture_is_enough(original: Picture) -> None:
    width, height = original.size
    upright, _ = shown(original.crop((width // 4, height // 4, width * 3 // 4, height * 3 // 4)), original)

    assert upright is not None
    assert upright.seen == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize("original", ORIGINALS)
@pytest.mark.parametrize("name", ["mirror", "mirror and half the size"])
def test_a_mirrored_picture_is_like_the_mirror_image_only(original: Picture, name: str) -> None:
    upright, mirrored = shown(ALTERATIONS[name](original, 1), original)

    assert upright is None
    assert mirrored is not None
    assert mirrored.seen > 0.9


@pytest.mark.parametrize("original", ORIGINALS)
def test_a_stretched_picture_is_still_like_itself(original: Picture) -> None:
    upright, _ = shown(original.resize((1000, 600)), original)

    assert upright is not None
    assert upright.filled > 0.9


def test_pictures_that_share_nothing_are_not_alike() -> None:
    kept = [to_keep(grey(picture)) for picture in ORIGINALS]
    for other in OTHERS:
        for altered in (other, alterations.captioned(other, 1), alterations.watermarked(other, 1)):
            asked = to_ask(grey(altered))
            assert [likeness(asked, one) for both in kept for one in both] == [None] * 6


@pytest.mark.parametrize("alteration", [alterations.captioned, alterations.with_logo, alterations.watermarked])
def test_the_same_caption_logo_or_watermark_makes_no_likeness(alteration: alterations.Alteration) -> None:
    marked = [grey(alteration(picture, 5)) for picture in OTHERS[:5]]
    kept = [to_keep(levels) for levels in marked]
    for number, levels in enumerate(marked):
        asked = to_ask(levels)
        found = [any(likeness(asked, one) for one in both) for both in kept]
        assert found == [other == number for other in range(len(marked))]


@pytest.mark.parametrize("side", [(1, 1), (1, 400), (400, 1), (5, 5), (63, 20), (3000, 30)])
@pytest.mark.parametrize("fill", ["black", "noise", "ramp"])
def test_no_picture_is_too_small_or_too_plain_to_be_asked_about(side: tuple[int, int], fill: str) -> None:
    columns, rows = side
    levels = {
        "black": np.zeros((rows, columns)),
        "noise": np.random.default_rng(1).integers(0, 256, (rows, columns)),
        "ramp": np.broadcast_to(np.linspace(0, 255, columns), (rows, columns)),
    }[fill].astype(np.uint8)
    asked, (upright, _) = to_ask(levels), to_keep(levels)

    assert asked.features.looks.shape == (len(asked.features.places), 32)
    assert len(upright.features.places) <= KEPT_POINTS
    if fill != "noise":
        assert not asked.features.has_texture
        assert likeness(asked, upright) is None


def test_a_picture_with_texture_says_so_and_one_without_says_so_too() -> None:
    assert to_ask(grey(ORIGINALS[0])).features.has_texture
    assert not to_ask(grey(Image.new("RGB", (800, 600), (90, 120, 150)))).features.has_texture


def planted(places: np.ndarray) -> tuple[Asked, Kept]:
    """Two pictures with the same light and the same looks, each at its place, and none like another."""
    rng = np.random.default_rng(3)
    looks = rng.integers(0, 256, (len(places), 32), dtype=np.uint8)
    features, light = Features((640, 480), places.astype(np.float32), looks), grey(ORIGINALS[0].resize((256, 192)))
    return Asked(features, light), Kept(features, to_keep(light)[0].shade)


def test_points_all_over_that_did_not_move_are_a_likeness() -> None:
    places = np.random.default_rng(4).uniform(20, 460, (40, 2))
    found = likeness(*planted(places))

    assert found is not None
    assert (found.points, found.scale) == (40, pytest.approx(1.0))


@pytest.mark.parametrize(
    "places",
    [
        # A line of writing.
        np.stack([np.linspace(10, 600, 40), np.full(40, 200.0)], axis=1),
        # A small stamp.
        np.random.default_rng(5).uniform(100, 112, (40, 2)),
        # One corner, found on many levels.
        np.full((40, 2), 50.0) + np.random.default_rng(6).uniform(0, 2, (40, 2)),
    ],
)
def test_points_in_a_line_or_in_a_heap_are_no_likeness(places: np.ndarray) -> None:
    assert likeness(*planted(places)) is None


def test_few_that_moved_together_among_many_that_did_not_are_no_likeness() -> None:
    rng = np.random.default_rng(7)
    asked, kept = planted(rng.uniform(20, 460, (100, 2)))
    strewn = asked.features.places.copy()
    strewn[10:] = rng.uniform(20, 460, (90, 2))

    assert likeness(replace(asked, features=replace(asked.features, places=strewn)), kept) is None


def test_the_same_picture_gives_the_same_points_and_the_same_likeness_again() -> None:
    altered = alterations.captioned(ORIGINALS[1], 1)
    assert shown(altered, ORIGINALS[1]) == shown(altered, ORIGINALS[1])
