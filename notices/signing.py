"""A finished mail signed with OpenPGP (PGP/MIME, RFC 3156), so that its receiver can tell it is ours. The key's bytes
are arguments; knows no file, no keyring, no notice.

Signing the same mail twice gives two signatures: sign once and keep the bytes.
"""

import re
from email import message_from_bytes
from email.policy import compat32
from hashlib import sha256
from typing import TYPE_CHECKING

from notices.errors import SigningError

if TYPE_CHECKING:
    from pysequoia import Tsk

__all__ = ["signed", "signing_fingerprint"]

# Names of RFC 3156 section 5 and RFC 9580; anything weaker is not signed with.
_MICALG = {"SHA256": "pgp-sha256", "SHA384": "pgp-sha384", "SHA512": "pgp-sha512"}
_SIGNATURE_HEADERS = (
    'Content-Type: application/pgp-signature; name="signature.asc"\r\n'
    "Content-Description: OpenPGP digital signature\r\n"
    'Content-Disposition: attachment; filename="signature.asc"\r\n'
)
_OF_THE_CONTENT = re.compile(rb"(?i)content-[a-z-]+\s*:")
_HEADER_LINE = re.compile(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*")
_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_CHANGED_ON_THE_WAY = re.compile(rb"[ \t]\r\n|\r\nFrom ")


def signed(raw: bytes, secret_key: bytes, password: str | None = None) -> bytes:
    """The same mail as multipart/signed: its headers stay outside, its content goes signed inside.

    Args:
        raw: a finished mail in ASCII, lines ended by CRLF, as `render.mail` writes it.
        secret_key: an OpenPGP key, armored or not.

    Raises:
        SigningError: the key cannot sign (none in it, expired, revoked, locked, wrong password), or the mail would not
            arrive as it was signed.
    """
    headers, content = _apart(raw)
    armored, digest = _signature(_key(secret_key), content, password)
    boundary = _boundary(content, armored)
    kind = (
        f'Content-Type: multipart/signed; micalg="{_MICALG[digest]}";\r\n'
        f' protocol="application/pgp-signature"; boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
    )
    # The CRLF before a boundary belongs to the boundary, not to what is signed (RFC 2046, 5.1.1).
    rest = f"\r\n--{boundary}\r\n{_SIGNATURE_HEADERS}\r\n{armored}\r\n--{boundary}--\r\n"
    return headers + kind.encode("ascii") + content + rest.encode("ascii")


def signing_fingerprint(secret_key: bytes) -> str:
    """The fingerprint of the key's certificate, in capital hex digits as it is published.

    Raises:
        SigningError: this is no OpenPGP secret key.
    """
    return str(_key(secret_key).extract_certificate().fingerprint).upper()


def _apart(raw: bytes) -> tuple[bytes, bytes]:
    """The headers that stay outside, and the content with the headers that describe it."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    if not separator or message_from_bytes(raw, policy=compat32).get_content_type() == "multipart/signed":
        raise SigningError("This is no finished mail, or it is signed already. Sign a mail once, as it was written.")
    if not raw.isascii() or _BARE_LINE_END.search(raw) or _CHANGED_ON_THE_WAY.search(b"\r\n" + body):
        raise SigningError(
            "The mail has letters outside ASCII, bare line ends, blanks at the end of a line or a line that begins "
            "with From, all of which mail servers change. It was written wrongly; a retry does not help."
        )
    lines = _HEADER_LINE.findall(head + b"\r\n")
    inside = [line for line in lines if _OF_THE_CONTENT.match(line)]
    outside = [line for line in lines if not _OF_THE_CONTENT.match(line)]
    return b"".join(outside), b"".join(inside) + b"\r\n" + body


def _key(secret_key: bytes) -> "Tsk":
    from pysequoia import Tsk

    try:
        return Tsk.from_bytes(secret_key)
    except (RuntimeError, ValueError):
        # Their texts hold a trace of the library; what the key's bytes say belongs in no message.
        raise SigningError(
            "This is no OpenPGP secret key. Export it anew with `gpg --armor --export-secret-keys` and set it as the "
            "key for signing."
        ) from None


def _signature(key: "Tsk", content: bytes, password: str | None) -> tuple[str, str]:
    """An armored detached signature, lines ended by CRLF, and the name of its digest."""
    from pysequoia import Sig, SignatureMode, sign

    if key.extract_certificate().is_revoked:
        raise SigningError("The key for signing is revoked. Set another one, and publish it where the old one stands.")
    try:
        signer = key.signer(password) if password is not None else key.signer()
        made = sign(signer, content, mode=SignatureMode.DETACHED)
    except (RuntimeError, ValueError) as error:
        raise SigningError(_cure(str(error), password)) from None
    digest = str(Sig.from_bytes(made).hash_algorithm).rpartition(".")[2]
    if digest not in _MICALG:
        raise SigningError(f"The key for signing signs with {digest}, which receivers refuse. Make a new key.")
    return made.decode("ascii").strip().replace("\r\n", "\n").replace("\n", "\r\n"), digest


def _cure(problem: str, password: str | None) -> str:
    """What to do, told from how the library (0.1.35) words its refusal; unknown words get all the causes."""
    if "No suitable signing subkey" in problem:
        return (
            "The key cannot sign now: it has no secret part for signing, or it has expired. Extend it "
            "(`gpg --quick-set-expire`) and export it anew, or set another key."
        )
    if "is not encrypted" in problem:
        return "The key for signing has no password, but one is set. Take the password out of the settings."
    if password is None:
        return "The key for signing is locked. Set its password, or export it without one."
    return "The key for signing did not open: its password is wrong, or the key is damaged. Correct the password."


def _boundary(content: bytes, armored: str) -> str:
    digest = sha256(content + armored.encode("ascii")).hexdigest()[:40]
    while digest.encode("ascii") in content:
        digest = sha256(digest.encode("ascii")).hexdigest()[:40]
    return f"signed-{digest}"
