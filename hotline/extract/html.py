"""A page's bytes to a small tree of what it may show, in bounded time: long data: addresses taken aside, the encoding
found, the markup laid out flat before a parser sees it. Knows no addresses and nothing of what the tags mean."""

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline.extract.lifted import Lifted, lift
from hotline.extract.markup import Flat, flat

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_PAGE_BYTES = 60_000_000
MAX_HTML_BYTES = 5_000_000

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]*([a-zA-Z0-9_:-]{2,30})", re.IGNORECASE)
# Only what browsers read: others of Python's codecs are no encodings of pages, and some take quadratic time.
_ENCODING = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|iso-?8859-?\d{1,2}|latin-?1|us-ascii|ascii|windows-?\d{3,4}|cp125\d|koi8-[ru]|"
    r"shift[_-]?jis|sjis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5|macintosh",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Markup:
    """A page ready to be read: its tags in order, flat; its words and title; its long data: addresses taken aside.

    `left_out` counts tags not read, and 1 for a page that was cut.
    """

    flat: Flat
    lifted: Lifted
    left_out: int


def read_markup(body: bytes, content_type: str | None) -> Markup:
    """Reads a page by its own encoding.

    Of its first MAX_PAGE_BYTES the long runs of base64 are taken aside, whatever they hold; of what remains
    MAX_HTML_BYTES are read. A page in UTF-16 is read without taking anything aside.
    """
    lifted = lift(body[:MAX_PAGE_BYTES])
    text = _decoded(lifted.page[:MAX_HTML_BYTES], content_type).replace("\0", "")
    laid = flat(text, is_xml="xhtml+xml" in (content_type or "").lower())
    is_cut = len(body) > MAX_PAGE_BYTES or len(lifted.page) > MAX_HTML_BYTES
    return Markup(laid, lifted, laid.left_out + is_cut)


def nodes_of(tags: str) -> "list[LexborNode]":
    """Parses tags that were laid out flat, in order."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(tags).css("*")


def _decoded(body: bytes, content_type: str | None) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    found = _CHARSET.search(body[:2048])
    named = re.search(r"charset=[\"' ]*([A-Za-z0-9_:-]{2,30})", content_type or "", re.IGNORECASE)
    for name in (named[1] if named else "", found[1].decode("ascii") if found else ""):
        if _ENCODING.fullmatch(name):
            return body.decode(_codec(name), "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("windows-1252", "replace")


def _codec(name: str) -> str:
    name = re.sub(r"^(?:iso-?8859-?1|latin-?1|(?:us-)?ascii)$", "windows-1252", name.lower())
    try:
        return codecs.lookup(re.sub(r"^windows-?(?=\d)", "cp", name)).name
    except LookupError:
        return "utf-8"
