"""What the tests of hotline share: a fixed time, and an empty encrypted database with its anchor to write into."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import Session, col, select

from hotline import custody, db
from hotline.models import CustodyEntry, Item, Row
from hotline.states import Kind, State

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ledger:
    """A database on disk, the key it opens with, and the books that are kept about it."""

    path: Path
    key: bytes
    engine: Engine
    anchor: Path
    now: datetime = NOW

    def at(self, now: datetime) -> "Ledger":
        return replace(self, now=now)

    def copied(self, folder: Path) -> "Ledger":
        """The same database and anchor in another folder, open."""
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.path, folder)
        if self.anchor.exists():
            shutil.copy(self.anchor, folder)
        path = folder / self.path.name
        return replace(self, path=path, engine=db.open_database(path, self.key), anchor=folder / self.anchor.name)

    @contextmanager
    def writing(self, actor: str = "drita") -> Iterator[Session]:
        """A write transaction as decisions and pipeline open it."""
        with custody.transaction(custody.Books(self.engine, self.anchor, actor, self.now)) as session:
            yield session

    def verify(self) -> custody.Audit:
        """What `hotline audit verify` does."""
        with db.reading(self.engine) as session:
            return custody.verify(session, custody.read_anchor(self.anchor))

    def entries(self) -> list[CustodyEntry]:
        with db.reading(self.engine) as session:
            return list(session.exec(select(CustodyEntry).order_by(col(CustodyEntry.seq))))

    def add_item(self, name: str = "a", state: State = State.RECEIVED) -> int:
        """An item with its line of custody; returns its number."""
        with self.writing() as session:
            item = self.new_item(name, state)
            session.add(item)
            session.flush()
            custody.record(session, "item.add", f"I{item.id}", to_state=state)
            return item.id

    def new_item(self, name: str = "a", state: State = State.RECEIVED) -> Item:
        href = f"https://img.example/{name}.jpg"
        return Item(
            key=href,
            key_version=1,
            url=href,
            href=href,
            host="img.example",
            kind=Kind.PICTURE,
            state=state,
            received_at=self.now,
        )

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Runs SQL through a second connection, as somebody with the key and another program would."""
        connection = sqlcipher.connect(str(self.path), isolation_level=None)
        try:
            connection.execute(f"PRAGMA key = \"x'{self.key.hex()}'\"")
            return list(connection.execute(statement, values))
        finally:
            connection.close()


@pytest.fixture
def as_nobody() -> Callable[[], AbstractContextManager[None]]:
    """Lets a block run as an account without rights where the tests run as root; elsewhere file modes do it."""

    @contextmanager
    def without_rights() -> Iterator[None]:
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(before)

    return without_rights


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A database with every table and no row: made once, copied for each test."""
    folder, key = tmp_path_factory.mktemp("empty"), secrets.token_bytes(32)
    engine = db.open_database(folder / "hotline.db", key)
    with db.transaction(engine) as session:
        Row.metadata.create_all(session.connection())
    yield Ledger(folder / "hotline.db", key, engine, folder / "custody.anchor")
    engine.dispose()


@pytest.fixture
def ledger(tmp_path: Path, empty: Ledger) -> Iterator[Ledger]:
    """An empty database with every table, of the test's own."""
    opened = empty.copied(tmp_path)
    yield opened
    opened.engine.dispose()
