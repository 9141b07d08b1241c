"""Pages made to be slow or to break a parser: each is read in bounded time, and what was not read is counted."""

import json
import random
import re
import time

import pytest

from hotline.extract import read_page
from hotline.records.looks import PageFacts

HERE = "http://img.example/dir/"
LD = '<script type="application/ld+json">'


def page(html: str | bytes, *, most: int = 200) -> PageFacts:
    body = html if isinstance(html, bytes) else html.encode()
    return read_page(body, HERE + "page.html", "text/html", max_pictures=most)


LEFT_OUT = [
    ("tags too many", "<a href=x.html></a>" * 50_000, 10_000),
    ("an address too long", f'<img src="/{"a" * 9000}">', 1),
    ("links of a style too many", f"<style>{'a{background:url(a)}' * 21_000}</style>", 1),
    ("attributes too many", "<p " + "".join(f"data-{number}=1 " for number in range(200)) + ">", 1),
    ("JSON-LD too long", f'{LD}{{"image":"{"a" * 1_000_000}"}}</script>', 1),
    ("JSON-LD of too many values", f"{LD}{json.dumps([[]] * 30_000)}</script>", 1),
    ("JSON-LD too deep", f"{LD}{'[' * 400_000 + ']' * 400_000}</script>", 1),
    ("a page too long", "words " * 900_000, 1),
    ("a page of too many tags", "<b>" * 600_000, 1),
    ("a page in a frame too long", f'<iframe srcdoc="{"words " * 200_000}"></iframe>', 1),
    ("pages in frames too many", '<iframe srcdoc="x"></iframe>' * 12, 2),
]


@pytest.mark.parametrize(("html", "expected"), [row[1:] for row in LEFT_OUT], ids=[row[0] for row in LEFT_OUT])
def test_whatever_was_not_read_is_counted(html: str, expected: int) -> None:
    assert page(html).left_out == expected


SLOW = {
    # What a parser hides from a count of its tags: in comments, quotes, scripts, or after a sign no name should hold.
    "nested behind a quote in a comment": b'<!-- <a b=" -->' + b"<div>" * 900_000 + b'">',
    "nested, closed only in scripts": b"<div><script></div></script>" * 170_000,
    "nested, closed only in comments": b"<div><!--</div>-->" * 270_000,
    "attributes behind a bracket": b"<img < " + b"".join(b"a%d=1 " % number for number in range(500_000)) + b">",
    "attributes that scripts may read": b"<p " + b"".join(b"data-%d=/a " % number for number in range(350_000)) + b">",
    "bold in as many ways": b"".join(b"<b id=a%d>" % number for number in range(350_000)),
    "bold again in every line": b"<li>"
    + b"".join(b"<b id=a%d>" % number for number in range(900))
    + b"<li>x" * 900_000,
    "references longer than written": b"<img alt=x src='/" + b"&nGt;&nLt;" * 450_000 + b"'>" + b"&nGt;" * 90_000,
    "candidates that are commas": b"<img srcset='" + b"a" * 2_000_000 + b"," * 2_000_000 + b"'>",
    "candidates that are blanks and commas": b"<img srcset='" + b", " * 2_400_000 + b"'>",
    "candidates without commas": b"<img srcset='" + b"a 1" * 1_600_000 + b"'>",
    "styles without ends": b"<style>" + b"url('" * 500_000 + b'url("' * 500_000,
    "comments in styles": b"<style>" + b"/*" * 2_400_000 + b"</style>",
    "escapes in styles": b"<style>a{background:url(" + rb"\61 " * 1_200_000 + b")}</style>",
    "properties in styles": b"<style>" + b"a:" * 2_400_000 + b"url(x)</style>",
    "JSON nested": (b"<script type=application/ld+json>" + b"[" * 400_000 + b"]" * 400_000 + b"</script>") * 6,
    "JSON of nothing": (b"<script type=application/ld+json>[" + b"[]," * 300_000 + b"[]]</script>") * 5,
    "a number of JSON": b'<script type=application/ld+json>{"image":' + b"1" * 900_000 + b"}</script>",
    "pages in frames": b"<iframe srcdoc='" + b"<img src=a>" * 80_000 + b"'></iframe>" * 20,
    "data: addresses": b"".join(b"<img src=data:image/png,%d>" % number for number in range(170_000)),
    "data: addresses in base64": b"".join(
        b"<img src='data:x/y;base64,%b'>" % (b"/" * 680 + b"%08d" % number) for number in range(70_000)
    ),
    "a data: address in percent form": b"<img src='data:image/png," + b"%ff%d8A" * 700_000 + b"'>",
    "a data: address in both": b"<img src='data:image/png;base64," + b"%41" * 9_990_000 + b"'>",
    "beginnings of base64": b";base64," * 7_000_000,
    "words of base64 too short to take": (b";base64," + b"A" * 59 + b" ") * 800_000,
    "brackets": b"<" * 4_900_000,
    "equals signs": b"<a " + b"=" * 4_900_000 + b">",
    "slashes": b"<a " + b"/" * 4_900_000 + b">",
    "titles": b"<title>" * 700_000,
    "hosts": b"".join(f"<img src=//ä{number}.example/>".encode() for number in range(180_000)),
}


@pytest.mark.parametrize("html", SLOW.values(), ids=SLOW.keys())
def test_a_page_made_to_be_slow_or_to_break_a_parser_is_read_in_two_seconds(html: bytes) -> None:
    facts, seconds = timed(b'<img src="first.jpg">' + html)

    assert facts.pictures[0].url == HERE + "first.jpg"
    assert seconds < 2


OPENED = re.findall(r"[a-z]+", "div p b a i li ul td tr table svg math select option form button title style")
CLOSED = re.findall(r"[a-z]+", "div p b a li ul table svg select form title style script template")
PIECES = [
    *(f"<{name}>" for name in OPENED),
    *(f"</{name}>" for name in CLOSED),
    *("<script>", "<script/>", "<template>", "<textarea>", "<iframe>", "<noscript>", "<plaintext", "<!--", "-->"),
    *("<![CDATA[", "]]>", "<?", "<!", "</", "<", ">", "<img src=", '<img src="', "<a href='", " srcset=", " x.jpg"),
    *("'", '"', "=", "/", "&", "&amp", "&nGt;", "&#0;", "&#xD800;", "\x00", " ", "\n", "ë", "\ufffe", "data:image/png"),
    *(
        ";base64,",
        "A" * 80,
        ",",
        "url(",
        ")",
        "style=",
        "{background:",
        "}",
        "/*",
        "*/",
        "\\",
        "srcdoc='",
        " data-src=",
    ),
    *('<script type="application/ld+json">', '{"image":', "[", "]", '"a"', "http://", "//", "..", "%", "%2", "#", "?"),
]


@pytest.mark.parametrize("seed", range(6))
def test_a_page_of_broken_pieces_is_read_in_two_seconds(seed: int) -> None:
    chance = random.Random(seed)
    few = chance.sample(PIECES, 12)
    pieces = chance.choices(few if seed % 2 else PIECES, k=900_000)
    facts, seconds = timed("".join(pieces).encode("utf-8", "replace"))

    assert all(one.url.startswith(("http://", "https://")) for one in facts.pictures)
    assert seconds < 2


def test_a_thousand_small_broken_pages_are_read() -> None:
    chance = random.Random(9)
    for _ in range(1000):
        html = "".join(chance.choices(PIECES, k=chance.randrange(60)))
        facts = page(html.encode("utf-8", "replace"), most=5)

        assert len(facts.pictures) <= 5


def timed(html: bytes) -> tuple[PageFacts, float]:
    """What was read, and the seconds of this process: other processes' work does not count."""
    started = time.process_time()
    facts = page(html)
    return facts, time.process_time() - started
