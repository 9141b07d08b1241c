"""`hotline report`: what somebody told us goes in here, and what its reporter may hear comes out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.printing import (
    end_progress,
    print_changed,
    print_fields,
    print_json,
    print_rows,
    print_table,
    progress,
)
from hotline.cli.running import opened
from hotline.cli.words import AccountOf, Group, Json, ids, number, read_contact_and_note, read_urls
from hotline.errors import InputError
from hotline.states import AtRisk, Category, NoUrlKind, Source

app = typer.Typer(cls=Group, help="Take in reports and look them up.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="report")


@app.command("add")
def add(
    ctx: typer.Context,
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="The reported addresses; - reads them from stdin.")
    ] = None,
    no_url: Annotated[NoUrlKind | None, typer.Option(help="What it is about where there is no address.")] = None,
    source: Annotated[Source, typer.Option(help="Who told us.")] = Source.ANALYST,
    category: Annotated[Category, typer.Option(help="What it is reported as.")] = Category.OTHER,
    city: Annotated[str | None, typer.Option(help="The child's town, where known.")] = None,
    at_risk: Annotated[
        list[AtRisk] | None, typer.Option(help="A child is in danger: comes before everything. Once, the most urgent.")
    ] = None,
    contact: Annotated[str | None, typer.Option(help="How to reach the reporter; - reads it from stdin.")] = None,
    note: Annotated[str | None, typer.Option(metavar="FILE|-", help="What else was said; encrypted.")] = None,
    repeat_of: Annotated[str | None, typer.Option(metavar="CASE", help="The case that this tells again.")] = None,
    account_of: AccountOf = None,
    genuine: Annotated[str | None, typer.Option(metavar="URL", help="The real account of who is imitated.")] = None,
    for_whom: Annotated[str | None, typer.Option("--for", metavar="WHOM", help="For whom the reporter speaks.")] = None,
    as_json: Json = False,
) -> None:
    """Take in one report; prints its number and the code its reporter can quote.

    Example: hotline report add https://img.example/a.jpg --category csam --source web
    """
    desk = opened(ctx)
    from hotline import intake
    from hotline.decisions import reports

    told_contact, told_note = read_contact_and_note(contact, note)
    new = intake.new_report(
        read_urls(urls or []),
        no_url=no_url,
        source=source,
        category=category,
        city=city,
        at_risk=_most_urgent(at_risk or []),
        contact=told_contact,
        note=told_note,
        repeat_of=number(repeat_of, "C") if repeat_of else None,
        account_of=account_of,
        genuine=genuine,
        for_whom=for_whom,
    )
    _print_added(reports.add(desk, new), as_json=as_json)


def _most_urgent(dangers: list[AtRisk]) -> AtRisk | None:
    if len(dangers) > 1:
        raise InputError("give one --at-risk, the most urgent: the rest belongs into --note, and nothing is lost")
    return dangers[0] if dangers else None


def _print_added(added: Any, *, as_json: bool) -> None:
    for line in added.call_now:
        typer.secho(f"CALL NOW: {line}", bold=True, err=True)
    joined = "joins" if added.is_joined else "opens"
    items = ids("I", list(added.item_ids))
    print_changed(
        [f"R{added.report_id}"],
        f"R{added.report_id} {joined} case C{added.case_id}"
        + (f", item{'s' * (len(items) > 1)} {', '.join(items)}" if items else "")
        + f"\nCode for the reporter: {added.code}",
        as_json=as_json,
        code=added.code,
        case=f"C{added.case_id}",
        items=items,
        call_now=list(added.call_now),
    )


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with a heading line, or JSON Lines.")],
    as_json: Json = False,
) -> None:
    """Take in a file of reports, each row whole or not at all.

    Bad rows are named by line and cause in FILE.rejected; their content stays in FILE.

    Example: hotline report import reports.csv
    """
    desk = opened(ctx)
    from hotline.decisions import reports
    from hotline.views.shapes import counted

    done = reports.import_file(desk, file, progress("reports"))
    end_progress()
    rejected = str(done.rejected_path) if done.rejected_path else None
    for line in done.call_now:
        typer.secho(f"CALL NOW: {line}", bold=True, err=True)
    print_changed(
        ids("R", list(done.ids)),
        f"{counted(len(done.ids), 'report')} taken in{_as_range(ids('R', list(done.ids)))}, "
        f"{done.known} known already, {done.rejected} rejected" + (f" (see {rejected})" if rejected else ""),
        as_json=as_json,
        cases=ids("C", list(done.cases)),
        known=done.known,
        rejected=done.rejected,
        rejected_file=rejected,
        call_now=list(done.call_now),
    )


def _as_range(found: list[str]) -> str:
    return f" ({found[0]} to {found[-1]})" if len(found) > 1 else f" ({found[0]})" if found else ""


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List all reports, the newest last; a danger nobody acknowledged comes first.

    Example: hotline report list
    """
    desk = opened(ctx)
    from hotline.views.reports import report_list

    columns = "id case source category city at_risk received_at acked_at"
    print_rows(desk.home, report_list(desk.home), columns, as_json=as_json, none="No report yet.")


@app.command("show")
def show(
    ctx: typer.Context,
    report: Annotated[str, typer.Argument(metavar="ID", help="The report, R12.")],
    reveal: Annotated[bool, typer.Option("--reveal", help="Show what identifies the reporter, too.")] = False,
    as_json: Json = False,
) -> None:
    """Show one report; what identifies its reporter stays sealed without --reveal.

    Example: hotline report show R12
    """
    desk = opened(ctx)
    from hotline.decisions import reports
    from hotline.views.reports import report_show

    if reveal:
        reports.record_reveal(desk, number(report, "R"))
    found = report_show(desk.home, number(report, "R"), is_revealed=reveal)
    if as_json:
        print_json(found)
        return
    print_fields(desk.home, found)
    if found["items"]:
        print_table(desk.home, found["items"], "item url", "  ")


@app.command("status")
def status(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code the reporter was given.")],
    as_json: Json = False,
) -> None:
    """Say in plain words what may be told to the reporter, in Albanian and English.

    Example: hotline report status ABCD-EFGH-JKLM-NPQR
    """
    desk = opened(ctx)
    from hotline.views.reports import report_status

    found = report_status(desk.home, code)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{found['sq']}\n{found['en']}")
