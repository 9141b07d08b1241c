"""`make bench`: every performance figure beside its peer. Nothing of it fails; it tells what is met and what is not."""

import argparse
import tempfile
from pathlib import Path

from scripts.bench import asking, looking, searching, serving, starting
from scripts.bench.figures import say, show


def main(arguments: list[str] | None = None) -> None:
    """Prints all figures."""
    chosen = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        say(f"starting programs, {chosen.starts} times each")
        show("Start", starting.measure(folder, chosen.starts))
        say(f"drawing {chosen.pictures} pictures, filling homes with {chosen.cases} cases")
        size = (chosen.width, chosen.width * 3 // 4)
        serving.draw_files(folder / "pictures", looking.WARM_UP + chosen.pictures, size)
        with serving.served(folder / "pictures") as served:
            show("Pipeline", looking.measure(folder, served, chosen.cases, chosen.block))
        largest = max(chosen.cases)
        show("Lists", asking.measure(folder / f"home-{largest}", largest))
    for count in chosen.hashes:
        say(f"building an index of {count:,} hashes")
        show(f"Search in {count:,} hashes", searching.measure(count, chosen.lookups))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--starts", type=int, default=15, help="runs of each program")
    parser.add_argument("--pictures", type=int, default=60, help="pictures that are counted")
    parser.add_argument("--width", type=int, default=1632, help="their width; the height is three quarters of it")
    parser.add_argument("--block", type=int, default=10, help="pictures taken before it is the next way's turn")
    parser.add_argument("--cases", type=int, nargs="+", default=[0, 100, 10_000], help="sizes of the homes")
    parser.add_argument("--hashes", type=int, nargs="+", default=[1_000_000, 10_000_000], help="sizes of the lists")
    parser.add_argument("--lookups", type=int, default=1_000, help="look-ups in each list")
    return parser


if __name__ == "__main__":
    main()
