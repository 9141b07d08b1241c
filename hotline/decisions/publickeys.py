"""Other people's public keys: imported from a file, used once a named person has compared the fingerprint with its
owner by another way than the file came by."""

from pathlib import Path

from sqlmodel import Session

from hotline import custody
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError
from hotline.models import PublicKey
from hotline.records.ids import read_number
from hotline.store import notices, publickeys
from notices import sealing


def add(desk: Desk, holder: str, data: bytes) -> int:
    """Takes a key in, unconfirmed. Raises SealingError for what cannot be sealed to, UnknownIdError for no contact."""
    facts = sealing.read_key(data, desk.now)
    number = read_number(holder, "K")
    with desk.writing("key") as session:
        notices.load_contact(session, number)
        if publickeys.standing(session, f"K{number}", facts.fingerprint) is not None:
            raise InputError(f"this key of K{number} is here already; hotline key list shows it")
        key = PublicKey(
            holder=f"K{number}",
            kind=facts.kind,
            fingerprint=facts.fingerprint,
            material=data,
            expires_at=facts.expires_at,
            imported_by=desk.actor,
            imported_at=desk.now,
        )
        session.add(key)
        session.flush()
        custody.record(session, "key.import", f"X{key.id}", reason=key.holder)
        return key.id


def read_file(path: Path) -> bytes:
    """Raises InputError for what cannot be read."""
    try:
        if path.stat().st_size > sealing.MAX_KEY_BYTES:
            raise InputError("this file is too large for a key; give the public key alone")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"the key's file cannot be read ({error.strerror}); give another") from None


def confirm(desk: Desk, key_id: int, fingerprint: str) -> int:
    """Records that the person compared the fingerprint with the key's owner. Raises InputError where it differs."""
    with desk.writing("key") as session:
        key = _load_open(session, key_id)
        if key.confirmed_at is not None:
            raise MoveError(f"X{key_id} is confirmed already")
        if _plain(fingerprint) != _plain(key.fingerprint):
            raise InputError(
                f"this is not the fingerprint of X{key_id}: do not use the key, ask its owner for the right one by a "
                "way you trust"
            )
        key.confirmed_by, key.confirmed_at = desk.actor, desk.now
        session.add(key)
        custody.record(session, "key.confirm", f"X{key_id}")
        return key_id


def end(desk: Desk, key_id: int) -> int:
    """Nothing is sealed to this key any more."""
    with desk.writing("key") as session:
        key = _load_open(session, key_id)
        key.ended_by, key.ended_at = desk.actor, desk.now
        session.add(key)
        custody.record(session, "key.end", f"X{key_id}")
        return key_id


def _load_open(session: Session, key_id: int) -> PublicKey:
    key = publickeys.load_key(session, key_id)
    if key.ended_at is not None:
        raise MoveError(f"X{key_id} is over; import the key again")
    return key


def _plain(fingerprint: str) -> str:
    """As people read it out: blanks, colons and capitals do not count."""
    return "".join(fingerprint.replace(":", "").split()).lower().removeprefix("0x")
