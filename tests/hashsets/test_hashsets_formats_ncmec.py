"""NCMEC's pages as its documentation and its clients show them, in every order and layout that XML allows."""

from datetime import datetime
from pathlib import Path

import pytest

from hashsets.errors import BrokenListError, ListFormatError
from hashsets.formats import Doubt, Refusal, Row, Withdrawal
from hashsets.formats.rows import MORE_PAGES
from hashsets.lists import Library
from hashsets.values import Algorithm
from tests.hashsets.reading import read, recognised, row
from tests.hashsets.samples import MD5, OTHER_MD5, PDQ, PHOTODNA, PHOTODNA_BASE64, SHA1, SHA256, day
from tests.hashsets.test_hashsets_library import entries

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="{NAMESPACE}">\n'


def member(number: int = 42) -> str:
    return f'<member id="{number}">Example Member</member>'


def at(number: int) -> str:
    return f"<timestamp>2026-01-{number:02}T00:00:00Z</timestamp>"


def image(name: str, prints: str, number: int = 1, kind: str = "image", inside: str = "") -> str:
    return f"<{kind}>{member()}{at(number)}<id>{name}</id>{inside}<fingerprints>{prints}</fingerprints></{kind}>"


def gone(name: str, number: int, kind: str = "deletedImage") -> str:
    # As the documentation has it: the id before the time.
    return f"<{kind}>{member()}<id>{name}</id>{at(number)}</{kind}>"


def page(*records: str, videos: str = "", tail: str = "") -> str:
    return f'{HEAD}<images count="{len(records)}">{"".join(records)}</images>{videos}{tail}</queryResult>'


FEEDBACK = """<feedback lastUpdateTimestamp="2023-06-01T12:48:14Z">
  <affirmativeFeedback type="Md5" lastUpdateTimestamp="2023-06-01T12:48:14Z">
    <members timestamp="2023-06-01T12:48:14Z"><member id="7">Another Member</member></members>
  </affirmativeFeedback>
  <negativeFeedback type="Sha1" lastUpdateTimestamp="2023-05-31T19:41:51Z"><reasons>
    <reason guid="01234567-abcd-0123-4567-012345678900" name="A reason" type="Sha1"/>
    <members timestamp="2023-06-01T12:48:14Z"><member id="8">A third</member></members>
  </reasons></negativeFeedback></feedback>"""
NEXT = (
    "<paging><next>/v2/entries?from=2017-10-20T00%3A00%3A00Z&amp;start=2001&amp;size=1000&amp;max=3000</next></paging>"
)


def test_the_page_of_the_documentation_gives_its_entries_its_tombstones_and_its_link() -> None:
    known = f"<md5>{MD5}</md5><sha1>{SHA1}</sha1><pdna>a1a1a1a1a1a1...</pdna>"
    videos = (
        f'<videos count="2">{image("video1", f"<md5>{OTHER_MD5}</md5>", kind="video")}'
        f"{gone('video4', 3, 'deletedVideo')}</videos>"
    )
    shown = image("image1", known, inside="<classification>A1</classification>").replace(
        "</image>", FEEDBACK + "</image>"
    )

    assert read(page(shown, gone("image4", 2), videos=videos, tail=NEXT)) == [
        Doubt(1, "photodna: neither 192 characters of base64 nor 288 hexadecimal digits"),
        row("42-image1", "A1", md5=MD5, sha1=SHA1, photodna="a1a1a1a1a1a1...", changed_at=day(1)),
        Withdrawal("42-image4", day(2)),
        row("42-video1", md5=OTHER_MD5, changed_at=day(1)),
        Withdrawal("42-video4", day(3)),
        Doubt(5, MORE_PAGES),
    ]


def test_every_type_of_fingerprint_is_looked_up_or_kept() -> None:
    kept = {"netclean": "AAAA", "videntifier": "BBBB", "tmk": "CCCC", "ssvh_pdna": "DDDD", "ssvh_safer_hash": "EEEE"}
    prints = (
        f"<md5>{MD5.upper()}</md5><sha1>{SHA1.upper()}</sha1><sha256>{SHA256}</sha256><pdq>{PDQ.upper()}</pdq>"
        f"<pdna>{PHOTODNA_BASE64}</pdna><netclean>AAAA</netclean><videntifier>BBBB</videntifier>"
        "<tmk-pdqf>CCCC</tmk-pdqf><ssvh-pdna>DDDD</ssvh-pdna><ssvh-safer-hash>EEEE</ssvh-safer-hash>"
    )
    known = {"md5": MD5, "sha1": SHA1, "sha256": SHA256, "pdq": PDQ, "photodna": PHOTODNA_BASE64}

    assert read(page(image("a", prints))) == [row("42-a", changed_at=day(1), **known, **kept)]


def test_what_is_too_large_for_a_page_and_only_linked_is_no_hash() -> None:
    links = '<tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/><videntifier rel="self" href="/v2/x"/>'

    assert read(page(image("a", links), image("b", f"<md5>{MD5}</md5>{links}"))) == [
        Refusal(1, "no hash in this row"),
        row("42-b", md5=MD5, changed_at=day(1)),
    ]


ONE = image("a", f"<md5>{MD5}</md5>")
LAYOUTS = {
    "a prefix for the namespace": page(ONE)
    .replace("<", "<n:")
    .replace("<n:/", "</n:")
    .replace("<n:?", "<?")
    .replace("xmlns=", "xmlns:n="),
    "no declaration": page(ONE).partition("?>")[2],
    "comments and instructions": page(ONE).replace("<image>", "<!-- one --><?page 1?><image>"),
    "character data as it is": page(ONE).replace(MD5, f"<![CDATA[{MD5}]]>"),
    "a line break inside a fingerprint": page(ONE).replace(MD5, f"\n          {MD5}\n        "),
    "attributes nobody knows": page(ONE).replace("<md5>", '<md5 source="tool">').replace("<id>", '<id kind="x">'),
    "elements nobody knows": page(ONE).replace("<id>", "<source>x</source><id>").replace("<images", "<meta/><images"),
    "no videos and an empty paging": page(ONE, tail="<videos count='0'/><paging/>"),
    "a repeated record": page(ONE, ONE),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_layout_of_the_same_page_gives_the_same_facts(layout: str) -> None:
    name, rows = recognised(LAYOUTS[layout])

    assert (name, {*rows}) == ("ncmec-xml", {row("42-a", md5=MD5, changed_at=day(1))})


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252", "us-ascii", "utf-8-sig"])
def test_a_page_in_another_encoding_gives_the_same_facts(encoding: str) -> None:
    text = page(ONE).replace("UTF-8", encoding.removesuffix("-sig"))
    text = text.replace("Example Member", "Soci\xe9t\xe9") if encoding != "us-ascii" else text

    assert read(text.encode(encoding)) == [row("42-a", md5=MD5, changed_at=day(1))]


@pytest.mark.parametrize("encoding", ["no-such-thing", "idna", "rot13", "utf-7", "base64"])
def test_a_page_in_an_encoding_that_is_none_is_broken_and_nothing_worse(encoding: str) -> None:
    with pytest.raises(BrokenListError):
        read(page(ONE).replace("UTF-8", encoding))


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("2026-01-01T00:00:00Z", day(1)),
        ("2026-01-01T01:00:00.000+01:00", day(1)),
        ("2026-01-01T00:00:00", day(1)),  # no zone: UTC
        ("2026-01-01 00:00:00.123456", day(1)),
        ("2026-01-01T00:00:00.1234Z", day(1)),
        ("1767225600", day(1)),
        ("1767225600.5", day(1)),
        ("1767225600000", day(1)),  # milliseconds
        ("", 0),
        ("soon", 0),
    ],
)
def test_a_time_is_read_with_a_zone_and_without(time: str, seconds: int) -> None:
    text = page(ONE).replace("2026-01-01T00:00:00Z", time)

    assert read(text) == [row("42-a", md5=MD5, changed_at=seconds)]


def test_an_answer_that_says_who_we_are_is_no_list(tmp_path: Path, library: Library, now: datetime) -> None:
    source = tmp_path / "status.xml"
    source.write_text(f"{HEAD.replace('queryResult', 'status')}<username>x</username>{member(1)}</status>")
    with pytest.raises(ListFormatError):
        library.import_list("ncmec", source, now=now)

    assert library.lists() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("time", "left"), [(3, []), (1, ["42-a"])])
def test_a_tombstone_counts_by_its_time_before_and_after_its_entry(
    tmp_path: Path, library: Library, now: datetime, order: tuple[int, int], time: int, left: list[str]
) -> None:
    records = [image("a", f"<md5>{MD5}</md5>", 2), gone("a", time)]
    source = tmp_path / "page.xml"
    source.write_text(page(*(records[place] for place in order), image("b", f"<sha1>{SHA1}</sha1>")))
    library.import_list("ncmec", source, now=now)

    assert entries(library.search_hash(MD5, Algorithm.MD5)) == left


def test_a_blank_around_a_fingerprint_is_part_of_it_and_refused() -> None:
    rows: list[Row] = read(page(image("a", f"<md5> {MD5}</md5><sha1>{SHA1}</sha1><pdna>{PHOTODNA}</pdna>")))

    assert rows == [
        Refusal(1, "md5: a blank before, among or after the digits"),
        row("42-a", sha1=SHA1, photodna=PHOTODNA, changed_at=day(1)),
    ]
