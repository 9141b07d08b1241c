"""Files that a page carries in itself, as `data:` addresses (RFC 2397). Decoded in memory only; knows no page."""

import binascii
import re
from typing import TYPE_CHECKING

from hotline.records.looks import Embedded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_EMBEDDED = 50
MAX_EMBEDDED_BYTES = 10_000_000
MIN_EMBEDDED_BYTES = 200

# Every byte in percent form.
MAX_ADDRESS = 3 * MAX_EMBEDDED_BYTES + 400
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_BASE64 = re.compile(r";[ ]*base64[ ]*$", re.IGNORECASE)
_BLANKS = b" \t\n\f\r"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TEXT = re.compile(r"text/.*|.*[/+](?:xml|json|javascript|ecmascript)")


def read_embedded(address: str) -> Embedded | None:
    """Decodes a `data:` address: base64 (Infra 4.7, with or without its padding) or percent form.

    Returns None for what a browser would not decode. The body may be larger than MAX_EMBEDDED_BYTES; an address longer
    than MAX_ADDRESS almost always holds one that is.
    """
    head, comma, text = address[5:].partition(",")
    if not comma or len(head) > 300:
        return None
    named = head.partition(";")[0].strip().lower()
    is_base64 = _BASE64.search(head) is not None
    coded = text.partition("#")[0].encode("utf-8", "replace").translate(None, b"\t\n\r")
    plain = _unescaped(coded)
    body = _from_base64(plain) if is_base64 else plain
    return None if body is None else Embedded(named if _MIME.fullmatch(named) else None, body)


def is_file(found: Embedded) -> bool:
    """Tells whether it is more than a placeholder, a drawing in SVG or words; words by type and by their bytes, because
    a browser shows a picture in whatever text it is called."""
    if len(found.body) < MIN_EMBEDDED_BYTES or found.mime == "image/svg+xml":
        return False
    return not (found.mime is None or _TEXT.fullmatch(found.mime)) or not _is_words(found.body)


def _is_words(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_base64(text: bytes) -> bytes | None:
    text = text.translate(None, _BLANKS).rstrip(b"=")
    if len(text) % 4 == 1 or text.translate(None, _ALPHABET):
        return None
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _unescaped(text: bytes) -> bytes:
    """Undoes percent encoding; in one sweep, because a picture in percent form has millions of signs to undo."""
    if b"%" not in text:
        return text
    import numpy as np

    codes = np.frombuffer(text, np.uint8)
    digits = _digits()[codes]
    is_coded = np.zeros(len(codes) + 2, np.bool_)
    is_coded[2:-2] = (codes[:-2] == ord("%")) & (digits[1:-1] < 16) & (digits[2:] < 16)
    decoded = codes.copy()
    decoded[:-2] = np.where(is_coded[2:-2], digits[1:-1] * 16 + digits[2:], codes[:-2])
    return decoded[~(is_coded[1:-1] | is_coded[:-2])].tobytes()


def _digits() -> "NDArray[np.uint8]":
    import numpy as np

    digits = np.full(256, 255, np.uint8)
    for value, names in enumerate("0123456789abcdef"):
        digits[[ord(names), ord(names.upper())]] = value
    return digits
