"""Attributes that name pictures before a script copies them into the real ones: a table of what sites use, and every
other `data-` attribute that holds the address of a picture or video."""

import re
from collections.abc import Iterator

from hotline.extract.endings import ending_of, is_data, kind_of_ending
from hotline.extract.srcset import largest
from hotline.extract.styles import addresses_of_value
from hotline.states import Kind

_SETS = frozenset({"data-srcset", "data-lazy-srcset", "data-original-set", "data-bgset"})
_STYLES = frozenset(
    {"data-bg", "data-background", "data-background-image", "data-bg-src", "data-bg-image", "data-lazy-bg"}
    | {"data-lazy-background", "data-src-background", "data-bg-hidpi", "data-bg-multi", "data-style"}
)
_PICTURES = frozenset(
    {"data-poster", "data-lazy-poster", "data-thumb", "data-thumbnail", "data-image", "data-img", "data-image-src"}
    | {"data-img-src", "data-img-url", "data-image-url", "data-zoom-image", "data-hi-res-src", "data-hires"}
    | {"data-large", "data-large-image", "data-large_image", "data-full", "data-full-image", "data-preview"}
)
_VIDEOS = frozenset({"data-video-src", "data-video-url", "data-mp4", "data-webm", "data-hd-src", "data-sd-src"})
# Of the kind that the tag itself shows.
_SOURCES = frozenset(
    {"data-src", "data-original", "data-lazy", "data-lazy-src", "data-lazyload", "data-echo", "data-url-src"}
    | {"data-src-large", "data-src-retina", "data-src-mobile", "data-full-src", "data-large-src", "data-real-src"}
    | {"data-orig-file", "data-large-file", "data-actualsrc", "data-deferred-src", "data-defer-src", "data-iframe-src"}
)
_NO_PICTURES = frozenset({"html", "htm", "xhtml", "js", "mjs", "css", "json", "xml", "txt", "woff", "woff2"})
_MEDIA = (Kind.PICTURE, Kind.VIDEO)


def lazy_links(attributes: dict[str, str | None], shown: Kind) -> Iterator[tuple[str | None, Kind]]:
    """Yields what a tag's `data-` attributes name; `shown` is the kind that the tag itself shows, PAGE for a frame."""
    for name, value in attributes.items():
        if name.startswith("data-") and value:
            yield from _links(name, value.strip(), shown)


def if_address(value: str, kind: Kind) -> Iterator[tuple[str | None, Kind]]:
    """Yields a value that may be an address: such attributes also hold flags, numbers and settings."""
    is_one = ("/" in value or "." in value) and not value.startswith(("{", "["))
    is_one = is_one and (kind is Kind.PAGE or ending_of(value) not in _NO_PICTURES)
    if is_one or is_data(value):
        yield by_ending(value, kind)


def by_ending(address: str | None, otherwise: Kind) -> tuple[str | None, Kind]:
    """Returns the address with PICTURE or VIDEO where its ending says so, else with the kind given."""
    kind = kind_of_ending(address or "")
    return address, kind if kind in _MEDIA else otherwise


def _links(name: str, value: str, shown: Kind) -> Iterator[tuple[str | None, Kind]]:
    if name in _SETS:
        yield largest(value), Kind.PICTURE
    elif name in _STYLES and "url(" in value.lower():
        for address in addresses_of_value(value):
            yield address, Kind.PICTURE
    elif name in _PICTURES or name in _STYLES:
        yield from if_address(value, Kind.PICTURE)
    elif name in _VIDEOS:
        yield from if_address(value, Kind.VIDEO)
    elif name in _SOURCES:
        yield from if_address(value, shown)
    elif "/" in value and not re.search(r"[\s{}<>\"]", value[:9000]) and kind_of_ending(value) in _MEDIA:
        yield by_ending(value, shown)
