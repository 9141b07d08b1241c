"""StopNCII's pages and ThreatExchange's answers as their clients show them, page by page and put together."""

import json
from typing import Any

import pytest

from hashsets.formats import Doubt, Refusal, Withdrawal
from hashsets.formats.rows import MORE_PAGES
from tests.hashsets.reading import lines, read, recognised, row
from tests.hashsets.samples import MD5, PDQ, SHA1, SHA256, day, entry_of

Record = dict[str, Any]

STOPPED: list[Record] = [
    {
        "lastModtimestamp": 1767225600,
        "hashValue": PDQ.upper(),
        "hashStatus": "Received",
        "caseNumbers": {"27664732-76e1-4a17-8099-455798e67022": "Received"},
        "signalType": "ImagePDQ",
    },
    {
        "lastModtimestamp": "1767312000",
        "hashValue": MD5,
        "hashStatus": "Active",
        "caseNumbers": [],  # seen where there is none
        "signalType": "VideoMD5",
        "hashRegions": ["UK"],
        "CSPFeedbacks": [{"source": "A platform", "feedbackValue": "Undefined", "tags": ["Tag-One"]}],
    },
    {"lastModtimestamp": 1767225600, "hashValue": PDQ, "hashStatus": "withdrawn", "signalType": "ImagePDQ"},
    {"lastModtimestamp": 1767225600, "hashValue": "QUJD", "hashStatus": "Active", "signalType": "VideoTMK"},
    {"lastModtimestamp": 1767225600, "hashValue": "0" * 32, "hashStatus": "Active", "signalType": "ImagePDQ"},
    {"lastModtimestamp": 1767225600, "hashValue": "words", "hashStatus": "Active", "signalType": "Text"},
    {"lastModtimestamp": 1767225600, "hashValue": None, "hashStatus": "Active", "signalType": "ImagePDQ"},
]
STOPPED_ROWS = [
    row(None, pdq=PDQ, changed_at=day(1)),
    row(None, md5=MD5, changed_at=day(2)),
    Withdrawal(entry_of(PDQ), day(1)),
    row(None, tmk="QUJD", changed_at=day(1)),
    Refusal(5, "pdq: 32 digits, pdq has 64"),  # ThreatExchange issue 1609: what StopNCII really sent
    Refusal(6, "a type we neither look up nor keep"),
    Refusal(7, "no hash in this row"),
]
LAST: Record = {"count": 7, "nextSetTimestamp": 1767312000, "nextPageToken": None, "hasMoreRecords": False}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**LAST, "hashRecords": STOPPED}),
        json.dumps({"hashRecords": STOPPED, **LAST}, indent=2),
        json.dumps(
            [{**LAST, "hasMoreRecords": True, "hashRecords": STOPPED[:3]}, {**LAST, "hashRecords": STOPPED[3:]}]
        ),
        lines({**LAST, "hasMoreRecords": True, "hashRecords": STOPPED[:3]}, {**LAST, "hashRecords": STOPPED[3:]}),
    ],
)
def test_pages_of_stopncii_are_read_one_by_one_and_put_together(text: str) -> None:
    assert recognised(text) == ("stopncii-json", STOPPED_ROWS)


def test_a_page_of_stopncii_that_is_not_the_last_says_so_and_one_of_nothing_is_read() -> None:
    more = {**LAST, "nextPageToken": "W3siY2", "hasMoreRecords": True}

    assert read(json.dumps({**more, "hashRecords": STOPPED}))[-1] == Doubt(7, MORE_PAGES)
    assert recognised(json.dumps({**LAST, "hashRecords": []})) == ("stopncii-json", [])


def indicator(number: int | None, kind: str, value: str, **more: object) -> Record:
    descriptors = {
        "data": [{"id": "5", "owner": {"id": "6"}, "status": "MALICIOUS", "tags": {"data": [{"text": "a1"}]}}]
    }
    made = {
        "indicator": value,
        "type": kind,
        "last_updated": day(1),
        "should_delete": False,
        "descriptors": descriptors,
    }
    return {**({} if number is None else {"id": str(number)}), **made, **more}


EXCHANGED = [
    (indicator(1, "HASH_MD5", MD5.upper()), row("1", "a1", md5=MD5, changed_at=day(1))),
    (indicator(2, "HASH_VIDEO_MD5", MD5), row("2", "a1", md5=MD5, changed_at=day(1))),
    (indicator(3, "HASH_SHA256", SHA256), row("3", "a1", sha256=SHA256, changed_at=day(1))),
    (indicator(4, "HASH_PDQ", PDQ, last_updated=str(day(1))), row("4", "a1", pdq=PDQ, changed_at=day(1))),
    (indicator(5, "HASH_TMK", "QUJD"), row("5", "a1", tmk="QUJD", changed_at=day(1))),
    (indicator(6, "HASH_NEW_KIND", "QUJD"), row("6", "a1", hashnewkind="QUJD", changed_at=day(1))),
    (indicator(7, "HASH_MD5", MD5, should_delete="true"), Withdrawal("7", day(1))),
    ({"id": "8", "should_delete": True, "last_updated": day(2)}, Withdrawal("8", day(2))),
    (indicator(None, "HASH_PDQ", PDQ), row(None, "a1", pdq=PDQ, changed_at=day(1))),
    (indicator(None, "HASH_PDQ", PDQ, should_delete=1), Withdrawal(entry_of(PDQ), day(1))),
    (indicator(9, "HASH_PDQ", "00000000000000000000000000000000"), Refusal(1, "pdq: 32 digits, pdq has 64")),
    (indicator(9, "HASH_PDQ_OCR", f"{PDQ} what stood in it"), Refusal(1, "a type we neither look up nor keep")),
    (indicator(9, "URI", "https://a.example/"), Refusal(1, "a type we neither look up nor keep")),
    (
        indicator(10, "HASH_MD5", MD5, descriptors=[{"status": "NON_MALICIOUS", "tags": None}]),
        Withdrawal("10", day(1)),
    ),
    (
        indicator(11, "HASH_MD5", MD5, descriptors=[{"status": "UNKNOWN", "tags": ["b", "a"]}]),
        row("11", "a b", md5=MD5, changed_at=day(1)),
    ),
]


@pytest.mark.parametrize(("record", "expected"), EXCHANGED)
def test_an_indicator_of_threatexchange_gives_its_row(record: Record, expected: object) -> None:
    whole = indicator(99, "HASH_SHA1", SHA1)
    for text in (
        json.dumps({"data": [record, whole], "paging": {"cursors": {"before": "MAZ", "after": "MQZ"}}}),
        json.dumps([record, whole]),
        json.dumps([{"data": [record]}, {"data": [whole]}]),
        lines(record, whole),
    ):
        name, rows = recognised(text)

        assert (name, rows) == ("threatexchange-json", [expected, row("99", "a1", sha1=SHA1, changed_at=day(1))])


def test_an_indicator_that_nobody_describes_is_taken_and_told() -> None:
    bare = indicator(1, "HASH_MD5", MD5)
    del bare["descriptors"]

    assert read(json.dumps({"data": [bare], "paging": {"next": "https://graph.example/v2/x"}})) == [
        row("1", md5=MD5, changed_at=day(1)),
        Doubt(1, "nobody says what this indicator is"),
        Doubt(1, MORE_PAGES),
    ]
