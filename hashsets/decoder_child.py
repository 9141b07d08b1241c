"""The process in which hostile bytes are decoded: takes files on its only socket, answers facts, and has no rights.
It starts from nothing of its parent: no handles, no memory, no environment. It writes no file and no log.
"""

import io
import json
import math
import resource
import signal
import socket
import time

import imagehash
import numpy as np
import PIL
from PIL import AvifImagePlugin, Image

from hashsets import pdq, pixels
from hashsets.sandbox import lock_down
from hashsets.values import Algorithm, is_degenerate
from hashsets.wire import BadAnswerError, Decoded, Greeting, receive_frame, send_frame

MAX_BODY_BYTES = 1 << 40  # the memory limit is the real one
OPEN_FILES = 16
_WITH_EXIF = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
HASHER = f"{pdq.HASHER} imagehash/{imagehash.__version__} pillow/{PIL.__version__}"


def main(argument: str) -> None:
    """Serve files from the socket on descriptor 0 until it closes; the argument is JSON of the limits."""
    limits = json.loads(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Image.MAX_IMAGE_PIXELS = limits["max_pixels"]
    _warm_up()
    with socket.socket(fileno=0) as link:
        _limit(limits["memory_bytes"])
        send_frame(link, Greeting(HASHER, lock_down()).encode())
        _serve(link, limits["deadline_s"])


def _serve(link: socket.socket, deadline_s: float) -> None:
    while True:
        try:
            body = receive_frame(link, MAX_BODY_BYTES)
        except BadAnswerError:
            return
        _allow_cpu(deadline_s)
        send_frame(link, examine(body).encode())
        del body


def examine(body: bytes) -> Decoded:
    """Decode and hash one file. Every error becomes a reason code: nothing of the data may leave in a text."""
    try:
        return _examine(body)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return Decoded(problem="too_many_pixels")
    except Exception:  # noqa: BLE001 - decoders raise anything from struct.error to SyntaxError on hostile bytes
        return Decoded(problem="not_an_image")


def _examine(body: bytes) -> Decoded:
    opened = pixels.open_picture(body)
    found = pdq.hash_pixels(np.asarray(opened.image))
    phash = str(imagehash.phash(opened.image))
    return Decoded(
        mime=opened.mime,
        width=opened.width,
        height=opened.height,
        pdq_quality=found.quality if found else None,
        orientations=found.orientations if found else (),
        phash=phash,
        is_blank=(found is not None and found.is_blank) or is_degenerate(phash, Algorithm.PHASH),
        is_partial=opened.is_partial,
    )


def _warm_up() -> None:
    """Take one small picture of each format the whole way: what is loaded lazily cannot be loaded afterwards."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # no thread can be started then
    drawn = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    for format in pixels.FORMATS:
        encoded = io.BytesIO()
        drawn.save(encoded, format, **({"exif": exif} if format in _WITH_EXIF else {}))
        examine(encoded.getvalue())
    examine(b"no picture")


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def _allow_cpu(deadline_s: float) -> None:
    """The CPU limit counts from the process's start, so it moves with every file."""
    allowed = math.ceil(time.process_time() + deadline_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
