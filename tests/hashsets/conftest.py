"""What the tests of hashsets share: one decoder pool, an empty library, and a fixed time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hashsets.decode import DecoderPool
from hashsets.lists import Library


@pytest.fixture(scope="session")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool() as opened:
        opened.start()
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "lists")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
