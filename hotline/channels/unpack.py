"""Content codings undone under a limit: gzip and deflate, one layer. Knows nothing but bytes."""

import zlib

ANY_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
RAW_DEFLATE = -zlib.MAX_WBITS


class BombError(ValueError):
    """The body unpacks to more than may be read; it is not kept."""


class PackedError(ValueError):
    """The body's coding is broken or not one that was asked for."""


def unpacked(data: bytes, coding: str, max_bytes: int) -> bytes:
    """Undoes a Content-Encoding. Raises BombError beyond `max_bytes`, PackedError for what is broken or unasked for."""
    codings = [name for name in (part.strip().lower() for part in coding.split(",")) if name not in ("", "identity")]
    if not codings or not data:
        return data
    # More than one layer is a way to hide a bomb; no server that means well does it.
    if len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate"):
        raise PackedError
    try:
        return _inflated(data, ANY_ZLIB_OR_GZIP, max_bytes)
    except zlib.error:
        if codings[0] != "deflate":
            raise PackedError from None
    try:
        return _inflated(data, RAW_DEFLATE, max_bytes)
    except zlib.error:
        raise PackedError from None


def _inflated(data: bytes, window: int, max_bytes: int) -> bytes:
    out = bytearray()
    while data:
        stream = zlib.decompressobj(window)
        out += stream.decompress(data, max_bytes - len(out) + 1)
        if len(out) > max_bytes:
            raise BombError
        if not stream.eof:
            raise PackedError
        # A gzip body may have several members; whatever else follows the last one is no part of it.
        data = stream.unused_data if stream.unused_data.startswith(b"\x1f\x8b") else b""
    return bytes(out)
