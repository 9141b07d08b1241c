"""Runs the installed `hotline` program from outside, as a person would: a process, its exit code, what it printed."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.lab.clock import LabClock

TIMEOUT_S = 600.0


class UnexpectedExitError(Exception):
    """The program ended with another exit code than expected."""


@dataclass(frozen=True)
class Result:
    """How one run ended."""

    args: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """The one JSON document on stdout; ValueError where it is none."""
        return json.loads(self.stdout)


def installed_program() -> Path:
    """The console script beside the running Python."""
    return Path(sys.executable).with_name("hotline")


class Hotline:
    """One home and how to call the program on it; a `clock` sets the calendar of every run."""

    def __init__(
        self,
        home: Path,
        env: Mapping[str, str] | None = None,
        *,
        program: Path | None = None,
        clock: LabClock | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.home, self.clock, self.timeout_s = home, clock, timeout_s
        self.program = program or installed_program()
        self.env = dict(env or {})

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """This process's environment without its HOTLINE variables, then the home's, the clock's, and `more`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        clock = {} if self.clock is None else self.clock.env()
        return kept | self.env | clock | dict(more or {})

    def command(self, *args: str | Path) -> list[str]:
        return [str(self.program), "--home", str(self.home), *map(str, args)]

    def run(
        self,
        *args: str | Path,
        input: str | None = None,
        expect: int | Collection[int] | None = 0,
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run to the end; an exit code not expected (None: any will do) raises UnexpectedExitError."""
        ended = subprocess.run(
            self.command(*args),
            input=input or "",
            capture_output=True,
            encoding="utf-8",
            env=self.environment(env),
            timeout=self.timeout_s,
            check=False,
        )
        result = Result(tuple(map(str, args)), ended.returncode, ended.stdout, ended.stderr)
        wanted = {expect} if isinstance(expect, int) else expect
        if wanted is not None and result.code not in wanted:
            raise UnexpectedExitError(_complaint(result, wanted))
        return result

    def json(self, *args: str | Path, input: str | None = None, expect: int | Collection[int] | None = 0) -> Any:
        """Run with `--json` and return the document."""
        return self.run(*args, "--json", input=input, expect=expect).json()

    def start(self, *args: str | Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start without waiting (`run`, or to be killed); the caller ends it, best in a `with`."""
        return subprocess.Popen(
            self.command(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=self.environment(env),
        )


def _complaint(result: Result, wanted: Collection[int]) -> str:
    codes = " or ".join(map(str, sorted(wanted)))
    said = (result.stderr or result.stdout).strip()
    return f"hotline {' '.join(result.args)}: exit {result.code}, expected {codes}\n{said}"
