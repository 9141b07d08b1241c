"""Switching local features off deletes what was kept beyond recovery, in every copy, and all else still works."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from scenes import Scene, scene
from sqlmodel import select

from hotline import db, keys
from hotline.consequences import kept
from hotline.errors import HomeError
from hotline.home import open_home
from hotline.models import MediaFeatures
from hotline.settings import parse_settings
from hotline.states import Verdict
from scripts.alterations import ALTERATIONS, filler
from scripts.pictures import jpeg

ROOT = Path(__file__).parent.parent.parent
ORIGINAL = filler(1, (640, 480))
WITH_FEATURES = ("families.local_features=true", 'mandate.reference="MoU 12"')


def known(world: Scene) -> None:
    world.site.put("/first.jpg", jpeg(ORIGINAL))
    world.report(world.site.url("/first.jpg"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.run()


def switch(folder: Path, to: str) -> None:
    config = folder / "hotline.toml"
    before = config.read_text()
    after = before.replace("local_features = true", to)
    assert before != after
    config.write_text(after)


def hotline(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb"}
    program = [str(ROOT / ".venv" / "bin" / "hotline"), "--home", str(folder), *words]
    return subprocess.run(program, capture_output=True, text=True, env=environment, check=False)


def test_the_next_command_deletes_them_with_their_key_and_says_so(tmp_path: Path) -> None:
    with scene(tmp_path, *WITH_FEATURES) as world:
        known(world)
        folder = world.home.folder
        sealed = _sealed(world)
        before = tmp_path / "before"
        shutil.copytree(folder, before, ignore=shutil.ignore_patterns("features.key"))
        assert (folder / "keys" / "features.key").exists()
        switch(folder, "local_features = false")

        done = hotline(folder, "queue", "--json")

        assert done.returncode == 0
        assert [row["item"] for row in json.loads(done.stdout)] == ["I1"]
        assert "local features are off: those of 1 media were deleted beyond recovery" in done.stderr
        assert not (folder / "keys" / "features.key").exists()
        with world.reading() as session:
            assert session.exec(select(MediaFeatures)).all() == []
        with pytest.raises(HomeError):
            keys.unseal_bytes(b"0" * 32, sealed, "features:M1")
        _is_closed_in_an_older_copy(before)
        assert "deleted" not in hotline(folder, "queue").stderr


def _sealed(world: Scene) -> bytes:
    with world.reading() as session:
        return session.exec(select(MediaFeatures)).one().sealed


def _is_closed_in_an_older_copy(folder: Path) -> None:
    """A backup from before still holds the row; with the key gone nobody can read it."""
    copy = open_home(folder)
    with db.reading(copy.engine) as session, pytest.raises(HomeError, match=r"features\.key is missing"):
        kept.load_pairs(session, copy, 1)
    copy.engine.dispose()


def test_everything_else_still_works_afterwards(tmp_path: Path) -> None:
    with scene(tmp_path, *WITH_FEATURES) as world:
        known(world)
        folder = world.home.folder
        switch(folder, "local_features = false")
        world.site.put("/mirror.jpg", jpeg(ALTERATIONS["mirror"](ORIGINAL, 1)))
        world.site.put("/crop.jpg", jpeg(ALTERATIONS["crop 20 %"](ORIGINAL, 1)))
        world.site.put("/same.jpg", jpeg(ORIGINAL))
        for path in ("/mirror.jpg", "/crop.jpg", "/same.jpg"):
            assert hotline(folder, "report", "add", world.site.url(path)).returncode == 0

        done = hotline(folder, "run", "--once")

        assert done.returncode == 0
        assert world.states() == ["illegal", "awaiting_assessment", "awaiting_assessment", "illegal"]
        shown = json.loads(hotline(folder, "family", "show", "F1", "--json").stdout)
        assert [one["by"] for one in shown["media"]] == ["exact", "pdq"]
        assert hotline(folder, "audit", "verify").returncode == 0
        checks = json.loads(hotline(folder, "doctor", "--json").stdout)["checks"]
        assert [one["found"] for one in checks if one["check"] == "local features"] == ["off"]


def test_switched_on_again_they_are_kept_anew_under_another_key(tmp_path: Path) -> None:
    with scene(tmp_path, *WITH_FEATURES) as world:
        known(world)
        folder = world.home.folder
        first = (folder / "keys" / "features.key").read_text()
        switch(folder, "local_features = false")
        hotline(folder, "queue")
        config = folder / "hotline.toml"
        config.write_text(config.read_text().replace("local_features = false", "local_features = true"))

        assert hotline(folder, "recheck", "I1").returncode == 0

        assert (folder / "keys" / "features.key").read_text() != first
        with world.reading() as session:
            assert len(session.exec(select(MediaFeatures)).all()) == 1


def test_they_need_the_written_basis_as_sealed_evidence_does(tmp_path: Path) -> None:
    done = hotline(tmp_path / "home", "init", "--set", "families.local_features=true")

    assert done.returncode == 2
    assert "mandate.reference" in done.stderr
    assert not (tmp_path / "home" / "hotline.toml").exists()


def test_they_are_off_unless_somebody_says_so() -> None:
    assert not parse_settings(b"").families.local_features
