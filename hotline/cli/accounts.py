"""`hotline account`: the accounts that reported addresses are of, and whose they are."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows, print_table
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number
from hotline.states import Whose

app = typer.Typer(cls=Group, help="Accounts of platforms that reported addresses are of.", no_args_is_help=True)
AccountId = Annotated[str, typer.Argument(metavar="ID", help="The account, A3.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="account")


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the accounts, those with most items first.

    Example: hotline account list
    """
    desk = opened(ctx)
    from hotline.views.accounts import account_list

    columns = "id platform handle number whose items families up last_seen_at"
    print_rows(desk.home, account_list(desk.home), columns, as_json=as_json, none="No account yet.")


@app.command("show")
def show(ctx: typer.Context, account: AccountId, as_json: Json = False) -> None:
    """Show one account with everything reported of it.

    Example: hotline account show A3
    """
    desk = opened(ctx)
    from hotline.views.accounts import account_show

    found = account_show(desk.home, number(account, "A"))
    if as_json:
        print_json(found)
        return
    print_fields(desk.home, found)
    print_table(desk.home, found["items"], "id case state family first_seen_at gone_at url", "  ")


@app.command("whose")
def whose(
    ctx: typer.Context,
    account: AccountId,
    whose: Annotated[Whose, typer.Argument(help="Whose it is, as far as you can tell.")],
    as_json: Json = False,
) -> None:
    """Say whose an account is; a child's own is never noticed nor counted.

    Example: hotline account whose A3 child
    """
    desk = opened(ctx)
    from hotline.decisions import accounts

    accounts.say_whose(desk, number(account, "A"), whose)
    print_changed([account.upper()], f"{account.upper()}: {whose.value}", as_json=as_json)
