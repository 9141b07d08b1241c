"""How looks were taken: every exchange with heads and times, to read or as a WARC file. Bodies there are none."""

import json
from collections.abc import Iterable
from typing import Any

from hotline import db
from hotline.errors import SettingsError
from hotline.home import Home
from hotline.models import Capture
from hotline.store import captures, items
from hotline.views.shapes import Document, at, named
from notices.warc import Look, warc_of


def capture_list(home: Home, item_id: int) -> list[Document]:
    """The looks at an item, oldest first. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        items.load_item(session, item_id)
        return [_row(row, json.loads(row.document)) for row in captures.captures_of(session, item_id)]


def capture_show(home: Home, number: int) -> Document:
    """One look with all its exchanges. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        row = captures.load_capture(session, number)
        document = json.loads(row.document)
        return {
            **_row(row, document),
            "tool": document["tool"],
            "clock": document["clock"],
            "exchanges": document["exchanges"],
        }


def warc_file(home: Home, item_ids: Iterable[int]) -> bytes:
    """All looks at these items as a WARC file without bodies. Raises UnknownIdError, SettingsError while it is off."""
    if not home.settings.evidence.warc:
        raise SettingsError("WARC files are off; set warc = true under [evidence] in hotline.toml to have them")
    with db.reading(home.engine) as session:
        looks = [
            Look(f"L{row.id}", f"I{number}", row.at, row.vantage, json.loads(row.document))
            for number in item_ids
            for row in captures.captures_of(session, items.load_item(session, number).id)
        ]
    return warc_of(looks, max((look.at for look in looks), default=home.now()))


def _row(row: Capture, document: dict[str, Any]) -> Document:
    exchanges = document["exchanges"]
    hops = [hop for one in exchanges for hop in one["hops"]]
    return {
        "id": named("L", row.id),
        "item": named("I", row.item_id),
        "at": at(row.at),
        "vantage": row.vantage,
        "exchanges": len(exchanges),
        "statuses": [hop["status"] for hop in hops],
        "ips": list(dict.fromkeys(hop["ip"] for hop in hops if hop["ip"])),
        "reason": exchanges[-1]["reason"],
        "stage": exchanges[-1]["stage"],
        "media": document["media"],
    }
