"""What travels between the decoder pool and its children: frames of bytes, and the decoded facts as checked JSON.
The pool trusts a child no more than the file it decoded, so every field is checked on arrival.
"""

import base64
import json
import re
import socket
import struct
import time
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from hashsets.fingerprint import Part
from hashsets.variants import ORIENTATIONS, Variant

MAX_ANSWER_BYTES = 16_000_000
MAX_GREETING_BYTES = 10_000
MAX_PARTS = 610
MAX_LOOKS = 12
"""So many pictures of one file at most are looked up or kept by local features: itself and its boxes, or frames."""
PROBLEMS = frozenset({"not_an_image", "not_a_video", "too_many_pixels"})
_LENGTH = struct.Struct(">Q")
_PDQ = re.compile("[0-9a-f]{64}")
_PHASH = re.compile("[0-9a-f]{16}")
_MIME = re.compile("(image|video)/[a-z0-9-]{2,12}")
_PART_VARIANTS = frozenset({Variant.UPRIGHT, Variant.BOX, Variant.QUADRANT, Variant.FRAME})


class Wanted(IntEnum):
    """What is wanted of a file: its hashes, and with them the local features to look it up by, or those to keep."""

    HASHES = 0
    ASKED = 1
    KEPT = 2


class BadAnswerError(Exception):
    """The other side hung up or sent something that is no answer."""


@dataclass(frozen=True)
class Decoded:
    """What a child found out about one file: fields as in Fingerprint; only `problem` where it is no picture."""

    mime: str | None = None
    width: int | None = None
    height: int | None = None
    pdq_quality: int | None = None
    orientations: tuple[str, ...] = ()
    phash: str | None = None
    is_blank: bool = False
    is_partial: bool = False
    problem: str | None = None
    duration_s: float | None = None
    parts: tuple[Part, ...] = ()
    features: tuple[bytes, ...] = ()
    """As features.Asked or features.Kept are encoded; of the latter an upright and a mirrored one after the other."""

    @property
    def is_video(self) -> bool:
        return (self.mime or "").startswith("video/")

    def encode(self) -> bytes:
        """This answer as JSON."""
        features = [base64.b64encode(one).decode() for one in self.features]
        return json.dumps({**asdict(self), "features": features}).encode()


@dataclass(frozen=True)
class Greeting:
    """The first thing a child says: which hasher it is, and what it can no longer do."""

    hasher: str
    sandbox: str

    def encode(self) -> bytes:
        """This greeting as JSON."""
        return json.dumps(asdict(self)).encode()


def decode_greeting(raw: bytes) -> Greeting:
    """Read a child's greeting; it comes before any file, so only a broken one is wrong. Raises BadAnswerError."""
    try:
        return Greeting(**json.loads(raw))
    except (ValueError, TypeError):
        raise BadAnswerError from None


def decode_answer(raw: bytes) -> Decoded:
    """Read a child's answer; raises BadAnswerError on anything that is not exactly one."""
    try:
        fields = json.loads(raw)
        parts = tuple(_read_part(part) for part in fields["parts"])
        features = tuple(base64.b64decode(one, validate=True) for one in fields["features"])
        turns = tuple(fields["orientations"])
        answer = Decoded(**{**fields, "orientations": turns, "parts": parts, "features": features})
        is_sound = _is_sound(answer)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswerError from None
    if not is_sound:
        raise BadAnswerError
    return answer


def _read_part(fields: dict[str, Any]) -> Part:
    variant, orientations = Variant(fields["variant"]), tuple(fields["orientations"])
    return Part(**{**fields, "variant": variant, "orientations": orientations})


def _is_sound(answer: Decoded) -> bool:
    if answer.problem is not None:
        return answer == Decoded(problem=answer.problem) and answer.problem in PROBLEMS
    return (
        _MIME.fullmatch(answer.mime or "") is not None
        and all(type(side) is int and side > 0 for side in (answer.width, answer.height))
        and type(answer.is_blank) is type(answer.is_partial) is bool
        and _is_sound_pdq(answer)
        and len(answer.parts) <= MAX_PARTS
        and all(_is_sound_part(part) for part in answer.parts)
        and len(answer.features) <= 2 * MAX_LOOKS
        and (_is_sound_video(answer) if answer.is_video else _is_sound_picture(answer))
    )


def _is_sound_picture(answer: Decoded) -> bool:
    return _PHASH.fullmatch(answer.phash or "") is not None and answer.duration_s is None


def _is_sound_video(answer: Decoded) -> bool:
    return answer.phash is None and answer.pdq_quality is None and _is_time(answer.duration_s or 0.0)


def _is_sound_pdq(answer: Decoded) -> bool:
    if answer.pdq_quality is None:
        return answer.orientations == ()
    return _is_quality(answer.pdq_quality) and _are_orientations(answer.orientations)


def _is_sound_part(part: Part) -> bool:
    is_known = part.variant in _PART_VARIANTS
    return is_known and _is_quality(part.quality) and _are_orientations(part.orientations) and _is_time(part.at_s)


def _is_quality(value: object) -> bool:
    return type(value) is int and 0 <= value <= 100


def _are_orientations(values: tuple[str, ...]) -> bool:
    return len(values) == len(ORIENTATIONS) and all(_PDQ.fullmatch(value) for value in values)


def _is_time(value: object) -> bool:
    return type(value) in (int, float) and 0 <= float(str(value)) < float("inf")


def send_frame(link: socket.socket, body: bytes, until: float | None = None) -> None:
    """Send one length-prefixed frame, all of it before the moment `until` of the machine's clock.

    Raises TimeoutError, other OSError where the other side hung up.
    """
    for piece in (_LENGTH.pack(len(body)), body):
        _allow(link, until)
        link.sendall(piece)


def receive_frame(link: socket.socket, max_bytes: int, until: float | None = None) -> bytes:
    """Receive one frame before `until`, however slowly it comes. Raises TimeoutError, other OSError, and
    BadAnswerError where the other side hung up or announces more than max_bytes.
    """
    (length,) = _LENGTH.unpack(_receive_exactly(link, _LENGTH.size, until))
    if length > max_bytes:
        raise BadAnswerError
    return bytes(_receive_exactly(link, length, until))


def _receive_exactly(link: socket.socket, length: int, until: float | None) -> bytearray:
    body = bytearray(length)
    rest = memoryview(body)
    while rest:
        _allow(link, until)
        received = link.recv_into(rest)
        if not received:
            raise BadAnswerError
        rest = rest[received:]
    return body


def _allow(link: socket.socket, until: float | None) -> None:
    if until is None:
        return
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    link.settimeout(left_s)
