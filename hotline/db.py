"""The encrypted database: how it is opened, its time type and its two kinds of transaction. Knows no table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, String, TypeDecorator, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import Session

from hotline.boundaries import boundary
from hotline.errors import HomeError, StorageError

BUSY_TIMEOUT_S = 30
MAX_CONNECTIONS = 64
"""Kept at most by one program: as many workers as the settings allow, each with one at a time."""
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "recursive_triggers = ON",
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time as fixed-width RFC 3339 text, so that text order is time order. Refuses naive times."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else time_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def time_text(value: datetime) -> str:
    """Returns `2026-11-21T10:00:00.000000+00:00`. Raises ValueError for a naive time."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone was about to be stored; pass an aware time")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def open_database(path: Path, key: bytes) -> Engine:
    """Opens the SQLCipher file at `path` with the 32-byte `key`. Raises HomeError when the key does not fit."""
    # Never echoed and never with parameters: an error text must not carry an address or a name.
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=_connector(path, key),
        poolclass=QueuePool,
        pool_size=MAX_CONNECTIONS,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connector(path: Path, key: bytes) -> Callable[[], Any]:
    def connect() -> Any:
        connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S)
        connection.execute("PRAGMA cipher_log_level = NONE")  # SQLCipher's own lines on stderr; the error says it all
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlcipher.DatabaseError as error:
            connection.close()
            raise _translated(error) from None
        return connection

    return connect


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Opens a write transaction: commits on leaving, rolls back on any error. Raises StorageError."""
    with _storage_errors(), Session(engine, expire_on_commit=False) as session:
        yield session
        boundary("commit.before")
        session.commit()
        boundary("commit.after")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Opens a read transaction: a steady view that hinders no writer. What it loads may not be changed."""
    with _storage_errors(), Session(engine.execution_options(is_reading=True), expire_on_commit=False) as session:
        yield session


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise _translated(error.orig or error) from error


def _translated(error: BaseException) -> Exception:
    text = str(error)
    if "not a database" in text:
        return HomeError("the database does not open with keys/database.key; put back the key file that belongs to it")
    if "malformed" in text:
        return HomeError("the database is damaged; put hotline.db back from the newest backup")
    if any(sign in text for sign in ("disk is full", "locked", "unable to open", "disk I/O", "readonly")):
        return StorageError(f"the database could not be used ({text}); free disk space or rights, then run it again")
    if isinstance(error, Exception):
        return error
    raise error


def empty_log(engine: Engine) -> None:
    """Brings all that was written into the database file and leaves nothing of it in the log beside it."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def backup(engine: Engine, target: Path) -> None:
    """Writes a whole copy, log included and under the same key, although other programs may be at work."""
    target.unlink(missing_ok=True)
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    target.chmod(0o640)
