"""Migrations: a database they alone built is the one a new home gets, and an older home is brought up to date whole."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import Session, col, select

from hotline import custody, db, keys, migrations, models
from hotline.decisions import homes
from hotline.home import SCHEMA, Home, open_home, schema_of
from hotline.models import Item, Media, Row, Sighting, SightingMedia
from hotline.settings import parse_settings

ROOT = Path(__file__).parent.parent.parent
LAB = parse_settings(b"[lab]")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def revisions() -> list[str]:
    """Every revision there is, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[tuple[Path, Engine]]:
    """A database file without a table."""
    path = tmp_path / "hotline.db"
    engine = db.open_database(path, secrets.token_bytes(32))
    yield path, engine
    engine.dispose()


def schema(engine: Engine) -> list[tuple[str, str, str]]:
    """Every table and index of ours with its SQL, blanks, quotes and order of constraints apart."""
    with db.reading(engine) as session:
        query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
        rows = session.execute(text(query)).all()
    return sorted((kind, name, normal(sql)) for kind, name, sql in rows)


def normal(sql: str) -> str:
    head, _, body = sql.replace('"', "").partition("(")
    parts = sorted(" ".join(part.split()) for part in re.split(r",\s*\n", body.rpartition(")")[0]))
    return f"{' '.join(head.split())} ({', '.join(parts)})"


def shape(engine: Engine) -> dict[str, Any]:
    """The tables as SQLAlchemy sees them: columns with type and nullability, keys, indexes, foreign keys."""
    with db.reading(engine) as session:
        seen = inspect(session.connection())
        return {
            table: {
                "columns": [_column(column) for column in seen.get_columns(table)],
                "unique": sorted(sorted(u["column_names"]) for u in seen.get_unique_constraints(table)),
                "indexes": sorted((str(i["name"]), i["column_names"], i["unique"]) for i in seen.get_indexes(table)),
                "foreign": sorted((k["constrained_columns"], k["referred_table"]) for k in _foreign(seen, table)),
            }
            for table in sorted(seen.get_table_names())
        }


def _foreign(seen: Any, table: str) -> list[Any]:
    return list(seen.get_foreign_keys(table))


def _column(column: Any) -> tuple[Any, ...]:
    return column["name"], str(column["type"]), column["nullable"], column["primary_key"]


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


def test_a_home_of_any_revision_opens_with_this_program(tmp_path: Path) -> None:
    """Also one that only migrations built: its rows are there, and a copy from before lies beside what was upgraded."""
    for revision in revisions():
        folder = tmp_path / revision
        made = homes.make(folder, LAB)
        made.engine.dispose()
        rebuild(folder, revision, made)

        home = open_home(folder)

        assert (schema_of(home.engine), home.home_id) == (SCHEMA, made.home_id)
        home.engine.dispose()
        assert (folder / f"hotline.db.before-{SCHEMA}").exists() == (revision != SCHEMA)


def test_sightings_and_copies_of_an_older_home_are_all_there_and_the_chain_holds(tmp_path: Path) -> None:
    """Two tables are built anew so that a sighting may be without bytes; nothing is lost, and no number reused."""
    folder = tmp_path / "home"
    made = homes.make(folder, LAB)
    made.engine.dispose()
    rebuild(folder, "0002", made)
    engine = opened(folder / "hotline.db", (folder / "keys" / "database.key").read_text())
    with custody.transaction(custody.Books(engine, folder / "custody.anchor", "alice", NOW)) as session:
        session.get_one(models.Home, 1).made_at = NOW  # the chain learns of the row that rebuild put there
        shown = [_media(number) for number in (1, 2)]
        item = Item(
            key="k", key_version=1, url="u", href="u", host="h", kind="picture", state="illegal", received_at=NOW
        )
        session.add_all([*shown, item])
        session.flush()
        session.add(Sighting(media_id=1, item_id=1, first_seen_at=NOW, last_seen_at=NOW, gone_at=NOW))
        session.add(Sighting(media_id=1, item_id=1, first_seen_at=NOW, last_seen_at=NOW))
        session.flush()
        session.add(SightingMedia(sighting_id=2, media_id=2, first_seen_at=NOW))
        custody.record(session, "test.fill", "I1")
    engine.dispose()

    home = open_home(folder)

    with db.reading(home.engine) as session:
        rows = session.exec(select(Sighting).order_by(col(Sighting.id))).all()
        assert [(row.id, row.media_id, row.gone_at is None) for row in rows] == [(1, 1, False), (2, 1, True)]
        assert [(row.sighting_id, row.media_id) for row in session.exec(select(SightingMedia)).all()] == [(2, 2)]
        assert custody.verify(session, None).rows > 0
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert session.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'sightings'")).scalar() == 2
    home.engine.dispose()


def _media(number: int) -> Media:
    digest = str(number) * 64
    return Media(sha256=digest, sha1="1", md5="1", size_bytes=1, hasher="test", first_seen_at=NOW)


def rebuild(folder: Path, revision: str, made: Home) -> None:
    """Puts a database that migrations built up to `revision` into a home, with the one row every home has."""
    (folder / "hotline.db").unlink()
    engine = opened(folder / "hotline.db", (folder / "keys" / "database.key").read_text())
    migrations.upgrade(folder / "hotline.db", engine, revision)
    with db.transaction(engine) as session:
        check = keys.check_of(made.workspace, made.home_id)
        values = {"home_id": made.home_id, "check": check, "at": "2026-03-01T12:00:00.000000+00:00"}
        row = "INSERT INTO home (home_id, workspace_check, made_at) VALUES (:home_id, :check, :at)"
        session.execute(text(row), values)
    engine.dispose()
    for copy in folder.glob("hotline.db.before-*"):
        copy.unlink()


def opened(path: Path, key: str) -> Engine:
    return db.open_database(path, bytes.fromhex(key.strip()))


# The copy from before


def test_the_copy_from_before_is_whole_although_the_log_was_not_yet_in_the_file(tmp_path: Path) -> None:
    """What was written a moment ago lies in the write-ahead log only; the copy has it, and opens with the same key."""
    key = secrets.token_bytes(32)
    engine = db.open_database(tmp_path / "hotline.db", key)
    with db.transaction(engine) as session:
        session.execute(text("CREATE TABLE kept (word TEXT)"))
        session.execute(text("INSERT INTO kept VALUES ('Tiranë')"))

    migrations.upgrade(tmp_path / "hotline.db", engine, SCHEMA)

    path = tmp_path / f"hotline.db.before-{SCHEMA}"
    copy = db.open_database(path, key)
    with db.reading(copy) as session:
        assert session.execute(text("SELECT word FROM kept")).all() == [("Tiranë",)]
        assert inspect(session.connection()).get_table_names() == ["kept"]
    assert f"{path.stat().st_mode & 0o777:o}" == "640"
    assert b"kept" not in path.read_bytes()
    copy.dispose()
    engine.dispose()


def test_what_an_upgrade_leaves_behind_stops_no_colleague_of_the_group(nothing: tuple[Path, Engine]) -> None:
    """After an upgrade that failed the next account tries: it must be able to take the lock, whatever the umask."""
    path, engine = nothing
    before = os.umask(0o077)
    try:
        migrations.upgrade(path, engine, SCHEMA)
    finally:
        os.umask(before)

    left = {file.name: f"{file.stat().st_mode & 0o777:o}" for file in path.parent.glob("hotline.db.*")}
    assert left.pop(f"hotline.db.before-{SCHEMA}") == "640"
    assert set(left.values()) <= {"660"}


def test_an_upgrade_that_fails_changes_nothing(nothing: tuple[Path, Engine]) -> None:
    path, engine = nothing
    with db.transaction(engine) as session:
        session.execute(text("CREATE TABLE work (word TEXT)"))

    with pytest.raises(sqlcipher.DatabaseError, match="already exists"):
        migrations.upgrade(path, engine, SCHEMA)

    assert list(shape(engine)) == ["work"]


UPGRADE = """
import sys
from pathlib import Path
from hotline import db, migrations
path, key, revision = sys.argv[1:]
engine = db.open_database(Path(path), bytes.fromhex(key))
migrations.upgrade(Path(path), engine, revision)
"""


def test_two_programs_upgrading_at_once_do_it_once_and_keep_the_copy_from_before(tmp_path: Path) -> None:
    path, key = tmp_path / "hotline.db", secrets.token_bytes(32)
    engine = db.open_database(path, key)
    with db.transaction(engine) as session:
        session.execute(text("CREATE TABLE kept (word TEXT)"))
    arguments = [sys.executable, "-c", UPGRADE, str(path), key.hex(), SCHEMA]

    programs = [subprocess.Popen(arguments, cwd=ROOT) for _ in range(3)]

    assert [program.wait(timeout=60) for program in programs] == [0, 0, 0]
    assert schema_of(engine) == SCHEMA
    copy = db.open_database(tmp_path / f"hotline.db.before-{SCHEMA}", key)
    assert list(shape(copy)) == ["kept"]
    copy.dispose()
    engine.dispose()


def test_there_is_no_way_back_but_the_copy(nothing: tuple[Path, Engine]) -> None:
    path, engine = nothing
    migrations.upgrade(path, engine, SCHEMA)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    with (
        db.transaction(engine) as session,
        pytest.raises(RuntimeError, match="put back the copy made before the upgrade"),
    ):
        _downgrade(config, session)

    assert schema_of(engine) == SCHEMA


def _downgrade(config: Config, session: Session) -> None:
    config.attributes["connection"] = session.connection()
    command.downgrade(config, "base")
