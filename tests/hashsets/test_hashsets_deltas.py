"""Deliveries that only add and withdraw: what they do not name stays, what they take back stops matching everywhere,
and the order in which pages come does not count.
"""

import json
import os
import random
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hashsets.errors import BrokenListError, ListFormatError, NoSuchEntryError
from hashsets.formats import ListRow
from hashsets.lists import EntryInfo, ImportReport, Library
from hashsets.lists.manifest import FORMAT_VERSION
from hashsets.values import Algorithm
from tests.hashsets.samples import LAST_MD5, MD5, OTHER_MD5, PHOTODNA, SAMPLES, SHA1, hashed, ncmec
from tests.hashsets.test_hashsets_index import random_hex
from tests.hashsets.test_hashsets_library import entries, random_rows

RNG = random.Random(7)


def page(folder: Path, name: str, *records: tuple[str, str, int, str | None]) -> Path:
    """A page of NCMEC with (kind, id, day, md5) of each record, as it comes."""
    head = ncmec(OTHER_MD5).partition('<image><member id="42">')[0]
    parts = [
        f'<{kind}><member id="42">Example</member><timestamp>2026-01-{day:02}T00:00:00Z</timestamp><id>{number}</id>'
        + (f"<fingerprints><md5>{md5}</md5><pdna>{PHOTODNA}</pdna></fingerprints>" if md5 else "")
        + f"</{kind}>"
        for kind, number, day, md5 in records
    ]
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{head}{''.join(parts)}</images></queryResult>")
    return path


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.changed, report.withdrawn


def test_what_a_page_does_not_name_stays_and_what_it_takes_back_is_gone(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    first = page(tmp_path, "1.xml", ("image", "a", 1, MD5), ("image", "b", 1, OTHER_MD5))
    second = page(tmp_path, "2.xml", ("deletedImage", "a", 2, None), ("image", "c", 2, LAST_MD5))
    elsewhere = Library(tmp_path / "lists")
    reports = [library.import_list("ncmec", one, now=now) for one in (first, second)]

    assert [counts(one) for one in reports] == [(2, 0, 0), (1, 0, 1)]
    assert [entries(elsewhere.search_hash(md5)) for md5 in (MD5, OTHER_MD5, LAST_MD5)] == [[], ["42-b"], ["42-c"]]
    info = library.show("ncmec")
    assert (info.entries, info.withdrawn_by_source, info.others) == (2, 1, {"photodna": 2})
    assert library.verify() == []


def test_the_same_page_again_changes_nothing(library: Library, tmp_path: Path, now: datetime) -> None:
    source = page(tmp_path, "1.xml", ("image", "a", 1, MD5), ("deletedImage", "b", 1, None), ("image", "c", 1, SHA1))
    library.import_list("ncmec", source, now=now)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "lists").rglob("*.*")}
    again = library.import_list("ncmec", source, now=now + timedelta(days=1))

    assert (*counts(again), again.version) == (0, 0, 0, 1)
    assert before == {path: path.stat().st_mtime_ns for path in before}


PAGES = (
    (("image", "a", 1, MD5),),
    (("image", "a", 5, OTHER_MD5),),
    (("deletedImage", "a", 3, None), ("image", "b", 1, LAST_MD5)),
    (("deletedImage", "b", 2, None),),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
@pytest.mark.parametrize("at_once", [True, False])
def test_pages_in_any_order_and_number_end_in_what_the_source_said_last(
    library: Library, tmp_path: Path, now: datetime, order: tuple[int, ...], at_once: bool
) -> None:
    folder = tmp_path / "pages"
    paths = [page(folder, f"{place}.xml", *PAGES[number]) for place, number in enumerate(order)]
    for source in [folder] if at_once else paths:
        library.import_list("ncmec", source, now=now)

    assert [entries(library.search_hash(md5)) for md5 in (MD5, OTHER_MD5, LAST_MD5)] == [[], ["42-a"], []]
    assert library.show_entry("ncmec", "42-b").withdrawn_by == "source"


def test_an_entry_says_when_it_was_added_and_withdrawn_and_by_whom(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    later, last = now + timedelta(days=1), now + timedelta(days=2)
    library.import_list("ncmec", page(tmp_path, "1.xml", *[("image", n, 1, random_md5()) for n in "abc"]), now=now)
    library.import_list("ncmec", page(tmp_path, "2.xml", ("deletedImage", "a", 2, None)), now=later)
    library.withdraw("ncmec", "42-b", last)
    shown = [library.show_entry("ncmec", f"42-{name}") for name in "abc"]

    assert [
        EntryInfo("42-a", None, (), None, later, "source"),
        EntryInfo("42-b", None, ("md5", "photodna"), now, last, "person"),
        EntryInfo("42-c", None, ("md5", "photodna"), now, None, None),
    ] == shown
    with pytest.raises(NoSuchEntryError):
        library.show_entry("ncmec", "42-z")


def random_md5() -> str:
    return random_hex(RNG, Algorithm.MD5)


def test_what_a_person_withdrew_stays_withdrawn_when_a_page_names_it_again(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    library.import_list("ncmec", page(tmp_path, "1.xml", ("image", "a", 1, MD5)), now=now)
    library.withdraw("ncmec", "42-a", now)
    library.import_list("ncmec", page(tmp_path, "2.xml", ("image", "a", 2, OTHER_MD5)), now=now)

    assert library.search_hash(OTHER_MD5) == ()
    assert library.show_entry("ncmec", "42-a").withdrawn_by == "person"


def test_a_page_of_nothing_changes_nothing_but_begins_no_list(library: Library, tmp_path: Path, now: datetime) -> None:
    empty = page(tmp_path, "0.xml")
    with pytest.raises(ListFormatError):
        library.import_list("ncmec", empty, now=now)
    library.import_list("ncmec", page(tmp_path, "1.xml", ("image", "a", 1, MD5)), now=now)

    assert counts(library.import_list("ncmec", empty, now=now)) == (0, 0, 0)
    assert entries(library.search_hash(MD5)) == ["42-a"]


def test_a_list_of_which_everything_was_taken_back_is_empty_and_can_be_filled_again(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    library.import_list("ncmec", page(tmp_path, "1.xml", ("image", "a", 1, MD5)), now=now)
    gone = library.import_list("ncmec", page(tmp_path, "2.xml", ("deletedImage", "a", 2, None)), now=now)
    none_left = (library.show("ncmec").entries, library.search_hash(MD5))
    library.import_list("ncmec", page(tmp_path, "3.xml", ("image", "a", 3, MD5)), now=now)

    assert counts(gone) == (0, 0, 1)
    assert none_left == (0, ())
    assert entries(library.search_hash(MD5)) == ["42-a"]
    assert library.show("ncmec").withdrawn_by_source == 0


def test_a_page_that_ends_early_leaves_the_list_as_it_was(library: Library, tmp_path: Path, now: datetime) -> None:
    library.import_list("ncmec", page(tmp_path, "1.xml", ("image", "a", 1, MD5)), now=now)
    cut = page(tmp_path, "2.xml", ("deletedImage", "a", 2, None))
    cut.write_text(cut.read_text()[:-20])
    with pytest.raises(BrokenListError):
        library.import_list("ncmec", cut, now=now)

    assert entries(library.search_hash(MD5)) == ["42-a"]


def test_a_record_that_is_marked_withdrawn_in_a_whole_list_does_not_match(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    source = tmp_path / "list.csv"
    source.write_text(SAMPLES["csv"].text)
    report = library.import_list("iwf", source, now=now)
    again = library.import_list("iwf", source, now=now)

    assert [counts(report), counts(again)] == [(2, 0, 0), (0, 0, 0)]
    assert (library.search_hash(LAST_MD5), again.version) == ((), 1)


def test_a_file_that_takes_everything_back_empties_no_whole_list(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    library.import_list("iwf", [hashed(Algorithm.MD5, MD5, "E1")], now=now)
    source = tmp_path / "list.csv"
    source.write_text(f"id,md5,deleted\nE1,{MD5},true\n")
    with pytest.raises(ListFormatError):
        library.import_list("iwf", source, now=now)

    assert entries(library.search_hash(MD5)) == ["E1"]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_format_is_imported_and_imported_again(
    library: Library, tmp_path: Path, now: datetime, name: str
) -> None:
    source = tmp_path / "delivery"
    source.write_text(SAMPLES[name].text)
    first = library.import_list("list", source, now=now)
    again = library.import_list("list", source, now=now)

    live = {row.entry or row.hashes for row in SAMPLES[name].expected if isinstance(row, ListRow)}
    assert (len(live), 0, 0, name) == (*counts(first), library.show("list").format)
    assert (*counts(again), again.version) == (0, 0, 0, 1)
    assert library.verify() == []


def test_a_list_of_software_is_known_good_unless_a_person_says_otherwise(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    source = tmp_path / "NSRLFile.txt"
    source.write_text(SAMPLES["nsrl-csv"].text)
    library.import_list("nsrl", source, now=now)
    library.import_list("other", source, now=now, role="known")

    assert [library.show(name).role for name in ("nsrl", "other")] == ["known-good", "known"]


def test_owner_licence_and_handling_stay_until_they_are_given_anew(library: Library, now: datetime) -> None:
    rows = random_rows(1, 2)
    terms = {"owner": "Partner", "licence": "members only", "handling": "police may see it"}
    library.import_list("partner", rows, now=now, **terms)
    library.import_list("partner", rows, now=now, owner="New partner")
    info = library.show("partner")

    assert (info.owner, info.licence, info.handling) == ("New partner", "members only", "police may see it")
    assert info.version == 1


def test_hashes_that_are_only_kept_come_out_as_they_came_in(library: Library, now: datetime) -> None:
    kept = (("photodna", PHOTODNA), ("tmk", "QUJD"))
    library.add_entries("own", [ListRow(((Algorithm.MD5, MD5),), "M1", "A", kept), ListRow((), "M2", None, kept)], now)
    library.add_entries("own", [hashed(Algorithm.MD5, OTHER_MD5, "M3")], now)
    rows = {row.entry: row for row in library._get("own").segment.read_rows()}

    assert [set(kept), set(kept), set()] == [set(rows[entry].others) for entry in ("M1", "M2", "M3")]
    assert library.show("own").others == {"photodna": 2, "tmk": 2}
    assert library.search_hash(PHOTODNA[:32]) == ()


def test_a_change_of_what_is_only_kept_is_a_change(library: Library, now: datetime) -> None:
    row = ListRow(((Algorithm.MD5, MD5),), "E1", None, (("photodna", PHOTODNA),))
    library.import_list("partner", [row], now=now)
    changed = replace(row, others=(("photodna", PHOTODNA.lower()),))

    assert counts(library.import_list("partner", [changed], now=now)) == (0, 1, 0)


def to_format_1(folder: Path) -> None:
    """Make the home what the program wrote before it knew times, owners and hashes that are only kept."""
    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    document["format"] = 1
    for name, stored in document["lists"].items():
        for key in ("owner", "licence", "handling", "others", "under"):
            del stored[key]
        for file in [file for file in stored["files"] if file.startswith(("entry_times", "gone_", "other_"))]:
            del stored["files"][file]
            (folder / name / f"v{stored['version']}" / file).unlink()
    path.write_text(json.dumps(document))


def test_a_library_of_the_format_before_goes_on_working(library: Library, tmp_path: Path, now: datetime) -> None:
    rows = random_rows(1, 20)
    library.import_list("partner", rows, now=now)
    to_format_1(tmp_path / "lists")
    old = Library(tmp_path / "lists")
    read = (entries(old.search_hash(rows[3].hashes[0][1])), old.show_entry("partner", "E3").added_at, old.verify())
    same = old.import_list("partner", rows, now=now)
    fewer = old.import_list("partner", rows[:10], now=now)

    assert read == (["E3"], None, [])
    assert [counts(same), counts(fewer)] == [(0, 0, 0), (0, 0, 10)]
    assert json.loads((tmp_path / "lists" / "manifest.json").read_text())["format"] == FORMAT_VERSION == 3
    assert old.show_entry("partner", "E19").withdrawn_by == "source"
    assert old.verify() == []


def test_a_delta_on_a_library_of_the_format_before_is_applied(library: Library, tmp_path: Path, now: datetime) -> None:
    library.add_entries("own", random_rows(1, 20), now)
    to_format_1(tmp_path / "lists")
    old = Library(tmp_path / "lists")
    old.add_entries("own", [replace(random_rows(2, 1)[0], entry="E99")], now)

    assert old.show("own").entries == 21
    assert old.verify() == []


def simple(rows: Iterable[ListRow]) -> set[tuple[str | None, str | None, frozenset[tuple[Algorithm, str]]]]:
    return {(row.entry, row.label, frozenset(row.hashes)) for row in rows}


@pytest.mark.parametrize("seed", range(5))
def test_deltas_in_any_number_leave_what_a_table_of_entries_would(library: Library, now: datetime, seed: int) -> None:
    rng = random.Random(seed)
    table: dict[str | None, ListRow] = {}
    for turn in range(6):
        chosen = rng.sample(range(60), 20)
        fresh = random_rows(seed * 10 + turn, 20)
        rows = [replace(row, entry=f"E{number}") for row, number in zip(fresh, chosen, strict=True)]
        library.add_entries("own", rows, now)
        table |= {row.entry: row for row in rows}

    assert simple(table.values()) == simple(library._get("own").segment.read_rows())
    some = rng.choice(list(table.values()))
    assert [some.entry] == entries(library.search_hash(some.hashes[0][1]))


def test_a_delta_costs_no_python_object_for_each_old_entry(library: Library, tmp_path: Path, now: datetime) -> None:
    library.import_list("ncmec", random_rows(1, 40_000), now=now)
    source = page(tmp_path, "1.xml", ("image", "a", 1, MD5))
    tracemalloc.start()
    library.import_list("ncmec", source, now=now)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # The arrays of 40,000 entries with md5 and pdq are 4 MB; a row as an object would be 700 bytes.
    assert peak < 20_000_000
    assert library.show("ncmec").entries == 40_001


def test_a_withdrawal_by_a_page_reaches_a_process_that_has_the_list_open(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    library.import_list("ncmec", page(tmp_path, "1.xml", ("image", "a", 1, MD5), ("image", "b", 1, OTHER_MD5)), now=now)
    told, tell = os.pipe()
    ready, say_ready = os.pipe()
    child = os.fork()
    if child == 0:
        open_there = Library(tmp_path / "lists")
        before = len(open_there.search_hash(MD5))
        os.write(say_ready, b"x")
        os.read(told, 1)
        os._exit(10 * before + len(open_there.search_hash(MD5)))
    os.read(ready, 1)
    library.import_list("ncmec", page(tmp_path, "2.xml", ("deletedImage", "a", 2, None)), now=now)
    os.write(tell, b"x")

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 10
