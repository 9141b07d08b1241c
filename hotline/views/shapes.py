"""How numbers, times and rows become the plain values that JSON and people's tables are made of. Selects nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

Document = dict[str, Any]
Row = TypeVar("Row")
Key = TypeVar("Key")


def at(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC to the second: 2026-11-21T10:00:00Z."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def named(letter: str, number: int | None) -> str | None:
    """The id people see, `I31`; None where there is none."""
    return None if number is None else f"{letter}{number}"


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """The rows by their key, in the order they came; a missing key gives an empty list."""
    groups = defaultdict[Key, list[Row]](list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def words(code: str) -> str:
    """An enumeration's value as people read it: `login_wall` → "login wall"."""
    return code.replace("_", " ")


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
