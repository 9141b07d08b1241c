"""A page's markup as a flat row: its words, and only the tags that can show something, each closed at once. Read as
browsers split it (HTML, 13.2.5), in linear time; knows nothing of addresses, nor of what the tags mean."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_TOKENS = 300_000
MAX_TAGS = 40_000
MAX_ATTRIBUTES = 100
MAX_WORDS = 200_000

_BLANK = r"[ \t\n\f\r]"
_VALUE = rf"{_BLANK}*+=(?:{_BLANK}*+(?:\"[^\"]*+\"|'[^']*+'|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+))?+"
_NAME = r"(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)"
_MARK = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(rf"<(/?[a-zA-Z][^ \t\n\f\r/>]*+)((?:[ \t\n\f\r/]++|{_NAME}(?:{_VALUE})?+)*+)>")
_ATTRIBUTE = re.compile(
    rf"({_NAME})(?:{_BLANK}*+=(?:{_BLANK}*+(?:\"([^\"]*+)\"|'([^']*+)'|([^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)))?+)?+"
)
_OPENED = re.compile(r"</?[a-zA-Z]")
_COMMENT_END = re.compile(r"--!?>")

# Their contents are no markup.
_RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_RAW_END = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in _RAW}
_READ_RAW = frozenset({"textarea", "xmp", "plaintext"})
_VOID = frozenset({"img", "source", "meta", "base", "input", "link", "embed"})
_PAIRED = frozenset(
    {"video", "iframe", "frame", "a", "area", "object", "image", "feimage", "x-image"}
    | {"amp-img", "amp-anim", "amp-video", "amp-iframe"}
)
# Outside of what they belong in a parser turns these into something else or drops them.
_RENAMED = {"frame": "iframe", "image": "x-image", "feimage": "x-image"}
_MAY_SHOW = re.compile(r"style|background|data-", re.IGNORECASE)
_ATTRIBUTES = frozenset(
    {"src", "srcset", "href", "xlink:href", "data", "poster", "style", "background", "content", "property", "name"}
    | {"itemprop", "rel", "as", "type", "imagesrcset", "srcdoc"}
)
_DATA_NAME = re.compile(r"data-[a-z0-9_.:-]{1,60}")


class Token(NamedTuple):
    """Words, then a tag: its lower-case name (an end tag's with a slash before it, "" where there is no tag), its
    attributes as written, and the contents of an element that may hold no markup."""

    words: str
    name: str = ""
    attributes: str = ""
    raw: str = ""


class Flat(NamedTuple):
    """A page's tags that may show something as HTML of depth one, with the attributes that are read; its words and its
    title, cut at MAX_WORDS signs. `left_out` counts such tags beyond MAX_TAGS, and 1 for what is beyond MAX_TOKENS."""

    tags: str
    words: str
    title: str
    left_out: int


def flat(text: str, *, is_xml: bool = False) -> Flat:
    """Lays a page out flat. `is_xml`: a tag that ends with a slash has no contents, as in XHTML."""
    row = _Row()
    for count, token in enumerate(_tokens(text, is_xml)):
        if count == MAX_TOKENS:
            row.left_out += 1
            break
        row.add(token)
    return Flat("".join(row.tags), html.unescape(" ".join(row.words)), html.unescape(row.title or ""), row.left_out)


class _Row:
    """What was laid out so far. Templates show nothing, unless they are somebody's shadow."""

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.words: list[str] = []
        self.title: str | None = None
        self.left_out = 0
        self._word_count = self._tag_count = self._hidden = 0

    def add(self, token: Token) -> None:
        self._add_words(token.words)
        if token.name == "/template":
            self._hidden = max(0, self._hidden - 1)
        elif token.name == "template" and (self._hidden or "shadowrootmode" not in token.attributes.lower()):
            self._hidden += 1
        elif token.name and token.name[0] != "/" and not self._hidden:
            self._add_tag(token)

    def _add_words(self, words: str) -> None:
        if not self._hidden and self._word_count < MAX_WORDS and not words.isspace() and words:
            self.words.append(words[:MAX_WORDS])
            self._word_count += len(words)

    def _add_tag(self, token: Token) -> None:
        if token.name in _READ_RAW:
            self._add_words(token.raw)
        elif token.name == "title":
            self.title = token.raw[:MAX_WORDS] if self.title is None else self.title
        elif token.name in _RAW and token.name != "iframe":
            self._add_contents(token)
        elif token.name in _VOID or token.name in _PAIRED or _MAY_SHOW.search(token.attributes):
            self._add_attributes(token)

    def _add_contents(self, token: Token) -> None:
        name = token.name
        if not token.raw or (name != "style" and (name != "script" or "ld+json" not in token.attributes.lower())):
            return
        if self._tag_count >= MAX_TAGS:
            self.left_out += 1
        else:
            self._append(f"<{name}>{token.raw.replace('<', ' ')}</{name}>")

    def _add_attributes(self, token: Token) -> None:
        if self._tag_count >= MAX_TAGS:
            self.left_out += 1
            return
        kept, left_out = _kept(token.attributes)
        self.left_out += left_out
        name = _RENAMED.get(token.name, token.name)
        name = name if name in _VOID or name in _PAIRED else "span"
        if kept:
            self._append(f"<{name}{kept}>" if name in _VOID else f"<{name}{kept}></{name}>")

    def _append(self, tag: str) -> None:
        self._tag_count += 1
        self.tags.append(tag)


def _tokens(text: str, is_xml: bool) -> Iterator[Token]:
    """Splits a page. A tag or comment without an end swallows the rest, as in browsers."""
    at, is_foreign = 0, is_xml
    while mark := _MARK.search(text, at):
        words, tag = text[at : mark.start()], _TAG.match(text, mark.start())
        if tag is None:
            yield Token(words)
            at = _after_declaration(text, mark.start())
            continue
        name, attributes, at = tag[1].lower(), tag[2], tag.end()
        has_slash = attributes.endswith("/")
        raw_end = at if has_slash and is_foreign else _raw_end(text, name, at)
        if name in ("svg", "math", "/svg", "/math") and not has_slash:
            is_foreign = is_xml or name[0] != "/"
        yield Token(words, name, attributes, text[at:raw_end])
        at = raw_end
    yield Token(text[at:])


def _raw_end(text: str, name: str, at: int) -> int:
    if name not in _RAW_END:
        return len(text) if name == "plaintext" else at
    end = _RAW_END[name].search(text, at)
    return end.start() if end else len(text)


def _after_declaration(text: str, at: int) -> int:
    """Where a comment, a declaration or a tag that never ends is over."""
    if text.startswith("<!--", at):
        if text.startswith((">", "->"), at + 4):
            return text.index(">", at) + 1
        end = _COMMENT_END.search(text, at + 4)
        return end.end() if end else len(text)
    close = -1 if _OPENED.match(text, at) else text.find(">", at)
    return close + 1 or len(text)


def _kept(attributes: str) -> tuple[str, int]:
    """The attributes that are read, each once and quoted anew, and whether there were more: a parser compares each
    with all before it."""
    values: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(attributes):
        name = attribute[1].lower()
        if name in _ATTRIBUTES or _DATA_NAME.fullmatch(name):
            if len(values) >= MAX_ATTRIBUTES and name not in _ATTRIBUTES:
                return _written(values), 1
            values.setdefault(name, attribute[2] or attribute[3] or attribute[4] or "")
    return _written(values), 0


def _written(values: dict[str, str]) -> str:
    return "".join(f' {name}="{_quotable(value)}"' for name, value in values.items())


def _quotable(value: str) -> str:
    # selectolax 1.0.2 (lexbor) writes beyond its memory at these two references: they are longer read than written.
    return value.replace('"', "&quot;").replace("&nGt;", "≫⃒").replace("&nLt;", "≪⃒")
