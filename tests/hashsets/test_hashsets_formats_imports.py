"""Every shape of every format on its way into a library: what is read is what is listed, and again changes nothing."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hashsets.formats import Refusal, Withdrawal
from hashsets.lists import Library
from tests.hashsets.databases import BINARY_SAMPLES
from tests.hashsets.reading import entries_after, lines, read
from tests.hashsets.samples import MD5, SAMPLES
from tests.hashsets.test_hashsets_formats_csv_shapes import LAYOUTS as TABLES
from tests.hashsets.test_hashsets_formats_exchanges import EXCHANGED, LAST, STOPPED
from tests.hashsets.test_hashsets_formats_json_shapes import TERROR
from tests.hashsets.test_hashsets_formats_ncmec import LAYOUTS as PAGES
from tests.hashsets.test_hashsets_formats_vics import HASH_SETS

SHAPES: dict[str, bytes] = {
    kind: content.encode() if isinstance(content, str) else content
    for kind, content in {
        **{f"a table, {kind}": content for kind, content in TABLES.items()},
        **{f"NCMEC, {kind}": content for kind, content in PAGES.items()},
        **{f"VICS, {kind}": content for kind, content in HASH_SETS.items()},
        **{name: sample.text for name, sample in SAMPLES.items()},
        **{name: sample.content() for name, sample in BINARY_SAMPLES.items()},
        "Tech Against Terrorism": lines(*TERROR),
        "StopNCII": lines({**LAST, "hashRecords": STOPPED}),
        "ThreatExchange": lines({"data": [record for record, _ in EXCHANGED]}),
    }.items()
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_shape_of_a_list_is_imported_as_it_is_read_and_again_changes_nothing(
    library: Library, tmp_path: Path, now: datetime, kind: str
) -> None:
    source = tmp_path / "delivery"
    source.write_bytes(SHAPES[kind])
    rows = read(SHAPES[kind])
    reports = [library.import_list("list", source, now=now + timedelta(days=day)) for day in range(2)]

    refused = sum(isinstance(row, Refusal) for row in rows)
    assert [(one.new, one.changed, one.withdrawn, one.refused, one.version) for one in reports] == [
        (len(entries_after(rows)), 0, 0, refused, 1),
        (0, 0, 0, refused, 1),
    ]
    assert library.verify() == []


@pytest.mark.parametrize("name", sorted({**SAMPLES, **BINARY_SAMPLES}))
def test_a_list_that_was_delivered_open_and_comes_packed_is_the_same_list(
    library: Library, tmp_path: Path, now: datetime, name: str
) -> None:
    content = {**SAMPLES, **BINARY_SAMPLES}[name].content()
    # The entry of a video is made up from the bytes of its file, which are the same when they are unpacked.
    for day, delivered in enumerate((content, gzip.compress(content))):
        (tmp_path / "delivery").write_bytes(delivered)
        report = library.import_list("list", tmp_path / "delivery", now=now + timedelta(days=day))

    assert (report.new, report.changed, report.withdrawn, report.version) == (0, 0, 0, 1)


def test_what_is_refused_stands_in_a_file_by_line_and_cause_and_never_with_its_value(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    source, refused = tmp_path / "list.csv", tmp_path / "list.csv.rejected"
    source.write_bytes(
        f'\ufeff# ours\r\nid,md5,note\r\n1,{MD5},"a\r\nb"\r\n2,0x{MD5[2:]},x\r\n3,{MD5[1:]},x\r\n'.encode()
    )
    report = library.import_list("partner", source, now=now, refused_path=refused)

    assert (report.new, report.refused) == (1, 2)
    assert refused.read_text() == '5,md5: 0x prefix\n6,"md5: 31 digits, md5 has 32"\n'
    assert MD5[2:] not in refused.read_text()


def test_a_withdrawal_by_hash_finds_the_entry_that_came_without_an_id(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    rows = read(f"md5,status\n{MD5},active\n") + read(f"md5,status\n{MD5},withdrawn\n")

    assert isinstance(rows[1], Withdrawal)
    assert entries_after(rows) == set()
