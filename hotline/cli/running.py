"""What every command shares: the chosen home and person, and the one place where errors become sentence and code."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import typer

from hotline.errors import HotlineError

if TYPE_CHECKING:
    from hotline.decisions.desk import Desk
    from hotline.pipeline import Station

DONE, BUG, CURABLE, BLOCKED, STOPPED = 0, 1, 2, 3, 130


_USAGE: tuple[type[BaseException], ...] = (
    typer.Exit,
    typer.Abort,
    *(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"),
)
"""How click ends a command and says that it was used wrongly; typer carries the last under a name of its own."""


@dataclass(frozen=True)
class Chosen:
    """The global options."""

    home: Path
    as_name: str | None


def opened(ctx: typer.Context) -> "Desk":
    """Opens the chosen home for the person running the command; says on stderr when it is a lab."""
    from hotline.decisions.desk import Desk

    chosen: Chosen = ctx.obj
    desk = Desk.open(chosen.home, chosen.as_name)
    _delete_features_if_off(desk)
    if desk.home.settings.is_lab:
        say_lab(chosen.home)
    return desk


def _delete_features_if_off(desk: "Desk") -> None:
    if not desk.home.features_key.exists():
        return
    from hotline.decisions.features import delete_if_off

    count = delete_if_off(desk.home, desk.actor)
    if count is not None:
        typer.echo(f"local features are off: those of {count} media were deleted beyond recovery", err=True)


@contextmanager
def station(desk: "Desk") -> "Iterator[Station]":
    """Opens the equipment for work on the outside, with the log beside it."""
    from hotline import logs, pipeline

    logs.configure(desk.home.log)
    with pipeline.open_station(desk.home) as opened_station:
        yield opened_station


def say_lab(folder: Path) -> None:
    typer.echo(f"lab home: {folder} (for tests and the demo, unfit for use)", err=True)


@contextmanager
def told_errors() -> Iterator[None]:
    """Turns whatever ends a command into a sentence on stderr and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except _USAGE:
        raise
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where every error ends
        raise typer.Exit(_told(error)) from None


def _told(error: BaseException) -> int:
    from hashsets.errors import HashsetError
    from notices.errors import NoticeError

    if isinstance(error, HotlineError):
        return _said(str(error), error.exit_code)
    if isinstance(error, (HashsetError, NoticeError)):
        return _said(str(error), CURABLE)
    if isinstance(error, KeyboardInterrupt):
        return _said("stopped; all that was recorded is kept, and the next run goes on from there", STOPPED)
    if isinstance(error, BrokenPipeError):
        drop_stdout()
        return DONE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _said("the disk is full; free some space and run the command again", BLOCKED)
    return _said_bug(error)


def _said(sentence: str, code: int) -> int:
    typer.echo(f"hotline: {sentence}", err=True)
    return code


def _said_bug(error: BaseException) -> int:
    """Names the places and the kinds of error only: messages and values may hold an address or a name."""
    _said(f"a mistake in the program ({_kind(error)}); nothing is half done. Please report these lines:", BUG)
    for cause in _chain(error):
        typer.echo(f"  {_kind(cause)}", err=True)
        for place in _places(cause.__traceback__):
            typer.echo(f"    {place}", err=True)
    return BUG


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it, newest first; a chain can bite its own tail."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and not any(cause is one for one in found):
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"{'/'.join(Path(code.co_filename).parts[-2:])}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


def drop_stdout() -> None:
    """Lets the interpreter flush into nothing when the reader of a pipe has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
