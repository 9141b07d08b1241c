"""How long the long lists take in a large home, for information: whole processes, as a person waits for them."""

import time
from pathlib import Path

from scripts.bench.figures import Figure, Told
from scripts.cli import Hotline

QUESTIONS = (("case", "list", "--json"), ("queue", "--json"), ("audit", "verify"))


def measure(home: Path, cases: int) -> list[Figure]:
    """Raises UnexpectedExitError where the chain of custody does not hold."""
    return [Told(f"hotline {' '.join(question)}, {cases:,} cases", _timed(home, question)) for question in QUESTIONS]


def _timed(home: Path, question: tuple[str, ...]) -> float:
    started = time.perf_counter()
    Hotline(home).run(*question)
    return time.perf_counter() - started
