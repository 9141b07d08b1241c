"""The guard at the door: of a finished mail, only the text and what was made here may leave. Fetched bytes never do."""

import json
import re
from email import message_from_bytes
from email.message import MIMEPart
from email.policy import default

from notices.errors import AttachmentError

_XARF = re.compile(r"xarf-I[0-9]{1,12}\.json")


def require_outgoing(raw: bytes) -> None:
    """Raises AttachmentError for a mail with anything but one text, first, and XARF reports as made here."""
    message = message_from_bytes(raw, policy=default)
    is_single = not message.is_multipart()
    if not is_single and message.get_content_type() != "multipart/mixed":
        raise AttachmentError(f"A mail of the kind {message.get_content_type()} is not made here; it does not leave.")
    first, *rest = [message] if is_single else list(message.iter_parts())
    if first.get_content_type() != "text/plain" or first.is_attachment():
        raise AttachmentError("A mail begins with its text; this one does not, so it does not leave.")
    for part in rest:
        _require_ours(part)


def _require_ours(part: MIMEPart) -> None:
    name = part.get_filename() or ""
    if part.get_content_type() != "application/json" or not _XARF.fullmatch(name):
        raise AttachmentError(
            f"A part of the kind {part.get_content_type()} is not made here; the mail does not leave."
        )
    try:
        report = json.loads(part.get_content())
    except ValueError:
        report = None
    if not isinstance(report, dict) or "xarf_version" not in report:
        raise AttachmentError(f"{name} holds no XARF report; the mail does not leave.")
