"""Encoded bytes to upright RGB pixels by Pillow, behind an allow-list of formats. Runs in the decoder child only.
It trusts nothing it reads, and its results carry no byte of the input.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFile

# By the names of Pillow's openers; a name that has no opener would raise KeyError.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "JPEG2000")
MIMES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what the JPEG opener calls a file with several pictures
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "JPEG2000": "image/jp2",
}
DRAFT_SIZE = (512, 512)
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
    """A decoded picture: RGB, upright, perhaps smaller than the file says; width and height are the file's."""

    image: Image.Image
    mime: str
    width: int
    height: int
    is_partial: bool


def open_picture(body: bytes) -> Opened:
    """Decode the first frame, strictly first, then as far as it goes; raises whatever Pillow raises."""
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
            # Decodes a large JPEG at an eighth to a half of its size; others ignore it.
            image.draft("RGB", DRAFT_SIZE)
            image.load()
            if _orientation(image) >= 5:
                width, height = height, width
            return Opened(_to_rgb(_upright(image)), MIMES[image.format or ""], width, height, is_partial)


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


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB, with what is transparent shown on white, as a browser shows it."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = _to_eight_bits(image)
    if image.mode == "LAB":
        image = image.getchannel(0)
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits: Pillow would cut off at 255 where the range must be scaled."""
    levels = np.nan_to_num(np.asarray(image).astype(np.float32))
    top = 65535.0 if image.mode != "F" else max(float(levels.max()), 1.0)
    return Image.fromarray(np.clip(levels * (255.0 / top), 0, 255).astype(np.uint8))
