"""Migrations: a database they alone built is the one a new home gets, and an older home is brought up to date whole."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import hotline.migrations
from hotline import db, migrations
from hotline.decisions import homes
from hotline.errors import HotlineError
from hotline.home import SCHEMA, open_home, schema_of
from hotline.models import Row
from hotline.settings import parse_settings

LAB = parse_settings(b"[lab]")


def revisions() -> list[str]:
    """Every revision there is, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(hotline.migrations.__file__).parent))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[tuple[Path, Engine]]:
    """A database file without a table."""
    path = tmp_path / "hotline.db"
    engine = db.open_database(path, secrets.token_bytes(32))
    yield path, engine
    engine.dispose()


def schema(engine: Engine) -> list[tuple[str, str, str]]:
    """Every table and index with its SQL, blanks, quotes and order of constraints apart."""
    with db.reading(engine) as session:
        rows = session.execute(text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    return sorted((kind, name, normal(sql)) for kind, name, sql in rows)


def normal(sql: str) -> str:
    head, _, body = sql.replace('"', "").partition("(")
    parts = sorted(" ".join(part.split()) for part in body.rpartition(")")[0].split(",\n"))
    return f"{' '.join(head.split())} ({', '.join(parts)})"


def shape(engine: Engine) -> dict[str, Any]:
    """The tables as SQLAlchemy sees them: columns with type and nullability, keys, indexes, foreign keys."""
    with db.reading(engine) as session:
        seen = inspect(session.connection())
        return {
            table: {
                "columns": [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in seen.get_columns(table)],
                "unique": sorted(sorted(u["column_names"]) for u in seen.get_unique_constraints(table)),
                "indexes": sorted((str(i["name"]), i["column_names"], i["unique"]) for i in seen.get_indexes(table)),
                "foreign": sorted((f["constrained_columns"], f["referred_table"]) for f in seen.get_foreign_keys(table)),
            }
            for table in sorted(seen.get_table_names())
        }


def test_the_newest_revision_is_the_one_the_program_works_with() -> None:
    assert revisions()[-1] == SCHEMA


def test_revisions_sort_as_they_follow_each_other() -> None:
    """The home compares them as texts to tell newer from older."""
    assert revisions() == sorted(revisions())


def test_migrations_alone_build_what_a_new_home_has(tmp_path: Path, nothing: tuple[Path, Engine]) -> None:
    path, engine = nothing
    made = homes.make(tmp_path / "home", LAB)

    migrations.upgrade(path, engine, SCHEMA)

    assert shape(made.engine) == shape(engine)
    assert schema(made.engine) == schema(engine)
    assert (schema_of(made.engine), schema_of(engine)) == (SCHEMA, SCHEMA)
    made.engine.dispose()


def test_the_tables_of_the_models_are_those_of_a_new_home(tmp_path: Path) -> None:
    made = homes.make(tmp_path / "home", LAB)

    assert set(shape(made.engine)) == set(Row.metadata.tables) | {"alembic_version"}
    made.engine.dispose()


@pytest.mark.parametrize("older", ["base", *revisions()[:-1]])
def test_a_database_of_any_older_revision_is_brought_up_to_date(
    tmp_path: Path, nothing: tuple[Path, Engine], older: str
) -> None:
    path, engine = nothing
    if older != "base":
        migrations.upgrade(path, engine, older)

    migrations.upgrade(path, engine, SCHEMA)

    made = homes.make(tmp_path / "home", LAB)
    assert schema(made.engine) == schema(engine)
    made.engine.dispose()


def test_a_home_without_the_newest_revision_is_upgraded_by_the_next_command(tmp_path: Path) -> None:
    """Everything it held is still there afterwards, and a copy of the database from before lies beside it."""
    folder = tmp_path / "home"
    made = homes.make(folder, LAB)
    with db.transaction(made.engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = ''"))
        kept = session.execute(text("SELECT * FROM custody")).all()
        for table in set(Row.metadata.tables) - {"home", "people", "custody"}:
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0, table
    made.engine.dispose()
    _step_back(folder)

    home = open_home(folder)

    assert schema_of(home.engine) == SCHEMA
    with db.reading(home.engine) as session:
        assert kept == session.execute(text("SELECT * FROM custody")).all()
    home.engine.dispose()
    assert (folder / f"hotline.db.before-{SCHEMA}").exists()
