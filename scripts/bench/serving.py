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

from scripts.pictures import Size

HOST = "pictures.example"


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
    from scripts import pictures

    file.write_bytes(pictures.jpeg(pictures.draw(int(file.stem), size)))


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serves every file of the folder in a process of its own; the lab's addresses are reachable from all."""
    command = [sys.executable, "-m", "scripts.bench.serving", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Served(**{key: tuple(value) for key, value in json.loads(process.stdout.readline()).items()})
        finally:
            process.stdin.close()


def main(folder: Path) -> None:
    """Puts the files of a folder on a site, says where on one line, and serves until stdin closes."""
    from scripts.lab import Lab

    with Lab() as lab:
        site = lab.site(HOST)
        files = sorted(folder.iterdir(), key=lambda file: int(file.stem))
        addresses = [site.put(f"/{file.name}", file.read_bytes()) for file in files]
        direct = [f"http://{site.ip}:{site.port}/{file.name}" for file in files]
        found = {"addresses": addresses, "direct": direct, "set_options": lab.set_options()}
        print(json.dumps(found), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
