"""What is delivered instead of a list, or around one: web pages, pictures, spreadsheets, packed and damaged files."""

import gzip
import io
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from hashsets.errors import BrokenListError, ListFormatError
from hashsets.formats import FORMATS
from hashsets.lists import Library
from hashsets.values import Algorithm
from scripts.pictures import draw, jpeg
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import MD5, PDQ, SAMPLES, SHA1, hashed, vics
from tests.hashsets.test_hashsets_library import entries

LIST = f"id,md5\nE1,{MD5}\n".encode()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


WRONG: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty"),
    "blank lines": (b"\xef\xbb\xbf \r\n\n", "The file is empty"),
    "comments": (b"# nothing today\n", "No line of the beginning is a hash"),
    "an error page": (f"<!DOCTYPE html><html><body>502 {MD5}</body></html>".encode(), "This is a web page"),
    "a login page": (b"\n<HTML lang='en'><head><title>md5</title></head>", "This is a web page"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "This is a PDF"),
    "a picture": (jpeg(draw(1, (64, 64))), "This is a picture"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "of an old Office"),
    "a spreadsheet": (
        zipped(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        "save the list as CSV",
    ),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + b"\1" * 50, "7-Zip: unpack it first"),
    "encrypted": (b"-----BEGIN PGP MESSAGE-----\n", "decrypt it first"),
    "several files": (zipped(a=LIST, b=LIST), "The zip holds 2 files"),
    "no file": (zipped(), "The zip holds 0 files"),
    "other XML": (b'<?xml version="1.0"?><rss><channel/></rss>', "the namespace of NCMEC"),
    "XML of NCMEC's first version": (
        b'<?xml version="1.0"?><queryResult xmlns="http://hashsharing.ncmec.org/hashsharing/v1"/>',
        "the namespace of NCMEC",
    ),
    "other JSON": (b'{"error": "token expired", "code": 401}', "no field of it is called md5"),
    "a table of something else": (b"name,city\nx,y\n", "No column of this table is called md5"),
    "a misspelt header": (f"id,mdfive\n1,{MD5}\n".encode(), "No column of this table is called md5"),
    "a change for NSRL": (b"INSERT INTO FILE VALUES('A','B');\n", "apply it to that database"),
    "prose": (b"Dear colleague,\nthe list follows tomorrow.\n", "No column of this table is called md5"),
    "one word": (b"hello\n", "No line of the beginning is a hash"),
    "bytes": (bytes(range(256)) * 8, "no text and no database"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_no_list_says_what_it_is_and_what_to_do_and_changes_nothing(
    library: Library, tmp_path: Path, now: datetime, what: str
) -> None:
    content, said = WRONG[what]
    library.import_list("partner", [hashed(Algorithm.MD5, MD5, "E1")], now=now)
    source = tmp_path / "delivery"
    source.write_bytes(content)
    with pytest.raises(ListFormatError, match=said) as raised:
        library.import_list("partner", source, now=now)

    assert "othing was changed" in str(raised.value)
    assert MD5 not in str(raised.value)
    assert entries(library.search_hash(MD5)) == ["E1"]


@pytest.mark.parametrize("named", sorted(known.NAME for known in FORMATS))
@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_no_list_is_an_error_of_ours_whatever_format_is_named(what: str, named: str) -> None:
    try:
        rows = read(WRONG[what][0], named)
    except ListFormatError:
        return
    assert not [one for one in rows if hasattr(one, "hashes")]


def test_a_format_that_does_not_exist_is_said_to_be_none() -> None:
    with pytest.raises(ListFormatError, match=r"no format of this name.*csv.*pdq-text"):
        read(LIST, "nonesuch")


def test_a_list_that_is_called_what_it_is_not_says_what_it_looks_like() -> None:
    with pytest.raises(ListFormatError, match="no vics but looks like csv"):
        read(LIST, "vics")
    with pytest.raises(BrokenListError, match="ends early"):
        read(vics(MD5)[:-5], "vics")


def test_a_name_of_a_packed_file_says_the_type_like_that_of_an_open_one() -> None:
    dump = f"{PDQ},7,mine,\n".encode()

    for content in (gzip.compress(dump), zipped(**{"simple.HASH_SHA256.te": dump})):
        assert recognised(content, file_name="simple.HASH_SHA256.te.gz")[1] == [row("7", sha256=PDQ)]


DAMAGED = {
    "cut in its packing": gzip.compress(LIST * 1000)[:-20],
    "cut before its packing ends": gzip.compress(LIST)[:12],
    "altered in its packing": gzip.compress(LIST)[:-8] + bytes(8),
    "no packing behind the first bytes": b"\x1f\x8b\x08" + b"x" * 100,
    "half a zip": zipped(a=LIST * 1000)[:200],
    "a zip with an altered file": zipped(a=LIST).replace(zlib.compress(LIST)[2:8], b"xxxxxx"),
    "a bomb": gzip.compress(b"0" * 20_000_000),
    "a bomb in a zip": zipped(a=b"0" * 20_000_000),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_packed_file_that_is_damaged_or_a_bomb_is_broken(what: str) -> None:
    with pytest.raises(BrokenListError):
        read(DAMAGED[what], "csv")


def test_a_zip_with_a_password_is_to_be_unpacked_first() -> None:
    locked = bytearray(zipped(a=LIST))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.index(mark) + place] |= 1
    with pytest.raises(ListFormatError, match="password"):
        read(bytes(locked))


def test_a_packed_list_is_imported_again_without_a_change(library: Library, tmp_path: Path, now: datetime) -> None:
    source = tmp_path / "set.json.gz"
    source.write_bytes(gzip.compress(vics(SHA1[:32]).encode("utf-16")))
    reports = [library.import_list("vics", source, now=now) for _ in range(2)]

    assert [(one.new, one.changed, one.withdrawn, one.version) for one in reports] == [(3, 0, 0, 1), (0, 0, 0, 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lists", "set.json.gz"]


def test_pages_of_a_folder_are_read_in_the_order_of_their_numbers(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    head, tail = '{"hashRecords":[{"signalType":"VideoMD5","hashValue":"', '"}]}'
    for number, status in ((2, "Active"), (10, "Deleted")):
        (folder / f"page{number}.json").write_text(f'{head}{MD5}","hashStatus":"{status}{tail}')
    (folder / "page1.json").write_text(f'{head}{SHA1[:32]}","hashStatus":"Active{tail}')
    library.import_list("stopncii", folder, now=now)

    assert [len(library.search_hash(md5)) for md5 in (MD5, SHA1[:32])] == [0, 1]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_does_not_look_like_another_format_where_the_order_is_turned_round(name: str) -> None:
    lines = [line for line in SAMPLES[name].text.splitlines() if line.strip() and not line.startswith("#")]
    finders = [known.NAME for known in FORMATS if known.recognises(lines)]
    # These take up what the particular ones before them did not know.
    allowed = {"json", "csv", "pdq-text"}

    assert finders[0] == name
    assert set(finders[1:]) <= allowed
