"""What is kept of heads and certificates: names and values cut and cleaned, and no value that lets somebody in."""

import hashlib
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hotline.records.looks import Headers, Tls

MAX_HEADERS = 100
MAX_NAME, MAX_VALUE = 200, 2_000
MAX_CERTIFICATE_NAMES = 100
SECRET = frozenset({"cookie", "set-cookie", "set-cookie2", "authorization", "proxy-authorization"})
LEFT_OUT = "…"


def kept_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
    """The first headers, names in lower case; of those that hold a session or a password only that they were there."""
    kept: list[tuple[str, str]] = []
    for name, value in pairs:
        if len(kept) == MAX_HEADERS:
            break
        name = printable(name.lower(), MAX_NAME)
        kept.append((name, LEFT_OUT if name in SECRET else printable(value, MAX_VALUE)))
    return tuple(kept)


def printable(text: str, length: int) -> str:
    """The text cut, with what does not print replaced: who reads it later shall find no NUL and no line end."""
    cut = _read(text[: 4 * length])[:length].replace("\t", " ")
    return cut if cut.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in cut)


def _read(text: str) -> str:
    """http.client reads every byte as one sign; most are meant as UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def tls_facts(sock: ssl.SSLSocket) -> Tls:
    """What a verified connection is secured with."""
    told: dict[str, Any] = sock.getpeercert() or {}
    names = [str(name) for kind, name in told.get("subjectAltName", ()) if kind in ("DNS", "IP Address")]
    issuer = ", ".join(f"{key}={value}" for part in told.get("issuer", ()) for key, value in part)
    return Tls(
        version=str(sock.version()),
        sha256=hashlib.sha256(sock.getpeercert(binary_form=True) or b"").hexdigest(),
        names=tuple(printable(name, MAX_NAME) for name in names[:MAX_CERTIFICATE_NAMES]),
        issuer=printable(issuer, MAX_VALUE),
        not_before=certificate_moment(told.get("notBefore")),
        not_after=certificate_moment(told.get("notAfter")),
    )


def certificate_moment(text: str | None) -> str:
    """RFC 3339; the platform writes "Nov 21 10:00:00 2026 GMT"."""
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(text or ""), UTC).isoformat()
    except (ValueError, OverflowError):
        return ""
