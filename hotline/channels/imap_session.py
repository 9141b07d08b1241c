"""One session with an IMAP server over a connection that we dialled: inside limits of time, lines and bytes, and with
every failure told as a MailboxError. Knows no message."""

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hotline.addresses import Gate
from hotline.channels.dial import Allowance, MeteredSocket, MeteredTlsSocket, closed_on_error, dial_own_server
from hotline.channels.dns import Resolver
from hotline.errors import LookupFailedError, MailboxError, RefusedAddressError
from hotline.settings import ImapSettings

STEPS = 10  # a whole reading may take this many times as long as one step
MAX_LINE_BYTES = 1_000_000  # a search's answer is one line: some 120,000 messages
MAX_LINES = 2_000  # that a server may say before the next command
LOGOUT_S = 2


@dataclass
class Call:
    """A reading under way; `stage` is one of connect, tls, login, read."""

    settings: ImapSettings
    gate: Gate | None
    resolver: Resolver | None
    authorities: str
    stage: str = "connect"
    uid_key: str = ""
    is_lost: bool = False
    max_literal: int = MAX_LINE_BYTES
    lines_left: int = MAX_LINES
    allowance: Allowance = field(init=False)
    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        whole_s = self.settings.timeout_s * STEPS
        self.allowance = Allowance(whole_s, 2 * MAX_LINE_BYTES, step_s=self.settings.timeout_s)
        self.ends_at = time.monotonic() + whole_s

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.ends_at


class ImapClient(imaplib.IMAP4):
    """imaplib over a connection that we dialled, which believes no size and no line without end."""

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__(call.settings.host, call.settings.port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:  # noqa: ARG002 - imaplib's
        self.host, self.port = host, port
        sock = _dialled(self.call)
        with closed_on_error(sock):
            self.sock = self._in_tls(sock) if self.call.settings.security == "tls" else sock
        self.file = self.sock.makefile("rb")

    def read(self, size: int) -> bytes:
        if size > self.call.max_literal:
            raise self.error("more than was asked for")
        content = cast(bytes, self.file.read(size))
        if len(content) < size:
            raise ConnectionError("lost in the middle of a message")
        return content

    def readline(self) -> bytes:
        line = cast(bytes, self.file.readline(MAX_LINE_BYTES + 1))
        self.call.lines_left -= 1
        if len(line) > MAX_LINE_BYTES or self.call.lines_left < 0:
            raise self.error("a line or an answer without end")
        if not line.endswith(b"\n"):
            raise ConnectionError("lost in the middle of a line")
        return line

    def send(self, data: Any) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            self.call.is_lost = True  # imaplib tells it as a fault of the protocol
            raise

    def start_tls(self) -> None:
        """Nothing that was said before counts: anybody could have said it."""
        self.call.stage = "tls"
        expect_ok(self._simple_command("STARTTLS"))
        self.file.close()
        self.sock = self._in_tls(cast(MeteredSocket, self.sock))
        self.file = self.sock.makefile("rb")
        self.untagged_responses = {}
        self._get_capabilities()

    def log_in(self, username: str, password: str) -> None:
        self.call.stage = "login"
        if re.search(r"[\r\n\0]", username + password):
            raise ValueError("no line of IMAP")
        if (username + password).isascii():
            self.login(self._quote(username), password)
        else:
            self.authenticate("PLAIN", lambda _: f"\0{username}\0{password}".encode())

    def allow(self, max_bytes: int, deadline_s: float) -> None:
        """What the next command may take, whatever was spent before."""
        self.call.max_literal, self.call.lines_left = max_bytes, MAX_LINES
        self.call.allowance = Allowance(deadline_s, max_bytes + MAX_LINE_BYTES)
        cast(MeteredSocket, self.sock).allowance = self.call.allowance

    def _in_tls(self, sock: MeteredSocket) -> MeteredTlsSocket:
        call = self.call
        call.stage = "tls"
        context = ssl.create_default_context(cafile=call.authorities or None)
        context.sslsocket_class = MeteredTlsSocket
        sock.settimeout(call.allowance.left_s())
        wrapped = cast(MeteredTlsSocket, context.wrap_socket(sock, server_hostname=call.settings.host))
        wrapped.allowance = call.allowance
        return wrapped


def _dialled(call: Call) -> MeteredSocket:
    settings, refusal = call.settings, None
    if settings.security == "none":
        message = "imap.security = none is only for a server on this machine; set starttls or tls"
        refusal = MailboxError(message, reason="tls")
    return dial_own_server(
        settings.host,
        settings.port,
        gate=call.gate,
        resolver=call.resolver,
        allowance=call.allowance,
        if_beyond=refusal,
    )


@contextlib.contextmanager
def session(call: Call) -> Iterator[ImapClient]:
    client = ImapClient(call)
    try:
        if call.settings.security == "starttls":
            client.start_tls()
        if call.settings.username:
            client.log_in(call.settings.username, _password(call.settings))
        call.stage = "read"
        yield client
    finally:
        # Whatever happens from here on changes nothing about what was read.
        with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
            client.allow(MAX_LINE_BYTES, min(LOGOUT_S, call.settings.timeout_s))
            client.logout()
        with contextlib.suppress(OSError):
            client.shutdown()


def _password(settings: ImapSettings) -> str:
    try:
        return Path(settings.password_file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        message = "imap.password_file cannot be read; correct it and it is tried again"
        raise MailboxError(message, reason="login") from None


def expect_ok(answer: tuple[str, Any]) -> list[Any]:
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error("refused")
    return [line for line in found if line is not None]


@contextlib.contextmanager
def failures_told(call: Call) -> Iterator[None]:
    """Turns each failure into a MailboxError without names; `from None`, because imaplib's texts hold what was said."""
    try:
        yield
    except RefusedAddressError:
        message = "the lab does not allow the IMAP server's address; see lab.allow and imap.host"
        raise MailboxError(message, reason="connect") from None
    except (imaplib.IMAP4.error, LookupFailedError, OSError, ValueError) as error:
        reason = _reason(call, error)
        message = f"the mailbox could not be read ({reason} at stage {call.stage}); check the imap settings"
        raise MailboxError(f"{message}; it is tried again", reason=reason, uid_key=call.uid_key) from None


def _reason(call: Call, error: Exception) -> str:
    if call.stage == "tls":
        return "tls"
    if (
        call.is_lost
        or isinstance(error, LookupFailedError)
        or (isinstance(error, OSError) and not call.allowance.is_spent)
    ):
        return "connect"
    is_endless = call.allowance.is_spent or call.lines_left < 0
    return "login" if call.stage == "login" and not is_endless else "bad_response"
