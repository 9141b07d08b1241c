"""The encrypted database: its times, its two kinds of transaction, and a sentence for everything that can go wrong."""

import random
import secrets
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import Session, col, select

from hotline import db
from hotline.errors import HomeError, StorageError
from hotline.models import Case, Item, ReportItem, Text

MARKER = "shenja-e-fshehtë-7316"


def count(ledger: Any, table: str = "texts") -> int:
    return int(ledger.sql(f"SELECT count(*) FROM {table}")[0][0])


# Times


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), "2026-11-21T10:00:00.000000+00:00"),
        # the smallest step is kept
        (datetime(2026, 11, 21, 10, 0, 0, 1, tzinfo=UTC), "2026-11-21T10:00:00.000001+00:00"),
        # another zone is the same moment
        (datetime(2026, 11, 21, 11, 0, tzinfo=timezone(timedelta(hours=1))), "2026-11-21T10:00:00.000000+00:00"),
        # the year has four digits, or the order of texts would not be that of times
        (datetime(33, 4, 3, 15, 0, tzinfo=UTC), "0033-04-03T15:00:00.000000+00:00"),
    ],
)
def test_a_time_is_stored_as_text_of_fixed_width_in_utc(moment: datetime, text: str) -> None:
    assert text == db.time_text(moment)


def test_the_order_of_texts_is_the_order_of_times() -> None:
    dice = random.Random(3)
    zones = [timezone(timedelta(minutes=dice.randint(-720, 840))) for _ in range(20)]
    moments = [
        datetime(2026, 1, 1, tzinfo=dice.choice(zones)) + timedelta(microseconds=dice.randint(0, 10**13))
        for _ in range(500)
    ]

    assert sorted(moments) == sorted(moments, key=db.time_text)


def test_a_time_without_a_zone_is_never_stored(ledger: Any) -> None:
    with pytest.raises(ValueError, match="a time without a zone was about to be stored"):
        db.time_text(datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(StatementError, match="a time without a zone"), db.transaction(ledger.engine) as session:
        session.add(Case(opened_at=datetime(2026, 1, 1)))  # noqa: DTZ001

    assert count(ledger, "cases") == 0


def test_a_time_comes_back_as_it_was_and_none_as_none(ledger: Any) -> None:
    moment = datetime(2026, 7, 1, 12, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with db.transaction(ledger.engine) as session:
        session.add(Case(opened_at=moment))

    with db.reading(ledger.engine) as session:
        case = session.exec(select(Case)).one()

    assert (case.opened_at, case.opened_at.tzinfo, case.closed_at) == (moment, UTC, None)


# Transactions


def test_a_transaction_commits_on_leaving(ledger: Any) -> None:
    with db.transaction(ledger.engine) as session:
        text = Text(salt="s", content="c")
        session.add(text)

    assert count(ledger) == 1
    assert (text.id, text.content) == (1, "c"), "what was written can still be read"


def test_a_transaction_rolls_back_on_any_error(ledger: Any) -> None:
    with pytest.raises(KeyboardInterrupt), db.transaction(ledger.engine) as session:
        _write_and_fail(session)

    assert count(ledger) == 0


def _write_and_fail(session: Session) -> None:
    session.add(Text(salt="s", content="c"))
    session.flush()
    raise KeyboardInterrupt


def test_what_a_reader_changes_is_not_kept(ledger: Any) -> None:
    with db.reading(ledger.engine) as session:
        session.add(Text(salt="s", content="c"))
        session.flush()

    assert count(ledger) == 0


def test_a_reader_has_a_steady_view_and_hinders_no_writer(ledger: Any) -> None:
    with db.reading(ledger.engine) as reader:
        assert reader.exec(select(Text)).all() == []
        with db.transaction(ledger.engine) as writer:
            writer.add(Text(salt="s", content="c"))
        assert reader.exec(select(Text)).all() == []

    assert count(ledger) == 1


def test_writers_come_one_after_the_other(ledger: Any) -> None:
    """A number read in a transaction is still true when it is written: nobody else was in between."""
    with db.transaction(ledger.engine) as session:
        session.add(Text(salt="0", content="count"))

    def add_one() -> None:
        for _ in range(10):
            with db.transaction(ledger.engine) as session:
                text = session.exec(select(Text)).one()
                text.salt = str(int(text.salt) + 1)

    hands = [threading.Thread(target=add_one) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert ledger.sql("SELECT salt FROM texts") == [("80",)]


# How it is opened


def test_every_connection_is_set_up_alike(ledger: Any) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,  # full: what was said to be written is on the disk
        "foreign_keys": 1,
        "temp_store": 2,  # memory: no temporary file
        "secure_delete": 1,
        "trusted_schema": 0,
        "busy_timeout": 30_000,
    }
    with db.reading(ledger.engine) as one, db.reading(ledger.engine) as two:
        found = [
            {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            for session in (one, two)
        ]

    assert [wanted, wanted] == found


def test_what_points_nowhere_is_refused(ledger: Any) -> None:
    with pytest.raises(IntegrityError), db.transaction(ledger.engine) as session:
        session.add(ReportItem(report_id=7, item_id=7, url="https://img.example/"))


def test_an_error_text_carries_no_value(ledger: Any) -> None:
    ledger.add_item(MARKER)

    with pytest.raises(IntegrityError) as refused, db.transaction(ledger.engine) as session:
        session.add(ledger.new_item(MARKER))
    with pytest.raises(StatementError) as mistyped, db.transaction(ledger.engine) as session:
        session.exec(select(Item).where(col(Item.received_at) == MARKER)).all()

    assert MARKER not in str(refused.value)
    assert MARKER not in str(mistyped.value)


def test_a_number_once_given_is_never_given_again(ledger: Any) -> None:
    first = ledger.add_item()
    ledger.sql("DELETE FROM items")

    assert ledger.add_item() == first + 1


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_no_file_of_it_can_be_read_without_the_key(ledger: Any, suffix: str) -> None:
    with db.transaction(ledger.engine) as session:
        session.add(Text(salt="s", content=MARKER * 1000))
    if not suffix:
        ledger.sql("PRAGMA wal_checkpoint(TRUNCATE)")

    raw = ledger.path.with_name(ledger.path.name + suffix).read_bytes()

    assert len(raw) > 10_000
    assert not [form for form in forms_of(MARKER) if form in raw]
    assert b"SQLite format" not in raw
    assert b"CREATE TABLE" not in raw


def forms_of(marker: str) -> list[bytes]:
    """How a text could lie in a file: as it is, in other encodings, and a part of it."""
    return [marker.encode(), marker.encode("utf-16-le"), marker.encode("utf-16-be"), marker[:12].encode()]


# What can go wrong


def test_another_key_says_which_file_to_put_back_and_nothing_else(
    ledger: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    other = db.open_database(ledger.path, secrets.token_bytes(32))

    with pytest.raises(HomeError, match=r"^the database does not open with keys/database\.key; put back"):  # noqa: SIM117
        with db.reading(other) as session:
            session.exec(select(Text)).all()

    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").write_bytes(b"this is a letter, not a database" * 1000)
    engine = db.open_database(tmp_path / "hotline.db", secrets.token_bytes(32))

    with pytest.raises(HomeError, match="does not open with"), db.transaction(engine) as session:
        session.connection()


def test_a_damaged_page_is_a_matter_of_the_backup(ledger: Any) -> None:
    with db.transaction(ledger.engine) as session:
        session.add_all([Text(salt="s", content="c" * 3000) for _ in range(50)])
    ledger.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.engine.dispose()
    raw = bytearray(ledger.path.read_bytes())
    raw[-4000] ^= 1
    ledger.path.write_bytes(raw)

    with pytest.raises(HomeError, match=r"is damaged; put hotline\.db back"), db.reading(ledger.engine) as session:
        session.exec(select(Text)).all()


def test_a_database_cut_in_half_is_a_matter_of_the_backup(ledger: Any) -> None:
    with db.transaction(ledger.engine) as session:
        session.add_all([Text(salt="s", content="c" * 3000) for _ in range(50)])
    ledger.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.engine.dispose()
    raw = ledger.path.read_bytes()
    ledger.path.write_bytes(raw[: len(raw) // 8192 * 4096])

    with pytest.raises(HomeError, match=r"is damaged; put hotline\.db back"), db.reading(ledger.engine) as session:
        session.exec(select(Text)).all()


def test_a_full_disk_is_told_and_nothing_is_half_written(ledger: Any) -> None:
    with db.reading(ledger.engine) as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(StorageError, match=r"full.*free disk space"), db.transaction(ledger.engine) as session:
        session.add_all([Text(salt="s", content="c" * 3000) for _ in range(500)])

    assert count(ledger) == 0


def test_a_database_somebody_else_holds_too_long_is_told(ledger: Any) -> None:
    with db.reading(ledger.engine) as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout = 20")
    other = sqlcipher.connect(str(ledger.path), isolation_level=None)
    other.execute(f"PRAGMA key = \"x'{ledger.key.hex()}'\"")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match=r"locked.*then run it again"), db.transaction(ledger.engine) as session:
        session.connection()
    other.close()


def test_a_database_that_may_not_be_written_is_told(ledger: Any) -> None:
    with db.reading(ledger.engine) as session:
        session.connection().exec_driver_sql("PRAGMA query_only = ON")

    with pytest.raises(StorageError, match=r"readonly.*rights"), db.transaction(ledger.engine) as session:
        session.add(Text(salt="s", content="c"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    engine = db.open_database(tmp_path / "nowhere" / "hotline.db", secrets.token_bytes(32))

    with pytest.raises(StorageError, match="unable to open"), db.transaction(engine) as session:
        session.connection()


def test_a_backup_is_a_whole_encrypted_copy_for_the_group(ledger: Any, tmp_path: Path) -> None:
    with db.transaction(ledger.engine) as session:
        session.add(Text(salt="s", content=MARKER))
    copy = tmp_path / "copy.db"

    db.backup(ledger.engine, copy)

    opened = db.open_database(copy, ledger.key)
    with db.reading(opened) as session:
        assert [text.content for text in session.exec(select(Text))] == [MARKER]
    opened.dispose()
    assert f"{copy.stat().st_mode & 0o777:o}" == "640"
    assert MARKER.encode() not in copy.read_bytes()
