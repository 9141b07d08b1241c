"""`hotline family`: how often the same picture or video was put back, and where."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.printing import cell, print_changed, print_json, print_rows, print_table, shortened
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number
from hotline.errors import InputError
from hotline.states import Language

app = typer.Typer(cls=Group, help="Families: the same picture or video wherever it was seen.", no_args_is_help=True)
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="The item, I31.")]
_BAR = 16


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="family")


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List all families, the most often re-uploaded first.

    Example: hotline family list
    """
    desk = opened(ctx)
    from hotline.views.families import family_list

    columns = "id reuploads media items hosts last_seen_at"
    print_rows(desk.home, family_list(desk.home), columns, as_json=as_json, none="No family yet.")


@app.command("show")
def show(
    ctx: typer.Context,
    family: Annotated[str, typer.Argument(metavar="ID", help="The family, F3.")],
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline as a picture, too.")] = None,
    language: Annotated[Language, typer.Option(help="Of that picture.")] = Language.SQ,
    as_json: Json = False,
) -> None:
    """Show where a picture or video was seen, from the first time to the last.

    Example: hotline family show F3 --svg F3.svg
    """
    desk = opened(ctx)
    from hotline.views.families import family_show

    found = family_show(desk.home, number(family, "F"))
    if svg is not None:
        _write_svg(svg, found["sightings"], desk.now, language)
    if as_json:
        print_json(found)
    else:
        _print_family(desk.home, found)


def _write_svg(path: Path, sightings: list[dict[str, Any]], now: datetime, language: Language) -> None:
    from notices.timeline import timeline_svg

    try:
        path.write_text(timeline_svg(sightings, now, "en" if language is Language.EN else "sq"), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path.name} cannot be written ({error.strerror}); choose a folder you may write") from None


def _print_family(home: Any, family: dict[str, Any]) -> None:
    from hotline.views.shapes import counted

    typer.secho(
        f"{family['id']}: {counted(family['reuploads'], 're-upload')} on {counted(len(family['hosts']), 'host')}",
        bold=True,
    )
    if not family["media"] and not family["items"]:
        typer.echo("Its pictures were joined to another family.")
        return
    if family["media"]:
        print_table(home, family["media"], "id by distance how confirmed sha256", "  ")
    if family["items"]:
        typer.echo("  Known by the platform's id or a person's word, without bytes:")
        print_table(home, family["items"], "id by confirmed", "  ")
    for account, count in family["accounts"].items():
        typer.echo(f"  account {cell(home, '', account)}: {counted(count, 'sighting')}")
    typer.echo("")
    for line in timeline(home, family["sightings"]):
        typer.echo(line)


def timeline(home: Any, sightings: list[dict[str, Any]]) -> list[str]:
    """One line for each sighting: a bar from first seen to first found gone on one common scale, with its notices."""
    spans = [(_moment(one["first_seen_at"]), _moment(one["gone_at"] or one["last_seen_at"])) for one in sightings]
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    scale = (_BAR - 1) / (last - first) if last > first else 0.0
    seen_before: set[str] = set()
    lines = []
    for one, (begin, end) in zip(sightings, spans, strict=True):
        marks = {int((_moment(at) - first) * scale) for at in one["noticed_at"]}
        bar = _bar(int((begin - first) * scale), int((end - first) * scale), marks, is_up=one["gone_at"] is None)
        lines.append(_line(home, one, bar, is_back=one["item"] in seen_before))
        seen_before.add(one["item"])
    return [*lines, "", "  █ seen, ▲ noticed, · not known to be gone, ↺ back at the same address, ? not confirmed"]


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _bar(begin: int, end: int, marks: set[int], *, is_up: bool) -> str:
    signs = [" "] * begin + ["█"] * (end - begin + 1) + ["·" if is_up else " "] * (_BAR - end - 1)
    return "".join("▲" if place in marks else sign for place, sign in enumerate(signs))


def _line(home: Any, sighting: dict[str, Any], bar: str, *, is_back: bool) -> str:
    is_up = sighting["gone_at"] is None
    until = "still up" if is_up else f"gone {cell(home, 'gone_at', sighting['gone_at'])}"
    first = cell(home, "first_seen_at", sighting["first_seen_at"])
    where = f"{sighting['host']} {sighting['account']}" if sighting["account"] else sighting["host"]
    marks = ("↺ " if is_back else "") + shortened(cell(home, "", where), 30) + ("" if sighting["confirmed"] else " ?")
    return f"  {first} {bar} {until.ljust(21)} {sighting['item'].ljust(5)}{marks}"


@app.command("join")
def join(
    ctx: typer.Context,
    item: ItemId,
    same_as: Annotated[str, typer.Option(metavar="ITEM", help="The item that shows the same.")],
    as_json: Json = False,
) -> None:
    """Say that two items show the same picture or video.

    Example: hotline family join I32 --same-as I31
    """
    desk = opened(ctx)
    from hotline.decisions import families

    families.join(desk, number(item, "I"), number(same_as, "I"))
    print_changed([item.upper()], f"{item.upper()} shows the same as {same_as.upper()}", as_json=as_json)


@app.command("split")
def split(ctx: typer.Context, item: ItemId, as_json: Json = False) -> None:
    """Take what an item shows out of its family: it only looked alike.

    Example: hotline family split I32
    """
    desk = opened(ctx)
    from hotline.decisions import families

    families.split(desk, number(item, "I"))
    print_changed([item.upper()], f"{item.upper()} shows something of its own", as_json=as_json)
