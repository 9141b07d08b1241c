"""`hotline person`: who works here and what each may do."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json
from hotline.states import Role

app = typer.Typer(cls=Group, help="The people who work here, and their roles.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="person")


@app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The operating-system account.")],
    role: Annotated[
        list[Role] | None, typer.Option(help="What they may do; repeatable. [default: all but admin]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Register a colleague's account, or change a colleague's roles.

    Example: hotline person add blerta --role analyst --role second
    """
    desk = opened(ctx)
    from hotline.decisions import people

    roles = [one.value for one in role or (Role.ANALYST, Role.SECOND, Role.AUDITOR)]
    made = f"U{people.add(desk, name, roles)}"
    print_changed([made], f"{name} may work as {', '.join(roles)}", as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the registered people.

    Example: hotline person list
    """
    desk = opened(ctx)
    from hotline.views.persons import person_list

    print_rows(desk.home, person_list(desk.home), "id name roles added_at added_by", as_json=as_json, none="Nobody.")
