"""Gathers what a page's tags name: makes addresses absolute, sorts them, keeps each once and within the limits."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from hotline.addresses import key_of
from hotline.extract import embedded
from hotline.extract.endings import is_data
from hotline.extract.html import nodes_of
from hotline.extract.jsonld import links_of_json
from hotline.extract.markup import flat
from hotline.extract.places import Link, links_of
from hotline.extract.styles import pictures_of_style
from hotline.records.looks import Embedded, PictureLink
from hotline.states import Kind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_LINK = 8192
MAX_LINKS = 20_000
MAX_FRAMES = 10
# Signs of all the pages written into frames, and of all JSON-LD.
MAX_INNER = 1_000_000
MAX_JSON = 1_000_000
_BLANKS = " \t\n\f\r"


class Gathered:
    """What was found so far on the page at `page_url`; `put_back` completes the long data: addresses of its text.

    `pictures` and `frames` are all that were found; `files` keeps to its limits. `left_out` counts what was not even
    looked at.
    """

    def __init__(self, page_url: str, put_back: Callable[[str], str]) -> None:
        self.left_out = 0
        self.has_password = False
        self.files: list[Embedded] = []
        self._pictures: dict[str, PictureLink] = {}
        self._frames: dict[str, str] = {}
        self._digests: set[bytes] = set()
        self._page_key, self._put_back = key_of(page_url), put_back
        self._link_count = self._inner_count = self._inner_size = self._json_size = 0
        self._is_inner = False

    @property
    def pictures(self) -> list[PictureLink]:
        return list(self._pictures.values())

    @property
    def frames(self) -> list[str]:
        return list(self._frames.values())

    def add_tags(self, tags: str, base_url: str) -> None:
        """Adds what tags that were laid out flat name, relative to their own `<base>` or this address."""
        nodes = nodes_of(tags)
        own = (joined(base_url, node.attributes.get("href") or "") for node in nodes if node.tag == "base")
        base = next((href for href in own if href), base_url)
        for node in nodes:
            self._add_links(self._named_in(node), base)
            if node.tag == "iframe" and (srcdoc := node.attributes.get("srcdoc")):
                self._add_inner(srcdoc, base)

    def _named_in(self, node: "LexborNode") -> Iterable[Link]:
        tag = node.tag or ""
        if tag == "style":
            return ((address, Kind.PICTURE) for address in pictures_of_style(node.text()))
        if tag == "script":
            return self._named_in_json(node.text())
        self.has_password |= tag == "input" and (node.attributes.get("type") or "").strip().lower() == "password"
        return links_of(tag, node.attributes)

    def _named_in_json(self, text: str) -> list[tuple[str, Kind]]:
        self._json_size += len(text)
        links, is_all = links_of_json(text) if self._json_size <= MAX_JSON else ([], False)
        self.left_out += not is_all
        return links

    def _add_links(self, links: Iterable[Link], base: str) -> None:
        for link, kind in links:
            address = (link or "").strip(_BLANKS)
            if not address or address[0] == "#":
                continue
            if self._link_count == MAX_LINKS:
                self.left_out += 1
                return
            self._link_count += 1
            self._add_address(self._put_back(address), kind, base)

    def _add_address(self, address: str, kind: Kind, base: str) -> None:
        if is_data(address):
            self._add_data(address, kind)
        elif len(address) > MAX_LINK:
            self.left_out += 1
        elif (href := joined(base, address)) is not None:
            self._add_href(href, kind)

    def _add_href(self, href: str, kind: Kind) -> None:
        key = key_of(href)
        if kind is not Kind.PAGE:
            self._pictures.setdefault(key, PictureLink(href, kind))
        elif key != self._page_key:
            self._frames.setdefault(key, href)

    def _add_data(self, address: str, kind: Kind) -> None:
        if len(address) > embedded.MAX_ADDRESS:
            self.left_out += 1
            return
        found = embedded.read_embedded(address)
        if found is not None and kind is Kind.PAGE and found.mime in ("text/html", "application/xhtml+xml"):
            self._add_inner(found.body.decode("utf-8", "replace"), "about:blank")
        elif found is not None and embedded.is_file(found):
            self._add_file(found)

    def _add_file(self, found: Embedded) -> None:
        digest = hashlib.sha256(found.body).digest()
        if digest in self._digests:
            return
        self._digests.add(digest)
        if len(self.files) == embedded.MAX_EMBEDDED or len(found.body) > embedded.MAX_EMBEDDED_BYTES:
            self.left_out += 1
        else:
            self.files.append(found)

    def _add_inner(self, text: str, base: str) -> None:
        """A page written into a frame is read as part of this one; what is written into that in turn is left out."""
        self._inner_count += 1
        self._inner_size += len(text)
        if self._is_inner or self._inner_count > MAX_FRAMES or self._inner_size > MAX_INNER:
            self.left_out += 1
            return
        self._is_inner = True
        laid = flat(text)
        self.left_out += laid.left_out
        self.add_tags(laid.tags, base)
        self._is_inner = False


def joined(base: str, link: str) -> str | None:
    """Returns a link as an absolute http or https href (WHATWG URL), None where it is none or names a password."""
    import ada_url

    try:
        url = ada_url.URL(link, base=base)
    except (ValueError, UnicodeEncodeError):
        return None
    is_usable = url.protocol in ("http:", "https:") and url.hostname and not (url.username or url.password)
    return str(url.href) if is_usable and len(url.href) <= MAX_LINK else None
