"""Our look-up among many hashes against faiss, which compares with all: the same hashes at the same distances."""

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from hashsets import chunks, layouts
from hashsets.index import Words
from hashsets.values import Algorithm

pytestmark = pytest.mark.interop

RADIUS = 31
QUERIES = 256
# Both layouts of the index, and a number of hashes that fills no bucket evenly.
COUNTS = (30_001, layouts.LARGE + 37)


def drawn(count: int) -> tuple[Words, Words]:
    """Hashes, many of them in clusters of near copies, and queries at every distance up to twice the radius."""
    rng = np.random.default_rng(count)
    words = np.asfortranarray(rng.integers(0, 2**64, (4, count), dtype=np.uint64))
    for number in range(0, min(count // 10, 60_000)):
        words[:, number] = words[:, number % 50]
        flip(rng, words[:, number], int(rng.integers(0, 20)))
    asked = words[:, rng.integers(0, count, QUERIES)].copy()
    for number in range(QUERIES):
        flip(rng, asked[:, number], number % (2 * RADIUS))
    return words, asked


def flip(rng: np.random.Generator, hash_: Any, count: int) -> None:
    for bit in rng.choice(256, count, replace=False):
        hash_[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)


def found_by_faiss(faiss: Any, words: Words, asked: Words) -> set[tuple[int, int, int]]:
    flat = faiss.IndexBinaryFlat(256)
    flat.add(np.ascontiguousarray(words.T).view(np.uint8))
    ends, distances, positions = flat.range_search(np.ascontiguousarray(asked.T).view(np.uint8), RADIUS + 1)
    queries = np.repeat(np.arange(QUERIES), np.diff(ends).astype(np.intp))
    return set(zip(queries.tolist(), positions.tolist(), distances.astype(int).tolist(), strict=True))


def ways() -> dict[str, ModuleType]:
    """With numpy alone and, where the extra `fast` is installed, with numba."""
    try:
        return {"numpy": chunks, "numba": importlib.import_module("hashsets.chunks_fast")}
    except ImportError:
        return {"numpy": chunks}


@pytest.mark.parametrize("count", COUNTS)
def test_a_look_up_finds_what_comparing_with_all_finds(
    faiss: Any, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words, asked = drawn(count)
    buckets = chunks.build_all(words, layouts.layout_for(Algorithm.PDQ, count))
    expected = found_by_faiss(faiss, words, asked)

    assert len({query for query, _, _ in expected}) >= QUERIES // 2
    for name, module in ways().items():
        near = module.find(words, buckets, asked, RADIUS)
        triples = list(zip(near.queries.tolist(), near.positions.tolist(), near.distances.tolist(), strict=True))
        assert expected == set(triples), name
        assert len(triples) == len(expected), name
    with capsys.disabled():
        print(f"\n  {count:,} hashes: {len(expected):,} hits of {QUERIES} queries, the same by {', '.join(ways())}")
