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
_BLANK = re.compile(r"\s")
_SOUND = {known: re.compile(f"[0-9a-f]{{{2 * width}}}").fullmatch for known, width in WIDTH_BYTES.items()}
# Beside the empty file, what a database writes where it has no hash.
_UNUSABLE = {digit * 2 * WIDTH_BYTES[known]: "a placeholder, no hash" for digit in "0f" for known in EXACT} | {
    hashlib.new(known, usedforsecurity=False).hexdigest(): "hash of the empty file" for known in EXACT
}
# A single-colour picture has no second coefficient: imagehash sets the first bit or none.
_BLANK_PHASH = {"8000000000000000", "0000000000000000", "ffffffffffffffff"}
# pdqhash 0.2.8 of 299 single-colour pictures: what rounding leaves, all built from few 16-bit words.
_BLANK_PDQ_DIGITS = (
    "000011342c4b554b82005555aaaacc5313a0ffff5e01017e585e07d0102fa7a10403eecbc09c5924dbb4fffb3e63eab4d3b4"
    "02aa01551706618effd5"
)
# 144 bytes: as base64, as hexadecimal digits, or as numbers with commas.
_PHOTODNA = re.compile(r"[0-9A-Za-z+/]{192}|[0-9A-Fa-f]{288}|\d{1,3}(,\d{1,3}){143}", re.ASCII)
_BLANK_PDQ_WORDS = frozenset(re.findall("....", _BLANK_PDQ_DIGITS))


def problem_of(text: str, algorithm: Algorithm) -> str | None:
    """Why a lower-case text is no usable value of an algorithm, in words without the value; None where it is one."""
    if not _SOUND[algorithm](text):
        return _malformation_of(text, algorithm)
    return "hash of a blank picture" if is_degenerate(text, algorithm) else _UNUSABLE.get(text)


def _malformation_of(text: str, algorithm: Algorithm) -> str:
    """What a lenient parser would swallow: int() takes 0x, underscores, blanks around and the digits of any script."""
    if text.startswith("0x"):
        return "0x prefix"
    if _BLANK.search(text):
        return "a blank before, among or after the digits"
    if "_" in text:
        return "an underscore among the digits"
    if not _HEX.fullmatch(text):
        return "not hexadecimal digits"
    return f"{len(text)} digits, {algorithm} has {2 * WIDTH_BYTES[algorithm]}"


def doubt_of(text: str, algorithm: Algorithm) -> str | None:
    """What is odd about a sound lower-case value, in words without it; None where nothing is.

    A PDQ is cut at its median and so has 128 of its 256 bits set, a few more or less where values are equal.
    """
    if algorithm is Algorithm.PDQ and abs(int(text, 16).bit_count() - 128) > _FAR_FROM_HALF:
        return "far from half of its bits are set"
    return None


def doubt_of_kept(text: str, kind: str) -> str | None:
    """What is odd about a hash that we only keep, in words without it; None where nothing is."""
    if kind == "photodna" and not _PHOTODNA.fullmatch(text):
        return "neither 192 characters of base64 nor 288 hexadecimal digits"
    return None


def is_degenerate(text: str, algorithm: Algorithm) -> bool:
    """Whether a well-formed lower-case perceptual hash is that of a blank picture and so matches anything blank."""
    if algorithm is Algorithm.PHASH:
        return text in _BLANK_PHASH
    if algorithm is Algorithm.PDQ:
        # Nearly all values fail at the first word, and building a set of the others costs ten times as much.
        return text[:4] in _BLANK_PDQ_WORDS and all(text[at : at + 4] in _BLANK_PDQ_WORDS for at in range(4, 64, 4))
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
