"""What a person may decide and what follows from the facts: validation of a judgement and derived classes. Pure."""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from hotline.errors import InputError
from hotline.states import Basis, Ground, NotIllegalReason, State, Verdict

ILLEGAL_VERDICTS = frozenset({Verdict.BASELINE, Verdict.NATIONAL})


@dataclass(frozen=True)
class Judgement:
    """What a person decides about an item: verdict, its ground or reason, what it rests on, and the facts seen."""

    verdict: Verdict
    ground: Ground | None = None
    reason: NotIllegalReason | None = None
    basis: Basis | None = None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def is_illegal(self) -> bool:
        return self.verdict in ILLEGAL_VERDICTS


def known_facts() -> dict[str, list[str]]:
    """Each fact that can be recorded, with its values."""
    facts: dict[str, list[str]] = _mapping()["facts"]
    return facts


def state_for(verdict: Verdict) -> State:
    """The state an item has under a verdict."""
    return State.ILLEGAL if verdict in ILLEGAL_VERDICTS else State(verdict.value)


def with_basis(judgement: Judgement, has_lead: bool) -> Judgement:
    """Fills in the basis where a lead gives it, and checks the whole. Raises InputError saying what is missing."""
    basis = judgement.basis or (Basis.MATCH if has_lead else None)
    if basis is None:
        raise InputError("there is no lead here, so say what the decision rests on, for example --basis looked")
    if basis is Basis.MATCH and not has_lead:
        raise InputError("--basis match needs a lead on a list, and there is none here; say what it rests on")
    checked = Judgement(judgement.verdict, judgement.ground, judgement.reason, basis, judgement.facts)
    _check(checked)
    return checked


def derive_classes(judgement: Judgement) -> tuple[dict[str, str], str]:
    """The class each scheme gives these facts, and the version of the mapping."""
    classes: dict[str, str] = {}
    for row in _mapping()["class"]:
        if row["scheme"] not in classes and _fits(row, judgement):
            classes[row["scheme"]] = row["value"]
    return classes, _mapping()["version"]


def _check(judgement: Judgement) -> None:
    if judgement.is_illegal and judgement.basis is Basis.REPORT_TEXT:
        raise InputError("a report's text alone never makes material illegal; it needs a look, a match or a partner")
    if judgement.verdict is Verdict.HARMFUL and judgement.ground is None:
        raise InputError(f"harmful needs its ground: --ground {'|'.join(Ground)}")
    if judgement.verdict is not Verdict.HARMFUL and judgement.ground is not None:
        raise InputError("--ground belongs to harmful only; leave it out or decide --verdict harmful")
    if judgement.verdict is Verdict.NOT_ILLEGAL and judgement.reason is None:
        raise InputError(f"not_illegal needs its reason: --reason {'|'.join(NotIllegalReason)}")
    if judgement.verdict is not Verdict.NOT_ILLEGAL and judgement.reason is not None:
        raise InputError("--reason belongs to not_illegal only; leave it out or decide --verdict not_illegal")
    for name, value in judgement.facts.items():
        _check_fact(name, value)


def _check_fact(name: str, value: str) -> None:
    known: dict[str, list[str]] = _mapping()["facts"]
    if name not in known:
        raise InputError(f'"{name}" is no fact of the mapping; the facts are {", ".join(known)}')
    if value not in known[name]:
        raise InputError(f'the fact "{name}" is one of: {", ".join(known[name])}')


def _fits(row: dict[str, Any], judgement: Judgement) -> bool:
    if "verdict" in row and row["verdict"] != judgement.verdict:
        return False
    if "ground" in row and judgement.ground not in row["ground"]:
        return False
    if row.get("illegal", False) and not judgement.is_illegal:
        return False
    if row["scheme"] in ("ncmec", "iwf") and not judgement.is_illegal:
        return False
    return all(judgement.facts.get(name) in values for name, values in row.get("facts", {}).items())


@lru_cache(maxsize=1)
def _mapping() -> dict[str, Any]:
    return tomllib.loads(resources.files("hotline").joinpath("classes.toml").read_text())
