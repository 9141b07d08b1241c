"""The code a reporter can quote: made at random, kept only as a digest."""

import hashlib
import secrets

BITS = 80
"""Random bits of a code: sixteen letters and digits that nobody guesses."""
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"


def new_code() -> str:
    """A code in groups of four: `8GWW-0TG0-E5V4-8J5N`."""
    signs = [secrets.choice(_ALPHABET) for _ in range(BITS // 5)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, len(signs), 4))


def code_digest(code: str) -> str:
    """The digest a code is kept as: SHA-256 of its letters and digits in upper case."""
    return hashlib.sha256("".join(sign for sign in code.upper() if sign.isalnum()).encode()).hexdigest()
