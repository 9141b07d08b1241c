"""What a hit is worth, and which way of looking answers first: a table with a row for each rule."""

import random
from dataclasses import replace
from datetime import datetime

import pytest

from hashsets.errors import InvalidThresholdError
from hashsets.fingerprint import Fingerprint, Part
from hashsets.formats import ListRow
from hashsets.lists import Library
from hashsets.match import SearchPolicy, Thresholds
from hashsets.values import Algorithm
from hashsets.variants import Variant

DICE = random.Random(4)


def pdq() -> str:
    """Any PDQ: half of its bits are set."""
    places = DICE.sample(range(256), 128)
    return f"{sum(1 << place for place in places):064x}"


def near(value: str, bits: int) -> str:
    """The same with so many bits changed, as many set as cleared and one more."""
    width = 4 * len(value)
    number = int(value, 16)
    for place in DICE.sample(range(width), bits):
        number ^= 1 << place
    return f"{number:0{width // 4}x}"


def eight() -> tuple[str, ...]:
    return tuple(pdq() for _ in range(8))


FILE = Fingerprint(
    md5="1" * 32,
    sha1="2" * 40,
    sha256="3" * 64,
    size_bytes=9,
    mime="image/png",
    width=600,
    height=600,
    pdq=None,
    pdq_quality=80,
    orientations=eight(),
    phash="f0e1d2c3b4a59687",
    is_blank=False,
    is_partial=False,
    problem=None,
    hasher="test",
    parts=(
        Part(Variant.UPRIGHT, 80, eight()),
        Part(Variant.BOX, 80, eight()),
        Part(Variant.QUADRANT, 80, eight()),
        Part(Variant.QUADRANT, 80, eight()),
        Part(Variant.FRAME, 80, eight()),
    ),
)
WHOLE, ENLARGED, BOX, QUARTER, FRAME = (FILE.orientations, *(FILE.parts[at].orientations for at in (0, 1, 3, 4)))

# What is listed, and what is said of it: algorithm, distance, variant, strength; None where it is no hit.
RULES = [
    ("the same file by sha256", {"sha256": FILE.sha256}, ("sha256", 0, "upright", "same_file")),
    ("the same file by sha1", {"sha1": FILE.sha1}, ("sha1", 0, "upright", "same_file")),
    ("the same file by md5", {"md5": FILE.md5}, ("md5", 0, "upright", "same_file")),
    ("the same picture", {"pdq": WHOLE[0]}, ("pdq", 0, "upright", "strong")),
    ("as far as a picture may change", {"pdq": near(WHOLE[0], 31)}, ("pdq", 31, "upright", "strong")),
    ("a mirrored one", {"pdq": near(WHOLE[1], 4)}, ("pdq", 4, "mirror", "strong")),
    ("one turned upside down", {"pdq": near(WHOLE[3], 31)}, ("pdq", 31, "rot180", "strong")),
    ("a larger one", {"pdq": near(ENLARGED[0], 8)}, ("pdq", 8, "upright", "strong")),
    ("a larger one, turned", {"pdq": near(ENLARGED[2], 8)}, ("pdq", 8, "rot90", "strong")),
    ("what stands in a frame", {"pdq": near(BOX[0], 31)}, ("pdq", 31, "box", "strong")),
    ("what stands in a frame, mirrored", {"pdq": near(BOX[1], 2)}, ("pdq", 2, "box", "strong")),
    ("a quarter", {"pdq": near(QUARTER[0], 31)}, ("pdq", 31, "quadrant", "review")),
    ("a frame of an animation", {"pdq": near(FRAME[0], 5)}, ("pdq", 5, "frame", "review")),
    ("just beyond", {"pdq": near(WHOLE[0], 32)}, ("pdq", 32, "upright", "review")),
    ("as far as a person is asked", {"pdq": near(WHOLE[1], 48)}, ("pdq", 48, "mirror", "review")),
    ("a frame's content, just beyond", {"pdq": near(BOX[0], 40)}, ("pdq", 40, "box", "review")),
    ("further than anybody is asked", {"pdq": near(WHOLE[0], 49)}, None),
    ("a quarter, just beyond", {"pdq": near(QUARTER[0], 32)}, None),
    ("the coarser hash", {"phash": near(FILE.phash or "", 8)}, ("phash", 8, "upright", "review")),
    ("the coarser hash, further", {"phash": near(FILE.phash or "", 9)}, None),
]


def row(entry: str, **hashes: str) -> ListRow:
    return ListRow(tuple((Algorithm(name), value) for name, value in hashes.items()), entry)


@pytest.mark.parametrize(("hashes", "said"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_hit_is_worth_what_the_rule_says(
    library: Library, now: datetime, hashes: dict[str, str], said: tuple[str, int, str, str] | None
) -> None:
    library.import_list("partner", [row("E", **hashes)], now=now)
    found = [(hit.algorithm, hit.distance, hit.variant, hit.strength) for hit in library.search(FILE)]

    assert found == ([said] if said else [])


@pytest.mark.parametrize(("bits", "is_hit"), [(31, True), (32, True), (48, True), (49, False)])
def test_a_typed_hash_is_looked_up_as_far_as_a_file(library: Library, now: datetime, bits: int, is_hit: bool) -> None:
    library.import_list("partner", [row("E", pdq=near(WHOLE[0], bits))], now=now)
    found = library.search_hash(WHOLE[0])

    assert [hit.strength for hit in found] == ([("strong" if bits <= 31 else "review")] if is_hit else [])


def test_what_is_sure_spares_the_rest_and_doubt_does_not(library: Library, now: datetime) -> None:
    rows = {"strong": WHOLE[0], "box": BOX[0], "quarter": QUARTER[0], "far": near(WHOLE[0], 40)}
    library.import_list("sure", [row(name, pdq=value) for name, value in rows.items()], now=now)
    doubtful = [row("coarse", phash=FILE.phash or ""), *(row(n, pdq=rows[n]) for n in ("quarter", "far"))]
    library.import_list("doubtful", doubtful, now=now)

    assert [(hit.list, hit.entry) for hit in library.search(FILE)] == [
        ("sure", "strong"),
        ("doubtful", "quarter"),
        ("doubtful", "far"),
        ("doubtful", "coarse"),
    ]


def test_the_settings_say_how_far_a_person_is_asked(library: Library, now: datetime) -> None:
    library.import_list("partner", [row("E", pdq=near(WHOLE[0], 40))], now=now)

    assert library.search(FILE, SearchPolicy(review_bits=39)) == ()
    assert len(library.search(FILE, SearchPolicy(review_bits=40))) == 1


def test_what_a_strict_list_excludes_is_for_review(library: Library, now: datetime) -> None:
    rows = [row("far", pdq=near(WHOLE[1], 21)), row("beyond", pdq=near(WHOLE[0], 49))]
    library.import_list("partner", rows, now=now, thresholds=Thresholds(pdq=20))

    assert [(hit.entry, hit.strength) for hit in library.search(FILE)] == [("far", "review")]


def test_parts_that_show_too_little_for_a_list_are_no_evidence(library: Library, now: datetime) -> None:
    poor = replace(FILE, pdq_quality=49, parts=tuple(replace(part, quality=49) for part in FILE.parts))
    rows = [row(str(at), pdq=value) for at, value in enumerate((WHOLE[0], ENLARGED[0], BOX[0], QUARTER[0], FRAME[0]))]
    library.import_list("partner", rows, now=now)
    assert library.search(poor) == ()

    library.import_list("partner", rows, now=now, thresholds=Thresholds(pdq_quality=49))
    assert [hit.entry for hit in library.search(poor)] == ["0", "1"]


@pytest.mark.parametrize("given", [{"pdq": 49}, {"pdq": -1}, {"phash": 13}, {"pdq_quality": 101}, {"md5": 1}])
def test_a_threshold_that_cannot_be_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(InvalidThresholdError):
        Thresholds().changed(given)


def test_a_threshold_changes_alone() -> None:
    assert Thresholds().changed({"phash": 0}) == Thresholds(pdq=31, pdq_quality=50, phash=0)
