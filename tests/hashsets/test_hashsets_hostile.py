"""Hostile files by the thousand: the pool answers for each within its deadline, and neither side grows."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from hashsets.decode import DecoderPool
from tests.hashsets.corpus import BOMBS, good_files, malformed, mutated

DEADLINE_S = 5.0
GROWTH_BYTES = 64 << 20
ANSWERS = {None, "empty", "not_an_image", "not_a_video", "too_many_pixels", "decode_timeout", "decoder_died"}


def memory_of(pid: int | str) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def go_through(files: Iterable[tuple[str, bytes]]) -> Counter[str | None]:
    """Every file through one pool; what is asserted is asserted of each."""
    answers: Counter[str | None] = Counter()
    with DecoderPool(deadline_s=DEADLINE_S) as pool:
        for body in good_files().values():
            assert pool.fingerprint(body).problem is None
        before = memory_of("self")
        for name, body in files:
            started = time.monotonic()
            found = pool.fingerprint(body)
            took_s = time.monotonic() - started
            assert took_s < DEADLINE_S + 1, name
            assert found.problem in ANSWERS, name
            assert found.sha256 == hashlib.sha256(body).hexdigest(), name
            answers[found.problem] += 1
        assert memory_of("self") - before < GROWTH_BYTES
        for name, body in good_files().items():
            assert pool.fingerprint(body).problem is None, name
    return answers


def test_files_made_to_hurt_do_not() -> None:
    answers = go_through(BOMBS.items())

    assert answers["decode_timeout"] == answers["decoder_died"] == 0
    assert answers["too_many_pixels"] >= 3


def test_a_sample_of_malformed_files_never_ends_the_pool() -> None:
    answers = go_through(islice(malformed(), 0, None, 15))

    assert answers.total() >= 150
    assert answers["decoder_died"] <= 2


def test_a_sample_of_mutated_files_never_ends_the_pool() -> None:
    answers = go_through(mutated(400))

    assert answers["decoder_died"] <= 2
    assert answers[None] > 40
    assert answers["not_an_image"] > 20


@pytest.mark.soak
def test_all_malformed_files() -> None:
    answers = go_through(malformed())

    print(f"malformed: {dict(answers)}")
    assert answers.total() >= 1000


@pytest.mark.soak
def test_twenty_thousand_mutated_files() -> None:
    answers = go_through(mutated(20_000))

    print(f"mutated: {dict(answers)}")
    assert answers.total() == 20_000


@pytest.mark.soak
def test_a_decoder_does_not_grow_with_what_it_decodes() -> None:
    with DecoderPool() as pool:
        pool.start()
        child = pool._free.queue[-1]._process.pid  # type: ignore[union-attr]
        for body in list(good_files().values()) * 5:
            pool.fingerprint(body)
        before = memory_of(child)
        for body in list(good_files().values()) * 100:
            pool.fingerprint(body)

        assert memory_of(child) - before < GROWTH_BYTES
