"""The pictures that a style sheet or a style attribute names, as they are written. Linear in the text's length."""

import re
from collections.abc import Iterator

# Fonts, cursors, filters and masks show no picture of their own; a custom property may end up anywhere.
_SHOWN = frozenset(
    {"background", "background-image", "content", "list-style", "list-style-image", "border-image"}
    | {"border-image-source"}
)
_URL = re.compile(
    r"url\([ \t\r\n\f]*+(?:\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)'|((?:[^ \t\r\n\f\"'()\\]|\\.)++))",
    re.IGNORECASE | re.DOTALL,
)
_PROPERTY = re.compile(r"(-{0,2}[a-z][a-z0-9-]*+)[ \t\r\n\f]*+:", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|(\r\n|.))", re.DOTALL)
_MAX_DECLARED, _MAX_ESCAPED = 500, 50_000


def pictures_of_style(css: str) -> Iterator[str]:
    """Yields what `url()` names in the properties that show a picture (CSS Values 4, 4.5), escapes undone."""
    css = _without_comments(css)
    declared, end = "", 0
    for found in _URL.finditer(css):
        declared = _declared(css[max(end, found.start() - _MAX_DECLARED) : found.start()], declared)
        end = found.end()
        if declared in _SHOWN or declared.startswith("--"):
            yield _unescaped(found)


def addresses_of_value(value: str) -> Iterator[str]:
    """Yields what a style's value names, whatever the property."""
    yield from (_unescaped(found) for found in _URL.finditer(value))


def _declared(before: str, declared: str) -> str:
    """The property that the text before an address belongs to; the one before where no other began in between."""
    last = re.split("[;{}]", before)[-1]
    found = _PROPERTY.search(last)
    if found:
        return found[1].lower()
    return "" if len(last) < len(before) else declared


def _without_comments(css: str) -> str:
    first, *others = css.split("/*")
    return first + " ".join(other.partition("*/")[2] for other in others)


def _unescaped(found: re.Match[str]) -> str:
    text = found[1] or found[2] or found[3] or ""
    return _ESCAPE.sub(_sign, text) if "\\" in text and len(text) <= _MAX_ESCAPED else text


def _sign(escape: re.Match[str]) -> str:
    if not escape[1]:
        return "" if escape[2] in ("\n", "\r\n", "\r", "\f") else escape[2]
    code = int(escape[1], 16)
    return "\ufffd" if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
