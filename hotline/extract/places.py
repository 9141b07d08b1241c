"""Where a page's tags name what it shows: tags, attributes and their kinds, as tables. Addresses come out as written;
Kind.PAGE is a frame. Knows nothing of other tags, so the page decides."""

from collections.abc import Callable, Iterator

from hotline.extract.endings import is_data, kind_of_ending
from hotline.extract.lazy import by_ending, if_address, lazy_links
from hotline.extract.srcset import largest
from hotline.extract.styles import pictures_of_style
from hotline.states import Kind

Link = tuple[str | None, Kind]
Attributes = dict[str, str | None]

_META = {
    **dict.fromkeys(("og:image", "og:image:url", "og:image:secure_url", "thumbnail"), Kind.PICTURE),
    **dict.fromkeys(("twitter:image", "twitter:image:src", "image", "thumbnailurl"), Kind.PICTURE),
    **{f"twitter:image{number}": Kind.PICTURE for number in range(4)},
    **dict.fromkeys(("og:video", "og:video:url", "og:video:secure_url", "twitter:player:stream"), Kind.VIDEO),
}
_ITEM_PICTURES = frozenset({"image", "thumbnail", "thumbnailurl", "contenturl"})


def links_of(tag: str, attributes: Attributes) -> Iterator[Link]:
    """Yields what one tag names, in the order it would be shown; an address may be blank or no address at all."""
    read = _READERS.get(tag)
    if read is not None:
        yield from read(attributes)
    if tag not in ("meta", "base"):
        yield from _anywhere(tag, attributes)


def _picture(attributes: Attributes) -> Iterator[Link]:
    yield attributes.get("src"), Kind.PICTURE
    yield largest(attributes.get("srcset")), Kind.PICTURE


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
    address = attributes.get("src")
    # A frame around a picture or a file is no page.
    yield address, kind_of_ending(address or "") or Kind.PAGE


def _object(attributes: Attributes) -> Iterator[Link]:
    address = attributes.get("data") or attributes.get("src") or ""
    kind = _kind_of_type(_type(attributes)) or kind_of_ending(address)
    if kind is not None or is_data(address):
        yield address, kind or Kind.FILE


def _kind_of_type(type_: str) -> Kind | None:
    if type_ in ("text/html", "application/xhtml+xml"):
        return Kind.PAGE
    if type_ == "application/pdf":
        return Kind.FILE
    return {"image": Kind.PICTURE, "video": Kind.VIDEO}.get(type_.partition("/")[0])


def _anchor(attributes: Attributes) -> Iterator[Link]:
    address = attributes.get("href") or ""
    kind = Kind.FILE if is_data(address) else kind_of_ending(address)
    if kind not in (None, Kind.PAGE):
        yield address, kind or Kind.FILE


def _linked(attributes: Attributes) -> Iterator[Link]:
    rels = (attributes.get("rel") or "")[:200].lower().split()
    shown_as = {"image": Kind.PICTURE, "video": Kind.VIDEO}.get((attributes.get("as") or "").strip().lower())
    if "image_src" in rels:
        yield attributes.get("href"), Kind.PICTURE
    elif "preload" in rels and shown_as is not None:
        yield attributes.get("href"), shown_as
        yield largest(attributes.get("imagesrcset")), Kind.PICTURE
    elif _is_picture_item(attributes):
        yield by_ending(attributes.get("href"), Kind.PICTURE)


def _meta(attributes: Attributes) -> Iterator[Link]:
    names = [(attributes.get(name) or "").strip().lower() for name in ("property", "name", "itemprop")]
    kind = next((_META[name] for name in names if name in _META), None)
    if kind is not None:
        yield attributes.get("content"), kind
    elif _is_picture_item(attributes):
        yield by_ending(attributes.get("content"), Kind.PICTURE)


def _is_picture_item(attributes: Attributes) -> bool:
    return not _ITEM_PICTURES.isdisjoint((attributes.get("itemprop") or "")[:200].lower().split())


def _anywhere(tag: str, attributes: Attributes) -> Iterator[Link]:
    for address in pictures_of_style(attributes.get("style") or ""):
        yield address, Kind.PICTURE
    yield from if_address(attributes.get("background") or "", Kind.PICTURE)
    yield from lazy_links(attributes, _shown(tag, attributes))


def _shown(tag: str, attributes: Attributes) -> Kind:
    if tag in ("iframe", "amp-iframe"):
        return Kind.PAGE
    is_set = attributes.get("srcset") or attributes.get("data-srcset")
    return Kind.VIDEO if tag in ("video", "amp-video") or (tag == "source" and not is_set) else Kind.PICTURE


def _type(attributes: Attributes) -> str:
    return (attributes.get("type") or "")[:200].partition(";")[0].strip().lower()


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
