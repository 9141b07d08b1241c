"""RFC 5322 bytes from header texts and one body text. Written here because the standard library's folding (3.11)
breaks long References and drops a blank in encoded subjects."""

from collections.abc import Sequence
from email.header import Header
from email.quoprimime import body_encode
from email.utils import quote

_LINE_MAX = 900  # RFC 5322 allows 998; some relays add to a line


def write_message(headers: Sequence[tuple[str, str]], body: str) -> bytes:
    """Header lines (already encoded and folded) and a plain-text body; every line ends CRLF."""
    encoding, payload = _encode_body(body)
    kind = ("MIME-Version", "1.0"), ("Content-Type", 'text/plain; charset="utf-8"')
    lines = [f"{name}: {value}\r\n" for name, value in (*headers, *kind, ("Content-Transfer-Encoding", encoding))]
    return ("".join(lines) + "\r\n" + payload).encode("ascii")


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
