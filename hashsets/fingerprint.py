"""All hashes of one file as plain text, and the cryptographic ones themselves.
It knows bytes and figures only; it never decodes, and importing it loads neither numpy nor Pillow.
"""

import hashlib
from dataclasses import dataclass

from hashsets.variants import Variant


@dataclass(frozen=True)
class Part:
    """One more way to look a file up: the whole enlarged, a part of it, or a frame; only where it shows something.

    `variant` is upright for the whole, or box, quadrant or frame; `at_s` is when a video shows the frame.
    """

    variant: Variant
    quality: int  # 0..100
    orientations: tuple[str, ...]  # eight PDQ in order of variants.ORIENTATIONS
    at_s: float = 0.0


@dataclass(frozen=True)
class Fingerprint:
    """What one file is. Hashes are lower-case hex; perceptual ones are None where the file is no picture we decode."""

    md5: str
    sha1: str
    sha256: str
    size_bytes: int
    mime: str | None  # as the decoder found it, never as a server said
    width: int | None  # of the full picture, turned as its EXIF says
    height: int | None
    pdq: str | None
    pdq_quality: int | None  # 0..100; under 50 the PDQ is no evidence
    orientations: tuple[str, ...]  # eight PDQ in order of variants.ORIENTATIONS, () when there is none
    phash: str | None
    is_blank: bool  # its perceptual hashes are no evidence
    is_partial: bool  # truncated or too long: hashed as far as it could be decoded
    # empty, too_many_bytes, not_an_image, not_a_video, too_many_pixels, decode_timeout, decoder_died
    problem: str | None
    hasher: str
    duration_s: float | None = None  # of a video, as its container says
    parts: tuple[Part, ...] = ()

    @property
    def is_video(self) -> bool:
        return (self.mime or "").startswith("video/")


@dataclass(frozen=True)
class Digests:
    """The cryptographic hashes of one file and its size."""

    md5: str
    sha1: str
    sha256: str
    size_bytes: int


def digest(body: bytes) -> Digests:
    """Hash the bytes as they are; 1 MB takes about 3 ms."""
    return Digests(
        md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
