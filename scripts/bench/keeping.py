"""A long list in the library: building it, opening it in a new process, what it takes, and whole look-ups."""

import json
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from hashsets.index import words_to_hex
from hashsets.values import Algorithm
from scripts.bench.figures import Figure, Said, Told, Within, say
from scripts.bench.importing import LIST, in_own_process
from scripts.bench.memory import resident_bytes
from scripts.bench.searching import LONG, RADIUS, fast_chunks, plant

OPEN_GOAL_MS = 50.0
SIZE_GOAL = 4.0
RAW_BYTES = 32
OPENINGS = 3
_PIECE = 1_000_000

Asked = dict[str, float]


def measure(folder: Path, count: int, lookups: int) -> list[Figure]:
    """Figures for one list of `count` uniform PDQ hashes."""
    say(f"importing {count:,} PDQ hashes")
    path, queries, library = folder / f"{count}.pdq", folder / f"{count}.queries", folder / f"library-{count}"
    _write(path, queries, count, lookups)
    built = in_own_process("scripts.bench.importing", path, library)
    path.unlink()
    ways = ["numpy", *(["numba"] if fast_chunks() else [])]
    asked: dict[str, list[Asked]] = {way: [] for way in ways}
    for _ in range(OPENINGS):
        for way in ways:
            asked[way].append(in_own_process("scripts.bench.keeping", library, queries, way))
    answers = [figure for way in ways for figure in _answers(way, asked[way], count)]
    return [*_building(built, count), _files(library, count), _opening(asked["numpy"]), *answers]


def _write(path: Path, queries: Path, count: int, lookups: int) -> None:
    """The list as text, and queries planted near some of its hashes."""
    rng = np.random.default_rng(count)
    words = np.asfortranarray(rng.integers(0, 2**64, (4, count), dtype=np.uint64))
    with path.open("w") as stream:
        for start in range(0, count, _PIECE):
            texts = words_to_hex(words[:, start : start + _PIECE], Algorithm.PDQ)
            stream.writelines(f"{text}\n" for text in texts)
    planted = [plant(rng, words, number % (RADIUS + 1)) for number in range(lookups)]
    queries.write_text("\n".join(query.text for query in planted))


def _building(built: dict[str, Any], count: int) -> list[Figure]:
    shown = f"{count / built['seconds']:,.0f} rows a second, at most {built['peak_bytes'] / 1e6:,.0f} MB of memory"
    return [Told("import, from text to a version that counts", built["seconds"]), Said("  which is", shown)]


def _files(library: Path, count: int) -> Figure:
    held = sum(file.stat().st_size for file in library.glob(f"{LIST}/v*/{Algorithm.PDQ}*"))
    return _times_raw("files of the PDQ hashes and their index", held, count)


def _opening(asked: list[Asked]) -> Figure:
    opened_ms = 1000 * median(one["open_s"] for one in asked)
    return Within("opening it in a new process", opened_ms, OPEN_GOAL_MS, "ms", f"median of {len(asked)} processes")


def _answers(way: str, asked: list[Asked], count: int) -> list[Figure]:
    """Times of whole look-ups in a new process, and what it then holds beside what it began with."""
    first, middle, most, grown = (median(one[name] for one in asked) for name in ("first_s", "p50", "p99", "grown"))
    return [
        Told(f"the first look-up of a process, {way}", first),
        Told(f"look-up by the library, {way}, p50", middle),
        Told(f"look-up by the library, {way}, p99", most),
        _times_raw(f"memory that the look-ups took, {way}, mapped files included", grown, count),
    ]


def _times_raw(name: str, size_bytes: float, count: int) -> Figure:
    times, of = size_bytes / (RAW_BYTES * count), f"{size_bytes / 1e6:,.0f} MB, {size_bytes / count:.1f} bytes a hash"
    unit = "times 32 bytes a hash"
    return Within(name, times, SIZE_GOAL, unit, of) if count >= LONG else Said(name, f"{times:5.2f} {unit}   {of}")


def ask(folder: Path, queries: list[str]) -> Asked:
    """Open the library and look all queries up; each was planted and must be found."""
    from hashsets.lists import Library

    before, started = resident_bytes(), time.perf_counter()
    library = Library(folder)
    times_s = [time.perf_counter() - started]
    for query in queries:
        started = time.perf_counter()
        hits = library.search_hash(query, Algorithm.PDQ)
        times_s.append(time.perf_counter() - started)
        if not hits:
            raise AssertionError("a planted hash was not found")
    opened, first, *later = times_s
    middle, most = np.percentile(later, [50, 99])
    figures = {"open_s": opened, "first_s": first, "p50": float(middle), "p99": float(most)}
    return {**figures, "grown": resident_bytes() - before}


def main(folder: Path, queries: Path, way: str) -> None:
    """Ask in this process and print what was measured; with numpy alone as where the extra is not installed.

    What a way loads of its own is no memory of the list.
    """
    if way == "numpy":
        sys.modules["numba"] = None  # type: ignore[assignment]
    else:
        fast_chunks()
    print(json.dumps(ask(folder, queries.read_text().split())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
