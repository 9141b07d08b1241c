"""The process in which hostile bytes are decoded: takes files on its only socket, answers facts, and has no rights.
It starts from nothing of its parent: no handles, no memory, no environment. It writes no file and no log.
"""

import base64
import io
import json
import math
import resource
import signal
import socket
import time
from collections.abc import Iterator

import av
import numpy as np
from PIL import AvifImagePlugin, Image

from hashsets import pixels
from hashsets.examine import HASHER, examine
from hashsets.sandbox import lock_down
from hashsets.wire import BadAnswerError, Greeting, Wanted, receive_frame, send_frame

MAX_BODY_BYTES = 1 << 40  # the memory limit is the real one
OPEN_FILES = 16
START_DEADLINE_S = 60.0
_WITH_EXIF = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
# A drawn gradient as HEIC: to encode one takes longer, and starts threads.
_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABegABAAAAAAAAABwAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAA"
    "AAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAA"
    "QAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAACRtZGF0AAAAGCgBrxmA9wkZvo0Ike4fkU2qZj7N+NIc/g=="
)


def main(argument: str) -> None:
    """Serve files from the socket on descriptor 0 until it closes; the argument is JSON of the limits."""
    limits = json.loads(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Image.MAX_IMAGE_PIXELS = limits["max_pixels"]
    _warm_up(Wanted.ASKED if limits["has_features"] else Wanted.HASHES)
    with socket.socket(fileno=0) as link:
        _limit(limits["memory_bytes"])
        send_frame(link, Greeting(HASHER, lock_down()).encode())
        _serve(link, limits["max_pixels"], limits["deadline_s"])


def _serve(link: socket.socket, max_pixels: int, deadline_s: float) -> None:
    while True:
        try:
            wanted = Wanted(receive_frame(link, 1)[0])
            body = receive_frame(link, MAX_BODY_BYTES)
        except BadAnswerError:
            return
        _allow_cpu(deadline_s)
        send_frame(link, examine(body, max_pixels=max_pixels, deadline_s=deadline_s, wanted=wanted).encode())
        del body


def _warm_up(wanted: Wanted) -> None:
    """Take one small file of each kind the whole way: what is loaded lazily cannot be loaded afterwards."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    if wanted is not Wanted.HASHES:
        import cv2

        cv2.setNumThreads(1)
        cv2.ocl.setUseOpenCL(False)
    drawn = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    for body in (*_pictures(drawn), _HEIC, _film(drawn), b"no picture"):
        examine(body, max_pixels=1 << 20, deadline_s=START_DEADLINE_S, wanted=wanted)


def _pictures(drawn: Image.Image) -> Iterator[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 6
    for format in pixels.FORMATS:
        if format != "HEIF":
            encoded = io.BytesIO()
            drawn.save(encoded, format, **({"exif": exif} if format in _WITH_EXIF else {}))
            yield encoded.getvalue()


def _film(drawn: Image.Image) -> bytes:
    encoded = io.BytesIO()
    with av.open(encoded, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=1, width=64, height=64, pix_fmt="yuv420p")
        for packet in (*stream.encode(av.VideoFrame.from_ndarray(np.asarray(drawn), format="rgb24")), *stream.encode()):
            container.mux(packet)
    return encoded.getvalue()


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def _allow_cpu(deadline_s: float) -> None:
    """The CPU limit counts from the process's start, so it moves with every file."""
    allowed = math.ceil(time.process_time() + deadline_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
