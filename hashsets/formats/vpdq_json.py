"""vPDQ as JSON, one video a file: frame number to quality, hash and timestamp, or an array of such frames."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from hashsets.formats.json_stream import read_members, read_records, text_of
from hashsets.formats.rows import Refusal, Rows
from hashsets.formats.vpdq_text import Frame, read_frame, video_id

NAME = "vpdq-json"
IS_DELTA = False


def recognises(lines: list[str]) -> bool:
    """Whether the file is JSON whose frames have a quality, a hash and a timestamp."""
    text = "\n".join(lines)
    wanted = ('"quality"', '"hash"', '"timestamp"')
    return text.lstrip().startswith(("{", "[")) and all(name in text for name in wanted)


def read_rows(stream: BinaryIO) -> Rows:
    """Like the text form, with the number of the frame in the file instead of a line. Raises BrokenListError."""
    video = video_id(stream)
    for number, frame in _frames(stream):
        quality = text_of(frame.get("quality"))
        if quality.isascii() and quality.isdecimal() and len(quality) <= 3:
            yield from read_frame(number, int(quality), text_of(frame.get("hash")), video)
        else:
            yield Refusal(number, "not a frame: quality, hash, timestamp")


def _frames(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    is_array = stream.read(256).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    stream.seek(0)
    if is_array:
        yield from read_records(stream, "item")
        return
    for number, (_, frame) in enumerate(read_members(stream), start=1):
        yield number, frame if isinstance(frame, dict) else {}


def write_frames(frames: Iterable[Frame]) -> Iterator[str]:
    """(frame, quality, pdq, seconds) as one JSON object, piece by piece."""
    before = "{"
    for number, quality, pdq, seconds in frames:
        frame = {"quality": quality, "hash": pdq, "timestamp": round(seconds, 3)}
        yield f'{before}\n"{number}": {json.dumps(frame)}'
        before = ","
    yield "{}\n" if before == "{" else "\n}\n"
