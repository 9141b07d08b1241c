"""Families of pictures: what hashes and local features find again together, what they find wrongly, and how long it
takes, beside the goals. The originals are photographs as far as there are enough, then what designers made.
"""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from hashsets.features import Asked, Features, Kept, Looks, to_ask
from hashsets.lookalikes import Lookalikes
from scripts.alterations import ALTERATIONS, query
from scripts.bench import photographs
from scripts.bench.alike import FIRST_OTHER, METHODS, asked_of, kept_of
from scripts.bench.figures import Figure, Said, Within
from scripts.bench.recalling import Listed, Outcome, list_originals
from scripts.bench.turns import one_core, timed
from scripts.pictures import Picture

# In the order of METHODS, where an outcome says who found the original: alone, alone, with quarters, and by features.
_PHASH, _PDQ, _VARIANTS, _FEATURES = 0, 1, 4, 7
EACH = 100
"""So many families of the timing for each original."""
# A synthetic look is a real one with a share of its bits flipped: neighbouring bits go together as they do in pictures.
_FLIPPED, _MASKS = 0.2, 1 << 14
_TIMED = ("none", "crop 20 %", "meme text", "mirror and crop 20 %", "half the size")
_ROUNDS = 3
# Looked at one by one, 2026-11-25; the others are drawn or rendered, mostly of few flat colours.
PHOTOGRAPHED = frozenset(
    {"Bridge_by_Sander_Klootwijk", "Dragonfly_by_Bolly", "Picture_0B_by_freespace", "Picture_1A_by_freespace"}
    | {"Wine_by_Jakkub_Mede", "aitzgorri_by_Aitzol_Berasategi", "free_by_Peter_Nerlich"}
    | {"friends_by_Aitzol_Berasategi", "greentock_by_Peter_Nerlich", "life_by_Aitzol_Berasategi"}
    | {"picosdeeuropa_by_Aitzol_Berasategi", "seeding_by_Clements_Engelhardt", "sunset_by_Aitzol_Berasategi"}
    | {"Kleiber_by_Lukas_Baubkus", "Aqua", "Blinds", "Dune", "FreshFlower", "Garden", "GreenMeadow", "LadyBird"}
    | {"RainDrops", "Storm", "TwoWings", "Wood", "YellowFlower", "BytheWater", "ColdRipple", "EveningGlow"}
    | {"FallenLeaf", "Grey", "Kite", "OneStandsOut", "Path", "Volna", "summer_1am", "Butterfly-Kenneth-Wimer"}
    | {"Valendas", "after-the-rain", "appleflower", "butterfly", "cloud", "drop", "flowers", "fog"}
    | {"this-is-not-windows", "brick", "camera", "cell", "chelsea", "coffee", "coins", "grass", "gravel"}
    | {"hubble_deep_field", "moon", "motorcycle_left", "rocket"}
).union(*photographs.CHOSEN.values())
# The same in other colours, or with a logo: these do share content.
SAME = frozenset(
    {"grid-l", "pixels-l", "truchet-l", "wood-l", "adwaita-d", "licorice-l", "symbolic-l", "MATE-Stripes-Light"}
    | {"triangles-logo", "waves-logo", "plasma-logo-dark", "origami-bright-logo", "origami-dark", "origami-light"}
)


def originals(count: int, *, drawn: bool) -> list[Listed]:
    """So many originals that share nothing, photographs first; says how many are."""
    files = [] if drawn else [file for file in photographs.gather() if _name(file) not in SAME]
    listed = list_originals(sorted(files, key=lambda file: _name(file) not in PHOTOGRAPHED), count)
    photographed = sum(one.original.file is not None and _name(one.original.file) in PHOTOGRAPHED for one in listed)
    print(f"  {photographed} of them are photographs, the others designs", flush=True)
    return listed


def _name(file: Path) -> str:
    """Of a wallpaper in several sizes the folder is named, and the file has its size for a name."""
    return file.parents[2].name if file.parent.name.startswith("images") else file.stem


def figures(outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    """Recall by method, the mean and the least over all alterations; false leads among so many pairs."""
    for which, method in enumerate(METHODS):
        recall = {name: _recall([one for one in outcomes if one.alteration == name], which) for name in ALTERATIONS}
        least = min(recall, key=lambda name: recall[name])
        mean = sum(recall.values()) / len(recall)
        if method == "families":
            yield Within("missed by families, of all", 100 - mean, 3, "%", f"recall {mean:.2f} %")
            yield Within("missed by families, of one alteration", 100 - recall[least], 15, "%", least)
        else:
            yield Said(f"recall by {method}", f"{mean:.1f} % of all, {recall[least]:.1f} % of the least, {least}")
        yield from _false(outcomes, which, method)


def _recall(some: Sequence[Outcome], which: int) -> float:
    """In percent."""
    return 100 * sum(_is_found(one, which) for one in some) / len(some)


def _is_found(outcome: Outcome, which: int) -> bool:
    ways = ((_PHASH,), (_PDQ,), (_VARIANTS,), (_VARIANTS, _FEATURES))[which]
    return any(outcome.found[way] for way in ways)


def _false(outcomes: Sequence[Outcome], which: int, method: str) -> Iterator[Figure]:
    seen = [one.seen for one in outcomes if one.seen]
    count, pairs = sum(one.false[which] for one in seen), sum(one.pairs for one in seen)
    others = max(one.pairs for one in seen)
    of = f"{count} in {pairs:,} pairs, {others:,} others each"
    yield Within(f"false leads by {method} in 100,000 unrelated pairs", 1e5 * count / pairs, 1, "", of)


def timings(listed: Sequence[Listed]) -> Iterator[Figure]:
    """What one picture costs, in one thread."""
    cv2.setNumThreads(1)
    pictures = [one.original.load() for one in listed]
    greys = [np.asarray(picture.convert("L")) for picture in pictures]
    with one_core():
        extraction = [min(timed(to_ask, grey) for _ in range(_ROUNDS)) for grey in greys]
        size = "x".join(str(side) for side in pictures[0].size)
        yield Within("features of one picture", 1000 * median(extraction), 20, "ms", f"median of {len(greys)}, {size}")
        yield from _look_up(listed, pictures)


def _look_up(listed: Sequence[Listed], pictures: Sequence[Picture]) -> Iterator[Figure]:
    crowd = Crowd(pictures, EACH * len(pictures))
    questions = [
        list(asked_of(query(picture, name, one.original.number)))
        for (one, picture), name in zip(zip(listed, pictures, strict=True), itertools.cycle(_TIMED), strict=False)
    ]
    crowd.search(questions[0])
    found = [min(timed(crowd.search, asked) for _ in range(_ROUNDS)) for asked in questions]
    name = f"look-up among {len(pictures) * (EACH + 1):,} families"
    yield Within(name, 1000 * median(found), 150, "ms", f"median of {len(found)} altered pictures")
    yield Said(
        "of these families", f"{len(pictures)} are pictures, the others their looks with 20 % of the bits flipped"
    )


class Crowd:
    """Families of these pictures, and many synthetic ones, whose looks are spread as those of pictures are."""

    def __init__(self, pictures: Sequence[Picture], count: int) -> None:
        self._kept = [kept_of(picture) for picture in pictures]
        rng = np.random.default_rng(9)
        self._masks = np.packbits(rng.random((_MASKS, 256)) < _FLIPPED, axis=1)
        self._lookalikes = Lookalikes()
        for number, kept in enumerate(self._kept):
            self._lookalikes.add(number, kept)
        for number in range(FIRST_OTHER, FIRST_OTHER + count):
            self._lookalikes.add(number, self.load(number))

    def load(self, number: int) -> tuple[Kept, Kept]:
        """What is kept of one, the same each time."""
        if number < FIRST_OTHER:
            return self._kept[number]
        rng = np.random.default_rng(number)
        upright, mirrored = (self._disguised(one, rng) for one in self._kept[number % len(self._kept)])
        return upright, mirrored

    @property
    def size_bytes(self) -> int:
        """How much memory the index holds."""
        return self._lookalikes.size_bytes

    def search(self, asked: Sequence[Asked]) -> set[int]:
        """Who is found."""
        return {found.number for found in self._lookalikes.search(asked, self.load)}

    def _disguised(self, kept: Kept, rng: np.random.Generator) -> Kept:
        """Other looks at the same places, from all over the pictures."""
        features = kept.features
        looks = self._some_looks(rng, len(features.places)) ^ self._masks[rng.integers(0, _MASKS, len(features.places))]
        return Kept(Features(features.size, features.places, looks), kept.shade)

    def _some_looks(self, rng: np.random.Generator, count: int) -> Looks:
        one, other = (self._kept[rng.integers(len(self._kept))][0].features.looks for _ in range(2))
        both: NDArray[np.uint8] = np.concatenate([one, other])
        return both[rng.integers(0, len(both), count)] if len(both) else np.zeros((count, 32), np.uint8)
