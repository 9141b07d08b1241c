"""A short video as the PDQ hashes of its frames, one a second, by PyAV. Runs in the decoder child only.
Containers are told by their first bytes and read from memory; no name in a file is ever followed.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import av.error
import av.logging
import numpy as np
from numpy.typing import NDArray

from hashsets import pdq
from hashsets.contentbox import content_boxes
from hashsets.fingerprint import Part
from hashsets.stills import Grey, Spread
from hashsets.variants import Variant

MAX_FRAMES = 300
# Neighbouring frames this near are one: what stands still would outweigh what happens.
SAME_FRAME_BITS = 2
# Of a long video only whole pictures are decoded, since decoding all between them would take too long.
LONG_STEP_S = 4.0
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
# A video of which less than this came, by its own saying, was cut off.
LEAST_SEEN = 0.8
_OPTIONS = {"protocol_whitelist": "", "format_whitelist": FORMATS}
_PACKET = 188
_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
av.logging.set_level(av.logging.PANIC)


@dataclass(frozen=True)
class Film:
    """What a video shows: size in pixels as shown, length as the container says, frames worth looking up."""

    mime: str
    width: int
    height: int
    duration_s: float | None
    frames: tuple[Part, ...]
    is_partial: bool
    stills: tuple[Grey, ...]


class NotAVideoError(Exception):
    """The file is no video, or has no pictures in it."""


class TooLargeError(Exception):
    """A frame has more pixels than are allowed."""


def container_of(body: bytes) -> tuple[str, str] | None:
    """(demuxer, media type) by the first bytes; None where it is none of the containers we read."""
    if body[4:8] in (b"ftyp", b"moov", b"wide", b"mdat") and not _is_still(body):
        return "mov", "video/quicktime" if body[8:12] == b"qt  " else "video/mp4"
    if body.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska", "video/webm" if b"webm" in body[:64] else "video/x-matroska"
    if body.startswith(b"RIFF") and body[8:12] == b"AVI ":
        return "avi", "video/x-msvideo"
    if len(body) > 2 * _PACKET and {body[0], body[_PACKET], body[2 * _PACKET]} == {0x47}:
        return "mpegts", "video/mp2t"
    return None


def _is_still(body: bytes) -> bool:
    """Whether it is a picture in the same container: HEIC and AVIF say so in their brands."""
    return body[4:8] == b"ftyp" and body[8:12] in _STILL_BRANDS


def hash_video(body: bytes, container: tuple[str, str], *, max_pixels: int, budget_s: float) -> Film:
    """Hash one frame a second, at most MAX_FRAMES spread over the whole; what budget_s does not reach is left out.

    Raises NotAVideoError, TooLargeError.
    """
    demuxer, mime = container
    ends_at = time.monotonic() + budget_s
    try:
        with av.open(io.BytesIO(body), format=demuxer, options=_OPTIONS, metadata_errors="replace") as opened:
            stream = next(iter(opened.streams.video), None)
            if stream is None:
                raise NotAVideoError
            if stream.codec_context.width * stream.codec_context.height > max_pixels:
                raise TooLargeError
            return _hash_stream(opened, stream, mime, ends_at)
    except av.error.FFmpegError:
        raise NotAVideoError from None


def _hash_stream(opened: Any, stream: Any, mime: str, ends_at: float) -> Film:
    duration_s = opened.duration / 1_000_000 if opened.duration and opened.duration > 0 else None
    step_s = max(1.0, (duration_s or 0.0) / MAX_FRAMES)
    context = stream.codec_context
    context.thread_type, context.thread_count = "NONE", 1
    if step_s > LONG_STEP_S:
        context.skip_frame = "NONKEY"
    taken = _Taken()
    is_whole = False
    try:
        is_whole = _take_frames(opened, stream, step_s, ends_at, taken)
    except av.error.FFmpegError:
        if not taken.size:
            raise
    if not taken.size:
        raise NotAVideoError
    is_whole = is_whole and taken.until_s >= LEAST_SEEN * (duration_s or 0.0) - step_s
    frames = (*taken.frames, *taken.boxes)
    return Film(mime, *taken.size, duration_s, frames, is_partial=not is_whole, stills=taken.stills.frames())


class _Taken:
    """The frames that are worth a look-up, and the size of the first one."""

    def __init__(self) -> None:
        self.frames: list[Part] = []
        self.boxes: list[Part] = []
        self.size: tuple[int, int] | tuple[()] = ()
        self.until_s = 0.0
        self.stills = Spread()

    def add(self, pixels: NDArray[np.uint8], at_s: float) -> None:
        self.size = self.size or (pixels.shape[1], pixels.shape[0])
        found = pdq.hash_pixels(pixels)
        if found is None or found.is_blank or found.quality < pdq.LEAST_QUALITY:
            return
        if self.frames and _bits_apart(self.frames[-1].orientations[0], found.orientations[0]) <= SAME_FRAME_BITS:
            return
        luma = pdq.luma(pixels)
        self.frames.append(Part(Variant.FRAME, found.quality, found.orientations, round(at_s, 3)))
        self.stills.add(luma)
        self._add_box(luma, at_s)

    def _add_box(self, luma: NDArray[np.float32], at_s: float) -> None:
        """What the frame shows between bars or inside a border."""
        for box in content_boxes(luma)[:1]:
            found = pdq.hash_pixels(box.cut(luma))
            if found and not found.is_blank and found.quality >= pdq.LEAST_QUALITY:
                self.boxes.append(Part(Variant.BOX, found.quality, found.orientations, round(at_s, 3)))


def _take_frames(opened: Any, stream: Any, step_s: float, ends_at: float, taken: _Taken) -> bool:
    """Returns whether the whole video was seen."""
    next_at = 0.0
    for number, (at_s, frame) in enumerate(_shown(opened, stream)):
        if at_s + 1e-6 >= next_at or number == 0:
            if len(taken.frames) >= MAX_FRAMES:
                return False
            taken.add(_pixels(frame), at_s)
            next_at = (at_s // step_s + 1) * step_s
        taken.until_s = max(taken.until_s, at_s)
        if time.monotonic() > ends_at:
            return False
    return True


def _shown(opened: Any, stream: Any) -> Iterator[tuple[float, Any]]:
    """Each frame with its time from the beginning; where a file has no times, frames are counted."""
    rate = float(stream.average_rate or stream.guessed_rate or 25) or 25.0
    begins: float | None = None
    for number, frame in enumerate(opened.decode(stream)):
        at_s = frame.time if frame.time is not None else number / rate
        begins = at_s if begins is None else begins
        yield max(0.0, at_s - begins), frame


def _pixels(frame: Any) -> NDArray[np.uint8]:
    """Grey levels would be cheaper, but the luma of a video is not that of PDQ. Upright as a player shows it."""
    pixels: NDArray[np.uint8] = frame.reformat(format="rgb24", threads=1).to_ndarray()
    quarters = round((frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels


def _bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
