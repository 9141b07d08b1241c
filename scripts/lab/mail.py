"""The lab's mail exchange: a real SMTP server (aiosmtpd) that keeps what it accepts and fails when told to."""

import asyncio
import socket
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

STOP_WITHIN_S = 5.0


@dataclass(frozen=True)
class LabMessage:
    """One accepted message: envelope, bytes as received, when (the machine's clock, UTC)."""

    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes
    at: datetime

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.parsed["Subject"])

    @property
    def text(self) -> str:
        """The plain-text body; empty where there is none."""
        part = self.parsed.get_body(("plain",))
        return "" if part is None else str(part.get_content())


@dataclass
class Scripted:
    """A scripted answer to a command: `left` times (None: always), for one recipient or all."""

    command: str
    reply: str
    left: int | None
    to: str | None

    def fits(self, command: str, recipients: list[str]) -> bool:
        return self.command == command and self.left != 0 and (self.to is None or self.to in recipients)


def hang_up(session: SMTP) -> None:
    """Drop a connection without another word."""
    if isinstance(session.transport, asyncio.Transport):
        session.transport.abort()


class Handler:
    """aiosmtpd's hooks; each asks the script first."""

    def __init__(self, mail: "LabMail") -> None:
        self._mail = mail

    async def handle_MAIL(
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := self._mail.scripted("MAIL", [])) is not None:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := self._mail.scripted("RCPT", [address])) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, _session: Session, envelope: Envelope) -> str:
        if (reply := self._mail.scripted("DATA", envelope.rcpt_tos)) is not None:
            return reply
        number = self._mail.keep(envelope)
        if self._mail.scripted("DIE", envelope.rcpt_tos) is not None:
            hang_up(smtp)
            await asyncio.Event().wait()  # the lost connection cancels this
        return f"250 OK queued as {number}"


class LabMail:
    """A mail exchange for every address, on 127.0.0.1 and an ephemeral port."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._arrived = threading.Condition()
        self._messages: list[LabMessage] = []
        self._script: list[Scripted] = []
        self._sessions: weakref.WeakSet[SMTP] = weakref.WeakSet()
        self._socket = socket.create_server((host, 0))
        self.host: str = host
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._session, sock=self._socket))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _session(self) -> SMTP:
        session = SMTP(
            Handler(self), hostname="mx.lab.example", ident="Lab ESMTP", enable_SMTPUTF8=True, loop=self._loop
        )
        self._sessions.add(session)
        return session

    @property
    def messages(self) -> list[LabMessage]:
        """What was accepted so far; a copy."""
        with self._arrived:
            return list(self._messages)

    def to(self, address: str) -> list[LabMessage]:
        """The accepted messages for one recipient."""
        return [message for message in self.messages if address in message.envelope_to]

    def answer(self, command: str, reply: str, *, times: int | None = 1, to: str | None = None) -> None:
        """Answer the next `times` (None: all) MAIL, RCPT or DATA with `reply`; `to` limits it to one recipient."""
        if command not in ("MAIL", "RCPT", "DATA"):
            raise ValueError(f"the lab can script MAIL, RCPT and DATA, not {command!r}")
        with self._arrived:
            self._script.append(Scripted(command, reply, times, to))

    def die_after_data(self, times: int | None = 1, *, to: str | None = None) -> None:
        """Record the message, then drop the connection without the 250: the sender cannot tell."""
        with self._arrived:
            self._script.append(Scripted("DIE", "", times, to))

    def behave(self) -> None:
        """Drop what is left of the script."""
        with self._arrived:
            self._script.clear()

    def scripted(self, command: str, recipients: list[str]) -> str | None:
        """The next scripted reply to a command, used up by asking; None where there is none."""
        with self._arrived:
            for each in self._script:
                if each.fits(command, recipients):
                    each.left = None if each.left is None else each.left - 1
                    return each.reply
        return None

    def keep(self, envelope: Envelope) -> int:
        """Record an accepted message; returns how many there are now."""
        raw = bytes(envelope.original_content or b"")
        sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
        with self._arrived:
            self._messages.append(LabMessage(sender, recipients, raw, datetime.now(UTC)))
            self._arrived.notify_all()
            return len(self._messages)

    def wait_for(self, n: int, timeout: float = 5.0) -> list[LabMessage]:
        """At least `n` messages; TimeoutError with the count where they do not come in `timeout` seconds."""
        ends_at = time.monotonic() + timeout
        with self._arrived:
            while len(self._messages) < n:
                if not self._arrived.wait(max(0.0, ends_at - time.monotonic())):
                    raise TimeoutError(f"{len(self._messages)} of {n} messages after {timeout} s")
            return list(self._messages)

    def stop(self) -> None:
        """Hang up on everyone and close the port."""
        self._call(self._hang_up)
        self._call(self._loop.stop)
        self._thread.join(STOP_WITHIN_S)
        self._loop.run_until_complete(self._ended())
        self._loop.close()

    def _call(self, function: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(function)

    def _hang_up(self) -> None:
        self._server.close()
        for session in self._sessions:
            hang_up(session)

    async def _ended(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._server.wait_closed()
