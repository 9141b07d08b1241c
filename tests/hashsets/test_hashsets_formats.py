"""Lists are read as their sources write them, and what is no usable hash is refused without being repeated."""

import io

import pytest

from hashsets.errors import InvalidHashError, ListFormatError
from hashsets.formats import choose_format
from hashsets.formats.rows import ListRow, Refusal
from hashsets.values import Algorithm, read_value

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
PHASH = "ba8c84536bd3c366"
MD5 = "0123456789abcdef0123456789abcdef"
SHA1 = MD5 + "01234567"
SHA256 = MD5 + "fedcba9876543210fedcba9876543210"


def read(text: str | bytes, name: str | None = None) -> list[ListRow | Refusal]:
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(choose_format(stream, name).read_rows(stream))


@pytest.mark.parametrize(
    "text",
    [
        PDQ,  # no line end
        f"{PDQ}\n",
        f"{PDQ.upper()}\r\n",
        f"# from the partner\n\n{PDQ}\n",
        f"\ufeff{PDQ}\n",
        f"{PDQ},100,bridge.jpg\n",
        f"{PDQ},100,a name, with commas.jpg\n",
    ],
)
def test_pdq_text_gives_the_hash_and_nothing_else(text: str) -> None:
    assert [ListRow(((Algorithm.PDQ, PDQ),))] == read(text)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("0x" + PDQ[2:], "pdq: 0x prefix"),  # right length, and int() would read it
        ("0X" + PDQ[2:], "pdq: 0x prefix"),
        ("ffff_" + PDQ[5:], "pdq: an underscore among the digits"),
        (" " + PDQ[1:], "pdq: a blank before, among or after the digits"),
        (PDQ[:-1] + " ", "pdq: a blank before, among or after the digits"),
        (PDQ[:-1] + "\u0661", "pdq: not hexadecimal digits"),  # a digit, but not ours
        (PDQ[:-1], "pdq: 63 digits, pdq has 64"),
        (MD5, "pdq: 32 digits, pdq has 64"),
        ("0" * 64, "pdq: hash of a blank picture"),
        ("f" * 64, "pdq: hash of a blank picture"),
        ("000000002c4b11342c4b2c4b0000554b00002c4b113411342c4b585e2c4b017e", "pdq: hash of a blank picture"),
        ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "pdq: hash of the empty file"),
        ("hello", "pdq: not hexadecimal digits"),
    ],
)
def test_what_is_no_usable_pdq_is_refused_by_line_and_cause(value: str, cause: str) -> None:
    found = read(f"{PDQ}\n{value}\n{PDQ}\n")

    assert [ListRow(((Algorithm.PDQ, PDQ),)), Refusal(2, cause), ListRow(((Algorithm.PDQ, PDQ),))] == found


def test_a_line_of_a_megabyte_and_one_that_is_no_text_are_refused_alone() -> None:
    found = read(f"{PDQ}\n".encode() + b"a" * 3_000_000 + b"\n\xff\xfe\n" + f"{PDQ}\n".encode())

    assert [row.line if isinstance(row, Refusal) else at for at, row in enumerate(found, start=1)] == [1, 2, 3, 4]
    causes = [row.cause for row in found if isinstance(row, Refusal)]
    assert causes == ["line longer than 1 MB", "pdq: not hexadecimal digits"]


@pytest.mark.parametrize(
    "text",
    [
        f"md5,sha1,sha256,pdq,phash,entry,label\n{MD5},{SHA1},{SHA256},{PDQ},{PHASH},E7,A\n",
        f"id;category;MD5;SHA1;SHA-256;PDQ;pHash\nE7;A;{MD5.upper()};{SHA1};{SHA256};{PDQ};{PHASH}\n",
        f'\ufeff"MD5","SHA-1","sha_256","PDQ","phash","Media ID","Category"\r\n"{MD5}","{SHA1}","{SHA256}","{PDQ}",'
        f'"{PHASH}","E7","A"\r\n',
        f"md5,sha1,sha256,pdq,phash,entry,label,filename\n{MD5},{SHA1},{SHA256},{PDQ},{PHASH},E7,A,a child's name\n",
    ],
)
def test_csv_columns_are_found_by_their_names(text: str) -> None:
    hashes = (
        (Algorithm.MD5, MD5),
        (Algorithm.SHA1, SHA1),
        (Algorithm.SHA256, SHA256),
        (Algorithm.PDQ, PDQ),
        (Algorithm.PHASH, PHASH),
    )

    assert [ListRow(hashes, "E7", "A")] == read(text)


def test_a_bad_hash_in_a_row_does_not_cost_the_others() -> None:
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    found = read(f"entry,md5,phash\nE1,{empty},{PHASH}\nE2,,8000000000000000\nE3,{MD5},\n")

    assert [
        Refusal(2, "md5: hash of the empty file"),
        ListRow(((Algorithm.PHASH, PHASH),), "E1"),
        Refusal(3, "phash: hash of a blank picture"),
        ListRow(((Algorithm.MD5, MD5),), "E3"),
    ] == found


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("E1,,", "no hash in this row"),
        (f"E1,{MD5},A,more", "4 cells under 3 columns"),
        (f'E1,"{MD5},A', "quotes do not match, or a cell is too long"),
        (f"E1,{MD5[:-1]},A", "md5: 31 digits, md5 has 32"),
        ("E1,da39a3ee5e6b4b0d3255bfef95601890afd80709,A", "md5: 40 digits, md5 has 32"),
    ],
)
def test_a_csv_row_that_cannot_be_read_is_refused_and_the_next_one_is_read(row: str, cause: str) -> None:
    found = read(f"entry,md5,label\n{row}\nE9,{MD5},A\n")

    assert [Refusal(2, cause), ListRow(((Algorithm.MD5, MD5),), "E9", "A")] == found


def test_hashes_of_the_empty_file_are_refused_in_every_algorithm() -> None:
    text = (
        "md5,sha1,sha256\nd41d8cd98f00b204e9800998ecf8427e,da39a3ee5e6b4b0d3255bfef95601890afd80709,"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
    )

    assert [Refusal(2, f"{name}: hash of the empty file") for name in ("md5", "sha1", "sha256")] == read(text)


@pytest.mark.parametrize("text", ["name,city\nx,y\n", MD5[1:], "# only a comment\n", "Dear colleague\n"])
def test_a_file_of_no_known_format_is_an_error_with_its_cure(text: str) -> None:
    with pytest.raises(ListFormatError, match=r"one of .*csv.*pdq-text"):
        read(text)


def test_a_format_can_be_named() -> None:
    assert [Refusal(1, "pdq: not hexadecimal digits")] == read("md5,entry\n", "pdq-text")
    with pytest.raises(ListFormatError):
        read(PDQ, "nonesuch")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PHASH, ["phash"]),
        (f" {MD5.upper()}\n", ["md5"]),
        (SHA1, ["sha1"]),
        (PDQ, ["sha256", "pdq"]),
    ],
)
def test_a_typed_hash_is_told_by_its_length(text: str, expected: list[str]) -> None:
    assert expected == [algorithm.value for algorithm, _ in read_value(text, None)]


@pytest.mark.parametrize("text", ["", "0x" + PHASH[2:], PHASH[:-1], "zz" * 32, PDQ + "00"])
def test_what_is_no_hash_is_not_looked_up(text: str) -> None:
    with pytest.raises(InvalidHashError) as raised:
        read_value(text, None)

    assert not text or text not in str(raised.value)
