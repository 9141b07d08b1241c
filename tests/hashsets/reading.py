"""Reads a list as an import does, for the tests of formats: recognised without a name, row by row."""

import io
import json
from collections.abc import Iterable

from hashsets.formats import ListRow, Row, Withdrawal, read_delivery
from hashsets.formats.records import columns_from
from hashsets.formats.rows import derive_entry
from hashsets.values import Algorithm


def read(content: str | bytes, name: str | None = None, columns: dict[str, str] | None = None) -> list[Row]:
    return recognised(content, name, columns)[1]


def recognised(
    content: str | bytes, name: str | None = None, columns: dict[str, str] | None = None, file_name: str = ""
) -> tuple[str, list[Row]]:
    """The name of the format that was found, and the rows."""
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    if file_name:
        stream.name = file_name
    chosen, rows = read_delivery(stream, name, columns_from(columns) if columns else None)
    return chosen.NAME, list(rows)


def entries_after(rows: Iterable[Row]) -> set[str]:
    """The ids that are on a new list after an import of these rows in their order, where no times are given."""
    live: set[str] = set()
    for row in rows:
        if isinstance(row, ListRow):
            live.add(row.entry or derive_entry(row.hashes, row.others))
        elif isinstance(row, Withdrawal):
            live.discard(row.entry)
    return live


def row(entry: str | None, label: str | None = None, *, changed_at: int = 0, **hashes: str) -> ListRow:
    """A row of hashes by the names of their algorithms, others by their own: row("E1", md5="…", photodna="…")."""
    known = tuple((Algorithm(kind), value) for kind, value in hashes.items() if kind in set(Algorithm))
    others = tuple((kind, value) for kind, value in hashes.items() if kind not in set(Algorithm))
    return ListRow(known, entry, label, others, changed_at)


def lines(*records: object) -> str:
    """Each as JSON on a line of its own."""
    return "".join(json.dumps(record) + "\n" for record in records)
