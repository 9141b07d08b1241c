"""Every pair of states under every table of moves, in a real database: a line of custody or nothing at all."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session

from hotline import custody
from hotline.errors import MoveError
from hotline.models import Item
from hotline.states import BY_ITSELF, BY_PERSON, BY_REVISION, State

TABLES = {"by itself": BY_ITSELF, "by a person": BY_PERSON, "by a revision": BY_REVISION}
Moves = Mapping[State, frozenset[State]]


def move(session: Session, number: int, to: State, moves: Moves) -> None:
    item = session.get_one(Item, number)
    custody.move(session, item, to, moves, action="item.test", reason="because", text="what was said")


@pytest.mark.parametrize("start", State)
@pytest.mark.parametrize("name", TABLES)
def test_a_move_writes_one_line_or_changes_nothing(ledger: Any, name: str, start: State) -> None:
    moves = TABLES[name]

    for end in State:
        number = ledger.add_item(f"to-{end}", start)
        if end in moves[start]:
            _assert_moved(ledger, number, start, end, moves)
        else:
            _assert_refused(ledger, number, start, end, moves)
    ledger.verify()


def _assert_moved(ledger: Any, number: int, start: State, end: State, moves: Moves) -> None:
    before = ledger.entries()

    with ledger.writing() as session:
        move(session, number, end, moves)

    *kept, line = ledger.entries()
    assert [entry.hash for entry in before] == [entry.hash for entry in kept]
    said = (line.action, line.subject, line.from_state, line.to_state, line.reason, line.actor)
    expected = ("item.test", f"I{number}", start, end, "because", "drita")
    assert expected == said
    assert [[end.value]] == [list(row) for row in ledger.sql("SELECT state FROM items WHERE id = ?", number)]


def _assert_refused(ledger: Any, number: int, start: State, end: State, moves: Moves) -> None:
    before = _everything(ledger)

    with pytest.raises(MoveError, match=f"I{number} is {start} and cannot become {end}"), ledger.writing() as session:
        move(session, number, end, moves)

    assert before == _everything(ledger)


def _everything(ledger: Any) -> list[Any]:
    tables = ("items", "custody", "texts")
    return [ledger.sql(f"SELECT * FROM {table}") for table in tables] + [ledger.anchor.read_text()]


def test_a_move_takes_the_machines_table_unless_told_otherwise(ledger: Any) -> None:
    number = ledger.add_item(state=State.AWAITING_ASSESSMENT)

    with pytest.raises(MoveError), ledger.writing() as session:
        custody.move(session, session.get_one(Item, number), State.HARMFUL)
    with ledger.writing() as session:
        custody.move(session, session.get_one(Item, number), State.ILLEGAL)

    assert ledger.entries()[-1].action == "item.move"


def test_a_state_that_nobody_knows_is_never_left(ledger: Any) -> None:
    number = ledger.add_item()
    ledger.sql("UPDATE items SET state = 'lost' WHERE id = ?", number)

    with pytest.raises(ValueError, match="lost"), ledger.writing() as session:
        move(session, number, State.UNREACHABLE, BY_ITSELF)

    assert len(ledger.entries()) == 1
