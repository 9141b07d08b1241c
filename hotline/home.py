"""A hotline home on disk: its folders, keys, settings, database and calendar. Knows no case and no step."""

import grp
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlmodel import Session, select

from hotline import db, keys, models
from hotline.errors import HomeError
from hotline.platforms import Platform, known_platforms
from hotline.settings import Settings, load_settings, read_time, render_settings

SCHEMA = "0005"
"""The newest Alembic revision, which this program works with."""

_FOLDERS = ("keys", "run", "lists", "log")


@dataclass(frozen=True)
class Home:
    """An open home."""

    folder: Path
    settings: Settings
    engine: Engine
    workspace: bytes
    home_id: str

    def now(self) -> datetime:
        """The calendar: aware UTC, the lab's standing clock where one is set."""
        lab = self.settings.lab
        return read_time(lab.clock) if lab and lab.clock else datetime.now(UTC)

    @property
    def anchor(self) -> Path:
        return self.folder / "custody.anchor"

    @property
    def features_key(self) -> Path:
        """What local features are sealed under; there while any are kept."""
        return self.folder / "keys" / "features.key"

    @property
    def run_folder(self) -> Path:
        return self.folder / "run"

    @property
    def lists(self) -> Path:
        return self.folder / "lists"

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms that addresses are told by, the operator's own among them. Raises SettingsError."""
        return known_platforms(self.settings.platforms.file)

    @property
    def data(self) -> Path:
        """The home's own copies of the data files that others publish; there once they were refreshed."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "hotline.log"


def make_home(folder: Path, settings: Settings, group: str | None) -> Home:
    """Lays out a new home: folders 2770, keys 0640, empty database. Raises HomeError when there is one."""
    _require_free(folder)
    try:
        _make_folders(folder, group)
        database_key = keys.make_key_file(folder / "keys" / "database.key")
        workspace = keys.make_key_file(folder / "keys" / "workspace.key")
        engine = db.open_database(folder / "hotline.db", database_key)
        with db.transaction(engine) as session:
            models.Row.metadata.create_all(session.connection())
            _stamp(session)
        (folder / "hotline.db").chmod(0o660)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be made into a home ({error.strerror}); choose a folder you may write"
        ) from None
    return Home(folder, settings, engine, workspace, secrets.token_hex(4))


def open_home(folder: Path) -> Home:
    """Opens the home in `folder`. Raises HomeError or SettingsError with the cure."""
    settings = load_settings(folder / "hotline.toml")
    engine = db.open_database(folder / "hotline.db", keys.read_key_file(folder / "keys" / "database.key"))
    if not (folder / "hotline.db").exists():
        raise HomeError(f"{folder}/hotline.db is missing; put it back from the newest backup")
    _bring_up_to_date(folder, engine)
    workspace = keys.read_key_file(folder / "keys" / "workspace.key")
    with db.reading(engine) as session:
        row = session.exec(select(models.Home)).one()
    if row.workspace_check != keys.check_of(workspace, row.home_id):
        raise HomeError("keys/workspace.key is not the key this home began with; put back the one that belongs to it")
    return Home(folder, settings, engine, workspace, row.home_id)


def schema_of(engine: Engine) -> str:
    """The Alembic revision of a database. Raises HomeError when it is no hotline's."""
    with db.reading(engine) as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            raise HomeError("the database is empty or not a hotline's; put it back from the newest backup")
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _bring_up_to_date(folder: Path, engine: Engine) -> None:
    found = schema_of(engine)
    if found > SCHEMA:
        raise HomeError(f"this home was written by a newer program (schema {found}); update this program, then go on")
    if found < SCHEMA:
        from hotline import migrations  # Alembic costs half a second, needed once per version

        migrations.upgrade(folder / "hotline.db", engine, SCHEMA)


def _require_free(folder: Path) -> None:
    try:
        if (folder / "hotline.toml").exists():
            raise HomeError(f"{folder} is already a hotline home; name another folder with --home")
        if (folder / "keys" / "database.key").exists():
            raise HomeError(f"{folder} holds keys but no hotline.toml; put it back, or remove the folder if never used")
    except OSError as error:
        raise _cannot_make(folder, error) from None


def _cannot_make(folder: Path, error: OSError) -> HomeError:
    return HomeError(f"{folder} cannot be made into a home ({error.strerror}); choose a folder you may write")


def _make_folders(folder: Path, group: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = _group_number(group) if group else -1
    for path in (folder, *(folder / name for name in _FOLDERS)):
        path.mkdir(exist_ok=True)
        if group:
            os.chown(path, -1, number)
        path.chmod(0o2770)


def _group_number(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise HomeError(f'there is no group "{group}" on this machine; make it or name another with --group') from None


def write_config(home: Home) -> None:
    """Writes hotline.toml, the last step of making a home: with it the folder is one."""
    path = home.folder / "hotline.toml"
    temporary = path.with_suffix(".new")
    try:
        temporary.write_text(render_settings(home.settings))
        temporary.chmod(0o660)
        temporary.replace(path)
    except OSError as error:
        raise _cannot_make(home.folder, error) from None


def _stamp(session: Session) -> None:
    session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    session.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": SCHEMA})
