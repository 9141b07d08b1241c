"""Every index finds exactly what comparing one by one would find."""

import random
import time

import numpy as np
import pytest

from hashsets.index import NearIndex, find_equal, find_near, hex_to_words, words_to_hex
from hashsets.values import WIDTH_BYTES, Algorithm
from hashsets.variants import ORIENTATIONS


def random_hex(rng: random.Random, algorithm: Algorithm = Algorithm.PDQ) -> str:
    return rng.randbytes(WIDTH_BYTES[algorithm]).hex()


def flip(value: str, bits: int, rng: random.Random) -> str:
    """The hash at exactly this distance."""
    number = int(value, 16)
    for bit in rng.sample(range(4 * len(value)), bits):
        number ^= 1 << bit
    return f"{number:0{len(value)}x}"


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_words_keep_values_and_their_order(algorithm: Algorithm) -> None:
    rng = random.Random(1)
    values = sorted(random_hex(rng, algorithm) for _ in range(100))
    words = hex_to_words(values, algorithm)

    assert values == words_to_hex(words, algorithm)
    assert list(range(100)) == np.lexsort(words[::-1]).tolist()


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_equal_values_are_found_all_of_them_and_no_other(algorithm: Algorithm) -> None:
    rng = random.Random(2)
    values = [random_hex(rng, algorithm) for _ in range(200)]
    listed = sorted([*values, values[7], values[7][:-1] + "0"])
    words = hex_to_words(listed, algorithm)
    for value in [*values, random_hex(rng, algorithm)]:
        expected = [at for at, known in enumerate(listed) if known == value]

        assert expected == find_equal(words, hex_to_words([value], algorithm)).tolist()


@pytest.mark.parametrize("algorithm", [Algorithm.PDQ, Algorithm.PHASH])
def test_near_values_are_those_of_a_naive_comparison_at_every_distance(algorithm: Algorithm) -> None:
    rng = random.Random(3)
    queries = [random_hex(rng, algorithm) for _ in range(8)]
    planted = [flip(queries[turn], distance, rng) for turn in range(8) for distance in range(41)]
    listed = planted + [random_hex(rng, algorithm) for _ in range(20_000)]
    rng.shuffle(listed)
    words, wanted = hex_to_words(listed, algorithm), hex_to_words(queries, algorithm)
    naive = [(q, at, apart(query, known)) for q, query in enumerate(queries) for at, known in enumerate(listed)]
    for limit in (0, 8, 30, 31, 40):
        near = find_near(words, wanted, limit)
        found = zip(near.queries.tolist(), near.positions.tolist(), near.distances.tolist(), strict=True)

        assert sorted(row for row in naive if row[2] <= limit) == sorted(found)


def test_a_hash_and_its_complement_are_256_bits_apart_not_zero() -> None:
    value = random_hex(random.Random(4))
    words, query = (
        hex_to_words([flip(value, 256, random.Random(0))], Algorithm.PDQ),
        hex_to_words([value], Algorithm.PDQ),
    )

    assert find_near(words, query, 255).positions.size == 0
    assert find_near(words, query, 256).distances.tolist() == [256]


def test_an_empty_index_finds_nothing() -> None:
    assert NearIndex().search([random_hex(random.Random(5))], 256) == []


def test_the_growing_index_names_number_distance_and_variant_nearest_first() -> None:
    rng = random.Random(6)
    orientations = [random_hex(rng) for _ in range(8)]
    index = NearIndex()
    for number in range(3000):
        index.add(number, random_hex(rng))
    index.add(5000, flip(orientations[2], 12, rng))
    index.add(5001, flip(orientations[0], 4, rng))
    index.add(5001, flip(orientations[3], 8, rng))
    index.add(5002, flip(orientations[7], 33, rng))

    assert [(5001, 4, ORIENTATIONS[0]), (5000, 12, ORIENTATIONS[2])] == index.search(orientations, 31)
    assert len(index) == 3004


def test_the_growing_index_answers_ten_thousand_times_eight_quickly() -> None:
    rng = random.Random(7)
    index = NearIndex()
    for number in range(10_000):
        index.add(number, random_hex(rng))
    orientations = [random_hex(rng) for _ in range(8)]
    times = []
    for _ in range(20):
        started = time.perf_counter()
        index.search(orientations, 31)
        times.append(time.perf_counter() - started)

    # Takes 1 to 3 ms; the rest is room for a busy machine.
    assert min(times) < 0.02
