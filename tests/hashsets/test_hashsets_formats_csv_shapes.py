"""Tables as partners and their spreadsheets write them: IWF-like lists, ICSE, NSRL, and what Windows does to them."""

import csv
import io

import pytest

from hashsets.errors import ListFormatError
from hashsets.formats import Refusal, Withdrawal
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import (
    LAST_MD5,
    MD5,
    OTHER_MD5,
    OTHER_SHA1,
    PDQ,
    PHOTODNA,
    PHOTODNA_BASE64,
    SHA1,
    SHA256,
    icse,
    nsrl,
)

WATCH = ("Reference", "MD5", "SHA-1", "SHA256", "PhotoDNA", "Severity Category", "Date Added", "Description")
WATCH_ROWS = [
    ("IWF-1", MD5.upper(), SHA1, SHA256.upper(), PHOTODNA_BASE64, "A", "2026-01-01", "a text, with a comma"),
    ("IWF-2", OTHER_MD5, "", "", "", "B", "01/01/2026 00:00:00", 'a "quoted" one'),
    ("IWF-3", LAST_MD5, "NULL", "n/a", "null", "C", "", "-"),
]
WATCHED = [
    row("IWF-1", "A", md5=MD5, sha1=SHA1, sha256=SHA256, photodna=PHOTODNA_BASE64),
    row("IWF-2", "B", md5=OTHER_MD5),
    row("IWF-3", "C", md5=LAST_MD5),
]


def table(delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows([WATCH, *WATCH_ROWS])  # type: ignore[arg-type]
    return text.getvalue()


LAYOUTS: dict[str, str | bytes] = {
    "commas": table(),
    "semicolons": table(";"),
    "tabs": table("\t"),
    "bars": table("|"),
    "everything quoted": table(quoting=csv.QUOTE_ALL),
    "line ends of Unix": table(end="\n"),
    "line ends of an old Macintosh": table(end="\r"),
    "no last line end": table().rstrip(),
    "blank lines between": table(end="\r\n\r\n"),
    "UTF-8 with a mark": table().encode("utf-8-sig"),
    "UTF-16 as Windows exports it": table("\t").encode("utf-16"),
    "Windows-1252": table().replace("comma", "virgule \xe9\xe0").encode("cp1252"),
    "comments above": f"# IWF list\n#\n# 3 rows, of today\n{table()}",
    "a title above": f"Hash list of 2026-01-01\n\n{table()}",
    "a title above, padded by a spreadsheet": f"Hash list,,,,,,,\n,,,,,,,\n{table()}",
    "what a spreadsheet wants to know": f"sep=;\n{table(';')}",
    "a comment between": table().replace("IWF-2,", "# the second\nIWF-2,"),
    "a delimiter at every line's end": "".join(f"{line},\n" for line in table(end="\n").splitlines()),
    "a delimiter at the rows' ends": table(end=",,\n").replace("Description,,", "Description"),
    "columns in another case": table().replace("MD5,SHA-1,SHA256", "Md5, sha1 ,SHA 256"),
    "a line break in a description": table().replace("a text, with", "a text,\nwith\n\n"),
    "a repeated row": table() + table().splitlines()[1],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_watch_list_gives_the_same_facts_however_it_is_laid_out(layout: str) -> None:
    name, rows = recognised(LAYOUTS[layout])

    assert (name, rows[:3]) == ("csv", WATCHED)
    assert set(rows[3:]) <= set(WATCHED)


def test_a_stray_quote_costs_its_own_row_and_no_other() -> None:
    rows = [f'E{number},{"ab" * 15}{number:02},"{"" if number % 10 == 5 else "note" + chr(34)}' for number in range(60)]
    found = read("id,md5,note\n" + "\n".join(rows))

    assert [one.line for one in found if isinstance(one, Refusal)] == [7, 17, 27, 37, 47, 57]
    assert len(found) == 60


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = (
        "\ufeff# a comment\r\n\r\nid,note,md5\r\n"  # lines 1 to 3
        f'1,"two\r\nlines",{MD5}\r\n'  # 4 and 5
        "\r\n# another comment\r\n"  # 6 and 7
        "2,x,zz\r\n"  # 8
        f'3,"one\r\n\r\nmore",{MD5[:-1]}\r\n'  # 9 to 11
        "4,x,\r\n"  # 12
    )

    for encoding in ("utf-8", "utf-16"):
        assert [(one.line, one.cause) for one in read(text.encode(encoding)) if isinstance(one, Refusal)] == [
            (8, "md5: not hexadecimal digits"),
            (9, "md5: 31 digits, md5 has 32"),
            (12, "no hash in this row"),
        ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"algorithm,hash,id\nMD5,{MD5},1\nSHA-1,{SHA1},1\nPhotoDNA,{PHOTODNA},1\n", 3),
        (f"hash_digest,algorithm,ideology,deleted,id\n{MD5},MD5,far-right,false,1\n{SHA1},SHA1,x,False,1\n", 2),
        (f"content_id\tsignal_type\tsignal_val\n1\tpdq\t{PDQ}\n1\tvideo_md5\t{MD5}\n", 2),
        (f"collab,signal_type,signal_str,category,tags\nx,pdq,{PDQ},POSITIVE_CLASS,a b\n", 1),  # tx dataset --csv
        (f'hash_id,hash_value,hash_type,tags\n1,{MD5},HASH_MD5,"a,b"\n', 1),  # ThreatExchange's tag query
        (f"md5,sha1,photoDna,status,set\n{MD5},{SHA1},{PHOTODNA_BASE64},known,X\n", 1),  # IPED
        (f"MD5\n{MD5}\n{OTHER_MD5.upper()}\n", 2),  # a plain list under a name
        (f"file_md5|file_sha1|file_sha256\n{MD5}|{SHA1}|{SHA256}\n", 1),
    ],
)
def test_a_table_of_another_source_is_read(text: str, rows: int) -> None:
    name, found = recognised(text)

    assert (name, len(found), [one for one in found if isinstance(one, Refusal)]) == ("csv", rows, [])


@pytest.mark.parametrize("gone", ["true", "TRUE", "1", "yes", "Y"])
@pytest.mark.parametrize("kept", ["false", "False", "0", "no", "", "null"])
def test_a_flag_is_a_text_in_a_table(gone: str, kept: str) -> None:
    assert read(f"id,md5,deleted\n1,{MD5},{gone}\n2,{OTHER_MD5},{kept}\n") == [Withdrawal("1"), row("2", md5=OTHER_MD5)]


def test_rows_without_a_header_are_no_table_of_hashes() -> None:
    for text in (f"md5,{MD5},A\nmd5,{OTHER_MD5},B\n", f"1,{MD5}\n2,{OTHER_MD5}\n"):
        with pytest.raises(ListFormatError, match="No column of this table is called md5"):
            read(text)


ICSE = [
    row("7", "baseline", md5=MD5, sha1=SHA1, photodna=PHOTODNA),
    row("8", "baseline", md5=OTHER_MD5),
    row("9", md5=LAST_MD5),
]


@pytest.mark.parametrize(
    "content",
    [
        icse(OTHER_MD5),
        icse(OTHER_MD5).replace("\n", "\r\n").encode("utf-8-sig"),
        icse(OTHER_MD5).encode("utf-16"),
        icse(OTHER_MD5).replace(";", ","),  # saved again by a spreadsheet
        icse(OTHER_MD5).replace(";", '";"').replace("\n", '"\n"').join('""').removesuffix('""'),
        icse(OTHER_MD5).replace(";true\n", ";1\n").replace("FALSE", "0"),
        icse(OTHER_MD5).replace(";true\n", ";Yes\n").replace("FALSE", "No"),
        icse(OTHER_MD5).replace("a series", "S\xe9rie").encode("cp1252"),
        icse(OTHER_MD5).replace("Image ID", "Image Id").replace("Media Type", "Media type"),
        icse(OTHER_MD5).replace("Baseline\n", "Baseline;Country\n").replace("true\n", "true;AL\n"),
    ],
)
def test_an_export_of_icse_gives_the_same_facts(content: str | bytes) -> None:
    assert recognised(content) == ("icse-csv", ICSE)


def test_an_export_of_icse_whose_header_is_misspelt_is_still_a_table_of_hashes() -> None:
    name, rows = recognised(icse(OTHER_MD5).replace("Number of submissions", "Submissions"))

    assert (name, [one.hashes for one in rows]) == ("csv", [one.hashes for one in ICSE])  # type: ignore[union-attr]


SOFTWARE = [row(None, md5=MD5, sha1=SHA1), row(None, md5=OTHER_MD5, sha1=OTHER_SHA1), row(None, md5=MD5, sha1=SHA1)]


@pytest.mark.parametrize(
    "content",
    [
        nsrl(OTHER_MD5),
        nsrl(OTHER_MD5).replace("\n", "\r\n"),
        nsrl(OTHER_MD5).replace("a, b.dll", "a \xe9.dll").encode("latin-1"),
        nsrl(OTHER_MD5).replace("a, b.dll", 'a ""b"".dll'),
        # of version 3, turned into a table
        nsrl(OTHER_MD5)
        .replace("ProductCode", "package_id")
        .replace("OpSystemCode", "x")
        .replace("FileName", "file_name"),
    ],
)
def test_software_of_nsrl_gives_the_same_facts(content: str | bytes) -> None:
    assert recognised(content) == ("nsrl-csv", SOFTWARE)


def test_the_first_version_of_nsrl_had_its_columns_in_another_order() -> None:
    text = (
        '"SHA-1","FileName","FileSize","ProductCode","OpSystemCode","MD4","MD5","CRC32","SpecialCode"\n'
        f'"{SHA1.upper()}","a.dll",1,2,"3","{OTHER_MD5}","{MD5.upper()}","00AABBCC",""\n'
    )

    assert recognised(text) == ("nsrl-csv", SOFTWARE[:1])


def test_a_list_of_a_partner_with_file_names_and_checksums_is_not_taken_for_harmless_software() -> None:
    text = f"SHA1,MD5,CRC32,FileName,FileSize\n{SHA1},{MD5},00AABBCC,a.jpg,1\n"

    assert recognised(text) == ("csv", SOFTWARE[:1])
