"""The command line: one file for each noun, loaded only when one of its commands is asked for. It decides nothing."""

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_group

from hotline.cli import running
from hotline.cli.words import Group

NOUNS = {
    "init": ("homes", "Make a home: settings, keys, database and its first person."),
    "doctor": ("homes", "Examine the home and this machine; each finding with its cure."),
    "today": ("queue", "Show the shift's open promises."),
    "queue": ("queue", "What waits for a person, the most urgent first, and why."),
    "report": ("reports", "Take in reports and look them up."),
    "case": ("cases", "Cases: what we do about reports of the same thing."),
    "assess": ("assessing", "Record your decision about items."),
    "hold": ("assessing", "Police first: keep an item from being noticed until a time."),
    "trace": ("tracing", "Find out who can remove an item or what is at an address."),
    "recheck": ("assessing", "Look at items now, or record what a person saw."),
    "capture": ("captures", "Captures: how each look was taken."),
    "contact": ("contacts", "The address book: who can remove material."),
    "notice": ("notices", "Notices to whoever can remove material."),
    "appeal": ("appeals", "Owners' objections to notices, answered by who did not decide."),
    "mail": ("mails", "Answers, receipts and bounces that came by mail."),
    "rule": ("rules", "Rules of approval: drafts that go without a person looking at each."),
    "key": ("publickeys", "Other people's public keys, to which we seal."),
    "site": ("rules", "Record that a whole site is given to such material."),
    "reach": ("rules", "Record how one gets to what a notice means."),
    "law": ("law", "Statutes and platforms' rules that notices may quote: who checked them."),
    "family": ("families", "Families: the same picture or video wherever it was seen."),
    "account": ("accounts", "Accounts of platforms that reported addresses are of."),
    "packet": ("packets", "Files for the police, a partner hotline or a blocking authority."),
    "referral": ("packets", "A person helped by somebody else: a task with an outcome."),
    "hashset": ("hashsets", "Lists of known hashes."),
    "run": ("runs", "Work through what is due: look, screen, trace, notify, recheck."),
    "stats": ("queue", "Count what came in, what became of it, and how long it took."),
    "data": ("data", "What is known of registries and delivery networks, and how old that is."),
    "audit": ("homes", "The chain of custody."),
    "person": ("persons", "The people who work here, and their roles."),
}
"""Every command of the root in the order of a day: the file it is in, and the line that `hotline --help` shows."""


class _Commands(Mapping[str, Any]):
    """The commands of the root by name, each loaded when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        module, _ = NOUNS[name]
        nouns = typer.Typer(rich_markup_mode=None, add_completion=False)
        importlib.import_module(f"hotline.cli.{module}").add_to(nouns)
        return get_group(nouns).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NOUNS)

    def __len__(self) -> int:
        return len(NOUNS)


class _Root(Group):
    """The root of all commands: every error ends here as one sentence and an exit code."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands: Any = _Commands()

    def lines(self) -> list[tuple[str, str]]:
        """As in NOUNS: nothing is loaded to say what there is."""
        return [(name, line) for name, (_, line) in NOUNS.items()]

    def invoke(self, ctx: Any) -> Any:
        with running.told_errors():
            return super().invoke(ctx)


app = typer.Typer(
    name="hotline",
    cls=_Root,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]},
)


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
