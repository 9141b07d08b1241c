"""What a page shows: its pictures and videos as absolute addresses, its title and visible text. Bytes in, facts out."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hotline.addresses import key_of
from hotline.extract.gone import SHORT_TEXT, is_login_path
from hotline.extract.html import read_tree
from hotline.records.looks import PageFacts, PictureLink
from hotline.states import Kind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_TEXT = 20_000
MAX_LINKS = 20_000

_META_PICTURES = {
    "og:image": Kind.PICTURE,
    "og:image:url": Kind.PICTURE,
    "og:image:secure_url": Kind.PICTURE,
    "twitter:image": Kind.PICTURE,
    "twitter:image:src": Kind.PICTURE,
    "og:video": Kind.VIDEO,
    "og:video:url": Kind.VIDEO,
    "og:video:secure_url": Kind.VIDEO,
}


def is_page(mime: str | None, body: bytes) -> bool:
    """Tells whether an answer is a page to read rather than a file, by its type or, without one, its first bytes."""
    if mime in ("text/html", "application/xhtml+xml"):
        return True
    start = body[:1000].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").lower()
    return mime in (None, "text/plain", "application/octet-stream") and start.startswith((b"<!doctype html", b"<html"))


def read_page(body: bytes, base_url: str, content_type: str | None, *, max_pictures: int) -> PageFacts:
    """Reads a page's pictures in order, each once, as absolute http(s) hrefs; beyond `max_pictures` only counted."""
    tree = read_tree(body, content_type)
    base_node = tree.css_first("base[href]")
    base = _joined(base_url, base_node.attributes.get("href") or "") if base_node else None
    links = _absolute(_links(tree), base or base_url)
    has_password = tree.css_first("input[type=password]") is not None
    title_node = tree.css_first("title")
    title = _one_line(title_node.text() if title_node else "")[:300]
    text = _visible_text(tree)
    return PageFacts(
        pictures=tuple(links[:max_pictures]),
        left_out=max(0, len(links) - max_pictures),
        text=text,
        title=title,
        is_login=(has_password + (len(text) <= SHORT_TEXT) + is_login_path(base_url)) >= 2,
    )


def _visible_text(tree: "LexborHTMLParser") -> str:
    tree.strip_tags(["script", "style", "template", "head"])
    return _one_line(tree.body.text(separator=" ") if tree.body else "")[:MAX_TEXT]


def _one_line(text: str) -> str:
    return " ".join(text[: 10 * MAX_TEXT].split())


def _links(tree: "LexborHTMLParser") -> Iterator[tuple[str | None, Kind]]:
    for count, node in enumerate(tree.css("img, source, video, meta, input[type=image]")):
        if count == MAX_LINKS:
            return
        yield from _links_of(node)


def _links_of(node: "LexborNode") -> Iterator[tuple[str | None, Kind]]:
    attributes = node.attributes
    if node.tag == "meta":
        kind = _META_PICTURES.get((attributes.get("property") or attributes.get("name") or "").lower())
        if kind is not None:
            yield attributes.get("content"), kind
        return
    is_video = node.tag == "video" or (node.tag == "source" and not attributes.get("srcset"))
    if is_video and (attributes.get("type") or "").startswith("audio/"):
        return
    yield attributes.get("src"), Kind.VIDEO if is_video else Kind.PICTURE
    yield attributes.get("poster"), Kind.PICTURE
    yield _largest(attributes.get("srcset") or ""), Kind.PICTURE


def _largest(srcset: str) -> str | None:
    """The candidate with the greatest width or density; without one it counts as 1x (HTML, 4.8.4.2.1)."""
    best, best_size = None, -1.0
    # A comma separates candidates only before a blank or behind a descriptor: addresses may hold commas.
    for candidate in re.finditer(r"[\s,]*([^\s,](?:[^\s]*[^\s,])?)(?:\s+([0-9.]{1,12})[wx])?[^,]{0,50}(?:,|$)", srcset):
        try:
            size = float(candidate[2] or 1)
        except ValueError:
            continue
        if size > best_size:
            best, best_size = candidate[1], size
    return best


def _absolute(links: Iterator[tuple[str | None, Kind]], base: str) -> list[PictureLink]:
    found: dict[str, PictureLink] = {}
    for link, kind in links:
        href = _joined(base, link) if link and link.strip() else None
        if href is not None:
            found.setdefault(key_of(href), PictureLink(href, kind))
    return list(found.values())


def _joined(base: str, link: str) -> str | None:
    import ada_url

    if len(link) > 8192:
        return None
    try:
        url = ada_url.URL(link.strip(), base=base)
    except (ValueError, UnicodeEncodeError):
        return None
    is_usable = url.protocol in ("http:", "https:") and url.hostname and not (url.username or url.password)
    return str(url.href) if is_usable and len(url.href) <= 8192 else None
