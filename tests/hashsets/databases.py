"""NIST's lists of software as SQLite databases, the minimal and the full one, and the sample of that format."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from hashsets.formats import ListRow
from hashsets.values import Algorithm
from tests.hashsets.samples import MD5, OTHER_MD5, OTHER_SHA1, SAMPLES, SHA1, Sample

NSRL_MINIMAL = (
    "CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, crc32 VARCHAR NOT NULL, "
    "file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, package_id INTEGER NOT NULL, CONSTRAINT PK_FILE__FILE "
    "PRIMARY KEY (sha256, sha1, md5, crc32, file_name, file_size, package_id));"
    "CREATE TABLE VERSION (version VARCHAR UNIQUE NOT NULL, build_set VARCHAR NOT NULL);"
    "CREATE VIEW DISTINCT_HASH AS SELECT DISTINCT sha256, sha1, md5, crc32 FROM FILE;"
)


def database(schema: str, table: str, rows: Iterable[dict[str, object]]) -> bytes:
    """An SQLite file of this schema with these rows in one table."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(schema)
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            made.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        made.commit()
        return bytes(made.serialize())


def nsrl_file(sha1: str, md5: str, package: int = 1, **more: object) -> dict[str, object]:
    hashes = {"sha256": "", "sha1": sha1.upper(), "md5": md5, "crc32": "00AABBCC"}
    return {**hashes, "file_name": "a, b.dll", "file_size": 1, "package_id": package, **more}


def nsrl_sqlite(value: str) -> bytes:
    files = [nsrl_file(SHA1, MD5.upper()), nsrl_file(OTHER_SHA1, value), nsrl_file(SHA1, MD5.upper(), 2)]
    return database(NSRL_MINIMAL, "FILE", files)


# The one format that is no text; what goes over SAMPLES alone writes texts.
BINARY_SAMPLES: dict[str, Sample] = {
    "nsrl-sqlite": Sample(
        nsrl_sqlite,
        OTHER_MD5,
        [
            ListRow(((Algorithm.SHA1, SHA1), (Algorithm.MD5, MD5))),
            ListRow(((Algorithm.SHA1, OTHER_SHA1), (Algorithm.MD5, OTHER_MD5))),
            ListRow(((Algorithm.SHA1, SHA1), (Algorithm.MD5, MD5))),
        ],
        refused_line=2,
    ),
}
ALL_SAMPLES = {**SAMPLES, **BINARY_SAMPLES}
