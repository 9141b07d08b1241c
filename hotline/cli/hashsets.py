"""`hotline hashset`: lists of known hashes, and what a picture or hash is on them."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.printing import end_progress, print_changed, print_fields, print_json, print_rows, progress
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, Out, write_new
from hotline.errors import InputError

app = typer.Typer(cls=Group, help="Lists of known hashes.", no_args_is_help=True)
_SHOWN_WARNINGS = 5
Name = Annotated[str, typer.Argument(metavar="NAME", help="The list.")]


class ListRole(StrEnum):
    """What a list is for; the values are those of hashsets.match.Role, which is too heavy to load for a help text."""

    KNOWN = "known"
    KNOWN_GOOD = "known-good"
    OWN = "own"


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="hashset")


def _library(desk: Any) -> Any:
    from hashsets.lists import Library

    return Library(desk.home.lists)


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
    label: Annotated[str | None, typer.Option(metavar="L", help="What its entries are called in leads.")] = None,
    columns: Annotated[
        str | None,
        typer.Option(metavar="C", help="Where things stand in a CSV or JSON of other names: md5=hash_md5,entry=ref."),
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Whose list it is.")] = None,
    licence: Annotated[str | None, typer.Option(help="Under which terms we have it.")] = None,
    handling: Annotated[str | None, typer.Option(help="Who may see and use it.")] = None,
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
        terms=hashsets.ListTerms(label, owner, licence, handling),
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


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the hash lists.

    Example: hotline hashset list
    """
    desk = opened(ctx)
    rows = [_row(info) for info in _library(desk).lists()]
    columns = "id role version entries algorithms withdrawn owner label imported_at"
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
    row = _row(library.show(name)) if entry is None else _entry_row(name, library.show_entry(name, entry))
    if as_json:
        print_json(row)
    else:
        print_fields(desk.home, row)


def _row(info: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from hotline.views.shapes import at

    plain = asdict(info)
    return {
        "id": info.name,
        **plain,
        "role": info.role.value,
        "algorithms": {algorithm.value: count for algorithm, count in info.algorithms.items()},
        "imported_at": at(info.imported_at),
    }


def _entry_row(name: str, info: Any) -> dict[str, Any]:
    from hotline.views.shapes import at

    return {
        "id": info.entry,
        "list": name,
        "label": info.label,
        "algorithms": list(info.algorithms),
        "added_at": at(info.added_at) if info.added_at else None,
        "withdrawn_at": at(info.withdrawn_at) if info.withdrawn_at else None,
        "withdrawn_by": info.withdrawn_by,
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


@app.command("match")
def match(
    ctx: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="IMAGE|HASH...", help="Picture files or hashes.")],
    as_json: Json = False,
) -> None:
    """Look pictures or hashes up in all lists; a picture is read into memory only.

    A hit names its algorithm (md5, sha1, sha256, pdq, phash) and the variant that was near: upright, mirror, rot90,
    rot180, rot270, transpose, transverse, flip. Parts of a picture (box, quadrant, frame) are not looked up yet.

    Example: hotline hashset match a.jpg 8b1a9953c4611296a827abf8c47804d7
    """
    desk = opened(ctx)
    rows = [{"input": text, **hit} for text, hit in _hits(_library(desk), inputs)]
    columns = "input list entry algorithm distance label variant"
    print_rows(desk.home, rows, columns, as_json=as_json, none="On no list.")


def _hits(library: Any, inputs: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    from hashsets.decode import DecoderPool

    with DecoderPool(workers=1) as pool:
        for number, text in enumerate(inputs, 1):
            path = Path(text)
            is_file = path.is_file() or not text.strip().isalnum()
            for hit in _search_file(library, pool, path, number) if is_file else library.search_hash(text):
                yield text, _hit(hit)


def _search_file(library: Any, pool: Any, path: Path, number: int) -> Any:
    """A file that is no picture we decode is looked up by its bytes alone, and that is said, without its name."""
    fingerprint = pool.fingerprint(_read(path))
    if fingerprint.problem is not None:
        told = f"file {number} cannot be decoded ({fingerprint.problem.replace('_', ' ')})"
        typer.echo(f"hotline: {told}; it was looked up by md5, sha1 and sha256 only", err=True)
    return library.search(fingerprint)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a picture you may read, or a hash") from None


def _hit(hit: Any) -> dict[str, Any]:
    return {
        "list": hit.list,
        "entry": hit.entry,
        "algorithm": hit.algorithm.value,
        "distance": hit.distance,
        "label": hit.label,
        "variant": hit.variant.value,
    }


@app.command("export")
def export(ctx: typer.Context, name: Name, out: Out = None, as_json: Json = False) -> None:
    """Write the PDQ hashes of a list of our own, one a line, to share them out.

    Example: hotline hashset export own --out own.txt
    """
    desk = opened(ctx)
    lines = list(_library(desk).export(name))
    if out:
        write_new(out, "".join(f"{line}\n" for line in lines).encode())
        print_changed([name], f"{len(lines)} hashes are in {out}", as_json=as_json, count=len(lines), file=str(out))
    elif as_json:
        print_json(lines)
    else:
        for line in lines:
            typer.echo(line)


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
