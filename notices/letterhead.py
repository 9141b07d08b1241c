"""The headers of a mail of ours: who speaks, to whom, in which thread, and where an answer finds its way back to. Knows
no text."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from notices import guard, mailtext
from notices.facts import EarlierNotice, Sender


def message_id(number: str, round_: int, home: str, from_address: str) -> str:
    """The one Message-ID of a notice in a round."""
    return f"<{number.lower()}.r{round_}.{home}@{from_address.rpartition('@')[2]}>"


def reply_to(sender: Sender, token: str | None) -> str:
    """The reply address, with the token by which an answer finds its notice."""
    local, _, domain = sender.reply_to.rpartition("@")
    return f"{local}+{token}@{domain}" if token else sender.reply_to


def require_mailboxes(sender: Sender, contact_address: str, token: str | None, test_mode_to: str | None) -> None:
    """Raises UnsafeTextError for an address that cannot stand in a header as it is; names the field."""
    guard.require_mail_address(contact_address, "contact_address")
    guard.require_mail_address(sender.from_address, "sender.from_address")
    guard.require_mail_address(sender.reply_to, "sender.reply_to")
    if token is not None:
        guard.require_reply_token(token)
        guard.require_mail_address(reply_to(sender, token), "sender.reply_to with the token")
    if test_mode_to:
        guard.require_mail_address(test_mode_to, "test_mode_to")


def require_thread(identity: str, **threads: Sequence[EarlierNotice]) -> None:
    """Raises UnsafeTextError for what is no Message-ID; names the field."""
    guard.require_message_id(identity, "number or home")
    for name, earlier in threads.items():
        for index, one in enumerate(earlier):
            guard.require_message_id(one.message_id, f"{name}[{index}].message_id")


def headers(
    sender: Sender,
    recipient: str,
    subject: str,
    identity: str,
    written_at: datetime,
    thread: Sequence[EarlierNotice] = (),
    token: str | None = None,
) -> list[tuple[str, str]]:
    """The headers, encoded and folded; addresses and Message-IDs were checked before."""
    found = [
        ("From", mailtext.encode_mailbox("From", sender.name, sender.from_address)),
        ("To", recipient),
        ("Reply-To", reply_to(sender, token)),
        ("Subject", mailtext.encode_text("Subject", subject)),
        ("Date", format_datetime(written_at.astimezone(UTC))),
        ("Message-ID", identity),
    ]
    if thread:
        found.append(("References", mailtext.fold_ids([one.message_id for one in thread])))
    return found
