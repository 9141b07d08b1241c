"""From the bytes of one file to what is known of it: decoded, hashed whole and in parts. For the decoder child only.
Every error becomes a reason code: nothing of the data may leave in a text.
"""

from collections.abc import Iterator

import av
import imagehash
import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from hashsets import pdq, pixels, video
from hashsets.contentbox import Box, content_boxes, quadrants
from hashsets.fingerprint import Part
from hashsets.phash import hash_image
from hashsets.stills import features_of, stills_of
from hashsets.values import Algorithm, is_degenerate
from hashsets.variants import Variant
from hashsets.wire import Decoded, Wanted

HASHER = f"{pdq.HASHER} imagehash/{imagehash.__version__} pillow/{PIL.__version__} av/{av.__version__}"
# Pictures smaller than this are enlarged for look-ups: what was listed was most likely larger.
LARGE_SIDE = 512
# Parts of what is larger are taken from a reduced copy: a border is found as well there, in a tenth of the time.
MAX_PART_SIDE = 1536
VIDEO_SHARE = 0.6
"""How much of the deadline a video may take: what was hashed by then must still be told."""

Floats = NDArray[np.float32]


def examine(body: bytes, *, max_pixels: int, deadline_s: float, wanted: Wanted = Wanted.HASHES) -> Decoded:
    """Decode and hash one file; never raises because of what the bytes are."""
    try:
        container = video.container_of(body)
        if container is None:
            return _examine_picture(body, wanted)
        return _examine_video(body, container, max_pixels, deadline_s, wanted)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, video.TooLargeError, MemoryError):
        return Decoded(problem="too_many_pixels")
    except video.NotAVideoError:
        return Decoded(problem="not_a_video")
    except Exception:  # noqa: BLE001 - decoders raise anything from struct.error to SyntaxError on hostile bytes
        return Decoded(problem="not_an_image")


def _examine_video(
    body: bytes, container: tuple[str, str], max_pixels: int, deadline_s: float, wanted: Wanted
) -> Decoded:
    film = video.hash_video(body, container, max_pixels=max_pixels, budget_s=deadline_s * VIDEO_SHARE)
    return Decoded(
        mime=film.mime,
        width=film.width,
        height=film.height,
        duration_s=film.duration_s,
        parts=film.frames,
        is_blank=not film.frames,
        is_partial=film.is_partial,
        features=tuple(features_of(film.stills, wanted)),
    )


def _examine_picture(body: bytes, wanted: Wanted) -> Decoded:
    opened = pixels.open_picture(body)
    whole = np.asarray(opened.image)
    found = pdq.hash_pixels(whole)
    phash = hash_image(opened.image)
    luma = pdq.luma(np.asarray(_at_look_up_size(opened.image)))
    boxes = content_boxes(luma)
    frames = [pdq.luma(np.asarray(_at_look_up_size(frame))) for frame in opened.frames]
    return Decoded(
        mime=opened.mime,
        width=opened.width,
        height=opened.height,
        pdq_quality=found.quality if found else None,
        orientations=found.orientations if found else (),
        phash=phash,
        parts=tuple(_parts(luma, boxes, frames, is_enlarged=max(opened.image.size) < LARGE_SIDE)),
        is_blank=(found is not None and found.is_blank) or is_degenerate(phash, Algorithm.PHASH),
        is_partial=opened.is_partial,
        features=tuple(features_of(stills_of(luma, boxes, frames, wanted), wanted)),
    )


def _parts(luma: Floats, boxes: list[Box], frames: list[Floats], *, is_enlarged: bool) -> Iterator[Part]:
    """The whole enlarged, content boxes, quarters, other frames; only what shows enough to be evidence."""
    whole = Box(0, luma.shape[0], 0, luma.shape[1])
    if is_enlarged:
        yield from _part(Variant.UPRIGHT, luma)
    for box in boxes:
        yield from _part(Variant.BOX, box.cut(luma))
    for around in (whole, *boxes[:1]):
        for quarter in quadrants(around):
            yield from _quarter(quarter.cut(luma))
    for frame in frames:
        yield from _part(Variant.FRAME, frame)


def _quarter(luma: Floats) -> Iterator[Part]:
    """As it is, and what stands in it between the gutters of a collage."""
    yield from _part(Variant.QUADRANT, luma)
    for box in content_boxes(luma)[:1]:
        yield from _part(Variant.QUADRANT, box.cut(luma))


def _at_look_up_size(image: Image.Image) -> Image.Image:
    longest = max(image.size)
    if longest >= LARGE_SIDE:
        return image.reduce(-(-longest // MAX_PART_SIDE)) if longest > MAX_PART_SIDE else image
    sides = tuple(max(1, round(side * LARGE_SIDE / longest)) for side in image.size)
    return image.resize((sides[0], sides[1]), Image.Resampling.BICUBIC)


def _part(variant: Variant, luma: Floats) -> Iterator[Part]:
    found = pdq.hash_pixels(luma)
    if found and found.quality >= pdq.LEAST_QUALITY and not found.is_blank:
        yield Part(variant, found.quality, found.orientations)
