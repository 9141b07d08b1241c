"""Where a page's tags name what it shows: tags, attributes and their kinds, as tables. Addresses come out as written;
Kind.PAGE is a frame. Knows nothing of other tags, so the page decides."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from hotline.extract.styles import addresses_of_value, pictures_of_style
from hotline.states import Kind

Link = tuple[str | None, Kind]
Attributes = dict[str, str | None]

_ENDINGS = {
    Kind.PICTURE: "jpg jpeg jpe jfif png gif webp avif bmp tif tiff heic heif",
    Kind.VIDEO: "mp4 m4v mov webm mkv avi mpg mpeg ts 3gp flv wmv ogv",
    Kind.FILE: "zip rar 7z tar gz tgz pdf",
    Kind.PAGE: "html htm xhtml",
}
_KIND_OF_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_DULL_ENDINGS = frozenset({"html", "htm", "xhtml", "js", "mjs", "css", "json", "xml", "txt", "woff", "woff2"})

_META = {
    **dict.fromkeys(("og:image", "og:image:url", "og:image:secure_url", "thumbnail"), Kind.PICTURE),
    **dict.fromkeys(("twitter:image", "twitter:image:src", "image", "thumbnailurl"), Kind.PICTURE),
    **{f"twitter:image{number}": Kind.PICTURE for number in range(4)},
    **dict.fromkeys(("og:video", "og:video:url", "og:video:secure_url", "twitter:player:stream"), Kind.VIDEO),
}
_ITEM_PICTURES = frozenset({"image", "thumbnail", "thumbnailurl", "contenturl"})

# Attributes that scripts copy into the real ones once a picture comes into view.
_LAZY_SETS = frozenset({"data-srcset", "data-lazy-srcset", "data-original-set", "data-bgset"})
_LAZY_STYLES = frozenset(
    {"data-bg", "data-background", "data-background-image", "data-bg-src", "data-bg-image", "data-lazy-bg"}
    | {"data-lazy-background", "data-src-background", "data-bg-hidpi", "data-bg-multi", "data-style"}
)
_LAZY_PICTURES = frozenset(
    {"data-poster", "data-lazy-poster", "data-thumb", "data-thumbnail", "data-image", "data-img", "data-image-src"}
    | {"data-img-src", "data-img-url", "data-image-url", "data-zoom-image", "data-hi-res-src", "data-hires"}
    | {"data-large", "data-large-image", "data-large_image", "data-full", "data-full-image", "data-preview"}
)
_LAZY = frozenset(
    {"data-src", "data-original", "data-lazy", "data-lazy-src", "data-lazyload", "data-echo", "data-url-src"}
    | {"data-src-large", "data-src-retina", "data-src-mobile", "data-full-src", "data-large-src", "data-real-src"}
    | {"data-orig-file", "data-large-file", "data-actualsrc", "data-deferred-src", "data-defer-src", "data-iframe-src"}
)
_LAZY_VIDEOS = frozenset({"data-video-src", "data-video-url", "data-mp4", "data-webm", "data-hd-src", "data-sd-src"})


def links_of(tag: str, attributes: Attributes) -> Iterator[Link]:
    """Yields what one tag names, in the order it would be shown; an address may be blank or no address at all."""
    read = _READERS.get(tag)
    if read is not None:
        yield from read(attributes)
    if tag not in ("meta", "base"):
        yield from _anywhere(tag, attributes)


def kind_of_ending(address: str) -> Kind | None:
    """Names what an address points at by the ending of its path; None where the path has no known one."""
    return _KIND_OF_ENDING.get(_ending(address))


def _ending(address: str) -> str:
    path = re.split(r"[?#]", address[-9000:] if len(address) > 9000 else address, maxsplit=1)[0]
    path = re.sub(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]{0,30}:)?[/\\]{2}[^/\\]*+", "", path.strip())
    # Hosts of pictures put a size behind the ending: a.jpg:large, a.jpg!thumb.
    found = re.search(r"\.([a-z0-9]{2,5})(?:[;:!@,][^/]*)?$", unquote(path[-300:]).lower())
    return found[1] if found else ""


def _picture(attributes: Attributes) -> Iterator[Link]:
    yield attributes.get("src"), Kind.PICTURE
    yield _largest(attributes.get("srcset")), Kind.PICTURE


def _drawing(attributes: Attributes) -> Iterator[Link]:
    yield attributes.get("href") or attributes.get("xlink:href"), Kind.PICTURE
    yield from _picture(attributes)


def _video(attributes: Attributes) -> Iterator[Link]:
    yield attributes.get("src"), Kind.VIDEO
    yield attributes.get("poster"), Kind.PICTURE


def _source(attributes: Attributes) -> Iterator[Link]:
    if attributes.get("srcset"):
        yield from _picture(attributes)
    elif not _type(attributes).startswith("audio/"):
        yield attributes.get("src"), Kind.VIDEO


def _button(attributes: Attributes) -> Iterator[Link]:
    if _type(attributes) == "image":
        yield attributes.get("src"), Kind.PICTURE


def _frame(attributes: Attributes) -> Iterator[Link]:
    yield _framed(attributes.get("src"))


def _framed(address: str | None) -> Link:
    """A frame around a picture or a video is no page."""
    return address, kind_of_ending(address or "") or Kind.PAGE


def _object(attributes: Attributes) -> Iterator[Link]:
    address = attributes.get("data") or attributes.get("src") or ""
    kind = _kind_of_type(_type(attributes)) or kind_of_ending(address)
    if kind is not None or _is_data(address):
        yield address, kind or Kind.FILE


def _kind_of_type(type_: str) -> Kind | None:
    if type_ in ("text/html", "application/xhtml+xml"):
        return Kind.PAGE
    if type_ == "application/pdf":
        return Kind.FILE
    return {"image": Kind.PICTURE, "video": Kind.VIDEO}.get(type_.partition("/")[0])


def _anchor(attributes: Attributes) -> Iterator[Link]:
    address = attributes.get("href") or ""
    kind = Kind.FILE if _is_data(address) else kind_of_ending(address)
    if kind not in (None, Kind.PAGE):
        yield address, kind or Kind.FILE


def _linked(attributes: Attributes) -> Iterator[Link]:
    rels = (attributes.get("rel") or "")[:200].lower().split()
    shown_as = {"image": Kind.PICTURE, "video": Kind.VIDEO}.get((attributes.get("as") or "").strip().lower())
    if "image_src" in rels:
        yield attributes.get("href"), Kind.PICTURE
    elif "preload" in rels and shown_as is not None:
        yield attributes.get("href"), shown_as
        yield _largest(attributes.get("imagesrcset")), Kind.PICTURE
    elif _is_picture_item(attributes):
        yield _by_ending(attributes.get("href"), Kind.PICTURE)


def _meta(attributes: Attributes) -> Iterator[Link]:
    names = [(attributes.get(name) or "").strip().lower() for name in ("property", "name", "itemprop")]
    kind = next((_META[name] for name in names if name in _META), None)
    if kind is not None:
        yield attributes.get("content"), kind
    elif _is_picture_item(attributes):
        yield _by_ending(attributes.get("content"), Kind.PICTURE)


def _is_picture_item(attributes: Attributes) -> bool:
    return not _ITEM_PICTURES.isdisjoint((attributes.get("itemprop") or "")[:200].lower().split())


def _anywhere(tag: str, attributes: Attributes) -> Iterator[Link]:
    for address in pictures_of_style(attributes.get("style") or ""):
        yield address, Kind.PICTURE
    yield attributes.get("background"), Kind.PICTURE
    default = _default(tag, attributes)
    for name, value in attributes.items():
        if name.startswith("data-") and value:
            yield from _lazy(name, value.strip(), default)


def _default(tag: str, attributes: Attributes) -> Kind:
    if tag in ("iframe", "amp-iframe"):
        return Kind.PAGE
    is_video = tag in ("video", "amp-video") or (tag == "source" and not attributes.get("data-srcset"))
    return Kind.VIDEO if is_video and not attributes.get("srcset") else Kind.PICTURE


def _lazy(name: str, value: str, default: Kind) -> Iterator[Link]:
    if name in _LAZY_SETS:
        yield _largest(value), Kind.PICTURE
    elif name in _LAZY_STYLES and "url(" in value.lower():
        for address in addresses_of_value(value):
            yield address, Kind.PICTURE
    elif name in _LAZY_PICTURES or name in _LAZY_STYLES:
        yield from _if_address(value, Kind.PICTURE)
    elif name in _LAZY_VIDEOS:
        yield from _if_address(value, Kind.VIDEO)
    elif name in _LAZY:
        yield from _if_address(value, default)
    elif "/" in value and not re.search(r"[\s{}<>\"]", value[:9000]) and _is_media(kind_of_ending(value)):
        yield _by_ending(value, default)


def _if_address(value: str, kind: Kind) -> Iterator[Link]:
    """These attributes also hold flags, numbers and settings."""
    is_one = ("/" in value or "." in value) and not value.startswith(("{", "["))
    if _is_data(value) or (is_one and (kind is Kind.PAGE or _ending(value) not in _DULL_ENDINGS)):
        yield _by_ending(value, kind)


def _by_ending(address: str | None, otherwise: Kind) -> Link:
    kind = kind_of_ending(address or "")
    return address, kind if kind is not None and _is_media(kind) else otherwise


def _is_media(kind: Kind | None) -> bool:
    return kind in (Kind.PICTURE, Kind.VIDEO)


def _is_data(address: str) -> bool:
    return address[:30].strip().lower().startswith("data:")


def _type(attributes: Attributes) -> str:
    return (attributes.get("type") or "")[:200].partition(";")[0].strip().lower()


def _largest(srcset: str | None) -> str | None:
    """The candidate with the greatest width or density; without one it counts as 1x (HTML, 4.8.4.2.1)."""
    best, best_size = None, -1.0
    # A comma separates candidates only before a blank or behind a descriptor: addresses may hold commas.
    found = re.finditer(r"[\s,]*([^\s,](?:[^\s]*[^\s,])?)(?:\s+([0-9.]{1,12})[wx])?[^,]{0,50}(?:,|$)", srcset or "")
    for candidate in found:
        try:
            size = float(candidate[2] or 1)
        except ValueError:
            continue
        if size > best_size:
            best, best_size = candidate[1], size
    return best


_READERS: dict[str, Callable[[Attributes], Iterator[Link]]] = {
    **dict.fromkeys(("img", "amp-img", "amp-anim"), _picture),
    **dict.fromkeys(("video", "amp-video"), _video),
    **dict.fromkeys(("iframe", "amp-iframe"), _frame),
    **dict.fromkeys(("object", "embed"), _object),
    **dict.fromkeys(("a", "area"), _anchor),
    "x-image": _drawing,
    "source": _source,
    "input": _button,
    "link": _linked,
    "meta": _meta,
}
