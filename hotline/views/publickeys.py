"""Other people's public keys, for people: whose, which, and who compared the fingerprint."""

from datetime import datetime

from hotline import db
from hotline.home import Home
from hotline.models import PublicKey
from hotline.store import publickeys
from hotline.views.shapes import Document, at, named


def key_list(home: Home, now: datetime) -> list[Document]:
    """Every key, the oldest first."""
    with db.reading(home.engine) as session:
        return [_row(key, now) for key in publickeys.all_keys(session)]


def _row(key: PublicKey, now: datetime) -> Document:
    return {
        "id": named("X", key.id),
        "state": _state(key, now),
        "holder": key.holder,
        "kind": key.kind,
        "fingerprint": key.fingerprint,
        "expires_at": at(key.expires_at),
        "imported_by": key.imported_by,
        "imported_at": at(key.imported_at),
        "confirmed_by": key.confirmed_by,
        "confirmed_at": at(key.confirmed_at),
        "ended_by": key.ended_by,
        "ended_at": at(key.ended_at),
    }


def _state(key: PublicKey, now: datetime) -> str:
    if key.ended_at is not None:
        return "ended"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "confirmed" if key.confirmed_at is not None else "unconfirmed"
