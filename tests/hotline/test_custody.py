"""The chain of custody: what writes it, and every way of altering what it proves, through the key and another program."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Boolean, Integer, LargeBinary
from sqlmodel import Session

from hotline import custody, db
from hotline.db import UtcTime
from hotline.errors import AuditError, StorageError
from hotline.models import AUDITED, NOT_AUDITED, Item, Media, Row, Text
from hotline.states import State

ROOT = Path(__file__).parent.parent.parent
TABLES = {str(table.__tablename__): table for table in AUDITED}
CHAIN_COLUMNS = "seq at actor action subject from_state to_state reason text_id text_digest rows previous hash".split()


def columns_of(table: type[Row]) -> list[Column[Any]]:
    return list(Row.metadata.tables[str(table.__tablename__)].columns)


def some_row(table: type[Row], number: int, now: Any) -> Row:
    """A row with something in every column; what it points to has the same number."""
    values: dict[str, Any] = {}
    for column in columns_of(table):
        if column.primary_key and not column.foreign_keys:
            values[column.key] = number
        elif column.foreign_keys or isinstance(column.type, Integer):
            values[column.key] = number
        elif isinstance(column.type, Boolean):
            values[column.key] = True
        elif isinstance(column.type, UtcTime):
            values[column.key] = now
        elif isinstance(column.type, LargeBinary):
            values[column.key] = b"sealed"
        else:
            values[column.key] = f"{column.key}-{number}"
    return table(**values)


def fill(ledger: Any) -> None:
    """Two rows in every audited table, six lines of custody and free text in two of them."""
    named = {table.name: number for number, table in enumerate(Row.metadata.sorted_tables)}
    in_order = sorted(AUDITED, key=lambda table: named[str(table.__tablename__)])
    for number in (1, 2):
        with ledger.writing() as session:
            for table in in_order:
                session.add(some_row(table, number, ledger.now))
                session.flush()
            custody.record(session, "test.fill", f"I{number}", to_state="received", text=f"said by caller {number}")
            custody.record(session, "test.look", f"M{number}", from_state="a", to_state="b", reason="because")
            custody.record(session, "test.end", f"C{number}")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, empty: tuple[Path, bytes]) -> Iterator[Any]:
    """A full ledger for tests that take back what they do."""
    opened = open_ledger(tmp_path_factory.mktemp("standing"), *empty)
    fill(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def full(tmp_path: Path, standing: Any) -> Iterator[Any]:
    """A full ledger of the test's own."""
    standing.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened = open_ledger(tmp_path, standing.path, standing.key)
    yield opened
    opened.engine.dispose()


def found(ledger: Any, *statements: str) -> str:
    """What the audit says is wrong after these statements, which are taken back; an empty text when it finds nothing."""
    with Session(ledger.engine) as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        try:
            for statement in statements:
                session.execute(text(statement))
            custody.verify(session, custody.read_anchor(ledger.anchor))
        except AuditError as error:
            return str(error)
        except IntegrityError as error:
            return f"the database itself refused: {error.orig}"
    return ""


# The books that are kept


def test_a_full_ledger_holds(full: Any) -> None:
    audit = full.verify()

    expected = (6, 2 * len(AUDITED), 0, full.entries()[-1].hash)
    assert expected == (audit.entries, audit.rows, audit.behind, audit.head)


def test_every_table_is_audited_or_named_as_not() -> None:
    not_audited = {"work", "host_slots", "custody", "report_keys", "texts", "taken"}

    assert not_audited == {str(table.__tablename__) for table in NOT_AUDITED}
    assert set(Row.metadata.tables) == not_audited | set(TABLES)


def test_a_change_without_a_line_raises_and_rolls_back(ledger: Any) -> None:
    number = ledger.add_item()

    with pytest.raises(AssertionError, match=f"items:{number}"), ledger.writing() as session:
        session.get_one(Item, number).host = "elsewhere.example"

    assert ledger.sql("SELECT host FROM items") == [("img.example",)]
    assert ledger.verify().entries == 1


def test_a_new_row_without_a_line_raises_and_rolls_back(ledger: Any) -> None:
    with pytest.raises(AssertionError, match="items:1"), ledger.writing() as session:
        session.add(ledger.new_item())

    assert ledger.sql("SELECT count(*) FROM items") == [(0,)]


def test_a_deletion_without_a_line_raises_and_rolls_back(ledger: Any) -> None:
    number = ledger.add_item()

    with pytest.raises(AssertionError, match=f"items:{number}"), ledger.writing() as session:
        session.delete(session.get_one(Item, number))

    assert ledger.verify().rows == 1


def test_what_is_not_audited_needs_no_line(ledger: Any) -> None:
    with ledger.writing() as session:
        session.add(Text(salt="s", content="c"))

    assert [] == ledger.entries()
    assert custody.read_anchor(ledger.anchor) is None


def test_an_error_leaves_neither_rows_nor_lines_nor_anchor(ledger: Any) -> None:
    with pytest.raises(KeyError), ledger.writing() as session:
        session.add(ledger.new_item())
        custody.record(session, "item.add", "I1", text="a note")
        session.flush()
        raise KeyError

    assert [[(0,)]] * 3 == [ledger.sql(f"SELECT count(*) FROM {table}") for table in ("items", "custody", "texts")]
    assert not ledger.anchor.exists()


def test_a_line_may_speak_of_something_without_a_row(ledger: Any) -> None:
    with ledger.writing() as session:
        custody.record(session, "audit.export", "home")

    assert ledger.verify() == custody.Audit(1, 0, 0, ledger.entries()[0].hash)


def test_a_line_carries_the_digest_of_its_own_row_and_the_last_one_the_rest(ledger: Any) -> None:
    with ledger.writing() as session:
        for table in (TABLES["families"], Media, Item):
            session.add(some_row(table, 1, ledger.now))
            session.flush()
        custody.record(session, "media.add", "M1")
        custody.record(session, "item.add", "I1")
        custody.record(session, "home.note", "home")

    rows = [sorted(json.loads(entry.rows)) for entry in ledger.entries()]

    assert [["media:1"], ["items:1"], ["families:1"]] == rows


def test_a_row_made_and_dropped_in_one_go_is_known_as_gone(ledger: Any) -> None:
    with ledger.writing() as session:
        item = ledger.new_item()
        session.add(item)
        session.flush()
        session.delete(item)
        custody.record(session, "item.drop", "I1")

    assert {"items:1": ""} == json.loads(ledger.entries()[0].rows)
    assert ledger.verify().rows == 0


def test_a_deleted_row_that_comes_back_is_found(full: Any) -> None:
    with full.writing() as session:
        session.delete(session.get_one(TABLES["rechecks"], 2))
        custody.record(session, "recheck.drop", "I2")
    full.verify()

    full.sql("INSERT INTO rechecks SELECT 2, item_id, at, vantage, verdict, evidence FROM rechecks")

    assert found(full) == "row rechecks:2 was altered or added outside the chain"


def test_lines_of_many_hands_make_one_chain(ledger: Any) -> None:
    def write(number: int) -> None:
        with ledger.writing(actor=f"hand-{number % 8}") as session:
            session.add(ledger.new_item(str(number)))
            custody.record(session, "item.add", "home")

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(write, range(64)))

    audit = ledger.verify()
    assert (audit.entries, audit.rows) == (64, 64)


# What a stranger recomputes, from the rows as they lie on disk


def digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def raw_entries(ledger: Any) -> list[dict[str, Any]]:
    rows = ledger.sql(f"SELECT {', '.join(CHAIN_COLUMNS)} FROM custody ORDER BY seq")
    return [dict(zip(CHAIN_COLUMNS, row, strict=True)) for row in rows]


def rehash(entries: list[dict[str, Any]]) -> None:
    """Makes a chain of these entries that holds in itself, as a forger would."""
    previous = "0" * 64
    for number, entry in enumerate(entries, 1):
        entry.update(seq=number, previous=previous)
        entry["hash"] = digest({name: value for name, value in entry.items() if name != "hash"})
        previous = entry["hash"]


def put_chain(ledger: Any, entries: list[dict[str, Any]]) -> None:
    ledger.sql("DELETE FROM custody")
    for entry in entries:
        marks = ", ".join("?" * len(entry))
        ledger.sql(f"INSERT INTO custody ({', '.join(entry)}) VALUES ({marks})", *entry.values())


def test_the_chain_is_hashed_as_documented(full: Any) -> None:
    written = raw_entries(full)
    recomputed = raw_entries(full)
    rehash(recomputed)

    assert written == recomputed
    assert f"{len(written)} {written[-1]['hash']}\n" == full.anchor.read_text()


def test_free_text_is_in_the_chain_as_a_salted_digest_only(full: Any) -> None:
    entries = [entry for entry in raw_entries(full) if entry["text_id"]]
    texts = dict(full.sql("SELECT id, salt || char(10) || content FROM texts"))

    expected = [hashlib.sha256(texts[entry["text_id"]].encode()).hexdigest() for entry in entries]
    assert expected == [entry["text_digest"] for entry in entries]
    assert "said by caller" not in json.dumps(raw_entries(full))
    assert len(set(full.sql("SELECT salt FROM texts"))) == 2


# Tampering: everything that can be edited


def values_for(column: Column[Any]) -> list[str]:
    """SQL for other values of the right type, for values no program of ours writes, and for the same one spelt anew."""
    values = ["x'ff'", "cast(x'ff' AS TEXT)", "'junk'", "cast(x'00' AS TEXT)"]
    if column.foreign_keys or isinstance(column.type, Integer):
        values += [f'"{column.name}" + 1000', f'-"{column.name}"', "9223372036854775807"]
    elif isinstance(column.type, Boolean):
        values += ["0", "2", "-1"]  # 2 is true in Python, and neither true nor false where SQL asks for = 1
    elif isinstance(column.type, UtcTime):
        values += ["'2026-02-28T12:00:00.000000+00:00'", "'2026-03-01T13:00:00.000000+01:00'", "'2026-03-01'", "17"]
    elif isinstance(column.type, LargeBinary):
        values += ["'sealed'", "5", "x'00'"]
    else:
        values += [f"\"{column.name}\" || ' '", "''", "7"]
    return [*values, "NULL"] if column.nullable else values


@pytest.mark.parametrize("table", TABLES)
def test_an_edit_of_any_column_of_any_audited_row_is_found(full: Any, table: str) -> None:
    missed = [
        f"{column.name} = {value}"
        for column in columns_of(TABLES[table])
        for value in values_for(column)
        if not found(full, f'UPDATE {table} SET "{column.name}" = {value} WHERE rowid = 2')
    ]

    assert [] == missed


@pytest.mark.parametrize("column", CHAIN_COLUMNS)
def test_an_edit_of_any_column_of_an_entry_is_found(full: Any, column: str) -> None:
    values = values_for(Row.metadata.tables["custody"].columns[column])

    # Entry 5 has a value in every column but those of free text, entry 4 in those.
    missed = [
        value
        for value in values
        if not found(full, f'UPDATE custody SET "{column}" = {value} WHERE seq = {_with_value(column)}')
    ]

    assert [] == missed


def _with_value(column: str) -> int:
    return 4 if column in ("text_id", "text_digest") else 5


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_found(full: Any, table: str) -> None:
    said = found(full, f"DELETE FROM {table} WHERE rowid = 2")

    assert said.startswith(f"row {table}:2")
    assert said.endswith("was deleted outside the chain")


@pytest.mark.parametrize("table", TABLES)
def test_an_inserted_row_is_found(full: Any, table: str) -> None:
    copied = ", ".join(_of_another(column) for column in columns_of(TABLES[table]))

    said = found(full, f"INSERT INTO {table} SELECT {copied} FROM {table} WHERE rowid = 2")

    assert said.startswith(f"row {table}:7")
    assert said.endswith("was altered or added outside the chain")


def _of_another(column: Column[Any]) -> str:
    """SQL for what another row would have in this column where two rows may not have the same."""
    if column.primary_key or column.foreign_keys:
        return f'"{column.name}" + 5'
    is_text = not isinstance(column.type, Integer | Boolean | UtcTime | LargeBinary)
    return f"\"{column.name}\" || '5'" if is_text else f'"{column.name}"'


@pytest.mark.parametrize("table", TABLES)
def test_an_edit_through_another_program_is_found(full: Any, table: str) -> None:
    last = columns_of(TABLES[table])[-1]

    full.sql(f'UPDATE {table} SET "{last.name}" = {values_for(last)[-2]} WHERE rowid = 1')

    with pytest.raises(AuditError, match=f"row {table}:"):
        full.verify()
