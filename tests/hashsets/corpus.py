"""Hostile files of every kind that is decoded, from a seed: malformed ones by intent, mutated ones by chance."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pillow_heif
from numpy.random import Generator
from PIL import Image

from tests.hashsets.drawing import draw, encode
from tests.hashsets.filming import film, scenes

Body = bytes
pillow_heif.register_heif_opener()


def _animated(format: str) -> Body:
    stream = io.BytesIO()
    draw(1, 64, 48).save(stream, format, save_all=True, append_images=[draw(2, 64, 48), draw(3, 64, 48)])
    return stream.getvalue()


@cache
def good_files() -> dict[str, Body]:
    """One small sound file of each kind: formats, modes, compressions, animations, containers, codecs."""
    small = draw(1, 96, 64)
    exif = Image.Exif()
    exif[0x0112] = 6
    files = {f"{format}": encode(small, format) for format in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")}
    files |= {
        "JPEG progressive": encode(small, "JPEG", progressive=True, exif=exif.tobytes()),
        "JPEG grey": encode(small.convert("L"), "JPEG"),
        "JPEG CMYK": encode(small.convert("CMYK"), "JPEG"),
        "PNG palette": encode(small.quantize(16), "PNG", transparency=3),
        "PNG 16 bit": encode(Image.fromarray(np.asarray(small.convert("L")).astype(np.uint16) * 257), "PNG"),
        "PNG alpha": encode(small.convert("LA"), "PNG"),
        "WEBP lossless": encode(small.convert("RGBA"), "WEBP", lossless=True),
        "JPEG2000": encode(small, "JPEG2000"),
        "HEIF": encode(small, "HEIF", quality=30),
        **{
            f"TIFF {name}": encode(small, "TIFF", compression=name)
            for name in ("tiff_lzw", "tiff_adobe_deflate", "jpeg")
        },
        **{f"{format} animated": _animated(format) for format in ("GIF", "WEBP", "PNG", "TIFF", "AVIF")},
    }
    kinds = (("mp4", "libx264"), ("mp4", "libx265"), ("webm", "libvpx-vp9"), ("avi", "mjpeg"), ("mpegts", "mpeg2video"))
    kinds = (*kinds, ("matroska", "mpeg4"), ("mp4", "libsvtav1"), ("mov", "mpeg4"))
    shown = scenes(1, 2, 96, 64)
    return files | {f"{format} {codec}": film(shown, format, codec, seconds=0.3) for format, codec in kinds}


def _flip(rng: Generator, body: bytearray) -> None:
    for at in rng.integers(0, len(body), size=int(rng.integers(1, 9))):
        body[at] ^= 1 << int(rng.integers(8))


def _randomise(rng: Generator, body: bytearray) -> None:
    at = int(rng.integers(0, len(body)))
    length = int(rng.integers(1, 64))
    body[at : at + length] = rng.bytes(length)


def _truncate(rng: Generator, body: bytearray) -> None:
    del body[int(rng.integers(1, len(body))) :]


def _remove(rng: Generator, body: bytearray) -> None:
    at = int(rng.integers(0, len(body)))
    del body[at : at + int(rng.integers(1, 200))]


def _repeat(rng: Generator, body: bytearray) -> None:
    at, length = int(rng.integers(0, len(body))), int(rng.integers(1, 400))
    body[at:at] = body[at : at + length] * int(rng.integers(1, 20))


def _large_number(rng: Generator, body: bytearray) -> None:
    at, width = int(rng.integers(0, len(body))), int(rng.choice([2, 4, 8]))
    number = int(rng.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1])) % (1 << (8 * width))
    body[at : at + width] = number.to_bytes(width, "big" if rng.random() < 0.5 else "little")


MUTATIONS: tuple[Callable[[Generator, bytearray], None], ...] = (
    _flip,
    _randomise,
    _truncate,
    _remove,
    _repeat,
    _large_number,
)


def mutated(count: int, seed: int = 2026) -> Iterator[tuple[str, Body]]:
    """So many files, each a sound one after one to three mutations; kinds and mutations in turn."""
    rng = np.random.default_rng(seed)
    kinds = list(good_files().items())
    for number in range(count):
        name, whole = kinds[number % len(kinds)]
        body = bytearray(whole)
        for _ in range(int(rng.integers(1, 4))):
            MUTATIONS[int(rng.integers(len(MUTATIONS)))](rng, body)
            if not body:
                break
        yield f"{name} {number}", bytes(body)


def malformed() -> Iterator[tuple[str, Body]]:
    """Each sound file with every number in its head made extreme, and files that were made to hurt."""
    for name, whole in good_files().items():
        for at in range(0, min(len(whole) - 4, 96), 4):
            for number in (0, 0x7FFFFFFF, 0xFFFFFFFF):
                yield f"{name} {at} {number:x}", whole[:at] + number.to_bytes(4, "big") + whole[at + 4 :]
        for length in (1, 2, 8, 12, 16, 32, 64, len(whole) - 1):
            yield f"{name} first {length}", whole[:length]
    yield from BOMBS.items()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    """A PNG whose head says what it says, whatever the data is."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def _tiff(*entries: tuple[int, int, int, int], next_at: int = 0) -> bytes:
    """A TIFF with one directory of (tag, type, count, value)."""
    fields = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + fields + struct.pack("<I", next_at)


def _box(kind: bytes, inside: bytes, size: int | None = None) -> bytes:
    return struct.pack(">I", len(inside) + 8 if size is None else size) + kind + inside


_ZEROS = zlib.compress(bytes(50_000_000))
_FTYP = _box(b"ftyp", b"isom\0\0\0\0isom")
BOMBS: dict[str, Body] = {
    "PNG of 3.6 gigapixels": png(60_000, 60_000, zlib.compress(b"")),
    "PNG as wide as can be": png(2**31 - 1, 1, zlib.compress(b"")),
    "PNG just within the limit, empty": png(10_000, 10_000, zlib.compress(b"")),
    "PNG whose data is a bomb": png(64, 64, _ZEROS),
    "PNG with a bomb in its text": png(64, 64, zlib.compress(b""), png_chunk(b"zTXt", b"a\0\0" + _ZEROS)),
    "PNG with a bomb as its profile": png(64, 64, zlib.compress(b""), png_chunk(b"iCCP", b"a\0\0" + _ZEROS)),
    "PNG with ten thousand texts": png(64, 64, b"", *[png_chunk(b"tEXt", b"a\0b")] * 10_000),
    "PNG of a million frames": png(64, 64, b"", png_chunk(b"acTL", struct.pack(">II", 10**6, 0))),
    "GIF of a huge screen": b"GIF89a\xff\xff\xff\xff\x80\0\0"
    + bytes(6)
    + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "GIF of a hundred thousand frames": b"GIF89a\x01\0\x01\0\x80\0\0"
    + bytes(6)
    + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * 10**5,
    "JPEG of a huge frame": b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9",
    "JPEG of comments": b"\xff\xd8" + b"\xff\xfe\xff\xff" * 200_000,
    "TIFF whose directory is next to itself": _tiff((256, 4, 1, 64), (257, 4, 1, 64), next_at=8),
    "TIFF of a huge picture": _tiff((256, 4, 1, 2**31 - 1), (257, 4, 1, 2**31 - 1), (273, 4, 1, 8)),
    "TIFF with a value that counts four billion": _tiff((256, 4, 2**32 - 1, 8), (257, 4, 1, 64)),
    "BMP of a huge picture": b"BM" + struct.pack("<IIIIiiHH", 99, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 24) + bytes(60),
    "BMP upside down for ever": b"BM" + struct.pack("<IIIIiiHH", 99, 0, 54, 40, 9, -(2**31), 1, 24) + bytes(60),
    "WEBP that says it is long": b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\x02\0\0\0\xff\xff\xff\xff\xff\xff",
    "AVI of nothing": b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrl",
    "MP4 of nested boxes": _FTYP + b"\0\0\xff\xffmoov" * 8000,
    "MP4 with a box of no size": _FTYP + _box(b"moov", b"", size=0) + bytes(1000),
    "MP4 that counts four billion samples": _FTYP
    + _box(b"moov", _box(b"trak", _box(b"mdia", _box(b"minf", _box(b"stbl", _box(b"stsz", b"\0" * 8 + b"\xff" * 4)))))),
    "Matroska of unknown length": b"\x1a\x45\xdf\xa3\x01"
    + b"\xff" * 7
    + b"\x18\x53\x80\x67\x01"
    + b"\xff" * 7
    + bytes(99),
    "a transport stream of nothing": (b"\x47" + bytes(187)) * 20_000,
    "a playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "a list of files for ffmpeg": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a drawing that names a file": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "a Windows metafile": b"\xd7\xcd\xc6\x9a" + bytes(200),
    "ten million zeros": bytes(10_000_000),
    "one byte": b"\xff",
}
