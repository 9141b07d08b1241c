"""Key files and the sealing of what identifies a reporter: the right key or nothing, and after forgetting never."""

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from hotline import db, keys
from hotline.errors import HomeError, InputError
from hotline.models import Case, Report, ReportKey

WORKSPACE = bytes(range(32))
SECRET = "kontakti: 069 000 0000, Tiranë"
AsNobody = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def reports(ledger: Any) -> Any:
    """A ledger with the reports R1 and R2."""
    with db.transaction(ledger.engine) as session:
        session.add(Case(opened_at=ledger.now))
        session.flush()
        for number in (1, 2):
            session.add(
                Report(
                    case_id=1,
                    source="phone",
                    category="other",
                    received_at=ledger.now,
                    recorded_at=ledger.now,
                    recorded_by="drita",
                    code_digest=str(number),
                )
            )
    return ledger


def seal(ledger: Any, number: int, content: str = SECRET, workspace: bytes = WORKSPACE) -> bytes:
    with db.transaction(ledger.engine) as session:
        return keys.seal(session, workspace, number, content)


def unseal(ledger: Any, number: int, box: bytes, workspace: bytes = WORKSPACE) -> str:
    with db.reading(ledger.engine) as session:
        return keys.unseal(session, workspace, number, box)


# Key files


def test_a_key_file_gives_back_its_key(tmp_path: Path) -> None:
    made = keys.make_key_file(tmp_path / "workspace.key")

    assert len(made) == 32
    assert made == keys.read_key_file(tmp_path / "workspace.key")


def test_no_two_keys_are_the_same(tmp_path: Path) -> None:
    assert len({keys.make_key_file(tmp_path / f"{number}.key") for number in range(20)}) == 20


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_shared_key_is_read_by_the_group_and_nobody_else_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        keys.make_key_file(tmp_path / "workspace.key")
    finally:
        os.umask(before)

    assert f"{(tmp_path / 'workspace.key').stat().st_mode & 0o777:o}" == "640"


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    made = keys.make_key_file(tmp_path / "workspace.key")

    with pytest.raises(FileExistsError):
        keys.make_key_file(tmp_path / "workspace.key")

    assert made == keys.read_key_file(tmp_path / "workspace.key")


def test_a_missing_key_file_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=r"^keys/workspace\.key is missing; put it back from where the keys are kept$"):
        keys.read_key_file(tmp_path / "workspace.key")


@pytest.mark.parametrize(
    "content",
    [
        b"",  # empty
        b"00" * 31,  # too short
        b"00" * 33,  # too long
        b"zz" * 32,  # no hex
        b"0" * 63,  # half a byte
        b"\xff\xfe" * 16,  # no text
        WORKSPACE,  # the bytes themselves
    ],
)
def test_a_file_that_is_no_key_says_so_without_showing_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "workspace.key").write_bytes(content)

    with pytest.raises(HomeError) as refused:
        keys.read_key_file(tmp_path / "workspace.key")

    expected = "keys/workspace.key is not a key; put back the one that belongs to this home"
    assert expected == str(refused.value)


def test_a_key_file_this_account_may_not_read_says_whom_to_ask(tmp_path: Path, as_nobody: AsNobody) -> None:
    keys.make_key_file(tmp_path / "workspace.key")
    (tmp_path / "workspace.key").chmod(0)

    with (
        pytest.raises(HomeError, match="may not be read by this account; ask"),
        as_nobody(),
    ):
        keys.read_key_file(tmp_path / "workspace.key")


def test_a_folder_in_the_place_of_a_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "workspace.key").mkdir()

    with pytest.raises(HomeError, match="is not a key; put back the one"):
        keys.read_key_file(tmp_path / "workspace.key")


# Sealing


@pytest.mark.parametrize("content", ["", "a", SECRET, "☎\0\n" * 1000, "x" * 1_000_000])
def test_what_was_sealed_is_read_back(reports: Any, content: str) -> None:
    assert content == unseal(reports, 1, seal(reports, 1, content))


def test_a_report_has_one_key_for_all_it_sealed(reports: Any) -> None:
    boxes = [seal(reports, 1, name) for name in ("contact", "note", "genuine")]

    assert [unseal(reports, 1, box) for box in boxes] == ["contact", "note", "genuine"]
    assert reports.sql("SELECT count(*) FROM report_keys") == [(1,)]


def test_the_same_words_sealed_twice_look_different(reports: Any) -> None:
    boxes = {seal(reports, 1) for _ in range(50)}

    assert len({box[: keys.NONCE_BYTES] for box in boxes}) == 50
    assert len({box[keys.NONCE_BYTES :] for box in boxes}) == 50


def test_nothing_of_what_was_sealed_or_of_its_key_can_be_seen(reports: Any) -> None:
    box = seal(reports, 1)
    with db.reading(reports.engine) as session:
        wrapped = session.exec(select(ReportKey)).one().wrapped

    assert SECRET.encode() not in box
    assert len(wrapped) == keys.KEY_BYTES + 8, "the key is wrapped: 32 bytes and 8 that prove it whole"


def test_a_box_is_bound_to_its_report(reports: Any) -> None:
    box = seal(reports, 1)
    seal(reports, 2)

    with pytest.raises(HomeError, match=r"keys/workspace\.key is not the one this report was sealed with"):
        unseal(reports, 2, box)


def test_a_box_and_its_key_together_cannot_be_given_to_another_report(reports: Any) -> None:
    box = seal(reports, 1)
    reports.sql("UPDATE report_keys SET report_id = 2")

    with pytest.raises(HomeError):
        unseal(reports, 2, box)


def test_another_workspace_key_opens_nothing(reports: Any) -> None:
    box = seal(reports, 1)

    with pytest.raises(HomeError, match="put it back"):
        unseal(reports, 1, box, workspace=secrets.token_bytes(32))


def test_another_workspace_key_seals_nothing_more_for_the_report(reports: Any) -> None:
    seal(reports, 1)

    with pytest.raises(HomeError, match="put it back"):
        seal(reports, 1, workspace=secrets.token_bytes(32))


def test_a_box_with_one_bit_changed_does_not_open(reports: Any) -> None:
    box = bytearray(seal(reports, 1))
    for position in (0, keys.NONCE_BYTES, len(box) - 1):
        changed = bytearray(box)
        changed[position] ^= 1
        with pytest.raises(HomeError):
            unseal(reports, 1, bytes(changed))


@pytest.mark.parametrize("length", [0, 1, 7, 12, 20])
def test_a_box_cut_short_does_not_open(reports: Any, length: int) -> None:
    box = seal(reports, 1)

    with pytest.raises(HomeError):
        unseal(reports, 1, box[:length])


# Forgetting


def test_what_was_forgotten_cannot_be_read_again_by_anyone(reports: Any) -> None:
    box, other = seal(reports, 1), seal(reports, 2)
    with db.transaction(reports.engine) as session:
        keys.forget(session, 1)

    with pytest.raises(InputError, match=r"^R1 was forgotten; what its reporter told about themselves is gone$"):
        unseal(reports, 1, box)
    assert unseal(reports, 2, other) == SECRET


def test_a_report_sealed_anew_after_forgetting_has_another_key(reports: Any) -> None:
    box = seal(reports, 1)
    with db.transaction(reports.engine) as session:
        keys.forget(session, 1)
    seal(reports, 1, "later")

    with pytest.raises(HomeError):
        unseal(reports, 1, box)


def test_forgetting_what_was_never_sealed_is_no_error(reports: Any) -> None:
    with db.transaction(reports.engine) as session:
        keys.forget(session, 1)
        keys.forget(session, 99)

    assert reports.sql("SELECT count(*) FROM report_keys") == [(0,)]


def test_the_key_of_a_forgotten_report_is_on_no_page_of_the_database(reports: Any) -> None:
    """The pages themselves are looked at, decrypted: a deleted key must not linger in a free one."""
    seal(reports, 1)
    (wrapped,) = reports.sql("SELECT wrapped FROM report_keys")[0]
    with db.transaction(reports.engine) as session:
        keys.forget(session, 1)

    assert wrapped not in plain_pages(reports)


def plain_pages(ledger: Any) -> bytes:
    """The whole database without its encryption, page by page as it is, free ones too."""
    ledger.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = ledger.path.read_bytes()
    return b"".join(_decrypted(ledger.key, raw[start : start + 4096], start == 0) for start in range(0, len(raw), 4096))


def _decrypted(key: bytes, page: bytes, is_first: bool) -> bytes:
    """SQLCipher 4: AES-256-CBC; the last 80 bytes of a page hold its vector and HMAC, the first 16 of all the salt."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    opened = Cipher(algorithms.AES(key), modes.CBC(page[-80:-64])).decryptor()
    return opened.update(page[16 if is_first else 0 : -80]) + opened.finalize()


def test_the_pages_are_really_seen_decrypted(reports: Any) -> None:
    seal(reports, 1)
    (wrapped,) = reports.sql("SELECT wrapped FROM report_keys")[0]

    assert wrapped in plain_pages(reports)
