"""How long one look-up takes among millions of PDQ hashes, against exact peers on the same hashes, in one thread."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hashsets import chunks
from hashsets.index import Words, find_near
from hashsets.values import Algorithm
from scripts.bench.figures import Faster, Figure, Told, say

GOAL = 20.0
RADIUS = 31
PEER_QUERIES = 20
Search = Callable[[Words], Any]


def measure(count: int, queries: int) -> list[Figure]:
    """Figures for `count` uniform hashes and `queries` planted near some of them; every planted one must be found."""
    rng = np.random.default_rng(count)
    words = np.asfortranarray(rng.integers(0, 2**64, (4, count), dtype=np.uint64))
    planted = [_near(rng, words[:, [int(rng.integers(count))]], number % (RADIUS + 1)) for number in range(queries)]
    started = time.perf_counter()
    search = _indexed(words)
    built_s = time.perf_counter() - started
    ours = [_timed(search, query) for query in planted]
    name = f"look-up in {count:,} hashes"
    figures: list[Figure] = [Told(f"{name}, p50", float(np.percentile(ours, 50)))]
    figures += [Told(f"{name}, p99", float(np.percentile(ours, 99))), Told(f"building {count:,} hashes", built_s)]
    for peer, its_search in _peers(words).items():
        theirs = [_timed(its_search, query) for query in planted[:PEER_QUERIES]]
        figures.append(Faster(f"{name} / {peer}", ours[:PEER_QUERIES], theirs, GOAL))
    return figures


def _indexed(words: Words) -> Search:
    layout = chunks.layout_for(Algorithm.PDQ, max(words.shape[1], chunks.SMALL))
    if layout is None:
        raise ValueError("lists of this size have no index")
    parts = list(chunks.build(words, layout))
    ends = np.concatenate([np.zeros(1, np.uint32), *(its_ends for its_ends, _ in parts)])
    numbers = np.concatenate([its_numbers for _, its_numbers in parts])
    return lambda query: chunks.find(words, ends, numbers, layout, query, RADIUS).positions


def _peers(words: Words) -> dict[str, Search]:
    """Comparing with all by numpy, and faiss where it is installed."""
    peers: dict[str, Search] = {"comparing with all": lambda query: find_near(words, query, RADIUS).positions}
    try:
        import faiss
    except ImportError:
        say("faiss is not installed and is left out; `pip install faiss-cpu` adds it")
        return peers
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(words.T.view(np.uint8))
    peers["faiss IndexBinaryFlat"] = lambda query: flat.range_search(
        np.ascontiguousarray(query.T).view(np.uint8), RADIUS + 1
    )[2]
    return peers


def _timed(search: Search, query: Words) -> float:
    started = time.perf_counter()
    found = search(query)
    took_s = time.perf_counter() - started
    if not len(found):
        raise AssertionError("a planted hash was not found")
    return took_s


def _near(rng: np.random.Generator, hash_: Words, distance: int) -> Words:
    query = hash_.copy()
    for bit in rng.choice(256, distance, replace=False):
        query[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return query
