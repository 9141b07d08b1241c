"""The index of looks names who shares them, forgets who is removed, and is not misled by what is everywhere."""

import numpy as np
import pytest

from hashsets.feature_index import FeatureIndex

RNG_SEED = 12


def looks(rng: np.random.Generator, count: int = 200) -> np.ndarray:
    return rng.integers(0, 256, (count, 32), dtype=np.uint8)


def altered(rng: np.random.Generator, some: np.ndarray, share: float) -> np.ndarray:
    """The same looks, each bit flipped with this probability."""
    return some ^ np.packbits(rng.random((len(some), 256)) < share, axis=1)


def numbers(found: list) -> list[int]:
    return [candidate.number for candidate in found]


@pytest.mark.parametrize("share", [0.0, 0.05, 0.12])
def test_who_shares_looks_comes_first_however_they_were_altered(share: float) -> None:
    rng = np.random.default_rng(RNG_SEED)
    kept = {number: looks(rng) for number in range(60)}
    index = FeatureIndex()
    for number, some in kept.items():
        index.add(number, some)

    for number in (0, 31, 59):
        asked = np.concatenate([altered(rng, kept[number][:60], share), looks(rng, 300)])
        assert numbers(index.candidates(asked))[:1] == [number]


def test_an_empty_index_a_picture_without_points_and_unknown_looks_give_nothing() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    assert index.candidates(looks(rng)) == []

    index.add(1, looks(rng))
    index.add(2, np.empty((0, 32), np.uint8))
    assert index.candidates(np.empty((0, 32), np.uint8)) == []
    assert index.candidates(looks(rng)) == []


def test_what_is_added_later_is_found_and_what_is_removed_is_not() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    kept = {number: looks(rng, 50) for number in range(300)}
    for number, some in kept.items():
        index.add(number, some)
        if number % 7 == 0:
            assert numbers(index.candidates(some)) == [number]
    for number in range(0, 300, 3):
        index.remove(number)
    index.remove(5_000)

    for number, some in kept.items():
        assert numbers(index.candidates(some)) == ([] if number % 3 == 0 else [number])


def test_what_was_removed_before_anybody_asked_is_not_found() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    some = looks(rng)
    index.add(1, some)
    index.remove(1)

    assert index.candidates(some) == []


def test_a_look_that_all_pictures_have_says_less_than_one_that_few_have() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    everywhere, rare = looks(rng, 30), looks(rng, 8)
    for number in range(20):
        index.add(number, np.concatenate([everywhere, looks(rng, 50)]))
    index.add(20, rare)

    best, second = index.candidates(np.concatenate([everywhere, rare]))[:2]
    assert (best.number, best.votes) == (20, 8.0)
    assert second.votes == pytest.approx(30 / 20)


def test_a_look_that_is_there_a_thousand_times_is_left_out() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    for number in range(50):
        index.add(number, np.concatenate([np.zeros((40, 32), np.uint8), looks(rng, 20)]))

    assert index.candidates(np.zeros((500, 32), np.uint8)) == []


def test_no_more_candidates_are_named_than_were_asked_for() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    shared = looks(rng, 40)
    for number in range(30):
        index.add(number, shared)

    assert len(index.candidates(shared, most=7)) == 7


def test_a_look_takes_less_than_ninety_bytes_and_tables_two_megabytes() -> None:
    rng, index = np.random.default_rng(RNG_SEED), FeatureIndex()
    assert index.size_bytes == 0

    for number in range(50):
        index.add(number, looks(rng, 300))
    index.candidates(looks(rng, 1))
    assert 50 * 300 * 32 < index.size_bytes < 50 * 300 * 90 + 2_200_000
