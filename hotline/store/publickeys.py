"""Other people's public keys, to which we seal."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from hotline.models import PublicKey
from hotline.store.rows import load


def load_key(session: Session, key_id: int) -> PublicKey:
    """Raises UnknownIdError."""
    return load(session, PublicKey, key_id)


def all_keys(session: Session) -> list[PublicKey]:
    return list(session.exec(select(PublicKey).order_by(col(PublicKey.id))))


def standing(session: Session, holder: str, fingerprint: str) -> PublicKey | None:
    """The key of a holder with this fingerprint that was not ended."""
    chosen = (PublicKey.holder == holder, PublicKey.fingerprint == fingerprint, col(PublicKey.ended_at).is_(None))
    return session.exec(select(PublicKey).where(*chosen).limit(1)).first()


def confirmed_of(session: Session, holder: str, now: datetime) -> list[PublicKey]:
    """The keys of a holder that may be sealed to: confirmed, not ended, not expired; oldest first."""
    chosen = (
        PublicKey.holder == holder,
        col(PublicKey.confirmed_at).is_not(None),
        col(PublicKey.ended_at).is_(None),
        or_(col(PublicKey.expires_at).is_(None), col(PublicKey.expires_at) > now),
    )
    return list(session.exec(select(PublicKey).where(*chosen).order_by(col(PublicKey.id))))
