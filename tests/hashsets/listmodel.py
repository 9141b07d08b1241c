"""What a list must be after whatever is done to it, kept as plain dictionaries: the library is held against it."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hashsets.formats.rows import ListRow, Withdrawal
from hashsets.values import NEAR, Algorithm

Counts = tuple[int, int, int]
REACH = {Algorithm.PDQ: 31, Algorithm.PHASH: 8}
KINDS = {Algorithm.MD5: "HASH_MD5", Algorithm.SHA1: "HASH_SHA1", Algorithm.SHA256: "HASH_SHA256"}
KINDS |= {Algorithm.PDQ: "HASH_PDQ"}


def page(path: Path, said: list[ListRow | Withdrawal]) -> Path:
    """What ThreatExchange would answer: rows of one hash each, and withdrawals."""
    records = [
        {"id": one.entry, "last_updated": one.changed_at, "should_delete": True, "indicator": "", "type": "HASH_MD5"}
        if isinstance(one, Withdrawal)
        else {
            "id": one.entry,
            "last_updated": one.changed_at,
            "should_delete": False,
            "indicator": one.hashes[0][1],
            "type": KINDS[one.hashes[0][0]],
            "descriptors": {"data": [{"status": "MALICIOUS", "tags": {"data": [{"text": one.label}]}}]},
        }
        for one in said
    ]
    path.write_text(json.dumps({"data": records}))
    return path


def content(row: ListRow) -> tuple[object, ...]:
    """What makes a row differ from another of the same id."""
    return row.label, frozenset(row.hashes), frozenset(row.others), row.changed_at, row.is_video


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@dataclass
class ListModel:
    """Live entries by id with the time of their adding, those gone with (withdrawn at, changed at), persons' words."""

    live: dict[str, tuple[ListRow, datetime]] = field(default_factory=dict)
    gone: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    withdrawn: dict[str, datetime] = field(default_factory=dict)
    version: int = 0

    def take_whole(self, rows: list[ListRow], now: datetime) -> Counts:
        before, was_gone = self.live, dict(self.gone)
        self.live = {}
        for row in rows:
            name = str(row.entry)
            known, added_at = self.live.get(name, (row, before[name][1] if name in before else now))
            both = tuple(dict.fromkeys((*known.hashes, *row.hashes)))
            added = replace(known, hashes=both, is_video=known.is_video or row.is_video)
            self.live[name] = (added, added_at)
        for name in before.keys() - self.live.keys():
            self.gone[name] = (now, before[name][0].changed_at)
        return self._told(before, was_gone)

    def take_delta(self, said: list[ListRow | Withdrawal], now: datetime) -> Counts:
        before, was_gone = dict(self.live), dict(self.gone)
        last = {str(one.entry): one for one in sorted(said, key=lambda one: one.changed_at)}
        for name, one in last.items():
            known_at = before[name][0].changed_at if name in before else -1
            gone_at = was_gone[name][1] if name in was_gone and isinstance(one, ListRow) else -1
            if one.changed_at < max(known_at, gone_at):
                continue
            if isinstance(one, ListRow):
                self.live[name] = (one, before[name][1] if name in before else now)
            else:
                self.live.pop(name, None)
                since, changed_at = self.gone.get(name, (now, 0))
                self.gone[name] = (since, max(changed_at, one.changed_at))
        return self._told(before, was_gone)

    def revive(self, names: set[str]) -> None:
        self.withdrawn = {name: at for name, at in self.withdrawn.items() if name not in names}

    def reached(self, algorithm: Algorithm, value: str) -> dict[str, int]:
        """The distance of every entry that a typed value must find."""
        found: dict[str, int] = {}
        for name, (row, _) in self.live.items():
            distances = [apart(value, listed) for known, listed in row.hashes if known is algorithm]
            limit = REACH[algorithm] if algorithm in NEAR else 0
            if distances and min(distances) <= limit and name not in self.withdrawn:
                found[name] = min(distances)
        return found

    def _told(self, before: dict[str, tuple[ListRow, datetime]], was_gone: dict[str, tuple[datetime, int]]) -> Counts:
        """What the import counts; a new version only where there is news."""
        self.gone = {name: times for name, times in self.gone.items() if name not in self.live}
        both = before.keys() & self.live.keys()
        changed = sum(content(before[name][0]) != content(self.live[name][0]) for name in both)
        told = (len(self.live) - len(both), changed, len(before) - len(both))
        self.version += bool(any(told) or was_gone != self.gone or not self.version)
        return told
