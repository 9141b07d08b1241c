"""Brings the database of an older program up to date: a copy first, then Alembic, step by step."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from hotline import db


def upgrade(database: Path, engine: Engine, revision: str) -> None:
    """Upgrades to `revision` in one transaction, after a copy `hotline.db.before-REVISION` beside the database.

    Of several programs that try at once, one does it and the others find it done.
    """
    from alembic import command
    from alembic.config import Config

    with _alone(database):
        if _revision_of(engine) == revision:
            return
        db.backup(engine, database.with_name(f"{database.name}.before-{revision}"))
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        with db.transaction(engine) as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, revision)


def run_script(path: Path) -> None:
    """For a migration that is plain SQL: runs its statements one after the other."""
    from alembic import op

    for statement in path.read_text().split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    path = database.with_name(f"{database.name}.upgrading")
    is_new = not path.exists()
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o660)
    try:
        if is_new:
            os.fchmod(descriptor, 0o660)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _revision_of(engine: Engine) -> str | None:
    with db.reading(engine) as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        return session.execute(text("SELECT version_num FROM alembic_version")).scalar()
