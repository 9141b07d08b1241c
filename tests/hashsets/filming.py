"""Short harmless videos of drawn pictures, encoded in memory; some seconds of each picture."""

import io
from collections.abc import Sequence

import av
import numpy as np
from PIL import Image

from tests.hashsets.drawing import draw

RATE = 10


def film(pictures: Sequence[Image.Image], format: str = "mp4", codec: str = "libx264", seconds: float = 1.0) -> bytes:
    """Each picture for so many seconds; a small square moves, so that no two frames are equal."""
    encoded = io.BytesIO()
    av.logging.set_level(av.logging.PANIC)
    with av.open(encoded, "w", format=format) as container:
        width, height = pictures[0].size
        pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream = container.add_stream(codec, rate=RATE, width=width, height=height, pix_fmt=pix_fmt)
        if codec in ("libx265", "libsvtav1", "libvpx-vp9", "libvpx"):
            stream.options = {"x265-params": "log-level=none", "deadline": "realtime", "cpu-used": "8", "preset": "9"}
            if codec == "libx265":
                stream.options = {"x265-params": "log-level=none", "preset": "ultrafast"}
        for number in range(int(len(pictures) * seconds * RATE)):
            shown = np.array(pictures[int(number / seconds / RATE)])
            at = number % RATE * 4
            shown[at : at + 4, :4] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    return encoded.getvalue()


def scenes(first: int, count: int, width: int = 320, height: int = 240) -> list[Image.Image]:
    """So many different drawn pictures."""
    return [draw(first + number, width, height) for number in range(count)]
