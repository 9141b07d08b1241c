"""A list whose latest changes lie in a layer of their own is the list that writing everything anew would give."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hashsets.errors import DamagedListError, NoSuchEntryError
from hashsets.formats.rows import ListRow, Withdrawal
from hashsets.lists import EntryInfo, Library
from hashsets.lists.limits import Limits
from hashsets.lists.manifest import load_manifest
from hashsets.values import EXACT, NEAR, Algorithm
from tests.hashsets.listmodel import KINDS, ListModel, content, page
from tests.hashsets.test_hashsets_deltas import counts, to_format_1
from tests.hashsets.test_hashsets_index import flip, random_hex

LAYERED = {
    "layers": Limits(layered_from=8, most_changes=25, most_share=2.0),
    "layers and indexes": Limits(indexed_from=3, layered_from=8, most_changes=25, most_share=2.0),
    "no layers": Limits(layered_from=10**9),
}
THEN = 1_790_000_000
NAMES = [f"E{number}" for number in range(40)]


class Story:
    """One random sequence of everything that can be done to a list, done to the library and to the model."""

    def __init__(self, seed: str, folder: Path, now: datetime, limits: Limits) -> None:
        self.rng, self.folder, self.now = random.Random(seed), folder, now
        self.library, self.model = Library(folder / "lists", limits), ListModel()
        # Few values, so that entries share some of them.
        self.values = {name: [random_hex(self.rng, name) for _ in range(25)] for name in Algorithm}

    def row(self, name: str, changed_at: int = 0) -> ListRow:
        kinds = [Algorithm.PDQ] * 3 if self.rng.random() < 0.2 else self.rng.sample(list(Algorithm), 2)
        hashes = tuple(dict.fromkeys((known, self.rng.choice(self.values[known])) for known in kinds))
        others = (("tmk", "QUJD"),) if self.rng.random() < 0.2 else ()
        is_video = kinds[0] is Algorithm.PDQ and self.rng.random() < 0.8
        return ListRow(hashes, name, self.rng.choice("AB"), others, changed_at, is_video)

    def import_whole(self) -> None:
        rows = [self.row(self.rng.choice(NAMES)) for _ in range(self.rng.randrange(10, 30))]
        if self.rng.random() < 0.3 and self.model.live:
            rows = [row for row, _ in self.model.live.values()]
        rows = list({row.entry: row for row in rows}.values())
        assert self.model.take_whole(rows, self.now) == counts(
            self.library.import_list("own", rows, now=self.now, role="own")
        )

    def import_page(self) -> None:
        said = list(self._said())
        told = self.model.take_delta(said, self.now)
        source = page(self.folder / "page.json", said)
        assert told == counts(self.library.import_list("own", source, now=self.now, role="own"))

    def _said(self) -> Iterator[ListRow | Withdrawal]:
        for _ in range(self.rng.randrange(1, 8)):
            name, changed_at = self.rng.choice(NAMES), self.rng.randrange(1_700_000_000, 1_700_000_006)
            if self.rng.random() < 0.4:
                yield Withdrawal(name, changed_at)
            else:
                known = self.rng.choice(list(KINDS))
                yield ListRow(((known, self.rng.choice(self.values[known])),), name, "A", (), changed_at)

    def add_entries(self) -> None:
        rows = [self.row(name, 1_800_000_000) for name in self.rng.sample(NAMES, self.rng.randrange(1, 6))]
        told = self.model.take_delta(list(rows), self.now)
        self.model.revive({str(row.entry) for row in rows})
        assert told == counts(self.library.add_entries("own", rows, self.now))

    def withdraw(self) -> None:
        name = self.rng.choice(NAMES)
        if name in self.model.live:
            self.library.withdraw("own", name, self.now)
            self.model.withdrawn.setdefault(name, self.now)
        else:
            with pytest.raises(NoSuchEntryError):
                self.library.withdraw("own", name, self.now)

    def reinstate(self) -> None:
        for name in list(self.model.withdrawn):
            if name in self.model.live:
                self.library.reinstate("own", name)
                self.model.revive({name})

    def check(self, library: Library) -> None:
        """Everything that can be asked gives what the model has."""
        model = self.model
        hidden = model.withdrawn.keys() & model.live.keys()
        rows = [row for row, _ in model.live.values()]
        info = library.show("own")
        totals = {known: sum(kind is known for row in rows for kind, _ in row.hashes) for known in Algorithm}
        assert {known: total for known, total in totals.items() if total} == dict(info.algorithms)
        assert (len(rows) - len(hidden), len(hidden), len(model.gone), model.version) == (
            info.entries,
            info.withdrawn,
            info.withdrawn_by_source,
            info.version,
        )
        assert sum(bool(row.others) for row in rows) == info.others.get("tmk", 0)
        self._check_rows(library)
        self._check_entries(library)
        self._check_searches(library)

    def _check_rows(self, library: Library) -> None:
        segment = library._get("own").segment
        live = {name: row for name, (row, _) in self.model.live.items()}
        assert {name: content(row) for name, row in live.items()} == {
            str(row.entry): content(row) for row in segment.read_rows()
        }
        assert {
            name: sum(kind is Algorithm.PDQ for kind, _ in row.hashes) * row.is_video for name, row in live.items()
        } == {name: segment.frames_of(segment.row_of(name)) for name in live}

    def _check_entries(self, library: Library) -> None:
        for name in NAMES:
            if name in self.model.live:
                row, added_at = self.model.live[name]
                at = self.model.withdrawn.get(name)
                types = {*(kind.value for kind, _ in row.hashes), *(kind for kind, _ in row.others)}
                shown = library.show_entry("own", name)
                assert types == set(shown.algorithms)
                assert EntryInfo(name, row.label, shown.algorithms, added_at, at, "person" if at else None) == shown
            elif name in self.model.gone:
                gone_at = self.model.gone[name][0]
                assert EntryInfo(name, None, (), None, gone_at, "source") == library.show_entry("own", name)
            else:
                with pytest.raises(NoSuchEntryError):
                    library.show_entry("own", name)

    def _check_searches(self, library: Library) -> None:
        for algorithm in (*EXACT, *NEAR):
            for value in self.rng.sample(self.values[algorithm], 4):
                farthest = {Algorithm.PDQ: 31, Algorithm.PHASH: 8}.get(algorithm, 0)
                asked = flip(value, self.rng.randrange(farthest + 1), self.rng)
                found = {hit.entry: hit.distance for hit in library.search_hash(asked, algorithm)}
                assert self.model.reached(algorithm, asked) == found


@pytest.mark.parametrize("kept", LAYERED)
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 60))])
def test_whatever_is_done_to_a_list_it_is_what_a_table_of_its_entries_would_be(
    tmp_path: Path, now: datetime, kept: str, seed: int
) -> None:
    story = Story(f"{kept} {seed}", tmp_path, now, LAYERED[kept])
    story.import_whole()
    deeds = [story.import_page, story.import_page, story.add_entries, story.withdraw, story.reinstate]
    layers = set()
    for _ in range(30):
        story.now += timedelta(hours=1)
        (story.import_whole if story.rng.random() < 0.1 else story.rng.choice(deeds))()
        story.check(story.library)
        layers.add(len(load_manifest(tmp_path / "lists" / "manifest.json")["own"].layers))

    story.check(Library(tmp_path / "lists"))
    assert story.library.verify() == []
    assert layers == ({1} if kept == "no layers" else {1, 2})


SMALL = Limits(layered_from=50, most_changes=30, most_share=1.0)


def folders(library_folder: Path, name: str) -> set[str]:
    return {place.name for place in (library_folder / name).iterdir() if place.is_dir()}


def md5_rows(seed: int, *numbers: int, changed_at: int = 0) -> list[ListRow]:
    rng = random.Random(seed)
    return [
        ListRow(((Algorithm.MD5, random_hex(rng, Algorithm.MD5)),), f"E{number}", "A", (), changed_at)
        for number in numbers
    ]


def test_a_delta_onto_a_long_list_writes_what_it_says_and_nothing_else(tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "lists"
    library, elsewhere = Library(folder, SMALL), Library(folder)
    library.import_list("list", md5_rows(1, *range(2000)), now=now)
    elsewhere.refresh()
    below = {path: path.stat().st_mtime_ns for path in (folder / "list" / "v1").iterdir()}
    [before] = elsewhere._get("list").segment.layers
    rows = md5_rows(2, 5, 3000, changed_at=THEN)
    source = page(tmp_path / "page.json", [*rows, Withdrawal("E7", THEN)])
    report = library.import_list("list", source, now=now)

    assert counts(report) == (1, 1, 1)
    assert below == {path: path.stat().st_mtime_ns for path in below}
    assert sum(path.stat().st_size for path in (folder / "list" / "v2").iterdir()) < 10_000
    assert [hit.entry for hit in elsewhere.search_hash(rows[0].hashes[0][1])] == ["E5"]
    assert elsewhere._get("list").segment.layers[0] is before
    assert folders(folder, "list") == {"v1", "v2"}
    assert library.verify() == []


def test_what_a_layer_lies_on_stays_until_everything_is_written_anew(tmp_path: Path, now: datetime) -> None:
    library, steps = Library(tmp_path / "lists", SMALL), []
    library.import_list("list", md5_rows(1, *range(100)), now=now)
    for number in range(6):
        rows = md5_rows(number + 10, *range(1000 + 8 * number, 1008 + 8 * number), changed_at=THEN)
        library.import_list("list", page(tmp_path / "page.json", [*rows]), now=now)
        steps.append(folders(tmp_path / "lists", "list"))

    # Thirty changes may lie over the list, so that the fourth page of eight is one too many.
    assert [{"v1", "v2"}, {"v1", "v2", "v3"}, {"v1", "v3", "v4"}] == steps[:3]
    assert [{"v1", "v4", "v5"}, {"v5", "v6"}, {"v5", "v6", "v7"}] == steps[3:]
    assert library.show("list").entries == 148
    assert library.verify() == []


def test_a_page_that_says_again_what_is_listed_writes_nothing(tmp_path: Path, now: datetime) -> None:
    library = Library(tmp_path / "lists", SMALL)
    library.import_list("list", md5_rows(1, *range(100)), now=now)
    source = page(tmp_path / "page.json", [*md5_rows(2, 7, 500, changed_at=THEN), Withdrawal("E9", THEN)])
    library.import_list("list", source, now=now)
    report = library.import_list("list", source, now=now + timedelta(days=1))

    assert (*counts(report), report.version) == (0, 0, 0, 2)
    assert library.show("list").entries == 100


def test_damage_in_either_layer_is_named_and_never_searched_silently(tmp_path: Path, now: datetime) -> None:
    library = Library(tmp_path / "lists", SMALL)
    library.import_list("list", md5_rows(1, *range(100)), now=now)
    library.import_list("list", page(tmp_path / "page.json", [*md5_rows(2, 500, changed_at=THEN)]), now=now)
    for path in (tmp_path / "lists" / "list" / "v1" / "md5.npy", tmp_path / "lists" / "list" / "v2" / "replaced.npy"):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert [f"{path}: altered"] == library.verify()
        path.write_bytes(whole[:-1])
        with pytest.raises(DamagedListError):
            Library(tmp_path / "lists").refresh()
        path.write_bytes(whole)

    assert library.verify() == []


def to_format_2(folder: Path) -> None:
    """Make the library what the program wrote before it knew layers."""
    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    document["format"] = 2
    for stored in document["lists"].values():
        del stored["under"]
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("make_old", [to_format_1, to_format_2])
def test_a_layer_is_laid_over_a_list_that_an_older_program_wrote(
    tmp_path: Path, now: datetime, make_old: Callable[[Path], None]
) -> None:
    Library(tmp_path / "lists").import_list("list", md5_rows(1, *range(100)), now=now)
    make_old(tmp_path / "lists")
    library = Library(tmp_path / "lists", SMALL)
    source = page(tmp_path / "page.json", [*md5_rows(2, 7, 500, changed_at=THEN), Withdrawal("E9", THEN)])
    report = library.import_list("list", source, now=now)

    assert counts(report) == (1, 1, 1)
    assert folders(tmp_path / "lists", "list") == {"v1", "v2"}
    assert library.show("list").entries == len(list(library._get("list").segment.read_rows())) == 100
    assert library.verify() == []


def test_a_program_from_before_layers_says_that_it_is_too_old(tmp_path: Path, now: datetime) -> None:
    library = Library(tmp_path / "lists", SMALL)
    library.import_list("list", md5_rows(1, *range(100)), now=now)
    path = tmp_path / "lists" / "manifest.json"

    # Programs up to format 2 refuse every number that they do not know, as this one does.
    assert json.loads(path.read_text())["format"] == 3
    path.write_text(path.read_text().replace('"format": 3', '"format": 4'))
    with pytest.raises(DamagedListError, match="written by another version of this program: use that one"):
        Library(tmp_path / "lists").refresh()
