"""Figures as people read them: a ratio to a peer beside its goal, times for information, and medians of both."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """How many times longer `times_s` took than `peer_s`; both were measured in turn, pair by pair."""

    name: str
    times_s: Sequence[float]
    peer_s: Sequence[float]
    goal: float

    @property
    def value(self) -> float:
        """The median of the pairs' ratios, so that a busy moment of the machine weighs on both sides of few."""
        return median(mine / theirs for mine, theirs in zip(self.times_s, self.peer_s, strict=True))

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal

    def line(self) -> str:
        return self._line(f"{self.value:5.2f} times", f"{self.goal:.1f}")

    def _line(self, value: str, goal: str) -> str:
        verdict = "met" if self.is_met else "NOT MET"
        times = f"{_ms(median(self.times_s))} against {_ms(median(self.peer_s))}, {len(self.times_s)} pairs"
        return f"  {self.name:<58} {value}   goal {goal}   {verdict:<7}   {times}"


@dataclass(frozen=True)
class Faster(Ratio):
    """The other way round: how many times less `times_s` took than `peer_s`, for the same questions in turn."""

    @property
    def value(self) -> float:
        """The median of the pairs' ratios."""
        return median(theirs / mine for mine, theirs in zip(self.times_s, self.peer_s, strict=True))

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal

    def line(self) -> str:
        return self._line(f"{self.value:5.1f} times faster", f"{self.goal:.0f}")


@dataclass(frozen=True)
class Told:
    """A time for information, without a goal."""

    name: str
    seconds: float

    def line(self) -> str:
        return f"  {self.name:<58} {_ms(self.seconds)}"


Figure = Ratio | Told


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.{1 if seconds >= 0.01 else 2}f} ms"


def show(title: str, figures: Sequence[Figure]) -> None:
    """Prints a part of the report as soon as it is there."""
    print(title, *(figure.line() for figure in figures), sep="\n", flush=True)


def say(doing: str) -> None:
    """Tells on stderr what takes long now."""
    print(f"… {doing}", file=sys.stderr, flush=True)
