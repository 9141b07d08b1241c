"""The pictures and videos that a page's JSON-LD names (schema.org), as they are written. Bounded whatever the text."""

import json
from collections.abc import Iterator

from hotline.states import Kind

MAX_VALUES = 20_000

_PICTURES = frozenset({"image", "thumbnail", "thumbnailurl"})
_FURNITURE = frozenset({"logo"})
_Placed = tuple[object, str, str]


def links_of_json(text: str) -> tuple[list[tuple[str, Kind]], bool]:
    """Returns addresses in order, and whether all was read: the text is not nested beyond what a parser bears and holds
    no more than MAX_VALUES values. Broken JSON names nothing. Linear, but a second for a few million signs of nothing.

    Taken is what stands under `image`, `thumbnail`, `thumbnailUrl` and `contentUrl`, and the `url` of an ImageObject; a
    logo is furniture.
    """
    try:
        return _walked(_read(text))
    except RecursionError:
        return [], False


def _read(text: str) -> object:
    """Pages wrap JSON-LD in comments and put marks behind it: only what lies between its brackets counts."""
    text = text.replace("![CDATA[", "").replace("]]>", "")
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=0)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    try:
        return json.loads(text[start:end], strict=False, parse_int=str, parse_float=str)
    except ValueError:
        return None


def _walked(document: object) -> tuple[list[tuple[str, Kind]], bool]:
    links: list[tuple[str, Kind]] = []
    waiting: list[_Placed] = [(document, "", "")]
    for _ in range(MAX_VALUES):
        if not waiting:
            return links, True
        value, key, type_ = waiting.pop()
        if isinstance(value, str):
            links += _named(value, key, type_)
        else:
            waiting += reversed(_members(value, key, type_))
    return links, not waiting


def _members(value: object, key: str, type_: str) -> list[_Placed]:
    if isinstance(value, list):
        return [(one, key, type_) for one in value]
    if not isinstance(value, dict):
        return []
    type_ = str(value.get("@type"))[:100].lower()
    is_picture = key in _PICTURES or "imageobject" in type_
    named = ((str(name).lower(), member) for name, member in value.items())
    return [
        (member, "image" if name == "url" and is_picture else name, type_)
        for name, member in named
        if name not in _FURNITURE
    ]


def _named(value: str, key: str, type_: str) -> Iterator[tuple[str, Kind]]:
    if key in _PICTURES:
        yield value, Kind.PICTURE
    elif key == "contenturl":
        yield value, Kind.VIDEO if "video" in type_ else Kind.PICTURE
