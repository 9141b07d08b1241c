"""What local features are found in, and how they come out of the decoder's child: what was wanted and nothing else."""

import base64
import itertools
import json
from collections.abc import Iterator

import numpy as np
import pytest

from hashsets.contentbox import Box
from hashsets.decode import DecoderPool
from hashsets.features import read_asked, read_kept
from hashsets.stills import Spread, stills_of
from hashsets.wire import MAX_LOOKS, BadAnswerError, Decoded, Wanted, decode_answer
from scripts.alterations import ALTERATIONS, filler
from scripts.pictures import jpeg
from tests.hashsets.filming import film

ORIGINAL = filler(1, (640, 480))
BODY = jpeg(ORIGINAL)


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(has_features=True) as found:
        yield found


def frame(level: int) -> np.ndarray:
    return np.full((4, 4), level, np.float32)


# The child


def test_a_child_gives_hashes_only_unless_more_is_wanted(pool: DecoderPool) -> None:
    found = pool.examine(BODY)

    assert (found.asked, found.kept) == ((), ())
    assert found.fingerprint == pool.fingerprint(BODY)


def test_what_is_asked_by_and_what_is_kept_come_beside_the_same_fingerprint(pool: DecoderPool) -> None:
    asked, kept = pool.examine(BODY, Wanted.ASKED), pool.examine(BODY, Wanted.KEPT)

    assert asked.fingerprint == kept.fingerprint == pool.fingerprint(BODY)
    assert (len(asked.asked), asked.kept) == (1, ())
    assert (kept.asked, len(kept.kept)) == ((), 1)
    assert all(one.features.has_texture for one in (*asked.asked, *kept.kept[0]))


def test_a_framed_picture_is_asked_whole_and_without_its_frame_and_kept_without(pool: DecoderPool) -> None:
    framed = jpeg(ALTERATIONS["black border 15 %"](ORIGINAL, 1))

    asked, kept = pool.examine(framed, Wanted.ASKED).asked, pool.examine(framed, Wanted.KEPT).kept

    assert len(asked) >= 2
    ((upright, mirrored),) = kept
    assert upright.features.size == mirrored.features.size
    width, height = upright.features.size
    assert width / height == pytest.approx(4 / 3, abs=0.05)


def test_a_video_is_asked_by_frames_spread_over_it(pool: DecoderPool) -> None:
    body = film([filler(number, (320, 240)) for number in range(20)])

    found = pool.examine(body, Wanted.ASKED)

    assert found.fingerprint.is_video
    assert MAX_LOOKS / 2 < len(found.asked) <= MAX_LOOKS


def test_the_child_that_finds_features_is_locked_as_any_other(pool: DecoderPool) -> None:
    assert pool.sandbox() == "seccomp"


def test_a_hostile_file_gives_no_features_and_loses_only_itself(pool: DecoderPool) -> None:
    for body in (b"no picture", BODY[:300], b"\xff\xd8\xff" * 1000):
        found = pool.examine(body, Wanted.ASKED)
        assert found.asked == () or found.fingerprint.is_partial

    assert len(pool.examine(BODY, Wanted.ASKED).asked) == 1


# The wire


def answer(**changed: object) -> bytes:
    good = json.loads(Decoded(mime="image/png", width=1, height=1, phash="0" * 16, features=(b"ask1",)).encode())
    return json.dumps(good | changed).encode()


def test_features_travel_as_they_are() -> None:
    assert decode_answer(answer()).features == (b"ask1",)


@pytest.mark.parametrize(
    "features",
    [
        ["not base64!"],
        [1],
        [None],
        "text",
        [base64.b64encode(b"x").decode()] * (2 * MAX_LOOKS + 1),
        {"a": "b"},
    ],
)
def test_a_child_that_sends_other_features_is_not_believed(features: object) -> None:
    with pytest.raises(BadAnswerError):
        decode_answer(answer(features=features))


def test_bytes_that_are_no_features_are_refused(pool: DecoderPool) -> None:
    kept = pool.examine(BODY, Wanted.KEPT).kept[0][0].encode()

    assert read_kept(kept).features.size == (640, 480)
    for raw in (b"", kept[:-1], kept + b"x", b"ask1" + kept[4:]):
        with pytest.raises(ValueError, match=r"\w"):
            read_kept(raw)
    with pytest.raises(ValueError, match=r"\w"):
        read_asked(kept)


# Stills


@pytest.mark.parametrize("count", [0, 1, 12, 13, 24, 25, 300])
def test_frames_are_spread_evenly_whatever_the_length(count: int) -> None:
    spread = Spread()
    for number in range(count):
        spread.add(frame(number % 256))

    kept = [int(one[0, 0]) for one in spread.frames()]

    assert len(kept) <= MAX_LOOKS
    assert len(kept) == count or len(kept) > MAX_LOOKS / 2
    if count <= 256:
        gaps = {later - earlier for earlier, later in itertools.pairwise(kept)}
        assert len(gaps) <= 1


def test_a_large_frame_is_held_small() -> None:
    spread = Spread()
    spread.add(np.zeros((2160, 3840), np.float32))

    assert spread.frames()[0].shape == (540, 960)


def test_of_what_is_kept_only_the_material_counts() -> None:
    luma, box = np.zeros((100, 100), np.float32), Box(10, 90, 20, 80)

    asked = stills_of(luma, [box, Box(0, 50, 0, 50)], [luma], Wanted.ASKED)
    kept = stills_of(luma, [box, Box(0, 50, 0, 50)], [], Wanted.KEPT)

    assert [one.shape for one in asked] == [(100, 100), (80, 60), (50, 50), (100, 100)]
    assert [one.shape for one in kept] == [(80, 60)]
    assert [one.shape for one in stills_of(luma, [], [], Wanted.KEPT)] == [(100, 100)]
