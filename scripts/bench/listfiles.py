"""Writes a hash list of any length in every format that is read here, from a seed; by the project's writer where it
has one, else as its source writes it. Hashes are drawn by chance and mean nothing.
"""

import csv
import itertools
import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Literal

from hashsets.formats import ListRow, ncmec_xml, pdq_text, threatexchange_csv, vics, vpdq_text
from hashsets.values import WIDTH_BYTES, Algorithm

VIDEO_FRAMES = 100_000
ONE_VIDEO = ("vpdq-json", "vpdq-text")
"""In these formats a file is one video, and no video has a million frames."""
_DATABASE = "nsrl-sqlite"
_CHANGED_AT = 1767225600
_EXACT = (Algorithm.MD5, Algorithm.SHA1)

Pieces = Iterator[str]
Fields = Mapping[str, object]


def write(path: Path, name: str, count: int) -> int:
    """Writes a file of `count` rows in the format of this name; returns how many there are."""
    rows = min(count, VIDEO_FRAMES) if name in ONE_VIDEO else count
    if name == _DATABASE:
        _write_database(path, rows)
        return rows
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(WRITERS[name](rows))
    return rows


def draw_rows(count: int, algorithms: Iterable[Algorithm]) -> Iterator[ListRow]:
    """Entries with an id, a label and a hash of each of the algorithms."""
    dice, kinds = random.Random(count), tuple(algorithms)
    for number in range(count):
        hashes = tuple((kind, dice.randbytes(WIDTH_BYTES[kind]).hex()) for kind in kinds)
        yield ListRow(hashes, str(number + 1), dice.choice(("A1", "A2", "B1", "B2")))


def _pdq_rows(count: int) -> Iterator[ListRow]:
    return draw_rows(count, [Algorithm.PDQ])


def _exact(count: int) -> Iterator[tuple[str, str, str, str]]:
    """Id, label, MD5 and SHA-1 of each row."""
    for row in draw_rows(count, _EXACT):
        (_, md5), (_, sha1) = row.hashes
        yield row.entry or "", row.label or "", md5, sha1


def _ncmec(count: int) -> Pieces:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<queryResult xmlns="{ncmec_xml.NAMESPACE}"><images count="{count}">'
    for entry, label, md5, sha1 in _exact(count):
        yield (
            f'<image><member id="42">Example Member</member><timestamp>2026-01-01T00:00:00Z</timestamp><id>{entry}</id>'
            f"<classification>{label}</classification><fingerprints><md5>{md5}</md5><sha1>{sha1}</sha1></fingerprints>"
            "<feedback/></image>\n"
        )
    yield "</images></queryResult>\n"


def _stopncii(count: int) -> Pieces:
    records = (
        {
            "lastModtimestamp": _CHANGED_AT,
            "signalType": "ImagePDQ",
            "hashValue": row.hashes[0][1],
            "hashStatus": "Active",
            "caseNumbers": {f"c-{row.entry}": "Active"},
            "CSPFeedbacks": [],
        }
        for row in _pdq_rows(count)
    )
    return _array(f'{{"count": {count}, "hashRecords": ', records, ', "hasMoreRecords": false}')


def _threatexchange_json(count: int) -> Pieces:
    records = (
        {
            "id": row.entry,
            "indicator": row.hashes[0][1],
            "type": "HASH_PDQ",
            "last_updated": _CHANGED_AT,
            "should_delete": False,
            "descriptors": {"data": [{"status": "MALICIOUS", "tags": {"data": [{"text": row.label}]}}]},
        }
        for row in _pdq_rows(count)
    )
    return _array('{"data": ', records, "}")


def _json(count: int) -> Pieces:
    records = ({"id": e, "classification": label, "md5": m, "sha1": s} for e, label, m, s in _exact(count))
    return _array("", records, "")


def _vpdq_json(count: int) -> Pieces:
    yield "{"
    for number, row in enumerate(_pdq_rows(count)):
        frame = {"quality": 100, "hash": row.hashes[0][1], "timestamp": number / 25}
        yield f'{"," if number else ""}\n"{number}": {json.dumps(frame)}'
    yield "\n}\n"


def _vpdq_text(count: int) -> Pieces:
    rows = enumerate(_pdq_rows(count))
    return vpdq_text.write_frames((number, 100, row.hashes[0][1], number / 25) for number, row in rows)


def _csv(count: int) -> Pieces:
    rows = ((e, label, m, s) for e, label, m, s in _exact(count))
    return _table(("id", "category", "md5", "sha1"), rows)


def _icse(count: int) -> Pieces:
    header = (
        "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
        "Number of submissions;File Available;Media Type;Baseline"
    )
    tail = ("true", "false", "false", "", "3", "True", "image", "true")
    return _table(header.split(";"), ((m, s, "", e, *tail) for e, _, m, s in _exact(count)), delimiter=";")


def _nsrl(count: int) -> Pieces:
    header = ("SHA-1", "MD5", "CRC32", "FileName", "FileSize", "ProductCode", "OpSystemCode", "SpecialCode")
    rows = ((s.upper(), m.upper(), "00000000", f"{e}.dll", "1", "2", "3", "") for e, _, m, s in _exact(count))
    return _table(header, rows, quoting=csv.QUOTE_ALL)


def _write_database(path: Path, count: int) -> None:
    """NSRL's RDS version 3."""
    rows = ((s.upper(), m.upper(), "00000000", f"{e}.dll", 1, 2) for e, _, m, s in _exact(count))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE METADATA (sha1, md5, crc32, file_name, bytes INTEGER, package_id INTEGER)")
        database.executemany("INSERT INTO METADATA VALUES (?, ?, ?, ?, ?, ?)", rows)


def _tx_local(count: int) -> Pieces:
    return (f"pdq {row.hashes[0][1]}\n" for row in _pdq_rows(count))


def _array(before: str, records: Iterable[Fields], after: str) -> Pieces:
    yield before + "["
    for number, record in enumerate(records):
        yield ("," if number else "") + "\n" + json.dumps(record)
    yield "\n]" + after + "\n"


def _table(
    header: Iterable[str], rows: Iterable[tuple[str, ...]], delimiter: str = ",", quoting: Literal[0, 1] = 0
) -> Pieces:
    writer = csv.writer(_Lines(), delimiter=delimiter, quoting=quoting, lineterminator="\n")
    return (str(writer.writerow(row)) for row in itertools.chain([tuple(header)], rows))


class _Lines:
    """A stream for csv whose writer gives each line back."""

    def write(self, line: str) -> str:
        return line


WRITERS: dict[str, Callable[[int], Pieces]] = {
    "ncmec-xml": _ncmec,
    "vics": lambda count: vics.write_rows(draw_rows(count, _EXACT)),
    "stopncii-json": _stopncii,
    "threatexchange-json": _threatexchange_json,
    "vpdq-json": _vpdq_json,
    "json": _json,
    "nsrl-csv": _nsrl,
    "icse-csv": _icse,
    "threatexchange-csv": lambda count: threatexchange_csv.write_rows(_pdq_rows(count)),
    "csv": _csv,
    "vpdq-text": _vpdq_text,
    "tx-local": _tx_local,
    "pdq-text": lambda count: pdq_text.write_rows(_pdq_rows(count)),
}
"""The formats that are text; the one that is a database is written by itself."""
