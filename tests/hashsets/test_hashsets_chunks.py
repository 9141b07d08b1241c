"""The index of chunks misses nothing at any distance, however it is searched: it is held against comparing with all."""

import os
import shutil
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pytest

from hashsets import chunks, layouts
from hashsets.chunks import Find
from hashsets.formats.rows import ListRow
from hashsets.index import Near, Words, find_near, words_to_hex
from hashsets.layouts import Layout
from hashsets.lists import Library
from hashsets.values import Algorithm

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = {Algorithm.PDQ: 4, Algorithm.PHASH: 1}
REVIEW = {Algorithm.PDQ: 48, Algorithm.PHASH: 12}
SHORT = {algorithm: layouts.layout_for(algorithm, layouts.SMALL) for algorithm in WORDS}
LONG = {algorithm: layouts.layout_for(algorithm, layouts.LARGE) for algorithm in WORDS}
COUNT = 20_000
PACKAGE = Path(chunks.__file__).parent
LAYOUTS = [(algorithm, layouts[algorithm]) for layouts in (SHORT, LONG) for algorithm in WORDS]


def finds() -> dict[str, Find]:
    """Every way to search an index that there is here."""
    if find_spec("numba") is None:
        return {"numpy": chunks.find}
    from hashsets import chunks_fast

    return {"numpy": chunks.find, "numba": chunks_fast.find}


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


def as_set(near: Near) -> set[tuple[int, int, int]]:
    found = list(zip(near.queries.tolist(), near.positions.tolist(), near.distances.tolist(), strict=True))
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize(("algorithm", "layout"), LAYOUTS)
def test_the_chunks_are_all_bits_once_and_lie_where_their_bits_can_be_flipped(
    algorithm: Algorithm, layout: Layout
) -> None:
    assert sorted(np.concatenate(layout.picks).tolist()) == list(range(layout.bits))
    assert tuple(len(picked) for picked in layout.picks) == layout.widths
    assert [start % (1 << width) for start, width in zip(layout.starts, layout.widths, strict=True)] == [0] * len(
        layout.widths
    )
    assert layout == layouts.layout_of(algorithm, np.empty(layout.slots + 1, np.uint32))
    assert layouts.layout_of(algorithm, np.empty(layout.slots, np.uint32)) is None


@pytest.mark.parametrize(("algorithm", "layout"), LAYOUTS)
def test_enough_buckets_are_looked_into_at_every_distance(algorithm: Algorithm, layout: Layout) -> None:
    for distance in range(REVIEW[algorithm] + 1):
        radii = layouts.radii_for(layout, distance, COUNT)
        probes = layouts.probes_for(layout, distance, COUNT)
        first = np.cumsum([0, *probes.counts])[:-1]

        assert sum(radius + 1 for radius in radii) == distance + 1
        for width, radius, count, start in zip(layout.widths, radii, probes.counts, first, strict=True):
            masks = probes.masks[start : start + count]
            assert count == len(np.unique(masks)) == sum(comb(width, flips) for flips in range(radius + 1))
            assert count == 0 or (np.bitwise_count(masks).max() == radius and masks.max() < 1 << width)


@pytest.mark.parametrize("widths", [(6, 5, 5), (4, 4, 4, 4), (9, 7)])
@pytest.mark.parametrize("count", [0, 200, 100_000])
def test_no_other_choice_of_flips_looks_at_less(widths: tuple[int, ...], count: int) -> None:
    layout = Layout(sum(widths), widths)

    def looked_at(radii: tuple[int, ...]) -> float:
        """Hashes in line: each bucket costs as much as sixteen of them, and then what it holds."""
        return sum(
            comb(width, flips) * (16 + count / 2**width)
            for width, radius in zip(widths, radii, strict=True)
            for flips in range(radius + 1)
        )

    for distance in range(7):
        choices = [
            radii
            for radii in product(*(range(-1, width + 1) for width in widths))
            if sum(radius + 1 for radius in radii) == distance + 1
        ]
        assert min(map(looked_at, choices)) == pytest.approx(looked_at(layouts.radii_for(layout, distance, count)))


@pytest.mark.parametrize("find", finds().values(), ids=finds())
@pytest.mark.parametrize("spread", [uniform, clustered])
@pytest.mark.parametrize(("algorithm", "layout"), LAYOUTS)
def test_what_is_planted_at_every_distance_is_found_as_by_comparing_with_all(
    algorithm: Algorithm, layout: Layout, spread, find: Find
) -> None:
    rng, farthest = np.random.default_rng([7, len(layout.widths)]), REVIEW[algorithm]
    queries = uniform(rng, 8, WORDS[algorithm])
    planted = [near_to(rng, queries[:, [turn]], distance) for turn in range(8) for distance in range(farthest + 5)]
    words = np.concatenate([spread(rng, COUNT, WORDS[algorithm]), *planted, queries[:, :1]], axis=1)
    words = np.asfortranarray(words[:, rng.permutation(words.shape[1])])
    buckets = chunks.build_all(words, layout)
    queries = np.concatenate([queries, words[:, :4]], axis=1)

    for distance in (0, 1, farthest // 3, farthest * 2 // 3 - 1, farthest * 2 // 3, farthest):
        expected = as_set(find_near(words, queries, distance))
        assert expected == as_set(find(words, buckets, queries, distance))
        assert len(expected) >= 8 * (distance + 1)


@pytest.mark.parametrize("find", finds().values(), ids=finds())
@pytest.mark.parametrize(("algorithm", "layout"), LAYOUTS)
def test_what_can_be_found_in_one_chunk_only_is_found(algorithm: Algorithm, layout: Layout, find: Find) -> None:
    rng = np.random.default_rng(8)
    query = uniform(rng, 1, WORDS[algorithm])
    for distance in (len(layout.widths) - 1, REVIEW[algorithm] * 2 // 3 - 1, REVIEW[algorithm]):
        radii = layouts.radii_for(layout, distance, len(layout.widths))
        words = query.repeat(len(layout.widths), axis=1)
        for chunk, place in product(range(len(layout.widths)), range(len(layout.widths))):
            # As many flips as are looked for in this chunk, one more in all others.
            for bit in layout.picks[place][: radii[place] + (place != chunk)]:
                words[bit // 64, chunk] ^= np.uint64(1) << np.uint64(63 - bit % 64)
        found = find(np.asfortranarray(words), chunks.build_all(words, layout), query, distance)

        is_looked_for = [radius >= 0 for radius in radii]
        assert found.distances.tolist() == [distance] * sum(is_looked_for)
        assert sorted(found.positions.tolist()) == np.flatnonzero(is_looked_for).tolist()


@pytest.mark.parametrize("find", finds().values(), ids=finds())
def test_a_query_that_hits_nothing_and_no_query_at_all_give_nothing(find: Find) -> None:
    layout, rng = SHORT[Algorithm.PDQ], np.random.default_rng(9)
    words = np.asfortranarray(uniform(rng, 100, 4))
    buckets = chunks.build_all(words, layout)

    for asking in (0, 1):
        assert as_set(find(words, buckets, np.zeros((4, asking), np.uint64), 31)) == set()


@pytest.mark.parametrize("find", finds().values(), ids=finds())
def test_many_queries_on_many_copies_of_one_picture_take_little_memory(find: Find) -> None:
    rng = np.random.default_rng(11)
    middle = uniform(rng, 1, 4)
    words = np.asfortranarray(np.repeat(middle, 200_000, axis=1))
    words[0] ^= np.uint64(1) << rng.integers(0, 64, 200_000, dtype=np.uint64)
    queries = np.concatenate([near_to(rng, middle, distance) for distance in [40] * 60 + [2] * 4], axis=1)
    buckets = chunks.build_all(words, SHORT[Algorithm.PDQ])
    tracemalloc.start()
    found = find(words, buckets, queries, 31)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found.positions.size == 4 * 200_000
    # Every query has a million candidates: 64 of them at a time would take gigabytes.
    assert peak < 150_000_000


@pytest.mark.parametrize("count", [layouts.SMALL, 200_000, layouts.LARGE, 10_000_000])
def test_the_band_for_review_is_searched_by_the_index_only_where_that_is_quicker(count: int) -> None:
    layout = layouts.layout_for(Algorithm.PDQ, count)

    assert layouts.is_worth_it(layout, 31, count)
    assert layouts.is_worth_it(layout, 48, count) == (count > layouts.SMALL)
    assert not layouts.is_worth_it(layout, 90, count)


ASKING = """
import sys
from hashsets import chunks
used = [chunks.finder().__module__ for _ in range(chunks.FEW + 1)]
print(used[0], used[-2], used[-1], "numba" in sys.modules)
"""


def asked_by_a_new_process(folder: Path, **environment: str) -> list[str]:
    """Which ways of searching a process uses, with the packages in this folder."""
    command, env = [sys.executable, "-c", ASKING], {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True).stdout.split()


def test_a_program_that_asks_little_does_without_what_takes_long_to_load() -> None:
    quickest = list(finds().values())[-1].__module__
    is_loaded = str(quickest != "hashsets.chunks")

    assert ["hashsets.chunks", "hashsets.chunks", quickest, is_loaded] == asked_by_a_new_process(PACKAGE.parent)


def test_where_nothing_compiled_can_be_kept_look_ups_go_on_without_it(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "hashsets", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "hashsets" / "__pycache__").touch()
    used = asked_by_a_new_process(tmp_path, XDG_CACHE_HOME="/dev/null", PYTHONDONTWRITEBYTECODE="1")

    assert used[:3] == ["hashsets.chunks"] * 3


@pytest.mark.parametrize("count", [layouts.SMALL - 1, layouts.SMALL])
def test_a_list_finds_the_same_with_an_index_and_without(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(count)
    words = uniform(rng, count, 4)
    values = words_to_hex(words, Algorithm.PDQ)
    library = Library(tmp_path / "lists")
    rows = (ListRow(((Algorithm.PDQ, value),), f"entry-{at}") for at, value in enumerate(values))
    library.import_list("long", rows, now=NOW)
    names = {path.name for path in (tmp_path / "lists" / "long" / "v1").iterdir()}
    assert ("pdq_ends.npy" in names) == (count >= layouts.SMALL)

    for distance in range(49):
        [wanted] = words_to_hex(near_to(rng, words[:, [distance]], distance), Algorithm.PDQ)
        [hit] = library.search_hash(wanted, Algorithm.PDQ)
        assert (hit.entry, hit.distance) == (f"entry-{distance}", distance)
    [beyond] = words_to_hex(near_to(rng, words[:, [60]], 49), Algorithm.PDQ)
    assert library.search_hash(beyond, Algorithm.PDQ) == ()

    library.withdraw("long", "entry-3", NOW)
    assert library.search_hash(values[3], Algorithm.PDQ) == ()
    assert library.verify() == []
