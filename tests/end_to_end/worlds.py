"""What the end-to-end tests share: a home in a lab internet, and its state in words that do not depend on numbers.

It drives the installed program from outside only; nothing here reads the database or calls the hotline's own code.
"""

import os
import re
import shutil
import signal
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cli import Hotline
from scripts.lab import Lab, LabClock, LabMessage

AT_ONCE = 2
KILLED = -signal.SIGKILL
LIMIT_S = 180.0
_ID = re.compile(r"\b[IMNFB][1-9][0-9]*\b")
_TIMES = frozenset({"at", "since", "until", "received_at", "host_at", "police_at", "removed_at"})
Document = dict[str, Any]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs calls side by side, as many as there are cores; their results in the order given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@dataclass
class World:
    """A lab internet, one home in it and its calendar."""

    folder: Path
    lab: Lab
    hotline: Hotline
    clock: LabClock

    @classmethod
    def begin(cls, folder: Path, lab: Lab, **settings: object) -> "World":
        """Makes the home; all sites must stand by now, since its settings name them."""
        clock = LabClock()
        hotline = Hotline(folder / "home", clock=clock, timeout_s=LIMIT_S)
        hotline.run("init", *lab.set_options(**settings))
        return cls(folder, lab, hotline, clock)

    def copy(self, name: str) -> "World":
        """The same home again under another name, with a calendar of its own; mail and sites are shared."""
        clock = LabClock(self.clock.now)
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.hotline.home, home)
        hotline = Hotline(home, self.hotline.env, clock=clock, timeout_s=LIMIT_S)
        return World(self.folder, self.lab, hotline, clock)

    def ask(self, *commands: Sequence[str]) -> list[Any]:
        """The JSON documents of several commands, run side by side."""
        return together(*(lambda words=words: self.hotline.json(*words) for words in commands))

    def approve_contact(self, address: str, answers_for: str, role: str = "host") -> str:
        made = self.hotline.json("contact", "add", address, "--answers-for", answers_for, "--role", role)["id"]
        self.hotline.run("contact", "approve", made)
        return str(made)

    def picture(self, body: bytes, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(body)
        return path

    def case(self, case_id: str = "C1") -> Document:
        return self.hotline.json("case", "show", case_id)

    def items(self, case_id: str = "C1") -> dict[str, Document]:
        """The items of a case by their address."""
        return {item["url"]: item for item in self.case(case_id)["items"]}

    def states(self, case_id: str = "C1") -> dict[str, str]:
        return {url: item["state"] for url, item in self.items(case_id).items()}


def interrupted(hotline: Hotline, *args: str, until: Callable[[], bool], env: dict[str, str] | None = None) -> Any:
    """Starts a command in a process group of its own, as a shell does, and presses Ctrl-C once `until` holds."""
    with subprocess.Popen(
        hotline.command(*args),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=hotline.environment(env),
        start_new_session=True,
    ) as process:
        while process.poll() is None and not until():
            pass
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=LIMIT_S)
    return process.returncode, stdout, stderr


def snapshot(world: World, *, is_timed: bool = True, with_queue: bool = False) -> Document:
    """The whole home with addresses, hashes and mailboxes for numbers, so that two homes can be compared.

    Not timed: without any time, for homes that did the same at another hour.
    """
    cases, reports, notices, contacts, queue = world.ask(
        ("case", "list"), ("report", "list"), ("notice", "list"), ("contact", "list"), *[("queue",)] * with_queue
    ) + [[]] * (not with_queue)
    shown = world.ask(*(("case", "show", row["id"]) for row in cases))
    names = _names(shown, notices)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if is_timed or key not in _TIMES}
            return {key: plain(one) for key, one in kept.items() if key not in ("seq", "hash", "id", "evidence")}
        if isinstance(value, list):
            return sorted((plain(one) for one in value), key=repr)
        return _ID.sub(lambda found: names.get(found[0], found[0]), value) if isinstance(value, str) else value

    custody = {line["seq"]: line for case in shown for line in case["custody"]}
    return {
        "reports": [(row["id"], row["case"]) for row in reports],
        "cases": {row["id"]: row["state"] for row in cases},
        "items": {item["url"]: plain(item) for case in shown for item in case["items"]},
        "notices": {names[row["id"]]: (row["state"], row["outcome"]) for row in notices},
        "contacts": [(row["address"], row["state"]) for row in contacts],
        "custody": Counter(repr(plain(line)) for line in custody.values()),
        "queue": [(row["kind"], row["case"], row["priority"], plain(row["why"])) for row in queue],
    }


def _names(shown: Iterable[Document], notices: Iterable[Document]) -> dict[str, str]:
    names: dict[str, str] = {}
    families = defaultdict[str, set[str]](set)
    for item in (item for case in shown for item in case["items"]):
        names[item["id"]] = item["url"]
        if item["media"]:
            names[item["media"]["id"]] = f"media {item['media']['sha256'][:12]}"
        if item["family"]:
            families[item["family"]].add(item["media"]["sha256"][:12])
    names |= {family: f"family of {sorted(members)}" for family, members in families.items()}
    for row in notices:
        urls = sorted(names[item] for item in row["items"])
        names[row["id"]] = f"round {row['round']} to {row['address']} about {urls}"
    return names


def difference(found: Document, expected: Document) -> dict[str, Any]:
    """Where two snapshots differ, part by part; empty where they are the same."""
    parts: dict[str, Any] = {}
    for part in expected:
        one, other = found[part], expected[part]
        if isinstance(one, Counter):
            if one != other:
                parts[part] = {"more": dict(one - other), "fewer": dict(other - one)}
        elif isinstance(one, dict):
            keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
            if keys:
                parts[part] = {key: (one.get(key), other.get(key)) for key in keys}
        elif one != other:
            parts[part] = (one, other)
    return parts


def require_one_identity_each(world: World, mail: Iterable[LabMessage], may_wait: Iterable[str] = ()) -> None:
    """For each contact, batch and round one Message-ID, each with the same bytes whenever it came."""
    notices = world.hotline.json("notice", "list")
    rounds = Counter((row["contact"], row["round"], tuple(sorted(row["items"]))) for row in notices)
    assert {key: count for key, count in rounds.items() if count > 1} == {}

    bodies = defaultdict[str, set[bytes]](set)
    for message in mail:
        bodies[message.message_id].add(message.raw)
    assert {name: len(raws) for name, raws in bodies.items() if len(raws) > 1} == {}
    ids = [row["message_id"] for row in notices if row["message_id"]]
    assert sorted(set(ids)) == sorted(ids)
    sent = {row["message_id"] for row in notices if row["state"] == "sent"}
    assert set(bodies) - set(may_wait) == sent


def require_unbroken_moves(custody: Iterable[Document]) -> None:
    """Each item's moves follow one another: what one line leaves, the next one begins with; none is there twice."""
    last: dict[str, str] = {}
    for line in sorted(custody, key=lambda line: line["seq"]):
        if not line["subject"].startswith("I") or line["to"] is None:
            continue
        if line["subject"] in last and line["from"] is not None:
            assert (line["subject"], line["from"]) == (line["subject"], last[line["subject"]]), line
        last[line["subject"]] = line["to"]
