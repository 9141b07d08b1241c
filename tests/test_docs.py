"""README and command line are kept in step: every command has help with an example and stands in the README's table."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from hotline.cli import NOUNS, app

README = Path(__file__).parent.parent / "README.md"


ROOT = dict(get_command(app).commands)


def commands(group: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name: `queue` does, `report` only holds others."""
    for name, command in group.items():
        whole = (*path, name)
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield " ".join(whole), command
            yield from commands(command.commands, whole)
        else:
            yield " ".join(whole), command


EVERY = dict(commands(ROOT))


@pytest.mark.parametrize("name", NOUNS)
def test_the_first_help_says_of_a_command_what_its_own_help_begins_with(name: str) -> None:
    assert ROOT[name].help.startswith(NOUNS[name][1].removesuffix("."))


@pytest.mark.parametrize("name", EVERY)
def test_every_command_says_what_it_does_and_gives_an_example(name: str) -> None:
    told = EVERY[name].callback.__doc__ or ""

    first, _, rest = told.strip().partition("\n")
    assert first.endswith((".", "?"))
    assert re.search(rf"^\s*Example: hotline( --home \S+)? {name}\b", rest, re.MULTILINE)


@pytest.mark.parametrize("name", EVERY)
def test_every_option_has_help(name: str) -> None:
    silent = [option.name for option in EVERY[name].params if not getattr(option, "help", None)]

    assert silent == []


def table() -> set[str]:
    """The commands in the README's table: what stands in code in the first cell of each row."""
    section = README.read_text(encoding="utf-8").partition("\n## Commands\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([a-z ]+)`", cell)}


def test_the_readme_names_every_command_and_no_other() -> None:
    assert table() == set(EVERY)
