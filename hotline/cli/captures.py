"""`hotline capture`: how looks were taken, to read and as a WARC file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.printing import cell, print_fields, print_json, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number
from hotline.errors import InputError

app = typer.Typer(cls=Group, help="Captures: how each look was taken.", no_args_is_help=True)
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="The item, I7.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="capture")


@app.command("list")
def list_(ctx: typer.Context, item: ItemId, as_json: Json = False) -> None:
    """List the looks at an item, the oldest first.

    Example: hotline capture list I7
    """
    desk = opened(ctx)
    from hotline.views.captures import capture_list

    columns = "id at vantage exchanges statuses ips reason stage"
    print_rows(desk.home, capture_list(desk.home, number(item, "I")), columns, as_json=as_json, none="No look yet.")


@app.command("show")
def show(
    ctx: typer.Context,
    capture: Annotated[str, typer.Argument(metavar="ID", help="The capture, L3.")],
    as_json: Json = False,
) -> None:
    """Show every exchange of one look: addresses, heads, certificate, times, digests; never a body.

    Example: hotline capture show L3
    """
    desk = opened(ctx)
    from hotline.views.captures import capture_show

    found = capture_show(desk.home, number(capture, "L"))
    if as_json:
        print_json(found)
        return
    print_fields(desk.home, found)
    for exchange in found["exchanges"]:
        _print_exchange(desk.home, exchange)


def _print_exchange(home: Any, exchange: dict[str, Any]) -> None:
    typer.secho(f"\n{exchange['purpose']} by {exchange['egress']}, {exchange['began_at']}", bold=True)
    if exchange["reason"]:
        typer.echo(
            f"  ended early: {exchange['reason']} at {exchange['stage']}; tried {cell(home, '', exchange['tried'])}"
        )
    for hop in exchange["hops"]:
        typer.echo(f"  {hop['method']} {cell(home, 'url', hop['url'])}")
        typer.echo(f"    {hop['status']} from {hop['ip'] or 'the proxy'} ({cell(home, '', hop['ips'])})")
        if hop["tls"]:
            typer.echo(f"    {hop['tls']['version']}, certificate {hop['tls']['sha256']}")
        if hop["body_sha256"]:
            typer.echo(f"    {hop['body_bytes']} bytes, SHA-256 {hop['body_sha256']}")
        for name, value in hop["received"]:
            typer.echo(f"    {cell(home, '', name)}: {cell(home, '', value)}")


@app.command("warc")
def warc(
    ctx: typer.Context,
    items: Annotated[list[str], typer.Argument(metavar="ITEM...", help="The items, I7 I8.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it, such as I7.warc.gz.")],
    as_json: Json = False,
) -> None:
    """Write the looks at items as a WARC file: heads only, for whoever checks them with tools of their own.

    Example: hotline capture warc I7 --out I7.warc.gz
    """
    desk = opened(ctx)
    from hotline.views.captures import warc_file

    content = warc_file(desk.home, [number(one, "I") for one in items])
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(f"{out.name} cannot be written ({error.strerror}); choose a folder you may write") from None
    if as_json:
        print_json({"file": str(out), "bytes": len(content)})
    else:
        typer.echo(f"{out}: {len(content)} bytes; check it with: warcio check {out.name}")
