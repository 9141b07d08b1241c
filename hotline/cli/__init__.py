"""The command line: one file for each noun, loaded light so that help comes at once. It decides nothing."""

import gc
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hotline.cli import (
    assessing,
    cases,
    contacts,
    families,
    hashsets,
    homes,
    notices,
    packets,
    persons,
    queue,
    reports,
    running,
    runs,
)


class _Told(TyperGroup):
    """The root of all commands: every error ends here as one sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        with running.told_errors():
            return super().invoke(ctx)


app = typer.Typer(
    name="hotline",
    cls=_Told,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)

for noun in (
    homes,
    reports,
    runs,
    queue,
    cases,
    assessing,
    contacts,
    notices,
    families,
    packets,
    hashsets,
    persons,
):
    noun.add_to(app)


@app.callback()
def choose(
    ctx: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="HOTLINE_HOME", help="The hotline's home.", show_default=True)
    ] = Path("hotline-home"),
    as_name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Stand in for another person; only in a lab.")
    ] = None,
) -> None:
    """From a reported address to its confirmed removal.

    Example: hotline --home /srv/hotline queue
    """
    ctx.obj = running.Chosen(home, as_name)


def main() -> None:
    """Runs the command line."""
    # A list of 10,000 cases makes rows by the hundred thousand and no cycles; collecting them takes half of its time.
    gc.set_threshold(100_000, 50, 50)
    try:
        app(prog_name="hotline")
    finally:
        _flush()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        running.drop_stdout()
