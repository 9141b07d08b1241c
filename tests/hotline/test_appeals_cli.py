"""`hotline appeal` and `notice approve` from outside: what stands in no argument, what is printed, and exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scenes import BOB, Scene, scene
from typer.testing import CliRunner

from hotline.cli import app

OWNER = "owner.of.it@site.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One notice that went out; the tests of this module tell its story in their order."""
    with scene(tmp_path_factory.mktemp("world"), "notices.appeal_days=5") as story:
        story.noticed("/a.jpg")
        yield story


def run(world: Scene, *args: str, by: str | None = None, stdin: str = "") -> Any:
    """The exit code, what stands on stdout, and on stderr behind the line about the lab."""
    who = ("--as", by) if by else ()
    done = CliRunner().invoke(app, ["--home", str(world.home.folder), *who, *args], input=stdin)
    return done.exit_code, done.stdout, done.stderr.partition("\n")[2]


def ask(world: Scene, *args: str, **more: Any) -> Any:
    code, told, wrong = run(world, *args, "--json", **more)
    assert code == 0, wrong
    return json.loads(told)


def test_a_mailbox_in_the_arguments_is_refused_and_not_repeated(world: Scene) -> None:
    code, told, wrong = run(world, "appeal", "add", "N1", "--from", OWNER)
    assert (code, told) == (2, "")
    assert OWNER not in wrong
    assert ask(world, "appeal", "list") == []


def test_the_first_line_is_the_mailbox_and_the_rest_the_objection(world: Scene) -> None:
    made = ask(world, "appeal", "add", "N1", "--from", "-", "--note", "-", stdin=f"{OWNER}\nI drew it.\nLook again.\n")
    found = ask(world, "appeal", "show", "J1")
    assert made == {"id": "J1", "ids": ["J1"]}
    assert (found["from"], found["text"], found["letter"]) == (OWNER, "I drew it.\nLook again.", None)
    assert ask(world, "queue")[0]["appeal"] == "J1"


def test_there_is_no_letter_before_the_answer(world: Scene, tmp_path: Path) -> None:
    code, _, wrong = run(world, "appeal", "show", "J1", "--out", str(tmp_path / "J1.eml"))
    assert (code, wrong) == (2, "hotline: there is no letter yet; first: hotline appeal answer\n")


def test_whoever_decided_is_told_to_ask_a_colleague(world: Scene) -> None:
    code, _, wrong = run(world, "appeal", "answer", "J1", "--outcome", "rejected", "--text", "-", stdin="It stays.")
    assert code == 2
    assert wrong.endswith("ask a colleague\n")
    assert len(wrong.splitlines()) == 1


def test_a_file_that_is_no_text_is_no_answer(world: Scene, tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff")
    words = ("--outcome", "rejected", "--text", str(tmp_path / "picture"))
    code, _, wrong = run(world, "appeal", "answer", "J1", *words, by=BOB)
    assert (code, wrong) == (2, "hotline: the file cannot be read as text; name another, or - and type it\n")


def test_what_was_upheld_says_what_comes_before_its_letter(world: Scene, tmp_path: Path) -> None:
    code, told, _ = run(world, "appeal", "answer", "J1", "--outcome", "upheld", "--language", "sq", by=BOB)
    assert (code, told) == (
        0,
        "J1 is upheld; first, by --revise: hotline assess I1 --revise --verdict V; then send the letter: hotline "
        "appeal show J1\n",
    )
    _, shown, _ = run(world, "appeal", "show", "J1")
    assert "NOT YET" in shown
    run(world, "assess", "I1", "--revise", "--verdict", "not_illegal", "--reason", "adult", "--basis", "looked", by=BOB)
    _, shown, _ = run(world, "appeal", "show", "J1")
    assert "NOT YET" not in shown
    assert f"To: {OWNER}\nSubject: [N1] Kundërshtimi juaj: e tërheqim njoftimin\n" in shown


def test_the_letter_is_written_as_a_mail_and_over_no_file(world: Scene, tmp_path: Path) -> None:
    out = tmp_path / "J1.eml"
    ask(world, "appeal", "show", "J1", "--out", str(out))
    assert out.read_bytes().startswith(b"From: ")
    assert out.stat().st_mode & 0o777 == 0o600
    assert run(world, "appeal", "show", "J1", "--out", str(out))[0] == 2


def test_lists_are_for_people_and_programs(world: Scene) -> None:
    (row,) = ask(world, "appeal", "list")
    assert (row["id"], row["state"], row["notice"], row["to_revise"]) == ("J1", "upheld", "N1", [])
    _, told, _ = run(world, "appeal", "list")
    assert OWNER not in told
    assert max(map(len, told.splitlines())) <= 100


def test_whoever_takes_an_objection_is_named(world: Scene) -> None:
    assert run(world, "queue", "take", "J1")[0] == 0
    assert run(world, "queue", "take", "J1", by=BOB)[0] == 2
