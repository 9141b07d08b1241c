"""The chain of custody: one line for every change, in its transaction, and the proof that nothing was altered."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, inspect, type_coerce
from sqlalchemy import select as select_columns
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import NullType
from sqlmodel import Session, col, select

from hotline import db
from hotline.db import time_text
from hotline.errors import AuditError, MoveError, StorageError
from hotline.models import AUDITED, LETTERS, CustodyEntry, Item, Row, Text
from hotline.states import BY_ITSELF, State

START = "0" * 64
_LAST = select(CustodyEntry.seq, CustodyEntry.hash).order_by(col(CustodyEntry.seq).desc()).limit(1)


@dataclass(frozen=True)
class Books:
    """What a write transaction needs: the database, where its anchor is kept, who writes and when."""

    engine: Engine
    anchor: Path
    actor: str
    now: datetime


@dataclass(frozen=True)
class Audit:
    """What `verify` found: how many entries and rows hold, and how many entries came after the anchor."""

    entries: int
    rows: int
    behind: int | None
    head: str


@dataclass(frozen=True)
class _Line:
    action: str
    subject: str
    from_state: str | None
    to_state: str | None
    reason: str | None
    text: str | None


@contextmanager
def transaction(books: Books) -> Iterator[Session]:
    """Opens a write transaction in which every changed row needs a custody line; commits, then moves the anchor."""
    with db.transaction(books.engine) as session:
        session.info.update(lines=[], touched={})
        event.listen(session, "after_flush", _note_touched)
        yield session
        written = _write_lines(session, books)
    if written is not None:
        _write_anchor(books.anchor, *written)


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    text: str | None = None,
) -> None:
    """Adds a line about `subject`. Free `text` is kept apart, erasable; the line holds only its salted digest."""
    session.info["lines"].append(_Line(action, subject, from_state, to_state, reason, text))


def move(
    session: Session,
    item: Item,
    to: State,
    moves: Mapping[State, frozenset[State]] = BY_ITSELF,
    *,
    action: str = "item.move",
    reason: str | None = None,
    text: str | None = None,
) -> None:
    """Changes an item's state with its custody line. Raises MoveError unless the table `moves` has this move."""
    if to not in moves[State(item.state)]:
        raise MoveError(f"I{item.id} is {item.state} and cannot become {to} this way; `hotline case show` tells more")
    record(session, action, f"I{item.id}", from_state=item.state, to_state=to, reason=reason, text=text)
    item.state = to
    session.add(item)


def read_anchor(path: Path) -> tuple[int, str] | None:
    """Reads the anchor (sequence, hash); None when there is none. Raises AuditError when it is not one."""
    try:
        sequence, digest = path.read_text().split()
        return int(sequence), digest
    except FileNotFoundError:
        return None
    except (ValueError, OSError):
        raise AuditError(f"{path.name} is not a readable anchor; give the one that was kept with --anchor") from None


def verify(session: Session, anchor: tuple[int, str] | None) -> Audit:
    """Recomputes the whole chain and every audited row, from the values as they lie on disk.

    Raises AuditError naming the first thing wrong. Passes when the anchor lies anywhere on the chain.
    """
    try:
        return _verify(session, anchor)
    except OperationalError as error:
        if not any(sign in str(error.orig) for sign in ("Could not decode", "no such")):
            raise
        raise AuditError("a text or table was altered so that it cannot be read any more") from None


def _verify(session: Session, anchor: tuple[int, str] | None) -> Audit:
    previous, sequence, known, anchored = START, 0, dict[str, str](), anchor is None or anchor == (0, START)
    for entry in _stored(session, CustodyEntry):
        sequence += 1
        _check_entry(session, entry, sequence, previous)
        known.update(json.loads(entry["rows"]))
        previous = entry["hash"]
        anchored = anchored or (sequence, previous) == anchor
    if not anchored:
        raise AuditError("the anchor is not on the chain: entries were cut off or rewritten after it was made")
    rows = _check_rows(session, known)
    return Audit(sequence, rows, sequence - anchor[0] if anchor else None, previous)


def _stored(session: Session, table: type[Row]) -> Iterator[dict[str, Any]]:
    """A table's rows by key and untranslated, because a value that only reads the same was altered too."""
    mapper = inspect(table)
    columns = (type_coerce(column, NullType()).label(column.key) for column in mapper.columns)
    rows = session.execute(select_columns(*columns).order_by(*mapper.primary_key)).mappings().yield_per(1000)
    return (dict(row) for row in rows)


def _check_entry(session: Session, entry: dict[str, Any], sequence: int, previous: str) -> None:
    if entry["seq"] != sequence:
        raise AuditError(f"custody entry {sequence} is missing")
    if entry["previous"] != previous or entry["hash"] != _digest({k: v for k, v in entry.items() if k != "hash"}):
        raise AuditError(f"custody entry {sequence} was altered")
    text = session.get(Text, entry["text_id"]) if entry["text_id"] else None
    if text is not None and _text_digest(text) != entry["text_digest"]:
        raise AuditError(f"the free text of custody entry {sequence} was altered")


def _check_rows(session: Session, known: dict[str, str]) -> int:
    left = {name for name, digest in known.items() if digest}
    for table in AUDITED:
        for row in _stored(session, table):
            name = _name(table, row)
            if known.get(name) != _digest(row):
                raise AuditError(f"row {name} was altered or added outside the chain")
            left.discard(name)
    if left:
        raise AuditError(f"row {min(left)} was deleted outside the chain")
    return sum(1 for digest in known.values() if digest)


def _note_touched(session: Session, _: object) -> None:
    touched = session.info["touched"]
    for row in (*session.new, *session.dirty):
        if isinstance(row, AUDITED):
            touched[id(row)] = (row, False)
    for row in session.deleted:
        if isinstance(row, AUDITED):
            touched[id(row)] = (row, True)


def _write_lines(session: Session, books: Books) -> tuple[int, str] | None:
    session.flush()
    lines: list[_Line] = session.info["lines"]
    touched: list[tuple[Row, bool]] = list(session.info["touched"].values())
    if not lines:
        if touched:
            raise AssertionError(
                f"rows changed without a custody line: {[_name(type(row), _values(row)) for row, _ in touched]}"
            )
        return None
    sequence, previous = head(session)
    entries = []
    for line, rows in zip(lines, _shared_out(lines, touched), strict=True):
        sequence += 1
        entries.append(_entry(session, line, books, sequence, previous, rows))
        previous = entries[-1]["hash"]
    session.execute(insert(CustodyEntry), entries, execution_options={"render_nulls": True})
    return sequence, previous


def _shared_out(lines: list[_Line], touched: list[tuple[Row, bool]]) -> list[dict[str, str]]:
    """Gives each line the digests of its subject's row, and the last line those of all rows nobody named."""
    last_about = {line.subject: number for number, line in enumerate(lines)}
    shares: list[dict[str, str]] = [{} for _ in lines]
    for row, is_deleted in touched:
        number = last_about.get(subject_of(row), len(lines) - 1)
        shares[number][_name(type(row), _values(row))] = "" if is_deleted else _digest(_values(row))
    return shares


def subject_of(row: Row) -> str:
    """The id under which custody lines speak of a row: `I31`; its table name where people never name it."""
    letter = LETTERS.get(type(row))
    return f"{letter}{getattr(row, 'id')}" if letter else str(type(row).__tablename__)  # noqa: B009


def _entry(
    session: Session, line: _Line, books: Books, sequence: int, previous: str, rows: dict[str, str]
) -> dict[str, Any]:
    text = Text(salt=secrets.token_hex(16), content=line.text) if line.text else None
    if text is not None:
        session.add(text)
        session.flush()
    values: dict[str, Any] = {
        "seq": sequence,
        "at": books.now,
        "actor": books.actor,
        "action": line.action,
        "subject": line.subject,
        "from_state": line.from_state,
        "to_state": line.to_state,
        "reason": line.reason,
        "text_id": text.id if text else None,
        "text_digest": _text_digest(text) if text else None,
        "rows": _json(rows),
        "previous": previous,
    }
    return values | {"hash": _digest(values)}


def last_to_state(session: Session, subject: str) -> str | None:
    """What the newest line about a subject that names a state says it became."""
    chosen = (CustodyEntry.subject == subject, col(CustodyEntry.to_state).is_not(None))
    newest = select(CustodyEntry.to_state).where(*chosen).order_by(col(CustodyEntry.seq).desc()).limit(1)
    return session.exec(newest).first()


def head(session: Session) -> tuple[int, str]:
    """The last entry's sequence and hash; (0, zeros) for an empty chain."""
    return session.exec(_LAST).first() or (0, START)


def _write_anchor(path: Path, sequence: int, digest: str) -> None:
    """Replaces the anchor whole, so that a reader never meets half of one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        temporary.write_text(f"{sequence} {digest}\n")
        temporary.chmod(0o640)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(
            f"it is done and recorded, but {path.name} could not be written ({error.strerror}); free disk space or "
            "rights, the next change writes it"
        ) from None


def _text_digest(text: Text) -> str:
    return _digest({"salt": text.salt, "content": text.content})


def _values(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields}


def _name(table: type[Row], values: Mapping[str, Any]) -> str:
    """Names a row for the chain: table and primary key, `items:31`."""
    keys = (str(values[column.key]) for column in inspect(table).primary_key)
    return f"{table.__tablename__}:{'/'.join(keys)}"


def _digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of canonical JSON: columns by name, times as stored, flags as 0 or 1, bytes by their own digest."""
    return hashlib.sha256(_json({name: _plain(value) for name, value in values.items()}).encode()).hexdigest()


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A value as the database keeps it; bytes by their digest, in a list so that no text can stand for them."""
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, bool):
        return int(value)
    return [hashlib.sha256(value).hexdigest()] if isinstance(value, bytes) else value
