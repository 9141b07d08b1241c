"""Brings the database of an older program up to date: a copy first, then Alembic, step by step."""

from pathlib import Path

from sqlalchemy import Engine

from hotline import db


def upgrade(database: Path, engine: Engine, revision: str) -> None:
    """Upgrades to `revision` in one transaction, after a copy `hotline.db.before-REVISION` beside the database."""
    from alembic import command
    from alembic.config import Config

    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.backup(database, database.with_name(f"{database.name}.before-{revision}"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with db.transaction(engine) as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, revision)
