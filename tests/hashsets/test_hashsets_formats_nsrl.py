"""NIST's lists of software as SQLite databases: both kinds of them, and what a hostile database could try."""

import io
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from hashsets.errors import BrokenListError, ListFormatError
from hashsets.formats import Refusal, nsrl_sqlite
from hashsets.lists import Library
from hashsets.match import Role
from tests.hashsets.databases import NSRL_MINIMAL, database, nsrl_file
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import LAST_MD5, MD5, OTHER_MD5, OTHER_SHA1, SHA1, SHA256

# The tables that matter of a full set, as NIST's schema has them.
NSRL_FULL = """
CREATE TABLE PACKAGE_OBJECT (package_object_id INTEGER UNIQUE NOT NULL, package_id INTEGER NOT NULL,
    object_id INTEGER UNIQUE NOT NULL, CONSTRAINT PK PRIMARY KEY (package_object_id));
CREATE TABLE METADATA (metadata_id NUMERIC UNIQUE NOT NULL, object_id INTEGER, key_hash VARCHAR NOT NULL,
    path VARCHAR NOT NULL, file_name VARCHAR NOT NULL, extension VARCHAR DEFAULT '' NOT NULL, bytes INTEGER NOT NULL,
    extractee_id INTEGER DEFAULT 0, crc32 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, CONSTRAINT PK_METADATA PRIMARY KEY (metadata_id),
    CONSTRAINT FK FOREIGN KEY (object_id) REFERENCES PACKAGE_OBJECT (object_id));
CREATE VIEW FILE AS SELECT UPPER(md.sha256) AS sha256, UPPER(md.sha1) AS sha1, UPPER(md.md5) AS md5, md.file_name,
    md.bytes AS file_size, po.package_id FROM METADATA AS md, PACKAGE_OBJECT AS po WHERE md.object_id = po.object_id;
"""


def metadata(number: int, sha256: str, sha1: str, md5: str) -> dict[str, object]:
    hashes = {"crc32": "00aabbcc", "md5": md5, "sha1": sha1, "sha256": sha256}
    return {"metadata_id": number, "key_hash": "x", "path": "/a", "file_name": "a.dll", "bytes": 1, **hashes}


def test_a_full_set_and_a_minimal_one_give_the_same_facts() -> None:
    full = database(NSRL_FULL, "METADATA", [metadata(1, SHA256, SHA1, MD5), metadata(2, "", OTHER_SHA1, OTHER_MD5)])
    files = [nsrl_file(SHA1, MD5.upper(), sha256=SHA256.upper()), nsrl_file(OTHER_SHA1, OTHER_MD5)]
    rows = [row(None, sha256=SHA256, sha1=SHA1, md5=MD5), row(None, sha1=OTHER_SHA1, md5=OTHER_MD5)]

    assert recognised(database(NSRL_MINIMAL, "FILE", files)) == ("nsrl-sqlite", rows)
    name, found = recognised(full)
    assert (name, [set(one.hashes) for one in found]) == (name, [set(one.hashes) for one in rows])  # type: ignore[union-attr]


def test_a_set_is_read_where_it_lies_and_is_known_good(library: Library, tmp_path: Path, now: datetime) -> None:
    source = tmp_path / "RDS 2026.03.1 50%?#.db"
    source.write_bytes(database(NSRL_MINIMAL, "FILE", [nsrl_file(SHA1, MD5), nsrl_file(SHA1, MD5, 2)]))
    source.chmod(0o400)
    before = source.stat()
    first, again = (library.import_list("nsrl", source, now=now) for _ in range(2))

    assert ((first.new, first.refused), (again.new, again.version)) == ((1, 0), (0, 1))
    assert (library.show("nsrl").role, len(library.search_hash(MD5))) == (Role.KNOWN_GOOD, 1)
    assert (before.st_mtime_ns, before.st_size) == (source.stat().st_mtime_ns, source.stat().st_size)
    assert sorted(path.name for path in tmp_path.iterdir()) == [source.name, "lists"]


def test_cells_that_are_no_text_are_refused_alone() -> None:
    files = [nsrl_file(SHA1, MD5), {**nsrl_file("", ""), "sha1": b"\0" * 20, "md5": 7}, nsrl_file(SHA1, LAST_MD5)]

    assert [type(one) for one in read(database(NSRL_MINIMAL, "FILE", files))][1] is Refusal


def test_a_text_that_is_no_utf_8_costs_its_own_row() -> None:
    content = database(NSRL_MINIMAL, "FILE", [nsrl_file(SHA1, MD5), nsrl_file(OTHER_SHA1, OTHER_MD5)])
    spoilt = content.replace(OTHER_MD5.encode(), b"\xff" * 32).replace(SHA1.upper().encode(), b"\xfe" * 40)

    assert [one for one in read(spoilt) if not isinstance(one, Refusal)] == [
        row(None, md5=MD5),
        row(None, sha1=OTHER_SHA1),
    ]


def test_a_schema_of_which_even_the_error_is_no_text_is_broken() -> None:
    content = database(NSRL_MINIMAL, "FILE", [nsrl_file(SHA1, MD5)])
    with pytest.raises(BrokenListError):
        read(content.replace(b"PRIMARY KEY", b"PRIM\xd4RY KEY"))


HOSTILE = {
    "no table": "CREATE TABLE x (a);",
    "a list of a partner": "CREATE TABLE FILE (md5, sha1, file_name);",
    "a view in place of the table": "CREATE VIEW FILE AS SELECT 'x' AS md5, 1 AS package_id;",
    "a view that has no end": (
        "CREATE VIEW FILE AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x AS md5, x AS package_id FROM n;"
    ),
    "a table of a module": "CREATE VIRTUAL TABLE FILE USING fts5(md5, package_id);",
    "a column that is computed": "CREATE TABLE FILE (package_id, md5 AS (hex(zeroblob(900000000))));",
    "names of something else": 'CREATE TABLE FILE ("md5; DROP", package_id);',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_only_a_table_with_stored_columns_is_read(what: str) -> None:
    with pytest.raises(ListFormatError, match="a table METADATA or FILE"):
        read(database(HOSTILE[what], "sqlite_schema", []))


def test_triggers_views_and_computed_columns_beside_the_table_are_never_run() -> None:
    schema = NSRL_MINIMAL + (
        "CREATE TABLE METADATA (package_id, sha1 AS (substr(md5 || md5, 1, 40)), md5);"
        "CREATE TABLE x (a); CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM FILE; END;"
    )
    content = database(schema, "METADATA", [{"package_id": 1, "md5": MD5}])

    assert read(content) == [row(None, md5=MD5)]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_database_that_ends_early_is_not_taken_for_a_short_list(share: float) -> None:
    files = [nsrl_file(f"{number:040x}", f"{number:032x}") for number in range(1, 2000)]
    content = database(NSRL_MINIMAL, "FILE", files)
    with pytest.raises(BrokenListError):
        read(content[: int(len(content) * share)], "nsrl-sqlite")


def test_pages_that_lead_back_to_themselves_come_to_an_end() -> None:
    files = [nsrl_file(f"{number:040x}", f"{number:032x}") for number in range(1, 4000)]
    content = bytearray(database(NSRL_MINIMAL, "FILE", files))
    page_bytes = int.from_bytes(content[16:18], "big")
    inner = [at for at in range(0, len(content), page_bytes) if content[at] == 5]
    for at in inner:
        cells = int.from_bytes(content[at + 3 : at + 5], "big")
        for cell in range(cells):
            place = at + int.from_bytes(content[at + 12 + 2 * cell : at + 14 + 2 * cell], "big")
            content[place : place + 4] = (at // page_bytes + 1).to_bytes(4, "big")
    with pytest.raises(BrokenListError):
        read(bytes(content))


def test_a_large_database_in_a_packed_file_is_to_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = database(NSRL_MINIMAL, "FILE", [nsrl_file(SHA1, MD5)])
    monkeypatch.setattr(nsrl_sqlite, "_MOST_IN_MEMORY", 1000)
    with pytest.raises(ListFormatError, match="unpack it"):
        list(nsrl_sqlite.read_rows(io.BytesIO(content)))


def test_what_is_not_checked_in_is_not_there(tmp_path: Path) -> None:
    source = tmp_path / "rds.db"
    with closing(sqlite3.connect(source)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.executescript(NSRL_MINIMAL)
        made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made.execute("INSERT INTO FILE VALUES ('', ?, ?, '', '', 1, 1)", (SHA1, MD5))
        made.commit()
        with source.open("rb") as stream:
            assert list(nsrl_sqlite.read_rows(stream)) == []
