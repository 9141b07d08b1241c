"""Local features: as many points as a picture has and no more, and bytes that are no features are refused."""

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hashsets.features import (
    ASKED_POINTS,
    FINDER,
    KEPT_POINTS,
    Asked,
    Kept,
    read_asked,
    read_kept,
    to_ask,
    to_keep,
)
from scripts.alterations import filler
from scripts.pictures import Picture

PICTURE = filler(1, (800, 600))
# How the header is laid out: kind, columns, rows, points, and the columns and rows of the levels.
HEADER = struct.Struct("<4s5H")


def grey(picture: Picture) -> np.ndarray:
    return np.asarray(picture.convert("L"))


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
        assert not upright.features.has_texture
    for some, read in ((asked, read_asked), (upright, read_kept)):
        assert read(some.encode()).encode() == some.encode()


def test_a_picture_with_texture_says_so_and_one_without_says_so_too() -> None:
    assert to_ask(grey(PICTURE)).features.has_texture
    assert not to_ask(grey(Image.new("RGB", (800, 600), (90, 120, 150)))).features.has_texture


def test_the_finder_is_named_with_its_version() -> None:
    assert FINDER.split()[0] == "orb-1"
    assert FINDER.split()[1].startswith("opencv/4.")


def test_the_strongest_of_each_region_come_first() -> None:
    found = to_ask(grey(PICTURE)).features
    first, last = (len(np.unique(some // 128, axis=0)) for some in (found.places[:64], found.places[-64:]))

    assert len(found.places) > 1_000
    assert first > last


def told(some: Asked | Kept) -> list[Any]:
    levels = some.small if isinstance(some, Asked) else some.shade
    return [some.features.size, some.features.places.tolist(), some.features.looks.tolist(), levels.tolist()]


def test_features_are_the_same_once_they_travelled() -> None:
    asked, kept = to_ask(grey(PICTURE)), to_keep(grey(PICTURE))

    assert told(asked) == told(read_asked(asked.encode()))
    assert [told(one) for one in kept] == [told(read_kept(one.encode())) for one in kept]


def test_what_is_kept_of_a_picture_takes_less_than_thirty_kilobytes() -> None:
    assert [len(one.encode()) < 30_000 for one in to_keep(grey(PICTURE))] == [True, True]


def packed(**changed: Any) -> bytes:
    """What is asked about a picture of 600 x 400 with two points, or that with some fields changed."""
    fields = {
        "kind": b"ask1",
        "size": (600, 400),
        "count": 2,
        "small": (6, 4),
        "places": [(0, 0), (9_600, 6_400)],
        "looks": bytes(64),
        "levels": bytes(24),
    } | changed
    header = HEADER.pack(fields["kind"], *fields["size"], fields["count"], *fields["small"])
    return header + np.array(fields["places"], "<u2").tobytes() + fields["looks"] + fields["levels"]


def many(count: int) -> dict[str, Any]:
    return {"count": count, "places": np.zeros((count, 2)), "looks": bytes(32 * count)}


SHADE = {"small": (16, 16), "levels": bytes(256)}


def test_the_bytes_that_the_wrong_ones_are_made_of_are_right() -> None:
    assert read_asked(packed()).features.places.tolist() == [[0, 0], [600, 400]]
    assert read_kept(packed(kind=b"kep1", size=(640, 400), **SHADE)).shade.shape == (16, 16)
    assert len(read_asked(packed(**many(ASKED_POINTS))).features.places) == ASKED_POINTS


BAD_ASKED = {
    "nothing": b"",
    "half a header": packed()[:7],
    "a header only": packed()[: HEADER.size],
    "one byte less": packed()[:-1],
    "one byte more": packed() + b"\0",
    "another kind": packed(kind=b"kep1"),
    "another version": packed(kind=b"ask2"),
    "text": b"GIF89a" + b"a" * 500,
    "too small": packed(size=(511, 400), places=[(0, 0), (0, 0)]),
    "too large": packed(size=(1025, 400)),
    "too large the other way": packed(size=(400, 60_000)),
    "no columns": packed(size=(0, 600), places=[(0, 0), (0, 0)]),
    "no rows": packed(size=(600, 0), places=[(0, 0), (0, 0)]),
    "a point right of it": packed(places=[(0, 0), (9_601, 0)]),
    "a point below it": packed(places=[(0, 6_401), (0, 0)]),
    "more points than it says": packed(count=1),
    "fewer points than it says": packed(count=3),
    "more points than may be": packed(**many(ASKED_POINTS + 1)),
    "as many as can be said": packed(count=65_535),
    "no small picture": packed(small=(0, 0), levels=b""),
    "a small picture without rows": packed(small=(24, 0), levels=b""),
    "a small picture that is too large": packed(small=(257, 1), levels=bytes(257)),
}
BAD_KEPT = {
    "nothing": b"",
    "what is asked": packed(**SHADE, size=(640, 400)),
    "asked sides": packed(kind=b"kep1", **SHADE, size=(600, 400)),
    "more points than may be": packed(kind=b"kep1", **SHADE, size=(640, 400), **many(KEPT_POINTS + 1)),
    "a shade of another shape": packed(kind=b"kep1", size=(640, 400), small=(8, 32), levels=bytes(256)),
    "no shade": packed(kind=b"kep1", size=(640, 400), small=(0, 0), levels=b""),
}


@pytest.mark.parametrize("name", BAD_ASKED)
def test_bytes_that_are_nothing_asked_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"features|sizes|outside|small|shade"):
        read_asked(BAD_ASKED[name])


@pytest.mark.parametrize("name", BAD_KEPT)
def test_bytes_that_are_nothing_kept_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"features|sizes|outside|small|shade"):
        read_kept(BAD_KEPT[name])


def test_bytes_changed_by_chance_are_refused_or_are_features_within_their_bounds() -> None:
    rng, whole, outcomes = np.random.default_rng(8), np.frombuffer(to_ask(grey(PICTURE)).encode(), np.uint8), set()
    for _ in range(400):
        raw = whole.copy()
        # Half of the time in the header, where it does most.
        raw[rng.integers(0, rng.choice([HEADER.size, len(raw)]), 2)] = rng.integers(0, 256, 2)
        try:
            found = read_asked(raw.tobytes())
        except ValueError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
            assert max(found.features.size) <= 1024
            assert max(found.small.shape) <= 256
            assert (found.features.places <= found.features.size).all()
    assert outcomes == {"refused", "read"}
