"""What people and files tell us: each row whole or refused by line and cause, and no cause repeats what it refused."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from hotline.errors import AddressError, InputError
from hotline.intake import COLUMNS, MAX_ADDRESSES, MAX_TEXT, NewReport, RefusedRow, new_report, read_rows
from hotline.states import AtRisk, Category, NoUrlKind, Source

MARKER = "shenja7316"
URL = "https://img.example/a.jpg"
UNREADABLE = "the line is longer than 1 MB or not UTF-8 text"
OPEN_QUOTE = "the row is not CSV: a quote is left open or a cell is too long"


def read(content: bytes) -> list[NewReport | RefusedRow]:
    return list(read_rows(BytesIO(content)))


def taken(content: bytes) -> list[NewReport]:
    rows = read(content)
    assert [row for row in rows if isinstance(row, RefusedRow)] == []
    return [row for row in rows if isinstance(row, NewReport)]


def refused(content: bytes) -> list[RefusedRow]:
    return [row for row in read(content) if isinstance(row, RefusedRow)]


def hrefs(rows: Iterable[NewReport | RefusedRow]) -> list[str | None]:
    """The address of each report, None for one without, the cause of each refusal."""
    return [
        row.cause if isinstance(row, RefusedRow) else row.addresses[0].href if row.addresses else None for row in rows
    ]


def lines(*rows: Any) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


# One report


def test_a_report_is_what_was_told_with_the_documented_defaults() -> None:
    told = new_report([URL])

    assert (told.source, told.category, told.at_risk, told.no_url) == (Source.ANALYST, Category.OTHER, None, None)
    assert (told.city, told.contact, told.note, told.genuine, told.for_whom, told.repeat_of) == (None,) * 6
    assert [address.verbatim for address in told.addresses] == [URL]


def test_the_same_address_told_twice_is_one() -> None:
    told = new_report([URL, "hxxps://img[.]example/a.jpg", f"{URL}#top", f"{URL}?utm_source=x", "https://b.example/"])

    assert [address.href for address in told.addresses] == [f"{URL}?utm_source=x", "https://b.example/"]


def test_a_report_without_an_address_says_what_it_is_about() -> None:
    with pytest.raises(InputError, match="a report needs an address, or --no-url"):
        new_report([])

    assert [new_report([], no_url=kind).no_url for kind in NoUrlKind] == list(NoUrlKind)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        # words that are none of ours
        ({"source": MARKER}, "this source is not known; it is one of: web, phone, email, police, partner, analyst"),
        ({"source": ""}, "this source is not known"),
        ({"source": "WEB"}, "this source is not known"),
        ({"category": MARKER}, "this category is not known; it is one of: csam, "),
        ({"at_risk": MARKER}, "this at-risk kind is not known; it is one of: suicide, "),
        ({"no_url": MARKER}, "this no-url kind is not known; it is one of: call, "),
        # more than anybody says
        ({"city": MARKER * 21}, "the city is longer than 200 characters; shorten it"),
        ({"for_whom": MARKER * 21}, "the for-whom is longer than 200 characters; shorten it"),
        ({"note": "x" * (MAX_TEXT + 1)}, "the note is longer than 100000 characters; shorten it"),
        ({"contact": "x" * (MAX_TEXT + 1)}, "the contact is longer than 100000 characters; shorten it"),
        # bytes of a terminal that are no text
        ({"note": f"{MARKER}\udcff"}, "the note is not readable text; type it again"),
        ({"city": f"{MARKER}\ud800"}, "the city is not readable text; type it again"),
        # the genuine account is an address like any other
        ({"genuine": MARKER}, "this is not an address"),
        ({"genuine": f"javascript:{MARKER}"}, "only http and https addresses can be reported"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_it(given: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as error:
        new_report([URL], **given)  # type: ignore[arg-type]

    assert str(error.value).startswith(said)
    assert MARKER not in str(error.value)


@pytest.mark.parametrize("url", ["", " ", MARKER, f"ftp://{MARKER}/", f"https://{MARKER}:{MARKER}@img.example/"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(AddressError) as error:
        new_report([URL, url])

    assert MARKER not in str(error.value)


def test_blank_texts_are_none() -> None:
    told = new_report([URL], city=" ", contact="\n", note="\t", for_whom="")

    assert (told.city, told.contact, told.note, told.for_whom) == (None, None, None, None)


def test_texts_are_taken_without_the_blanks_around_them() -> None:
    told = new_report([URL], city=" Tiranë ", note="two\n lines \n")

    assert (told.city, told.note) == ("Tiranë", "two\n lines")


def test_the_longest_texts_are_taken_whole() -> None:
    told = new_report([URL], city="ë" * 200, note="☎" * MAX_TEXT)

    assert (len(told.city or ""), len(told.note or "")) == (200, MAX_TEXT)


def test_a_thousand_addresses_are_the_most() -> None:
    urls = [f"https://img.example/{number}" for number in range(MAX_ADDRESSES + 1)]

    assert len(new_report(urls[:-1]).addresses) == MAX_ADDRESSES
    with pytest.raises(InputError, match="at most 1000 addresses; import a list with: report import FILE"):
        new_report(urls)


def test_who_told_and_what_they_told_never_shows_itself() -> None:
    told = new_report(
        [f"https://img.example/{MARKER}"],
        city=MARKER,
        contact=MARKER,
        note=MARKER,
        genuine=f"https://img.example/{MARKER}",
        for_whom=MARKER,
    )

    assert MARKER not in repr(told)


# CSV


def test_every_column_of_a_csv_file_is_read() -> None:
    (row,) = taken(
        b"url,source,category,city,at_risk,contact,note,received_at\n"
        + f"{URL},phone,csam,Durrës,suicide,069 000,a note,2026-03-01T13:00:00+01:00\n".encode()
    )

    assert (row.source, row.category, row.at_risk) == (Source.PHONE, Category.CSAM, AtRisk.SUICIDE)
    assert (row.city, row.contact, row.note) == ("Durrës", "069 000", "a note")
    assert row.received_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        # as other programs write it
        "url,city\nhttps://img.example/a.jpg,Tiranë\n",
        "url;city\nhttps://img.example/a.jpg;Tiranë\n",
        "url\tcity\nhttps://img.example/a.jpg\tTiranë\n",
        # a byte order mark, and Windows line ends
        "\ufeffurl,city\r\nhttps://img.example/a.jpg,Tiranë\r\n",
        # everything quoted
        '"url","city"\n"https://img.example/a.jpg","Tiranë"\n',
        '\ufeff"url";"city"\r\n"https://img.example/a.jpg";"Tiranë"\r\n',
        # capitals and blanks in the header, blanks in cells
        " URL , City \n https://img.example/a.jpg , Tiranë \n",
        # another order, and cells left away at the end
        "city,url,note\nTiranë,https://img.example/a.jpg\n",
        # empty lines before and between, no line end at the end
        "\n\nurl,city\n\nhttps://img.example/a.jpg,Tiranë",
    ],
)
def test_csv_is_read_as_programs_write_it(content: str) -> None:
    (row,) = taken(content.encode())

    assert ([address.href for address in row.addresses], row.city) == ([URL], "Tiranë")


def test_a_quoted_cell_may_hold_anything() -> None:
    content = f'url,note\n{URL},"two lines,\nwith a ""quote"", a comma\r\nand ; more"\nhttps://b.example/,after\n'

    rows = taken(content.encode())

    assert rows[0].note == 'two lines,\nwith a "quote", a comma\r\nand ; more'
    assert (rows[1].addresses[0].href, rows[1].note) == ("https://b.example/", "after")


def test_rows_are_named_by_the_line_they_begin_in() -> None:
    content = f'url,note\n\n{URL},"a note\nof three\nlines"\n,{MARKER},\nftp://x/,"b\nc"\n\n{MARKER},\n'

    assert [(row.line, row.cause.partition(";")[0]) for row in refused(content.encode())] == [
        (6, "the row has 3 cells, the header 2"),
        (7, "only http and https addresses can be reported"),
        (10, "this is not an address"),
    ]


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        # too many cells: a comma that was not quoted
        (f"{URL},Tiranë,{MARKER}", "the row has 3 cells, the header 2; put cells with commas in quotes"),
        # nothing in it
        (",", "the row is empty"),
        ('""," "', "the row is empty"),
        # a NUL
        (f"{URL},{MARKER}\0", UNREADABLE),
        ("\0", UNREADABLE),
        # something after the end of a quote
        (f'"{URL}"{MARKER},x', f"{OPEN_QUOTE}; all up to line 3 is refused with it"),
        # no address
        (f"{MARKER},x", "this is not an address; write it like https://img.example/a.jpg"),
        # too long a city
        (f"{URL},{MARKER * 30}", "the city is longer than 200 characters; shorten it"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_are_taken(row: str, cause: str) -> None:
    rows = read(f"url,city\nhttps://a.example/,x\n{row}\nhttps://b.example/,y\n".encode())

    assert ["https://a.example/", cause, "https://b.example/"] == hrefs(rows)
    assert MARKER not in repr(rows)


def test_a_row_without_an_address_is_a_report_without_one() -> None:
    (row,) = taken(f"url,note\n,{MARKER}\n".encode())

    assert (row.addresses, row.no_url, row.note) == ((), NoUrlKind.OTHER, MARKER)


def test_a_line_that_is_no_utf_8_is_refused_alone() -> None:
    rows = read(b"url,city\nhttps://a.example/,Tiran\xeb\nhttps://b.example/,y\n")

    assert hrefs(rows) == [UNREADABLE, "https://b.example/"]


def test_a_line_of_ten_megabytes_is_refused_alone() -> None:
    rows = read(b"url,note\nhttps://a.example/," + b"x" * 10_000_000 + b"\nhttps://b.example/,y\n")

    assert hrefs(rows) == [UNREADABLE, "https://b.example/"]
    assert [row.line for row in rows if isinstance(row, RefusedRow)] == [2]


def test_an_unreadable_line_inside_a_quoted_cell_takes_its_row_with_it_and_no_other() -> None:
    rows = read(b'url,note\nhttps://a.example/,"one\n\xff\xfe\nthree"\nhttps://b.example/,y\n')

    assert hrefs(rows) == [UNREADABLE, "https://b.example/"]


def test_a_quote_left_open_is_refused_by_the_line_it_began_in() -> None:
    rows = read(f'url,note\n{URL},before\nhttps://a.example/,"never closed\nhttps://b.example/,{MARKER}\n'.encode())

    assert hrefs(rows) == [URL, f"{OPEN_QUOTE}; all up to line 4 is refused with it"]
    assert [row.line for row in rows if isinstance(row, RefusedRow)] == [3]


def test_a_quote_left_open_that_meets_another_takes_both_rows_and_no_third() -> None:
    rows = read(f'url,note\nhttps://a.example/,"open\nhttps://b.example/,"{MARKER}"\n{URL},after\n'.encode())

    assert hrefs(rows) == [f"{OPEN_QUOTE}; all up to line 3 is refused with it", URL]


def test_a_quoted_cell_of_many_megabytes_is_refused_and_none_of_its_lines_becomes_a_report() -> None:
    """A note may quote addresses; they are not what was reported."""
    inside = "".join(f"https://quoted.example/{number},x\n" for number in range(60_000))
    rows = read(f'url,note\nhttps://a.example/,"{inside}"\nhttps://b.example/,y\n'.encode())

    assert hrefs(rows) == [f"{OPEN_QUOTE}; all up to line 60002 is refused with it", "https://b.example/"]


def test_a_quote_left_open_before_many_megabytes_makes_none_of_them_a_report() -> None:
    rest = "".join(f"https://img.example/{number},x\n" for number in range(60_000))
    rows = read(f'url,note\nhttps://a.example/,"open\n{rest}'.encode())

    assert hrefs(rows) == [f"{OPEN_QUOTE}; all up to line 60002 is refused with it"]


@pytest.mark.parametrize(
    "header",
    [
        b"city,note",  # no url
        b"url,city,password",  # more than we know
        b"url,url",  # twice: which one would count?
        b"url,city,city",
        b"https://img.example/a.jpg",  # no header at all
        b"url,\xff",  # no UTF-8
        b"\xff\xfeu\x00r\x00l\x00",  # UTF-16
        b"url\rhttps://img.example/a.jpg\rhttps://img.example/b.jpg",  # line ends of long ago
        b'"url',  # a quote left open
        b"url," + b"x" * 500_000,  # longer than the reader takes
        b"url," + b"x" * 2_000_000,  # longer than a line may be
        b"[]",  # JSON, but not lines of objects
        b"\x89PNG\r\n",  # a picture
        b"url,",  # a name is missing
    ],
)
def test_a_file_without_a_usable_header_is_refused_as_a_whole(header: bytes) -> None:
    with pytest.raises(InputError) as error:
        read(header + b"\nhttps://img.example/a.jpg,x\n")

    assert str(error.value).startswith("the first line must name the columns, from: url, source, category, city,")
    assert "xxx" not in str(error.value)
    assert "img.example" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n", b"url\n", b"url,city", b"\xef\xbb\xbfurl\n\n\n"])
def test_a_file_with_nothing_but_a_header_tells_nothing(content: bytes) -> None:
    assert read(content) == []


# JSON Lines


def test_every_column_of_json_lines_is_read() -> None:
    (row,) = taken(
        lines(
            {
                "url": URL,
                "source": "police",
                "category": "sextortion",
                "city": "Durrës",
                "at_risk": "blackmail_running",
                "contact": "069 000",
                "note": "a note\nof two lines",
                "received_at": "2026-03-01",
            }
        )
    )

    assert (row.source, row.category, row.at_risk) == (Source.POLICE, Category.SEXTORTION, AtRisk.BLACKMAIL_RUNNING)
    assert (row.city, row.contact, row.note) == ("Durrës", "069 000", "a note\nof two lines")
    assert row.received_at == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        # not JSON
        ('{"url": ', "the line is not JSON"),
        ("{'url': 'x'}", "the line is not JSON"),
        ('{"url": "x"} and more', "the line is not JSON"),
        # a number with more digits than Python reads
        ('{"url": ' + "9" * 5000 + "}", "the line is not JSON"),
        # deeper than anybody writes
        ('{"url": ' + "[" * 100_000 + "]" * 100_000 + "}", "the line is not JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "the line is not JSON"),
        # not an object
        ("[1, 2]", 'the line is not a JSON object like {"url": "…"}'),
        ('"url"', 'the line is not a JSON object like {"url": "…"}'),
        ("7", 'the line is not a JSON object like {"url": "…"}'),
        ("null", 'the line is not a JSON object like {"url": "…"}'),
        # wrong types
        ('{"url": 7}', "url must be a text"),
        ('{"url": ["' + MARKER + '"]}', "url must be a text"),
        ('{"url": "https://a.example/", "note": {"a": "' + MARKER + '"}}', "note must be a text"),
        ('{"url": "https://a.example/", "city": true}', "city must be a text"),
        ('{"url": "https://a.example/", "received_at": 1700000000}', "received_at must be a text"),
        # names we do not know
        (
            '{"url": "https://a.example/", "' + MARKER + '": "x"}',
            f"a row may have {', '.join(COLUMNS)} and nothing else",
        ),
        # nothing in it
        ("{}", "the row is empty"),
        ('{"url": "", "note": null, "city": " "}', "the row is empty"),
        # words that are none
        ('{"url": "https://a.example/", "source": "' + MARKER + '"}', "this source is not known; it is one of: web, "),
        ('{"url": "https://a.example/", "category": "CSAM"}', "this category is not known; it is one of: csam, "),
        ('{"url": "https://a.example/", "at_risk": "yes"}', "this at-risk kind is not known; it is one of: suicide, "),
        # times that are none, and one that no calendar has once it is UTC
        ('{"url": "https://a.example/", "received_at": "yesterday"}', "received_at is not a time; write it like "),
        ('{"url": "https://a.example/", "received_at": "2026-02-30"}', "received_at is not a time; write it like "),
        ('{"url": "https://a.example/", "received_at": "0001-01-01T00:00:00+14:00"}', "received_at is not a time"),
        ('{"url": "https://a.example/", "received_at": "9999-12-31T23:59:59-14:00"}', "received_at is not a time"),
        # half a character
        ('{"url": "https://a.example/", "note": "\\ud800"}', "the note is not readable text; type it again"),
        ('{"url": "https://a.example/\\ud800"}', "the address holds control characters or broken text"),
        # a NUL, as a byte and as JSON writes it
        ('{"url": "https://a.example/\0"}', "the line is longer than 1 MB or not UTF-8 text"),
        ('{"url": "https://a.example/\\u0000"}', "the address holds control characters or broken text"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_are_taken(row: str, cause: str) -> None:
    first, last = lines({"url": "https://first.example/"}), lines({"url": "https://last.example/"})

    rows = read(first + row.encode() + b"\n" + last)

    assert [hrefs(rows)[0], hrefs(rows)[2]] == ["https://first.example/", "https://last.example/"]
    assert isinstance(rows[1], RefusedRow)
    assert rows[1].line == 2
    assert rows[1].cause.startswith(cause)
    assert MARKER not in repr(rows)


@pytest.mark.parametrize("first", [b"\xff\xfe", b'{"url": "' + b"x" * 2_000_000 + b'"}', b'{"note": "\x00"}'])
def test_a_first_line_that_cannot_be_read_does_not_hide_what_the_file_is(first: bytes) -> None:
    rows = read(b"\n" + first + b"\n" + lines({"url": URL}))

    assert hrefs(rows) == [UNREADABLE, URL]
    assert [row.line for row in rows if isinstance(row, RefusedRow)] == [2]


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n\n", b"  \xef\xbb\xbf"])
def test_json_lines_are_known_by_their_first_sign(before: bytes) -> None:
    assert hrefs(read(before + lines({"url": URL}))) == [URL]


def test_empty_lines_between_are_nothing() -> None:
    content = lines({"url": URL}) + b"\n  \n" + lines({"url": "https://b.example/"})

    assert hrefs(read(content)) == [URL, "https://b.example/"]


# The same file twice


def some_file(dice: random.Random, is_json: bool) -> bytes:
    """A file in which some rows are the same and some are bad."""
    rows = [
        {"url": f"https://img.example/{dice.randint(1, 9)}", "city": dice.choice(["Tiranë", "", "Vlorë"])}
        for _ in range(40)
    ]
    if is_json:
        return lines(*rows)
    return ("url,city\n" + "".join(f"{row['url']},{row['city']}\n" for row in rows)).encode()


@pytest.mark.parametrize("is_json", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_the_same_file_read_twice_gives_the_same_digests_and_every_row_its_own(seed: int, is_json: bool) -> None:
    content = some_file(random.Random(seed), is_json)

    first, second = [[row.digest for row in taken(content)] for _ in range(2)]

    assert first == second
    assert len(set(first)) == 40


def test_the_same_row_in_another_file_is_the_same_report() -> None:
    """CSV or JSON, other columns beside it, other blanks around it: what was told is the same."""
    files = [
        f"url,city\n{URL},Tiranë\n".encode(),
        f"\ufeffcity;url;note\r\n Tiranë ; {URL} ;\r\n".encode(),
        lines({"city": "Tiranë", "url": URL, "note": None}),
        lines({"url": URL, "city": " Tiranë"}),
    ]

    assert len({taken(content)[0].digest for content in files}) == 1


def test_a_row_added_to_a_file_leaves_the_digests_of_the_others() -> None:
    before = b"url\nhttps://a.example/\nhttps://b.example/\n"

    old = [row.digest for row in taken(before)]
    new = [row.digest for row in taken(before + b"https://a.example/\n")]

    assert old == new[:2]
    assert new[2] not in old


def test_rows_are_read_one_at_a_time() -> None:
    """A file of any length is taken in as it comes: the first report is there before the second line is read."""
    asked = []

    def endless() -> Iterable[bytes]:
        yield b"url\n"
        for number in range(10**9):
            asked.append(number)
            yield f"https://img.example/{number}\n".encode()

    rows = read_rows(endless())

    assert [URL.replace("a.jpg", "0")] == hrefs([next(iter(rows))])
    assert len(asked) <= 2


# Whatever comes


@pytest.mark.parametrize("seed", range(40))
def test_no_file_of_noise_is_worse_than_refused(seed: int) -> None:
    dice = random.Random(seed)
    pieces = [
        b"url", b",", b";", b'"', b"\n", b"\r", b"{", b"}", b"\0", b"\xff", b"\xef\xbb\xbf", b"https://img.example/",
        b'{"url": "', b'"}', b"city", b" ", b"\xe2\x80\xa8", b"x" * 300, MARKER.encode(),
    ]  # fmt: skip
    content = dice.choice([b"", b"url,city\n", b'{"url": "https://a.example/"}\n'])
    content += b"".join(dice.choice(pieces) for _ in range(200))

    assert MARKER not in "".join(causes(content))


def causes(content: bytes) -> list[str]:
    """Everything that is said about a file: its causes, or why it is refused as a whole."""
    try:
        return [row.cause for row in refused(content)]
    except InputError as error:
        return [str(error)]
