"""VICS as the portals and the tools of investigators write it: three versions, hash sets and cases, small liberties."""

import json
from typing import Any

import pytest

from hashsets.formats import Doubt, ListRow, Refusal
from hashsets.formats.rows import MORE_PAGES
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import LAST_MD5, MD5, OTHER_MD5, PDQ, PHOTODNA, PHOTODNA_BASE64, SHA1, SHA256

Media = dict[str, Any]
OLD = "http://github.com/ICMEC/ProjectVic/DataModels/{}.xml#{}"
NEW = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}$metadata#{}"


def medium(number: object, md5: str | None, **more: object) -> Media:
    """A record with every field of the model."""
    return {
        "MediaID": number,
        "Category": 1,
        "MD5": md5.upper() if md5 else md5,
        "MediaSize": "2835",
        "DateUpdated": "2023-06-07T02:31:49.8300Z",
        "Series": "A series",
        "Tags": "a tag, another",
        "Comments": "what somebody wrote about a child",
        "VictimIdentified": "true",
        "OffenderIdentified": "False",
        "IsDistributed": True,
        "IsSuspected": None,
        "SelfGenerated": 0,
        "IsPrecategorized": "true",
        "MimeType": "image/jpeg",
        "RelativeFilePath": "files\\1.jpg",
        "MediaFiles": [{"MD5": md5, "FileName": "a name.jpg", "FilePath": "C:\\x", "Created": "2020-01-01T00:00:00"}],
        "Exifs": [{"MD5": md5, "PropertyName": "Lat/Lon", "PropertyValue": "12.5/-45.25"}],
        **more,
    }


SET = [medium(501, MD5, SHA1=SHA1.upper()), medium(502, OTHER_MD5, Category=2), medium("503", LAST_MD5, Category=None)]
ROWS = [row("501", "1", md5=MD5, sha1=SHA1), row("502", "2", md5=OTHER_MD5), row("503", md5=LAST_MD5)]


def document(context: str, value: object, key: str = "@odata.context") -> str:
    return json.dumps({key: context, "value": value})


HASH_SETS = {
    "1.2, as the British database": document(OLD.format("1.2", "Media"), SET, "odata.metadata"),
    "1.3": document(OLD.format("1.3", "Media"), SET, "odata.metadata"),
    "2.0": document(NEW.format("Default/", "Media"), SET),
    "2.0, American": document(NEW.format("US/", "Media"), SET),
    "2.0, British": document(NEW.format("UK/", "Media"), SET),
    "2.0, of a tool": document(NEW.format("CUSTOM/", "Media"), SET),
    "with the context behind": json.dumps({"value": SET, "@odata.context": NEW.format("US/", "Media")}),
    "with a count before": json.dumps({"@odata.context": NEW.format("US/", "Media"), "@odata.count": 3, "value": SET}),
    "laid out": json.dumps({"@odata.context": NEW.format("US/", "Media"), "value": SET}, indent=4),
    "laid out by Windows": json.dumps(
        {"@odata.context": NEW.format("US/", "Media"), "value": SET}, indent="\t"
    ).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("kind", HASH_SETS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_hash_set_of_every_version_gives_the_same_facts(kind: str, encoding: str) -> None:
    assert recognised(HASH_SETS[kind].encode(encoding)) == ("vics", ROWS)


CASE = {
    "CaseID": "6f1c",
    "CaseNumber": "7/2026",
    "ContactName": "an officer",
    "SourceApplicationName": "A tool",
    "TotalMediaFiles": 3,
    "CaseFiles": [{"FileName": "report.pdf"}],
}


@pytest.mark.parametrize(
    "value",
    [
        [{**CASE, "Media": SET}],
        [{**CASE, "Media": SET[:1]}, {**CASE, "Media": []}, {**CASE}, {**CASE, "Media": SET[1:]}],
        [{"Media": SET, **CASE}],
        {**CASE, "Media": SET},  # one case that stands alone
        [{**CASE, "Media": None}, {**CASE, "Media": SET}],
    ],
)
@pytest.mark.parametrize("context", [NEW.format("US/", "Cases"), OLD.format("1.3", "Cases")])
def test_a_case_gives_the_media_in_it(value: object, context: str) -> None:
    assert recognised(document(context, value)) == ("vics", ROWS)


def test_what_describes_persons_is_left_behind() -> None:
    for secret in ("series", "child", "tag", "name.jpg", "45.25", "officer"):
        assert secret not in repr(read(document(NEW.format("US/", "Cases"), [{**CASE, "Media": SET}])))


def alternative(*pairs: tuple[object, object]) -> list[object]:
    # 1.x gives each its own links and the medium's MD5 again.
    return [
        {"HashName": name, "HashValue": value, "MD5": MD5, "Media@odata.navigationLinkUrl": "x"}
        for name, value in pairs
    ]


@pytest.mark.parametrize(
    ("more", "others"),
    [
        (alternative(("PhotoDNA", PHOTODNA_BASE64)), (("photodna", PHOTODNA_BASE64),)),
        (alternative(("PhotoDNA", PHOTODNA)), (("photodna", PHOTODNA),)),
        (
            alternative(("photodna", PHOTODNA), ("PhotoDNA", PHOTODNA_BASE64)),
            (("photodna", PHOTODNA), ("photodna", PHOTODNA_BASE64)),
        ),
        (alternative(("F1 Hash", "QUJD"), ("Videntifier", "REVG")), (("f1hash", "QUJD"), ("videntifier", "REVG"))),
        (alternative((None, "QUJD"), ("PhotoDNA", None), ("", "")), ()),
        ([None, "PhotoDNA", 7, {}], ()),
        (None, ()),
        ("PhotoDNA", ()),
    ],
)
def test_other_hashes_are_kept_as_they_came(more: object, others: object) -> None:
    rows = read(document(NEW.format("US/", "Media"), [medium(1, MD5, AlternativeHashes=more)]))

    assert [others] == [one.others for one in rows]  # type: ignore[union-attr]


def test_hashes_that_we_look_up_are_looked_up_wherever_they_stand() -> None:
    media = medium(1, None, SHA256=SHA256.upper(), AlternativeHashes=alternative(("SHA-1", SHA1), ("PDQ", PDQ.upper())))

    assert read(document(NEW.format("US/", "Media"), [media])) == [row("1", "1", sha256=SHA256, sha1=SHA1, pdq=PDQ)]


def test_a_photodna_of_no_known_length_is_kept_and_told() -> None:
    media = medium(1, MD5, AlternativeHashes=alternative(("PhotoDNA", PHOTODNA[:-2])))

    assert read(document(NEW.format("US/", "Media"), [media])) == [
        Doubt(1, "photodna: neither 192 characters of base64 nor 288 hexadecimal digits"),
        row("1", "1", md5=MD5, photodna=PHOTODNA[:-2]),
    ]


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (
            {"mediaid": 1, "category": "1", "md5": MD5, "sha1": SHA1},
            row("1", "1", md5=MD5, sha1=SHA1),
        ),  # another spelling
        ({"MediaID": 0, "Category": 0, "MD5": MD5}, row("0", "0", md5=MD5)),
        ({"MediaID": None, "MD5": MD5}, row(None, md5=MD5)),
        ({"MediaID": 1, "MD5": "", "SHA1": SHA1}, row("1", sha1=SHA1)),
        ({"MediaID": 1, "MD5": None, "SHA1": None}, Refusal(1, "no hash in this row")),
        ({"MediaID": 1, "MD5": {"value": MD5}}, Refusal(1, "no hash in this row")),
        ({"MediaID": 1.5, "MD5": MD5}, row("1.5", md5=MD5)),
        ({"MediaID": 1, "MD5": MD5 + "\n"}, Refusal(1, "md5: a blank before, among or after the digits")),
    ],
)
def test_a_medium_takes_liberties(media: Media, expected: object) -> None:
    assert read(document(NEW.format("US/", "Media"), [media, medium(9, LAST_MD5)])) == [
        expected,
        row("9", "1", md5=LAST_MD5),
    ]


def test_a_medium_that_is_none_costs_only_itself() -> None:
    value = [medium(1, MD5), None, "text", 7, [], medium(2, OTHER_MD5)]

    rows = read(document(NEW.format("US/", "Media"), value))

    assert [ListRow, *[Refusal] * 4, ListRow] == [type(one) for one in rows]
    assert [one.line for one in rows if isinstance(one, Refusal)] == [2, 3, 4, 5]


def test_a_page_of_a_portal_that_is_not_the_last_says_so() -> None:
    page = json.loads(document(NEW.format("US/", "Media"), SET))
    page["@odata.nextLink"] = "https://portal.example/Media?$skiptoken=4"

    assert read(json.dumps(page)) == [*ROWS, Doubt(3, MORE_PAGES)]


def test_a_set_whose_context_is_misspelt_is_read_as_records() -> None:
    name, rows = recognised(document("http://example.invalid/DataModel#Media", SET, "@odata.contxt"))

    assert (name, rows) == ("json", ROWS)
