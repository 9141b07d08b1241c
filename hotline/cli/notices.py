"""`hotline notice`: what goes out, after somebody approved it, and what was answered."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows
from hotline.cli.rehearsals import print_rehearsal
from hotline.cli.running import opened, station
from hotline.cli.words import Group, Json, ids, number, numbers
from hotline.errors import InputError
from hotline.states import NoticeState, Outcome

app = typer.Typer(cls=Group, help="Notices to whoever can remove material.", no_args_is_help=True)
NoticeId = Annotated[str, typer.Argument(metavar="ID", help="The notice, N5.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="notice")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[NoticeState | None, typer.Option(help="Only notices in this state.")] = None,
    as_json: Json = False,
) -> None:
    """List all notices, the oldest first.

    Example: hotline notice list --state draft
    """
    desk = opened(ctx)
    from hotline.views.notices import notice_list

    columns = "id state round role address items sent_at outcome"
    print_rows(desk.home, notice_list(desk.home, state), columns, as_json=as_json, none="No notice.")


@app.command("show")
def show(ctx: typer.Context, notice: NoticeId, as_json: Json = False) -> None:
    """Show one notice as it went out, or as it would go out now.

    Example: hotline notice show N5
    """
    desk = opened(ctx)
    from hotline import pipeline
    from hotline.views.notices import notice_show

    found = notice_show(desk.home, number(notice, "N"))
    mail = pipeline.preview_notice(desk.home, number(notice, "N"))
    if as_json:
        more = {"recipient": mail.recipient, "subject": mail.subject, "attachments": list(mail.attachments)}
        print_json({**found, **more, "body": mail.body})
        return
    print_fields(desk.home, {key: value for key, value in found.items() if key != "addresses"})
    typer.echo(f"\nTo: {mail.recipient}\nSubject: {mail.subject}")
    if mail.attachments:
        typer.echo(f"Attached: {', '.join(mail.attachments)}")
    typer.echo(f"\n{mail.body}")


@app.command("approve")
def approve(
    ctx: typer.Context,
    notices: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The notices, N5.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Approve every draft.")] = False,
    contact: Annotated[str | None, typer.Option(help="Approve every draft to this contact, K3.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go to whom, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Approve notices; their repeats about the same items or fewer go out by themselves.

    Example: hotline notice approve N5 N6
    """
    if sum((bool(notices), every, contact is not None)) != 1:
        raise InputError("name the notices to approve, or --contact K3 for all drafts to one, or --all for every draft")
    desk = opened(ctx)
    from hotline.decisions import notices as decisions

    chosen, of = numbers(notices or [], "N"), number(contact, "K") if contact else None
    if dry_run:
        print_rehearsal(desk, chosen, of, as_json=as_json)
        return
    done = ids("N", decisions.approve(desk, chosen) if notices else decisions.approve_all(desk, of))
    print_changed(done, f"approved: {', '.join(done) or 'none'}", as_json=as_json)


@app.command("send")
def send(ctx: typer.Context, as_json: Json = False) -> None:
    """Send everything approved now, without waiting for the next run.

    Example: hotline notice send
    """
    desk = opened(ctx)
    from hotline import pipeline
    from hotline.views.notices import notice_list

    before = {row["id"] for row in notice_list(desk.home, NoticeState.SENT)}
    with station(desk) as equipment:
        pipeline.send_now(equipment)
    done = [row["id"] for row in notice_list(desk.home, NoticeState.SENT) if row["id"] not in before]
    print_changed(done, f"sent: {', '.join(done) or 'none'}", as_json=as_json)


@app.command("sent")
def sent(
    ctx: typer.Context,
    notice: NoticeId,
    reference: Annotated[str, typer.Option(metavar="X", help="The number the other side gave it.")],
    as_json: Json = False,
) -> None:
    """Record that you sent an approved notice by a form or a portal, and under which number they keep it.

    Example: hotline notice sent N5 --reference 2026-0815
    """
    desk = opened(ctx)
    from hotline import pipeline
    from hotline.decisions import notices

    sheet = pipeline.sheet_of(desk.home, number(notice, "N"))
    notices.mark_sent(desk, number(notice, "N"), reference, sheet)
    print_changed([notice.upper()], f"{notice.upper()} is recorded as sent", as_json=as_json)


@app.command("outcome")
def outcome(
    ctx: typer.Context,
    notice: NoticeId,
    answer: Annotated[Outcome, typer.Argument(metavar="OUTCOME", help="What was answered.")],
    as_json: Json = False,
) -> None:
    """Record what a contact answered: removed, declined, restricted, asks_more, not_ours or no_answer.

    Example: hotline notice outcome N5 declined
    """
    desk = opened(ctx)
    from hotline.decisions import notices

    notices.outcome(desk, number(notice, "N"), answer)
    print_changed([notice.upper()], f"{notice.upper()}: {answer.value}", as_json=as_json)


@app.command("cancel")
def cancel(ctx: typer.Context, notice: NoticeId, as_json: Json = False) -> None:
    """Cancel a notice and every repeat of it; what has gone out cannot be called back.

    Example: hotline notice cancel N5
    """
    desk = opened(ctx)
    from hotline.decisions import notices

    notices.cancel(desk, number(notice, "N"))
    print_changed([notice.upper()], f"{notice.upper()} is cancelled", as_json=as_json)
