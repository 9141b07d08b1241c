"""`make bench`: every performance figure beside its peer. Nothing of it fails; it tells what is met and what is not."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from scripts.bench.figures import say, show

# What a part needs is loaded when it runs: its workers load this module too, and must stay small.


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures of all parts, or of those that are named."""
    chosen = _parser().parse_args(arguments)
    for part in chosen.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
            PARTS[part](Path(name), chosen)


def _run_pipeline(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import asking, looking, serving, starting

    say(f"starting programs, {chosen.starts} times each")
    show("Start", starting.measure(folder, chosen.starts))
    say(f"drawing {chosen.items} pictures, filling homes with {chosen.cases} cases")
    size = (chosen.width, chosen.width * 3 // 4)
    serving.draw_files(folder / "pictures", looking.WARM_UP + chosen.items, size)
    with serving.served(folder / "pictures") as served:
        show("Pipeline", looking.measure(folder, served, chosen.cases, chosen.block))
    largest = max(chosen.cases)
    show("Lists", asking.measure(folder / f"home-{largest}", largest))


def _run_farm(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import farming

    say(f"looking at {chosen.farm_items} pictures on as many hosts, {chosen.farm_rounds} times in every way")
    show("Farm", farming.measure(folder, chosen.farm_items, chosen.answer_s, chosen.farm_rounds))


def _run_notices(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import noticing

    show("Notices", noticing.measure(folder, chosen.due_items, chosen.due_contacts))


def _run_hashing(_: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import hashing

    show("Hashing", hashing.measure(chosen.photographs, chosen.rounds, drawn=chosen.drawn))


def _run_search(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import keeping, searching

    for count in chosen.hashes:
        say(f"building an index of {count:,} hashes")
        show(f"Look-up in {count:,} hashes", searching.measure(count, chosen.lookups))
        show(f"A list of {count:,} hashes", keeping.measure(folder, count, chosen.lookups))


def _run_imports(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import importing

    show("Imports", importing.measure(folder, chosen.rows))


def _run_recall(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import recalling

    outcomes = recalling.measure(folder, chosen.pictures, drawn=chosen.drawn)
    print(f"Recall of {chosen.pictures} pictures, in percent", *recalling.table(outcomes), sep="\n", flush=True)


def _run_families(folder: Path, chosen: argparse.Namespace) -> None:
    from scripts.bench import families, recalling

    listed = families.originals(chosen.photographed, drawn=chosen.drawn)
    show("Families, time", list(families.timings(listed)))
    outcomes = recalling.look_up(folder, listed, with_features=True)
    print(f"Families of {len(listed)} pictures, in percent", *recalling.table(outcomes), sep="\n", flush=True)
    show("Families, recall", list(families.figures(outcomes)))


PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {
    "pipeline": _run_pipeline,
    "farm": _run_farm,
    "notices": _run_notices,
    "hashing": _run_hashing,
    "search": _run_search,
    "imports": _run_imports,
    "recall": _run_recall,
    "families": _run_families,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--drawn", action="store_true", help="drawn pictures only; nothing is fetched")
    pipeline = parser.add_argument_group("pipeline")
    pipeline.add_argument("--starts", type=int, default=15, help="runs of each program")
    pipeline.add_argument("--items", type=int, default=60, help="pictures that are counted")
    pipeline.add_argument("--width", type=int, default=1632, help="their width; the height is three quarters of it")
    pipeline.add_argument("--block", type=int, default=10, help="pictures taken before it is the next way's turn")
    pipeline.add_argument("--cases", type=int, nargs="+", default=[0, 100, 10_000], help="sizes of the homes")
    farm = parser.add_argument_group("farm")
    farm.add_argument("--farm-items", type=int, default=100, help="pictures, each on a host of its own")
    farm.add_argument("--answer-s", type=float, default=0.1, help="seconds after which the hosts answer")
    farm.add_argument("--farm-rounds", type=int, default=3, help="rounds of every way in turn")
    due = parser.add_argument_group("notices")
    due.add_argument("--due-items", type=int, default=10_000, help="items of which somebody is due to be told")
    due.add_argument("--due-contacts", type=int, default=500, help="contacts who are")
    hashing = parser.add_argument_group("hashing")
    hashing.add_argument("--photographs", type=int, default=8, help="different ones of each size")
    hashing.add_argument("--rounds", type=float, default=1.0, help="how long to measure; 0.1 is a tenth of the time")
    search = parser.add_argument_group("search")
    search.add_argument("--hashes", type=int, nargs="+", default=[1_000_000, 10_000_000], help="sizes of the lists")
    search.add_argument("--lookups", type=int, default=1_000, help="look-ups in each list")
    imports = parser.add_argument_group("imports")
    imports.add_argument("--rows", type=int, default=1_000_000, help="rows of each file")
    recall = parser.add_argument_group("recall")
    recall.add_argument("--pictures", type=int, default=200, help="originals, each altered in every way")
    families = parser.add_argument_group("families")
    families.add_argument("--photographed", type=int, default=100, help="originals, each altered in every way")
    return parser


if __name__ == "__main__":
    main()
