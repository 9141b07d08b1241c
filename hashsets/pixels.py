"""Encoded pictures to upright pixels, RGB or grey: Pillow behind an allow-list of formats, in the decoder child only.
It trusts nothing it reads, and its results carry no byte of the input.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)

# By the names of Pillow's openers; a name that has no opener would raise KeyError.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "JPEG2000")
MIMES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what the JPEG opener calls a file with several pictures
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
}
DRAFT_SIZE = (512, 512)
# Of an animation so many frames are compared, among as many as this many pixels hold.
SAMPLED_FRAMES = 20
MAX_ANIMATION_PIXELS = 100_000_000
_GLANCE = (32, 32)
_ORIENTATION_TAG = 0x0112
_TURN_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Opened:
    """A decoded picture: RGB or grey, upright, perhaps smaller than the file says; width and height are the file's.

    `frames` are two more of an animation: the middle one, and the one that differs most from the first.
    """

    image: Image.Image
    mime: str
    width: int
    height: int
    is_partial: bool
    frames: tuple[Image.Image, ...] = ()


def open_picture(body: bytes) -> Opened:
    """Decode a file, strictly first, then as far as it goes; raises whatever Pillow raises."""
    try:
        return _decode(body, is_partial=False)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - hostile bytes raise anything; what the second try raises goes up
        with _truncated_allowed():
            return _decode(body, is_partial=True)


def _decode(body: bytes, *, is_partial: bool) -> Opened:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            width, height = image.size
            # Decodes a large JPEG at an eighth to a half of its size, then also to grey; others ignore it.
            image.draft("L" if min(image.size) >= 2 * DRAFT_SIZE[0] else "RGB", DRAFT_SIZE)
            image.load()
            if _orientation(image) >= 5:
                width, height = height, width
            first, mime = _as_shown(_upright(image)), MIMES[image.format or ""]
            frames: tuple[Image.Image, ...] = ()
            if getattr(image, "n_frames", 1) > 1:
                # The next frame is decoded into the same picture.
                first = first.copy()
                frames = _other_frames(image, first, is_partial=is_partial)
            return Opened(first, mime, width, height, is_partial, frames)


def _other_frames(image: Image.Image, first: Image.Image, *, is_partial: bool) -> tuple[Image.Image, ...]:
    """The middle frame and the one that differs most from the first; of a broken animation what comes before."""
    sampled = _sampled_frames(image)
    middle = most_different = None
    glance, most = _glance(first), 0.0
    try:
        for number in sampled:
            image.seek(number)
            frame = _as_shown(_upright(image)).copy()
            difference = float(np.abs(_glance(frame) - glance).mean())
            if number == sampled[(len(sampled) - 1) // 2]:
                middle = frame
            if difference > most:
                most_different, most = frame, difference
    except Exception:
        if not is_partial:
            raise
    frames = (middle, most_different) if middle is not most_different else (middle,)
    return tuple(frame for frame in frames if frame is not None)


def _sampled_frames(image: Image.Image) -> list[int]:
    """Numbers of frames after the first, spread evenly; each one asks for decoding all before it."""
    reachable = min(getattr(image, "n_frames", 1), max(1, MAX_ANIMATION_PIXELS // (image.width * image.height)))
    return sorted({round(at) for at in np.linspace(0, reachable - 1, SAMPLED_FRAMES)} - {0})


def _glance(frame: Image.Image) -> NDArray[np.float32]:
    return np.asarray(frame.convert("L").resize(_GLANCE, Image.Resampling.BOX), np.float32)


@contextmanager
def _truncated_allowed() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation 1..8; a broken EXIF block counts as upright, for the picture may still be fine."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # noqa: BLE001
        return 1
    return value if value in range(1, 9) else 1


def _upright(image: Image.Image) -> Image.Image:
    # Not ImageOps.exif_transpose: it also rewrites the EXIF block, which raises on a broken one.
    turn = _TURN_BACK.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _as_shown(image: Image.Image) -> Image.Image:
    """Any mode to RGB or grey, with what is transparent shown on white, as a browser shows it."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = _to_eight_bits(image)
    if image.mode == "LAB":
        image = image.getchannel(0)
    if not image.has_transparency_data:
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits: Pillow would cut off at 255 where the range must be scaled."""
    levels = np.nan_to_num(np.asarray(image).astype(np.float32))
    top = 65535.0 if image.mode != "F" else max(float(levels.max()), 1.0)
    return Image.fromarray(np.clip(levels * (255.0 / top), 0, 255).astype(np.uint8))
