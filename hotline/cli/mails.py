"""`hotline mail`: what came into the mailbox that answers come to."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows
from hotline.cli.running import opened, station
from hotline.cli.words import Group, Json, ids, number

app = typer.Typer(cls=Group, help="Answers, receipts and bounces that came by mail.", no_args_is_help=True)
MessageId = Annotated[str, typer.Argument(metavar="ID", help="The mail, E3.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="mail")


@app.command("read")
def read(ctx: typer.Context, as_json: Json = False) -> None:
    """Read the mailbox now; `hotline run` does it by itself.

    Example: hotline mail read
    """
    desk = opened(ctx)
    from hotline.pipeline.answering import read_mail

    with station(desk) as equipment:
        done = ids("E", read_mail(equipment))
    print_changed(done, f"read: {', '.join(done) or 'nothing new'}", as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the mails, the oldest first.

    Example: hotline mail list
    """
    desk = opened(ctx)
    from hotline.views.messages import message_list

    columns = "id state kind notice matched_by sender suggests read_at"
    print_rows(desk.home, message_list(desk.home), columns, as_json=as_json, none="No mail.")


@app.command("show")
def show(ctx: typer.Context, message: MessageId, as_json: Json = False) -> None:
    """Show one mail as text; what came with it was never opened.

    Example: hotline mail show E3
    """
    desk = opened(ctx)
    from hotline.views.messages import message_show

    found = message_show(desk.home, number(message, "E"))
    if as_json:
        print_json(found)
        return
    print_fields(desk.home, {key: value for key, value in found.items() if key != "text"})
    typer.echo(f"\n{found['text']}")


@app.command("settle")
def settle(
    ctx: typer.Context,
    message: MessageId,
    notice: Annotated[str | None, typer.Option(help="The notice it is about, N5.")] = None,
    as_json: Json = False,
) -> None:
    """Record that a mail is dealt with, and which notice it is about where that was not known.

    Example: hotline mail settle E3 --notice N5
    """
    desk = opened(ctx)
    from hotline.decisions import messages

    messages.settle(desk, number(message, "E"), number(notice, "N") if notice else None)
    print_changed([message.upper()], f"{message.upper()} is dealt with", as_json=as_json)
