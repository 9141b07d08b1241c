"""What stays of how a look was taken: its exchanges as one document, and by what the host marked what it served."""

import json
import platform
import time
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlmodel import Session

from hotline.models import Capture, Item, Validator
from hotline.records.seen import Seen


def save_capture(session: Session, item: Item, seen: Seen, site: str | None) -> None:
    """Saves a look's exchanges; the custody line is that of the look. Nothing was exchanged: nothing is saved.

    `site` is the registrable domain that answered; None where the look got no answer.
    """
    if not seen.captures:
        return
    document = {
        "tool": tool(),
        "clock": clock(),
        "site": site if seen.reason is None else None,
        "media": seen.fingerprint.sha256 if seen.fingerprint is not None else None,
        "exchanges": [asdict(one) for one in seen.captures],
    }
    text = json.dumps(document, default=str, ensure_ascii=False, separators=(",", ":"))
    session.add(Capture(item_id=item.id, at=seen.at, vantage=seen.vantage, document=text))


def save_validators(session: Session, item: Item, seen: Seen) -> None:
    """Keeps what a later look can ask by, instead of downloading the same bytes again."""
    if seen.fingerprint is None or seen.fingerprint.problem is not None:
        return
    heads = dict(seen.headers)
    etag, date = heads.get("etag"), heads.get("last-modified")
    row = session.get(Validator, item.id)
    if not (etag or date) or (row is not None and _says(row) == (etag, date, seen.fingerprint.sha256)):
        return
    row = row or Validator(item_id=item.id, sha256="", at=seen.at)
    row.etag, row.last_modified, row.at = etag, date, seen.at
    row.size_bytes, row.sha256 = seen.fingerprint.size_bytes, seen.fingerprint.sha256
    session.add(row)


def _says(row: Validator) -> tuple[str | None, str | None, str]:
    return row.etag, row.last_modified, row.sha256


@cache
def tool() -> dict[str, str]:
    """What took the looks of this program."""
    parts = ("hotline-takedown", "requests", "urllib3", "selectolax")
    return {"python": platform.python_version(), **{name: version(name) for name in parts}}


def clock() -> dict[str, Any]:
    """What the times are by."""
    info = time.get_clock_info("time")
    return {"source": info.implementation, "resolution_s": info.resolution, "zone": "UTC"}
