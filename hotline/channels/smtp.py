"""Hands one message to the mail server, byte for byte as given, and says what became of it. Knows no notice; writes
nothing anywhere."""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from hotline.addresses import Gate
from hotline.channels.dial import Allowance, MeteredSocket, MeteredTlsSocket, dial_own_server
from hotline.channels.dns import Resolver
from hotline.errors import DeliveryError, LookupFailedError, RefusedAddressError
from hotline.settings import MailSettings

STEPS = 10  # a whole delivery may take this many times as long as one step
MAX_REPLY_BYTES = 1_000_000
_ENHANCED = re.compile(r"5[0-9]{2}[ -](5\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
MAILBOX = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without blanks and angle brackets


@dataclass
class _Delivery:
    """A delivery under way; `stage` is one of connect, tls, login, envelope, recipient, data."""

    settings: MailSettings
    gate: Gate | None
    resolver: Resolver | None
    context: ssl.SSLContext | None
    allowance: Allowance
    stage: str = "connect"

    def tls_context(self) -> ssl.SSLContext:
        context = self.context or ssl.create_default_context()
        context.sslsocket_class = MeteredTlsSocket
        return context


def send(
    raw: bytes,
    *,
    envelope_from: str,
    recipient: str,
    settings: MailSettings,
    gate: Gate | None = None,
    resolver: Resolver | None = None,
    context: ssl.SSLContext | None = None,
) -> str:
    """Delivers `raw` (CRLF lines) to one recipient and returns the server's last reply as printable text.

    Raises DeliveryError. Final, for a person: `refused` (5xx to sender, recipient or data), `unsendable` (not a
    message), `insecure` (security none beyond this machine). To be tried again with the same bytes: `temporary` (4xx),
    `connect`, `tls`, `login` (also wrong settings), `unknown_outcome` (lost after the data began: it may be delivered).
    In a lab (`gate.is_lab`) only its addresses are dialled, names by `resolver`.
    """
    _check_sendable(raw, envelope_from, recipient)
    allowance = Allowance(settings.timeout_s * STEPS, MAX_REPLY_BYTES, step_s=settings.timeout_s)
    delivery = _Delivery(settings, gate, resolver, context, allowance)
    with _failures_told(delivery), _session(delivery, envelope_from) as client:
        return _handed_over(client, delivery, raw, envelope_from, recipient)


class _Smtp(smtplib.SMTP):
    """smtplib over a connection that we dialled; the name stays the one a certificate is checked for."""

    def __init__(self, delivery: _Delivery, own_name: str) -> None:
        self._delivery = delivery
        settings = delivery.settings
        super().__init__(settings.host, settings.port, own_name, timeout=settings.timeout_s)

    def _get_socket(self, _host: str, _port: int, _timeout: float) -> socket.socket:
        sock = _dialled(self._delivery)
        return _in_tls(self._delivery, sock) if self._delivery.settings.security == "tls" else sock

    def start_tls(self) -> None:
        delivery = self._delivery
        delivery.stage = "tls"
        self.starttls(context=delivery.tls_context())
        cast(MeteredTlsSocket, self.sock).allowance = delivery.allowance
        self.ehlo_or_helo_if_needed()


def _in_tls(delivery: _Delivery, sock: MeteredSocket) -> MeteredTlsSocket:
    delivery.stage = "tls"
    wrapped = cast(MeteredTlsSocket, delivery.tls_context().wrap_socket(sock, server_hostname=delivery.settings.host))
    wrapped.allowance = delivery.allowance
    return wrapped


def _dialled(delivery: _Delivery) -> MeteredSocket:
    settings, refusal = delivery.settings, None
    if settings.security == "none":
        message = "mail.security = none is only for a server on this machine; set starttls or tls"
        refusal = DeliveryError(message, reason="insecure", may_retry=False)
    return dial_own_server(
        settings.host,
        settings.port,
        gate=delivery.gate,
        resolver=delivery.resolver,
        allowance=delivery.allowance,
        if_beyond=refusal,
    )


@contextlib.contextmanager
def _session(delivery: _Delivery, envelope_from: str) -> Iterator[_Smtp]:
    client = _Smtp(delivery, envelope_from.rpartition("@")[2])
    try:
        client.ehlo_or_helo_if_needed()
        if delivery.settings.security == "starttls":
            client.start_tls()
        if delivery.settings.username:
            delivery.stage = "login"
            client.login(delivery.settings.username, _password(delivery.settings))
        yield client
    finally:
        # Whatever happens from here on changes nothing about the message.
        with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
            client.quit()
        client.close()


def _password(settings: MailSettings) -> str:
    try:
        return Path(settings.password_file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        message = "mail.password_file cannot be read; correct it and it is tried again"
        raise DeliveryError(message, reason="login") from None


def _handed_over(client: _Smtp, delivery: _Delivery, raw: bytes, envelope_from: str, recipient: str) -> str:
    delivery.stage = "envelope"
    options = ["BODY=8BITMIME"] if not raw.isascii() and client.has_extn("8bitmime") else []
    _expect(250, client.mail(envelope_from, options))
    delivery.stage = "recipient"
    _expect(250, client.rcpt(recipient))
    _expect(354, client.docmd("DATA"))
    delivery.stage = "data"
    client.send(re.sub(rb"(?m)^\.", b"..", raw) + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n"))
    code, text = client.getreply()
    _expect(250, (code, text))
    return _printable(code, text)


def _expect(wanted: int, reply: tuple[int, bytes]) -> None:
    code, text = reply
    if code // 100 != wanted // 100:
        raise smtplib.SMTPResponseException(code, text)


@contextlib.contextmanager
def _failures_told(delivery: _Delivery) -> Iterator[None]:
    """Turns every failure into a DeliveryError without addresses; `from None`, because smtplib's texts hold them."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _answered(delivery.stage, error.smtp_code, error.smtp_error) from None
    except RefusedAddressError:
        message = "the lab does not allow the mail server's address; see lab.allow and mail.host"
        raise DeliveryError(message, reason="connect") from None
    except (smtplib.SMTPException, LookupFailedError, OSError, ValueError):
        raise _lost(delivery.stage) from None


def _answered(stage: str, code: int, text: Any) -> DeliveryError:
    message = f"the mail server answered {code} at stage {stage}"
    if 500 <= code < 600 and stage in ("envelope", "recipient", "data"):
        message += "; a person has to look at the contact"
        told = _ENHANCED.match(_printable(code, text)) if stage == "recipient" else None
        return DeliveryError(message, reason="refused", may_retry=False, code=told[1] if told else "")
    if 400 <= code < 600:
        reason = "temporary" if code < 500 else stage
        return DeliveryError(f"{message}; it is tried again", reason=reason)
    return _lost(stage)


def _lost(stage: str) -> DeliveryError:
    if stage == "data":
        message = "the connection was lost after the message began; it may have arrived, the same bytes are sent again"
        return DeliveryError(message, reason="unknown_outcome")
    reason = stage if stage in ("tls", "login") else "connect"
    return DeliveryError(f"the mail server could not be used at stage {stage}; check the mail settings", reason=reason)


def _check_sendable(raw: bytes, *mailboxes: str) -> None:
    """A bare line end would let a hostile address smuggle a second message past the server."""
    bare = re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw)
    if not raw or bare or any(len(line) > 998 for line in raw.split(b"\r\n")):
        message = "the message has bare line ends or lines over 998 bytes; this is a fault of its template"
        raise DeliveryError(message, reason="unsendable", may_retry=False)
    if not all(MAILBOX.fullmatch(mailbox) and len(mailbox) <= 254 for mailbox in mailboxes):
        message = "sender or recipient is no mailbox in ASCII; correct the contact or mail.from_address"
        raise DeliveryError(message, reason="unsendable", may_retry=False)


def _printable(code: int, text: Any) -> str:
    plain = bytes(text).decode("ascii", "replace")
    return f"{code} {' '.join(''.join(sign if sign.isprintable() else ' ' for sign in plain).split())}"[:300]
