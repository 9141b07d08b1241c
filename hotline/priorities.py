"""Which case comes first, by the rules in priorities.toml. Pure: knows no case beyond the facts it is given."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources
from typing import Any

LOWEST_RANK = 4


@dataclass(frozen=True)
class CasePriorityFacts:
    """What decides how urgent a case is."""

    at_risk: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    is_known: bool = False
    has_returned: bool = False
    is_harmful: bool = False
    is_illegal: bool = False
    is_new_albanian: bool = False
    is_viral: bool = False
    is_repeated: bool = False
    is_reported_often: bool = False


@dataclass(frozen=True)
class Rule:
    """A rank (0 first) for cases in which every condition holds: sets must meet, flags must be as said."""

    rank: int
    name: str
    conditions: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Ranked:
    rank: int
    rule: str


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    return tuple(_rule(table) for table in _data()["rule"])


def rank_case(facts: CasePriorityFacts, rules: Iterable[Rule]) -> Ranked:
    """The first rule that fits. The shipped rules end with one that always does."""
    for rule in rules:
        if all(_holds(getattr(facts, name), wanted) for name, wanted in rule.conditions):
            return Ranked(rule.rank, rule.name)
    return Ranked(LOWEST_RANK, "no rule fits")


def whom_to_call(at_risk: str) -> tuple[str, ...]:
    """The numbers to call now for a kind of danger."""
    call = _data()["call"]
    return tuple(call.get(at_risk, call["default"]))


def _holds(found: Any, wanted: Any) -> bool:
    return not found.isdisjoint(wanted) if isinstance(found, frozenset) else found == wanted


def _rule(table: dict[str, Any]) -> Rule:
    names = {field.name for field in fields(CasePriorityFacts)}
    conditions = {name: wanted for name, wanted in table.items() if name not in ("rank", "name")}
    unknown = set(conditions) - names
    if unknown:
        raise ValueError(f"priorities.toml: unknown condition {min(unknown)}")
    return Rule(table["rank"], table["name"], tuple(conditions.items()))


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("hotline").joinpath("priorities.toml").read_text())
