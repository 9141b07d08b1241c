"""Opens a hostile mail inside limits: so many bytes, lines, levels and parts, and no header longer than what is read.
Parsed with compat32, whose headers stay plain text: the newer policies parse every header, and a hostile one makes
them raise or run for minutes. Knows nothing of what a mail means."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email._policybase import Compat32
from email.message import Message
from typing import TypeAlias

MAX_BYTES = 2_000_000
MAX_HEAD_BYTES = 256_000
MAX_FIELD_SIGNS = 8_000
MAX_LINES = 60_000
MAX_LEVELS = 40
MAX_PARTS = 200
MAX_TYPE_SIGNS = 80

# What the standard library raises on broken mail; found by feeding it such.
MAIL_FAULTS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
Mail: TypeAlias = "Message[str, str]"

_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_LEVEL = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


class _Bounded(Compat32):
    """Cuts each header as it is read: the standard library's search for quotes in one is quadratic."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:MAX_TYPE_SIGNS], value[:MAX_FIELD_SIGNS]


@dataclass(frozen=True)
class Part:
    """A part that holds no others. `is_returned`: it stands in a message that this one gives back."""

    message: Mail = field(repr=False)
    mime: str
    is_returned: bool
    is_alternative: bool

    @property
    def is_attachment(self) -> bool:
        return field_of(self.message, "content-disposition").lower().startswith("attachment")


@dataclass(frozen=True)
class Opened:
    """A mail in parts. `returned`: the heads of messages that it gives back, whole or not."""

    head: Mail = field(repr=False)
    parts: tuple[Part, ...]
    reports: tuple[Mail, ...]
    """The blocks of its delivery reports; not those in a message that it gives back."""
    returned: tuple[Mail, ...]
    is_cut: bool


def open_mail(raw: bytes) -> Opened:
    """Opens any bytes at all; never raises for what they hold."""
    head, body, is_cut = _bounded(raw)
    try:
        message = _parsed(head + b"\n\n" + body)
        walked = _Walk().over(message)
    except MAIL_FAULTS:
        message, is_cut = _parsed(_untyped(head) + b"\n\n" + body), True
        walked = _Walk().over(message)
    return Opened(message, tuple(walked.parts), tuple(walked.reports), tuple(walked.returned), is_cut or walked.is_cut)


def field_of(message: Mail, name: str) -> str:
    """The first header of a name, unfolded, its 8-bit bytes as UTF-8 where they are that; "" for none."""
    return next(iter(fields_of(message, name)), "")


def fields_of(message: Mail, name: str) -> list[str]:
    return [_plain(value) for found, value in message.raw_items() if found.lower() == name]


def payload_of(message: Mail) -> bytes:
    """A part's bytes, decoded as far as they can be."""
    try:
        payload = message.get_payload(decode=True)
    except MAIL_FAULTS:
        payload = None
    return payload if isinstance(payload, bytes) else b""


def parts_in(message: Mail) -> list[Mail]:
    """The parts that a part holds; asking for the text of one that holds none may raise."""
    held = message.get_payload() if message.is_multipart() else []
    return [each for each in held if isinstance(each, Message)]


def param_of(message: Mail, name: str, header: str = "content-type") -> str:
    """A parameter of a header; "" for none."""
    try:
        value = message.get_param(name, "", header)
        return str(value[2] if isinstance(value, tuple) else value)
    except MAIL_FAULTS:
        return ""


def _bounded(raw: bytes) -> tuple[bytes, bytes, bool]:
    """Head and body inside the limits; a body is kept however long its head was."""
    found = _HEAD_END.search(raw)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")
    is_cut = len(head) > MAX_HEAD_BYTES or len(body) > MAX_BYTES
    head, body = _lines(head[:MAX_HEAD_BYTES]).lstrip(b"\n"), _lines(body[:MAX_BYTES])
    if body.count(b"\n") > MAX_LINES:
        body, is_cut = b"\n".join(body.split(b"\n", MAX_LINES)[:MAX_LINES]), True
    if len(_LEVEL.findall(head + body)) > MAX_LEVELS:
        head, is_cut = _untyped(head), True
    return head, body, is_cut


def _untyped(head: bytes) -> bytes:
    """A head whose mail is read as one plain text, whatever it says that it is."""
    return re.sub(rb"content-(?=(?:type|transfer-encoding)\s*:)", b"X-Tangled-", head, flags=re.IGNORECASE)


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _parsed(data: bytes) -> Mail:
    return email.message_from_bytes(data, policy=_Bounded())


@dataclass
class _Walk:
    parts: list[Part] = field(default_factory=list)
    reports: list[Mail] = field(default_factory=list)
    returned: list[Mail] = field(default_factory=list)
    is_cut: bool = False

    def over(self, message: Mail) -> "_Walk":
        waiting: list[tuple[Mail, bool, bool]] = [(message, False, False)]
        while waiting:
            if len(self.parts) + len(self.returned) >= MAX_PARTS:
                self.is_cut = True
                break
            one, is_returned, is_alternative = waiting.pop()
            mime = _type_of(one)
            waiting.extend(reversed(list(self._inside(one, mime, is_returned, is_alternative))))
            self._keep(one, mime, is_returned, is_alternative)
        return self

    def _inside(
        self, one: Mail, mime: str, is_returned: bool, is_alternative: bool
    ) -> Iterator[tuple[Mail, bool, bool]]:
        held = parts_in(one) if mime != "message/delivery-status" else []
        if mime.startswith("message/"):
            self.returned += held
        for each in held:
            yield each, is_returned or mime.startswith("message/"), is_alternative or mime == "multipart/alternative"

    def _keep(self, one: Mail, mime: str, is_returned: bool, is_alternative: bool) -> None:
        if mime == "message/delivery-status":
            self.reports += parts_in(one) if not is_returned else []
        elif mime == "text/rfc822-headers":
            self.returned.append(_parsed(payload_of(one).strip()))
        elif not one.is_multipart():
            self.parts.append(Part(one, mime, is_returned, is_alternative))


def _type_of(message: Mail) -> str:
    """What a part claims to be; a multipart that holds no parts is the text that it came as."""
    try:
        mime = message.get_content_type()
    except MAIL_FAULTS:
        mime = "application/octet-stream"
    if mime.startswith("multipart/") and not message.is_multipart():
        return "text/plain"
    return mime if len(mime) <= MAX_TYPE_SIGNS and _TYPE.fullmatch(mime) else "application/octet-stream"


def _plain(value: str) -> str:
    """Surrogates stand for bytes beyond ASCII."""
    raw = str(value).encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("windows-1252", "replace")
    return " ".join(text.split())
