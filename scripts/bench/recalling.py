"""What is found again of altered pictures, and what is found wrongly: every query goes the whole way, through the
decoder's process and the library. Half of the originals stand in one pair of lists, of PDQ and of pHash, and half in
another: a search ends with the first stage that finds anything, so that in the other half all of them are gone through.
"""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hashsets.decode import DecoderPool
from hashsets.fingerprint import Fingerprint
from hashsets.formats.rows import ListRow
from hashsets.lists import Library
from hashsets.match import Hit, Strength
from hashsets.values import NEAR, Algorithm
from hashsets.variants import ORIENTATIONS, Variant
from scripts import pictures
from scripts.alterations import ALTERATIONS, query
from scripts.bench import alike, photographs
from scripts.bench.alike import Seen
from scripts.bench.figures import say
from scripts.pictures import Picture

LONGEST = 1024
# Two originals nearer than this are taken for the same picture, and one of them is left out.
DISTINCT_BITS = 60
PDQ_BITS, PHASH_BITS = 31, 8
LEAST_QUALITY = 50
SHOWN = 20
WORKERS = 2
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
HALVES = ("even", "odd")
COLUMNS = ("pHash alone", "PDQ alone", "8 turns", "+ box", "+ quarters", "+ 32-48 bits", "anything")
FAMILY_COLUMNS = (*COLUMNS, "features", "a family")
KINDS = ("strong", "review", "alike")


@dataclass(frozen=True)
class Original:
    """One picture of the lists; drawn where there is no file."""

    number: int
    file: Path | None

    @property
    def name(self) -> str:
        return f"drawn {self.number}" if self.file is None else f"{self.file.parent.name}/{self.file.name}"

    def load(self) -> Picture:
        return pictures.draw(self.number, (LONGEST, 768)) if self.file is None else photographs.load(self.file, LONGEST)


@dataclass(frozen=True)
class Listed:
    """An original with the hashes that stand in the lists."""

    original: Original
    pdq: str
    phash: str


@dataclass(frozen=True)
class Outcome:
    """One query: which of the columns found its original, and hits on other originals, by KINDS."""

    alteration: str
    found: tuple[bool, ...]
    strong: tuple[str, ...]
    review: tuple[str, ...]
    alike: tuple[str, ...]
    seen: Seen | None


def measure(folder: Path, count: int, *, drawn: bool) -> list[Outcome]:
    """One outcome for each of `count` distinct originals and each alteration."""
    return look_up(folder, list_originals([] if drawn else photographs.gather(), count))


def look_up(folder: Path, listed: Sequence[Listed], *, with_features: bool = False) -> list[Outcome]:
    """One outcome for each original and each alteration. Features take long."""
    _import(folder, listed)
    say(f"looking up {len(listed)} pictures in {len(ALTERATIONS)} alterations, {WORKERS} at a time")
    by_entry = {str(one.original.number): one.original.name for one in listed}
    with _workers() as workers:
        if with_features:
            known = workers.map(partial(_keep, folder), listed)
            alike.write(folder, [one for some in known for one in some])
        taken = workers.map(partial(_take, folder, by_entry), listed)
        return [outcome for outcomes in taken for outcome in outcomes]


def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn"))


def list_originals(files: Sequence[Path], count: int) -> list[Listed]:
    """The first `count` that are fit: of these photographs, then of drawn pictures."""
    sources = [*files, *[None] * (2 * count)]
    originals = [Original(number, file) for number, file in enumerate(sources)]
    kept: list[tuple[Original, Fingerprint]] = []
    left_out: Counter[str] = Counter()
    with _workers() as workers:
        for start in range(0, len(originals), count):
            piece = originals[start : start + count]
            for original, found in zip(piece, workers.map(_fingerprint, piece, chunksize=4), strict=True):
                if len(kept) == count:
                    break
                if problem := _unfit(found, kept):
                    left_out[problem] += 1
                else:
                    kept.append((original, found))
    drawn_count = sum(original.file is None for original, _ in kept)
    print(f"Originals: {count}, {drawn_count} of them drawn. Left out: {_counted(left_out)}.", flush=True)
    return [Listed(one, found.pdq or "", found.phash or "") for one, found in kept]


def _counted(left_out: Counter[str]) -> str:
    return ", ".join(f"{number} {problem}" for problem, number in left_out.items()) or "none"


def _unfit(found: Fingerprint, kept: Sequence[tuple[Original, Fingerprint]]) -> str | None:
    """Why a picture is no original of its own; lists of the field hold no hashes of such low quality either."""
    if found.pdq is None or found.phash is None or found.is_blank or (found.pdq_quality or 0) < LEAST_QUALITY:
        return f"with a PDQ quality under {LEAST_QUALITY}"
    if any(_nearest(found.orientations, other.pdq or "") <= DISTINCT_BITS for _, other in kept):
        return f"within {DISTINCT_BITS} bits of another"
    return None


def _nearest(values: Sequence[str], other: str) -> int:
    return min((int(value, 16) ^ int(other, 16)).bit_count() for value in values)


def _import(folder: Path, listed: Sequence[Listed]) -> None:
    library = Library(folder)
    for place, half in enumerate(HALVES):
        for algorithm in NEAR:
            some = listed[place :: len(HALVES)]
            rows = [ListRow(((algorithm, getattr(one, algorithm)),), str(one.original.number)) for one in some]
            library.import_list(f"{algorithm}-{half}", rows, now=NOW)


# What a worker opens once and keeps: its decoder and the lists.
_opened: dict[Path | None, tuple[DecoderPool, Library | None]] = {}


def _open(folder: Path | None) -> tuple[DecoderPool, Library | None]:
    if folder not in _opened:
        _opened[folder] = (DecoderPool(1), Library(folder) if folder else None)
    return _opened[folder]


def _fingerprint(original: Original) -> Fingerprint:
    return _open(None)[0].fingerprint(pictures.png(original.load()))


def _keep(folder: Path, listed: Listed) -> list[alike.Known]:
    return alike.keep_with_others(folder, listed.original.number, listed.original.load)


def _take(folder: Path, names: dict[str, str], listed: Listed) -> list[Outcome]:
    picture, outcomes = listed.original.load(), []
    pool, library = _open(folder)
    assert library is not None
    for alteration in ALTERATIONS:
        body = query(picture, alteration, listed.original.number)
        fingerprint = pool.fingerprint(body)
        seen = alike.look(folder, listed.original.number, body, fingerprint)
        hits = library.search(fingerprint)
        wrong = [hit for hit in hits if hit.entry != str(listed.original.number)]
        described = [(hit.strength, _wrong(hit, names, listed, alteration)) for hit in wrong]
        strong = tuple(text for strength, text in described if strength is not Strength.REVIEW)
        review = tuple(text for strength, text in described if strength is Strength.REVIEW)
        found = tuple(_columns(fingerprint, hits, listed))
        shown = seen.shown if seen else frozenset()
        if seen:
            is_shown = listed.original.number in shown
            found = (*found, is_shown, is_shown or found[-1])
        others = shown - {listed.original.number}
        like = tuple(f"{listed.original.name}, {alteration}: {names[str(other)]} by features" for other in others)
        outcomes.append(Outcome(alteration, found, strong, review, like, seen))
    return outcomes


def _wrong(hit: Hit, names: dict[str, str], listed: Listed, alteration: str) -> str:
    found = f"{names[hit.entry]} by {hit.algorithm} {hit.variant} at {hit.distance}"
    return f"{listed.original.name}, {alteration}: {found}"


def _columns(fingerprint: Fingerprint, hits: Sequence[Hit], listed: Listed) -> Iterator[bool]:
    """Two ways to compare one hash with one, as the plain tools do; then what ours finds, each with those before it."""
    yield fingerprint.phash is not None and _nearest([fingerprint.phash], listed.phash) <= PHASH_BITS
    yield fingerprint.pdq is not None and _nearest([fingerprint.pdq], listed.pdq) <= PDQ_BITS
    own = [hit for hit in hits if hit.entry == str(listed.original.number)]
    near = [hit for hit in own if hit.algorithm is Algorithm.PDQ]
    within = {hit.variant for hit in near if hit.distance <= PDQ_BITS}
    turned = not within.isdisjoint(ORIENTATIONS)
    boxed = turned or Variant.BOX in within
    yield from (turned, boxed, boxed or bool(within), bool(near), bool(own))


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One line for each alteration: recall in percent by column, then hits on other originals."""
    columns = next(some for some in (COLUMNS, FAMILY_COLUMNS) if len(some) == len(outcomes[0].found))
    kinds = KINDS if columns is FAMILY_COLUMNS else KINDS[:2]
    heads = "".join(f"{name:>13}" for name in columns) + "".join(f"{f'wrong, {kind}':>15}" for kind in kinds)
    yield f"  {'':<34}{heads}"
    for name in ALTERATIONS:
        yield _line(name, [one for one in outcomes if one.alteration == name], kinds)
    yield _line("all", outcomes, kinds)
    yield from _wrongs(outcomes, kinds)


def _line(name: str, some: Sequence[Outcome], kinds: Sequence[str]) -> str:
    shares = [100 * sum(found) / len(some) for found in zip(*(one.found for one in some), strict=True)]
    wrong = [sum(len(getattr(one, kind)) for one in some) for kind in kinds]
    return f"  {name:<34}" + "".join(f"{share:>13.1f}" for share in shares) + "".join(f"{n:>15}" for n in wrong)


def _wrongs(outcomes: Sequence[Outcome], kinds: Sequence[str]) -> Iterator[str]:
    """How often per query, and some of them by name, so that a person can look at them."""
    wrong = {kind: [text for outcome in outcomes for text in getattr(outcome, kind)] for kind in kinds}
    for kind, texts in wrong.items():
        share = len(texts) / len(outcomes)
        yield f"  hits on other originals, {kind}: {len(texts)} in {len(outcomes):,} queries, {share:.4f} a query"
    yield from (f"    {text}" for texts in wrong.values() for text in texts[:SHOWN])
