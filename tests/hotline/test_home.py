"""A home on disk: how it is laid out, what of it can be read without its keys, and a sentence for every broken one."""

import base64
import grp
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from hotline import intake, people
from hotline.decisions import homes, reports
from hotline.decisions.desk import Desk
from hotline.errors import HomeError, HotlineError, NotAllowedError, SettingsError
from hotline.home import SCHEMA, Home, open_home, schema_of
from hotline.settings import Settings, parse_settings
from scripts.cli import installed_program

ROOT = Path(__file__).parent.parent.parent
LAB = parse_settings(b"[lab]\nclock = '2026-03-01T12:00:00Z'")
MARKER = "shenja-e-fshehte-7316"
AsNobody = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of a lab, closed."""
    folder = tmp_path_factory.mktemp("homes") / "home"
    homes.make(folder, LAB).engine.dispose()
    return folder


@pytest.fixture
def folder(tmp_path: Path, template: Path) -> Path:
    """A home of the test's own, closed."""
    return Path(shutil.copytree(template, tmp_path / "home"))


@contextmanager
def opened(folder: Path) -> Iterator[Home]:
    home = open_home(folder)
    yield home
    home.engine.dispose()


def refusal(folder: Path) -> str:
    """The sentence with which a home does not open."""
    with pytest.raises(HomeError) as refused, opened(folder):
        pass
    return str(refused.value)


def sql(folder: Path, *statements: str) -> None:
    """Changes a home's database as another program with its key would."""
    key = (folder / "keys" / "database.key").read_text().strip()
    connection = sqlcipher.connect(str(folder / "hotline.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    for statement in statements:
        connection.execute(statement)
    connection.close()


# Making one


def test_a_home_that_was_made_opens(folder: Path) -> None:
    with opened(folder) as home:
        assert home.folder == folder
        assert home.settings == LAB
        assert home.now() == datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert schema_of(home.engine) == SCHEMA
        assert (home.anchor, home.run_folder, home.lists, home.log) == (
            folder / "custody.anchor",
            folder / "run",
            folder / "lists",
            folder / "log" / "hotline.log",
        )


def test_the_first_person_is_who_made_it_and_may_do_everything(folder: Path) -> None:
    desk = Desk.open(folder)
    for action in ("report", "revise", "person", "forget", "read"):
        with desk.writing(action):
            pass
    desk.home.engine.dispose()


def test_making_a_home_is_its_first_line_of_custody(folder: Path) -> None:
    anchor = (folder / "custody.anchor").read_text()

    assert anchor.startswith("1 ")


def test_a_home_outside_a_lab_lives_by_the_real_calendar(tmp_path: Path) -> None:
    made = homes.make(tmp_path / "home", Settings())
    made.engine.dispose()

    assert abs(made.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_home_belongs_to_its_group_and_nobody_else_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    before = os.umask(umask)
    try:
        homes.make(tmp_path / "home", LAB, group).engine.dispose()
    finally:
        os.umask(before)

    modes = {
        str(path.relative_to(tmp_path)): f"{path.stat().st_mode & 0o7777:o}"
        for path in sorted((tmp_path / "home").rglob("*"))
    }
    expected = {
        "home/custody.anchor": "640",
        "home/hotline.db": "660",
        "home/hotline.toml": "660",
        "home/keys": "2770",
        "home/keys/database.key": "640",
        "home/keys/workspace.key": "640",
        "home/lists": "2770",
        "home/log": "2770",
        "home/run": "2770",
    }
    assert expected == modes
    assert f"{(tmp_path / 'home').stat().st_mode & 0o7777:o}" == "2770"
    assert {path.stat().st_gid for path in (tmp_path / "home").rglob("*")} == {os.getgid()}


def test_a_group_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=r'^there is no group "nobodies-77" on this machine; make it or name another'):
        homes.make(tmp_path / "home", LAB, "nobodies-77")


def test_a_second_init_is_refused_and_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    with pytest.raises(HomeError, match="is already a hotline home; name another folder with --home"):
        homes.make(folder, Settings())

    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_homes_side_by_side_do_not_know_each_other(tmp_path: Path, folder: Path) -> None:
    homes.make(tmp_path / "other", LAB).engine.dispose()

    with opened(folder) as one, opened(tmp_path / "other") as two:
        assert one.home_id != two.home_id
        assert one.workspace != two.workspace


def test_a_file_is_no_folder_for_a_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a letter")

    with pytest.raises(HomeError, match="cannot be made into a home"):
        homes.make(tmp_path / "home", LAB)


def test_a_folder_one_may_not_write_is_told(tmp_path: Path, as_nobody: AsNobody) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(HomeError, match=r"cannot be made into a home .*; choose a folder you may write"), as_nobody():
        homes.make(tmp_path / "home", LAB)


@pytest.mark.parametrize("boundary", ["commit.before:1", "commit.after:1", "commit.before:2", "commit.after:2"])
def test_an_init_that_was_killed_leaves_a_home_or_a_sentence(tmp_path: Path, boundary: str) -> None:
    """Whatever is left, every command says what to do, and the same init either works or says so too."""
    code = f"""
from pathlib import Path
from hotline.decisions import homes
from hotline.settings import parse_settings
homes.make(Path({str(tmp_path / "home")!r}), parse_settings(b"[lab]"))
"""
    environment = {**os.environ, "HOTLINE_LAB_CRASH_AT": boundary}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL

    said = []
    for attempt in (open_home, lambda path: homes.make(path, LAB), open_home):
        try:
            attempt(tmp_path / "home").engine.dispose()
        except HotlineError as error:
            said.append(str(error))

    assert not [sentence for sentence in said if "\n" in sentence or "may write" in sentence]


# Opening one that is not whole


def test_a_folder_without_a_home_is_told_how_to_make_one(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is no hotline home; make one with: hotline --home {tmp_path} init"
    assert list(tmp_path.iterdir()) == []


def test_settings_that_are_wrong_stop_everything(folder: Path) -> None:
    with (folder / "hotline.toml").open("a") as file:
        file.write("\n[mial]\nport = 25\n")

    with pytest.raises(SettingsError, match='unknown key "mial"; did you mean "mail"'), opened(folder):
        pass


@pytest.mark.parametrize("name", ["database.key", "workspace.key"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "keys/{} is missing; put it back from where the keys are kept"),
        ("", "keys/{} is not a key; put back the one that belongs to this home"),
        ("0123", "keys/{} is not a key; put back the one that belongs to this home"),
    ],
)
def test_a_key_file_that_is_none_is_named(folder: Path, name: str, content: str | None, said: str) -> None:
    path = folder / "keys" / name
    path.unlink()
    if content is not None:
        path.write_text(content)

    assert said.format(name) == refusal(folder)


@pytest.mark.parametrize("name", ["database.key", "workspace.key"])
def test_the_key_file_of_another_home_is_told(tmp_path: Path, folder: Path, name: str) -> None:
    """With another workspace key new reports would be sealed so that nobody here can ever read them again."""
    homes.make(tmp_path / "other", LAB).engine.dispose()
    shutil.copy(tmp_path / "other" / "keys" / name, folder / "keys" / name)

    assert f"keys/{name}" in refusal(folder)


def test_a_missing_database_is_a_matter_of_the_backup_and_is_not_made_anew(folder: Path) -> None:
    (folder / "hotline.db").unlink()

    assert refusal(folder) == f"{folder}/hotline.db is missing; put it back from the newest backup"
    assert not (folder / "hotline.db").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # empty: SQLCipher takes it for a new database
        (b"", "the database is empty or not a hotline's; put it back from the newest backup"),
        # something else
        (
            b"a letter, and no database" * 500,
            "the database does not open with keys/database.key; put back the key file that belongs to it",
        ),
    ],
)
def test_a_file_that_is_no_database_is_told(folder: Path, content: bytes, said: str) -> None:
    (folder / "hotline.db").write_bytes(content)

    assert said == refusal(folder)


def test_the_database_of_another_home_is_told(tmp_path: Path, folder: Path) -> None:
    homes.make(tmp_path / "other", LAB).engine.dispose()
    shutil.copy(tmp_path / "other" / "hotline.db", folder / "hotline.db")

    assert "does not open with keys/database.key" in refusal(folder)


def test_a_home_of_a_newer_program_stops_an_older_one(folder: Path) -> None:
    sql(folder, "UPDATE alembic_version SET version_num = '0999'")

    said = "this home was written by a newer program (schema 0999); update this program, then go on"
    assert said == refusal(folder)


def test_a_home_one_may_not_read_is_told(folder: Path, as_nobody: AsNobody) -> None:
    for path in (folder / "hotline.toml", folder / "keys" / "database.key", folder):
        path.chmod(0)

    with as_nobody():
        said = refusal(folder)

    assert said.endswith("ask for the right to read this home")


def test_every_refusal_is_one_sentence_that_ends_the_program_with_two(folder: Path) -> None:
    (folder / "keys" / "database.key").unlink()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE")}

    ended = subprocess.run(
        [str(installed_program()), "--home", str(folder), "case", "list"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout, "Traceback" in ended.stderr) == (2, "", False)
    assert "keys/database.key is missing; put it back from where the keys are kept" in ended.stderr


# Standing in for somebody


def test_standing_in_for_another_is_for_a_lab_only(tmp_path: Path) -> None:
    homes.make(tmp_path / "home", Settings()).engine.dispose()

    with pytest.raises(NotAllowedError, match="only in a lab"):
        Desk.open(tmp_path / "home", people.account_name())


def test_nobody_stands_in_who_was_never_registered(folder: Path) -> None:
    with pytest.raises(NotAllowedError, match='"besa" is not registered in this home'):
        Desk.open(folder, "besa")


# What lies on the disk


def forms_of(marker: str) -> list[bytes]:
    """How a text could lie in a file: as it is, in other encodings, or a part of it."""
    raw = marker.encode()
    return [raw, raw.upper(), raw.hex().encode(), base64.b64encode(raw)[:20], marker.encode("utf-16-le"), raw[:12]]


def test_nothing_a_report_told_can_be_read_on_the_disk(folder: Path) -> None:
    """Looked at while the database is open, so that the write-ahead log holds it, and once it is closed."""
    desk = Desk.open(folder)
    told = intake.new_report(
        [f"https://img.example/{MARKER}?{MARKER}={MARKER}#!{MARKER}"],
        contact=f"{MARKER}@example.org",
        note=f"a note with {MARKER} " * 200,
        city=MARKER,
        genuine=f"https://social.example/{MARKER}",
        for_whom=MARKER,
    )
    reports.add(desk, told)

    assert (folder / "hotline.db-wal").stat().st_size > 10_000
    assert readable(folder) == []
    desk.home.engine.dispose()
    assert not (folder / "hotline.db-wal").exists()
    assert readable(folder) == []


def readable(folder: Path) -> list[str]:
    """The files under a folder in which the marker can be read, by content or name."""
    return [
        path.name
        for path in folder.rglob("*")
        if MARKER in path.name or (path.is_file() and any(form in path.read_bytes() for form in forms_of(MARKER)))
    ]


def test_neither_a_report_nor_its_address_shows_itself(folder: Path) -> None:
    told = intake.new_report([f"https://img.example/{MARKER}"], contact=MARKER, note=MARKER, city=MARKER)

    assert MARKER not in repr(told)
    assert MARKER not in f"{told.addresses[0]}"
