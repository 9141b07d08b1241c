"""`hotline data`: the tables by which the internet is read, and how old they are."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json

app = typer.Typer(
    cls=Group, help="What is known of registries and delivery networks, and how old that is.", no_args_is_help=True
)


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="data")


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the tables with their date, source and age.

    Example: hotline data list
    """
    desk = opened(ctx)
    from hotline.views.freshness import data_list

    columns = "id date age_days stale status from entries source"
    print_rows(desk.home, data_list(desk.home, desk.now), columns, as_json=as_json, none="No table.")


@app.command("refresh")
def refresh(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[rdap] [cdn]", help="Which; both without.")] = None,
    as_json: Json = False,
) -> None:
    """Take the tables anew from those who publish them; a list that is empty or broken is refused.

    Example: hotline data refresh cdn
    """
    desk = opened(ctx)
    from hotline.channels.published import Publishers
    from hotline.decisions import data

    done = data.refresh(desk, names or [], Publishers.from_settings(desk.settings))
    told = "\n".join(f"{one.name}: {one.after:,} entries, {one.before:,} before" for one in done)
    print_changed([one.name for one in done], told, as_json=as_json)
