"""Sends reports to abuse APIs: one guarded request over HTTPS each, no redirect, no proxy, within a deadline; and says
of every failure whether the report may have been taken. Knows no notice, writes nothing, names no address in errors."""

import contextlib
import json
import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Protocol, Self, TypeVar

import requests

from hotline.addresses import Gate
from hotline.channels.dial import Allowance, Dialer
from hotline.channels.dns import Resolver
from hotline.channels.http import guarded_session, tls_context
from hotline.channels.trip import SERVER_FAULTS
from hotline.channels.unpack import unpacked
from hotline.errors import DeliveryError, LookupFailedError, RefusedAddressError
from hotline.settings import Settings

__all__ = ["Api", "Batch", "Reply", "Report", "Submitted", "ThrottledError", "secret_in", "submit_all"]

DEADLINE_S = 60.0
MAX_BYTES = 200_000
HEAD_BYTES = 100_000
CHUNK_BYTES = 65_536
MAX_SAID = 200
MAX_WAIT_S = 86_400
SECRET = re.compile(r"[!-~]{1,4096}")
# Whatever could be an address, a handle, a hash or a token in a server's words.
NAMING = re.compile(r"[/@\\]|\d\.\d|[^\W_]\.[^\W\d_]{2}|\w{32}|%[0-9A-Fa-f]{2}|::|[0-9A-Fa-f]:[0-9A-Fa-f]")
Signer = Callable[[requests.PreparedRequest], object]


class Report(Protocol):
    """What is sent: `key` is its own for all time, `raw` the finished body."""

    @property
    def key(self) -> str: ...
    @property
    def raw(self) -> bytes: ...


class ThrottledError(DeliveryError):
    """The API takes no more reports for now; this one was not taken and is sent again later."""

    def __init__(self, message: str, *, retry_after_s: int | None) -> None:
        super().__init__(message, reason="temporary")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Submitted:
    """A report that was taken: the API's own id for it, and what the API calls its state."""

    reference: str
    status: str


@dataclass(frozen=True)
class Batch:
    """What became of several reports, by key: the references of those taken, now or before, and why others were not."""

    taken: dict[str, str]
    failed: dict[str, DeliveryError]


@dataclass(frozen=True)
class Reply:
    """A whole answer; `is_cut` where its body broke off, is too long or badly packed, and is left out."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    is_cut: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def retry_after_s(self) -> int | None:
        """The seconds that Retry-After asks for, a day at most; None where it names none, or a date."""
        text = self.headers.get("retry-after", "").strip()
        return min(int(text), MAX_WAIT_S) if re.fullmatch(r"[0-9]{1,9}", text) else None


@dataclass(frozen=True)
class Api:
    """One API of a contact. `name` stands in errors; http only where the gate is a lab's."""

    name: str
    base: str = field(repr=False)
    user_agent: str
    gate: Gate = field(repr=False)
    resolver: Resolver = field(repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    deadline_s: float = DEADLINE_S

    @classmethod
    def from_settings(cls, name: str, base: str, settings: Settings, *, deadline_s: float = DEADLINE_S) -> Self:
        """Builds the way to an API of a home: its gate, its names and its TLS authorities."""
        gate, resolver = Gate.from_settings(settings), Resolver.from_settings(settings)
        context = tls_context(settings.authorities)
        return cls(name, base, settings.fetch.user_agent, gate, resolver, context, deadline_s)

    def ask(self, method: str, path: str, *, sign: Signer, raw: bytes | None = None, is_safe: bool = False) -> Reply:
        """Sends one request and returns the answer, whatever its status.

        `sign` puts the login on the prepared request; `is_safe`: a second one does no harm.
        Raises DeliveryError: `insecure` (final), `connect` or `tls` (nothing went out), `unknown_outcome` (lost after
        it began to go out: to be tried again only where `is_safe`).
        """
        href = self._href(path)
        dialer = Dialer(self.gate, self.resolver, Allowance(self.deadline_s, MAX_BYTES + HEAD_BYTES))
        try:
            with guarded_session(dialer, user_agent=self.user_agent, context=self.context) as session:
                headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if raw else {})
                prepared = session.prepare_request(requests.Request(method, href, headers=headers, data=raw))
                sign(prepared)
                left_s = dialer.allowance.left_s()
                with session.send(prepared, stream=True, allow_redirects=False, timeout=left_s) as answer:
                    return _reply(answer)
        except (RefusedAddressError, LookupFailedError, *SERVER_FAULTS):
            raise self._lost(dialer.stage, is_safe) from None  # the libraries' messages hold addresses

    def _href(self, path: str) -> str:
        """The address asked. Raises DeliveryError where the contact's address is no place to send a login to."""
        import ada_url

        try:
            url = ada_url.URL(self.base)
        except ValueError:
            url = None
        if url is None or url.username or url.password or url.search or url.hash:
            self.fail("insecure", "the contact's address is no plain address of an API; correct the contact")
        if url.protocol != "https:" and not (url.protocol == "http:" and self.gate.is_lab):
            self.fail("insecure", "the contact's address is not https, so the login would be readable; correct it")
        return f"{url.href.rstrip('/')}{path}"

    def fail(self, reason: str, message: str) -> NoReturn:
        """Raises a DeliveryError that is final."""
        raise DeliveryError(f"{self.name}: {message}", reason=reason, may_retry=False)

    def _lost(self, stage: str, is_safe: bool) -> DeliveryError:
        if stage in ("dns", "connect"):
            message = "the API could not be reached, nothing was sent; check the contact's address if it stays so"
            return DeliveryError(f"{self.name}: {message}", reason="connect")
        if stage == "tls":
            message = "the API did not prove by TLS who it is, nothing was sent; check the contact's address"
            return DeliveryError(f"{self.name}: {message}", reason="tls")
        return self.unknown("the connection was lost after the request began", is_safe)

    def unknown(self, what: str, is_safe: bool) -> DeliveryError:
        """The error for a report that may or may not have been taken."""
        cure = (
            "the same bytes are sent again, the API makes no second report of them"
            if is_safe
            else "it may have been taken: a person must look at the API's own list before a second one is sent"
        )
        return DeliveryError(f"{self.name}: {what}; {cure}", reason="unknown_outcome", may_retry=is_safe)


def _reply(answer: requests.Response) -> Reply:
    """Reads the body as far as it may be read; the status is known by now and stands without it."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    body = bytearray()
    try:
        for chunk in answer.raw.stream(CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > MAX_BYTES:
                return Reply(answer.status_code, headers, b"", is_cut=True)
        whole = unpacked(bytes(body), headers.get("content-encoding", ""), MAX_BYTES)
    except SERVER_FAULTS:
        return Reply(answer.status_code, headers, b"", is_cut=True)
    return Reply(answer.status_code, headers, whole)


AnyReport = TypeVar("AnyReport", bound=Report)


def _nobody(_key: str) -> None:
    pass


def _nowhere(_key: str, _submitted: Submitted) -> None:
    pass


def submit_all(
    reports: Iterable[AnyReport],
    submit: Callable[[AnyReport], Submitted],
    *,
    already: Mapping[str, str],
    begin: Callable[[str], None] = _nobody,
    keep: Callable[[str, Submitted], None] = _nowhere,
) -> Batch:
    """Submits each report once, in order; those in `already` (reference by key) were taken before and are not sent.

    `begin` hears of each key before anything goes out, `keep` of each that was taken before the next one goes out.
    A refusal concerns its own report; after any other failure the rest is not sent and fails as something to be tried
    again, or as that failure where it holds for all (`login`, a throttle).
    """
    batch: Batch = Batch({}, {})
    stopped: DeliveryError | None = None
    for report in reports:
        if report.key in batch.taken or report.key in batch.failed:
            continue
        if report.key in already:
            batch.taken[report.key] = already[report.key]
            continue
        if stopped is not None:
            batch.failed[report.key] = stopped
            continue
        begin(report.key)
        try:
            submitted = submit(report)
        except DeliveryError as error:
            batch.failed[report.key] = error
            stopped = _for_the_rest(error)
        else:
            batch.taken[report.key] = submitted.reference
            keep(report.key, submitted)
    return batch


def _for_the_rest(error: DeliveryError) -> DeliveryError | None:
    """What the failure of one report means for those behind it; None where they go on."""
    if error.reason == "refused":
        return None
    if error.reason == "login" or isinstance(error, ThrottledError):
        return error
    return DeliveryError("not sent, because the report before it failed; it is sent later", reason="temporary")


def said(text: object, hidden: Iterable[str] = ()) -> str:
    """A server's words, printable and short, without what is in `hidden` and without what could name an address."""
    plain = text if isinstance(text, str) else ""
    for secret in sorted(filter(None, hidden), key=len, reverse=True):
        plain = plain.replace(secret, "…")
    shown = "".join(sign if sign.isprintable() else " " for sign in plain).split()
    return " ".join("…" if NAMING.search(word) else word for word in shown)[:MAX_SAID]


def secret_in(path: str, setting: str) -> str:
    """The secret a file holds, one line of printable ASCII. Raises DeliveryError (`login`)."""
    with contextlib.suppress(OSError, UnicodeDecodeError, ValueError):
        text = Path(path).read_text(encoding="utf-8").strip()
        if SECRET.fullmatch(text):
            return text
    message = f"{setting} names no file that holds one line of printable ASCII; correct it and it is tried again"
    raise DeliveryError(message, reason="login")
