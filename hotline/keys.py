"""Key files of a home, and the sealing of what identifies a reporter. Knows neither content nor who may read it."""

import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlmodel import Session

from hotline.errors import HomeError, InputError
from hotline.models import ReportKey

KEY_BYTES = 32
NONCE_BYTES = 12
OTHER_KEY = "keys/workspace.key is not the one this report was sealed with; put it back"


def make_key_file(path: Path) -> bytes:
    """Writes 32 random bytes as hex, readable by owner and group, never over an existing key. Returns the bytes."""
    key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o640)  # whatever the umask
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def ensure_key_file(path: Path) -> bytes:
    """The key in a file, made at first use. Raises HomeError."""
    try:
        return make_key_file(path)
    except FileExistsError:
        return read_key_file(path)


def destroy_key_file(path: Path) -> None:
    """Overwrites a key where it lies, then removes it: what it sealed cannot be read again, in no copy of it."""
    with path.open("r+b") as file:
        file.write(b"0" * (2 * KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_key_file(path: Path) -> bytes:
    """Reads a key file. Raises HomeError when it is missing, not readable or no key."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        raise HomeError(f"keys/{path.name} is missing; put it back from where the keys are kept") from None
    except PermissionError:
        raise HomeError(
            f"keys/{path.name} may not be read by this account; ask to be put in the home's group"
        ) from None
    except (ValueError, OSError):
        key = b""
    if len(key) != KEY_BYTES:
        raise HomeError(f"keys/{path.name} is not a key; put back the one that belongs to this home")
    return key


def check_of(workspace: bytes, home_id: str) -> str:
    """Tells later whether a workspace key is the one this home began with, without telling the key."""
    return hmac.new(workspace, home_id.encode(), "sha256").hexdigest()


def seal(session: Session, workspace: bytes, report_id: int, content: str) -> bytes:
    """Encrypts `content` under the report's own key, which is made at first use. AES-GCM, 12-byte nonce in front.

    Raises HomeError when the report was sealed under another workspace key before.
    """
    return seal_bytes(_report_key(session, workspace, report_id), content.encode(), _bound_to(report_id))


def unseal(session: Session, workspace: bytes, report_id: int, box: bytes) -> str:
    """Decrypts what `seal` made. Raises InputError when the report was forgotten, HomeError when the key is another."""
    kept = session.get(ReportKey, report_id)
    if kept is None:
        raise InputError(f"R{report_id} was forgotten; what its reporter told about themselves is gone")
    key = _unwrapped(workspace, kept)
    try:
        return unseal_bytes(key, box, _bound_to(report_id)).decode()
    except HomeError:
        raise HomeError(OTHER_KEY) from None


def seal_bytes(key: bytes, content: bytes, bound_to: str) -> bytes:
    """Encrypts bytes under a key file's key, for one place only. AES-GCM, 12-byte nonce in front."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())


def unseal_bytes(key: bytes, box: bytes, bound_to: str) -> bytes:
    """Decrypts what `seal_bytes` made. Raises HomeError where it was made with another key or for another place."""
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise HomeError("keys/features.key is not the one that was used before; put it back") from None


def forget(session: Session, report_id: int) -> None:
    """Deletes a report's key: what it sealed cannot be read again by anyone."""
    kept = session.get(ReportKey, report_id)
    if kept is not None:
        session.delete(kept)


def _report_key(session: Session, workspace: bytes, report_id: int) -> bytes:
    kept = session.get(ReportKey, report_id)
    if kept is not None:
        return _unwrapped(workspace, kept)
    key = secrets.token_bytes(KEY_BYTES)
    session.add(ReportKey(report_id=report_id, wrapped=aes_key_wrap(workspace, key)))
    return key


def _unwrapped(workspace: bytes, kept: ReportKey) -> bytes:
    try:
        return aes_key_unwrap(workspace, kept.wrapped)
    except InvalidUnwrap:
        raise HomeError(OTHER_KEY) from None


def _bound_to(report_id: int) -> str:
    return f"report:{report_id}"
