"""Lookalikes: what was done to a picture is told, what shares nothing is not alike, and who is added is found again."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hashsets.features import Asked, Features, Kept, read_asked, read_kept, to_ask, to_keep
from hashsets.lookalikes import LEAST_MOVED, Likeness, Lookalikes, likeness
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


class Shelf:
    """Some pictures kept, and which of them were asked for."""

    def __init__(self, *pictures: Picture) -> None:
        self.lookalikes, self.loaded = Lookalikes(), list[int]()
        self.kept = {number: to_keep(grey(picture)) for number, picture in enumerate(pictures)}
        for number, kept in self.kept.items():
            self.lookalikes.add(number, kept)

    def load(self, number: int) -> tuple[Kept, Kept]:
        self.loaded.append(number)
        return self.kept[number]

    def found(self, *pictures: Picture) -> list[tuple[int, bool]]:
        found = self.lookalikes.search([to_ask(grey(picture)) for picture in pictures], self.load)
        return [(one.number, one.is_mirrored) for one in found]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*ORIGINALS, *OTHERS)


@pytest.mark.parametrize("name", ["none", "crop 30 %", "rotate 90", "black border 15 %", "2 x 2 collage"])
def test_what_shows_a_kept_picture_is_its_lookalike(shelf: Shelf, name: str) -> None:
    for number, original in enumerate(ORIGINALS):
        assert shelf.found(ALTERATIONS[name](original, 1)) == [(number, False)]


@pytest.mark.parametrize("name", ["mirror", "flip", "mirror and crop 20 %"])
def test_a_mirrored_picture_is_a_lookalike_that_says_so(shelf: Shelf, name: str) -> None:
    for number, original in enumerate(ORIGINALS):
        assert shelf.found(ALTERATIONS[name](original, 1)) == [(number, True)]


def test_a_picture_that_was_never_added_has_no_lookalike(shelf: Shelf) -> None:
    assert shelf.found(filler(77, (800, 600))) == []


def test_without_pictures_nothing_is_found_and_nothing_loaded() -> None:
    shelf = Shelf()
    assert shelf.found(ORIGINALS[0]) == []
    assert Shelf(*ORIGINALS).found() == []
    assert shelf.loaded == []


def test_what_is_removed_is_not_found_and_what_is_added_again_is(shelf: Shelf) -> None:
    shelf.lookalikes.remove(1)
    shelf.lookalikes.remove(1_000)
    assert shelf.found(ORIGINALS[1]) == []
    assert shelf.found(ORIGINALS[2]) == [(2, False)]

    shelf.lookalikes.add(1, shelf.kept[1])
    assert shelf.found(ORIGINALS[1]) == [(1, False)]


def test_a_picture_that_several_of_the_asked_show_is_named_and_loaded_once(shelf: Shelf) -> None:
    first, second = ORIGINALS[:2]
    assert shelf.found(first, first.resize((400, 300)), second) in ([(0, False), (1, False)], [(1, False), (0, False)])
    assert len(shelf.loaded) == len(set(shelf.loaded))


def test_the_picture_that_is_shown_best_comes_first(shelf: Shelf) -> None:
    page = ORIGINALS[0].copy()
    page.paste(ORIGINALS[2].resize((400, 300)), (400, 300))

    assert shelf.found(page) == [(0, False), (2, False)]


def test_the_best_of_its_likenesses_is_told_of_a_picture(shelf: Shelf) -> None:
    whole, part = (to_ask(grey(one)) for one in (ORIGINALS[0], ORIGINALS[0].crop((0, 0, 300, 300))))
    for asked in ([whole, part], [part, whole]):
        (found,) = shelf.lookalikes.search(asked, shelf.load)
        assert found.likeness == likeness(whole, shelf.kept[0][0])


def test_a_picture_without_texture_is_never_a_lookalike() -> None:
    plain = Image.new("RGB", (800, 600), (90, 120, 150))
    shelf = Shelf(plain)

    assert shelf.found(plain) == []
    assert shelf.loaded == []


def test_features_that_travelled_as_bytes_make_the_same_likeness() -> None:
    asked, (kept, _) = to_ask(grey(alterations.captioned(ORIGINALS[0], 1))), to_keep(grey(ORIGINALS[0]))
    there = likeness(read_asked(asked.encode()), read_kept(kept.encode()))

    assert there is not None
    assert there == likeness(asked, kept)
