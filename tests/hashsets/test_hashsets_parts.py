"""What else of a picture is looked up: enlarged, inside a border, by quarters, by the frames of an animation."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from hashsets.contentbox import Box, content_boxes, quadrants
from hashsets.decode import DecoderPool
from hashsets.fingerprint import Fingerprint
from hashsets.pdq import hash_pixels, luma
from hashsets.variants import Variant
from tests.hashsets.drawing import draw, encode

SIZE = (800, 600)


def original(seed: int = 1) -> Image.Image:
    return draw(seed, *SIZE)


def distance(found: Fingerprint, variant: Variant, picture: Image.Image) -> int:
    """Of the nearest part of that kind, in any orientation."""
    wanted = hash_pixels(np.asarray(picture.convert("RGB")))
    assert wanted is not None
    values = [value for part in found.parts if part.variant is variant for value in part.orientations]
    return min(((int(value, 16) ^ int(wanted.orientations[0], 16)).bit_count() for value in values), default=256)


def on_canvas(picture: Image.Image, size: tuple[int, int], at: tuple[int, int], colour: str) -> Image.Image:
    canvas = Image.new("RGB", size, colour)
    canvas.paste(picture, at)
    return canvas


def phone(picture: Image.Image, colour: str, ink: str) -> Image.Image:
    """A screenshot: the picture as wide as the screen, bars and lines of text above and below."""
    shown = picture.resize((720, 540))
    screen = on_canvas(shown, (720, 1280), (0, 300), colour)
    pen = ImageDraw.Draw(screen)
    pen.text((20, 10), "12:34", fill=ink)
    for row in (120, 200, 900, 960, 1020):
        pen.text((40, row), "A name and some words about it, as pages have them", fill=ink)
    pen.ellipse((20, 220, 80, 280), fill=ink)
    return screen


FRAMED = {
    "white border": lambda one: ImageOps.expand(one, 40, "white"),
    "black border": lambda one: ImageOps.expand(one, 90, "black"),
    "letterbox": lambda one: on_canvas(one, (800, 1000), (0, 200), "black"),
    "pillarbox": lambda one: on_canvas(one, (1800, 600), (500, 0), "black"),
    "wide grey border": lambda one: ImageOps.expand(one, 200, (128, 128, 128)),
    "wide coloured border": lambda one: ImageOps.expand(one, 240, (60, 20, 90)),
    "light phone": lambda one: phone(one, "white", "black"),
    "dark phone": lambda one: phone(one, "#111", "#eee"),
}


@pytest.mark.parametrize("framed", FRAMED)
@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_what_stands_inside_a_frame_is_a_part(pool: DecoderPool, framed: str, format: str) -> None:
    body = encode(FRAMED[framed](original()), format)

    assert distance(pool.fingerprint(body), Variant.BOX, original()) <= 31


def test_a_picture_without_a_frame_has_no_box(pool: DecoderPool) -> None:
    found = [pool.fingerprint(encode(original(seed))) for seed in range(10)]

    assert sum(part.variant is Variant.BOX for one in found for part in one.parts) <= 1


def test_a_page_of_one_colour_has_no_box() -> None:
    assert content_boxes(np.full((300, 400), 255, np.float32)) == []
    assert content_boxes(luma(np.asarray(on_canvas(draw(1, 40, 40), (600, 600), (280, 280), "white")))) == []


def test_a_box_is_found_to_the_pixel() -> None:
    framed = on_canvas(original(), (1000, 900), (110, 170), "white")

    assert content_boxes(luma(np.asarray(framed)))[0] == Box(170, 770, 110, 910)


def test_each_picture_of_a_collage_is_a_quarter(pool: DecoderPool) -> None:
    pictures = [original(seed).resize((400, 300)) for seed in range(4)]
    collage = Image.new("RGB", SIZE)
    for number, one in enumerate(pictures):
        collage.paste(one, (number % 2 * 400, number // 2 * 300))
    found = pool.fingerprint(encode(collage, "JPEG"))

    assert all(distance(found, Variant.QUADRANT, original(seed)) <= 31 for seed in range(4))


def test_a_framed_collage_is_cut_inside_its_frame(pool: DecoderPool) -> None:
    collage = Image.new("RGB", SIZE)
    for number in range(4):
        collage.paste(original(number).resize((400, 300)), (number % 2 * 400, number // 2 * 300))
    found = pool.fingerprint(encode(ImageOps.expand(collage, 60, "white")))

    assert distance(found, Variant.QUADRANT, original(2)) <= 31


def test_small_pictures_have_no_quarters() -> None:
    assert list(quadrants(Box(0, 100, 0, 300))) == []
    assert len(list(quadrants(Box(0, 128, 0, 128)))) == 4


@pytest.mark.parametrize("share", [2, 4, 6])
def test_a_small_copy_is_enlarged(pool: DecoderPool, share: int) -> None:
    small = original().resize((SIZE[0] // share, SIZE[1] // share), Image.Resampling.LANCZOS)
    found = pool.fingerprint(encode(small))

    assert sum(part.variant is Variant.UPRIGHT for part in found.parts) == 1
    assert distance(found, Variant.UPRIGHT, original()) <= 16
    assert found.pdq == hash_pixels(np.asarray(small)).orientations[0]  # type: ignore[union-attr]


def test_a_large_picture_is_not_enlarged(pool: DecoderPool) -> None:
    parts = pool.fingerprint(encode(original())).parts

    assert Variant.UPRIGHT not in {part.variant for part in parts}


def animation(frames: list[Image.Image], format: str) -> bytes:
    stream = io.BytesIO()
    options = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(stream, format, save_all=True, append_images=frames[1:], **options)
    return stream.getvalue()


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_an_animation_is_known_by_three_of_its_frames(pool: DecoderPool, format: str) -> None:
    frames = [draw(1), draw(2), draw(2), draw(2), draw(1)]  # the middle one is among the most different
    found = pool.fingerprint(animation([*frames[:1] * 3, *frames], format))

    assert distance(found, Variant.FRAME, draw(2)) <= 31
    first = hash_pixels(np.asarray(draw(1)))
    assert first is not None
    assert (int(found.pdq or "0", 16) ^ int(first.orientations[0], 16)).bit_count() <= 31


def test_the_most_different_frame_is_found_wherever_it_is(pool: DecoderPool) -> None:
    frames = [draw(1)] * 15
    frames[11] = draw(7)
    found = pool.fingerprint(animation(frames, "WEBP"))

    assert distance(found, Variant.FRAME, draw(7)) <= 31


def test_a_broken_animation_keeps_its_whole_frames(pool: DecoderPool) -> None:
    whole = animation([draw(1), draw(2), draw(3), draw(4)], "GIF")
    found = pool.fingerprint(whole[: len(whole) * 3 // 4])

    assert found.problem is None
    assert found.pdq is not None


def test_a_broken_later_frame_is_marked(pool: DecoderPool) -> None:
    whole = bytearray(animation([draw(1), draw(2), draw(3)], "TIFF"))
    found = pool.fingerprint(bytes(whole[: len(whole) - 40_000]))

    assert found.problem is not None or found.is_partial


def test_what_shows_too_little_is_no_part(pool: DecoderPool) -> None:
    framed = ImageOps.expand(Image.new("RGB", (300, 300), "grey"), 50, "white")

    assert Variant.BOX not in {part.variant for part in pool.fingerprint(encode(framed)).parts}
    assert pool.fingerprint(encode(Image.new("RGB", (300, 300), "grey"))).parts == ()
