"""The index of chunks misses nothing within its reach: it is held against comparing with all."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hashsets import chunks
from hashsets.chunks import Layout
from hashsets.formats.rows import ListRow
from hashsets.index import Near, Words, find_near, words_to_hex
from hashsets.lists import Library
from hashsets.values import Algorithm

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = {Algorithm.PDQ: 4, Algorithm.PHASH: 1}
SHORT = {algorithm: chunks.layout_for(algorithm, chunks.SMALL) for algorithm in WORDS}
LONG = {algorithm: chunks.layout_for(algorithm, chunks.LARGE) for algorithm in WORDS}


def uniform(rng: np.random.Generator, count: int, words: int) -> Words:
    return rng.integers(0, 2**64, (words, count), dtype=np.uint64)


def near_to(rng: np.random.Generator, query: Words, distance: int) -> Words:
    """A hash at exactly this distance of the one query."""
    found = query.copy()
    for bit in rng.choice(64 * len(query), distance, replace=False):
        found[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return found


def clustered(rng: np.random.Generator, count: int, words: int) -> Words:
    """Hashes that share most of their bits, as those of many copies of few pictures do."""
    middles = uniform(rng, 20, words)[:, rng.integers(0, 20, count)]
    for _ in range(10):
        middles ^= np.uint64(1) << rng.integers(0, 64, middles.shape, dtype=np.uint64)
    return middles


def indexed(words: Words, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    parts = list(chunks.build(words, layout))
    ends = np.concatenate([np.zeros(1, np.uint32), *(part for part, _ in parts)])
    return ends, np.concatenate([part for _, part in parts])


def as_set(near: Near) -> set[tuple[int, int, int]]:
    found = list(zip(near.queries.tolist(), near.positions.tolist(), near.distances.tolist(), strict=True))
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("layout", [*SHORT.values(), *LONG.values()])
def test_the_chunks_are_all_bits_once_and_reach_as_far_as_lists_are_searched(layout: Layout) -> None:
    assert sorted(np.concatenate(layout.picks).tolist()) == list(range(layout.bits))
    assert tuple(len(picked) for picked in layout.picks) == layout.widths
    assert sum(radius + 1 for radius in layout.radii) == layout.reach + 1
    assert layout.reach >= (31 if layout.bits == 256 else 8)


@pytest.mark.parametrize("spread", [uniform, clustered])
@pytest.mark.parametrize(("algorithm", "layouts"), [(name, kind) for kind in (SHORT, LONG) for name in WORDS])
def test_what_is_planted_at_every_distance_is_found_as_by_comparing_with_all(algorithm, layouts, spread) -> None:
    layout, rng = layouts[algorithm], np.random.default_rng([7, layouts is LONG])
    queries = uniform(rng, 8, WORDS[algorithm])
    planted = [near_to(rng, queries[:, [turn]], distance) for turn in range(8) for distance in range(layout.reach + 5)]
    words = np.concatenate([spread(rng, 20_000, WORDS[algorithm]), *planted, queries[:, :1]], axis=1)
    words = np.asfortranarray(words[:, rng.permutation(words.shape[1])])
    ends, numbers = indexed(words, layout)
    queries = np.concatenate([queries, words[:, :4]], axis=1)

    for radius in (0, layout.reach // 2, layout.reach):
        expected = as_set(find_near(words, queries, radius))
        assert expected == as_set(chunks.find(words, ends, numbers, layout, queries, radius))
        assert len(expected) >= 8 * (radius + 1)


def test_a_query_that_hits_nothing_gives_nothing() -> None:
    layout, rng = SHORT[Algorithm.PDQ], np.random.default_rng(9)
    words = uniform(rng, 100, 4)
    ends, numbers = indexed(words, layout)

    assert as_set(chunks.find(words, ends, numbers, layout, np.zeros((4, 1), np.uint64), 31)) == set()


@pytest.mark.parametrize("count", [chunks.SMALL - 1, chunks.SMALL])
def test_a_list_finds_the_same_with_an_index_and_without(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(count)
    words = uniform(rng, count, 4)
    values = words_to_hex(words, Algorithm.PDQ)
    library = Library(tmp_path / "lists")
    rows = (ListRow(((Algorithm.PDQ, value),), f"entry-{at}") for at, value in enumerate(values))
    library.import_list("long", rows, now=NOW)
    names = {path.name for path in (tmp_path / "lists" / "long" / "v1").iterdir()}
    assert ("pdq_ends.npy" in names) == (count >= chunks.SMALL)

    for distance in range(32):
        [wanted] = words_to_hex(near_to(rng, words[:, [distance]], distance), Algorithm.PDQ)
        [hit] = library.search_hash(wanted, Algorithm.PDQ)
        assert (hit.entry, hit.distance) == (f"entry-{distance}", distance)
    [beyond] = words_to_hex(near_to(rng, words[:, [40]], 32), Algorithm.PDQ)
    assert library.search_hash(beyond, Algorithm.PDQ) == ()

    library.withdraw("long", "entry-3", NOW)
    assert library.search_hash(values[3], Algorithm.PDQ) == ()
    assert library.verify() == []
