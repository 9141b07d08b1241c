"""A short video becomes the hashes of its frames, one a second, whatever its container; and is found by them."""

import io
from datetime import datetime

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from hashsets.decode import DecoderPool
from hashsets.fingerprint import Fingerprint
from hashsets.formats.vpdq_text import write_frames
from hashsets.lists import Library
from hashsets.match import SearchPolicy, Strength
from hashsets.pdq import hash_pixels
from hashsets.variants import ORIENTATIONS, Variant, turn
from hashsets.video import MAX_FRAMES, container_of
from tests.hashsets.drawing import draw, encode
from tests.hashsets.filming import RATE, film, scenes

KINDS = [
    ("mp4", "libx264", "video/mp4"),
    ("mp4", "libx265", "video/mp4"),
    ("mp4", "mpeg4", "video/mp4"),
    ("mp4", "libsvtav1", "video/mp4"),
    ("mov", "libx264", "video/quicktime"),
    ("3gp", "mpeg4", "video/mp4"),
    ("webm", "libvpx-vp9", "video/webm"),
    ("webm", "libvpx", "video/webm"),
    ("matroska", "libx264", "video/x-matroska"),
    ("avi", "mpeg4", "video/x-msvideo"),
    ("avi", "mjpeg", "video/x-msvideo"),
    ("mpegts", "mpeg2video", "video/mp2t"),
]


@pytest.mark.parametrize(("format", "codec", "mime"), KINDS)
def test_every_container_and_codec_gives_a_frame_a_second(
    pool: DecoderPool, format: str, codec: str, mime: str
) -> None:
    shown = scenes(1, 4)
    found = pool.fingerprint(film(shown, format, codec))

    assert (None, mime, 320, 240, False) == (found.problem, found.mime, found.width, found.height, found.is_partial)
    assert [round(part.at_s) for part in found.parts] == [0, 1, 2, 3]
    assert {Variant.FRAME} == {part.variant for part in found.parts}
    assert (found.pdq, found.phash, found.orientations) == (None, None, ())
    assert all(
        bits_apart(part.orientations[0], pdq_of(one)) <= 31 for part, one in zip(found.parts, shown, strict=True)
    )


def bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def pdq_of(picture: Image.Image) -> str:
    found = hash_pixels(np.asarray(picture.convert("RGB")))
    assert found is not None
    return found.orientations[0]


def test_what_stands_still_is_one_frame(pool: DecoderPool) -> None:
    found = pool.fingerprint(film(scenes(1, 2), seconds=5))

    assert len(found.parts) == 2
    assert found.duration_s == pytest.approx(10, abs=0.5)


def test_a_video_of_nothing_has_no_frames_and_is_blank(pool: DecoderPool) -> None:
    found = pool.fingerprint(film([Image.new("RGB", (320, 240), "white")]))

    assert (found.problem, found.parts, found.is_blank) == (None, (), True)


def test_a_long_video_is_spread_over_its_whole_length(pool: DecoderPool) -> None:
    found = pool.fingerprint(film(scenes(1, 8, 64, 64), seconds=MAX_FRAMES / 4))

    assert len(found.parts) <= MAX_FRAMES
    assert found.parts[-1].at_s > MAX_FRAMES * 1.5
    assert not found.is_partial


def test_a_video_that_was_cut_off_is_hashed_as_far_as_it_goes(pool: DecoderPool) -> None:
    whole = film(scenes(1, 8), "matroska")
    found = pool.fingerprint(whole[: len(whole) * 2 // 3])

    assert found.problem is None
    assert found.is_partial
    assert 0 < len(found.parts) < 8


def test_sound_alone_and_containers_we_do_not_read_are_undecodable(pool: DecoderPool) -> None:
    encoded = io.BytesIO()
    with av.open(encoded, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=16_000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 16_000
        container.mux(stream.encode(silence))
        container.mux(stream.encode())

    assert pool.fingerprint(encoded.getvalue()).problem == "not_a_video"
    assert pool.fingerprint(film(scenes(1, 1), "flv", "flv")).problem == "not_an_image"
    assert pool.fingerprint(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n").problem == "not_an_image"


@pytest.mark.parametrize("size", [(60_000, 60_000)])
def test_a_frame_of_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    with DecoderPool(max_pixels=50_000) as small:
        assert small.fingerprint(film(scenes(1, 1))).problem == "too_many_pixels"


def test_pictures_in_the_same_container_are_no_videos() -> None:
    assert container_of(encode(draw(1), "AVIF")) is None
    assert container_of(b"\0\0\0\x18ftypheic" + b"\0" * 40) is None
    assert container_of(b"\0\0\0\x18ftypisom" + b"\0" * 40) == ("mov", "video/mp4")
    assert container_of(b"") is None


def test_a_video_that_is_turned_by_its_container_is_hashed_as_it_is_shown(pool: DecoderPool) -> None:
    stored = [Image.fromarray(np.ascontiguousarray(turn(np.asarray(one), Variant.ROT90))) for one in scenes(1, 2)]
    found = pool.fingerprint(with_display_matrix(film(stored)))

    assert (found.width, found.height) == (320, 240)
    assert bits_apart(found.parts[0].orientations[0], pdq_of(draw(1))) <= 31


def with_display_matrix(body: bytes) -> bytes:
    """Shown turned by a quarter clockwise, as a phone held upright writes it."""
    upright = b"".join(value.to_bytes(4, "big") for value in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    turned = b"".join(
        (value % (1 << 32)).to_bytes(4, "big") for value in (0, 1 << 16, 0, -(1 << 16), 0, 0, 240 << 16, 0, 1 << 30)
    )
    at = body.rindex(upright)  # the track's matrix stands behind that of the whole
    return body[:at] + turned + body[at + len(upright) :]


def listed(library: Library, name: str, found: Fingerprint, folder: object, now: datetime) -> None:
    frames = [(n * RATE, part.quality, part.orientations[0], part.at_s) for n, part in enumerate(found.parts)]
    path = folder / f"{name}.csv"  # type: ignore[operator]
    path.write_text("".join(write_frames(frames)))
    library.import_list(name, path, now=now)


def test_a_video_is_found_by_enough_of_its_frames(
    pool: DecoderPool, library: Library, tmp_path: object, now: datetime
) -> None:
    listed(library, "videos", pool.fingerprint(film(scenes(1, 10))), tmp_path, now)
    again = pool.fingerprint(film(scenes(1, 10), "webm", "libvpx-vp9"))
    other = pool.fingerprint(film(scenes(50, 10)))
    [hit] = library.search(again)

    assert (hit.variant, hit.strength, hit.list) == (Variant.FRAME, Strength.STRONG, "videos")
    assert library.search(other) == ()


def test_both_percentages_decide_whether_it_is_the_listed_video(
    pool: DecoderPool, library: Library, tmp_path: object, now: datetime
) -> None:
    listed(library, "videos", pool.fingerprint(film(scenes(1, 10))), tmp_path, now)
    clip = pool.fingerprint(film([*scenes(1, 5), *scenes(50, 5)]))  # half of the listed one is half of this one
    expected = {(0, 80): Strength.REVIEW, (0, 50): Strength.STRONG, (50, 50): Strength.STRONG, (60, 0): Strength.REVIEW}
    for (query, of_listed), strength in expected.items():
        policy = SearchPolicy(video_query_percent=query, video_listed_percent=of_listed)
        [hit] = library.search(clip, policy)

        assert strength == hit.strength


def test_one_frame_that_is_on_a_list_of_pictures_is_for_review(
    pool: DecoderPool, library: Library, tmp_path: object, now: datetime
) -> None:
    path = tmp_path / "pictures.txt"  # type: ignore[operator]
    path.write_text(f"{pdq_of(draw(3))}\n")
    library.import_list("pictures", path, now=now)
    [hit] = library.search(pool.fingerprint(film(scenes(1, 5))))

    assert (hit.variant, hit.strength) == (Variant.FRAME, Strength.REVIEW)


def test_a_mirrored_video_is_the_listed_one(
    pool: DecoderPool, library: Library, tmp_path: object, now: datetime
) -> None:
    listed(library, "videos", pool.fingerprint(film(scenes(1, 6))), tmp_path, now)
    mirrored = [one.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for one in scenes(1, 6)]
    [hit] = library.search(pool.fingerprint(film(mirrored)))

    assert hit.strength == Strength.STRONG


def test_a_letterboxed_video_is_the_listed_one(
    pool: DecoderPool, library: Library, tmp_path: object, now: datetime
) -> None:
    listed(library, "videos", pool.fingerprint(film(scenes(1, 6))), tmp_path, now)
    barred = [ImageOps.expand(one, (0, 80), "black") for one in scenes(1, 6)]
    [hit] = library.search(pool.fingerprint(film(barred)))

    assert (hit.variant, hit.strength) == (Variant.BOX, Strength.STRONG)


def test_the_orientations_of_a_frame_are_those_of_pictures(pool: DecoderPool) -> None:
    [part] = pool.fingerprint(film(scenes(1, 1), "avi", "mjpeg")).parts

    assert len(part.orientations) == len(ORIENTATIONS)
    turned = hash_pixels(np.ascontiguousarray(turn(np.asarray(draw(1)), Variant.MIRROR)))
    assert turned is not None
    assert bits_apart(part.orientations[1], turned.orientations[0]) <= 31
