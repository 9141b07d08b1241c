"""The plain tables of a packet: items.csv and custody.jsonl, written and checked. Knows no layout."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from notices.casedata import canonical_json
from notices.errors import PacketError

COLUMNS = (
    *("item", "url", "kind", "state", "reason", "verdict", "ground", "basis", "sha256", "sha1", "md5", "pdq"),
    *("size_bytes", "mime", "family", "leads", "ip", "asn", "network", "country", "notices"),
    *("last_recheck_at", "last_recheck_verdict", "received_at", "police_at", "host_at", "removed_at", "returns"),
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NO_LINE = "0" * 64


def write_items_csv(items: Iterable[Mapping[str, Any]]) -> bytes:
    """One row per item, every cell quoted (RFC 4180, UTF-8, CRLF).

    A web address begins with its scheme and stands verbatim. A cell that a spreadsheet would run as a formula gets a
    leading apostrophe, an address too; its exact form then stands in case.jsonld and raport.pdf.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _row(item)] for item in items)
    return text.getvalue().encode("utf-8")


def count_items(content: bytes) -> int:
    """The number of items in items.csv.

    Raises:
        PacketError: it is no CSV.
    """
    try:
        return sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8"), newline=""))) - 1
    except (ValueError, csv.Error):
        raise PacketError("data/teknike/items.csv is no CSV. Get the packet again from its sender.") from None


def write_custody(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON line per entry of the chain that concerns the case, each naming the SHA-256 of the line before.

    The entries are a part of the hotline's whole chain, so their own hashes need not follow each other; the lines do.
    """
    lines: list[bytes] = []
    previous = _NO_LINE
    for entry in entries:
        lines.append(canonical_json({**entry, "previous_line_sha256": previous}))
        previous = hashlib.sha256(lines[-1]).hexdigest()
    return b"".join(line + b"\n" for line in lines)


def require_custody(content: bytes) -> None:
    """Check order and links of custody.jsonl.

    Raises:
        PacketError: names the first line that does not follow.
    """
    previous, last_seq = _NO_LINE, -1
    lines = content.split(b"\n")
    if lines.pop():
        raise PacketError("data/teknike/custody.jsonl: the last line is cut off. Get the packet again from its sender.")
    for number, line in enumerate(lines, 1):
        last_seq = _require_line(number, line, previous, last_seq)
        previous = hashlib.sha256(line).hexdigest()


def _require_line(number: int, line: bytes, previous: str, last_seq: int) -> int:
    try:
        entry = json.loads(line)
        is_linked = entry["previous_line_sha256"] == previous and int(entry["seq"]) > last_seq
    except (ValueError, TypeError, KeyError, RecursionError):
        is_linked = False
    if not is_linked:
        raise PacketError(f"data/teknike/custody.jsonl: line {number} does not follow the line before.")
    return int(entry["seq"])


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _row(item: Mapping[str, Any]) -> list[object]:
    parts = {"item": item["id"], "leads": _leads(item), "notices": " ".join(item.get("notices") or ())}
    known: dict[str, Any] = {**(item.get("assessment") or {}), **(item.get("hosting") or {}), **_media(item)}
    known |= {key: item.get(key) for key in COLUMNS if key in item} | parts
    rechecks = item.get("rechecks") or [{}]
    known |= {"last_recheck_at": rechecks[-1].get("at"), "last_recheck_verdict": rechecks[-1].get("verdict")}
    return [known.get(column) for column in COLUMNS]


def _media(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (item.get("media") or {}).items() if key != "id"}


def _leads(item: Mapping[str, Any]) -> str:
    leads = item.get("leads") or ()
    return "; ".join(f"{lead['list']}:{lead['entry']} ({lead['algorithm']} {lead['distance']})" for lead in leads)
