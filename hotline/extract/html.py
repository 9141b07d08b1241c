"""A page's bytes to a tree that was built in bounded time: encoding, and a flat form of pages made to be slow."""

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_HTML_BYTES = 5_000_000
# Beyond these lexbor's time grows with the square: 100,000 nested elements take it 9 s, 200,000 attributes minutes.
MAX_DEPTH, MAX_OPTIONS, MAX_BLANKS_IN_TAG, MAX_TAG, MAX_BROKEN_TAGS = 1000, 2000, 1000, 100_000, 20

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})((?:[^=<>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>")
_OPEN_ENDED = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    | {"p", "li", "td", "th", "tr", "dt", "dd", "option", "b", "i", "u", "a"}
)
_WANTED = frozenset({"img", "source", "video", "meta", "base", "input", "title"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]*([a-zA-Z0-9_:-]{2,30})", re.IGNORECASE)
# Only what browsers read: others of Python's codecs are no encodings of pages, and some take quadratic time.
_ENCODING = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|iso-?8859-?\d{1,2}|latin-?1|us-ascii|ascii|windows-?\d{3,4}|cp125\d|koi8-[ru]|"
    r"shift[_-]?jis|sjis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5|macintosh",
    re.IGNORECASE,
)


def read_tree(body: bytes, content_type: str | None) -> "LexborHTMLParser":
    """Builds the tree of a page's first MAX_HTML_BYTES, by its own encoding."""
    return _tree(_decoded(body[:MAX_HTML_BYTES], content_type))


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


def _tree(text: str) -> "LexborHTMLParser":
    from selectolax.lexbor import LexborHTMLParser

    text = text.replace("\0", "")
    return LexborHTMLParser(_flattened(text) if _is_costly(text) else text)


def _is_costly(text: str) -> bool:
    """Whether building the tree would take more than linear time; reads the tags only."""
    depth, options = 0, 0
    for tag in _tags(text):
        if tag is None:
            return True
        is_end, name, attributes = tag[1], tag[2].lower(), tag[3]
        options += name == "option"
        if name not in _OPEN_ENDED:
            depth = max(0, depth - 1) if is_end else depth + 1
        if depth > MAX_DEPTH or options > MAX_OPTIONS or _is_overlong(attributes):
            return True
    last = text[text.rfind(">") + 1 :]
    return len(last) > MAX_TAG and re.search("<[a-zA-Z]", last) is not None


def _tags(text: str) -> Iterator[re.Match[str] | None]:
    """The page's tags; None, and no more, after too many broken ones: each may have to be read to the page's end."""
    broken, at = 0, text.find("<")
    while at >= 0:
        tag = _TAG.match(text, at)
        if tag is not None:
            yield tag
        elif text[at + 1 : at + 2].isalpha() and (broken := broken + 1) > MAX_BROKEN_TAGS:
            yield None
            return
        at = text.find("<", tag.end() if tag else at + 1)


def _is_overlong(attributes: str) -> bool:
    return len(attributes) > MAX_BLANKS_IN_TAG and len(re.findall(r"[\s/]+", attributes)) > MAX_BLANKS_IN_TAG


def _flattened(text: str) -> str:
    """The page as a flat row of text and of the tags that can hold a picture: nothing nested, no flooded tag."""
    parts, end = [], 0
    for tag in _tags(text):
        if tag is None:
            break
        parts += [text[end : tag.start()].replace("<", " "), _kept(tag)]
        end = tag.end()
    return "".join([*parts, text[end:].replace("<", " ")])


def _kept(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name not in _WANTED or (tag[1] and name != "title") or _is_overlong(tag[3]):
        return " "
    return f"{tag[0]}</video>" if name == "video" else tag[0]
