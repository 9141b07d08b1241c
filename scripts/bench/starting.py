"""How long `hotline --help` takes against a bare typer program that has one command with one option."""

import subprocess
import sys
import time
from pathlib import Path

from scripts.bench.figures import Figure, Ratio
from scripts.cli import installed_program

GOAL = 1.6
# The same plain help as ours: typer's default loads rich and would make the peer slower.
BARE = '''
import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def greet(name: str = typer.Option("world", help="Whom to greet.")) -> None:
    """Greet somebody."""
    typer.echo(f"Hello {name}")


app()
'''


def measure(folder: Path, runs: int) -> list[Figure]:
    """Whole processes, from start to exit, in turn."""
    bare = folder / "bare.py"
    bare.write_text(BARE)
    ours, theirs = [str(installed_program()), "--help"], [sys.executable, str(bare), "--help"]
    pairs = [(_timed(ours), _timed(theirs)) for _ in range(1 + runs)][1:]  # the first run fills the disk's cache
    times_s, peer_s = zip(*pairs, strict=True)
    return [Ratio("hotline --help / a bare typer program", times_s, peer_s, GOAL)]


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
