"""Lists that are lines of text: PDQ, ThreatExchange's dumps and local files, plain MD5; as Meta's tools write them."""

import pytest

from hashsets.errors import ListFormatError
from hashsets.formats import Doubt, Refusal, Row
from hashsets.values import Algorithm
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import MD5, OTHER_MD5, OTHER_PDQ, PDQ, PHOTODNA, SHA1, SHA256

ROWS = [row(None, pdq=PDQ), row(None, pdq=OTHER_PDQ)]


@pytest.mark.parametrize(
    "content",
    [
        f"{PDQ}\n{OTHER_PDQ}\n",
        f"{PDQ.upper()}\r\n{OTHER_PDQ.upper()}",
        f"\ufeff{PDQ}\r\n\r\n{OTHER_PDQ}\r\n\r\n",
        f"# of a partner\n  # and more\n{PDQ}\n#{OTHER_PDQ}\n{OTHER_PDQ}\n",
        f"{PDQ},100,bridge.jpg\n{OTHER_PDQ},50,C:\\a name, with commas.jpg\n",
        f"{PDQ},100\n{OTHER_PDQ},99\n",
        f"hash,quality,filename\n{PDQ},100,a.jpg\n{OTHER_PDQ},100,b.jpg\n",
        f'"{PDQ}","100","a.jpg"\n"{OTHER_PDQ}","100","b, c.jpg"\n',
        f"{PDQ}\t100\ta.jpg\n{OTHER_PDQ};100;b.jpg\n",
        f"{PDQ},100,s\xe9rie.jpg\n{OTHER_PDQ},100,b.jpg\n".encode("latin-1"),
        f"{PDQ}\n{OTHER_PDQ}\n".encode("utf-16"),
        f"{PDQ}\r{OTHER_PDQ}\r",
        f"{PDQ}\n{OTHER_PDQ}\n{PDQ}\n",  # one of them twice
    ],
)
def test_pdq_text_gives_the_same_facts_however_it_is_written(content: str | bytes) -> None:
    name, rows = recognised(content)

    assert (name, rows[:2], set(rows[2:]) <= {*ROWS}) == ("pdq-text", ROWS, True)


def test_a_pdq_of_poor_quality_is_taken_and_told() -> None:
    assert read(f"{PDQ},49,a.jpg\n{OTHER_PDQ},0,b.jpg\n") == [
        Doubt(1, "pdq: a quality below 50"),
        ROWS[0],
        Doubt(2, "pdq: a quality below 50"),
        ROWS[1],
    ]


def test_among_pdq_hashes_one_that_was_cut_off_is_no_md5() -> None:
    # ThreatExchange issue 1609: half of a hash, all zeros, among whole ones.
    assert recognised(f"{'0' * 32}\n{PDQ}\n{MD5}\n") == (
        "pdq-text",
        [Refusal(1, "pdq: 32 digits, pdq has 64"), ROWS[0], Refusal(3, "pdq: 32 digits, pdq has 64")],
    )


def test_a_list_in_which_every_line_is_odd_is_recognised_and_says_so_of_each() -> None:
    name, rows = recognised(f"0x{PDQ}\n {PDQ}\n{PDQ} \n")

    assert name == "pdq-text"
    assert rows == [
        Refusal(1, "pdq: 0x prefix"),
        Refusal(2, "pdq: a blank before, among or after the digits"),
        Refusal(3, "pdq: a blank before, among or after the digits"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"pdq {PDQ}", row(None, pdq=PDQ)),
        (f"PDQ {PDQ.upper()}", row(None, pdq=PDQ)),
        (f"pdq\t{PDQ}", row(None, pdq=PDQ)),
        (f"video_md5 {MD5}", row(None, md5=MD5)),
        (f"md5 {MD5}", row(None, md5=MD5)),
        (f"sha1 {SHA1}", row(None, sha1=SHA1)),
        (f"sha256 {SHA256}", row(None, sha256=SHA256)),
        (f"photodna {PHOTODNA}", row(None, photodna=PHOTODNA)),
        ("video_tmk_pdqf QUJD", row(None, tmk="QUJD")),
        (
            f'vpdq ["0,100,{PDQ},0.000", "1,100,{PDQ},1.000"]',
            row(None, vpdq=f'["0,100,{PDQ},0.000", "1,100,{PDQ},1.000"]'),
        ),
        ("url https://a.example/", Refusal(2, "a type we neither look up nor keep")),
        ("raw_text what somebody wrote", Refusal(2, "a type we neither look up nor keep")),
        (f"pdq  {PDQ}", Refusal(2, "pdq: a blank before, among or after the digits")),
        (f"pdq {PDQ} ", Refusal(2, "pdq: a blank before, among or after the digits")),
        ("pdq 00000000000000000000000000000000", Refusal(2, "pdq: 32 digits, pdq has 64")),
        ("pdq", Refusal(2, "pdq: not hexadecimal digits")),
        (PDQ, row(None, pdq=PDQ)),
        (MD5, row(None, md5=MD5)),
        (SHA1, row(None, sha1=SHA1)),
    ],
)
def test_a_line_of_a_local_file_gives_its_row(line: str, expected: Row) -> None:
    assert recognised(f"# exported\npdq {OTHER_PDQ}\n".replace("# exported\n", "") + f"{line}\n\n") == (
        "tx-local",
        [row(None, pdq=OTHER_PDQ), expected],
    )


@pytest.mark.parametrize("values", [(MD5, OTHER_MD5.upper()), (SHA1, SHA1.upper()), (MD5, SHA1)])
def test_a_plain_list_of_md5_or_sha1_is_told_by_its_length(values: tuple[str, ...]) -> None:
    name, rows = recognised("# of the police\r\n" + "\r\n".join(values) + "\r\n")

    assert (name, {value for one in rows for _, value in one.hashes}) == (  # type: ignore[union-attr]
        "tx-local",
        {value.lower() for value in values},
    )


STAMP = "2020-07-01T18:31:15+0000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{PDQ},7,{STAMP},a1 media_type_photo\r\n", row("7", "a1 media_type_photo", pdq=PDQ)),
        (f"{PDQ.upper()},7,mine,\n", row("7", pdq=PDQ)),
        (f'{PDQ},7,{STAMP},"a1,b"\n', row("7", "a1,b", pdq=PDQ)),
        (f"{MD5},7,{STAMP},\n", row("7", md5=MD5)),
        (f"12,{PDQ},7,{STAMP},a1\n", row("12", "a1", pdq=PDQ)),  # with the indicator's own id
        (f"indicator,descriptor_id,added_on,labels\n{PDQ},7,{STAMP},a1\n", row("7", "a1", pdq=PDQ)),
        (f"id,type,indicator,added_on\n3,HASH_SHA256,{SHA256},{STAMP}\n", row("3", sha256=SHA256)),
        (f"\ufeffindicator,type,descriptor_id,added_on,tags\n{MD5},HASH_VIDEO_MD5,7,,a1\n", row("7", "a1", md5=MD5)),
        (
            f'"indicator","type","descriptor_id","added_on","tags"\n"{MD5}","HASH_MD5","7","","a1"\n',
            row("7", "a1", md5=MD5),
        ),
    ],
)
def test_a_dump_of_threatexchange_gives_the_same_facts(text: str, expected: Row) -> None:
    assert recognised(text) == ("threatexchange-csv", [expected])


@pytest.mark.parametrize(
    ("file_name", "value", "expected"),
    [
        ("simple.HASH_PDQ.te", PDQ, row("7", pdq=PDQ)),
        ("simple.HASH_SHA256.te", PDQ, row("7", sha256=PDQ)),
        ("simple.hash_tmk.te", "QUJD", row("7", tmk="QUJD")),
        ("simple.HASH_PHOTODNA.te.gz", PHOTODNA, row("7", photodna=PHOTODNA)),
    ],
)
def test_a_dump_is_of_the_type_in_its_name(file_name: str, value: str, expected: Row) -> None:
    assert recognised(f"{value},7,{STAMP},\n", file_name=file_name) == ("threatexchange-csv", [expected])


def test_a_dump_of_texts_or_addresses_gives_nothing_that_is_kept() -> None:
    rows = recognised("https://a.example/,7,mine,\nsome words,8,mine,\n", "threatexchange-csv")[1]

    assert [Refusal, Refusal] == [type(one) for one in rows]
    with pytest.raises(ListFormatError):
        read("https://a.example/,7,mine,\nsome words,8,mine,\n")


def test_every_algorithm_refuses_the_hash_of_the_empty_file_and_what_stands_for_none() -> None:
    empty = {
        Algorithm.MD5: "d41d8cd98f00b204e9800998ecf8427e",
        Algorithm.SHA1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        Algorithm.SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
    for algorithm, value in empty.items():
        rows = read(f"{algorithm} {value.upper()}\n{algorithm} {'0' * len(value)}\n{algorithm} {'F' * len(value)}\n")

        assert rows == [
            Refusal(1, f"{algorithm}: hash of the empty file"),
            Refusal(2, f"{algorithm}: a placeholder, no hash"),
            Refusal(3, f"{algorithm}: a placeholder, no hash"),
        ]
