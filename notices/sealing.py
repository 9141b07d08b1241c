"""Data sealed to other people's public keys, OpenPGP or age: whoever holds one of the secret halves can open it, nobody
else, we neither. Keys are bytes in arguments; knows no file, no keyring, no receiver.

The library (pysequoia 0.1.35) encrypts to revoked and to expired keys without a word. So both are judged here, at
`now`, and it is given no part of a key that does not hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from notices.errors import NoticeError

if TYPE_CHECKING:
    from pysequoia import Cert

__all__ = [
    "ExpiredKeyError",
    "KeyFacts",
    "NoEncryptionKeyError",
    "NoKeyError",
    "RevokedKeyError",
    "SealingError",
    "SecretKeyError",
    "WeakKeyError",
    "read_key",
    "seal",
]

KeyKind = Literal["openpgp", "age"]
MAX_KEY_BYTES = 1_000_000
MIN_RSA_BITS = 2048
_ARMORED = b"-----BEGIN PGP "
_SECRET_MARKS = (b"-----BEGIN PGP PRIVATE KEY", b"AGE-SECRET-KEY-", b"PRIVATE KEY-----")
_CLOCK = "Ask the receiver for an extended or a new key; a retry does not help."


class SealingError(NoticeError):
    """This cannot be sealed to these keys. Correct the keys; a retry does not help."""


class NoKeyError(SealingError):
    """This is no public key of one receiver. Give one OpenPGP public key (`gpg --armor --export ADDRESS`), or one age
    recipient (a line that begins with age1)."""


class ExpiredKeyError(SealingError):
    """The key has expired. Ask the receiver for an extended or a new key; a retry does not help."""


class RevokedKeyError(SealingError):
    """The key is revoked by its owner. Ask the receiver for another one, by a way you trust; a retry does not help."""


class NoEncryptionKeyError(SealingError):
    """The key is good for signing only: nothing in it takes encryption, or nothing that is still safe. Ask the receiver
    for a key with a part for encryption; a retry does not help."""


class SecretKeyError(SealingError):
    """This is a secret key, and its owner alone may have it. Delete this copy, tell its owner that the key has got out,
    and ask for the public half (`gpg --armor --export ADDRESS`, or the line that begins with age1)."""


class WeakKeyError(SealingError):
    """The key is RSA of fewer than 2048 bits, which others can break. Ask the receiver for a new key."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is known of a public key. The fingerprint of an age key is the recipient itself, as a whole.

    ``expires_at`` is when it first cannot be sealed to: that of the whole key or of its parts for encryption.
    """

    kind: KeyKind
    fingerprint: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A key within an OpenPGP key."""

    bits: int | None
    """Of an RSA key."""
    takes_encryption: bool
    is_revoked: bool
    expires_at: datetime | None
    packets: tuple[Any, ...]
    """The key itself and what stands behind it."""

    def holds(self, now: datetime) -> bool:
        return not self.is_revoked and (self.expires_at is None or self.expires_at > now)


def read_key(data: bytes, now: datetime) -> KeyFacts:
    """The facts of one public key, armored or not, that can be sealed to at that time.

    Raises:
        SealingError: one of its subclasses, which says what is wrong and what to do. No text of the key stands in it.
    """
    return _read(data, now)[0]


def seal(data: bytes, keys: Sequence[bytes], now: datetime) -> bytes:
    """The data encrypted to all keys, in ASCII armor. Sealing twice gives other bytes each time.

    Raises:
        SealingError: no key, keys of both kinds, or one that cannot be sealed to; then nothing is sealed to the others.
    """
    read = [_read(key, now) for key in keys]
    receivers = {facts.fingerprint: receiver for facts, receiver in read}
    kinds = {facts.kind for facts, _ in read}
    if len(kinds) != 1:
        raise SealingError(
            "There are OpenPGP and age keys, and one file cannot be sealed to both. Seal it once for each kind."
            if kinds
            else "There is no key to seal to. Give the receiver's public key; unsealed it does not leave."
        )
    return _encrypted(kinds.pop(), data, list(receivers.values()))


def _encrypted(kind: KeyKind, data: bytes, receivers: list[Any]) -> bytes:
    if kind == "age":
        import pyrage

        return bytes(pyrage.encrypt(data, receivers, armored=True))
    from pysequoia import encrypt

    try:
        return bytes(encrypt(data, recipients=receivers))
    except RuntimeError:
        # The library's own words hold a trace of its inside and name no cure.
        raise NoEncryptionKeyError from None


def _read(data: bytes, now: datetime) -> tuple[KeyFacts, Any]:
    """The facts and what the libraries encrypt to."""
    if any(mark in data for mark in _SECRET_MARKS):
        raise SecretKeyError
    if not data.strip() or len(data) > MAX_KEY_BYTES:
        raise NoKeyError
    return _read_openpgp(data, now) if _looks_openpgp(data) else _read_age(data)


def _looks_openpgp(data: bytes) -> bool:
    """Armored, or a packet: its first bit is always set."""
    return _ARMORED in data or data[0] >= 0x80


def _read_age(data: bytes) -> tuple[KeyFacts, Any]:
    import pyrage

    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if len(found) != 1:
        raise NoKeyError
    try:
        receiver = pyrage.x25519.Recipient.from_str(found[0])
    except pyrage.RecipientError:
        raise NoKeyError from None
    return KeyFacts("age", str(receiver)), receiver


def _read_openpgp(data: bytes, now: datetime) -> tuple[KeyFacts, Any]:
    from pysequoia import Cert
    from pysequoia.packet import PacketPile, Tag

    try:
        packets = list(PacketPile.from_bytes(data))
        if any(one.tag in (Tag.SecretKey, Tag.SecretSubkey) for one in packets):
            raise SecretKeyError
        cert = Cert.from_bytes(data)
    except RuntimeError:
        raise NoKeyError from None
    parts = list(_parts(cert))
    facts = KeyFacts("openpgp", str(cert.fingerprint).upper(), _require_usable(cert, parts, now))
    kept = [parts[0], *(part for part in parts[1:] if part.takes_encryption and part.holds(now))]
    receiver = Cert.from_packets([packet for part in kept for packet in part.packets])
    _encrypted("openpgp", b"", [receiver])
    return facts, receiver


def _require_usable(cert: "Cert", parts: Sequence[_Part], now: datetime) -> datetime | None:
    """Until when the key can be sealed to."""
    # First, for the library calls the parts of a weak key unsuitable and does not say why.
    if any(part.bits is not None and part.bits < MIN_RSA_BITS for part in parts):
        raise WeakKeyError
    try:
        is_revoked, end = cert.is_revoked, cert.expiration
    except RuntimeError:
        raise NoEncryptionKeyError from None
    if is_revoked:
        raise RevokedKeyError
    if end is not None and end <= now:
        raise ExpiredKeyError(f"The key expired on {end:%Y-%m-%d}. {_CLOCK}")
    last = _end_of_encryption(parts, now)
    return min((one for one in (end, last) if one is not None), default=None)


def _end_of_encryption(parts: Sequence[_Part], now: datetime) -> datetime | None:
    """Until when any part takes encryption; None where one has no end."""
    ends = [part.expires_at for part in parts if part.takes_encryption and not part.is_revoked]
    if not ends:
        raise NoEncryptionKeyError
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    if max(known) <= now:
        raise ExpiredKeyError(f"The key's part for encryption expired on {max(known):%Y-%m-%d}. {_CLOCK}")
    return max(known)


def _parts(cert: "Cert") -> Iterator[_Part]:
    from pysequoia.packet import PacketPile, Tag

    part: list[Any] = []
    for packet in PacketPile.from_bytes(bytes(cert)):
        if packet.tag == Tag.PublicSubkey:
            yield _part(part)
            part = []
        part.append(packet)
    yield _part(part)


def _part(packets: Sequence[Any]) -> _Part:
    """A key by the newest of the signatures behind it that says what it is for."""
    from pysequoia.packet import SignatureType

    key, told = packets[0], [one for one in packets if one.key_flags is not None and one.signature_created is not None]
    newest = max(told, key=lambda one: one.signature_created, default=None)
    flags, validity = (newest.key_flags, newest.key_validity_period) if newest is not None else (None, None)
    return _Part(
        bits=_rsa_bits(key),
        takes_encryption=flags is not None and (flags.transport_encryption or flags.storage_encryption),
        is_revoked=any(one.signature_type == SignatureType.SubkeyRevocation for one in packets),
        expires_at=key.key_created + validity if validity else None,
        packets=tuple(packets),
    )


def _rsa_bits(key: Any) -> int | None:
    """The length of an RSA key's modulus: the first number behind version, time, algorithm and, in version 6, length
    (RFC 9580, 5.5.2)."""
    from pysequoia.packet import PublicKeyAlgorithm as Algorithm

    if key.key_algorithm not in (Algorithm.RSAEncryptSign, Algorithm.RSAEncrypt, Algorithm.RSASign):
        return None
    start = 10 if key.body[0] == 6 else 6
    return int.from_bytes(key.body[start : start + 2], "big")
