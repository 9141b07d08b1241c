"""`hotline case`: the list of cases, one case as it is, and its end."""

from typing import Annotated, Any

import typer

from hotline.cli.printing import cell, print_changed, print_fields, print_json, print_rows, print_table
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number
from hotline.states import CloseReason, State

app = typer.Typer(cls=Group, help="Cases: what we do about reports of the same thing.", no_args_is_help=True)
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case, C7.")]


_HEAD = ("id", "url", "state", "priority", "rule", "opened_at", "closed_at")


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="case")


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only cases in this state.")] = None,
    as_json: Json = False,
) -> None:
    """List all cases, the most urgent first.

    Example: hotline case list --state illegal
    """
    desk = opened(ctx)
    from hotline.views.cases import case_list

    columns = "id priority state items reports url"
    print_rows(desk.home, case_list(desk.home, state), columns, as_json=as_json, none="No case.")


@app.command("show")
def show(ctx: typer.Context, case: CaseId, as_json: Json = False) -> None:
    """Show everything about one case: reports, items, notices, looks and its chain of custody.

    Example: hotline case show C7 --json
    """
    desk = opened(ctx)
    from hotline.views.cases import case_show

    found = case_show(desk.home, number(case, "C"))
    if as_json:
        print_json(found)
    else:
        _print_case(desk.home, found)


def _print_case(home: Any, case: dict[str, Any]) -> None:
    print_fields(home, {**case, "url": cell(home, "url", case["url"])}, _HEAD)
    _section(home, "Reports", case["reports"], "id source category city at_risk received_at acked_at")
    for item in case["items"]:
        _print_item(home, item)
    _section(home, "Packets", case["packets"], "id to state")
    _section(home, "Referrals", case["referrals"], "id to state")
    _section(home, "Chain of custody", case["custody"], "at actor action subject from to why")


def _print_item(home: Any, item: dict[str, Any]) -> None:
    typer.secho(f"\n{item['id']}  {item['kind']}  {item['state']}", bold=True)
    typer.echo(f"  {cell(home, 'url', item['url'])}")
    wanted = ("reason", "needs_person", "family", "notices", "received_at", "police_at", "host_at", "removed_at")
    shown = {key: item[key] for key in (*wanted, "returns") if item[key]}
    for key, part in (("media", "sha256"), ("hosting", "ip"), ("assessment", "verdict")):
        if item[key]:
            shown[key] = item[key][part]
    if item["account"]:
        account = item["account"]
        shown["account"] = f"{account['id']} {account['handle'] or account['number']} ({account['whose']})"
    if item["hosting"]:
        shown["contacts"] = item["hosting"]["contacts"]
    print_fields(home, shown, indent="  ")
    _section(home, "  Leads", item["leads"], "list entry algorithm distance strength label variant")
    for lead in item["leads"]:
        if "facts" in lead:
            typer.echo(f"  {lead['entry']}: {lead['facts']}")
    _section(home, "  Looks", item["rechecks"], "at vantage verdict")


def _section(home: Any, title: str, rows: list[dict[str, Any]], columns: str) -> None:
    if rows:
        typer.secho(f"\n{title}" if not title.startswith(" ") else title, bold=True)
        print_table(home, rows, columns, "  ")


@app.command("close")
def close(
    ctx: typer.Context,
    case: CaseId,
    reason: Annotated[CloseReason, typer.Option(help="Why it ends.")],
    as_json: Json = False,
) -> None:
    """End a case with a reason; its items end with it.

    Example: hotline case close C7 --reason out_of_remit
    """
    desk = opened(ctx)
    from hotline.decisions import cases

    cases.close(desk, number(case, "C"), reason)
    print_changed([case.upper()], f"{case.upper()} is closed", as_json=as_json)


@app.command("reopen")
def reopen(ctx: typer.Context, case: CaseId, as_json: Json = False) -> None:
    """Open a closed case again; its items go back to the state they had.

    Example: hotline case reopen C7
    """
    desk = opened(ctx)
    from hotline.decisions import cases

    cases.reopen(desk, number(case, "C"))
    print_changed([case.upper()], f"{case.upper()} is open again", as_json=as_json)
