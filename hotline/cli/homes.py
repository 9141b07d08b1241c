"""`hotline init`, `doctor` and `audit`: a home is made, examined, and its chain of custody proven."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_json
from hotline.cli.running import Chosen, opened, say_lab
from hotline.cli.words import Group, Json

audit = typer.Typer(cls=Group, help="The chain of custody.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    root.command("init")(init)
    root.command("doctor")(doctor)
    root.add_typer(audit, name="audit")


def init(
    ctx: typer.Context,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; the value is TOML. Repeatable.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="The system group whose accounts share the home.")] = None,
    as_json: Json = False,
) -> None:
    """Make a home: settings, keys, database and its first person.

    The settings file has every key with its meaning; the first person is the account that runs this.

    Example: hotline --home /srv/hotline init --group hotline --set 'hotline.name="ISIGURT"'
    """
    from hotline.decisions import homes
    from hotline.settings import settings_from_assignments

    chosen: Chosen = ctx.obj
    settings = settings_from_assignments(assignments or [])
    if settings.is_lab:
        say_lab(chosen.home)
    made = homes.make(chosen.home, settings, group)
    sentence = f"{chosen.home} is a home now; its settings are in {chosen.home / 'hotline.toml'}"
    sentence += f"\nNext: hotline --home {chosen.home} doctor"
    print_changed([made.home_id], sentence, as_json=as_json)


def doctor(
    ctx: typer.Context,
    boundaries: Annotated[
        bool, typer.Option("--boundaries", help="List the named points at which a lab may let the program die.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Examine the home and this machine; each finding with its cure.

    Example: hotline doctor
    """
    if boundaries:
        _print_boundaries(as_json=as_json)
        return
    desk = opened(ctx)
    from hotline.views.health import health

    found = health(desk.home, desk.now)
    if as_json:
        print_json(found)
        return
    for check in found["checks"]:
        is_well = "ok" if check["ok"] else "NOT OK"
        typer.secho(f"{is_well:8}{check['check']:16}{check['found']}", bold=not check["ok"])
        if check["cure"]:
            typer.echo(f"{'':24}→ {check['cure']}")
    typer.echo("\nFit for use." if found["ok"] else "\nUnfit for use until the above is put right.")


def _print_boundaries(*, as_json: bool) -> None:
    from hotline.boundaries import NAMES

    if as_json:
        print_json(list(NAMES))
    else:
        typer.echo("\n".join(NAMES))


@audit.command("verify")
def verify(
    ctx: typer.Context,
    anchor: Annotated[Path | None, typer.Option(metavar="FILE", help="The anchor as it was kept elsewhere.")] = None,
    as_json: Json = False,
) -> None:
    """Recompute the whole chain of custody and every row it speaks of.

    Example: hotline audit verify --anchor /media/usb/custody.anchor
    """
    desk = opened(ctx)
    from hotline.views.proof import proof
    from hotline.views.shapes import counted

    found = proof(desk.home, anchor)
    if as_json:
        print_json(found)
        return
    entries, rows = counted(found["entries"], "entry", "entries"), counted(found["rows"], "row")
    far = None if found["behind"] is None else counted(found["behind"], "entry", "entries")
    typer.echo(f"The chain holds: {entries}, {rows}; {f'the anchor is {far} behind' if far else 'no anchor'}.")
    typer.echo(f"Head: {found['head']}")
