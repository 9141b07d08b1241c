"""`hotline queue`, `today` and `stats`: what waits for a person, the shift's promises, and counts."""

from typing import Annotated, Any

import typer

from hotline.cli.printing import local_time, print_changed, print_fields, print_json, print_sentence, print_table
from hotline.cli.running import opened
from hotline.cli.words import Group, Json

app = typer.Typer(cls=Group, invoke_without_command=True)


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="queue")
    root.command("today")(today)
    root.command("stats")(stats)


@app.callback()
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """What waits for a person, the most urgent first, and why.

    Kinds: ack (danger to life), assess (decide), contact (none yet, or one to approve), notice (a draft to approve,
    an answer or failure to act on), packet (build, release or chase), referral, person (everything else).

    Example: hotline queue --json
    """
    if ctx.invoked_subcommand:
        return
    desk = opened(ctx)
    from hotline.views.queue import queue

    rows = queue(desk.home, desk.now)
    if as_json:
        print_json(rows)
    else:
        _print_queue(desk.home, rows)


def _print_queue(home: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        typer.echo("Nothing waits for a person.")
        return
    for row in rows:
        _print_row(home, row)


def _print_row(home: Any, row: dict[str, Any]) -> None:
    """Two lines: what and where, then the reason, which is a sentence and names the next command."""
    head = [row["priority"] or "–", row["kind"], row["item"] or "", row["case"] or "", local_time(home, row["since"])]
    taken = f"taken by {row['taken_by']}" if row["taken_by"] else ""
    leads = ", ".join(_lead(lead) for lead in row["leads"][:3])
    typer.secho("  ".join(part for part in (*head, f"[case: {row['rule']}]", taken) if part), bold=row["kind"] == "ack")
    print_sentence(row["why"] + (f"; on a list: {leads}" if leads else ""))


def _lead(lead: dict[str, Any]) -> str:
    label = f" {lead['label']}" if lead["label"] else ""
    if "facts" in lead:
        return f"{lead['list']}{label} ({lead['facts']})"
    turned = f", {lead['variant']}" if lead["variant"] != "upright" else ""
    doubt = ", for review" if lead["strength"] == "review" else ""
    return f"{lead['list']}{label} ({lead['algorithm']} {lead['distance']}{turned}{doubt})"


@app.command("take")
def take(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help="What to work on, as the queue names it: I31, N5 …")],
    as_json: Json = False,
) -> None:
    """Take something from the queue, so that nobody else decides it at the same time.

    Example: hotline queue take I31
    """
    desk = opened(ctx)
    from hotline.decisions import queue

    queue.take(desk, subject)
    print_changed([subject.upper()], f"{subject.upper()} is yours", as_json=as_json)


@app.command("pass")
def pass_(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help="What to hand back; no reason is needed.")],
    as_json: Json = False,
) -> None:
    """Put something back into the queue for a colleague.

    Example: hotline queue pass I31
    """
    desk = opened(ctx)
    from hotline.decisions import queue

    queue.put_back(desk, subject)
    print_changed([subject.upper()], f"{subject.upper()} is in the queue for everybody", as_json=as_json)


@app.command("ack")
def ack(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ID", help="The report or case of a child in danger: R12 or C7.")],
    called: Annotated[str | None, typer.Option(help="Who was called; - reads it from stdin.")] = None,
    as_json: Json = False,
) -> None:
    """Record that somebody acts on a danger to a child, and who was called.

    Example: hotline queue ack R12 --called "State Police 129"
    """
    desk = opened(ctx)
    from hotline.cli.words import read_private
    from hotline.decisions import reports

    done = reports.acknowledge(desk, subject, read_private(called, "Who was called"))
    found = [one if isinstance(one, str) else f"R{one}" for one in done]
    print_changed(found, f"acknowledged: {', '.join(found)}", as_json=as_json)


def today(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the shift's open promises: dangers, holds that end, packets, returns, next rounds.

    Example: hotline today
    """
    desk = opened(ctx)
    from hotline.views.shift import today as ask

    found = ask(desk.home, desk.now)
    if as_json:
        print_json(found)
        return
    waiting = ", ".join(f"{count} {kind}" for kind, count in found["waiting"].items())
    typer.echo(f"Waiting for a person: {waiting or 'nothing'}")
    _section(desk.home, "Danger to a child, not acknowledged", found["at_risk"], "case subject since why")
    _section(desk.home, "Holds that end within a day", found["holds"], "item until")
    _section(desk.home, "Packets", found["packets"], "id case to why built_at released_at")
    _section(desk.home, "Put back in the last day", found["returns"], "item since returns url")
    _section(desk.home, "Next rounds", found["rounds"], "contact address at")
    typer.secho("\nFirst in the queue", bold=True)
    _print_queue(desk.home, found["first"])


def _section(home: Any, title: str, rows: list[dict[str, Any]], columns: str) -> None:
    if rows:
        typer.secho(f"\n{title}", bold=True)
        print_table(home, rows, columns, "  ")


def stats(ctx: typer.Context, as_json: Json = False) -> None:
    """Count what came in, what became of it, and how long it took.

    Example: hotline stats --json
    """
    desk = opened(ctx)
    from hotline.views.stats import stats as ask

    found = ask(desk.home)
    if as_json:
        print_json(found)
        return
    hosts, told = found.pop("hosts"), found.pop("by_contact")
    for title, part in found.items():
        typer.secho(f"\n{title}", bold=True)
        print_fields(desk.home, part)
    _section(desk.home, "hosts", hosts, "host items up returns median_hours_to_return")
    short = {"answer_h": "median_hours_to_answer", "removal_h": "median_hours_to_removal"}
    rows = [row | {name: row[key] for name, key in short.items()} for row in told]
    columns = "id address role notices rounds bounces answer_h removal_h refusals returns"
    _section(desk.home, "by contact", rows, columns)
