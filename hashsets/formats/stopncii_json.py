"""StopNCII's pages of hash records: active ones are added, withdrawn and deleted ones taken back.
A record has no id, so that its type and value are its identity. Case numbers and feedback are left behind.
"""

from typing import BinaryIO

from hashsets.formats.json_stream import read_records, text_of
from hashsets.formats.names import read_typed
from hashsets.formats.rows import ListRow, Row, Rows, Withdrawal, derive_entry, read_time

NAME = "stopncii-json"
IS_DELTA = True
_GONE = frozenset({"withdrawn", "deleted"})


def recognises(lines: list[str]) -> bool:
    """Whether the file is JSON with StopNCII's records."""
    text = "\n".join(lines)
    return text.lstrip().startswith("{") and '"hashRecords"' in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by derived ids, with the number of the record instead of a line. Raises BrokenListError."""
    for number, record in read_records(stream, "hashRecords.item"):
        kind, value = text_of(record.get("signalType")), text_of(record.get("hashValue"))
        status = text_of(record.get("hashStatus")).lower()
        changed_at = read_time(record.get("lastModtimestamp"))
        for row in read_typed(number, kind, value, changed_at=changed_at):
            yield _taken_back(row) if status in _GONE else row


def _taken_back(row: Row) -> Row:
    if isinstance(row, ListRow):
        return Withdrawal(derive_entry(row.hashes, row.others), row.changed_at)
    return row
