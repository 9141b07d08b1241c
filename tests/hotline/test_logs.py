"""The log says what ran and never on what: not by our lines, not by those of the libraries, not by an error."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotline import logs

ROOT = Path(__file__).parent.parent.parent
MARKER = "shenja-e-fshehte-7316"
SAID = {"event", "level", "timestamp", "work", "step", "where", "count", "bugs", "seconds", "reason"}


def run(code: str, path: Path) -> tuple[str, list[dict[str, object]]]:
    """What a program that logs to `path` prints, and the lines it logs."""
    before = f"from pathlib import Path\nfrom hotline import logs\nlogs.configure(Path({str(path)!r}))\n"
    ended = subprocess.run(
        [sys.executable, "-c", before + code], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    return ended.stdout + ended.stderr, [json.loads(line) for line in path.read_text().splitlines()]


def test_only_what_is_named_passes() -> None:
    secrets = dict.fromkeys(
        ("url", "host", "sha256", "name", "address", "exc_info", "exception", "stack", "note"), MARKER
    )
    line = dict.fromkeys(SAID, "x") | secrets

    assert set(logs.keep_allowed(None, "info", line)) == SAID
    assert SAID == logs.ALLOWED


def test_a_line_is_json_and_holds_nothing_but_what_is_named(tmp_path: Path) -> None:
    code = f"""
import structlog
log = structlog.get_logger()
log.info("tick", count=3, bugs=0, url="https://img.example/{MARKER}", host="{MARKER}")
try:
    raise ValueError("{MARKER}")
except ValueError as error:
    log.exception("bug", where="here", error=error)
    log.error("bug", exc_info=True, stack_info=True)
"""
    printed, lines = run(code, tmp_path / "hotline.log")

    assert printed == ""
    assert [(line["event"], line["level"]) for line in lines] == [("tick", "info"), ("bug", "error"), ("bug", "error")]
    assert set().union(*lines) <= SAID
    assert (lines[0]["count"], lines[1]["where"]) == (3, "here")
    assert str(lines[0]["timestamp"]).endswith("Z")
    assert MARKER not in (tmp_path / "hotline.log").read_text()


def test_the_libraries_are_silent_at_every_level(tmp_path: Path) -> None:
    code = f"""
import logging
for name in ("urllib3.connectionpool", "alembic", "apscheduler.executors", "PIL", "whoisit", "", "sqlalchemy.engine"):
    for level in (logging.DEBUG, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logging.getLogger(name).log(level, "%s", "{MARKER}")
"""
    printed, lines = run(code, tmp_path / "hotline.log")

    assert (printed, lines) == ("", [])


def test_a_second_program_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    code = 'import structlog\nstructlog.get_logger().info("tick")'
    run(code, tmp_path / "hotline.log")

    _, lines = run(code, tmp_path / "hotline.log")

    assert [line["event"] for line in lines] == ["tick", "tick"]


def test_the_log_is_written_by_every_account_of_the_group(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        run("", tmp_path / "hotline.log")
    finally:
        os.umask(before)

    assert f"{(tmp_path / 'hotline.log').stat().st_mode & 0o777:o}" == "660"


def log_calls() -> list[tuple[str, ast.Call]]:
    """Every call of a logger in the application."""
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno}", node)
        for file in sorted((ROOT / "hotline").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    ]


def test_every_line_is_named_by_a_fixed_word_and_says_only_what_passes() -> None:
    """`event` passes as it is, so it must never be built from something."""
    calls = log_calls()

    wrong = [
        place
        for place, call in calls
        if len(call.args) != 1
        or not isinstance(call.args[0], ast.Constant)
        or {keyword.arg for keyword in call.keywords} - SAID
    ]
    assert len(calls) > 3
    assert wrong == []


@pytest.mark.parametrize("package", ["hotline", "notices", "hashsets"])
def test_nothing_prints_or_logs_past_it(package: str) -> None:
    """Only the command line speaks to people; only the log module sets logging up; two silence their libraries."""
    allowed = {"hotline/cli", "hotline/logs.py", "hotline/channels/http.py", "hotline/replies/bounces.py"}
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted((ROOT / package).rglob("*.py"))
        if not any(str(file.relative_to(ROOT)).startswith(part) for part in allowed)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "logging.getLogger", "warnings.warn")
    ]

    assert wrong == []
