"""Brings the database of an older program up to date: a copy first, then Alembic, step by step."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from hotline import db
from hotline.errors import StorageError


def upgrade(database: Path, engine: Engine, revision: str) -> None:
    """Upgrades to `revision` in one transaction, after a copy `hotline.db.before-REVISION` beside the database.

    Of several programs that try at once, one does it and the others find it done. Raises StorageError.
    """
    from alembic import command
    from alembic.config import Config

    with _alone(database):
        if _revision_of(engine) == revision:
            return
        _empty_the_log(engine)
        db.backup(database, database.with_name(f"{database.name}.before-{revision}"))
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        with db.transaction(engine) as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, revision)


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    with database.with_name(f"{database.name}.upgrading").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _revision_of(engine: Engine) -> str | None:
    with db.reading(engine) as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        return session.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _empty_the_log(engine: Engine) -> None:
    """Brings the write-ahead log into the file, so that a copy of the file is whole."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (is_busy, *_) = cursor.fetchone() or (1,)
    finally:
        connection.close()
    if is_busy:
        raise StorageError(
            "another program uses the database; stop it, so that a whole copy can be made, and try again"
        )
