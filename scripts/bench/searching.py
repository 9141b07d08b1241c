"""How long one look-up takes among millions of PDQ hashes, against exact peers on the same hashes, in one thread."""

import gc
import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashsets import chunks, layouts
from hashsets.index import Words, find_near, words_to_hex
from hashsets.values import Algorithm
from scripts.bench import peers
from scripts.bench.figures import Faster, Figure, Said, Told, say
from scripts.bench.memory import resident_bytes
from scripts.bench.turns import one_core, take_turns, timed

RADIUS = 31
BLOCK = 100
COMPARED = 20
PIECE = 2_000_000
# Where the lists are as long as this, so much faster than faiss and than threatexchange's index, per way of looking up.
LONG = 10_000_000
GOALS = {"numpy": (20.0, 50.0), "numba": (50.0, 120.0)}
FAISS, THREATEXCHANGE = "faiss IndexBinaryFlat", "threatexchange PDQIndex"

Search = Callable[["Query"], Any]


@dataclass(frozen=True)
class Query:
    """One hash in the three shapes in which it is asked for."""

    words: Words
    packed: NDArray[np.uint8]
    text: str


def measure(count: int, queries: int) -> list[Figure]:
    """Figures for `count` uniform hashes and `queries` planted near some of them; every planted one must be found."""
    rng = np.random.default_rng(count)
    words = np.asfortranarray(rng.integers(0, 2**64, (4, count), dtype=np.uint64))
    planted = [plant(rng, words, number % (RADIUS + 1)) for number in range(queries)]
    figures: list[Figure] = []
    # What takes longest to build comes first: a system may put memory aside that lies idle for minutes.
    theirs = _peers(words, figures)
    ours = _ways(words, figures)
    # Millions of tuples that a peer keeps are no reason to stop anybody's clock.
    gc.collect()
    gc.freeze()
    ways = [*ours.values(), *theirs.values()]
    with one_core():
        # Memory that was just filled is slow for everybody at first: one round is not counted.
        take_turns(ways, planted, BLOCK)
        times = take_turns(ways, planted, BLOCK)
        figures += [_against_all(words, search, name, planted) for name, search in ours.items()]
    measured = dict(zip([*ours, *theirs], times, strict=True))
    return [*_figures(measured, list(ours), list(theirs), count), *figures]


def plant(rng: np.random.Generator, words: Words, distance: int) -> Query:
    """A query `distance` bits away from one of the hashes, drawn by chance."""
    query = words[:, [int(rng.integers(words.shape[1]))]]
    for bit in rng.choice(256, distance, replace=False):
        query[bit // 64] ^= np.uint64(1) << np.uint64(63 - bit % 64)
    packed = np.ascontiguousarray(query.T).astype(">u8").view(np.uint8)
    return Query(query, packed, words_to_hex(query, Algorithm.PDQ)[0])


def _figures(measured: dict[str, list[float]], ours: Sequence[str], theirs: Sequence[str], count: int) -> list[Figure]:
    figures: list[Figure] = []
    for name, times_s in measured.items():
        middle, most = np.percentile(times_s, [50, 99])
        figures += [Told(f"{name}, p50", float(middle)), Told(f"{name}, p99", float(most))]
    for name in ours:
        goals = dict(zip((FAISS, THREATEXCHANGE), GOALS[name], strict=True)) if count >= LONG else {}
        figures += [Faster(f"{name} / {peer}", measured[name], measured[peer], goals.get(peer)) for peer in theirs]
    return figures


def _against_all(words: Words, search: Search, name: str, planted: Sequence[Query]) -> Figure:
    some = planted[:COMPARED]
    compared_s = [timed(lambda query: find_near(words, query.words, RADIUS), query) for query in some]
    return Faster(f"{name} / comparing with all by numpy", [timed(search, query) for query in some], compared_s, None)


def _ways(words: Words, figures: list[Figure]) -> dict[str, Search]:
    """Our look-up with numpy alone and, where the extra is installed, with numba."""
    started = time.perf_counter()
    buckets = chunks.build_all(words, layouts.layout_for(Algorithm.PDQ, words.shape[1]))
    figures.append(Told("building our index", time.perf_counter() - started))
    held = words.nbytes + buckets.ends.nbytes + buckets.numbers.nbytes + buckets.marks.nbytes
    figures.append(Said("our index", _size(held, words)))
    found: dict[str, ModuleType | None] = {"numpy": chunks, "numba": fast_chunks()}

    def search_by(module: ModuleType) -> Search:
        return lambda query: _checked(module.find(words, buckets, query.words, RADIUS).positions)

    return {name: search_by(module) for name, module in found.items() if module}


def fast_chunks() -> ModuleType | None:
    """The look-up that the extra `fast` brings; None where it is not installed."""
    try:
        return importlib.import_module("hashsets.chunks_fast")
    except ImportError:
        say("the extra `fast` is not installed: look-ups with numpy alone")
        return None


def _peers(words: Words, figures: list[Figure]) -> dict[str, Search]:
    faiss = peers.find("faiss")
    if faiss is None:
        return {}
    faiss.omp_set_num_threads(1)
    packed = np.ascontiguousarray(words.T).astype(">u8").view(np.uint8)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(packed)
    found: dict[str, Search] = {FAISS: lambda query: _checked(flat.range_search(query.packed, RADIUS + 1)[2])}
    index = _threatexchange(words, figures)
    if index is not None:
        found[THREATEXCHANGE] = lambda query: _checked(index.query(query.text))
    return found


def _threatexchange(words: Words, figures: list[Figure]) -> Any:
    module = peers.find("threatexchange.signal_type.pdq.pdq_index")
    if module is None:
        return None
    say(f"building {THREATEXCHANGE}, which takes long")
    before, started = resident_bytes(), time.perf_counter()
    index = module.PDQIndex()
    for start in range(0, words.shape[1], PIECE):  # all at once would take several times the memory meanwhile
        texts = words_to_hex(words[:, start : start + PIECE], Algorithm.PDQ)
        index.add_all(zip(texts, range(start, start + len(texts)), strict=True))
    figures.append(Told(f"building {THREATEXCHANGE}", time.perf_counter() - started))
    gc.collect()
    figures.append(Said(f"memory of {THREATEXCHANGE}", _size(resident_bytes() - before, words)))
    return index


def _size(size_bytes: int, words: Words) -> str:
    return f"{size_bytes / 1e6:,.0f} MB, {size_bytes / words.nbytes:.1f} times the hashes alone"


def _checked(found: Any) -> Any:
    if not len(found):
        raise AssertionError("a planted hash was not found")
    return found
