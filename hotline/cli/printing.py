"""How answers are printed: one JSON document, or tables of at most 100 columns for people. Knows no command."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hotline.home import Home

WIDTH = 100
_NARROWEST = 8
_LONG = frozenset(("url", "address", "sha256", "entry", "input", "label", "why"))
_GAP = "  "
_TIMES = ("at", "since", "until", "now")


def print_json(value: Any) -> None:
    """One JSON document; in lines for a person at a terminal, compact for a program, which is ten times faster."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def print_rows(home: "Home", rows: Sequence[dict[str, Any]], columns: str, *, as_json: bool, none: str) -> None:
    """Prints a list: JSON as it is, else a table of `columns`, or the sentence `none`."""
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo(none)
    else:
        print_table(home, rows, columns)


def print_table(home: "Home", rows: Iterable[dict[str, Any]], columns: str, indent: str = "") -> None:
    """A table of the named keys, shortened in the middle where it would be wider than the screen or 100 columns."""
    keys = columns.split()
    lines = [[key.replace("_", " ") for key in keys]]
    lines += [[cell(home, key, row.get(key)) for key in keys] for row in rows]
    widths = _fitted(keys, [max(map(len, column)) for column in zip(*lines, strict=True)], _screen() - len(indent))
    for number, line in enumerate(lines):
        parts = [shortened(text, width).ljust(width) for text, width in zip(line, widths, strict=True)]
        typer.secho(indent + _GAP.join(parts).rstrip(), bold=number == 0)


def print_fields(home: "Home", document: dict[str, Any], keys: Iterable[str] | None = None, indent: str = "") -> None:
    """One `key  value` line for each simple value of a document; a text of several lines keeps them."""
    shown = [key for key in (keys or document) if not _is_nested(document[key])]
    widest = max(map(len, shown), default=0)
    for key in shown:
        value = document[key]
        lines = value.splitlines() if isinstance(value, str) and value else [value]
        texts = [cell(home, key, line, is_defanged=False) for line in lines]
        head = f"{indent}{key.replace('_', ' ').ljust(widest)}  "
        typer.echo(head + f"\n{' ' * len(head)}".join(texts))


def print_changed(ids: Sequence[str], sentence: str, *, as_json: bool, **more: Any) -> None:
    """What a changing command prints: the ids, and `id` where there is one."""
    if as_json:
        print_json({**({"id": ids[0]} if len(ids) == 1 else {}), "ids": list(ids), **more})
    else:
        typer.echo(sentence)


def cell(home: "Home", key: str, value: Any, *, is_defanged: bool = True) -> str:
    """A value as people read it: times in the hotline's zone, addresses defanged, nothing as a dash."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(cell(home, "", one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {cell(home, '', one)}" for name, one in value.items())
    if _is_time(key):
        return local_time(home, str(value))
    text = _defanged(str(value)) if key == "url" and is_defanged else str(value)
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def print_sentence(text: str, indent: str = "    ") -> None:
    """A sentence in lines of at most 100 columns; an address or command in it is never broken."""
    import textwrap

    lines = textwrap.wrap(text, _screen() - len(indent), break_long_words=False, break_on_hyphens=False)
    typer.echo("\n".join(indent + line for line in lines))


def local_time(home: "Home", text: str) -> str:
    """2026-11-21T10:00:00Z as 2026-11-21 11:00 in the hotline's zone."""
    from zoneinfo import ZoneInfo

    moment = datetime.fromisoformat(text)
    return moment.astimezone(ZoneInfo(home.settings.hotline.time_zone)).strftime("%Y-%m-%d %H:%M")


def shortened(text: str, width: int) -> str:
    """Cuts from the middle, so that a host and a file name stay readable."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 3
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def progress(what: str) -> Callable[[int], None]:
    """Counts long work on stderr, where that is a terminal."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda number: typer.echo(f"\r{what}: {number:,}", err=True, nl=False)


def end_progress() -> None:
    if sys.stderr.isatty():
        typer.echo("", err=True)


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _defanged(url: str) -> str:
    from hotline.addresses import defang

    return defang(url)


def _screen() -> int:
    return max(60, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def _fitted(keys: list[str], widths: list[int], room: int) -> list[int]:
    """Takes from the widest column until all fit: first from long texts, then from any but times."""
    for may_shrink in (_LONG.__contains__, lambda key: not _is_time(key)):
        chosen = [number for number, key in enumerate(keys) if may_shrink(key)]
        while chosen and sum(widths) + len(_GAP) * (len(widths) - 1) > room:
            widest = max(chosen, key=lambda number: widths[number])
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
    return widths


def _is_time(key: str) -> bool:
    return key in _TIMES or key.endswith("_at")
