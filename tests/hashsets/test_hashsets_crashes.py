"""A process that dies while it imports, at whatever instant, leaves the old list or the new one, whole and searchable;
one that searches meanwhile notices nothing.
"""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hashsets.formats.rows import ListRow, Withdrawal
from hashsets.index import find_near, hex_to_words
from hashsets.lists import Library
from hashsets.lists.limits import Limits
from hashsets.lists.manifest import load_manifest
from hashsets.values import Algorithm
from tests.hashsets.listmodel import ListModel, content, page
from tests.hashsets.test_hashsets_index import flip, random_hex

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
THEN = 1_790_000_000
LIMITS = Limits(indexed_from=10, layered_from=50, most_share=1.0)
REACH = 31
# What changes a folder, or is about to: Python tells of each of these before it does it.
TOLD = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.utime"})
Event = tuple[str, str]


@dataclass(frozen=True)
class Story:
    """A library with one list, what is imported into it, and what the list is before and after."""

    kind: str
    folder: Path
    source: Path
    before: dict[str, tuple[object, ...]]
    after: dict[str, tuple[object, ...]]
    asked: tuple[str, ...]

    def imported(self, folder: Path) -> None:
        Library(folder, LIMITS).import_list("list", self.source, now=NOW)


def rows_of(seed: int, numbers: range, changed_at: int) -> list[ListRow]:
    """Entries with PDQs that have nothing in common, and as many in clusters of some that are nearly alike."""
    rng = random.Random(seed)
    middles = [random_hex(rng) for _ in range(8)]
    values = (flip(rng.choice(middles), rng.randrange(12), rng) if at % 2 else random_hex(rng) for at in numbers)
    return [
        ListRow(((Algorithm.PDQ, value),), f"E{at}", "A", (), changed_at)
        for at, value in zip(numbers, values, strict=True)
    ]


def story_of(kind: str, folder: Path) -> Story:
    """`whole` puts another list in the place of the first, `layer` lays a page over it."""
    first, model = rows_of(1, range(150), THEN), ListModel()
    model.take_whole(first, NOW)
    Library(folder / "lists", LIMITS).import_list("list", page(folder / "first.json", [*first]), now=NOW)
    before = {name: content(row) for name, (row, _) in model.live.items()}
    said: list[ListRow | Withdrawal] = [*rows_of(2, range(100, 190), THEN + 1)]
    if kind == "whole":
        source = folder / "second.csv"
        lines = [f"{row.entry},A,{row.hashes[0][1]}" for row in said if isinstance(row, ListRow)]
        source.write_text("\n".join(["id,label,pdq", *lines]))
        model.take_whole([ListRow(row.hashes, row.entry, "A") for row in said if isinstance(row, ListRow)], NOW)
    else:
        said += [Withdrawal(f"E{number}", THEN + 1) for number in range(50)]
        source = page(folder / "second.json", said)
        model.take_delta(said, NOW)
    after = {name: content(row) for name, (row, _) in model.live.items()}
    rng = random.Random(3)
    listed = [row.hashes[0][1] for row in (*first, *said) if isinstance(row, ListRow)]
    asked = tuple(flip(value, distance, rng) for distance in range(REACH + 1) for value in rng.sample(listed, 4))
    return Story(kind, folder / "lists", source, before, after, asked)


@pytest.fixture(scope="module", params=["whole", "layer"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return story_of(request.param, tmp_path_factory.mktemp(request.param))


def in_a_process_of_its_own(do: Callable[[], None]) -> int:
    """Its process id; it ends with 0 unless something is raised or it is killed."""
    child = os.fork()
    if child == 0:
        try:
            do()
        except BaseException as problem:  # noqa: BLE001 - whatever it is, the parent is to hear of it
            os.write(2, f"{type(problem).__name__}: {problem}\n".encode())
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def events_of(do: Callable[[], None]) -> list[Event]:
    """Everything that changes a folder while this is done, in order."""
    told, tell = os.pipe()

    def watch(event: str, given: tuple[object, ...]) -> None:
        if event in TOLD:
            os.write(tell, f"{event} {Path(str(given[0])).name}\n".encode())

    def watched() -> None:
        sys.addaudithook(watch)
        do()

    child = in_a_process_of_its_own(watched)
    os.close(tell)
    with os.fdopen(told) as stream:
        lines = stream.read().splitlines()
    assert ended(child) == 0
    return [(event, name) for event, _, name in (line.partition(" ") for line in lines)]


def die_before(number: int, do: Callable[[], None]) -> None:
    """Do it in another process that is killed before the event of this number."""
    left = number

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal left
        if event in TOLD:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(watch)
        do()

    assert ended(in_a_process_of_its_own(watched)) == -signal.SIGKILL


def die_after(seconds: float, do: Callable[[], None]) -> None:
    child = in_a_process_of_its_own(do)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert ended(child) in (0, -signal.SIGKILL)


def nearest(rows: list[ListRow], asked: str) -> dict[str, int]:
    """What comparing with all finds."""
    words = hex_to_words([row.hashes[0][1] for row in rows], Algorithm.PDQ)
    near = find_near(words, hex_to_words([asked], Algorithm.PDQ), REACH)
    pairs = zip(near.positions.tolist(), near.distances.tolist(), strict=True)
    return {str(rows[at].entry): distance for at, distance in pairs}


def check(story: Story, folder: Path) -> None:
    """The list is the old one or the new one, and is found whole; the next import puts everything right."""
    library = Library(folder, LIMITS)
    assert library.verify() == []
    rows = list(library._get("list").segment.read_rows())
    assert {str(row.entry): content(row) for row in rows} in (story.before, story.after)
    for asked in story.asked:
        found = {hit.entry: hit.distance for hit in library.search_hash(asked, "pdq") if hit.distance <= REACH}
        assert nearest(rows, asked) == found
    story.imported(folder)
    library.refresh()
    assert {str(row.entry): content(row) for row in library._get("list").segment.read_rows()} == story.after
    assert library.verify() == []
    assert {path.name for path in folder.iterdir()} == {"list", "manifest.json", ".lock"}
    needed = {f"v{layer.version}" for layer in load_manifest(folder / "manifest.json")["list"].layers}
    assert needed == ({"v1", "v2"} if story.kind == "layer" else {"v2"})
    there = {path.name for path in (folder / "list").iterdir()}
    assert needed | {".import.lock"} <= there <= {"v1", "v2", ".import.lock"}


def copied(story: Story, folder: Path) -> Path:
    return shutil.copytree(story.folder, folder / "lists")


def position(events: list[Event], event: str, name: str) -> int:
    return next(at for at, told in enumerate(events) if told[0] == event and name in told[1])


def chosen(events: list[Event]) -> Iterator[int]:
    """Before the building and in it, before and after the folder gets its name, before and after the swap, tidying."""
    yield position(events, "os.mkdir", ".building")
    yield position(events, "open", "pdq_numbers.npy")
    yield position(events, "os.rename", ".building")
    yield position(events, "os.rename", ".building") + 1
    swap = position(events, "os.rename", "manifest.json")
    yield from (swap - 1, swap, swap + 1, len(events) - 1)


def test_an_import_killed_at_each_turning_point_leaves_one_whole_list(story: Story, tmp_path: Path) -> None:
    whole = copied(story, tmp_path / "dry")
    events = events_of(lambda: story.imported(whole))
    for number in chosen(events):
        folder = copied(story, tmp_path / str(number))
        die_before(number, lambda at=folder: story.imported(at))
        check(story, folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 15))])
def test_an_import_killed_anywhere_leaves_one_whole_list(story: Story, tmp_path: Path, seed: int) -> None:
    rng, whole = random.Random(seed), copied(story, tmp_path / "dry")
    started = time.monotonic()
    events = events_of(lambda: story.imported(whole))
    took_s = time.monotonic() - started
    for number in range(4):
        folder = copied(story, tmp_path / str(number))
        if number % 2:
            die_before(rng.randrange(len(events)), lambda at=folder: story.imported(at))
        else:
            die_after(rng.uniform(0, took_s), lambda at=folder: story.imported(at))
        check(story, folder)
        shutil.rmtree(folder)


def labelled(label: str) -> list[ListRow]:
    """Forty entries that say in their label which import they are of, and share a hash with those of every other."""
    return [
        ListRow(((Algorithm.MD5, SHARED), (Algorithm.PDQ, flip(NEAR_TO, at % 20, random.Random(at)))), f"E{at}", label)
        for at in range(40)
    ]


SHARED = random_hex(random.Random(8), Algorithm.MD5)
NEAR_TO = random_hex(random.Random(9))
IMPORTS = 12


def search_until_told(folder: Path, told: int) -> None:
    """Search without a pause, and fail where an answer is not of one state of the list."""
    library, seen = Library(folder, LIMITS), set()
    os.set_blocking(told, False)
    while not _is_told(told):
        for asked, algorithm in ((SHARED, "md5"), (NEAR_TO, "pdq")):
            hits = library.search_hash(asked, algorithm)
            labels = {(hit.label, hit.list_version) for hit in hits}
            assert len(labels) == 1, labels
            assert {hit.entry for hit in hits} | {"E7"} == {f"E{at}" for at in range(40)}, len(hits)
            seen |= labels
        assert library.show("own").entries in (39, 40, 139, 140)
    assert len(seen) > IMPORTS // 2


def _is_told(told: int) -> bool:
    try:
        return bool(os.read(told, 1))
    except BlockingIOError:
        return False


@pytest.mark.parametrize("is_layered", [True, False])
def test_a_process_that_searches_all_the_time_sees_one_whole_list_after_the_other(
    tmp_path: Path, is_layered: bool
) -> None:
    library = Library(tmp_path / "lists", LIMITS)
    others = [
        ListRow(((Algorithm.MD5, random_hex(random.Random(f"O{at}"), Algorithm.MD5)),), f"O{at}") for at in range(100)
    ]
    library.import_list("own", [*labelled("0"), *(others if is_layered else [])], now=NOW, role="own")
    told, tell = os.pipe()
    child = in_a_process_of_its_own(lambda: search_until_told(tmp_path / "lists", told))
    for number in range(1, IMPORTS + 1):
        if is_layered:
            library.add_entries("own", labelled(str(number)), NOW)
        else:
            library.import_list("own", labelled(str(number)), now=NOW)
        library.withdraw("own", "E7", NOW)
        time.sleep(0.02)
        library.reinstate("own", "E7")
    os.write(tell, b"x")

    assert ended(child) == 0
    assert (library._get("own").stored.under is not None) == is_layered


def test_a_list_that_is_removed_while_it_is_being_opened_is_opened_as_it_is_then(tmp_path: Path) -> None:
    library = Library(tmp_path / "lists", LIMITS)
    library.import_list("own", labelled("0"), now=NOW)
    begun, say_begun = os.pipe()
    told, tell = os.pipe()

    def wait(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and "/v1/" in str(given[0]):
            os.write(say_begun, b"x")
            os.read(told, 1)

    def open_slowly() -> None:
        sys.addaudithook(wait)
        assert {hit.label for hit in Library(tmp_path / "lists").search_hash(SHARED, "md5")} == {"2"}

    child = in_a_process_of_its_own(open_slowly)
    os.read(begun, 1)
    library.import_list("own", labelled("1"), now=NOW)
    library.import_list("own", labelled("2"), now=NOW)
    assert not (tmp_path / "lists" / "own" / "v1").exists()
    os.write(tell, b"x")

    assert ended(child) == 0
