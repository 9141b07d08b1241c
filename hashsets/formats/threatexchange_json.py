"""ThreatExchange's answers to `threat_updates`: indicators with their descriptors; `should_delete` takes one back.
Each answer adds and withdraws; what it does not name stays. Who described an indicator is left behind.
"""

from typing import Any, BinaryIO

from hashsets.formats.json_shape import records_path
from hashsets.formats.json_stream import PagedStream, read_records, text_of
from hashsets.formats.names import read_typed
from hashsets.formats.rows import (
    MORE_PAGES,
    Doubt,
    ListRow,
    Rows,
    Withdrawal,
    clean_text,
    is_true,
    read_time,
    take_back,
)

NAME = "threatexchange-json"
IS_DELTA = True


def recognises(lines: list[str]) -> bool:
    """Whether the file is JSON with indicators that can be deleted."""
    text = "\n".join(lines)
    return text.lstrip().startswith(("{", "[")) and '"indicator"' in text and '"should_delete"' in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by the indicator's id, or by what it is where it has none, with the number of the record
    instead of a line.

    Raises BrokenListError.
    """
    path = records_path(stream, lambda names: {"indicator", "shoulddelete"} <= names)
    paged = PagedStream(stream)
    number = 0
    for number, record in read_records(paged, "data.item" if path is None else path):
        yield from _read(number, record)
    if paged.has_more:
        yield Doubt(number, MORE_PAGES)


def _read(number: int, record: dict[str, Any]) -> Rows:
    entry, changed_at = clean_text(text_of(record.get("id"))), read_time(record.get("last_updated"))
    descriptors = _descriptors(record)
    is_gone = is_true(record.get("should_delete")) or _is_harmless(descriptors)
    if entry and is_gone:
        yield Withdrawal(entry, changed_at)
        return
    kind, value = text_of(record.get("type")), text_of(record.get("indicator"))
    label = " ".join(sorted({tag for one in descriptors for tag in _tags(one)}))
    for row in read_typed(number, kind, value, entry=entry, label=label, changed_at=changed_at):
        yield take_back(row) if is_gone else row
        if isinstance(row, ListRow) and not descriptors and not is_gone:
            yield Doubt(number, "nobody says what this indicator is")


def _descriptors(record: dict[str, Any]) -> list[dict[str, Any]]:
    held = record.get("descriptors")
    listed = held.get("data") if isinstance(held, dict) else held
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _is_harmless(descriptors: list[dict[str, Any]]) -> bool:
    """Whether all who described it say that it is nothing bad."""
    return bool(descriptors) and all(text_of(one.get("status")).upper() == "NON_MALICIOUS" for one in descriptors)


def _tags(descriptor: dict[str, Any]) -> list[str]:
    tags = descriptor.get("tags")
    listed = tags.get("data") if isinstance(tags, dict) else tags
    found = listed if isinstance(listed, list) else []
    return [text_of(tag.get("text") if isinstance(tag, dict) else tag) for tag in found]
