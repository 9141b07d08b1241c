"""Delivery: the bytes as given, the outcome told apart, the lab's walls kept."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.smtp import send
from hotline.errors import DeliveryError
from hotline.settings import LabSettings, MailSettings, Settings
from scripts.lab import LabMail

RAW = "Subject: prov\u00eb\r\nMessage-ID: <1@hotline.example>\r\n\r\n.one\r\n..two\r\nhttp://img.example/\r\n".encode()
LAB = Gate.from_settings(Settings(lab=LabSettings(allow=("127.0.0.0/8",))))
REAL = Gate.from_settings(Settings())


@pytest.fixture
def mail() -> Iterator[LabMail]:
    server = LabMail()
    yield server
    server.stop()


def to(mail: LabMail, *, host: str | None = None, timeout_s: int = 5) -> MailSettings:
    return MailSettings(host=host or mail.host, port=mail.port, security="none", timeout_s=timeout_s)


def deliver(settings: MailSettings, raw: bytes = RAW, recipient: str = "abuse@host.example", **more: object) -> str:
    arguments = {"gate": LAB} | more
    return send(raw, envelope_from="notices@hotline.example", recipient=recipient, settings=settings, **arguments)  # type: ignore[arg-type]


def failed(settings: MailSettings, **more: object) -> tuple[str, bool]:
    with pytest.raises(DeliveryError) as failure:
        deliver(settings, **more)  # type: ignore[arg-type]
    assert "host.example" not in str(failure.value)
    assert "img.example" not in str(failure.value)
    return failure.value.reason, failure.value.may_retry


def test_the_same_bytes_arrive_and_the_reply_is_told(mail: LabMail) -> None:
    assert deliver(to(mail)) == "250 OK queued as 1"

    (message,) = mail.messages
    assert message.raw == RAW
    assert (message.envelope_from, message.envelope_to) == ("notices@hotline.example", ("abuse@host.example",))


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_final_and_a_temporary_one_is_not(mail: LabMail, command: str) -> None:
    mail.answer(command, "550 5.1.1 <abuse@host.example> unknown")
    assert failed(to(mail)) == ("refused", False)
    mail.answer(command, "451 4.7.1 greylisted")
    assert failed(to(mail)) == ("temporary", True)
    assert mail.messages == []
    assert deliver(to(mail)).startswith("250")


def test_a_connection_lost_after_the_data_leaves_the_outcome_unknown(mail: LabMail) -> None:
    mail.die_after_data()

    assert failed(to(mail)) == ("unknown_outcome", True)
    assert len(mail.messages) == 1


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failed(MailSettings(host="127.0.0.1", port=port, security="none")) == ("connect", True)


def test_a_lab_dials_nothing_outside_it(mail: LabMail) -> None:
    names = Resolver(names={"mx.lab.example": "127.0.0.1", "outside.example": "8.8.8.8"}, is_lab=True)

    assert deliver(to(mail, host="mx.lab.example"), resolver=names).startswith("250")
    assert failed(to(mail, host="outside.example"), resolver=names) == ("connect", True)
    assert failed(to(mail, host="10.0.0.1")) == ("connect", True)
    assert failed(to(mail, host="mx.lab.example")) == ("connect", True)  # the system's resolver is not asked


def test_outside_a_lab_an_open_connection_is_for_this_machine_only(mail: LabMail) -> None:
    assert failed(MailSettings(host="192.0.2.1", security="none"), gate=REAL) == ("insecure", False)
    assert deliver(to(mail), gate=None).startswith("250")
    assert deliver(to(mail, host="localhost"), gate=REAL).startswith("250")


@pytest.mark.parametrize(
    "raw", [b"", b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@y>\r\n", b"a\0b\r\n", b"a" * 999 + b"\r\n"]
)
def test_a_message_that_could_smuggle_another_is_not_sent(mail: LabMail, raw: bytes) -> None:
    assert failed(to(mail), raw=raw) == ("unsendable", False)
    assert mail.messages == []


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", "a@b>c", "ë@b.example"])
def test_a_recipient_that_is_no_mailbox_is_not_sent_to(mail: LabMail, recipient: str) -> None:
    assert failed(to(mail), recipient=recipient) == ("unsendable", False)


@contextmanager
def raw_server(*said: bytes, every_s: float = 0.0) -> Iterator[int]:
    """Says these bytes to one client, whatever it asks, then waits for it to go."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            accepted, _ = listener.accept()
            with accepted:
                try:
                    for piece in said:
                        accepted.sendall(piece)
                        time.sleep(every_s)
                    while accepted.recv(65_536):
                        pass
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    "said",
    [
        [b""],  # silence
        [b"220-more\r\n" * 5000] * 40,  # a greeting without end
        [b"hello, I am no mail server\r\n"],
        [b"220 ok\r\n", b"\xff\xfe garbage\r\n" * 3],
    ],
)
def test_a_hostile_server_ends_in_time(said: list[bytes]) -> None:
    with raw_server(*said) as port:
        started = time.perf_counter()
        settings = MailSettings(host="127.0.0.1", port=port, security="none", timeout_s=1)

        assert failed(settings) == ("connect", True)
        assert time.perf_counter() - started < 3


def test_a_lying_reply_is_printable_and_short() -> None:
    replies = (
        b"220 hi\r\n250 ehlo\r\n250 mail\r\n250 rcpt\r\n354 go\r\n250 \x1b[31mred\x07 "
        + b"x" * 5000
        + b"\r\n221 bye\r\n"
    )
    with raw_server(replies) as port:
        reply = deliver(MailSettings(host="127.0.0.1", port=port, security="none", timeout_s=5))

    assert reply.isprintable()
    assert len(reply) == 300


# --- TLS and login, against aiosmtpd ---------------------------------------------------------------------------------


class Kept(Message):
    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[str] = []

    def handle_message(self, message: object) -> None:
        self.subjects.append(str(message["Message-ID"]))  # type: ignore[index]


def authority(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
        key, hashes.SHA256()
    )
    kind = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *kind) + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def allow_secret(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=getattr(data, "password", b"") == b"secret", handled=False)


@contextmanager
def tls_mail(pem: Path, kept: Kept, *, starttls: bool) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tls = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
    login = {"auth_require_tls": starttls, "auth_required": True, "authenticator": allow_secret}
    server = Controller(kept, hostname="127.0.0.1", port=port, **tls, **login)  # type: ignore[arg-type]
    if not starttls:
        server.ready_timeout = 5.0
    server.start()
    try:
        yield port
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_delivery_by_tls_with_login(tmp_path: Path, security: str) -> None:
    pem, kept = authority(tmp_path), Kept()
    password = tmp_path / "password"
    password.write_text("secret\n")
    names = Resolver(names={"localhost": "127.0.0.1"}, is_lab=True)
    with tls_mail(pem, kept, starttls=security == "starttls") as port:
        settings = MailSettings("localhost", port, security, username="me", password_file=str(password), timeout_s=5)
        trusting = ssl.create_default_context(cafile=str(pem))
        deliver(settings, resolver=names, context=trusting)
        assert failed(settings, resolver=names) == ("tls", True)  # an authority nobody trusts
        password.write_text("wrong")
        assert failed(settings, resolver=names, context=trusting) == ("login", True)
        settings = MailSettings("localhost", port, security, username="me", password_file="/nowhere", timeout_s=5)
        assert failed(settings, resolver=names, context=trusting) == ("login", True)

    assert kept.subjects == ["<1@hotline.example>"]


def test_a_server_without_starttls_gets_nothing(mail: LabMail) -> None:
    settings = MailSettings(host=mail.host, port=mail.port, security="starttls", timeout_s=5)

    assert failed(settings) == ("tls", True)
    assert mail.messages == []
