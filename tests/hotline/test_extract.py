"""What a page shows and when it is gone, in English and Albanian; pages made to be slow stay fast."""

import random
import time

import pytest

from hotline.addresses import read_address
from hotline.extract import GoneSign, is_page, looks_gone, read_page, redirects_to_login, sibling_of, wall_of
from hotline.records.looks import Fetched, Hop, PageFacts
from hotline.states import Kind, Unreachable

BASE = "http://img.example/dir/page.html"


def page(html: str | bytes, base: str = BASE, content_type: str | None = "text/html", most: int = 200) -> PageFacts:
    body = html if isinstance(html, bytes) else html.encode()
    return read_page(body, base, content_type, max_pictures=most)


def urls(html: str, base: str = BASE) -> list[str]:
    return [picture.url for picture in page(html, base).pictures]


SHOWN = [
    ('<img src="a.jpg">', ["http://img.example/dir/a.jpg"]),
    ('<img src="/a.jpg"><img src="a.jpg"><img src="/a.jpg#x">', ["http://img.example/a.jpg", "http://img.example/dir/a.jpg"]),
    ('<img src="//cdn.example/a.jpg">', ["http://cdn.example/a.jpg"]),
    ('<img srcset="s.jpg 480w, l.jpg 1200w, m.jpg 800w">', ["http://img.example/dir/l.jpg"]),
    ('<img src="x.jpg" srcset="a.jpg, b.jpg 2x">', ["http://img.example/dir/x.jpg", "http://img.example/dir/b.jpg"]),
    ('<img srcset="http://c.example/w_1,h_2/a.jpg 2x">', ["http://c.example/w_1,h_2/a.jpg"]),  # commas in the address
    ('<picture><source srcset="/a.webp 1x"><img></picture>', ["http://img.example/a.webp"]),
    ('<video src="v.mp4" poster="p.jpg"></video>', ["http://img.example/dir/v.mp4", "http://img.example/dir/p.jpg"]),
    ('<video><source src="v.webm" type="video/webm"></video>', ["http://img.example/dir/v.webm"]),
    ('<audio><source src="a.mp3" type="audio/mpeg"></audio>', []),
    ('<meta property="og:image" content="/og.jpg">', ["http://img.example/og.jpg"]),
    ('<meta name="twitter:image" content="/tw.jpg">', ["http://img.example/tw.jpg"]),
    ('<meta property="og:video" content="https://v.example/v.mp4">', ["https://v.example/v.mp4"]),
    ('<base href="/other/"><img src="a.jpg">', ["http://img.example/other/a.jpg"]),
    ('<base href="data:,"><img src="a.jpg">', ["http://img.example/dir/a.jpg"]),
    ('<noscript><img src="lazy.jpg"></noscript>', ["http://img.example/dir/lazy.jpg"]),
    ('<input type="image" src="button.png">', ["http://img.example/dir/button.png"]),
    ('<img src=" /a&amp;b.jpg\n">', ["http://img.example/a&b.jpg"]),
    ('<img src=""><img><img src="data:image/png;base64,AAAA"><img src="javascript:1"><img src="file:///a">', []),
    ('<img src="http://user:pw@img.example/a.jpg"><img src="http://[/a">', []),
    ('<script>"<img src=in-script.jpg>"</script><!-- <img src=in-comment.jpg> -->', []),
]  # fmt: skip


@pytest.mark.parametrize(("html", "shown"), SHOWN)
def test_a_pages_pictures_are_found_as_absolute_addresses(html: str, shown: list[str]) -> None:
    assert urls(html) == shown


def test_pictures_and_videos_are_told_apart() -> None:
    kinds = [picture.kind for picture in page('<video src="v.mp4" poster="p.jpg"></video><img src="a.jpg">').pictures]

    assert kinds == [Kind.VIDEO, Kind.PICTURE, Kind.PICTURE]


def test_what_is_beyond_the_limit_is_counted() -> None:
    facts = page("".join(f'<img src="{n}.jpg">' for n in range(30)), most=20)

    assert (len(facts.pictures), facts.left_out) == (20, 10)


ENCODED = [
    ("<title>Çështja</title>".encode(), "text/html; charset=utf-8"),
    ("\ufeff<title>Çështja</title>".encode(), None),
    ("<title>Çështja</title>".encode("windows-1252"), "text/html; charset=ISO-8859-1"),
    ("<meta charset=windows-1250><title>Çështja</title>".encode("cp1250"), "text/html"),
    ("<title>Çështja</title>".encode("utf-16"), None),
    ("<title>Çështja</title>".encode("cp1252"), None),
    ("<title>Çështja</title>".encode(), 'text/html; charset="punycode"'),  # no encoding of pages: not even tried
    ("<title>Çështja</title>".encode(), "text/html; charset=iso-8859-99"),
]


@pytest.mark.parametrize(("body", "content_type"), ENCODED)
def test_a_page_is_read_in_its_own_encoding(body: bytes, content_type: str | None) -> None:
    assert page(body, content_type=content_type).title == "Çështja"


def test_the_visible_text_is_what_a_person_would_read() -> None:
    facts = page("<title>T</title><style>a{}</style><p>One</p> <p>two<script>x()</script></p><template>no</template>")

    assert (facts.title, facts.text) == ("T", "One two")
    assert len(page("<p>" + "word " * 100_000).text) == 20_000
    assert "One" not in repr(facts)


SLOW = {
    "a hundred thousand nested": b"<div>" * 1_000_000,
    "nested, with end tags now and then": (b"<div>" * 3000 + b"</div>") * 1500,
    "attributes": b"<img " + b"".join(b"a%d=1 " % number for number in range(200_000)) + b"src=x>",
    "attributes without end": b"<img " + b"a=1 " * 1_000_000,
    "attributes with quoted ends of tags": b"<img " + b'a=">" ' * 300_000 + b">",
    "options": b"<select>" + b"<option>x" * 300_000,
    "tags without end": b"<a " * 1_500_000,
    "quotes without end": b'<a ="' * 900_000,
    "comments": b"<!--" * 1_000_000,
    "candidates": b'<img srcset="' + b"a 1w," * 900_000 + b'">',
    "pictures": b"<img src=a>" * 400_000,
    "zero bytes": b"<img src=\0a>" * 300_000 + b"\0" * 1_000_000,
    "references": b"&" * 4_000_000,
}


@pytest.mark.parametrize("html", SLOW.values(), ids=SLOW.keys())
def test_a_page_made_to_be_slow_is_read_in_time(html: bytes) -> None:
    html = b'<title>here</title><img src="/first.jpg">' + html
    started = time.perf_counter()
    facts = page(html)

    assert time.perf_counter() - started < 5
    assert facts.pictures[0].url == "http://img.example/first.jpg"


def test_bytes_that_are_no_page_give_no_facts() -> None:
    chance = random.Random(7)
    for body in (b"", b"\0", b"\xff\xd8\xff\xe0" + chance.randbytes(10_000), b"<", b"</", b"<img"):
        assert page(body).pictures == ()


@pytest.mark.parametrize(
    ("mime", "body", "is_one"),
    [
        ("text/html", b"", True),
        ("application/xhtml+xml", b"", True),
        (None, b"\n<!DOCTYPE html>", True),
        ("application/octet-stream", b"\xef\xbb\xbf<html lang=sq>", True),
        ("image/jpeg", b"<html>", False),
        (None, b"\xff\xd8\xff", False),
        ("text/plain", b"html", False),
    ],
)
def test_pages_are_told_from_files(mime: str | None, body: bytes, is_one: bool) -> None:
    assert is_page(mime, body) is is_one


ADDRESS = read_address("http://img.example/albums/7/pic.html")
TEXT = "This is an album of drawn landscapes with a long description of mountains, rivers and old bridges. "


def fetched(final_url: str = ADDRESS.href) -> Fetched:
    hops = (Hop(final_url, 200, "127.0.0.2"),)
    return Fetched(ADDRESS.href, final_url, 200, hops, (), "text/html", b"", "127.0.0.2")


def shown(text: str, *pictures: str, title: str = "A page") -> PageFacts:
    return page(f"<title>{title}</title><p>{text}</p>" + "".join(f'<img src="{one}">' for one in pictures))


GONE = [
    # final address, page, sibling, sign
    (ADDRESS.href, shown(TEXT, "/a.jpg"), shown("Nothing of that name stands here, go away"), None),
    (ADDRESS.href, shown("It was not there at all"), shown("It was not there at all"), "like_random_sibling"),
    (ADDRESS.href, shown(TEXT), shown(TEXT + "zxcv"), "like_random_sibling"),
    (ADDRESS.href, shown(TEXT, "/logo.png"), shown(TEXT, "/logo.png"), "like_random_sibling"),
    (ADDRESS.href, shown(TEXT, "/logo.png", "/a.jpg"), shown(TEXT, "/logo.png"), None),  # a picture of its own
    (ADDRESS.href, shown(""), shown(""), None),  # pages without words cannot be told apart
    (ADDRESS.href, shown("Na vjen keq, faqja nuk u gjet"), None, "phrase"),
    (ADDRESS.href, shown("Kjo video është fshirë nga pronari"), None, "phrase"),
    (ADDRESS.href, shown("This video has been removed"), None, "phrase"),
    (ADDRESS.href, shown("x", title="404 Page Not Found"), None, "phrase"),
    (ADDRESS.href, shown("My old post was deleted. " + TEXT * 30), None, None),  # talk about removal in a long page
    (ADDRESS.href, shown("This video has been removed", "/a.jpg"), shown("Hello there stranger"), None),
    (ADDRESS.href, shown("This video has been removed", "/a.jpg"), None, None),  # is it the logo?
    (ADDRESS.href, None, None, None),
    ("http://img.example/", None, None, "redirect_home"),
    ("http://www.img.example/index.html", None, None, "redirect_home"),
    ("http://img.example/sq", None, None, "redirect_home"),
    ("http://other.example/", None, None, None),  # moved elsewhere is not gone
    ("http://img.example/albums/", None, None, None),
    ("http://img.example/accounts/login/?next=/albums/7", shown("Page not found"), None, None),
    ("http://img.example/kycu.php", None, None, None),
    ("http://img.example/authors/7", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("final_url", "now", "sibling", "sign"), GONE)
def test_signs_that_something_is_gone(
    final_url: str, now: PageFacts | None, sibling: PageFacts | None, sign: str | None
) -> None:
    assert looks_gone(fetched(final_url), now, sibling, ADDRESS) == (GoneSign(sign) if sign else None)


WALLS = [
    ("This content is not available in your country.", "geo_blocked"),
    ("Na vjen keq, kjo nuk është e disponueshme në vendin tuaj", "geo_blocked"),
    ("Checking your browser before accessing img.example", "forbidden"),
    ("Access denied: you have been blocked", "forbidden"),
    ("Please complete the CAPTCHA", "forbidden"),
    ("Are you over 18? Yes No", "forbidden"),
    ("You must be logged in to see this", "login_wall"),
    ("Duhet të identifikoheni për ta parë", "login_wall"),
    ("Maintenance, we will be right back", "server_error"),
    # no walls
    ("An album of drawn landscapes", None),
    ("Faqja nuk u gjet", None),
    ("This video has been removed", None),
    ("This video was removed. " + TEXT * 30 + " Please log in", None),
]


@pytest.mark.parametrize(("text", "wall"), WALLS)
def test_a_wall_before_a_page_is_known_by_its_words(text: str, wall: str | None) -> None:
    assert wall_of(shown(text)) == (Unreachable(wall) if wall else None)


def test_a_wall_is_known_by_its_title_and_a_page_of_nothing_is_one() -> None:
    assert wall_of(shown(TEXT * 30, title="Just a moment...")) == Unreachable.FORBIDDEN
    assert wall_of(page("")) == Unreachable.BAD_RESPONSE
    assert wall_of(page('<img src="/a.jpg">')) is None


def test_a_redirect_to_signing_in_is_told_apart() -> None:
    assert redirects_to_login(fetched("http://img.example/accounts/login/?next=/albums/7"), ADDRESS)
    assert redirects_to_login(fetched("http://img.example/kycu.php"), ADDRESS)
    assert not redirects_to_login(fetched("http://img.example/authors/7"), ADDRESS)
    assert not redirects_to_login(fetched("http://img.example/login"), read_address("http://img.example/login"))


def test_a_front_page_that_was_reported_is_not_gone_by_being_one() -> None:
    front = read_address("http://img.example/")
    answer = Fetched(front.href, "http://www.img.example/", 200, (), (), "text/html", b"", "127.0.0.2")

    assert looks_gone(answer, None, None, front) is None


@pytest.mark.parametrize(
    ("href", "start", "end"),
    [
        ("http://img.example/a/b/pic.jpg", "http://img.example/a/b/", ".jpg"),
        ("http://img.example/a/b/", "http://img.example/a/", ""),
        ("http://img.example/", "http://img.example/", ""),
        ("http://img.example/a#!/b", "http://img.example/", ""),
    ],
)
def test_a_sibling_stands_beside_the_address_and_never_was(href: str, start: str, end: str) -> None:
    sibling = sibling_of(href, random.Random(1))

    assert sibling.startswith(start)
    assert sibling.endswith(end)
    assert sibling not in (href, sibling_of(href, random.Random(2)))
    assert sibling == sibling_of(href, random.Random(1))


def test_a_sibling_of_a_query_has_other_values() -> None:
    sibling = sibling_of("http://img.example/view?id=7&size=l", random.Random(1))

    assert sibling.startswith("http://img.example/view?id=")
    assert "=7" not in sibling


def test_a_page_that_asks_to_sign_in_is_known() -> None:
    form = '<form><input name="u"><input type="password"></form>'

    assert page(form).is_login
    assert page(form + TEXT * 30, "http://img.example/login").is_login
    assert not page(form + TEXT * 30).is_login  # a forum with a sign-in box in its corner
    assert page("<div id=app></div>", "http://img.example/login").is_login  # its form is drawn by a script
    assert not page("<p>Login</p>").is_login
