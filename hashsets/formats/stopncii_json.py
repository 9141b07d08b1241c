"""StopNCII's pages of hash records: active ones are added, withdrawn and deleted ones taken back.
A record has no id, so that its type and value are its identity. Case numbers and feedback are left behind.
"""

from typing import BinaryIO

from hashsets.formats.json_shape import records_path
from hashsets.formats.json_stream import PagedStream, read_records, text_of
from hashsets.formats.names import read_typed
from hashsets.formats.rows import MORE_PAGES, Doubt, Rows, read_time, take_back

NAME = "stopncii-json"
IS_DELTA = True
_GONE = frozenset({"withdrawn", "deleted"})


def recognises(lines: list[str]) -> bool:
    """Whether the file is JSON with StopNCII's records."""
    text = "\n".join(lines)
    return text.lstrip().startswith(("{", "[")) and '"hashRecords"' in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by derived ids, with the number of the record instead of a line. Raises BrokenListError."""
    path = records_path(stream, lambda names: "hashvalue" in names)
    paged = PagedStream(stream)
    number = 0
    for number, record in read_records(paged, path or "hashRecords.item"):
        kind, value = text_of(record.get("signalType")), text_of(record.get("hashValue"))
        status = text_of(record.get("hashStatus")).strip().lower()
        changed_at = read_time(record.get("lastModtimestamp"))
        for row in read_typed(number, kind, value, changed_at=changed_at):
            yield take_back(row) if status in _GONE else row
    if paged.has_more:
        yield Doubt(number, MORE_PAGES)
