"""Tells a story: a line for the reader, the command as typed, what it printed. Every expectation is checked at once."""

import shlex
import textwrap
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from scripts.cli import Hotline, Result
from scripts.lab import LabClock, LabMessage

WIDTH = 100
ZONE = ZoneInfo("Europe/Tirane")
STEP_MIN = 2
"""Lab minutes that one step takes, so that the dates of the story differ."""


class StoryError(Exception):
    """Something came otherwise than the story says; the message names it."""


@dataclass(frozen=True)
class Cut:
    """Which lines of a long output are shown: `lines` of them, from the first that begins with `start`."""

    lines: int
    start: str = ""

    def of(self, all_lines: Sequence[str]) -> list[str]:
        """The chosen lines, with a mark where some are left out."""
        first = next((number for number, line in enumerate(all_lines) if line.startswith(self.start)), 0)
        rest = len(all_lines) - first - self.lines
        head = [f"[… {first} lines]"] if first else []
        tail = [f"[… {rest} more lines]"] if rest > 0 else []
        return [*head, *all_lines[first : first + self.lines], *tail]


WHOLE = Cut(10_000)


@dataclass(frozen=True)
class Step:
    """One command: words to the reader before it, what must stand in its output, and how both are shown."""

    words: str
    args: tuple[str, ...]
    must: Sequence[str] = ()
    code: int = 0
    cut: Cut = WHOLE
    typed: str | None = None

    @property
    def command(self) -> str:
        return f"hotline {self.typed or shlex.join(self.args)}"


def step(
    words: str,
    command: str,
    *more: str | Path,
    must: Sequence[str] = (),
    code: int = 0,
    cut: Cut = WHOLE,
    typed: str | None = None,
) -> Step:
    """A step of the story: `command` as a shell reads it, then `more` as it is. Blanks in `must` count as one."""
    return Step(words, (*shlex.split(command), *map(str, more)), must, code, cut, typed)


class Teller:
    """Prints the story, keeps it as a transcript, and runs its commands on one home whose calendar it moves."""

    def __init__(self, hotline: Hotline, clock: LabClock, screen: TextIO, transcript: TextIO) -> None:
        self.hotline, self.clock = hotline, clock
        self._streams = (screen, transcript)

    def line(self, text: str = "") -> None:
        for stream in self._streams:
            print(text, file=stream, flush=True)

    def lines(self, texts: Iterable[str], indent: str = "") -> None:
        for text in texts:
            self.line(f"{indent}{text}".rstrip())

    def say(self, text: str) -> None:
        """A few words to the reader."""
        self.line()
        self.line(textwrap.fill(text, WIDTH, break_on_hyphens=False))

    def day(self, hour: int, title: str, *, days: int = 0) -> None:
        """Moves the calendar to an hour (UTC) of a day further on, and begins a chapter."""
        later = self.clock.now.replace(hour=hour, minute=0)
        self.clock.advance(seconds=(later - self.clock.now).total_seconds(), days=days)
        self.heading(f"{self.clock.now.astimezone(ZONE):%A %-d %B, %H:%M}: {title}")

    def heading(self, text: str) -> None:
        self.line()
        self.line(f"── {text} ".ljust(WIDTH, "─"))

    def do(self, *steps: Step) -> None:
        """Runs steps that do not depend on each other at the same time, and shows them in order. Raises StoryError."""
        self.clock.advance(minutes=STEP_MIN)
        with ThreadPoolExecutor() as pool:
            results = list(pool.map(lambda one: self.hotline.run(*one.args, expect=None), steps))
        for one, result in zip(steps, results, strict=True):
            self._show(one, result)

    def _show(self, one: Step, result: Result) -> None:
        if one.words:
            self.say(one.words)
        self.line(f"\n$ {one.command}")
        told = [line for line in result.stderr.splitlines() if not line.startswith("lab home:")]
        output = [*result.stdout.splitlines(), *told]
        self.lines(one.cut.of(output))
        self.expect(result.code == one.code, f"exit code {one.code}, not {result.code}")
        printed = " ".join(" ".join(output).split())
        for words in one.must:
            self.expect(words in printed, f"“{words}” in what was printed")

    def show_mail(self, message: LabMessage, body_lines: int) -> None:
        """What a mail server received: head and the first lines of the text."""
        head = [f"From: {message.parsed['From']}", f"To: {message.parsed['To']}", f"Subject: {message.subject}", ""]
        self.lines([*head, *Cut(body_lines).of(message.text.splitlines())], "  │ ")

    def expect(self, is_so: bool, what: str) -> None:
        """Raises StoryError when the story went otherwise."""
        if not is_so:
            raise StoryError(f"the story expected {what}")
