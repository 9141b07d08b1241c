"""Every way a page shows a picture, carries one in itself or frames another page.

Bytes in these tests are numbers or drawn by hand; no page of these tests exists."""

import base64
import json
import random

import pytest

from hotline.extract import read_page
from hotline.records.looks import PageFacts

BASE = "http://img.example/dir/page.html"
HERE = "http://img.example/dir/"


def page(html: str | bytes, *, content_type: str = "text/html", most: int = 200) -> PageFacts:
    body = html if isinstance(html, bytes) else html.encode()
    return read_page(body, BASE, content_type, max_pictures=most)


def shown(html: str) -> str:
    """Kinds and addresses, those of this site short."""
    return "; ".join(f"{one.kind} {one.url.removeprefix(HERE)}" for one in page(html).pictures)


def ld(document: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(document)}</script>'


LAZY = (
    "data-src data-original data-lazy data-lazy-src data-full data-large data-image data-poster data-hi-res-src "
    "data-zoom-image data-bg data-background data-background-image"
)
SHOWN = [
    # tags
    ('<img src="a" srcset="b 1x, c 2x">', "picture a; picture c"),
    ('<img srcset="a.jpg 100w (min-width: 1px, 2px), b.jpg 200w">', "picture b.jpg"),
    ('<img srcset="a.jpg,b.jpg">', "picture a.jpg,b.jpg"),  # one address with a comma in it (HTML, 4.8.4.2.2)
    ('<img srcset="a.jpg 2.5x, b.jpg 900000000000000w, c.jpg 2x">', "picture a.jpg"),  # a width that is none
    ("<IMG SRC=a.jpg ALT='<img src=no.jpg>'>", "picture a.jpg"),
    ('<img src="a.jpg"src="b.jpg">', "picture a.jpg"),  # the first of two counts
    ("<img/src=a.jpg/>", "picture a.jpg/"),
    ('<img src="a.jpg?x=1&lt=2&amp;y=3">', "picture a.jpg?x=1&lt=2&y=3"),
    ('<input type="IMAGE" src="a.png"><input src="no.png">', "picture a.png"),
    ("<image src=a.jpg>", "picture a.jpg"),
    (
        '<svg><image href="a.jpg"/><image xlink:href="b.jpg"/><feImage href="c.jpg"/></svg>',
        "picture a.jpg; picture b.jpg; picture c.jpg",
    ),
    ('<svg><title/><style/></svg><img src="a.jpg">', "picture a.jpg"),  # a drawing's empty tags swallow nothing
    ('<amp-img src="a.jpg"></amp-img><amp-video src="v" poster="p"></amp-video>', "picture a.jpg; video v; picture p"),
    ('<body background="a.gif"><td background="b.gif"><x-card background="dark">', "picture a.gif; picture b.gif"),
    ("<noscript><p><img src=a.jpg></noscript>", "picture a.jpg"),
    ("<head><noscript><img src=a.jpg></noscript></head>", "picture a.jpg"),
    ("<template><img src=no.jpg><template></template><img src=no.jpg></template><img src=a.jpg>", "picture a.jpg"),
    ("<template shadowrootmode=open><img src=a.jpg></template>", "picture a.jpg"),  # a shadow is shown
    ("<textarea><img src=no.jpg></textarea><xmp><img src=no.jpg></xmp>", ""),
    ("<noframes><img src=no.jpg></noframes><title><img src=no.jpg></title>", ""),
    ("<!-- > <img src=no.jpg> --!><img src=a.jpg><!--><img src=b.jpg>", "picture a.jpg; picture b.jpg"),
    ("<?x <img src=no.jpg><![CDATA[x]]><img src=a.jpg>", "picture a.jpg"),
    ("<script><!-- '<img src=no.jpg>' --></script><img src=a.jpg>", "picture a.jpg"),
    ("<plaintext><img src=no.jpg>", ""),
    ('<img src="#"><img src="  "><img src=\'data:\'><img src="blob:http://img.example/1">', ""),
    # players
    ('<embed src="a" type="video/mp4"><embed src="b.webm"><embed src="no.swf">', "video a; video b.webm"),
    ('<object data="a" type="image/png; x=1"></object><object data="b.jpg">', "picture a; picture b.jpg"),
    ('<object data="a" type="application/pdf"></object>', "file a"),
    ('<iframe src="a.mp4"></iframe><iframe src="b.jpg">', "video a.mp4; picture b.jpg"),  # no pages
    # links
    (
        '<a href="a.JPG?x=b.html">x</a><area href="b.mp4#t=1"><a href="no.html"><a href="no">',
        "picture a.JPG?x=b.html; video b.mp4#t=1",
    ),
    (
        '<a href="a.zip"><a href="b.tar.gz"><a href="c.PDF"><a href="d.7z">',
        "file a.zip; file b.tar.gz; file c.PDF; file d.7z",
    ),
    (
        '<a href="http://cdn.zip"><a href="http://x.example/no?f=.jpg"><a href="a.jp%67"><a href="/b.jpg:large">',
        "picture a.jp%67; picture http://img.example/b.jpg:large",
    ),
    ('<a href="no.svg"><a href="mailto:a@b.jpg"><a href="javascript:x.jpg">', ""),
    (
        '<link rel="image_src" href="a"><link rel=preload as=image href="b" imagesrcset="c 1x, d 2x">',
        "picture a; picture b; picture d",
    ),
    (
        '<link rel=preload as=video href="v"><link rel=preload as=font href="no"><link rel=icon href="no.png">',
        "video v",
    ),
    # tags of the head
    (
        '<meta property="og:image" content="a"><meta property="OG:IMAGE:URL" content="b">',
        "picture a; picture b",
    ),
    ('<meta name="og:image:secure_url" content="a">', "picture a"),
    ('<meta property="og:image:width" content="640"><meta property="og:image:alt" content="no">', ""),
    (
        '<meta property="og:video" content="a"><meta name="og:video:url" content="b"><meta name="og:x" content="no">',
        "video a; video b",
    ),
    (
        '<meta name="twitter:image:src" content="a"><meta name="twitter:player:stream" content="b">',
        "picture a; video b",
    ),
    (
        '<meta itemprop="image" content="a"><link itemprop=thumbnailUrl href=b><link itemprop=contentUrl href=c.mp4>',
        "picture a; picture b; video c.mp4",
    ),
    # styles
    ("<p style=\"color:red;background:#fff url( 'a.jpg' ) no-repeat\">", "picture a.jpg"),
    ('<p style="background-image:url(a.jpg),url(&quot;b.jpg&quot;)">', "picture a.jpg; picture b.jpg"),
    (
        "<style>a:hover{BACKGROUND : URL(a.jpg)}li{list-style-image:url(b.gif)}p::before{content:url(c.png)}</style>",
        "picture a.jpg; picture b.gif; picture c.png",
    ),
    (
        "<style>a{border-image:url(a.png) 30;--b:url(b.png);-webkit-border-radius:1px}</style>",
        "picture a.png; picture b.png",
    ),
    (
        "<style>@import url(no.css);@font-face{src:url(no.woff)}a{cursor:url(no.cur);filter:url(#no)}</style>",
        "",
    ),
    ("<style>a{/* background:url(no.jpg) */background:/**/url(a.jpg)}/* url(</style>", "picture a.jpg"),
    (
        r"<style>a{background:url(a\.jpg)}b{background:url('\62 .jpg')}c{background:url(\110000)}</style>",
        "picture a.jpg; picture b.jpg; picture %EF%BF%BD",
    ),
    ("<svg><style>a{background:url(a.jpg)}</style></svg>", "picture a.jpg"),
    # attributes that scripts fill in
    *((f'<img {name}="a.jpg">', "picture a.jpg") for name in LAZY.split()),
    ('<img src="a" data-srcset="b 1x, c 2x" data-lazy-srcset="d 1w, e 9w">', "picture a; picture c; picture e"),
    (
        '<div data-bg="url(a.jpg), url(b.jpg)" data-background-image="dir/c">',
        "picture a.jpg; picture b.jpg; picture dir/c",
    ),
    ('<video data-src="/v" data-poster="/p">', "video http://img.example/v; picture http://img.example/p"),
    (
        '<source data-src="/v"><source data-srcset="a 1x" data-src="/b">',
        "video http://img.example/v; picture a; picture http://img.example/b",
    ),
    (
        '<div data-whatever="x/a.jpg" data-other="x/b.mp4" data-p="x/no.html" data-note="no.jpg" data-say="a / b.jpg">',
        "picture x/a.jpg; video x/b.mp4",
    ),
    ('<div data-src="no.js" data-image="true" data-large="1" data-full=\'{"a":"/b.jpg"}\' data-bg="dark">', ""),
    # JSON-LD
    (ld({"image": "a", "name": "no", "url": "no"}), "picture a"),
    (ld({"image": ["a", {"@type": "ImageObject", "url": "b", "contentUrl": "c"}]}), "picture a; picture b; picture c"),
    (
        ld(
            [
                {
                    "@graph": [
                        {
                            "@type": "VideoObject",
                            "contentUrl": "v",
                            "thumbnailUrl": ["t"],
                            "url": "no",
                            "embedUrl": "no",
                        }
                    ]
                }
            ]
        ),
        "video v; picture t",
    ),
    (ld({"publisher": {"logo": {"@type": "ImageObject", "url": "no"}}, "thumbnail": {"contentUrl": "a"}}), "picture a"),
    ('<script type="application/ld+json">//<![CDATA[\n{"image":"a\\/b"}\n//]]></script>', "picture a/b"),
    ('<script type="application/ld+json"><!-- {"image":"a"}; --></script>', "picture a"),
    ('<script type="application/ld+json">{"image":"no",}</script><script type="application/ld+json"></script>', ""),
    ('<script>{"image":"no"}</script><script data-src="no.jpg"></script>', ""),
]


@pytest.mark.parametrize(("html", "expected"), SHOWN)
def test_every_way_a_page_shows_a_picture(html: str, expected: str) -> None:
    assert shown(html) == expected
    assert page(html).left_out == 0


def test_a_page_of_the_other_form_may_close_its_tags_itself() -> None:
    html = '<script src="x.js"/><title/><iframe src="/f"/><img src="a.jpg"/>'

    assert [one.url for one in page(html, content_type="application/xhtml+xml").pictures] == [HERE + "a.jpg"]
    assert page(html).pictures == ()


WORDS = [
    ("<p>Faqja <b>nuk</b> u gjet</p><noscript>Ndiz JavaScript</noscript>", "Faqja nuk u gjet Ndiz JavaScript"),
    ("<p>Kjo video &euml;sht&euml; fshir&euml;<!-- jo -->!<style>a{}</style>", "Kjo video është fshirë !"),
    (
        "<p>This video has been removed<template>no</template><textarea>one & two</textarea>",
        "This video has been removed one & two",
    ),
    ("<p>1 < 2 &lt;3<iframe>no</iframe></p><script>no</script><plaintext><b>", "1 < 2 <3 <b>"),
]


@pytest.mark.parametrize(("html", "expected"), WORDS)
def test_the_words_of_a_page_stay_what_a_person_would_read(html: str, expected: str) -> None:
    assert page(f"<title>Një titull &amp; më</title>{html}").text == expected
    assert page(f"<title>Një titull &amp; më</title>{html}").title == "Një titull & më"


FRAMES = [
    ('<iframe src="a"></iframe><frameset><frame src="/b"></frameset>', [HERE + "a", "http://img.example/b"]),
    (
        '<iframe data-src="a.php" src="about:blank"></iframe><iframe data-lazy-src="/b">',
        [HERE + "a.php", "http://img.example/b"],
    ),
    ('<object data="a" type="text/html"></object><embed src="b.html">', [HERE + "a", HERE + "b.html"]),
    ('<iframe src="page.html#top"></iframe><iframe src="">', []),  # the page itself
    ('<iframe src="javascript:1"></iframe><iframe src="http://u:p@x.example/">', []),
    ('<base href="/x/"><iframe src="a"></iframe><iframe src="a">', ["http://img.example/x/a"]),
    ("<iframe srcdoc=\"<iframe src='a'></iframe>\"></iframe>", [HERE + "a"]),
]


@pytest.mark.parametrize(("html", "expected"), FRAMES)
def test_the_pages_in_a_pages_frames_are_named(html: str, expected: list[str]) -> None:
    assert list(page(html).frames) == expected
    assert page(html).pictures == ()


def test_frames_beyond_the_limit_are_counted() -> None:
    facts = page("".join(f'<iframe src="{number}"></iframe>' for number in range(13)))

    assert (len(facts.frames), facts.left_out) == (10, 3)


def test_a_page_written_into_a_frame_is_read_with_it() -> None:
    inner = "<img src=a.jpg><base href='/x/'><iframe srcdoc='<img src=no.jpg>'></iframe>"
    facts = page(f'<iframe srcdoc="{inner}"></iframe><iframe src="data:text/html,<img src=http://b.example/b.jpg>">')

    assert [one.url for one in facts.pictures] == ["http://img.example/x/a.jpg", "http://b.example/b.jpg"]
    assert facts.left_out == 1  # the page in the page in the page


DRAWN = bytes(range(256)) * 2


def data(body: bytes = DRAWN, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(body).decode()}"


def percent(body: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in body)


CODED = base64.b64encode(DRAWN).decode()
EMBEDDED = [
    (f'<img src="{data()}">', [("image/png", DRAWN)]),
    (f'<img src=" DATA:Image/PNG ; x=1;BASE64,{CODED}">', [("image/png", DRAWN)]),
    (f'<img src="data:;base64,{CODED}">', [(None, DRAWN)]),
    (f'<img src="data:image/gif;base64,{CODED.rstrip("=")}">', [("image/gif", DRAWN)]),
    (f'<img src="data:image/gif;base64,{CODED[:90]}\n {CODED[90:200]} \t{CODED[200:]}">', [("image/gif", DRAWN)]),
    (f'<img src="data:image/gif;base64,{CODED.replace("+", "%2B").replace("=", "%3d")}#x">', [("image/gif", DRAWN)]),
    (f'<img src="data:image/gif,{percent(DRAWN)}">', [("image/gif", DRAWN)]),
    (f'<img src="data:image/gif,GIF89a%zz%{percent(DRAWN)}%4">', [("image/gif", b"GIF89a%zz%" + DRAWN + b"%4")]),
    (
        f'<img src="data:image/gif,%"><img src="data:image/gif,%4"><img src="data:x/y,{percent(DRAWN)}">',
        [("x/y", DRAWN)],
    ),
    (f'<img srcset="{data()} 1x, {data(DRAWN[::-1])} 2x">', [("image/png", DRAWN[::-1])]),
    (
        f'<video src="{data(mime="video/mp4")}" poster="{data(DRAWN[1:])}">',
        [("video/mp4", DRAWN), ("image/png", DRAWN[1:])],
    ),
    (f"<style>a{{background:url({data()})}}</style>", [("image/png", DRAWN)]),
    (f"<p style=\"background:url('{data()}')\">", [("image/png", DRAWN)]),
    (ld({"image": data()}), [("image/png", DRAWN)]),
    (f'<div data-bg="{data()}">', [("image/png", DRAWN)]),
    (f'<a download href="{data(mime="application/zip")}">', [("application/zip", DRAWN)]),
    (f'<object data="{data(mime="application/pdf")}">', [("application/pdf", DRAWN)]),
    (f'<iframe src="{data()}"></iframe>', [("image/png", DRAWN)]),
    (f"<iframe srcdoc=\"<img src='{data()}'>\"></iframe>", [("image/png", DRAWN)]),
    (f'<img src="{data(mime="text/plain")}">', [("text/plain", DRAWN)]),  # a browser goes by the bytes
    (f'<img src="{data()}"><img src="{data(mime="image/gif")}">', [("image/png", DRAWN)]),  # the same bytes
    # left out: placeholders, drawings, words, what no browser decodes
    (f'<img src="{data(DRAWN[:199])}"><img src="{data(mime="image/svg+xml")}">', []),
    (f'<img src="{data(b"words" * 99, "text/plain")}"><iframe src="{data(b"words" * 99, "text/css")}">', []),
    (
        f'<img src="data:image/png;base64,{CODED}A"><img src="data:image/png;base64,!{CODED}"><img src="data:">',
        [],
    ),
    (f"<script>{data()}</script><p>{data()}</p><!-- <img src='{data()}'> --><img alt='{data()}'>", []),
]


@pytest.mark.parametrize(("html", "expected"), EMBEDDED)
def test_what_a_page_carries_in_itself_is_decoded(html: str, expected: list[tuple[str | None, bytes]]) -> None:
    facts = page(html)

    assert [(one.mime, one.body) for one in facts.embedded] == expected
    assert (facts.pictures, facts.left_out) == ((), 0)
    assert "body" not in repr(facts.embedded)


def test_a_page_with_large_pictures_in_itself_is_read_to_its_end() -> None:
    drawn = [random.Random(number).randbytes(2_000_000) for number in range(4)]
    tags = "".join(f'<img src="{data(body)}">' for body in drawn)
    wrapped = base64.encodebytes(drawn[0][1:]).decode()
    facts = page(f'{tags}<img src="data:image/png;base64,{wrapped}"><img src="last.jpg">')

    assert [one.body for one in facts.embedded] == [*drawn, drawn[0][1:]]
    assert [one.url for one in facts.pictures] == [HERE + "last.jpg"]
    assert facts.left_out == 0


def test_what_is_too_large_or_too_many_to_carry_is_counted() -> None:
    large = page(f'<img src="{data(bytes(10_000_001))}"><img src="{data(bytes(10_000_000))}">')
    longer = page(f'<img src="{data(bytes(31_000_000))}">')
    many = page("".join(f'<img src="{data(DRAWN + bytes([number]))}">' for number in range(53)) * 2)

    assert (len(large.embedded), large.left_out) == (1, 1)
    assert (len(longer.embedded), longer.left_out) == (0, 1)
    assert (len(many.embedded), many.left_out) == (50, 3)


def test_a_page_cannot_write_the_marks_of_what_was_taken_out_of_it() -> None:
    marks = "".join(f'<img src="/{number}z.jpg?{CODED[:60]}">' for number in range(3))
    facts = page(f'{marks}<img src="{data()}"><img src="/x?u={data()}">')

    assert [one.body for one in facts.embedded] == [DRAWN]
    assert facts.pictures[-1].url == f"http://img.example/x?u={data()}"
