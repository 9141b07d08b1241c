"""RFC 5322 bytes from header texts and one body text. Written here because the standard library's folding (3.11)
breaks long References and drops a blank in encoded subjects."""

from collections.abc import Sequence
from email.header import Header
from email.quoprimime import body_encode
from email.utils import quote
from hashlib import sha256

_LINE_MAX = 900  # RFC 5322 allows 998; some relays add to a line


def write_message(
    headers: Sequence[tuple[str, str]], body: str, attachments: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """Header lines (already encoded and folded), a plain-text body and ASCII files by name; every line ends CRLF."""
    version = ("MIME-Version", "1.0")
    text = _part(*_text(body))
    if not attachments:
        return (_lines([*headers, version]) + text).encode("ascii")
    parts = [text, *(_part(*_file(name, content)) for name, content in attachments)]
    boundary = _boundary(parts)
    kind = ("Content-Type", f'multipart/mixed;\r\n boundary="{boundary}"')
    joined = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return (_lines([*headers, version, kind]) + f"\r\n{joined}--{boundary}--\r\n").encode("ascii")


def _text(body: str) -> tuple[list[tuple[str, str]], str]:
    encoding, payload = _encode_body(body)
    return [("Content-Type", 'text/plain; charset="utf-8"'), ("Content-Transfer-Encoding", encoding)], payload


def _file(name: str, content: bytes) -> tuple[list[tuple[str, str]], str]:
    """The file readable in the raw mail, as the text is: a desk's filter sees what it is."""
    encoding, payload = _encode_body(content.decode("ascii"))
    kind = "application/json" if name.endswith(".json") else "application/octet-stream"
    headers = [
        ("Content-Type", f'{kind}; name="{name}"'),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Content-Transfer-Encoding", encoding),
    ]
    return headers, payload


def _part(headers: Sequence[tuple[str, str]], payload: str) -> str:
    return f"{_lines(headers)}\r\n{payload}"


def _lines(headers: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers)


def _boundary(parts: Sequence[str]) -> str:
    """The same for the same parts, and in none of them."""
    digest = sha256("".join(parts).encode()).hexdigest()
    while any(digest[:48] in part for part in parts):
        digest = sha256(digest.encode()).hexdigest()
    return f"hotline-{digest[:48]}"


def encode_text(name: str, text: str) -> str:
    """A free text for a header, folded: as it is where it is ASCII, else RFC 2047 words."""
    is_plain = text.isascii() and "=?" not in text
    return _fold(name, text, "us-ascii" if is_plain else "utf-8")


def encode_mailbox(name: str, display: str, address: str) -> str:
    """A display name and an address that was checked before."""
    is_plain = display.isascii() and "=?" not in display and len(display) < 400
    shown = f'"{quote(display)}"' if is_plain else _fold(name, display, "utf-8")
    return f"{shown}\r\n <{address}>"


def fold_ids(message_ids: Sequence[str]) -> str:
    """Message-IDs, one per folded line."""
    return "\r\n ".join(message_ids)


def _fold(name: str, text: str, charset: str) -> str:
    return Header(text, charset, maxlinelen=75, header_name=name).encode(linesep="\r\n")


def _encode_body(body: str) -> tuple[str, str]:
    """7bit keeps addresses readable in the raw mail; anything a relay might touch goes quoted-printable."""
    lines = body.split("\n")
    if all(_is_safe_as_it_is(line) for line in lines):
        return "7bit", "\r\n".join(lines)
    encoded = body_encode(body.encode("utf-8").decode("latin-1"), maxlinelen=76, eol="\r\n")
    return "quoted-printable", encoded.replace("\r\nFrom ", "\r\n=46rom ")


def _is_safe_as_it_is(line: str) -> bool:
    return line.isascii() and len(line) <= _LINE_MAX and line == line.rstrip() and not line.startswith(("From ", "."))
