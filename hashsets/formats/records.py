"""Rows from records of named texts, as CSV lines and JSON objects are: which column holds what.
Columns that are neither hash, id, label nor withdrawal are left behind: they can describe a person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from hashsets.errors import ListColumnsError
from hashsets.formats.names import KEPT, LOOKED_UP, plain
from hashsets.formats.rows import (
    Hash,
    Other,
    Refusal,
    Rows,
    Withdrawal,
    check_values,
    clean_text,
    derive_entry,
    is_nothing,
    is_true,
    read_row,
)

# What a column can hold, beside hashes by their type: its names in the field; the first that says something counts.
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "entry": (
        *("entry", "entryid", "id", "mediaid", "imageid", "recordid", "contentid", "bankcontentid", "hashid", "uuid"),
        *("guid", "reference", "referenceid", "descriptorid"),
    ),
    "label": (
        *("label", "category", "severitycategory", "severity", "severitylevel", "iwfcategory", "classification"),
        *("grade", "grading", "baseline"),
    ),
    "hash": (
        *("hash", "hashvalue", "hashval", "value", "indicator", "hashdigest", "digest", "signalvalue", "signalval"),
        *("signalstr", "fingerprint"),
    ),
    "algorithm": (
        *("algorithm", "hashalgorithm", "hashtype", "hashname", "signaltype", "fingerprinttype", "algo", "type"),
    ),
    "withdrawn": ("withdrawn", "deleted", "shoulddelete", "iswithdrawn", "isdeleted", "removed", "revoked"),
    "gone": ("withdrawnat", "deletedat", "removedat", "revokedat", "withdrawnon", "deletedon", "removedon"),
    "status": ("status", "hashstatus", "state", "action"),
    # HMA writes 0 where a person switched an entry off.
    "active": ("active", "isactive", "enabled", "isenabled", "disableuntilts"),
}
_GONE_WORDS = frozenset(
    {"withdrawn", "withdraw", "deleted", "delete", "removed", "remove", "revoked", "retracted", "inactive"}
)
_NO_WORDS = frozenset({"false", "no", "n", "0"})
# What says in each of these columns, in lower case, that the source took the entry back.
_ENDINGS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("withdrawn", is_true),
    ("gone", lambda said: said not in _NO_WORDS),
    ("status", _GONE_WORDS.__contains__),
    ("active", _NO_WORDS.__contains__),
)

TYPES: Mapping[str, str] = {**LOOKED_UP, **KEPT}


@dataclass(frozen=True)
class Columns:
    """Where each thing stands: plain column names by what they hold, and by the type of hash they hold."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULTS)
    hashes: Mapping[str, str] = field(default_factory=lambda: {name: name for name in TYPES})

    def among(self, names: Iterable[str]) -> "Columns":
        """Only those that are among these plain names; looking for all of them in each record would cost the most."""
        there = set(names)
        roles = {holds: tuple(name for name in known if name in there) for holds, known in self.roles.items()}
        return Columns(roles, {name: kind for name, kind in self.hashes.items() if name in there})

    def hold_hashes(self, names: set[str]) -> bool:
        """Whether columns of these plain names can be a list: a hash, or a hash beside its algorithm."""
        is_long = not names.isdisjoint(self.roles["hash"]) and not names.isdisjoint(self.roles["algorithm"])
        return is_long or not names.isdisjoint(self.hashes)


def columns_from(mapping: Mapping[str, str]) -> Columns:
    """Columns where a person said which is which: {"md5": "hash_md5", "entry": "ref"}; the rest is found by name.

    Raises ListColumnsError.
    """
    roles, hashes = dict(DEFAULTS), dict(Columns().hashes)
    for holds, column in mapping.items():
        kind, name = plain(holds), plain(column)
        if not name or (kind not in roles and kind not in TYPES):
            raise ListColumnsError
        if kind in roles:
            roles[kind] = (name,)
        else:
            hashes = {known: held for known, held in hashes.items() if TYPES[held] != TYPES[kind]} | {name: kind}
    return Columns(roles, hashes)


def read_record(line: int, record: Mapping[str, str], columns: Columns) -> Rows:
    """The rows of one record, whose keys are plain names."""
    named = _named_hashes(record, columns)
    given = [(LOOKED_UP[kind], text) for kind, text in named if kind in LOOKED_UP]
    others = [(KEPT[kind], text) for kind, text in named if kind in KEPT]
    entry = _first(record, columns.roles["entry"])
    if _is_withdrawn(record, columns.roles):
        return _withdraw(line, clean_text(entry), given, others)
    if named and not given and not others:
        return iter([Refusal(line, "an algorithm we do not look up, or none named")])
    if not named and not any(record.values()):
        return iter(())
    return read_row(line, given, entry=entry, label=_first(record, columns.roles["label"]), others=others)


def _is_withdrawn(record: Mapping[str, str], roles: Mapping[str, tuple[str, ...]]) -> bool:
    for ending, says in _ENDINGS:
        if roles[ending] and (text := _first(record, roles[ending])) and says(text.strip().lower()):
            return True
    return False


def _withdraw(line: int, entry: str | None, given: list[Hash], others: list[Other]) -> Rows:
    sound = check_values(line, given)[0]
    if entry or sound or others:
        yield Withdrawal(entry or derive_entry(sound, others))
    else:
        yield Refusal(line, "a withdrawal that does not say of what")


def _named_hashes(record: Mapping[str, str], columns: Columns) -> list[tuple[str, str]]:
    """Hashes by the plain name of their type; the type may be one nobody knows."""
    named = [(kind, text) for name, kind in columns.hashes.items() if not is_nothing(text := record.get(name, ""))]
    if named or not (value := _first(record, columns.roles["hash"])):
        return named
    return [(plain(_first(record, columns.roles["algorithm"]) or ""), value)]


def _first(record: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if not is_nothing(text := record.get(name, "")):
            return text
    return None
