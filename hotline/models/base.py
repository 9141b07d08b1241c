"""What all tables share: the base row and its kinds of column. Knows no table."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from hotline.db import UtcTime


def own_key() -> Any:
    """The row's own number."""
    return Field(default=None, primary_key=True)


def number_of(table: str, *, index: bool = True, nullable: bool = False) -> Any:
    """The number of a row in another table."""
    return Field(sa_column=Column(Integer, ForeignKey(f"{table}.id"), index=index, nullable=nullable))


def part_of(table: str) -> Any:
    """A number of another table's row that is part of this row's key."""
    return Field(sa_column=Column(Integer, ForeignKey(f"{table}.id"), primary_key=True, index=True))


def at(*, index: bool = False) -> Any:
    """A time that is always there."""
    return Field(sa_column=Column(UtcTime, index=index, nullable=False))


def at_or_none(*, index: bool = False) -> Any:
    """A time that may still be to come."""
    return Field(default=None, sa_column=Column(UtcTime, index=index, nullable=True))


def sealed() -> Any:
    """Bytes that nobody reads in the database."""
    return Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class Row(SQLModel):
    """Base of every table; AUTOINCREMENT, because a number once told to somebody is never given twice."""


NEVER_REUSED = {"sqlite_autoincrement": True}
