"""`hotline run`: the scheduler and its workers, or everything that is due now, once."""

import signal
from collections.abc import Callable
from typing import Annotated, Any

import typer

from hotline.cli.printing import end_progress, print_changed, progress
from hotline.cli.running import BUG, opened, station
from hotline.cli.words import Json


def add_to(root: typer.Typer) -> None:
    root.command("run")(run)


def run(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now and what that makes due now, then end.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="First give what failed too often another round of attempts.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Work through what is due: look, screen, trace, notify, recheck.

    Ctrl-C stops it; nothing is lost.

    Example: hotline run --once
    """
    desk = opened(ctx)
    from hotline import jobs, pipeline
    from hotline.decisions import rechecks

    if again:
        rechecks.try_again(desk)
    with station(desk) as equipment:
        if not once:
            jobs.run_forever(equipment, _stopped_by_signal())
            return
        count = progress("done")
        done = pipeline.run_once(equipment, lambda so_far: count(sum(so_far.counts.values())))
        end_progress()
    _print_done(done, as_json=as_json)


def _stopped_by_signal() -> Callable[[], bool]:
    """Tells whether Ctrl-C or a service's stop came. The handler takes no lock: whom it interrupts may hold it."""
    came: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: came.append(number))
    return lambda: bool(came)


def _print_done(done: Any, *, as_json: bool) -> None:
    told = ", ".join(f"{count} {kind}" for kind, count in done.counts.items()) or "nothing was due"
    print_changed([], told, as_json=as_json, done=dict(done.counts), bugs=done.bugs)
    if done.bugs:
        typer.echo(f"hotline: in {done.bugs} steps the program itself failed; the log names the places", err=True)
        raise typer.Exit(BUG)
