"""The lab's mailbox: a small real IMAP4rev1 server (RFC 3501) that keeps what is put into it and misbehaves when told.

Known commands: CAPABILITY, NOOP, LOGOUT, STARTTLS, LOGIN, AUTHENTICATE PLAIN, LIST, SELECT, EXAMINE, CLOSE, and UID
SEARCH, FETCH and STORE.
"""

import base64
import binascii
import re
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.lab.serve import Peer, TcpServer

DRIP_S = 0.02
CRLF = b"\r\n"
FAULTS = ("refuse", "garbage", "hang", "drip", "drop", "lie_long", "lie_short", "endless_line", "endless_answer")
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|[^\s"]+)')
_ITEM = re.compile(rb"BODY(?:\.PEEK)?\[(?:HEADER)?\](?:<\d+\.\d+>)?|[A-Z0-9.]+", re.IGNORECASE)
_RANGE = re.compile(rb"<(\d+)\.(\d+)>")


@dataclass
class Stored:
    """One message of a folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Fault:
    """A scripted fault: `left` times (None: always) on a command."""

    name: str
    command: str
    left: int | None


class LabImap:
    """A mailbox on loopback and an ephemeral port. `context`: it speaks TLS; `starttls`: it offers STARTTLS."""

    def __init__(
        self,
        ip: str = "127.0.0.1",
        *,
        username: str = "answers",
        password: str = "lab-secret",
        context: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
    ) -> None:
        self.username, self.password = username, password
        self.context, self.starttls = context, starttls
        self.validity = 1
        self.lock = threading.Lock()
        self.commands: list[str] = []
        """What was asked, without its tags."""
        self._folders: dict[str, list[Stored]] = {"INBOX": []}
        self._next_uid = 1
        self._faults: list[Fault] = []
        self._tcp = TcpServer(ip, self._serve)
        self.host, self.port, self.stop = ip, self._tcp.port, self._tcp.stop

    def put(self, raw: bytes, folder: str = "INBOX") -> int:
        """A new message, as its bytes; returns its UID."""
        with self.lock:
            uid, self._next_uid = self._next_uid, self._next_uid + 1
            self._folders.setdefault(folder, []).append(Stored(uid, raw))
            return uid

    def drop(self, uid: int, folder: str = "INBOX") -> None:
        """Somebody deletes a message."""
        with self.lock:
            self._folders[folder] = [one for one in self._folders[folder] if one.uid != uid]

    def flags(self, uid: int, folder: str = "INBOX") -> set[str]:
        with self.lock:
            return next(set(one.flags) for one in self._folders[folder] if one.uid == uid)

    def remake(self) -> None:
        """The mailbox is made anew: its numbers begin again and name other messages."""
        with self.lock:
            self.validity += 1
            self._next_uid = 1
            for stored in self._folders.values():
                for one in stored:
                    one.uid, self._next_uid = self._next_uid, self._next_uid + 1

    def fail(self, name: str, command: str = "BODY", *, times: int | None = 1) -> None:
        """Misbehave at the next `times` (None: all) of a command, with one of FAULTS.

        BODY is a FETCH of content, FETCH one of anything else; the GREETING counts as a command, too.
        """
        if name not in FAULTS:
            raise ValueError(f"the lab has the faults {', '.join(FAULTS)}, not {name!r}")
        with self.lock:
            self._faults.append(Fault(name, command, times))

    def behave(self) -> None:
        """Drop what is left of the script."""
        with self.lock:
            self._faults.clear()

    def fault_at(self, command: str) -> str | None:
        """The next scripted fault of a command, used up by asking."""
        with self.lock:
            for each in self._faults:
                if each.command == command and each.left != 0:
                    each.left = None if each.left is None else each.left - 1
                    return each.name
        return None

    def stored(self, folder: str) -> list[Stored] | None:
        with self.lock:
            return list(self._folders[folder]) if folder in self._folders else None

    @property
    def folders(self) -> list[str]:
        with self.lock:
            return list(self._folders)

    def _serve(self, sock: socket.socket, _peer: Peer) -> None:
        if self.context is not None:
            sock = self.context.wrap_socket(sock, server_side=True)
        Session(self, sock, self._tcp.stopping).run()


Handle = Callable[[list[bytes]], bytes]


class Session:
    """One client."""

    def __init__(self, imap: LabImap, sock: socket.socket, stopping: threading.Event) -> None:
        self._imap, self._sock, self._stopping = imap, sock, stopping
        self._stream = sock.makefile("rb")
        self._is_in = False
        self._folder: str | None = None
        self._is_readonly = True
        self._fault: str | None = None

    def run(self) -> None:
        try:
            if not self._misbehaves("GREETING"):
                self.say(b"* OK Lab IMAP4rev1")
                while (line := self._stream.readline(65_536)).endswith(b"\n") and self._obey(line):
                    pass
        finally:
            self._stream.close()
            if isinstance(self._sock, ssl.SSLSocket):
                self._sock.close()

    def say(self, line: bytes) -> None:
        self._sock.sendall(line + CRLF)

    def _obey(self, line: bytes) -> bool:
        """Answers one line; False ends the session."""
        tag, _, rest = line.strip().partition(b" ")
        words = [found[1] if found[1] is not None else found[2] for found in _WORD.finditer(rest)]
        name = words[0].decode("latin-1").upper() if words else ""
        is_by_uid = name == "UID" and len(words) > 1
        if is_by_uid:
            words = words[1:]
            name = words[0].decode("latin-1").upper()
        self._imap.commands.append(rest.strip().decode("latin-1"))
        if self._misbehaves("BODY" if name == "FETCH" and b"BODY" in rest.upper() else name):
            return False
        if self._fault == "refuse":
            self.say(tag + b" NO the lab refuses")
            return True
        handle = self._handlers(is_by_uid).get(name)
        self.say(tag + b" " + (handle(words[1:]) if handle is not None else b"BAD not known, or not now"))
        if name == "STARTTLS" and handle is not None:
            self._secure()
        return name != "LOGOUT"

    def _handlers(self, is_by_uid: bool) -> dict[str, Handle]:
        """What may be said now."""
        if is_by_uid:
            known: dict[str, Handle] = {"SEARCH": self._search, "FETCH": self._fetch, "STORE": self._store}
            return known if self._folder is not None else {}
        always: dict[str, Handle] = {"CAPABILITY": self._capability, "NOOP": self._done, "LOGOUT": self._logout}
        if not self._is_in:
            offered: dict[str, Handle] = {"STARTTLS": self._done} if self._imap.starttls is not None else {}
            return always | offered | {"LOGIN": self._login, "AUTHENTICATE": self._authenticate}
        return always | {"LIST": self._list, "SELECT": self._select, "EXAMINE": self._examine, "CLOSE": self._close}

    def _misbehaves(self, command: str) -> bool:
        """Carries out a fault that ends the session; others are kept for who answers."""
        self._fault = self._imap.fault_at(command)
        if self._fault == "hang":
            self._stopping.wait()
        elif self._fault == "drip":
            while not self._stopping.wait(DRIP_S):
                self._sock.sendall(b"*")
        elif self._fault == "garbage":
            self.say(b"\x00\xff this is no IMAP")
        elif self._fault == "endless_line":
            self._pour(b"* OK " + b"a" * 65_536, b"a" * 65_536)
        elif self._fault == "endless_answer":
            self._pour(b"* 1 EXISTS\r\n" * 2_000, b"* 1 EXISTS\r\n" * 2_000)
        else:
            return self._fault == "drop" and command != "BODY"
        return True

    def _pour(self, first: bytes, more: bytes) -> None:
        self._sock.sendall(first)
        while not self._stopping.is_set():
            self._sock.sendall(more)

    def _secure(self) -> None:
        self._stream.close()
        assert self._imap.starttls is not None
        self._sock = self._imap.starttls.wrap_socket(self._sock, server_side=True)
        self._stream = self._sock.makefile("rb")

    def _capability(self, _words: list[bytes]) -> bytes:
        is_open = self._imap.starttls is not None and not isinstance(self._sock, ssl.SSLSocket)
        self.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN" + (b" STARTTLS" if is_open else b""))
        return b"OK done"

    def _done(self, _words: list[bytes]) -> bytes:
        return b"OK done"

    def _logout(self, _words: list[bytes]) -> bytes:
        self.say(b"* BYE")
        return b"OK done"

    def _login(self, words: list[bytes]) -> bytes:
        given = [re.sub(rb"\\(.)", rb"\1", word).decode("utf-8", "replace") for word in words]
        return self._let_in(given)

    def _authenticate(self, _words: list[bytes]) -> bytes:
        self.say(b"+ ")
        try:
            given = base64.b64decode(self._stream.readline(65_536)).decode("utf-8", "replace").split("\0")[1:]
        except binascii.Error:
            given = []
        return self._let_in(given)

    def _let_in(self, given: list[str]) -> bytes:
        self._is_in = given == [self._imap.username, self._imap.password]
        return b"OK in" if self._is_in else b"NO wrong name or password"

    def _list(self, _words: list[bytes]) -> bytes:
        for name in self._imap.folders:
            self.say(b'* LIST () "/" "' + name.encode("ascii", "replace") + b'"')
        return b"OK done"

    def _select(self, words: list[bytes]) -> bytes:
        return self._opened(words, is_readonly=False)

    def _examine(self, words: list[bytes]) -> bytes:
        return self._opened(words, is_readonly=True)

    def _close(self, _words: list[bytes]) -> bytes:
        self._folder = None
        return b"OK done"

    def _opened(self, words: list[bytes], *, is_readonly: bool) -> bytes:
        name = words[0].decode("ascii", "replace") if words else ""
        stored = self._imap.stored(name)
        if stored is None:
            return b"NO no such folder"
        self._folder, self._is_readonly = name, is_readonly
        self.say(rb"* FLAGS (\Seen \Answered \Flagged \Deleted)")
        self.say(b"* %d EXISTS" % len(stored))
        self.say(b"* OK [UIDVALIDITY %d] valid" % self._imap.validity)
        return b"OK [READ-ONLY] done" if is_readonly else b"OK [READ-WRITE] done"

    def _held(self) -> list[Stored]:
        return self._imap.stored(self._folder or "") or []

    def _search(self, words: list[bytes]) -> bytes:
        asked = [word.upper().strip(b"()") for word in words]
        if asked[:1] == [b"CHARSET"]:
            asked = asked[2:]
        found = self._held()
        if asked[:1] == [b"UID"]:
            found = self._in_set(asked[1])
        elif asked == [b"UNSEEN"]:
            found = [one for one in found if r"\Seen" not in one.flags]
        elif asked != [b"ALL"]:
            return b"BAD the lab searches ALL, UNSEEN and UID"
        self.say(b" ".join([b"* SEARCH", *(b"%d" % one.uid for one in found)]))
        return b"OK done"

    def _in_set(self, text: bytes) -> list[Stored]:
        """A set of UIDs; a star is the last there is, and a range may run downwards."""
        held = self._held()
        last = max((one.uid for one in held), default=0)
        wanted: set[int] = set()
        for part in text.split(b","):
            ends = [last if end == b"*" else int(end) for end in part.split(b":")]
            wanted |= {one.uid for one in held if min(ends) <= one.uid <= max(ends)}
        return [one for one in held if one.uid in wanted]

    def _fetch(self, words: list[bytes]) -> bytes:
        items = [item.upper() for item in _ITEM.findall(b" ".join(words[1:]))]
        places = {one.uid: place for place, one in enumerate(self._held(), 1)}
        for one in self._in_set(words[0]):
            pieces = [self._item(item, one) for item in items]
            self._send_fetched(b"* %d FETCH (" % places[one.uid] + b" ".join(pieces) + b")" + CRLF)
            if any(item.startswith(b"BODY[") for item in items) and not self._is_readonly:
                one.flags.add(r"\Seen")
        return b"OK done"

    def _send_fetched(self, answer: bytes) -> None:
        if self._fault == "drop":
            self._sock.sendall(answer[: len(answer) // 2])
            raise ConnectionAbortedError("the lab hangs up")
        self._sock.sendall(answer)

    def _item(self, item: bytes, one: Stored) -> bytes:
        if item == b"UID":
            return b"UID %d" % one.uid
        if item == b"RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(one.raw)
        if item == b"FLAGS":
            return b"FLAGS (" + " ".join(sorted(one.flags)).encode("ascii") + b")"
        content = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if b"HEADER" in item else one.raw
        cut = _RANGE.search(item)
        if cut is not None:
            content = content[int(cut[1]) :][: int(cut[2])]
        section = b"BODY[HEADER]" if b"HEADER" in item else b"BODY[]"
        return section + (b"<%d>" % int(cut[1]) if cut else b"") + b" {%d}\r\n" % self._claimed(content) + content

    def _claimed(self, content: bytes) -> int:
        """How long a literal is said to be."""
        return {"lie_long": 10**15, "lie_short": len(content) // 2}.get(self._fault or "", len(content))

    def _store(self, words: list[bytes]) -> bytes:
        if self._is_readonly:
            return b"NO opened to be read only"
        for one in self._in_set(words[0]):
            one.flags |= set(words[2].strip(b"()").decode("ascii").split())
        return b"OK done"
