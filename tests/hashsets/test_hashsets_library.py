"""The library of lists: imports are whole or not at all, withdrawals reach everybody, searches find what they must."""

import os
import random
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from hashsets.decode import DecoderPool
from hashsets.errors import (
    DamagedListError,
    InvalidListNameError,
    ListFormatError,
    NoSuchEntryError,
    NoSuchListError,
    NotOwnListError,
)
from hashsets.fingerprint import Fingerprint
from hashsets.formats.rows import ListRow
from hashsets.lists import Library
from hashsets.match import Hit, SearchPolicy, Thresholds
from hashsets.values import Algorithm
from tests.hashsets.drawing import draw, encode
from tests.hashsets.test_hashsets_index import flip, random_hex

REPOSITORY = Path(__file__).resolve().parents[2]


def row(entry: str, label: str | None = None, **hashes: str) -> ListRow:
    return ListRow(tuple((Algorithm(name), value) for name, value in hashes.items()), entry, label)


def random_rows(seed: int, count: int) -> list[ListRow]:
    rng = random.Random(seed)
    return [row(f"E{at}", "A", md5=random_hex(rng, Algorithm.MD5), pdq=random_hex(rng)) for at in range(count)]


@pytest.fixture(scope="module")
def found(pool: DecoderPool) -> Fingerprint:
    return pool.fingerprint(encode(draw(1)))


def entries(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.entry for hit in hits]


def test_a_file_is_imported_and_matched(library: Library, found: Fingerprint, tmp_path: Path, now: datetime) -> None:
    source = tmp_path / "partner.csv"
    source.write_text(f"entry,md5,pdq,label\nE1,{found.md5},{found.pdq},A\nE2,0x12,,B\n")
    report = library.import_list("partner", source, now=now, label="Partner", refused_path=tmp_path / "refused")

    assert (report.new, report.changed, report.withdrawn, report.refused, report.version) == (1, 0, 0, 1, 1)
    assert (tmp_path / "refused").read_text() == "3,md5: 0x prefix\n"
    assert (
        Hit("partner", 1, "E1", Algorithm.MD5, 0, "A", "upright", "known", "same_file"),  # type: ignore[arg-type]
    ) == library.search(found)
    info = library.show("partner")
    assert (1, {"md5": 1, "pdq": 1}, "Partner", "csv", now) == (
        info.entries,
        dict(info.algorithms),
        info.label,
        info.format,
        info.imported_at,
    )


def test_the_same_content_again_changes_nothing(library: Library, tmp_path: Path, now: datetime) -> None:
    library.import_list("partner", random_rows(1, 50), now=now)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "lists").rglob("*.*")}
    report = library.import_list("partner", reversed(random_rows(1, 50)), now=now.replace(year=2027))

    assert (report.new, report.changed, report.withdrawn, report.version) == (0, 0, 0, 1)
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_new_delivery_adds_changes_and_withdraws(library: Library, now: datetime) -> None:
    rows = random_rows(1, 10)
    library.import_list("partner", rows, now=now)
    changed = [
        replace(rows[1], label="B"),
        ListRow((*rows[2].hashes, (Algorithm.PHASH, "ba8c84536bd3c366")), "E2", "A"),
    ]
    fresh = replace(random_rows(2, 1)[0], entry="E99")
    report = library.import_list("partner", [*changed, *rows[3:], fresh], now=now)

    assert (report.new, report.changed, report.withdrawn, report.version) == (1, 2, 1, 2)
    assert library.search_hash(rows[0].hashes[0][1]) == ()
    assert entries(library.search_hash("ba8c84536bd3c366")) == ["E2"]
    assert entries(library.search_hash(fresh.hashes[0][1])) == ["E99"]


def test_terms_of_a_list_stay_until_they_are_given_anew(library: Library, now: datetime) -> None:
    library.import_list("nsrl", random_rows(1, 2), now=now, role="known-good", thresholds=Thresholds(pdq=20), label="N")
    library.import_list("nsrl", random_rows(2, 2), now=now)
    kept = library.show("nsrl")
    library.import_list("nsrl", random_rows(2, 2), now=now, label="M")

    assert (kept.role, kept.thresholds.pdq, kept.label, kept.version) == ("known-good", 20, "N", 2)
    assert (library.show("nsrl").label, library.show("nsrl").version) == ("M", 2)


def test_rows_of_one_id_become_one_entry_and_rows_without_get_a_stable_one(library: Library, now: datetime) -> None:
    first, second, third = random_rows(1, 3)
    unnamed = ListRow(third.hashes)
    library.import_list("partner", [first, replace(second, entry="E0"), unnamed, unnamed], now=now)
    again = library.import_list("partner", [unnamed, first, replace(second, entry="E0")], now=now)

    assert library.show("partner").entries == 2
    assert entries(library.search_hash(second.hashes[0][1])) == ["E0"]
    assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)


@pytest.mark.parametrize("rows", [[], [ListRow(((Algorithm.MD5, "junk"),), "E1")]])
def test_a_delivery_without_a_usable_row_leaves_the_list_as_it_was(
    library: Library, now: datetime, rows: list[ListRow]
) -> None:
    kept = random_rows(1, 3)
    library.import_list("partner", kept, now=now)
    with pytest.raises(ListFormatError):
        library.import_list("partner", rows, now=now)

    assert entries(library.search_hash(kept[0].hashes[0][1])) == ["E0"]
    assert library.verify() == []


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "a b", "a\n"])
def test_a_name_that_could_leave_the_folder_is_refused(library: Library, now: datetime, name: str) -> None:
    with pytest.raises(InvalidListNameError):
        library.import_list(name, random_rows(1, 1), now=now)


def test_near_hits_are_those_within_the_lists_thresholds(library: Library, found: Fingerprint, now: datetime) -> None:
    assert found.pdq is not None
    assert found.phash is not None
    rng = random.Random(9)
    pdq_rows = [row(f"P{bits}", pdq=flip(found.pdq, bits, rng)) for bits in range(41)]
    phash_rows = [row(f"H{bits}", phash=flip(found.phash, bits, rng)) for bits in range(20)]
    library.import_list("partner", pdq_rows + phash_rows, now=now)
    hits = library.search(found)

    assert [f"P{bits}" for bits in range(32)] + [f"H{bits}" for bits in range(9)] == entries(hits)
    assert {("pdq", "strong"), ("phash", "review")} == {(hit.algorithm.value, hit.strength.value) for hit in hits}
    assert [*range(32), *range(9)] == [hit.distance for hit in hits]


@pytest.mark.parametrize("turn", range(8))
def test_a_turned_copy_names_the_querys_orientation_that_matched(
    library: Library, found: Fingerprint, now: datetime, turn: int
) -> None:
    names = ["upright", "mirror", "rot90", "rot180", "rot270", "transpose", "transverse", "flip"]
    library.import_list("partner", [row("E1", pdq=found.orientations[turn])], now=now)
    (hit,) = library.search(found)

    assert (names[turn], 0) == (hit.variant, hit.distance)


def test_one_hit_per_entry_by_its_best_evidence(library: Library, found: Fingerprint, now: datetime) -> None:
    assert found.pdq is not None
    assert found.phash is not None
    near = flip(found.pdq, 6, random.Random(1))
    library.import_list("a", [row("E1", phash=found.phash, pdq=near, sha1=found.sha1, md5=found.md5)], now=now)
    library.import_list("b", [row("E1", phash=found.phash, pdq=near)], now=now, role="known-good", label="NSRL")

    assert [(hit.list, hit.algorithm, hit.distance, hit.role, hit.label) for hit in library.search(found)] == [
        ("a", "sha1", 0, "known", None),
        ("b", "pdq", 6, "known-good", "NSRL"),
    ]


def test_a_query_returns_at_most_what_the_policy_says(library: Library, found: Fingerprint, now: datetime) -> None:
    library.import_list("partner", [row(f"E{at:03}", md5=found.md5) for at in range(80)], now=now)

    assert len(library.search(found)) == 50
    assert len(library.search(found, SearchPolicy(max_hits=3))) == 3


def test_blank_and_poor_pictures_match_by_their_bytes_only(
    library: Library, pool: DecoderPool, found: Fingerprint, now: datetime
) -> None:
    blank = pool.fingerprint(encode(Image.new("RGB", (200, 200), (9, 9, 9))))
    assert blank.pdq is not None
    library.import_list(
        "partner", [row("B", pdq=blank.pdq, phash="8000000000000001"), row("S", md5=blank.md5)], now=now
    )
    library.import_list("mine", [row("P", pdq=found.pdq or "")], now=now)

    assert entries(library.search(blank)) == ["S"]
    assert entries(library.search(replace(found, pdq_quality=50))) == ["P"]
    assert library.search(replace(found, pdq_quality=49, parts=())) == ()


def test_a_typed_hash_is_looked_up_under_every_meaning(library: Library, found: Fingerprint, now: datetime) -> None:
    assert found.pdq is not None
    rows = [row("P", pdq=flip(found.pdq, 4, random.Random(1))), row("S", sha256=found.pdq), row("H", md5=found.md5)]
    library.import_list("partner", rows, now=now)

    assert entries(library.search_hash(found.pdq.upper())) == ["S", "P"]
    assert entries(library.search_hash(found.pdq, "pdq")) == ["P"]
    assert entries(library.search_hash(found.md5)) == ["H"]
    assert library.search_hash("0" * 64) == ()


def test_a_withdrawal_reaches_a_library_that_is_open_elsewhere(library: Library, tmp_path: Path, now: datetime) -> None:
    rows = random_rows(1, 3)
    library.import_list("partner", rows, now=now)
    elsewhere = Library(tmp_path / "lists")
    assert entries(elsewhere.search_hash(rows[1].hashes[0][1])) == ["E1"]
    library.withdraw("partner", "E1", now)

    assert elsewhere.refresh()
    assert not elsewhere.refresh()
    assert elsewhere.search_hash(rows[1].hashes[0][1]) == ()
    assert entries(elsewhere.search_hash(rows[2].hashes[0][1])) == ["E2"]
    assert (elsewhere.show("partner").entries, elsewhere.show("partner").withdrawn) == (2, 1)


def test_a_withdrawal_outlives_the_next_delivery_until_it_is_taken_back(library: Library, now: datetime) -> None:
    rows = random_rows(1, 3)
    library.import_list("partner", rows, now=now)
    library.withdraw("partner", "E1", now)
    library.import_list("partner", [*rows, replace(random_rows(5, 1)[0], entry="E9")], now=now)
    still_gone = library.search_hash(rows[1].hashes[0][1])
    library.reinstate("partner", "E1")

    assert still_gone == ()
    assert entries(library.search_hash(rows[1].hashes[0][1])) == ["E1"]


def test_withdrawing_what_is_not_there_says_what_to_do(library: Library, now: datetime) -> None:
    library.import_list("partner", random_rows(1, 1), now=now)
    with pytest.raises(NoSuchEntryError):
        library.withdraw("partner", "E7", now)
    with pytest.raises(NoSuchListError):
        library.withdraw("nobody", "E0", now)
    with pytest.raises(NoSuchListError):
        library.show("nobody")


def test_the_application_adds_to_its_own_list(library: Library, found: Fingerprint, now: datetime) -> None:
    assert found.pdq is not None
    rng = random.Random(3)
    other = random_hex(rng)
    library.add_entries("own", [row("M1", "baseline", sha256=found.sha256, pdq=found.pdq)], now)
    report = library.add_entries("own", [row("M2", pdq=other)], now)
    again = library.add_entries("own", [row("M2", pdq=other)], now)

    assert (report.new, report.changed, report.withdrawn, report.version) == (1, 0, 0, 2)
    assert (again.new, again.changed, again.withdrawn, again.version) == (0, 0, 0, 2)
    assert entries(library.search(found)) == ["M1"]
    library.withdraw("own", "M2", now)
    assert library.search_hash(other) == ()
    library.add_entries("own", [row("M2", pdq=other)], now)
    assert entries(library.search_hash(other)) == ["M2"]


def test_lists_of_others_are_neither_written_to_nor_exported(library: Library, now: datetime) -> None:
    library.import_list("partner", random_rows(1, 1), now=now)
    with pytest.raises(NotOwnListError):
        library.add_entries("partner", random_rows(2, 1), now)
    with pytest.raises(NotOwnListError):
        library.require_own("partner")


SLOW_IMPORT = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from hashsets.lists import Library
from tests.hashsets.test_hashsets_library import random_rows

def slowly():
    for at, row in enumerate(random_rows(2, 2000)):
        if at == 1000:
            print("half", flush=True)
            time.sleep(float(sys.argv[2]))
        yield row

Library(Path(sys.argv[1])).import_list("partner", slowly(), now=datetime.now(UTC))
"""


def start_import(folder: Path, pause_s: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SLOW_IMPORT, str(folder), str(pause_s)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert started.stdout is not None
    assert started.stdout.readline() == "half\n"
    return started


def test_a_killed_import_leaves_the_old_version_and_the_next_one_succeeds(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    old = random_rows(1, 100)
    library.import_list("partner", old, now=now)
    killed = start_import(tmp_path / "lists", 60)
    killed.kill()
    killed.communicate()

    assert entries(library.search_hash(old[7].hashes[0][1])) == ["E7"]
    assert library.verify() == []
    assert library.import_list("partner", random_rows(2, 2000), now=now).version == 2
    assert {"v1", "v2", ".import.lock"} == {path.name for path in (tmp_path / "lists" / "partner").iterdir()}


def test_an_import_killed_at_any_moment_leaves_one_whole_version(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    old, new = random_rows(1, 100), random_rows(2, 2000)
    library.import_list("partner", old, now=now)
    for delay_s in (0.005, 0.01, 0.02, 0.03, 0.05, 0.08):
        killed = start_import(tmp_path / "lists", 0)
        time.sleep(delay_s)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        fresh = Library(tmp_path / "lists")
        is_old, is_new = (fresh.search_hash(rows[50].hashes[0][1]) != () for rows in (old, new))

        assert is_old != is_new
        assert fresh.verify() == []


def test_two_imports_at_once_wait_for_each_other_and_a_withdrawal_for_none(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    library.import_list("other", random_rows(3, 2), now=now)
    library.import_list("partner", random_rows(1, 2), now=now)
    first = start_import(tmp_path / "lists", 0.7)
    started = time.monotonic()
    library.withdraw("other", "E0", now)
    withdrawn_after_s = time.monotonic() - started
    report = library.import_list("partner", random_rows(1, 2), now=now)
    first.communicate()

    assert first.returncode == 0
    assert withdrawn_after_s < 0.5
    assert (report.version, library.show("other").withdrawn) == (3, 1)
    assert library.verify() == []


def test_damage_is_named_and_never_searched_silently(library: Library, tmp_path: Path, now: datetime) -> None:
    library.import_list("partner", random_rows(1, 20), now=now)
    words = tmp_path / "lists" / "partner" / "v1" / "pdq.npy"
    whole = words.read_bytes()
    words.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert [f"{words}: altered"] == library.verify()
    words.unlink()
    assert [f"{words}: missing"] == library.verify()

    with pytest.raises(DamagedListError):
        Library(tmp_path / "lists").refresh()
    (tmp_path / "lists" / "manifest.json").write_text("{")
    with pytest.raises(DamagedListError):
        library.lists()


@pytest.mark.parametrize(("is_shared", "file_mode", "folder_mode"), [(False, 0o600, 0o700), (True, 0o640, 0o2770)])
def test_files_have_the_modes_of_their_home(
    tmp_path: Path, now: datetime, is_shared: bool, file_mode: int, folder_mode: int
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o2770 if is_shared else 0o700)
    library = Library(home / "lists")
    library.import_list("partner", random_rows(1, 3), now=now)
    library.withdraw("partner", "E1", now)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*")}

    assert {file_mode} == {mode for path, mode in modes.items() if path.is_file()}
    assert {folder_mode} == {mode for path, mode in modes.items() if path.is_dir()}


def test_nothing_of_a_decoded_file_or_a_refused_value_is_on_disk(
    pool: DecoderPool, library: Library, tmp_path: Path, now: datetime
) -> None:
    marker = b"MARKER-7f3a-of-the-input"
    body = encode(draw(2), "JPEG", comment=marker)
    source = tmp_path / "source" / "list.csv"
    source.parent.mkdir()
    source.write_text(
        f"entry,pdq,filename\nE1,{pool.fingerprint(body).pdq},{marker.decode()}\nE2,{marker.decode()},x\n"
    )
    pool.fingerprint(marker * 100)
    report = library.import_list("partner", source, now=now, refused_path=tmp_path / "refused")
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != source]

    assert report.refused == 1
    assert (tmp_path / "refused") in written
    assert not [path for path in written if marker in path.read_bytes()]
    assert marker.decode() not in repr(report)


def test_progress_is_told_while_rows_are_read(library: Library, now: datetime) -> None:
    told: list[int] = []
    library.import_list("partner", random_rows(1, 25_000), now=now, progress=told.append)

    assert told == [10_000, 20_000]


def test_a_library_that_was_never_imported_into_is_empty_and_makes_no_folder(
    tmp_path: Path, found: Fingerprint
) -> None:
    library = Library(tmp_path / "lists")

    assert (library.lists(), library.search(found), library.verify()) == ([], (), [])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("how", ["altered", "cut", "missing"])
def test_a_damaged_list_is_made_anew_by_importing_it_again(
    library: Library, now: datetime, tmp_path: Path, how: str
) -> None:
    rows = random_rows(1, 5)
    library.import_list("partner", rows, now=now, label="kept")
    library.import_list("other", random_rows(2, 2), now=now)
    file = next((tmp_path / "lists" / "partner" / "v1").glob("md5*.npy"))
    body = file.read_bytes()
    file.unlink()
    if how != "missing":
        file.write_bytes(body[:-1] if how == "cut" else body[:-1] + bytes([body[-1] ^ 1]))
    opened = Library(tmp_path / "lists")
    assert len(opened.verify()) == 1
    opened.import_list("partner", rows, now=now)

    assert opened.verify() == []
    assert (opened.show("partner").version, opened.show("partner").label) == (2, "kept")
    assert entries(opened.search_hash(rows[3].hashes[0][1])) == ["E3"]
