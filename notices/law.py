"""Citations as dated data: reads law.toml and a hotline's own file. Whether one may be quoted is not known here."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from notices.errors import LawFileError
from notices.facts import Citation

LAW_FILE = Path(__file__).parent / "law.toml"
_TEXTS = ("id", "statute", "article", "text_sq", "text_en", "source")


def all_citations(own_file: Path | None = None) -> dict[str, Citation]:
    """The shipped citations and those of ``own_file``, by id; its entries replace shipped ones of the same id.

    Raises:
        LawFileError: a file that cannot be read; names the entry.
    """
    return load_citations(LAW_FILE) | (load_citations(own_file) if own_file else {})


def load_citations(path: Path) -> dict[str, Citation]:
    """All entries of one file by id."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("citation", [])
    except (OSError, ValueError) as error:
        raise LawFileError(f"{path}: {error}. Correct the file or take it out of the settings.") from error
    entries = [_read_citation(path, row) for row in rows]
    return {entry.id: entry for entry in entries}


def _read_citation(path: Path, row: dict[str, Any]) -> Citation:
    name = f"{path}, entry {row.get('id', '?')!r}"
    known = {*_TEXTS, "valid_from", "valid_to", "checked_by", "checked_on", "applies_to"}
    if unknown := row.keys() - known:
        raise LawFileError(f"{name}: unknown key {min(unknown)!r}. Use only: {', '.join(sorted(known))}.")
    for key in _TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise LawFileError(f"{name}: {key} must be a text that is not empty.")
    if not isinstance(row.get("checked_by", ""), str):
        raise LawFileError(f"{name}: checked_by must be the name of who checked it.")
    return Citation(
        **{key: row[key] for key in _TEXTS},
        valid_from=_read_date(name, row, "valid_from", required=True) or date.min,
        valid_to=_read_date(name, row, "valid_to"),
        checked_by=row.get("checked_by", "").strip(),
        checked_on=_read_date(name, row, "checked_on"),
        applies_to=_read_kinds(name, row),
    )


def _read_date(name: str, row: dict[str, Any], key: str, required: bool = False) -> date | None:
    value = row.get(key)
    if type(value) is date or (value is None and not required):
        return value
    raise LawFileError(f"{name}: {key} must be a date such as 2026-11-21, without quotes.")


def _read_kinds(name: str, row: dict[str, Any]) -> tuple[str, ...]:
    # A harmful notice never cites a statute, so no entry may ask for it.
    if row.get("applies_to") != ["illegal"]:
        raise LawFileError(f'{name}: applies_to must be ["illegal"]; notices about harmful content cite no law.')
    return ("illegal",)
