"""Drawn pictures of about two megapixels and the lab site that serves them, both in processes of their own, so that
neither costs the measured one anything. Run as a program it serves a folder until its stdin closes."""

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from scripts import pictures
from scripts.lab import Connection, Lab, LabRequest, Site
from scripts.pictures import Size

GRAIN = 2.4
"""Grey levels: makes files of 270 kB, the median of 15 photos of Debian's lomiri-wallpapers-16.04 at this size."""


@dataclass(frozen=True)
class Served:
    """The pictures in order: `addresses` for reports, `direct` for a client without our name table."""

    addresses: tuple[str, ...]
    direct: tuple[str, ...]
    set_options: tuple[str, ...]


def draw_files(folder: Path, count: int, size: Size) -> list[Path]:
    """Writes `count` different pictures as JPEG files, two at a time."""
    folder.mkdir()
    files = [folder / f"{number}.jpg" for number in range(count)]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(partial(_draw, size), files))
    return files


def _draw(size: Size, file: Path) -> None:
    """A drawn picture under a camera's grain: without it a file would be half as large as a photo."""
    number = int(file.stem)
    drawn = np.asarray(pictures.draw(number, size), np.float32)
    grain = np.random.default_rng(number).normal(0, GRAIN, (*drawn.shape[:2], 1))
    file.write_bytes(pictures.jpeg(Image.fromarray(np.clip(drawn + grain, 0, 255).astype(np.uint8))))


@contextmanager
def served(folder: Path, answer_s: float = 0.0) -> Iterator[Served]:
    """Serves every file of the folder in a process of its own; the lab's addresses are reachable from all.

    Every host lets so many seconds pass before it answers, as those do that are far away.
    """
    command = [sys.executable, "-m", "scripts.bench.serving", str(folder), str(answer_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Served(**{key: tuple(value) for key, value in json.loads(process.stdout.readline()).items()})
        finally:
            process.stdin.close()


def main(folder: Path, answer_s: float) -> None:
    """Puts each file on a host of its own, says where on one line, and serves until stdin closes."""
    with Lab() as lab:
        files = sorted(folder.iterdir(), key=lambda file: int(file.stem))
        sites = [lab.site(f"host{file.stem}.example") for file in files]
        addresses = [_put(site, file.read_bytes(), answer_s) for site, file in zip(sites, files, strict=True)]
        direct = [f"http://{site.ip}:{site.port}/picture.jpg" for site in sites]
        found = {"addresses": addresses, "direct": direct, "set_options": lab.set_options()}
        print(json.dumps(found), flush=True)
        sys.stdin.read()


def _put(site: Site, body: bytes, answer_s: float) -> str:
    if not answer_s:
        return site.put("/picture.jpg", body)

    def behave(_: LabRequest, connection: Connection) -> None:
        connection.wait(answer_s)
        connection.head(200, {"Content-Type": "image/jpeg", "Content-Length": str(len(body))})
        connection.send(body)

    return site.script("/picture.jpg", behave)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
