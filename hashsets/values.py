"""What one hash value is as text: which algorithms there are, how long they are, and which values say nothing.
It knows single values only: no rows, no lists. Error texts never repeat the value.
"""

import hashlib
import re
from enum import StrEnum

from hashsets.errors import InvalidHashError


class Algorithm(StrEnum):
    """The hashes we look up, in the order in which they count as evidence."""

    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    PDQ = "pdq"
    PHASH = "phash"


EXACT = (Algorithm.SHA256, Algorithm.SHA1, Algorithm.MD5)
NEAR = (Algorithm.PDQ, Algorithm.PHASH)
WIDTH_BYTES = {Algorithm.MD5: 16, Algorithm.SHA1: 20, Algorithm.SHA256: 32, Algorithm.PDQ: 32, Algorithm.PHASH: 8}

_FAR_FROM_HALF = 40
_HEX = re.compile("[0-9a-f]+")
_SOUND = {known: re.compile(f"[0-9a-f]{{{2 * width}}}").fullmatch for known, width in WIDTH_BYTES.items()}
_EMPTY_FILE = {hashlib.new(name, usedforsecurity=False).hexdigest() for name in EXACT}
# A single-colour picture has no second coefficient: imagehash sets the first bit or none.
_BLANK_PHASH = {"8000000000000000", "0000000000000000", "ffffffffffffffff"}
# pdqhash 0.2.8 of 299 single-colour pictures: what rounding leaves, all built from few 16-bit words.
_BLANK_PDQ_DIGITS = (
    "000011342c4b554b82005555aaaacc5313a0ffff5e01017e585e07d0102fa7a10403eecbc09c5924dbb4fffb3e63eab4d3b4"
    "02aa01551706618effd5"
)
_BLANK_PDQ_WORDS = frozenset(re.findall("....", _BLANK_PDQ_DIGITS))


def problem_of(text: str, algorithm: Algorithm) -> str | None:
    """Why a lower-case text is no usable value of an algorithm, in words without the value; None where it is one."""
    if _SOUND[algorithm](text) and text not in _EMPTY_FILE and not is_degenerate(text, algorithm):
        return None
    if text.startswith("0x"):
        return "0x prefix"
    if not _HEX.fullmatch(text):
        return "not hexadecimal digits"
    if len(text) != 2 * WIDTH_BYTES[algorithm]:
        return f"{len(text)} digits, {algorithm} has {2 * WIDTH_BYTES[algorithm]}"
    return "hash of the empty file" if text in _EMPTY_FILE else "hash of a blank picture"


def doubt_of(text: str, algorithm: Algorithm) -> str | None:
    """What is odd about a sound lower-case value, in words without it; None where nothing is.

    A PDQ is cut at its median and so has 128 of its 256 bits set, a few more or less where values are equal.
    """
    if algorithm is Algorithm.PDQ and abs(int(text, 16).bit_count() - 128) > _FAR_FROM_HALF:
        return "far from half of its bits are set"
    return None


def is_degenerate(text: str, algorithm: Algorithm) -> bool:
    """Whether a well-formed lower-case perceptual hash is that of a blank picture and so matches anything blank."""
    if algorithm is Algorithm.PHASH:
        return text in _BLANK_PHASH
    if algorithm is Algorithm.PDQ:
        return _BLANK_PDQ_WORDS.issuperset(text[at : at + 4] for at in range(0, 64, 4))
    return False


def read_value(text: str, algorithm: Algorithm | None) -> tuple[tuple[Algorithm, str], ...]:
    """The algorithms a typed value can be, each with the value in lower case; 64 digits can be sha256 or pdq.

    Raises InvalidHashError. The hash of the empty file or of a blank picture is valid here: it matches nothing.
    """
    value = text.strip().lower()
    candidates = [algorithm] if algorithm else list(Algorithm)
    fitting = [known for known in candidates if len(value) == 2 * WIDTH_BYTES[known]]
    if not fitting or not _HEX.fullmatch(value):
        raise InvalidHashError
    return tuple((known, value) for known in fitting)
