"""One row by its number, or the sentence that there is none. Commits nothing."""

from typing import TypeVar

from sqlmodel import Session

from hotline.errors import UnknownIdError
from hotline.models import LETTERS, Row
from hotline.records.ids import NOUNS

AnyRow = TypeVar("AnyRow", bound=Row)

_LISTED_BY = {"I": "case", "M": "case", "B": "notice"}
"""What names the things of a kind that has no list of its own."""


def load(session: Session, table: type[AnyRow], number: int) -> AnyRow:
    """The row of this number. Raises UnknownIdError."""
    row = session.get(table, number)
    if row is None:
        letter = LETTERS[table]
        noun = NOUNS.get(letter, "batch")
        lister = _LISTED_BY.get(letter, noun)
        raise UnknownIdError(f"there is no {noun} {letter}{number}; `hotline {lister} list` shows what exists")
    return row
