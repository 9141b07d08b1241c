"""Reads the mailbox that answers come to, over a connection that we dialled: what is new, as bytes and inside limits.
Marks nothing unless told to and deletes nothing. Knows no notice; parses no mail."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.imap_session import MAX_LINE_BYTES, Call, ImapClient, expect_ok, failures_told, session
from hotline.errors import MailboxError
from hotline.settings import ImapSettings

CUT_BYTES = 256_000  # of a message that is too large: its head and where its text begins
SIZES_AT_ONCE = 100


@dataclass(frozen=True)
class Received:
    """One message: `uid_key` is UIDVALIDITY:UID and names it for good; is_cut: only its beginning was fetched."""

    uid_key: str
    raw: bytes = field(repr=False)
    is_cut: bool


def read_new(
    settings: ImapSettings,
    *,
    gate: Gate | None,
    resolver: Resolver | None,
    authorities: str = "",
    seen: Callable[[str], bool],
    after: str = "",
    max_messages: int = 200,
    max_bytes: int = 2_000_000,
) -> Iterator[Received]:
    """Yields the messages that `seen` does not know by their keys, oldest first, each as it is fetched; what the caller
    kept stays kept when a later one fails. After ten steps' time it ends; the rest is for the next reading.

    after: a key up to which all are known, so that they need not be listed. max_bytes: of a larger message CUT_BYTES
    are fetched. authorities: a PEM file, instead of the system's.
    Raises MailboxError, always to be tried again: `connect` (not reached, or lost), `tls`, `login` (also wrong
    settings), `bad_response` (no IMAP, or more than was asked for).
    """
    call = Call(settings, gate, resolver, authorities)
    with failures_told(call), session(call) as client:
        validity = _selected(client, settings.folder, is_readonly=True)
        uids = (uid for uid in _uids(client, validity, after) if not seen(f"{validity}:{uid}"))
        refused = 0
        for uid, size in islice(_sized(client, uids), max_messages):
            if call.is_late:
                break
            call.uid_key = f"{validity}:{uid}"
            raw = _content(client, uid, CUT_BYTES if size > max_bytes else max_bytes)
            refused += raw is None
            if raw is not None:
                yield Received(call.uid_key, raw, is_cut=size > max_bytes or len(raw) >= max_bytes)
        if refused:
            message = f"the IMAP server would not give {refused} of the messages; look at them in the mailbox"
            raise MailboxError(message, reason="bad_response", uid_key=call.uid_key)


def mark_read(
    settings: ImapSettings,
    keys: Iterable[str],
    *,
    gate: Gate | None,
    resolver: Resolver | None,
    authorities: str = "",
) -> None:
    """Marks messages as read, once what they say is kept; keys of a mailbox that was made anew are passed over.
    Raises MailboxError as `read_new` does."""
    wanted = [key.partition(":") for key in keys]
    if not wanted:
        return
    call = Call(settings, gate, resolver, authorities)
    with failures_told(call), session(call) as client:
        validity = _selected(client, settings.folder, is_readonly=False)
        uids = [uid for held, _, uid in wanted if held == validity and uid.isdecimal()]
        for start in range(0, len(uids), SIZES_AT_ONCE):
            expect_ok(client.uid("STORE", ",".join(uids[start : start + SIZES_AT_ONCE]), "+FLAGS.SILENT", r"(\Seen)"))


def _selected(client: ImapClient, folder: str, *, is_readonly: bool) -> str:
    """Opens the folder and returns its UIDVALIDITY, without which numbers name nothing for good."""
    from imap_tools.utils import encode_folder

    if re.search(r"[\r\n\0]", folder):
        raise ValueError("no line of IMAP")
    expect_ok(client.select(encode_folder(folder).decode("ascii"), readonly=is_readonly))
    validity = client.response("UIDVALIDITY")[1][-1]
    if not isinstance(validity, bytes) or not re.fullmatch(rb"[0-9]{1,10}", validity):
        raise client.error("no UIDVALIDITY")
    return validity.decode("ascii")


def _uids(client: ImapClient, validity: str, after: str) -> list[int]:
    held, _, last = after.partition(":")
    least = int(last) + 1 if held == validity and last.isdecimal() else 1
    client.allow(MAX_LINE_BYTES, client.call.settings.timeout_s)
    # `n:*` names the last message even where its number is below n.
    found = expect_ok(client.uid("SEARCH", "UID", f"{least}:*") if least > 1 else client.uid("SEARCH", "ALL"))
    words = b" ".join(line for line in found if isinstance(line, bytes)).split()
    return sorted({int(word) for word in words if re.fullmatch(rb"[0-9]{1,10}", word) and int(word) >= least})


def _sized(client: ImapClient, uids: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Each message with its size in bytes, as the server says; what is gone meanwhile is left out."""
    while some := list(islice(uids, SIZES_AT_ONCE)):
        client.allow(MAX_LINE_BYTES, client.call.settings.timeout_s)
        found = expect_ok(client.uid("FETCH", ",".join(map(str, some)), "(UID RFC822.SIZE)"))
        sizes = dict(filter(None, map(_size, found)))
        yield from ((uid, sizes[uid]) for uid in some if uid in sizes)


def _size(line: Any) -> tuple[int, int] | None:
    text = line if isinstance(line, bytes) else b""
    uid, size = re.search(rb"\bUID ([0-9]{1,10})\b", text), re.search(rb"\bRFC822\.SIZE ([0-9]{1,18})\b", text)
    return (int(uid[1]), int(size[1])) if uid and size else None


def _content(client: ImapClient, uid: int, count: int) -> bytes | None:
    """A message's first bytes; None where the server refuses it or has it no longer. PEEK leaves it unread."""
    client.allow(count, client.call.settings.timeout_s)
    status, found = client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{count}>)")
    if status != "OK":
        return None
    for piece in found:
        head, content = piece if isinstance(piece, tuple) else (piece, None)
        named = re.search(rb'\bBODY\[\](?:<0>)? (?:\{[0-9]+\}$|"((?:[^"\\]|\\.)*)")', head or b"")
        if named is not None:
            return content if content is not None else re.sub(rb"\\(.)", rb"\1", named[1] or b"")
    return None
