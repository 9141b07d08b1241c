"""The runner of the command line, tried on small programs that stand in for `hotline`."""

import sys
from pathlib import Path

import pytest

from scripts.cli import Hotline, UnexpectedExitError, installed_program
from scripts.lab import LabClock

ECHO = """#!{python}
import json, os, sys
env = {{name: value for name, value in os.environ.items() if name.startswith("HOTLINE")}}
print(json.dumps({{"args": sys.argv[1:], "input": sys.stdin.read(), "env": env}})); print("lab is on", file=sys.stderr)
"""
FAIL = """#!{python}
import sys
sys.exit("give a list: hotline hashset import NAME FILE") if "bad" in sys.argv else sys.exit(3)
"""


def program(folder: Path, text: str) -> Path:
    path = folder / "hotline"
    path.write_text(text.format(python=sys.executable))
    path.chmod(0o755)
    return path


def test_a_run_gives_code_output_and_json(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_HOME", "/elsewhere")
    clock = LabClock()
    hotline = Hotline(tmp_path / "home", {"HOTLINE_X": "1"}, program=program(tmp_path, ECHO), clock=clock)
    clock.advance(hours=1)

    result = hotline.run("report", "add", "-", input="+355 …\n", env={"HOTLINE_LAB_CRASH_AT": "sent:2"})

    assert (result.code, result.stderr) == (0, "lab is on\n")
    assert result.json() == {
        "args": ["--home", str(tmp_path / "home"), "report", "add", "-"],
        "input": "+355 …\n",
        "env": {"HOTLINE_X": "1", "HOTLINE_LAB_CLOCK": "2026-11-21T11:00:00Z", "HOTLINE_LAB_CRASH_AT": "sent:2"},
    }


def test_json_asks_for_json_and_reads_it(tmp_path):
    hotline = Hotline(tmp_path, program=program(tmp_path, ECHO))

    assert hotline.json("queue")["args"][-2:] == ["queue", "--json"]


def test_an_unexpected_exit_tells_what_the_program_said(tmp_path):
    hotline = Hotline(tmp_path, program=program(tmp_path, FAIL))

    with pytest.raises(UnexpectedExitError, match=r"hotline bad: exit 1, expected 0\ngive a list"):
        hotline.run("bad")
    with pytest.raises(UnexpectedExitError, match="exit 3, expected 0 or 2"):
        hotline.run("other", expect=(0, 2))
    assert hotline.run("other", expect=3).code == 3
    assert hotline.run("other", expect=None).code == 3


def test_a_started_program_can_be_waited_for(tmp_path):
    with Hotline(tmp_path, program=program(tmp_path, FAIL)).start("run") as process:
        assert process.wait(5) == 3


def test_the_program_is_found_beside_the_running_python():
    assert installed_program().parent == Path(sys.executable).parent
