"""`hotline key`: other people's public keys, to which what is confidential is sealed."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number, read_private

app = typer.Typer(cls=Group, help="Other people's public keys, to which we seal.", no_args_is_help=True)
KeyId = Annotated[str, typer.Argument(metavar="ID", help="The key, X1.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="key")


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the keys and who confirmed them.

    Example: hotline key list
    """
    desk = opened(ctx)
    from hotline.views.publickeys import key_list

    columns = "id state holder kind fingerprint expires_at confirmed_by"
    print_rows(desk.home, key_list(desk.home, desk.now), columns, as_json=as_json, none="No key.")


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OpenPGP public key, or an age recipient.")],
    holder: Annotated[str, typer.Option("--for", metavar="CONTACT", help="Whose it is, K3.")],
    as_json: Json = False,
) -> None:
    """Take in somebody's public key; it is used once its fingerprint is confirmed.

    Example: hotline key import partner.asc --for K3
    """
    desk = opened(ctx)
    from hotline.decisions import publickeys

    made = f"X{publickeys.add(desk, holder, publickeys.read_file(file))}"
    message = f"{made} is here; compare its fingerprint with {holder.upper()} by phone or in person, then: "
    print_changed([made], f"{message}hotline key confirm {made} --fingerprint -", as_json=as_json)


@app.command("confirm")
def confirm(
    ctx: typer.Context,
    key: KeyId,
    fingerprint: Annotated[str, typer.Option(help="As its owner read it to you; - reads it from stdin.")],
    as_json: Json = False,
) -> None:
    """Record that you compared a key's fingerprint with its owner.

    Example: hotline key confirm X1 --fingerprint "A1B2 C3D4 ..."
    """
    desk = opened(ctx)
    from hotline.decisions import publickeys

    publickeys.confirm(desk, number(key, "X"), read_private(fingerprint, "The fingerprint") or "")
    print_changed([key.upper()], f"{key.upper()} is confirmed and used from now on", as_json=as_json)


@app.command("end")
def end(ctx: typer.Context, key: KeyId, as_json: Json = False) -> None:
    """Stop using a key: it is lost, or its owner has another one.

    Example: hotline key end X1
    """
    desk = opened(ctx)
    from hotline.decisions import publickeys

    publickeys.end(desk, number(key, "X"))
    print_changed([key.upper()], f"{key.upper()} is over", as_json=as_json)
