"""The chain of custody: what writes it, and every way of altering what it proves with the key and another program."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.types import Boolean, Integer, LargeBinary
from sqlmodel import Session

from hotline import custody, db
from hotline.db import UtcTime
from hotline.errors import AuditError, StorageError
from hotline.models import AUDITED, NOT_AUDITED, Item, Media, Row, Text

ROOT = Path(__file__).parent.parent.parent
TABLES = {str(table.__tablename__): table for table in AUDITED}
CHAIN_COLUMNS = [column.name for column in Row.metadata.tables["custody"].columns]


def columns_of(table: type[Row]) -> list[Column[Any]]:
    return list(Row.metadata.tables[str(table.__tablename__)].columns)


def some_row(table: type[Row], number: int, now: Any) -> Row:
    """A row with something in every column; what it points to has the same number."""
    values: dict[str, Any] = {}
    for column in columns_of(table):
        if column.foreign_keys or isinstance(column.type, Integer):
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
def standing(tmp_path_factory: pytest.TempPathFactory, empty: Any) -> Iterator[Any]:
    """A full ledger for tests that take back what they do."""
    opened = empty.copied(tmp_path_factory.mktemp("standing"))
    fill(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def full(tmp_path: Path, standing: Any) -> Iterator[Any]:
    """A full ledger of the test's own."""
    opened = standing.copied(tmp_path)
    yield opened
    opened.engine.dispose()


def found(ledger: Any, *statements: str) -> str:
    """What the audit says is wrong after these statements, which are taken back; nothing when it finds nothing."""
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
    not_audited = {"work", "host_slots", "custody", "report_keys", "texts", "taken", "media_features"}

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
        kept = Text(salt="s", content="c")
        session.add(kept)
        session.flush()
        session.delete(kept)

    assert ledger.entries() == []
    assert custody.read_anchor(ledger.anchor) is None


def test_an_error_leaves_neither_rows_nor_lines_nor_anchor(ledger: Any) -> None:
    def fail(session: Session) -> None:
        session.add(ledger.new_item())
        custody.record(session, "item.add", "I1", text="a note")
        session.flush()
        raise KeyError

    with pytest.raises(KeyError), ledger.writing() as session:
        fail(session)

    assert [ledger.sql(f"SELECT count(*) FROM {table}") for table in ("items", "custody", "texts")] == [[(0,)]] * 3
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

    assert rows == [["media:1"], ["items:1"], ["families:1"]]


def test_a_row_made_and_dropped_in_one_go_is_known_as_gone(ledger: Any) -> None:
    with ledger.writing() as session:
        item = ledger.new_item()
        session.add(item)
        session.flush()
        session.delete(item)
        custody.record(session, "item.drop", "I1")

    assert json.loads(ledger.entries()[0].rows) == {"items:1": ""}
    assert ledger.verify().rows == 0


def test_a_deleted_row_that_comes_back_is_found(full: Any) -> None:
    with full.writing() as session:
        session.delete(session.get_one(TABLES["rechecks"], 2))
        custody.record(session, "recheck.drop", "I2")
    full.verify()

    full.sql("INSERT INTO rechecks SELECT 2, item_id, at, vantage, verdict, evidence FROM rechecks")

    assert found(full) == "row rechecks:2 was altered or added outside the chain"


def test_the_newest_line_that_names_a_state_tells_what_became_of_something(ledger: Any) -> None:
    with ledger.writing() as session:
        custody.record(session, "test.note", "I1", to_state="received")
        custody.record(session, "test.note", "I1", to_state="illegal")
        custody.record(session, "test.note", "I1", reason="looked")
        custody.record(session, "test.note", "I2", to_state="closed")

    with db.reading(ledger.engine) as session:
        assert [custody.last_to_state(session, name) for name in ("I1", "I2", "I3")] == ["illegal", "closed", None]


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
    texts = {number: (salt, content) for number, salt, content in full.sql("SELECT id, salt, content FROM texts")}

    pairs = [texts[entry["text_id"]] for entry in entries]
    expected = [digest({"salt": salt, "content": content}) for salt, content in pairs]
    assert expected == [entry["text_digest"] for entry in entries]
    assert "said by caller" not in json.dumps(raw_entries(full))
    assert len(set(full.sql("SELECT salt FROM texts"))) == 2


# Tampering: everything that can be edited


def values_for(column: Column[Any]) -> list[str]:
    """SQL for other values of the right type, for values no program of ours writes, and for the same one spelt anew."""
    values = ["x'ff'", "cast(x'ff' AS TEXT)"]
    if column.foreign_keys or isinstance(column.type, Integer):
        values += [f'"{column.name}" + 1000', "'junk'"]
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
def test_an_edit_of_any_column_of_any_audited_row_is_found(standing: Any, table: str) -> None:
    missed = [
        f"{column.name} = {value}"
        for column in columns_of(TABLES[table])
        for value in values_for(column)
        if not found(standing, f'UPDATE {table} SET "{column.name}" = {value} WHERE rowid = 2')
    ]

    assert missed == []


@pytest.mark.parametrize("column", CHAIN_COLUMNS)
def test_an_edit_of_any_column_of_an_entry_is_found(standing: Any, column: str) -> None:
    values = values_for(Row.metadata.tables["custody"].columns[column])

    # Entry 5 has a value in every column but those of free text, entry 4 in those.
    missed = [
        value
        for value in values
        if not found(standing, f'UPDATE custody SET "{column}" = {value} WHERE seq = {_with_value(column)}')
    ]

    assert missed == []


def _with_value(column: str) -> int:
    return 4 if column in ("text_id", "text_digest") else 5


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_found(standing: Any, table: str) -> None:
    said = found(standing, f"DELETE FROM {table} WHERE rowid = 2")

    assert said.startswith(f"row {table}:2")
    assert said.endswith("was deleted outside the chain")


@pytest.mark.parametrize("table", TABLES)
def test_an_inserted_row_is_found(standing: Any, table: str) -> None:
    copied = ", ".join(_of_another(column) for column in columns_of(TABLES[table]))

    said = found(standing, f"INSERT INTO {table} SELECT {copied} FROM {table} WHERE rowid = 2")

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


@pytest.mark.parametrize("change", ["DROP TABLE rechecks", "ALTER TABLE items RENAME COLUMN host TO guest"])
def test_a_table_that_was_dropped_or_bent_is_found(standing: Any, change: str) -> None:
    assert found(standing, change) == "a text or table was altered so that it cannot be read any more"


def test_a_fault_of_the_machine_is_not_called_an_alteration(standing: Any) -> None:
    columns = ", ".join(name if name != "seq" else "abs(-9223372036854775807 - 1) AS seq" for name in CHAIN_COLUMNS)

    with pytest.raises(OperationalError, match="integer overflow"):
        found(standing, f"CREATE TEMP VIEW custody AS SELECT {columns} FROM main.custody")


# Tampering with the chain itself


def test_a_deleted_entry_is_found(standing: Any) -> None:
    said = [found(standing, f"DELETE FROM custody WHERE seq = {number}") for number in range(1, 6)]

    expected = [f"custody entry {number} is missing" for number in range(1, 6)]
    assert expected == said


def test_a_deleted_entry_whose_numbers_were_closed_up_is_found(standing: Any) -> None:
    said = found(standing, "DELETE FROM custody WHERE seq = 3", "UPDATE custody SET seq = seq - 1 WHERE seq > 3")

    assert said == "custody entry 3 was altered"


def test_swapped_entries_are_found(standing: Any) -> None:
    swap = ("UPDATE custody SET seq = 99 WHERE seq = 2", "UPDATE custody SET seq = 2 WHERE seq = 3")

    assert found(standing, *swap, "UPDATE custody SET seq = 3 WHERE seq = 99") == "custody entry 2 was altered"


def test_a_repeated_entry_is_found(standing: Any) -> None:
    others = ", ".join(CHAIN_COLUMNS[1:])

    said = found(standing, f"INSERT INTO custody SELECT 7, {others} FROM custody WHERE seq = 6")

    assert said == "custody entry 7 was altered"


def test_entries_cut_off_at_the_end_are_told_by_the_anchor(standing: Any) -> None:
    said = found(standing, "DELETE FROM custody WHERE seq > 5")

    assert said == "the anchor is not on the chain: entries were cut off or rewritten after it was made"


def test_a_whole_chain_cut_off_is_told_by_the_anchor(standing: Any) -> None:
    assert found(standing, "DELETE FROM custody").startswith("the anchor is not on the chain")


def test_a_rewritten_chain_holds_in_itself_and_is_told_by_the_anchor(full: Any) -> None:
    entries = raw_entries(full)
    entries[1]["actor"] = "somebody else"
    rehash(entries)
    put_chain(full, entries)

    assert found(full).startswith("the anchor is not on the chain")
    full.anchor.unlink()
    assert found(full) == ""


def test_a_rewritten_chain_is_told_by_an_anchor_kept_elsewhere(full: Any, tmp_path: Path) -> None:
    kept = custody.read_anchor(full.anchor)
    entries = raw_entries(full)
    del entries[5]
    rehash(entries)
    put_chain(full, entries)
    full.anchor.write_text(f"5 {entries[4]['hash']}\n")

    with pytest.raises(AuditError, match="the anchor is not on the chain"), db.reading(full.engine) as session:
        custody.verify(session, kept)


# Free text


@pytest.mark.parametrize(
    "statement",
    [
        # another word
        "UPDATE texts SET content = 'said by nobody' WHERE id = 1",
        # nothing
        "UPDATE texts SET content = '' WHERE id = 1",
        # another salt
        "UPDATE texts SET salt = salt || '0' WHERE id = 1",
        # the beginning of the text moved into the salt
        "UPDATE texts SET salt = salt || char(10) || substr(content, 1, 4), content = substr(content, 6) WHERE id = 1",
        "UPDATE texts SET salt = salt || substr(content, 1, 4), content = substr(content, 5) WHERE id = 1",
        # another text's words
        "UPDATE texts SET (salt, content) = (SELECT salt, content FROM texts WHERE id = 2) WHERE id = 1",
        # two texts changing places
        "UPDATE texts SET id = 3 - id WHERE 0 = (UPDATE_BOTH)",
        # no text
        "UPDATE texts SET content = x'ff' WHERE id = 1",
        "UPDATE texts SET content = cast(x'ff' AS TEXT) WHERE id = 1",
    ],
)
def test_altered_free_text_is_found(standing: Any, statement: str) -> None:
    statements = [statement]
    if "UPDATE_BOTH" in statement:
        statements = [f"UPDATE texts SET id = {new} WHERE id = {old}" for old, new in ((1, 9), (2, 1), (9, 2))]

    assert found(standing, *statements)


def test_erased_free_text_is_no_alteration(full: Any) -> None:
    full.sql("DELETE FROM texts WHERE id = 1")

    assert full.verify().entries == 6


# The anchor


def test_no_anchor_is_told_as_such(full: Any) -> None:
    full.anchor.unlink()

    assert full.verify().behind is None


def test_an_anchor_behind_is_told(full: Any) -> None:
    kept = full.entries()

    with db.reading(full.engine) as session:
        behind = [custody.verify(session, (entry.seq, entry.hash)).behind for entry in kept]

    assert behind == [5, 4, 3, 2, 1, 0]


def test_the_anchor_of_an_empty_chain_lies_on_every_chain(full: Any) -> None:
    full.anchor.write_text(f"0 {custody.START}\n")

    assert full.verify().behind == 6


def test_an_empty_chain_holds(ledger: Any) -> None:
    with db.reading(ledger.engine) as session:
        assert custody.head(session) == (0, custody.START)
        assert custody.verify(session, None) == custody.Audit(0, 0, None, custody.START)


@pytest.mark.parametrize(
    "content",
    [
        b"",  # a power cut
        b"6",  # half of one
        b"six abc",  # no number
        b"6 abc def",  # too much
        b"\xff\xfe 1",  # no text
    ],
)
def test_an_anchor_that_is_none_says_so(full: Any, content: bytes) -> None:
    full.anchor.write_bytes(content)

    with pytest.raises(AuditError, match=r"custody\.anchor is not a readable anchor"):
        custody.read_anchor(full.anchor)


def test_a_folder_is_no_anchor(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="is not a readable anchor"):
        custody.read_anchor(tmp_path)


def test_the_anchor_is_read_by_the_group_and_left_alone_by_others(full: Any) -> None:
    assert f"{full.anchor.stat().st_mode & 0o777:o}" == "640"
    assert [path.name for path in full.anchor.parent.glob("custody.anchor*")] == ["custody.anchor"]


def test_an_anchor_that_cannot_be_written_says_that_the_change_stands(ledger: Any, tmp_path: Path) -> None:
    ledger.anchor.mkdir()

    with pytest.raises(StorageError, match=r"it is done and recorded, but custody\.anchor could not be"):
        ledger.add_item()

    assert len(ledger.entries()) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "-" not in path.name) == ["custody.anchor", "hotline.db"]


@pytest.mark.parametrize(
    ("boundary", "entries", "behind"),
    [
        # killed before the commit: nothing is there, and the anchor knows nothing of it
        ("commit.before", 1, 0),
        # killed between commit and anchor: the entry is there, and the audit says by how much the anchor is behind
        ("commit.after", 2, 1),
    ],
)
def test_a_killed_program_leaves_a_chain_that_holds(ledger: Any, boundary: str, entries: int, behind: int) -> None:
    ledger.add_item()
    code = f"""
import sys
from datetime import datetime, UTC
from pathlib import Path
from hotline import custody, db
engine = db.open_database(Path({str(ledger.path)!r}), bytes.fromhex({ledger.key.hex()!r}))
with custody.transaction(custody.Books(engine, Path({str(ledger.anchor)!r}), "besa", datetime.now(UTC))) as session:
    custody.record(session, "test.note", "home", text="a note")
"""
    environment = {**os.environ, "HOTLINE_LAB_CRASH_AT": f"{boundary}:1"}

    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False)

    assert ended.returncode == -signal.SIGKILL
    audit = ledger.verify()
    assert (audit.entries, audit.behind) == (entries, behind)


# Two hundred alterations that nobody thought of one by one


def random_tampering(dice: random.Random) -> list[str]:
    """SQL that alters the books in one place, as somebody with the key could."""
    table = dice.choice(list(TABLES))
    row, entry = dice.randint(1, 2), dice.randint(1, 6)
    column = dice.choice(columns_of(TABLES[table]))
    value = dice.choice(values_for(column))
    chain = Row.metadata.tables["custody"].columns[dice.choice(CHAIN_COLUMNS[:-3])]
    other = dice.choice([number for number in range(1, 7) if number != entry])
    return dice.choice(
        [
            [f'UPDATE {table} SET "{column.name}" = {value} WHERE rowid = {row}'],
            [f"DELETE FROM {table} WHERE rowid = {row}"],
            [f"DELETE FROM custody WHERE seq = {entry}"],
            [f"DELETE FROM custody WHERE seq >= {entry}"],
            [f"UPDATE custody SET {chain.name} = coalesce({chain.name}, 7) + {entry} WHERE seq = {entry}"],
            [f"UPDATE custody SET hash = (SELECT hash FROM custody WHERE seq = {other}) WHERE seq = {entry}"],
            [
                f"UPDATE custody SET seq = 99 WHERE seq = {entry}",
                f"UPDATE custody SET seq = {entry} WHERE seq = {other}",
                f"UPDATE custody SET seq = {other} WHERE seq = 99",
            ],
            [f"UPDATE texts SET content = substr(content, {dice.randint(2, 9)}) WHERE id = {row}"],
        ]
    )


def test_two_hundred_random_alterations_are_all_found(standing: Any) -> None:
    dice = random.Random(20261121)
    tried = [random_tampering(dice) for _ in range(200)]

    missed = [statements for statements in tried if not found(standing, *statements)]

    assert missed == []
    assert found(standing) == ""
