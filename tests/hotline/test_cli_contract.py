"""The command line from outside: a real program with real arguments, its exit codes, its stdout and its stderr."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from hotline.addresses import defang
from hotline.cli import running

HOTLINE = Path(sys.executable).parent / "hotline"
LAB = (
    "--set",
    'hotline.name="Test"',
    "--set",
    'lab.allow=["127.0.0.0/8"]',
    "--set",
    'lab.clock="2026-11-21T10:00:00Z"',
)


class Station:
    """A home and a way to run commands on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "HOTLINE_HOME": str(self.home), "COLUMNS": "100", "TERM": "dumb"}
        return subprocess.run(
            [str(HOTLINE), *args], input=stdin, capture_output=True, text=True, env=environment, check=False
        )

    def ask(self, *args: str, stdin: str = "") -> Any:
        done = self.run(*args, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Station:
    """An empty lab home; tests of this module only read it."""
    station = Station(tmp_path_factory.mktemp("lab") / "home")
    assert station.run("init", *LAB).returncode == 0
    return station


@pytest.fixture
def fresh(tmp_path: Path) -> Station:
    station = Station(tmp_path / "home")
    assert station.run("init", *LAB).returncode == 0
    return station


LISTS = (
    ("case", "list"),
    ("report", "list"),
    ("queue",),
    ("contact", "list"),
    ("notice", "list"),
    ("appeal", "list"),
    ("family", "list"),
    ("packet", "list"),
    ("referral", "list"),
    ("hashset", "list"),
    ("hashset", "match", "d41d8cd98f00b204e9800998ecf8427e"),
)


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_no_result_is_an_empty_list_and_no_error(lab: Station, command: tuple[str, ...]) -> None:
    assert lab.ask(*command) == []


def test_a_report_names_its_ids_case_and_code(fresh: Station) -> None:
    told = fresh.ask("report", "add", "https://img.example/a.jpg", "--category", "csam", "--source", "web")

    assert (told["id"], told["ids"], told["case"]) == ("R1", ["R1"], "C1")
    assert fresh.ask("report", "status", told["code"].lower())["state"] == "received"
    assert fresh.ask("case", "show", "C1")["reports"][0]["source"] == "web"


def test_a_child_in_danger_is_said_aloud_and_first_in_the_queue(fresh: Station) -> None:
    done = fresh.run("report", "add", "--no-url", "call", "--at-risk", "suicide")

    assert "CALL NOW" in done.stderr
    assert [row["kind"] for row in fresh.ask("queue")] == ["ack"]
    assert fresh.ask("queue", "ack", "R1", "--called", "-", stdin="127, at once")["ids"] == ["R1"]
    assert [(row["kind"], row["subject"]) for row in fresh.ask("queue")] == [("person", "C1")]


def test_personal_values_come_by_stdin_and_stay_sealed(fresh: Station) -> None:
    fresh.run(
        "report", "add", "--no-url", "call", "--contact", "-", "--note", "-",
        stdin="anna@mail.example\nfirst line\nsecond line",
    )  # fmt: skip

    shown, revealed = fresh.run("report", "show", "R1"), fresh.ask("report", "show", "R1", "--reveal")

    assert "anna" not in shown.stdout
    assert (revealed["contact"], revealed["note"]) == ("anna@mail.example", "first line\nsecond line")


def test_what_is_taken_is_shown_and_can_be_put_back(fresh: Station) -> None:
    fresh.run("report", "add", "--no-url", "call", "--at-risk", "suicide")

    fresh.run("queue", "take", "R1")
    taken = fresh.ask("queue")[0]["taken_by"]
    fresh.run("queue", "pass", "R1")

    assert taken is not None
    assert fresh.ask("queue")[0]["taken_by"] is None


def test_tables_fit_a_hundred_columns_whatever_the_address(fresh: Station) -> None:
    long = "https://img.example/" + "a" * 3000 + "/last.jpg"
    fresh.run("report", "add", long)

    listed = fresh.run("case", "list").stdout

    assert max(len(line) for line in listed.splitlines()) <= 100
    assert "hxxps://img[.]example" in listed
    assert listed.rstrip().endswith("/last.jpg")
    assert defang(long) in fresh.run("case", "show", "C1").stdout
    assert fresh.ask("case", "show", "C1")["url"] == long


def test_people_see_the_hotlines_zone_and_programs_see_utc(fresh: Station) -> None:
    fresh.run("report", "add", "--no-url", "call")

    assert fresh.ask("report", "list")[0]["received_at"] == "2026-11-21T10:00:00Z"
    assert "2026-11-21 11:00" in fresh.run("report", "list").stdout


def test_a_lab_says_so_on_stderr_only(lab: Station) -> None:
    done = lab.run("case", "list", "--json")

    assert "lab home" in done.stderr
    assert json.loads(done.stdout) == []


WRONG = [
    # (arguments, what the sentence must name)
    (("case", "show", "C99"), "C99"),
    (("case", "show", "no-id"), "C7"),
    (("report", "status", "ABCD"), "code"),
    (("report", "add", "file:///etc/passwd"), "http"),
    (("report", "add"), "address"),
    (("hashset", "show", "none"), "list"),
    (("hashset", "match", "xyz"), "hash"),
    (("packet", "verify", "/nonexistent.tar"), "packet"),
    (("notice", "approve"), "--all"),
    (("assess", "I1", "--verdict", "baseline", "--fact", "young"), "NAME=VALUE"),
    (("hold", "add", "I1", "--reason", "x", "--until", "soon"), "not a time"),
    (("init",), "already"),
]


@pytest.mark.parametrize(("command", "named"), WRONG, ids=lambda value: " ".join(value) if type(value) is tuple else "")
def test_what_the_operator_can_fix_is_one_sentence_and_exit_2(
    lab: Station, command: tuple[str, ...], named: str
) -> None:
    done = lab.run(*command)

    assert done.returncode == 2
    assert done.stdout == ""
    assert named in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("nothing",), ("case", "list", "--nothing"), ("report", "add", "--source", "x")])
def test_wrong_usage_is_exit_2(lab: Station, command: tuple[str, ...]) -> None:
    assert lab.run(*command).returncode == 2


def test_no_home_is_exit_2_with_its_cure(tmp_path: Path) -> None:
    done = Station(tmp_path / "none").run("case", "list", "--json")

    assert (done.returncode, done.stdout) == (2, "")
    assert "init" in done.stderr


def test_nobody_stands_in_for_another_outside_a_lab(tmp_path: Path) -> None:
    station = Station(tmp_path / "home")
    station.run("init")

    assert station.run("--as", "blerta", "case", "list").returncode == 2


def test_a_lab_variable_outside_a_lab_is_exit_2(tmp_path: Path) -> None:
    station = Station(tmp_path / "home")
    station.run("init")
    environment = {**os.environ, "HOTLINE_LAB_CLOCK": "2026-01-01T00:00:00Z"}

    done = subprocess.run(
        [str(HOTLINE), "--home", str(station.home), "queue"], capture_output=True, env=environment, check=False
    )

    assert done.returncode == 2


def test_a_person_without_the_role_is_refused(fresh: Station) -> None:
    fresh.run("person", "add", "agim", "--role", "auditor")

    done = fresh.run("--as", "agim", "report", "add", "--no-url", "call")

    assert done.returncode == 2
    assert "role" in done.stderr
    assert fresh.ask("person", "list")[1]["roles"] == ["auditor"]


def test_a_packet_is_built_and_verified_and_never_written_over_a_file(fresh: Station, tmp_path: Path) -> None:
    fresh.run("report", "add", "https://img.example/a.jpg")
    out = tmp_path / "c1.tar"

    built = fresh.ask("packet", "build", "C1", "--to", "police", "--out", str(out))
    again = fresh.run("packet", "build", "C1", "--to", "police", "--out", str(out))

    assert built["id"] == "P1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert fresh.ask("packet", "verify", str(out))["released"] is False
    assert (again.returncode, len(fresh.ask("packet", "list"))) == (2, 1)


def test_bad_rows_are_counted_and_the_same_file_adds_nothing_twice(fresh: Station, tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_text("url,category\nhttps://img.example/a.jpg,csam\nfile:///x,csam\n")

    first, second = fresh.ask("report", "import", str(file)), fresh.ask("report", "import", str(file))

    assert (first["ids"], first["rejected"], second["ids"], second["known"]) == (["R1"], 1, [], 1)
    assert (tmp_path / "reports.csv.rejected").exists()


def test_the_doctor_calls_a_lab_unfit_and_lists_boundaries_without_a_home(lab: Station, tmp_path: Path) -> None:
    found = lab.ask("doctor")
    names = Station(tmp_path / "none").ask("doctor", "--boundaries")

    assert found["ok"] is False
    assert "commit.before" in names


def test_the_chain_is_proven(lab: Station) -> None:
    assert lab.ask("audit", "verify")["ok"] is True


def test_a_reader_that_goes_away_is_no_error(fresh: Station) -> None:
    with subprocess.Popen(
        [str(HOTLINE), "--home", str(fresh.home), "doctor", "--boundaries"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        told = program.stderr.read()
        code = program.wait()

    assert (code, told) == (0, b"")


def test_a_full_disk_is_exit_3(fresh: Station) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(HOTLINE), "--home", str(fresh.home), "report", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 3
    assert "disk is full" in done.stderr


def test_a_bug_tells_places_and_never_data(capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError("https://img.example/secret.jpg")
    error.__cause__ = KeyError("anna@mail.example")

    with pytest.raises(typer.Exit) as stopped, running.told_errors():
        raise error

    told = capsys.readouterr().err
    assert stopped.value.exit_code == 1
    assert "ValueError" in told
    assert "KeyError" in told
    assert "test_cli_contract.py" in told
    assert "img.example" not in told
    assert "anna" not in told


def test_an_error_chain_that_bites_its_tail_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = ValueError("x"), KeyError("y")
    first.__cause__, second.__cause__ = second, first

    with pytest.raises(typer.Exit), running.told_errors():
        raise first

    assert capsys.readouterr().err.count("ValueError") == 2


def test_an_interruption_is_a_sentence_and_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as stopped, running.told_errors():
        raise KeyboardInterrupt

    assert stopped.value.exit_code == 130
    assert "the next run goes on" in capsys.readouterr().err


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(HOTLINE), "--help"], capture_output=True, text=True, check=True
    )

    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert loaded.isdisjoint({"sqlmodel", "sqlalchemy", "requests", "numpy", "PIL", "jinja2", "rich", "cryptography"})


def test_an_item_named_twice_is_decided_once(fresh: Station) -> None:
    fresh.run("report", "add", "http://nowhere.example/a.jpg")
    fresh.run("run", "--once")

    done = fresh.ask("assess", "I1", "i1", "--verdict", "national", "--basis", "partner")

    assert (done["id"], done["ids"]) == ("I1", ["I1"])


def test_a_danger_that_nobody_acknowledged_comes_first_in_the_list_of_reports(fresh: Station) -> None:
    fresh.run("report", "add", "--no-url", "call")
    fresh.run("report", "add", "--no-url", "call", "--at-risk", "suicide")
    first = [row["id"] for row in fresh.ask("report", "list")]
    fresh.run("queue", "ack", "R2", "--called", "112")

    assert (first, [row["id"] for row in fresh.ask("report", "list")]) == (["R2", "R1"], ["R1", "R2"])


def test_a_file_that_is_no_picture_is_looked_up_by_its_bytes_and_that_is_said(fresh: Station) -> None:
    file = fresh.home.parent / "bad.jpg"
    file.write_bytes(b"no picture")

    told = fresh.run("hashset", "match", str(file), "--json")

    assert (told.stdout, told.returncode) == ("[]\n", 0)
    assert "file 1 cannot be decoded (not an image)" in told.stderr
