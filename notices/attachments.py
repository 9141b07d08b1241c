"""The guard at the door: of a finished mail, only the text and what was made here may leave. Fetched bytes never do,
nor what somebody put beside them. Knows no notice, no receiver.

Allowed: one plain text; behind it XARF reports of ours and exports that are encrypted; around both, an OpenPGP
signature (RFC 3156).
"""

import json
import re
from collections import Counter
from email import message_from_bytes
from email.message import MIMEPart
from email.policy import default

from notices import xarfreports
from notices.errors import AttachmentError, InvalidXarfError

__all__ = ["names_of", "require_outgoing"]

MAX_BYTES = 20_000_000
_XARF = re.compile(r"xarf-(I[0-9]{1,12})\.json")
_SEALED_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(?:asc|age)")
_SEALED_TYPES = ("application/pgp-encrypted", "application/octet-stream")
# How an encrypted file begins: OpenPGP armor, age armor, age. Whatever lies inside, nobody without the key sees it.
_SEALED_STARTS = (b"-----BEGIN PGP MESSAGE-----", b"-----BEGIN AGE ENCRYPTED FILE-----", b"age-encryption.org/v1\n")
_SIGNATURE_START = b"-----BEGIN PGP SIGNATURE-----"
_ENCODINGS = ("7bit", "quoted-printable", "base64")


def require_outgoing(raw: bytes) -> None:
    """Lets a finished mail pass.

    Raises:
        AttachmentError: it holds a part that was not made here, or could be read in two ways.
    """
    message: MIMEPart = message_from_bytes(raw, policy=default)
    if len(raw) > MAX_BYTES:
        raise AttachmentError(f"A mail of {len(raw)} bytes is not made here; it does not leave.")
    for part in message.walk():
        _require_one_meaning(part)
    text, *others = _leaves(_content_of(message))
    _require_text(text)
    for part in others:
        _require_ours(part)
    names = [part.get_filename() for part in others]
    if len(set(names)) < len(names):
        raise AttachmentError("Two files of a mail have one name; it does not leave. Render it anew.")


def names_of(message: MIMEPart) -> tuple[str, ...]:
    """The names of the files in a mail, also in one that is signed."""
    return tuple(name for part in message.walk() if (name := part.get_filename()))


def _content_of(message: MIMEPart) -> MIMEPart:
    """What a signature is about, or the whole where there is none."""
    if message.get_content_type() != "multipart/signed":
        return message
    parts = list(message.iter_parts())
    if len(parts) != 2 or message.get_param("protocol") != "application/pgp-signature":
        raise AttachmentError("A signed mail is one content and one OpenPGP signature; this one does not leave.")
    content, signature = parts
    is_signature = signature.get_content_type() == "application/pgp-signature"
    if not is_signature or not _bytes_of(signature).startswith(_SIGNATURE_START):
        raise AttachmentError("Where a mail should have its OpenPGP signature is something else; it does not leave.")
    return content


def _leaves(content: MIMEPart) -> list[MIMEPart]:
    if not content.is_multipart():
        return [content]
    if content.get_content_type() != "multipart/mixed":
        raise AttachmentError(f"A mail of the kind {content.get_content_type()} is not made here; it does not leave.")
    return list(content.iter_parts())


def _require_one_meaning(part: MIMEPart) -> None:
    """What one mail program takes for a comment another may show: such a mail does not leave."""
    counts = Counter(name.lower() for name in part.keys())  # noqa: SIM118 - a header that stands twice is one key
    twice = [name for name in ("from", "to", "reply-to", "subject", "message-id", "date") if counts[name] > 1]
    twice += [name for name in counts if (name.startswith("content-") or name == "mime-version") and counts[name] > 1]
    around = (part.preamble or "").strip() or (part.epilogue or "").strip() if part.is_multipart() else ""
    encoding = str(part.get("content-transfer-encoding", "7bit")).lower()
    if part.defects or twice or around or encoding not in _ENCODINGS:
        raise AttachmentError(
            "A mail is broken, has a header twice or text between its parts, so that programs read it differently; "
            "it does not leave. Render it anew."
        )


def _require_text(part: MIMEPart) -> None:
    is_text = part.get_content_type() == "text/plain" and not part.is_attachment() and not part.get_filename()
    if not is_text or not _bytes_of(part).strip():
        raise AttachmentError("A mail begins with its text; this one does not, so it does not leave.")


def _require_ours(part: MIMEPart) -> None:
    kind, name = part.get_content_type(), part.get_filename() or ""
    report = _XARF.fullmatch(name)
    if kind == "application/json" and report:
        _require_report(part, report[1])
    elif kind not in _SEALED_TYPES or not _SEALED_NAME.fullmatch(name):
        raise AttachmentError(f"A part of the kind {kind} is not made here; the mail does not leave.")
    elif not _bytes_of(part).startswith(_SEALED_STARTS):
        raise AttachmentError("A file that should be encrypted is not; the mail does not leave. Encrypt it.")


def _require_report(part: MIMEPart, item: str) -> None:
    """A report in the very form it is written in here: nothing stands in it twice or beside it."""
    given = _bytes_of(part).replace(b"\r\n", b"\n")
    try:
        report = json.loads(given)
        xarfreports.require_valid(report, item)
    except (ValueError, RecursionError, InvalidXarfError) as error:
        raise AttachmentError(f"xarf-{item}.json is no valid report; the mail does not leave. {error}") from None
    if xarfreports.encode(report) != given:
        raise AttachmentError(f"xarf-{item}.json is not as it is written here; the mail does not leave.")


def _bytes_of(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
