"""vPDQ text, one video a file: `frame,quality,pdq,seconds` a line. The video is one entry with the PDQs of its frames.
Frames of a quality below 50 are left out, as everywhere.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from hashsets.formats.rows import Refusal, Row, Rows, read_lines, read_row
from hashsets.values import Algorithm

NAME = "vpdq-text"
IS_DELTA = False
LEAST_QUALITY = 50
_LOOK = re.compile(r"(\d{1,9}),(\d{1,3}),([^,]*),\d+(\.\d+)?", re.ASCII)
_SOUND_LOOK = re.compile(r"\d{1,9},\d{1,3},[0-9A-Fa-f]{64},\d+(\.\d+)?")

Frame = tuple[int, int, str, float]


def recognises(lines: list[str]) -> bool:
    """Whether any of the first lines is a frame."""
    return any(_SOUND_LOOK.fullmatch(line) for line in lines)


def read_rows(stream: BinaryIO) -> Rows:
    """A row for each frame of quality 50 and more, all of the one entry, whose id is derived from the whole file."""
    video = video_id(stream)
    for number, line in read_lines(stream):
        if isinstance(line, Refusal):
            yield line
        elif line.strip() and not line.startswith("#"):
            yield from _read_line(number, line, video)


def _read_line(number: int, line: str, video: str) -> Rows:
    found = _LOOK.fullmatch(line)
    if found is None:
        yield Refusal(number, "not a frame: frame,quality,pdq,seconds")
    else:
        yield from read_frame(number, int(found[2]), found[3], video)


def read_frame(number: int, quality: int, pdq: str, video: str) -> Iterator[Row]:
    """The row of one frame; nothing where its quality is too poor."""
    if quality > 100:
        yield Refusal(number, "a quality above 100")
    elif quality >= LEAST_QUALITY:
        yield from read_row(number, [(Algorithm.PDQ, pdq)], entry=video, is_video=True)


def video_id(stream: BinaryIO) -> str:
    """A stable id of a file's bytes; leaves the stream at its beginning."""
    stream.seek(0)
    digest = hashlib.blake2b(digest_size=8)
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def write_frames(frames: Iterable[Frame]) -> Iterator[str]:
    """(frame, quality, pdq, seconds) as lines."""
    return (f"{number},{quality},{pdq},{seconds:.3f}\n" for number, quality, pdq, seconds in frames)
