"""`hotline hashset`: the lists of known hashes, from their import to their entries."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli import hashmatches
from hotline.cli.printing import end_progress, print_changed, print_fields, print_json, print_rows, progress
from hotline.cli.running import opened
from hotline.cli.words import Group, Json
from hotline.errors import InputError

app = typer.Typer(cls=Group, help="Lists of known hashes.", no_args_is_help=True)
_SHOWN_WARNINGS = 5
Name = Annotated[str, typer.Argument(metavar="NAME", help="The list.")]
Label = Annotated[str | None, typer.Option(metavar="L", help="What its entries are called in leads.")]
Owner = Annotated[str | None, typer.Option(help="Whose list it is.")]
Licence = Annotated[str | None, typer.Option(help="Under which terms we have it.")]
Handling = Annotated[str | None, typer.Option(help="Who may see and use it.")]
Threshold = Annotated[
    list[str] | None,
    typer.Option(metavar="K=N", help="How far apart is still a hit: pdq (bits), phash (bits); pdq_quality (least)."),
]


class ListRole(StrEnum):
    """What a list is for; the values are those of hashsets.match.Role, which is too heavy to load for a help text."""

    KNOWN = "known"
    KNOWN_GOOD = "known-good"
    OWN = "own"


def add_to(root: typer.Typer) -> None:
    hashmatches.add_to(app)
    root.add_typer(app, name="hashset")


def _library(desk: Any) -> Any:
    from hashsets.lists import Library

    return Library(desk.home.lists)


def _terms(
    label: str | None, owner: str | None, licence: str | None, handling: str | None, threshold: list[str] | None
) -> Any:
    from hotline.decisions.hashsets import ListTerms

    return ListTerms(label, owner, licence, handling, _thresholds(threshold or []))


def _thresholds(texts: list[str]) -> dict[str, int]:
    """`pdq=20` as a mapping. Raises InputError."""
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not (value.isascii() and value.isdecimal()):
            raise InputError("--threshold takes NAME=NUMBER, as in --threshold pdq=20; give it again for another")
        found[name.strip()] = int(value)
    return found


@app.command("import")
def import_(
    ctx: typer.Context,
    name: Name,
    file: Annotated[Path, typer.Argument(help="The list as it was delivered; a folder of files is one delivery.")],
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="Its format; recognised from the content by default.")
    ] = None,
    role: Annotated[
        ListRole | None, typer.Option(help="What the list is for; known by default, known-good for NSRL.")
    ] = None,
    label: Label = None,
    columns: Annotated[
        str | None,
        typer.Option(metavar="C", help="Where things stand in a CSV or JSON of other names: md5=hash_md5,entry=ref."),
    ] = None,
    owner: Owner = None,
    licence: Licence = None,
    handling: Handling = None,
    threshold: Threshold = None,
    as_json: Json = False,
) -> None:
    """Import a list; all media nobody decided about are screened against it.

    What is not given keeps what the list has. Pages that only add and withdraw (NCMEC, StopNCII, ThreatExchange's JSON)
    leave the rest of the list as it is; any other file is the whole list.

    Example: hotline hashset import partner-2026 partner.csv --label A1
    """
    desk = opened(ctx)
    from hotline.decisions import hashsets

    count = progress("rows")
    done = hashsets.import_list(
        desk,
        _library(desk),
        name,
        file,
        format=format_,
        role=role.value if role else None,
        terms=_terms(label, owner, licence, handling, threshold),
        columns=_columns(columns),
        progress=count,
    )
    end_progress()
    _print_imported(name, done, as_json=as_json)


def _columns(text: str | None) -> dict[str, str] | None:
    """`md5=hash_md5,entry=ref` as a mapping. Raises InputError."""
    if text is None:
        return None
    pairs = [pair.partition("=") for pair in text.split(",")]
    if not all(holds.strip() and column.strip() for holds, _, column in pairs):
        raise InputError("--columns takes WHAT=COLUMN, separated by commas, as in md5=hash_md5,entry=ref")
    return {holds.strip(): column.strip() for holds, _, column in pairs}


def _print_imported(name: str, done: Any, *, as_json: bool) -> None:
    told = f"{name}: {done.new} new, {done.changed} changed, {done.withdrawn} withdrawn, {done.refused} refused"
    refused = str(done.refused_path) if done.refused_path else None
    told += f" (see {refused})" if refused else ""
    told += "".join(f"\nline {one.line}: {one.cause}" for one in done.warnings[:_SHOWN_WARNINGS])
    if done.warned > _SHOWN_WARNINGS:
        told += f"\n{done.warned} warnings in all"
    print_changed(
        [name],
        told,
        as_json=as_json,
        new=done.new,
        changed=done.changed,
        withdrawn=done.withdrawn,
        refused=done.refused,
        version=done.version,
        refused_file=refused,
        refusals=[{"line": one.line, "cause": one.cause} for one in done.refusals],
        warned=done.warned,
        warnings=[{"line": one.line, "cause": one.cause} for one in done.warnings],
    )


@app.command("set")
def set_(
    ctx: typer.Context,
    name: Name,
    role: Annotated[ListRole | None, typer.Option(help="What the list is for.")] = None,
    label: Label = None,
    owner: Owner = None,
    licence: Licence = None,
    handling: Handling = None,
    threshold: Threshold = None,
    as_json: Json = False,
) -> None:
    """Change what is said of a list, or how near a hit must be; what nobody decided about is screened again.

    Example: hotline hashset set partner-2026 --threshold pdq=20
    """
    desk = opened(ctx)
    from hotline.decisions import hashsets

    if not any((role, label, owner, licence, handling, threshold)):
        raise InputError("say what to change, for example --threshold pdq=20; --help names the rest")
    chosen = _terms(label, owner, licence, handling, threshold)
    hashsets.set_terms(desk, _library(desk), name, chosen, role.value if role else None)
    print_changed([name], f"{name} is changed", as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the hash lists.

    Example: hotline hashset list
    """
    desk = opened(ctx)
    quarantined = hashmatches.quarantined(desk)
    rows = [_row(info, quarantined) for info in _library(desk).lists()]
    columns = "id role version entries withdrawn quarantined owner label imported_at"
    print_rows(desk.home, rows, columns, as_json=as_json, none="No list yet.")


@app.command("show")
def show(
    ctx: typer.Context,
    name: Name,
    entry: Annotated[
        str | None, typer.Option(metavar="ENTRY", help="One of its entries: what it has, added and withdrawn when.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show one list, or one entry of it; never a hash.

    Example: hotline hashset show partner-2026
    """
    desk = opened(ctx)
    library = _library(desk)
    quarantined = hashmatches.quarantined(desk)
    if entry is None:
        row = _row(library.show(name), quarantined)
    else:
        row = _entry_row(name, library.show_entry(name, entry), quarantined)
    if as_json:
        print_json(row)
    else:
        print_fields(desk.home, row)


def _row(info: Any, quarantined: frozenset[tuple[str, str]]) -> dict[str, Any]:
    from dataclasses import asdict

    from hotline.views.shapes import at

    plain = asdict(info)
    return {
        "id": info.name,
        **plain,
        "role": info.role.value,
        "algorithms": {algorithm.value: count for algorithm, count in info.algorithms.items()},
        "imported_at": at(info.imported_at),
        "quarantined": sum(name == info.name for name, _ in quarantined),
    }


def _entry_row(name: str, info: Any, quarantined: frozenset[tuple[str, str]]) -> dict[str, Any]:
    from hotline.views.shapes import at

    return {
        "id": info.entry,
        "list": name,
        "label": info.label,
        "algorithms": list(info.algorithms),
        "added_at": at(info.added_at) if info.added_at else None,
        "withdrawn_at": at(info.withdrawn_at) if info.withdrawn_at else None,
        "withdrawn_by": info.withdrawn_by,
        "is_quarantined": (name, info.entry) in quarantined,
    }


@app.command("withdraw")
def withdraw(
    ctx: typer.Context,
    name: Name,
    entry: Annotated[str, typer.Argument(help="The entry, as a lead names it.")],
    as_json: Json = False,
) -> None:
    """Stop one entry of a list from matching.

    Example: hotline hashset withdraw partner-2026 4711
    """
    desk = opened(ctx)
    from hotline.decisions import hashsets

    hashsets.withdraw(desk, _library(desk), name, entry)
    print_changed([entry], f"{entry} of {name} matches no more", as_json=as_json)


@app.command("reinstate")
def reinstate(
    ctx: typer.Context,
    name: Name,
    entry: Annotated[str, typer.Argument(help="The entry that was withdrawn here or is in quarantine.")],
    as_json: Json = False,
) -> None:
    """Let an entry match again that was withdrawn here, or put in quarantine because it hit too much.

    Example: hotline hashset reinstate partner-2026 4711
    """
    desk = opened(ctx)
    from hotline.decisions import hashsets

    hashsets.reinstate(desk, _library(desk), name, entry)
    print_changed([entry], f"{entry} of {name} matches again", as_json=as_json)


@app.command("verify")
def verify(ctx: typer.Context, as_json: Json = False) -> None:
    """Read all lists and say what is wrong with their files.

    Example: hotline hashset verify
    """
    desk = opened(ctx)
    problems = _library(desk).verify()
    if as_json:
        print_json({"ok": not problems, "problems": problems})
    else:
        typer.echo("\n".join(problems) or "All lists are whole.")
    if problems:
        from hashsets.errors import DamagedListError

        raise DamagedListError
