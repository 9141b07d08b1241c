"""PDQ against Meta's own, and a JPEG file to all its fingerprints against Pillow's decoding of the same bytes alone."""

import hashlib
import io
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hashsets import pdq
from hashsets.decode import DecoderPool
from hashsets.fingerprint import digest
from hashsets.phash import hash_image
from hashsets.pixels import DRAFT_SIZE, open_picture
from hashsets.variants import ORIENTATIONS, turn
from scripts import pictures
from scripts.alterations import filler
from scripts.bench import peers, photographs
from scripts.bench.figures import Faster, Figure, Ratio, Said, Told, say
from scripts.bench.turns import Question, one_core, take_turns
from scripts.pictures import Picture, Size

SMALL, MEDIUM, LARGE = (683, 512), (1155, 866), (4032, 3024)
FASTER_GOALS = {SMALL: 4.0, LARGE: 6.0}
EIGHT_GOAL = 15.0
WHOLE_GOALS = {MEDIUM: 2.5, LARGE: 1.4}
QUALITY = 90
ROUNDS = {SMALL: 60, MEDIUM: 40, LARGE: 10}

Pixels = NDArray[np.uint8]


def measure(count: int, rounds: float, *, drawn: bool) -> list[Figure]:
    """Figures over `count` pictures of each size; `rounds` shortens or lengthens each measurement."""
    with one_core():
        return [*_hashes(count, rounds, drawn=drawn), *_files(count, rounds, drawn=drawn)]


def _shown(size: Size) -> str:
    return f"{size[0]} x {size[1]}"


def _pictures(count: int, size: Size, *, drawn: bool) -> list[Picture]:
    say(f"making {count} pictures of {_shown(size)}")
    if drawn:
        return [filler(number, size) for number in range(count)]
    return photographs.photographs(count, size)


def _often(some: Sequence[Question], size: Size, rounds: float) -> list[Question]:
    wanted = max(2, round(ROUNDS[size] * rounds))
    return [some[number % len(some)] for number in range(wanted)]


def _hashes(count: int, rounds: float, *, drawn: bool) -> list[Figure]:
    peer = peers.find("pdqhash")
    if peer is None:
        return []
    figures: list[Figure] = []
    for size, goal in FASTER_GOALS.items():
        pixels = _often([np.asarray(one) for one in _pictures(count, size, drawn=drawn)], size, rounds)
        times_s, peer_s = take_turns([pdq.hash_pixels, peer.compute], pixels)
        figures.append(Faster(f"one PDQ of {_shown(size)} / pdqhash", times_s, peer_s, goal))
        if size == SMALL:
            times_s, peer_s = take_turns([pdq.hash_pixels, partial(_eight, peer.compute)], pixels)
            name = "PDQ in eight orientations / eight times pdqhash"
            figures.append(Faster(f"{name}, {_shown(size)}", times_s, peer_s, EIGHT_GOAL))
            times_s, peer_s = take_turns([pdq.hash_pixels, peer.compute], _of_many_sizes(pixels))
            figures.append(Faster("one PDQ, each of a size not met before / pdqhash", times_s, peer_s, None))
    return figures


def _of_many_sizes(pixels: Sequence[Pixels]) -> list[Pixels]:
    """Each cut a little smaller than the one before: what was prepared for a size is of no use for the next."""
    return [np.ascontiguousarray(one[cut:, : -cut or None]) for cut, one in enumerate(pixels)]


def _eight(compute: Callable[[Pixels], object], pixels: Pixels) -> None:
    """What the peer must do for the same eight hashes; its own `compute_dihedral` gives others."""
    for variant in ORIENTATIONS:
        compute(np.ascontiguousarray(turn(pixels, variant)))


def _files(count: int, rounds: float, *, drawn: bool) -> list[Figure]:
    figures: list[Figure] = []
    with DecoderPool(1) as pool:
        pool.start()
        for size in (LARGE, MEDIUM):
            bodies = [pictures.jpeg(one, QUALITY) for one in _pictures(count, size, drawn=drawn)]
            figures += _file_figures(pool, size, _often(bodies, size, rounds))
    return figures


def _file_figures(pool: DecoderPool, size: Size, bodies: list[bytes]) -> list[Figure]:
    name = f"a JPEG of {_shown(size)}"
    whole_s, decode_s, digest_s, pool_s = take_turns([fingerprints, decode_alone, digest, pool.fingerprint], bodies)
    figures: list[Figure] = [
        Ratio(f"{name} to all its fingerprints / decoding it", whole_s, decode_s, WHOLE_GOALS[size]),
        Told("  of which MD5, SHA-1 and SHA-256", float(np.median(digest_s))),
        Told("  beside it, the hop into the sandbox and back", _hop_s(pool, bodies)),
        Ratio("  in the sandbox, with all its parts / the same here, without", pool_s, whole_s, None),
    ]
    if peers.find("threatexchange") and peers.find("pdqhash"):
        signal = peers.find("threatexchange.signal_type.pdq.signal")
        assert signal is not None
        times_s, peer_s = take_turns([fingerprints, signal.PdqSignal.hash_from_bytes], bodies[: len(bodies) // 2 + 1])
        figures.append(Faster(f"{name} to all its fingerprints / threatexchange's PDQ", times_s, peer_s, None))
    mean_bytes = sum(map(len, bodies)) // len(bodies)
    distinct = len({hashlib.sha256(body).digest() for body in bodies})
    return [*figures, Said("  the files", f"{distinct} of {mean_bytes // 1000:,} kB on average, quality {QUALITY}")]


def _hop_s(pool: DecoderPool, bodies: Sequence[bytes]) -> float:
    """What it costs to have bytes looked at elsewhere: as many of them, which are no picture and soon refused."""
    refused = [bytes(len(body)) for body in bodies]
    there_s, digest_s = take_turns([pool.fingerprint, digest], refused)
    return float(np.median(np.subtract(there_s, digest_s)))


def fingerprints(body: bytes) -> None:
    """The first stage, as the decoder does it: cryptographic hashes, PDQ in eight orientations, pHash."""
    digest(body)
    image = open_picture(body).image
    pdq.hash_pixels(np.asarray(image))
    hash_image(image)


def decode_alone(body: bytes) -> None:
    """Pillow's decoding at the size that the hashes need, and nothing else."""
    with Image.open(io.BytesIO(body)) as image:
        image.draft("RGB", DRAFT_SIZE)
        image.load()
