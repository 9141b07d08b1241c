"""Reads tables of platforms, the shipped ones and an operator's own. Everything in them is checked here, once: what
stands in a frozen table can be used as it is."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hotline.errors import SettingsError
from hotline.platforms import checks
from hotline.platforms.tables import Platform

ANY_GROUND = checks.ANY_GROUND


def load_platforms(extra_path: Path | None = None) -> tuple[Platform, ...]:
    """Reads the shipped platforms and an operator's file, whose tables win by name and come first.

    Raises SettingsError, naming the file, the table and what is wrong with it.
    """
    own = _read(extra_path) if extra_path is not None else ()
    replaced = {platform.name for platform in own}
    return own + tuple(platform for platform in shipped_platforms() if platform.name not in replaced)


@cache
def known_platforms(file: str) -> tuple[Platform, ...]:
    """The same for a path as settings hold it, empty for none; read once in a program. Raises SettingsError."""
    return load_platforms(Path(file) if file else None)


@cache
def shipped_platforms() -> tuple[Platform, ...]:
    return _read(Path(__file__).parent.parent / "platforms.toml")


def named_platform(name: str | None, platforms: tuple[Platform, ...] | None) -> Platform | None:
    """The table of that name among these, or among the shipped ones."""
    return next((one for one in (shipped_platforms() if platforms is None else platforms) if one.name == name), None)


def _read(path: Path) -> tuple[Platform, ...]:
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise SettingsError(
            f"{path.name} cannot be read as TOML; correct it after the shipped platforms.toml"
        ) from None
    tables, dated = whole.get("platform", []), whole.get("date")
    if dated is not None and type(dated) is not date:
        raise SettingsError(f"{path.name}: date is a day such as 2026-11-25, without quotes")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{path.name}: a platform is a table of its own; head it with [[platform]]")
    return tuple(_platform(table, path.name, dated) for table in tables)


def _platform(table: dict[str, Any], file: str, dated: date | None) -> Platform:
    name = table.get("name", "?")
    try:
        return checks.checked_platform(table, dated)
    except ValueError as error:
        raise SettingsError(
            f'{file}: the table of "{name}" is wrong: {error}; write it after those of the shipped platforms.toml'
        ) from None
