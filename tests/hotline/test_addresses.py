"""Addresses as people write them: what is understood, what is refused and how it is said."""

import time

import pytest

from hotline.addresses import KEY_VERSION, MAX_CHARACTERS, defang, read_address
from hotline.errors import AddressError

UNDERSTOOD = [
    # as written, verbatim, href
    ("http://img.example/a.jpg", "http://img.example/a.jpg", "http://img.example/a.jpg"),
    ("  <https://img.example/A b>\n", "https://img.example/A b", "https://img.example/A%20b"),
    ("hxxps://img[.]example/a.jpg", "https://img.example/a.jpg", "https://img.example/a.jpg"),
    ("hXXp://img(.)example/a", "http://img.example/a", "http://img.example/a"),
    ("h**p://img{.}example/", "http://img.example/", "http://img.example/"),
    ("hxxp[:]//img[.]example", "http://img.example", "http://img.example/"),
    ("http[:]//img.example/", "http://img.example/", "http://img.example/"),
    ("hxxp[://]img[.]example/a[.]jpg", "http://img.example/a.jpg", "http://img.example/a.jpg"),  # CyberChef marks all
    ("hxxp://img[dot]example/a.b?r=[.]", "http://img.example/a.b?r=[.]", "http://img.example/a.b?r=[.]"),
    ("http://img.example/?r=[.]", "http://img.example/?r=[.]", "http://img.example/?r=[.]"),  # really in the query
    ("img.example/a.jpg", "http://img.example/a.jpg", "http://img.example/a.jpg"),
    ("www.img.example", "http://www.img.example", "http://www.img.example/"),
    ("img[.]example:8080/a", "http://img.example:8080/a", "http://img.example:8080/a"),
    ("//img.example/a", "http://img.example/a", "http://img.example/a"),
    ("HTTP://IMG.Example:80/a/../b", "HTTP://IMG.Example:80/a/../b", "http://img.example/b"),
    ("https://Çështja.al/ë", "https://Çështja.al/ë", "https://xn--shtja-xra2a.al/%C3%AB"),
    ("http://0x7f.1/", "http://0x7f.1/", "http://127.0.0.1/"),  # reported it may be; the gate refuses to dial it
    ("http://[::ffff:10.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:a00:1]/"),
    ("http://192.168.1.1/x", "http://192.168.1.1/x", "http://192.168.1.1/x"),
    ("http://abcdefghij234567.onion/x", "http://abcdefghij234567.onion/x", "http://abcdefghij234567.onion/x"),
]

REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("hello", "not an address"),
    ("see img.example please", "not an address"),
    ("victim@img.example", "not an address"),
    ("http://", "no host"),
    ("http:///a", "no host"),
    ("http:\\\\img.example", "no host"),
    ("https:img.example", "no host"),
    ("http://./a", "no host"),
    ("http://:80/", "no usable host"),
    ("http://img.example:99999/", "no usable host or port"),
    ("http://exa mple/", "no usable host"),
    ("http://a%00b/", "no usable host"),
    ("http://256.1.1.1/", "no usable host"),
    ("http://user:secret@img.example/", "user name or password"),
    ("http://user@img.example/", "user name or password"),
    ("http://img.example/\x00", "control characters"),
    ("http://img.example/a\nhttp://img.example/b", "control characters"),
    ("http://img.example/a\u2028b", "control characters"),
    ("http://img.example/\ud800", "control characters or broken"),
    ("file:///etc/passwd", "only http and https"),
    ("gopher://img.example/", "only http and https"),
    ("data:text/html,x", "only http and https"),
    ("ftp://img.example/a", "only http and https"),
    ("javascript:alert(1)", "only http and https"),
    ("mailto:abuse@img.example", "only http and https"),
    ("localhost:8080", "only http and https"),
    ("ws://img.example/", "only http and https"),
    ("http://img.example/" + "a" * MAX_CHARACTERS, "longer than"),
]

KEYS = [
    ("http://img.example/a#part", "http://img.example/a"),
    ("http://img.example/#!/photo/1", "http://img.example/#!/photo/1"),  # such fragments choose the content
    ("http://img.example/#/photo/1", "http://img.example/#/photo/1"),
    ("http://img.example/a?utm_source=x&UTM_Medium=y&fbclid=z", "http://img.example/a"),
    ("http://img.example/a?id=1&gclid=2&b=3", "http://img.example/a?id=1&b=3"),
    ("http://img.example/a?b=3&id=1", "http://img.example/a?b=3&id=1"),  # order may matter: not sorted
    ("http://img.example/a?", "http://img.example/a?"),
    ("http://img.example/a?igshid=x#!/b", "http://img.example/a#!/b"),
    ("http://img.example/a?my_utm_source=1", "http://img.example/a?my_utm_source=1"),
]


@pytest.mark.parametrize(("text", "verbatim", "href"), UNDERSTOOD)
def test_an_address_is_understood_as_people_write_it(text: str, verbatim: str, href: str) -> None:
    address = read_address(text)

    assert (address.verbatim, address.href) == (verbatim, href)


@pytest.mark.parametrize(("text", "cause"), REFUSED)
def test_what_is_no_address_is_refused_with_its_cure(text: str, cause: str) -> None:
    with pytest.raises(AddressError, match=cause):
        read_address(text)


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_the_key_leaves_out_what_does_not_choose_the_content(text: str, key: str) -> None:
    assert read_address(text).key == key


def test_a_refusal_repeats_nothing_of_the_address() -> None:
    for text in ("http://user:MARKER@img.example/MARKER", "MARKER", "file:///MARKER", "http://MARKER:999999/"):
        with pytest.raises(AddressError) as refused:
            read_address(text)

        assert "MARKER" not in str(refused.value)


def test_a_line_of_ten_megabytes_is_refused_at_once() -> None:
    started = time.perf_counter()
    with pytest.raises(AddressError, match="longer than"):
        read_address("http://img.example/" + "a" * 10_000_000)

    assert time.perf_counter() - started < 0.1


def test_an_address_shows_in_no_repr() -> None:
    address = read_address("http://marker.example/marker")

    assert "marker" not in repr(address)


def test_parts_of_an_address() -> None:
    address = read_address("https://[2606:4700::1]:8443/a")

    assert (address.host, address.scheme, address.port, address.is_onion) == ("2606:4700::1", "https", 8443, False)
    assert read_address("http://x.onion").is_onion
    assert read_address("https://img.example").port == 443
    assert KEY_VERSION == 1


def test_a_defanged_address_is_read_back() -> None:
    for text in ("https://img.example/a.jpg?b=c.d", "http://a.b.example:8080/", "http://img.example"):
        assert read_address(defang(text)).verbatim == text
    assert defang("https://img.example/a.jpg") == "hxxps://img[.]example/a.jpg"
    assert defang("img.example") == "img[.]example"
