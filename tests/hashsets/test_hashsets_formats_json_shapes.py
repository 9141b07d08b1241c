"""JSON lists as their sources and the tools around them write them: whole lists, pages, lines, records in records."""

import json
from typing import Any

import pytest

from hashsets.errors import ListColumnsError, ListFormatError
from hashsets.formats import Doubt, Withdrawal
from hashsets.formats.rows import MORE_PAGES
from tests.hashsets.reading import lines, read, recognised, row
from tests.hashsets.samples import LAST_MD5, MD5, OTHER_MD5, PDQ, PHOTODNA, SHA1, SHA256

Record = dict[str, Any]


TERROR: list[Record] = [
    {
        "hash_digest": MD5.upper(),
        "algorithm": "MD5",
        "ideology": "far-right",
        "file_type": "mp4",
        "deleted": False,
        "updated_on": 1704901040.222779,
        "created_on": "2025-03-03 23:05:22,587",
        "id": 2819,
    },
    {
        "hash_digest": PDQ,
        "algorithm": "PDQ",
        "ideology": "islamist",
        "file_type": "gif",
        "deleted": "false",
        "id": 2820,
    },
    {"hash_digest": LAST_MD5, "algorithm": "MD5", "deleted": True, "id": 2821},
    {"hash_digest": SHA256, "algorithm": "SHA256", "deleted": None, "id": "2822"},
]
TERROR_ROWS = [row("2819", md5=MD5), row("2820", pdq=PDQ), Withdrawal("2821"), row("2822", sha256=SHA256)]
PAGE = {"count": 4, "next": None, "previous": None, "checkpoint": "1724856487.709035,10594", "results": TERROR}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TERROR),
        json.dumps(TERROR, indent=2),
        json.dumps(PAGE),
        json.dumps({"results": TERROR, "count": 4, "next": None}, indent="\t").replace("\n", "\r\n"),
        lines(*TERROR),
        lines(*TERROR).replace("\n", "\n\n"),  # blank lines between
        json.dumps([{"results": TERROR[:2]}, {"results": TERROR[2:]}]),  # pages in an array
        lines({"results": TERROR[:2]}, {"results": TERROR[2:]}),  # a page a line
        json.dumps({"results": TERROR[:2]}, indent=1) + "\n" + json.dumps({"results": TERROR[2:]}, indent=1),
        json.dumps({"meta": {"sources": ["a", "b"], "md5": OTHER_MD5}, "results": TERROR}),  # arrays and hashes before
        json.dumps({"data": {"list": {"results": TERROR}}}),
    ],
)
def test_a_list_of_tech_against_terrorism_is_read_in_every_frame(text: str) -> None:
    assert recognised(text) == ("json", TERROR_ROWS)


def test_a_page_that_is_not_the_last_says_so() -> None:
    first = {**PAGE, "next": "https://lists.example/hash-list?page=2"}

    assert read(json.dumps(first)) == [*TERROR_ROWS, Doubt(4, MORE_PAGES)]
    assert read(lines(first, PAGE)) == TERROR_ROWS * 2


HASHER = {
    "id": 12,
    "bank": {"name": "OWN", "matching_enabled_ratio": 1.0},
    "disable_until_ts": 1,
    "collab_metadata": {"a partner": ["x"]},
    "original_media_uri": None,
    "note": "not ours to keep",
    "signals": {"pdq": PDQ, "video_md5": MD5},
}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (json.dumps(HASHER), [row("12", md5=MD5, pdq=PDQ)]),
        (json.dumps(HASHER, indent=2), [row("12", md5=MD5, pdq=PDQ)]),
        (
            json.dumps([HASHER, {**HASHER, "id": 13, "disable_until_ts": 0}]),
            [row("12", md5=MD5, pdq=PDQ), Withdrawal("13")],
        ),
        (
            json.dumps([{"content_id": 12, "signal_type": "pdq", "signal_val": PDQ}]),  # its table
            [row("12", pdq=PDQ)],
        ),
    ],
)
def test_content_of_a_hasher_matcher_actioner_is_read(text: str, rows: list[object]) -> None:
    assert recognised(text) == ("json", rows)


@pytest.mark.parametrize(
    "record",
    [
        {"id": "E1", "hashes": {"md5": MD5, "SHA-1": SHA1, "photoDNA": PHOTODNA}},
        {"hashes": {"MD5": MD5, "sha_1": SHA1, "PhotoDNA": PHOTODNA}, "id": "E1", "tags": ["a", "b"]},
        {"id": "E1", "file": {"fingerprints": {"md5": MD5, "sha1": SHA1, "pdna": PHOTODNA}}},
        {
            "id": "E1",
            "hashes": [
                {"type": "MD5", "value": MD5},
                {"type": "SHA1", "value": SHA1},
                {"type": "PhotoDNA", "value": PHOTODNA},
            ],
        },
        {
            "reference": "E1",
            "checksums": [
                {"algorithm": "md5", "hash": MD5},
                {"algorithm": "sha-1", "hash": SHA1},
                {"algorithm": "photodna", "hash": PHOTODNA},
            ],
        },
        {"uuid": "E1", "MD5": [MD5], "SHA1": [SHA1], "photodna": [PHOTODNA], "sha256": [], "pdq": None, "phash": ""},
        {"id": "E1", "md5": MD5, "sha1": SHA1, "photodna": PHOTODNA, "similar": [{"id": "E9", "md5": OTHER_MD5}]},
        {"similar": [{"id": "E9", "md5": OTHER_MD5}], "id": "E1", "md5": MD5, "sha1": SHA1, "photodna": PHOTODNA},
        {"id": "E1", "md5_hash": MD5, "hash_sha1": SHA1, "photodna_hash": PHOTODNA, "sha256": "null"},
    ],
)
@pytest.mark.parametrize("frame", ["array", "object", "lines"])
def test_a_record_holds_its_hashes_in_many_ways(record: Record, frame: str) -> None:
    other = {"id": "E2", "md5": LAST_MD5}
    frames = {"array": json.dumps([record, other]), "object": json.dumps({"items": [record, other]})}
    rows = read(frames.get(frame) or lines(record, other))

    expected = row("E1", md5=MD5, sha1=SHA1, photodna=PHOTODNA)
    assert [{*one.hashes, *one.others, one.entry} for one in rows] == [  # type: ignore[union-attr]
        {*one.hashes, *one.others, one.entry} for one in (expected, row("E2", md5=LAST_MD5))
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"id": "E1", "md5": MD5, "deleted": "True"},
        {"id": "E1", "md5": MD5, "is_deleted": 1},
        {"id": "E1", "md5": MD5, "status": "Withdrawn"},
        {"id": "E1", "md5": MD5, "action": "remove"},
        {"id": "E1", "md5": MD5, "deleted_at": "2026-01-01T00:00:00Z"},
        {"id": "E1", "md5": MD5, "active": False},
        {"id": "E1", "withdrawn": "yes"},
    ],
)
def test_a_record_that_was_taken_back_says_so_in_many_ways(record: Record) -> None:
    kept = {"id": "E2", "md5": OTHER_MD5, "deleted": "False", "status": "Active", "deleted_at": None, "active": "true"}

    assert read(json.dumps([record, kept])) == [Withdrawal("E1"), row("E2", md5=OTHER_MD5)]


@pytest.mark.parametrize("indent", [None, 2])
def test_records_in_several_arrays_are_all_read_and_those_taken_back_are(indent: int | None) -> None:
    kept = {"images": [{"id": "I1", "md5": MD5, "near": [{"id": "N", "md5": SHA1[:32]}]}], "tags": ["a"], "count": 3}
    several = {"deleted": [{"id": "D1", "md5": LAST_MD5}], **kept, "videos": [{"id": "V1", "md5": OTHER_MD5}]}
    many = {**several, "images": [{"id": f"I{number}", "md5": MD5} for number in range(30_000)]}

    expected = [Withdrawal("D1"), row("I1", md5=MD5), row("V1", md5=OTHER_MD5)]
    assert read(json.dumps(several, indent=indent)) == expected
    rows = read(json.dumps(many, indent=indent))
    assert (len(rows), rows[0], rows[-1]) == (30_002, expected[0], expected[2])
    assert read(json.dumps({"added": [], "removed": several["deleted"]}, indent=indent)) == [Withdrawal("D1")]


def test_json_of_something_else_is_no_list_and_says_what_was_looked_for() -> None:
    for other in ({"name": "x", "versions": [1, 2]}, [{"a": 1}], ["md6"], {}, [], {"hash": MD5}):
        with pytest.raises(ListFormatError, match=r"no field of it is called md5, sha1.*photodna"):
            read(json.dumps(other))
    with pytest.raises(ListFormatError, match="No record of this JSON has a field"):
        read(json.dumps([{"a": 1}]), "json")
    with pytest.raises(ListColumnsError):
        read(json.dumps([{"a": 1}]), None, {"md5": "b"})
