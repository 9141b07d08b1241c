"""Measures several ways of doing one thing in turn, in one thread on one core, so that none has an easier time."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Question = TypeVar("Question")


@contextmanager
def one_core() -> Iterator[None]:
    """Keeps this process, and the children it starts, on one core; a system that cannot is left as it is."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def take_turns(
    ways: Sequence[Callable[[Question], Any]], questions: Sequence[Question], block: int = 1
) -> list[list[float]]:
    """Seconds that each way took for each question. `block` questions are asked one way before it is the next's turn;
    who begins changes from block to block. The first question is asked once before and not counted.
    """
    for way in ways:
        way(questions[0])
    times: list[list[float]] = [[] for _ in ways]
    for turn, start in enumerate(range(0, len(questions), block)):
        for step in range(len(ways)):
            which = (turn + step) % len(ways)
            times[which] += [timed(ways[which], question) for question in questions[start : start + block]]
    return times


def timed(way: Callable[[Question], Any], question: Question) -> float:
    """Seconds for one question."""
    started = time.perf_counter()
    way(question)
    return time.perf_counter() - started
