"""How fast a hash list of each format is imported and what it takes in memory, each in a process of its own."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hashsets.formats import FORMATS
from hashsets.lists import Library
from scripts.bench import listfiles
from scripts.bench.figures import Figure, Said, say
from scripts.bench.memory import peak_bytes

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LIST = "bench"


def measure(folder: Path, rows: int) -> list[Figure]:
    """Figures for every format that is registered."""
    return [_measured(folder, known.NAME, rows) for known in FORMATS]


def _measured(folder: Path, name: str, wanted: int) -> Figure:
    say(f"importing {wanted:,} rows of {name}")
    path = folder / f"{name}.list"
    rows = listfiles.write(path, name, wanted)
    told = in_own_process("scripts.bench.importing", path, folder / f"library-{name}")
    path.unlink()
    _check(told, name, rows)
    seconds, peak = told["seconds"], told["peak_bytes"] / 1e6
    shown = f"{rows / seconds:>9,.0f} rows a second, {seconds:6.1f} s, at most {peak:,.0f} MB of memory"
    return Said(f"import of {rows:,} rows of {name}{', one video' if name in listfiles.ONE_VIDEO else ''}", shown)


def _check(told: dict[str, Any], name: str, rows: int) -> None:
    entries = 1 if name in listfiles.ONE_VIDEO else rows
    if (told["format"], told["new"], told["refused"]) != (name, entries, 0):
        raise AssertionError(f"the import did not do what was measured: {told}")


def in_own_process(module: str, *arguments: Path | str | int) -> dict[str, Any]:
    """What a module says as JSON when it is run as a program."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    said: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return said


def take_in(path: Path, folder: Path) -> dict[str, object]:
    """Import one file as the only list of a new library; say how it went."""
    library = Library(folder)
    started = time.perf_counter()
    report = library.import_list(LIST, path, now=NOW)
    seconds = time.perf_counter() - started
    held = library.show(LIST)
    counts = {"new": report.new, "refused": report.refused, "format": held.format}
    return {"seconds": seconds, "peak_bytes": peak_bytes(), **counts}


if __name__ == "__main__":
    print(json.dumps(take_in(Path(sys.argv[1]), Path(sys.argv[2]))))
