"""A reported address read once into a frozen form: verbatim, WHATWG href and the key it is known by. Does no I/O but
reading the shipped list of tracking parameters."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hotline.errors import AddressError

KEY_VERSION = 1
MAX_CHARACTERS = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}

# Tried in this order: `[://]` as CyberChef writes it, then the single marks.
_SCHEME = re.compile(r"h(?:tt|xx|\*\*)p(s?)(\[://\]|(?:\[:\]|:)(?://|\[//\]))", re.IGNORECASE)
_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
_BARE = re.compile(r"[^\s/?#@:\\\[\]]+\.[^\s/?#@:\\\[\]]+(?::[0-9]{1,5})?(?:[/?#].*)?", re.DOTALL)
_OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30}):", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/\\?#]", re.IGNORECASE)
_DEFANGABLE = re.compile(r"http(s?)://([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Address:
    """One http or https address. Its parts never show in a repr, because an address is confidential.

    verbatim: the real address as it was written, with only surrounding blanks and defanging marks taken away and a
    missing `http://` put in front; this is what notices carry. href: the WHATWG form, which is what is fetched.
    key: what an item is known by (see `key_of`). host: IPv6 without brackets; port: the scheme's own if none is named.
    """

    verbatim: str = field(repr=False)
    href: str = field(repr=False)
    key: str = field(repr=False)
    host: str = field(repr=False)
    scheme: str
    port: int

    @property
    def is_onion(self) -> bool:
        return self.host.rstrip(".").endswith(".onion")


def read_address(text: str) -> Address:
    """Reads one reported address, as people and other hotlines write them. Raises AddressError with the cure."""
    verbatim = _refanged(_bounded(text))
    scheme = _OTHER_SCHEME.match(verbatim)
    if not _WEB.match(verbatim):
        raise AddressError(_why_not_web(scheme.group(1).lower() if scheme else ""))
    return _parsed(verbatim)


def defang(text: str) -> str:
    """Writes an address so that no program makes a link of it, hxxps://img[.]example/a; `read_address` undoes it."""
    match = _DEFANGABLE.fullmatch(text)
    if not match:
        return text.replace(".", "[.]")
    secure, host, rest = match.groups()
    return f"hxxp{secure}://{host.replace('.', '[.]')}{rest}"


def key_of_part(page_key: str, sha256: str) -> str:
    """Returns the key of a file that is written into a page itself: it has no address of its own."""
    return f"{page_key} data:{sha256}"


def key_of(href: str) -> str:
    """Returns the href without its fragment (unless it begins `#!` or `#/`) and without tracking parameters."""
    address, mark, fragment = href.partition("#")
    path, question, query = address.partition("?")
    kept = [part for part in query.split("&") if not _is_tracking(part.partition("=")[0])]
    if question and (kept or not query):
        path = f"{path}?{'&'.join(kept)}"
    return path + mark + fragment if fragment.startswith(("!", "/")) else path


def _bounded(text: str) -> str:
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if not text:
        raise AddressError("the address is empty; give a full http or https address")
    if len(text) > MAX_CHARACTERS:
        raise AddressError(f"the address is longer than {MAX_CHARACTERS:,} characters; give the address alone")
    if any(unicodedata.category(sign) in _REFUSED_CATEGORIES for sign in text):
        raise AddressError("the address holds control characters or broken text; copy it again, on one line")
    return text


def _refanged(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme:
        rest = text[scheme.end() :]
        plain = text[: scheme.end()]
        if not _WEB.match(f"{plain}x"):
            plain = f"http{scheme.group(1).lower()}://"
        return plain + _refanged_dots(rest)
    if text.startswith("//"):
        return f"http://{_refanged_dots(text[2:])}"
    bare = _refanged_dots(text)
    return f"http://{bare}" if _BARE.fullmatch(bare) else text


def _refanged_dots(rest: str) -> str:
    """The host's marks are dots; marks after it only where every dot was marked: a query may really hold `[.]`."""
    end = re.search(r"[/?#]", rest)
    host, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    real_host = _DOT.sub(".", host)
    was_marked = real_host != host
    if was_marked and "." not in _DOT.sub("", tail):
        tail = _DOT.sub(".", tail)
    return real_host + tail


def _why_not_web(scheme: str) -> str:
    if scheme in DEFAULT_PORTS:
        return f"the address has no host; write it like {scheme}://img.example/a.jpg"
    if scheme:
        return "only http and https addresses can be reported; leave out file:, data:, ftp:, mailto: and the like"
    return "this is not an address; write it like https://img.example/a.jpg"


def _parsed(verbatim: str) -> Address:
    import ada_url

    try:
        url = ada_url.URL(verbatim)
    except (ValueError, UnicodeEncodeError):
        raise AddressError("the address has no usable host or port; write it like https://img.example/a.jpg") from None
    if url.username or url.password:
        raise AddressError("the address holds a user name or password; leave that part out, up to and with the @")
    if not url.hostname.strip("."):
        raise AddressError("the address has no host; write it like https://img.example/a.jpg")
    scheme = url.protocol.removesuffix(":")
    port = int(url.port) if url.port else DEFAULT_PORTS[scheme]
    return Address(verbatim, url.href, key_of(url.href), url.hostname.strip("[]"), scheme, port)


def _is_tracking(name: str) -> bool:
    names, prefixes = _tracking()
    name = name.lower()
    return name in names or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    table = tomllib.loads((Path(__file__).parent.parent / "tracking.toml").read_text(encoding="utf-8"))
    return frozenset(table["names"]), tuple(table["prefixes"])
