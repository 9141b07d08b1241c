"""What the end-to-end tests share: a home in a lab internet, and its state in words that do not depend on numbers.

It drives the installed program from outside only; nothing here reads the database or calls the hotline's own code.
"""

import os
import re
import shutil
import signal
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cli import Hotline, Result
from scripts.lab import Lab, LabClock, LabMail, LabMessage

AT_ONCE = 2
KILLED = -signal.SIGKILL
LIMIT_S = 180.0
ENDS_WITHIN_S = 60.0
_ID = re.compile(r"\b[IMNF][1-9][0-9]*\b")
_TIMES = frozenset({"at", "since", "received_at", "host_at", "police_at", "removed_at", "opened_at", "acked_at"})
_NUMBERS = frozenset({"id", "seq", "hash", "evidence"})
Document = dict[str, Any]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs calls side by side, as many as there are cores; their results in the order given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@dataclass
class World:
    """A lab internet, one home in it, its calendar and its mail exchange."""

    folder: Path
    lab: Lab
    hotline: Hotline
    clock: LabClock
    mail: LabMail

    @classmethod
    def begin(cls, folder: Path, lab: Lab, **settings: object) -> "World":
        """Makes the home; all sites must stand by now, since its settings name them."""
        clock = LabClock()
        hotline = Hotline(folder / "home", clock=clock, timeout_s=LIMIT_S)
        hotline.run("init", *lab.set_options(**settings))
        return cls(folder, lab, hotline, clock, lab.mail)

    @contextmanager
    def copy(self, name: str) -> Iterator["World"]:
        """The same home once more, with a calendar and a mail exchange of its own; it is gone at the end."""
        home, clock, mail = self.folder / name, LabClock(self.clock.now), LabMail()
        shutil.copytree(self.hotline.home, home)
        config = home / "hotline.toml"
        config.write_text(config.read_text().replace(f"\nport = {self.mail.port}\n", f"\nport = {mail.port}\n"))
        try:
            yield World(self.folder, self.lab, Hotline(home, clock=clock, timeout_s=LIMIT_S), clock, mail)
        finally:
            mail.stop()
            shutil.rmtree(home)

    def ask(self, *commands: Sequence[str]) -> list[Any]:
        """The JSON documents of several commands, run side by side."""
        return together(*(lambda words=words: self.hotline.json(*words) for words in commands))

    def tell(self, *commands: Sequence[str], expect: int = 0) -> list[Result]:
        """The results of several commands, run side by side."""
        return together(*(lambda words=words: self.hotline.run(*words, expect=expect) for words in commands))

    def approve_contact(self, address: str, answers_for: str, role: str = "host") -> str:
        """A contact added and approved; returns its id."""
        made = self.hotline.json("contact", "add", address, "--answers-for", answers_for, "--role", role)["id"]
        self.hotline.run("contact", "approve", made)
        return str(made)

    def file(self, name: str, content: bytes | str) -> Path:
        """A file beside the home."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def case(self, case_id: str = "C1") -> Document:
        document: Document = self.hotline.json("case", "show", case_id)
        return document

    def items(self, case_id: str = "C1") -> dict[str, Document]:
        """The items of a case by their address."""
        return {item["url"]: item for item in self.case(case_id)["items"]}


@dataclass(frozen=True)
class Ended:
    """How a process ended that was not simply run to its end."""

    code: int
    stdout: str
    stderr: str


def interrupted(hotline: Hotline, *args: str | Path, until: Callable[[], bool]) -> Ended:
    """Starts a command in a process group of its own, as a shell does, and presses Ctrl-C once `until` holds.

    A program that does not end within a minute of that is killed, and TimeoutExpired raised.
    """
    with subprocess.Popen(
        hotline.command(*args),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=hotline.environment(),
        start_new_session=True,
    ) as process:
        while process.poll() is None and not until():
            pass
        os.killpg(process.pid, signal.SIGINT)
        try:
            stdout, stderr = process.communicate(timeout=ENDS_WITHIN_S)
        finally:
            process.kill()
    return Ended(process.returncode, stdout, stderr)


def sentences(result: Result | Ended) -> list[str]:
    """What stands on stderr besides the word that this is a lab."""
    return [line for line in result.stderr.splitlines() if not line.startswith("lab home: ")]


@dataclass(frozen=True)
class Found:
    """What a home shows of its cases and notices."""

    cases: list[Document]
    notices: list[Document]

    @classmethod
    def of(cls, world: World, *case_ids: str) -> "Found":
        """Reads cases and notices, and has the chain of custody proven."""
        shown = [("case", "show", case_id) for case_id in case_ids]
        *cases, notices, proof = world.ask(*shown, ("notice", "list"), ("audit", "verify"))
        assert proof["ok"] is True
        return cls(cases, notices)

    def words(self, *, is_timed: bool = True) -> dict[str, Any]:
        """Addresses, hashes and mailboxes for numbers, so that two homes can be compared; without times if they did
        the same at another hour."""
        names = self._names()

        def plain(value: Any) -> Any:
            if isinstance(value, dict):
                kept = (key for key in value if key not in _NUMBERS and (is_timed or key not in _TIMES))
                return {key: plain(value[key]) for key in kept}
            if isinstance(value, list):
                return sorted((plain(one) for one in value), key=repr)
            return _ID.sub(lambda found: names.get(found[0], found[0]), value) if isinstance(value, str) else value

        custody = {line["seq"]: line for case in self.cases for line in case["custody"]}
        return {
            "reports": {row["id"]: plain(row) for case in self.cases for row in case["reports"]},
            "cases": {case["id"]: (case["state"], case["priority"]) for case in self.cases},
            "items": {item["url"]: plain(item) for case in self.cases for item in case["items"]},
            "notices": {names[row["id"]]: (row["state"], row["outcome"]) for row in self.notices},
            "custody": Counter(repr(plain(line)) for line in custody.values()),
        }

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        families = defaultdict[str, set[str]](set)
        for item in (item for case in self.cases for item in case["items"]):
            names[item["id"]] = item["url"]
            if item["media"]:
                names[item["media"]["id"]] = f"media {item['media']['sha256'][:12]}"
            if item["family"]:
                families[item["family"]].add(item["media"]["sha256"][:12])
        names |= {family: f"family of {sorted(members)}" for family, members in families.items()}
        for row in self.notices:
            urls = sorted(names[item] for item in row["items"])
            names[row["id"]] = f"round {row['round']} to {row['address']} about {urls}"
        return names

    def require_one_identity_each(self, mail: Iterable[LabMessage]) -> None:
        """For each contact, batch and round one Message-ID; what came more than once came as the same bytes."""
        rounds = Counter((row["contact"], row["round"], tuple(sorted(row["items"]))) for row in self.notices)
        assert {key: count for key, count in rounds.items() if count > 1} == {}
        bodies = defaultdict[str, set[bytes]](set)
        for message in mail:
            bodies[message.message_id].add(message.raw)
        assert {name: len(raws) for name, raws in bodies.items() if len(raws) > 1} == {}
        ids = [row["message_id"] for row in self.notices if row["message_id"]]
        assert sorted(set(ids)) == sorted(ids)
        assert set(bodies) <= {row["message_id"] for row in self.notices if row["state"] == "sent"}

    def require_unbroken_moves(self) -> None:
        """Each item's moves follow one another: what one line leaves the next one begins with."""
        last: dict[str, str] = {}
        for line in sorted((line for case in self.cases for line in case["custody"]), key=lambda line: line["seq"]):
            item = line["subject"]
            if not item.startswith("I") or line["to"] is None:
                continue
            assert (item, line["from"]) == (item, last.get(item)), line
            last[item] = line["to"]


def difference(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """Where two homes in words differ, part by part; empty where they are the same."""
    parts: dict[str, Any] = {}
    for part, other in expected.items():
        one = found[part]
        if isinstance(one, Counter) and one != other:
            parts[part] = {"more": dict(one - other), "fewer": dict(other - one)}
        elif one != other:
            keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
            parts[part] = {key: (one.get(key), other.get(key)) for key in keys}
    return parts
