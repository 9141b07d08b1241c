"""What travels between the decoder pool and its children: frames of bytes, and the decoded facts as checked JSON.
The pool trusts a child no more than the file it decoded, so every field is checked on arrival.
"""

import json
import re
import socket
import struct
from dataclasses import asdict, dataclass

MAX_ANSWER_BYTES = 16_384
PROBLEMS = frozenset({"not_an_image", "too_many_pixels"})
_LENGTH = struct.Struct(">Q")
_PDQ = re.compile("[0-9a-f]{64}")
_PHASH = re.compile("[0-9a-f]{16}")
_MIME = re.compile("image/[a-z0-9]{2,8}")


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

    def encode(self) -> bytes:
        """This answer as JSON."""
        return json.dumps(asdict(self)).encode()


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
        answer = Decoded(**{**fields, "orientations": tuple(fields["orientations"])})
        is_sound = _is_sound(answer)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswerError from None
    if not is_sound:
        raise BadAnswerError
    return answer


def _is_sound(answer: Decoded) -> bool:
    if answer.problem is not None:
        return answer == Decoded(problem=answer.problem) and answer.problem in PROBLEMS
    return (
        _MIME.fullmatch(answer.mime or "") is not None
        and all(type(side) is int and side > 0 for side in (answer.width, answer.height))
        and type(answer.is_blank) is type(answer.is_partial) is bool
        and _PHASH.fullmatch(answer.phash or "") is not None
        and _is_sound_pdq(answer)
    )


def _is_sound_pdq(answer: Decoded) -> bool:
    if answer.pdq_quality is None:
        return answer.orientations == ()
    return (
        type(answer.pdq_quality) is int
        and 0 <= answer.pdq_quality <= 100
        and len(answer.orientations) == 8
        and all(_PDQ.fullmatch(value) for value in answer.orientations)
    )


def send_frame(link: socket.socket, body: bytes) -> None:
    """Send one length-prefixed frame within the socket's timeout."""
    link.sendall(_LENGTH.pack(len(body)))
    link.sendall(body)


def receive_frame(link: socket.socket, max_bytes: int) -> bytes:
    """Receive one frame; raises BadAnswerError where the other side hung up or announces more than max_bytes."""
    (length,) = _LENGTH.unpack(_receive_exactly(link, _LENGTH.size))
    if length > max_bytes:
        raise BadAnswerError
    return bytes(_receive_exactly(link, length))


def _receive_exactly(link: socket.socket, length: int) -> bytearray:
    body = bytearray(length)
    rest = memoryview(body)
    while rest:
        received = link.recv_into(rest)
        if not received:
            raise BadAnswerError
        rest = rest[received:]
    return body
