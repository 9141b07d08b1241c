"""What is sealed opens with the receiver's key alone, and a key that will not do is refused with its cure."""

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrage
import pytest
from pysequoia import Cert, CipherSuite, Profile, Tsk, decrypt, encrypt
from pysequoia.packet import PacketPile, Tag

from notices.errors import NoticeError
from notices.sealing import (
    ExpiredKeyError,
    NoEncryptionKeyError,
    NoKeyError,
    RevokedKeyError,
    SealingError,
    SecretKeyError,
    WeakKeyError,
    read_key,
    seal,
)

NOW = datetime.now(UTC)
KEY, OTHER = (Tsk.generate(user_id=f"Sample Partner <{name}@partner.example>") for name in ("desk", "night"))
PUBLIC = bytes(KEY.extract_certificate())
AGE, OTHER_AGE = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
AGE_PUBLIC = str(AGE.to_public()).encode()
TEXT = "një tekst i thjeshtë".encode()


def armored(key: Tsk) -> bytes:
    return str(key.extract_certificate()).encode()


def packets_of(key: Tsk) -> list[object]:
    return list(PacketPile.from_bytes(bytes(key.extract_certificate())))


def without_encryption(key: Tsk) -> bytes:
    """The key with its last subkey, the one for encryption, cut off."""
    packets = packets_of(key)
    last = max(place for place, one in enumerate(packets) if one.tag == Tag.PublicSubkey)
    return bytes(Cert.from_packets(packets[:last]))


def revoked(key: Tsk) -> bytes:
    cert = key.extract_certificate()
    return bytes(Cert.from_bytes(bytes(cert) + bytes(cert.revoke(key.certifier()))))


def stored(name: str) -> bytes:
    """A public key that GnuPG made for these tests; its secret half is nowhere."""
    return (Path(__file__).parent / "keys" / f"{name}.asc").read_bytes()


SHORT_LIVED = Tsk.generate(user_id="Sample", validity_seconds=3600)
BAD: list[tuple[str, Callable[[], bytes], type[SealingError], str]] = [
    ("nothing", lambda: b"", NoKeyError, "gpg --armor --export"),
    ("blanks", lambda: b" \n\t", NoKeyError, "age1"),
    ("words", lambda: b"please use the old key", NoKeyError, "age1"),
    ("an armor with nothing in it", lambda: b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", NoKeyError, "gpg"),
    ("binary noise", lambda: bytes(range(128, 256)), NoKeyError, "gpg"),
    ("a key cut in half", lambda: PUBLIC[: len(PUBLIC) // 3], NoKeyError, "gpg"),
    ("two keys in one", lambda: PUBLIC + bytes(OTHER.extract_certificate()), NoKeyError, "one OpenPGP"),
    ("a message, no key", lambda: bytes(encrypt(b"x", [Cert.from_bytes(PUBLIC)])), NoKeyError, "gpg"),
    ("a key longer than any", lambda: PUBLIC + b"\0" * 1_000_001, NoKeyError, "gpg"),
    ("two age recipients", lambda: AGE_PUBLIC + b"\n" + AGE_PUBLIC, NoKeyError, "one age"),
    ("an age recipient with a wrong letter", lambda: AGE_PUBLIC[:-1] + b"b", NoKeyError, "age1"),
    ("a secret key", lambda: bytes(KEY), SecretKeyError, "Delete this copy"),
    ("an armored secret key", lambda: str(KEY).encode(), SecretKeyError, "Delete this copy"),
    ("a secret age key", lambda: str(AGE).encode(), SecretKeyError, "Delete this copy"),
    ("a secret key after the public one", lambda: AGE_PUBLIC + b"\n" + str(AGE).encode(), SecretKeyError, "Delete"),
    ("a revoked key", lambda: revoked(KEY), RevokedKeyError, "another one"),
    ("a key for signing only", lambda: without_encryption(KEY), NoEncryptionKeyError, "part for encryption"),
    ("a revoked part for encryption", lambda: stored("revoked-part"), NoEncryptionKeyError, "part for encryption"),
    ("an expired part for encryption", lambda: stored("expired-part"), ExpiredKeyError, "expired on 2026-02-01"),
    ("a weak key", lambda: stored("weak"), WeakKeyError, "new key"),
]  # fmt: skip
RSA = Tsk.generate(user_id="Sample", cipher_suite=CipherSuite.RSA2k)


@pytest.mark.parametrize(("name", "make", "error", "cure"), BAD, ids=[row[0] for row in BAD])
def test_a_key_that_will_not_do_is_refused_with_its_cure(
    name: str, make: Callable[[], bytes], error: type[SealingError], cure: str
) -> None:
    key = make()
    with pytest.raises(error, match=cure) as told:
        read_key(key, NOW)
    with pytest.raises(error):
        seal(TEXT, [PUBLIC, key], NOW)

    assert isinstance(told.value, NoticeError)
    assert "backtrace" not in str(told.value)
    assert told.value.__cause__ is None
    assert not any(line in str(told.value).encode() for line in key.splitlines() if len(line) > 8)


def test_a_key_that_has_expired_is_refused_at_the_time_that_is_asked_for() -> None:
    key = bytes(SHORT_LIVED.extract_certificate())

    assert read_key(key, NOW).expires_at is not None
    with pytest.raises(ExpiredKeyError, match="extended or a new key"):
        read_key(key, NOW + timedelta(hours=2))


def test_only_the_parts_that_hold_at_that_time_are_sealed_to() -> None:
    """The library goes by the machine's clock, which is before 2028 or after."""
    key = stored("two-parts")
    lasting, ending = (one.key_id for one in PacketPile.from_bytes(key) if one.tag == Tag.PublicSubkey)
    later = datetime(2028, 7, 1, tzinfo=UTC)

    assert lasting in receivers(seal(TEXT, [key], NOW)) <= {lasting, ending}
    assert receivers(seal(TEXT, [key], later)) == {lasting}
    assert read_key(key, later).expires_at is None


def receivers(sealed: bytes) -> set[str]:
    """The ids of the keys that a message in the older form (version 3) says it is for."""
    packets = [one for one in PacketPile.from_bytes(sealed) if one.tag == Tag.PKESK]
    assert {one.body[0] for one in packets} == {3}
    return {one.body[1:9].hex() for one in packets}


def test_the_facts_of_a_key_are_its_kind_fingerprint_and_end() -> None:
    cert = KEY.extract_certificate()
    facts = read_key(PUBLIC, NOW)

    assert (facts.kind, facts.fingerprint, facts.expires_at) == ("openpgp", cert.fingerprint.upper(), None)
    assert read_key(armored(KEY), NOW) == facts
    assert read_key(bytes(RSA.extract_certificate()), NOW).kind == "openpgp"
    assert (
        read_key(bytes(SHORT_LIVED.extract_certificate()), NOW).expires_at
        == SHORT_LIVED.extract_certificate().expiration
    )
    age = read_key(b"# made for a test\n" + AGE_PUBLIC + b"\n", NOW)
    assert (age.kind, age.fingerprint, age.expires_at) == ("age", AGE_PUBLIC.decode(), None)


def test_no_name_of_a_person_is_read_from_a_key() -> None:
    assert "Sample Partner" not in repr(read_key(PUBLIC, NOW))


@pytest.mark.parametrize("profile", [Profile.RFC4880, Profile.RFC9580])
def test_every_receiver_opens_what_is_sealed_with_openpgp_and_nobody_else(profile: Profile) -> None:
    stranger, newer = Tsk.generate(user_id="Stranger"), Tsk.generate(user_id="Newer", profile=profile)
    sealed = seal(TEXT, [armored(KEY), bytes(newer.extract_certificate())], NOW)

    assert sealed.startswith(b"-----BEGIN PGP MESSAGE-----")
    assert sealed.isascii()
    for receiver in (KEY, newer):
        assert decrypt(sealed, decryptor=receiver.decryptor()).bytes == TEXT
    with pytest.raises(RuntimeError):
        decrypt(sealed, decryptor=stranger.decryptor())


def test_every_receiver_opens_what_is_sealed_with_age_and_nobody_else() -> None:
    sealed = seal(TEXT, [AGE_PUBLIC, str(OTHER_AGE.to_public()).encode()], NOW)

    assert sealed.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----")
    for receiver in (AGE, OTHER_AGE):
        assert pyrage.decrypt(sealed, [receiver]) == TEXT
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


def test_nothing_is_sealed_to_nobody_or_to_keys_of_two_kinds() -> None:
    with pytest.raises(SealingError, match="no key to seal to"):
        seal(TEXT, [], NOW)
    with pytest.raises(SealingError, match="once for each kind"):
        seal(TEXT, [PUBLIC, AGE_PUBLIC], NOW)


def test_a_key_given_twice_is_one_receiver() -> None:
    once, twice = seal(TEXT, [PUBLIC], NOW), seal(TEXT, [PUBLIC, armored(KEY)], NOW)

    assert sum(one.tag == Tag.PKESK for one in PacketPile.from_bytes(twice)) == 1
    assert abs(len(once) - len(twice)) < 20


def gpg(home: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {"GNUPGHOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C"}
    command = ["gpg", "--batch", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "", *arguments]
    return subprocess.run(command, input=given, env=environment, capture_output=True, check=True, timeout=60).stdout


@pytest.mark.interop
def test_gnupg_opens_what_was_sealed_to_a_key_it_made() -> None:
    with TemporaryDirectory(prefix="gpg") as folder:
        home = Path(folder)
        gpg(home, "--quick-generate-key", "partner@partner.example", "rsa2048", "default", "1y")
        (fingerprint,) = [
            line.split(b":")[9].decode() for line in gpg(home, "--with-colons", "-k").splitlines()
            if line.startswith(b"fpr")
        ][:1]  # fmt: skip
        gpg(home, "--quick-add-key", fingerprint, "rsa2048", "encr", "1y")
        public = gpg(home, "--armor", "--export", fingerprint)

        facts = read_key(public, NOW)
        assert facts.fingerprint == fingerprint
        assert facts.expires_at is not None
        assert gpg(home, "--decrypt", given=seal(TEXT, [public, PUBLIC], NOW)) == TEXT
