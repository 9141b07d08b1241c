"""The ids that people see, made at the edge from integer keys: `I31` is item 31."""

import re

from hotline.errors import UnknownIdError

NOUNS = {
    "R": "report",
    "C": "case",
    "I": "item",
    "M": "media",
    "N": "notice",
    "K": "contact",
    "P": "packet",
    "F": "family",
    "Q": "referral",
    "L": "capture",
    "J": "appeal",
    "X": "key",
    "D": "avoided mailbox or domain",
}


def read_id(text: str, *letters: str) -> tuple[str, int]:
    """Splits `I31` into ("I", 31). Raises UnknownIdError unless it begins with one of `letters`."""
    match = re.fullmatch(r"([A-Z])([1-9][0-9]{0,17})", text.strip().upper())
    if match is None or match[1] not in letters:
        wanted = " or ".join(f"{letter}7 ({NOUNS[letter]})" for letter in letters)
        raise UnknownIdError(f"this is not the id of what the command works on; it looks like {wanted}")
    return match[1], int(match[2])


def read_number(text: str, letter: str) -> int:
    """Returns 31 for `I31`. Raises UnknownIdError."""
    return read_id(text, letter)[1]
