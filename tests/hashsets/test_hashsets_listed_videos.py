"""A video on a list is one entry with the PDQs of its frames, whichever way it came and whatever is said later."""

import io
import random
from datetime import datetime
from pathlib import Path

import pytest

from hashsets.formats import choose_format, vpdq_json, vpdq_text
from hashsets.formats.rows import ListRow
from hashsets.formats.vpdq_text import Frame
from hashsets.lists import Library
from hashsets.lists.limits import Limits
from hashsets.values import Algorithm
from tests.hashsets.listmodel import page
from tests.hashsets.test_hashsets_deltas import counts
from tests.hashsets.test_hashsets_index import random_hex

WRITERS = {"vpdq-text": vpdq_text.write_frames, "vpdq-json": vpdq_json.write_frames}


def frames(seed: int, count: int) -> list[Frame]:
    rng = random.Random(seed)
    return [(number, rng.randrange(50, 101), random_hex(rng), number / 4) for number in range(count)]


def frames_by_entry(library: Library) -> dict[str, int]:
    segment = library._get("films").segment
    rows = {str(row.entry): segment.row_of(str(row.entry)) for row in segment.read_rows()}
    return {entry: segment.frames_of(row) for entry, row in rows.items() if row is not None}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("count", [1, 7])
def test_frames_that_we_write_are_read_back_as_those_of_a_video(name: str, count: int) -> None:
    poor = (count, 49, random_hex(random.Random(1)), 9.0)
    stream = io.BytesIO("".join(WRITERS[name]([*frames(3, count), poor])).encode())
    chosen = choose_format(stream)
    rows = [row for row in chosen.read_rows(stream) if isinstance(row, ListRow)]

    assert name == chosen.NAME
    assert [((Algorithm.PDQ, pdq),) for _, _, pdq, _ in frames(3, count)] == [row.hashes for row in rows]
    assert len({row.entry for row in rows}) == 1
    assert all(row.is_video for row in rows)


def test_a_video_without_frames_is_written_as_json_without_frames() -> None:
    assert "".join(vpdq_json.write_frames([])) == "{}\n"


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_of_several_videos_is_one_delivery_of_one_entry_each(
    library: Library, tmp_path: Path, now: datetime, name: str
) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    twice = [*frames(2, 4), *frames(2, 4)]
    for number, shown in enumerate([frames(1, 3), twice, frames(3, 9)]):
        (folder / f"{number}.txt").write_text("".join(WRITERS[name](shown)))
    report = library.import_list("films", folder, now=now)

    assert counts(report) == (3, 0, 0)
    assert sorted(frames_by_entry(library).values()) == [3, 4, 9]
    assert sorted(frames_by_entry(Library(tmp_path / "lists")).values()) == [3, 4, 9]
    assert {hit.entry for hit in library.search_hash(frames(3, 9)[5][2], "pdq")} <= set(frames_by_entry(library))
    assert counts(library.import_list("films", folder, now=now)) == (0, 0, 0)


def test_pictures_leave_no_trace_of_frames(library: Library, tmp_path: Path, now: datetime) -> None:
    library.import_list("films", [ListRow(((Algorithm.PDQ, pdq),), f"E{n}") for n, _, pdq, _ in frames(1, 3)], now=now)

    assert set(frames_by_entry(library).values()) == {0}
    assert not list((tmp_path / "lists").rglob("entry_frames.npy"))


def test_that_an_entry_is_a_video_is_a_change_of_it(library: Library, tmp_path: Path, now: datetime) -> None:
    source = tmp_path / "film.txt"
    source.write_text("".join(vpdq_text.write_frames(frames(1, 3))))
    library.import_list("films", source, now=now)
    [entry] = frames_by_entry(library)
    pictures = [ListRow(((Algorithm.PDQ, pdq),), entry) for _, _, pdq, _ in frames(1, 3)]

    assert counts(library.import_list("films", pictures, now=now)) == (0, 1, 0)
    assert frames_by_entry(library) == {entry: 0}
    assert counts(library.import_list("films", source, now=now)) == (0, 1, 0)
    assert frames_by_entry(library) == {entry: 3}


@pytest.mark.parametrize("layered_from", [2, 10**9])
def test_videos_stay_videos_when_a_page_is_laid_over_them_or_written_into_them(
    tmp_path: Path, now: datetime, layered_from: int
) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text("".join(vpdq_text.write_frames(frames(number, number + 2))))
    library = Library(tmp_path / "lists", Limits(layered_from=layered_from, most_share=1.0))
    library.import_list("films", folder, now=now)
    before = frames_by_entry(library)
    replaced = sorted(before)[0]
    rows = [ListRow(((Algorithm.PDQ, frames(99, 1)[0][2]),), name, "A", (), 1_800_000_000) for name in (replaced, "P")]
    library.import_list("films", page(tmp_path / "page.json", [*rows]), now=now)

    assert {**before, replaced: 0, "P": 0} == frames_by_entry(library)
    assert (library._get("films").stored.under is not None) == (layered_from == 2)
    segment = library._get("films").segment
    [kept] = [place for place in [segment.row_of(sorted(before)[1])] if place is not None]
    assert segment.frames_of(kept) == len(segment.values_of(kept, Algorithm.PDQ)) > 0
