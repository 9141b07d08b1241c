"""Figures as people read them: a ratio to a peer beside its goal, amounts within a goal, and what is only told."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

WIDTH = 66


@dataclass(frozen=True)
class Ratio:
    """How many times longer `times_s` took than `peer_s`; both were measured in turn, pair by pair."""

    name: str
    times_s: Sequence[float]
    peer_s: Sequence[float]
    goal: float | None

    @property
    def value(self) -> float:
        """The median of the pairs' ratios, so that a busy moment of the machine weighs on both sides of few."""
        return median(mine / theirs for mine, theirs in zip(self.times_s, self.peer_s, strict=True))

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value <= self.goal

    def line(self) -> str:
        return self._line(f"{self.value:5.2f} times", f"{self.goal:.1f}" if self.goal else "")

    def _line(self, value: str, goal: str) -> str:
        times = f"{_ms(median(self.times_s))} against {_ms(median(self.peer_s))}, {len(self.times_s)} pairs"
        return f"  {self.name:<{WIDTH}} {value}{_verdict(goal, self.is_met)}   {times}"


@dataclass(frozen=True)
class Faster(Ratio):
    """The other way round: how many times less `times_s` took than `peer_s`, for the same questions in turn."""

    @property
    def value(self) -> float:
        """The median of the pairs' ratios."""
        return median(theirs / mine for mine, theirs in zip(self.times_s, self.peer_s, strict=True))

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value >= self.goal

    def line(self) -> str:
        return self._line(f"{self.value:5.1f} times faster", f"{self.goal:.0f}" if self.goal else "")


@dataclass(frozen=True)
class Within:
    """An amount that must not exceed its goal; `of` says what it is made of."""

    name: str
    amount: float
    goal: float
    unit: str
    of: str = ""

    @property
    def is_met(self) -> bool:
        return self.amount <= self.goal

    def line(self) -> str:
        shown = f"{self.amount:5.2f} {self.unit}"
        return f"  {self.name:<{WIDTH}} {shown}{_verdict(f'{self.goal:g}', self.is_met)}   {self.of}".rstrip()


@dataclass(frozen=True)
class AtLeast(Within):
    """An amount that must reach its goal."""

    @property
    def is_met(self) -> bool:
        return self.amount >= self.goal


@dataclass(frozen=True)
class Told:
    """A time for information, without a goal."""

    name: str
    seconds: float

    def line(self) -> str:
        return f"  {self.name:<{WIDTH}} {_ms(self.seconds)}"


@dataclass(frozen=True)
class Said:
    """Anything else for information."""

    name: str
    text: str

    def line(self) -> str:
        return f"  {self.name:<{WIDTH}} {self.text}"


Figure = Ratio | Within | Told | Said


def _verdict(goal: str, is_met: bool) -> str:
    return f"   goal {goal}   {'met' if is_met else 'NOT MET':<7}" if goal else ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.{1 if seconds >= 0.01 else 2 if seconds >= 0.001 else 3}f} ms"


def show(title: str, figures: Sequence[Figure]) -> None:
    """Prints a part of the report as soon as it is there."""
    print(title, *(figure.line() for figure in figures), sep="\n", flush=True)


def say(doing: str) -> None:
    """Tells on stderr what takes long now."""
    print(f"… {doing}", file=sys.stderr, flush=True)
