"""A signed notice verifies by another program, reads as before, and no bad key is used in silence."""

import email
import email.policy
import os
import re
import subprocess
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from notice_samples import HARMFUL, ILLEGAL, repeated
from pysequoia import Cert, Sig, Tsk, verify
from write_golden import golden_facts

from notices.attachments import require_outgoing
from notices.errors import NoticeError, SigningError
from notices.render import mail, mail_from_raw
from notices.signing import signed, signing_fingerprint

KEY = Tsk.generate(user_id="Sample Hotline <notices@hotline.example>")
SECRET = bytes(KEY)
LOCKED = (Path(__file__).parent / "keys" / "locked.asc").read_bytes()  # made for this test; opens no door
PASSWORD = "sample pass"


def apart(raw: bytes) -> tuple[bytes, bytes]:
    """What is signed, byte for byte as it stands in the mail, and the armored signature."""
    boundary = re.search(rb'boundary="(signed-[0-9a-f]+)"', raw)
    assert boundary is not None
    _, content, signature, end = raw.split(b"--" + boundary[1])
    assert end == b"--\r\n"
    return content.removeprefix(b"\r\n").removesuffix(b"\r\n"), signature.split(b"\r\n\r\n", 1)[1]


def signers(raw: bytes, cert: Cert) -> list[str]:
    content, signature = apart(raw)
    checked = verify(bytes=content, store=lambda _: [cert], signature=Sig.from_bytes(signature))
    return [one.certificate for one in checked.valid_sigs]


@pytest.mark.parametrize("name", sorted(golden_facts()))
def test_every_notice_can_be_signed_verifies_and_reads_as_it_was_approved(name: str) -> None:
    plain = mail(golden_facts()[name])
    raw = signed(plain.raw, SECRET)
    again = mail_from_raw(raw)

    assert signers(raw, KEY.extract_certificate()) == [KEY.extract_certificate().fingerprint]
    assert (again.message_id, again.recipient, again.subject) == (plain.message_id, plain.recipient, plain.subject)
    assert again.body == plain.body
    assert again.attachments == (*plain.attachments, "signature.asc")
    require_outgoing(raw)


def test_signed_mail_has_the_form_of_rfc_3156() -> None:
    message = email.message_from_bytes(signed(mail(ILLEGAL).raw, SECRET), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    content, signature = message.iter_parts()

    assert not [part.defects for part in message.walk() if part.defects]
    assert message.get_content_type() == "multipart/signed"
    assert message.get_param("micalg") == "pgp-sha512"
    assert message.get_param("protocol") == "application/pgp-signature"
    assert content.get_content_type() == "multipart/mixed"
    assert signature.get_content_type() == "application/pgp-signature"
    assert signature.get_payload(decode=False).startswith("-----BEGIN PGP SIGNATURE-----")


def test_every_header_of_the_mail_stays_once_and_outside() -> None:
    plain, raw = mail(repeated(ILLEGAL)).raw, signed(mail(repeated(ILLEGAL)).raw, SECRET)
    before, after = email.message_from_bytes(plain), email.message_from_bytes(raw)

    assert [(n, v) for n, v in after.items() if n != "Content-Type"] == [
        (n, v) for n, v in before.items() if n != "Content-Type"
    ]
    assert after.keys().count("Content-Type") == after.keys().count("MIME-Version") == 1


def test_signed_lines_end_in_crlf_are_ascii_and_short() -> None:
    raw = signed(mail(HARMFUL).raw, SECRET)

    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("change", [(b"remove", b"remofe"), (b"text/plain", b"text/html!"), (b"DETAILS", b"details")])
def test_a_changed_mail_does_not_verify(change: tuple[bytes, bytes]) -> None:
    raw = signed(mail(ILLEGAL).raw, SECRET)
    assert change[0] in raw

    with pytest.raises(RuntimeError):
        signers(raw.replace(*change, 1), KEY.extract_certificate())


def test_a_stranger_s_key_does_not_verify_it() -> None:
    with pytest.raises(RuntimeError):
        signers(signed(mail(ILLEGAL).raw, SECRET), Tsk.generate(user_id="x").extract_certificate())


def test_a_locked_key_signs_with_its_password() -> None:
    raw = signed(mail(ILLEGAL).raw, LOCKED, PASSWORD)

    assert signers(raw, Tsk.from_bytes(LOCKED).extract_certificate()) == [signing_fingerprint(LOCKED).lower()]


def test_fingerprint_is_the_certificate_s_as_it_is_published() -> None:
    assert re.fullmatch(r"[0-9A-F]{40}", signing_fingerprint(SECRET))
    assert signing_fingerprint(SECRET).lower() == KEY.extract_certificate().fingerprint
    assert signing_fingerprint(str(KEY).encode()) == signing_fingerprint(SECRET)


def expired() -> bytes:
    key = Tsk.generate(user_id="x", validity_seconds=1)
    time.sleep(1.1)
    return bytes(key)


def revoked() -> bytes:
    key = Tsk.generate(user_id="x")
    return bytes(key) + bytes(key.extract_certificate().revoke(key.certifier()))


@pytest.mark.parametrize(
    ("key", "password", "cure"),
    [
        (lambda: b"", None, "no OpenPGP secret key"),
        (lambda: b"junk" * 100, None, "no OpenPGP secret key"),
        (lambda: b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nzzz\n-----END PGP PRIVATE KEY BLOCK-----", None, "Export"),
        (lambda: bytes(KEY.extract_certificate()), None, "no secret part"),
        (expired, None, "expired"),
        (revoked, None, "revoked"),
        (lambda: LOCKED, None, "locked"),
        (lambda: LOCKED, "wrong", "password is wrong"),
        (lambda: LOCKED, "", "password is wrong"),
        (lambda: SECRET, PASSWORD, "no password"),
    ],
)
def test_key_that_cannot_sign_says_what_to_do_and_tells_no_secret(key, password, cure) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SigningError, match=cure) as caught:
        signed(mail(ILLEGAL).raw, key(), password)

    assert isinstance(caught.value, NoticeError)
    assert len(str(caught.value)) < 300
    assert "backtrace" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no mail",
        b"A: b\r\n\r\nline\nbare\r\n",
        b"A: b\r\n\r\nblank \r\n",
        b"A: b\r\n\r\nFrom here\r\n",
        "A: b\r\n\r\nç\r\n".encode(),
    ],
)
def test_mail_that_would_not_arrive_as_it_was_signed_is_not_signed(raw: bytes) -> None:
    with pytest.raises(SigningError):
        signed(raw, SECRET)


def test_mail_is_signed_once() -> None:
    with pytest.raises(SigningError, match="already"):
        signed(signed(mail(ILLEGAL).raw, SECRET), SECRET)


@pytest.fixture
def gnupg() -> Iterator[dict[str, str]]:
    """A keyring of its own; the path is short because gpg's agent listens on a socket in it."""
    with TemporaryDirectory(prefix="gpg-") as home:
        environment = os.environ | {"GNUPGHOME": home}
        yield environment
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)


@pytest.mark.interop
@pytest.mark.parametrize("name", sorted(golden_facts()))
def test_gnupg_verifies_every_signed_notice_and_refuses_a_changed_one(
    name: str, gnupg: dict[str, str], tmp_path: Path
) -> None:
    raw = signed(mail(golden_facts()[name]).raw, SECRET)
    (tmp_path / "signature.asc").write_bytes(apart(raw)[1])
    key = bytes(KEY.extract_certificate())
    subprocess.run(["gpg", "--batch", "--import"], env=gnupg, input=key, check=True, capture_output=True)

    def checked(content: bytes) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "content").write_bytes(content)
        command = ["gpg", "--batch", "--status-fd", "1", "--verify", "signature.asc", "content"]
        return subprocess.run(command, env=gnupg, cwd=tmp_path, check=False, capture_output=True)

    good, bad = checked(apart(raw)[0]), checked(apart(raw)[0] + b"x")
    assert good.returncode == 0
    assert b"VALIDSIG" in good.stdout
    assert signing_fingerprint(SECRET).encode() in good.stdout
    assert b"BADSIG" in bad.stdout
    assert bad.returncode != 0


@pytest.mark.interop
def test_key_that_gnupg_made_signs_what_gnupg_verifies(gnupg: dict[str, str], tmp_path: Path) -> None:
    options = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", PASSWORD]
    who = "Sample <notices@hotline.example>"
    make = [*options, "--quick-gen-key", who, "rsa2048", "sign", "never"]
    subprocess.run(make, env=gnupg, check=True, capture_output=True)
    export = [*options, "--export-secret-keys", who]
    secret = subprocess.run(export, env=gnupg, check=True, capture_output=True).stdout

    content, signature = apart(signed(mail(ILLEGAL).raw, secret, PASSWORD))
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "signature.asc").write_bytes(signature)
    command = ["gpg", "--batch", "--verify", "signature.asc", "content"]
    subprocess.run(command, env=gnupg, cwd=tmp_path, check=True, capture_output=True)
