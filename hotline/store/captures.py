"""How looks were taken, and by what a host marked the bytes that it served then."""

import json

from sqlmodel import Session, col, select

from hotline.models import Capture, Validator
from hotline.records.seen import Validators
from hotline.store.rows import load


def load_capture(session: Session, number: int) -> Capture:
    """Raises UnknownIdError."""
    return load(session, Capture, number)


def captures_of(session: Session, item_id: int) -> list[Capture]:
    """Every look at an item, oldest first."""
    return list(session.exec(select(Capture).where(Capture.item_id == item_id).order_by(col(Capture.id))))


def first_site(session: Session, item_id: int) -> str | None:
    """The registrable domain that answered the first look that got an answer; None where none did."""
    rows = session.exec(select(Capture.document).where(Capture.item_id == item_id).order_by(col(Capture.id)).limit(5))
    return next((site for row in rows if (site := json.loads(row)["site"]) is not None), None)


def validators_of(session: Session, item_id: int) -> Validators | None:
    row = session.get(Validator, item_id)
    return Validators(row.etag, row.last_modified, row.size_bytes, row.sha256) if row is not None else None
