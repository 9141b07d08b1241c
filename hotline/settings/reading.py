"""Reads hotline.toml and the lab's environment once; an unknown or wrongly typed key stops with its cure."""

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from pathlib import Path

from hotline.errors import HomeError, SettingsError
from hotline.settings.checks import check
from hotline.settings.keys import Settings
from hotline.settings.writing import toml_of

CLOCK_VARIABLE = "HOTLINE_LAB_CLOCK"
CRASH_VARIABLE = "HOTLINE_LAB_CRASH_AT"


def load_settings(path: Path) -> Settings:
    """Reads hotline.toml. Raises SettingsError naming the key and its cure, HomeError when there is no such file."""
    try:
        return parse_settings(path.read_bytes())
    except FileNotFoundError:
        raise HomeError(f"{path.parent} is no hotline home; make one with: hotline --home {path.parent} init") from None
    except OSError as error:
        raise HomeError(f"{path} cannot be read ({error.strerror}); ask for the right to read this home") from None


def parse_settings(content: bytes) -> Settings:
    try:
        table = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"hotline.toml is not TOML: {error}; correct that line") from None
    settings = _with_environment(_section(Settings, table, ""))
    check(settings)
    return settings


def settings_from_assignments(assignments: list[str]) -> Settings:
    """Builds settings from `section.key=TOML value` texts, as `init --set` takes them. Raises SettingsError."""
    content = ""
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or name.count(".") < 1:
            raise SettingsError(f'"{name}" is not section.key=value; write it like --set mail.port=2525')
        content += f"{name.strip()} = {_quoted_if_plain(value.strip())}\n"
    try:
        return parse_settings(content.encode())
    except UnicodeEncodeError:
        raise SettingsError("an assignment holds bytes that are no text; type it again") from None


def _quoted_if_plain(value: str) -> str:
    """A value that is no TOML is taken as the text it is, so that a shell user need not quote twice."""
    try:
        tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return toml_of(value)
    return value


def _with_environment(settings: Settings) -> Settings:
    clock = os.environ.get(CLOCK_VARIABLE)
    if settings.lab is None:
        for variable in (CLOCK_VARIABLE, CRASH_VARIABLE):
            if os.environ.get(variable):
                raise SettingsError(f"{variable} is set outside a lab; unset it: this home is for real work")
        return settings
    if not clock:
        return settings
    return dataclasses.replace(settings, lab=dataclasses.replace(settings.lab, clock=clock))


def _section(kind: type, table: dict[str, typing.Any], prefix: str) -> typing.Any:
    fields = {f.name: f for f in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    for name in table:
        if name not in fields:
            raise SettingsError(_unknown(prefix + name, list(fields)))
    values = {name: _value(hints[name], value, prefix + name) for name, value in table.items()}
    return kind(**values)


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.rpartition(".")[2], known, 1)
    cure = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(known)}"
    return f'hotline.toml: unknown key "{name}"; {cure}'


def _value(hint: typing.Any, value: typing.Any, name: str) -> typing.Any:
    if isinstance(hint, types.UnionType):
        hint = typing.get_args(hint)[0]
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise SettingsError(f'hotline.toml: "{name}" is a section; write [{name}] above its keys')
        return _section(hint, value, f"{name}.")
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and name in ("lab.dns", "lab.rdap") and isinstance(value, str):
        value = [value] if value else []
    if origin is tuple and isinstance(value, list):
        return tuple(_value(args[0], one, name) for one in value)
    if origin is dict and isinstance(value, dict):
        return {str(key): _value(args[1], one, name) for key, one in value.items()}
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise SettingsError(f'hotline.toml: "{name}" must be {_named(hint)}, not {toml_of(value)}')
    return value


def _named(hint: typing.Any) -> str:
    plain = {str: "a text in quotes", int: "a whole number", bool: "true or false", float: "a number"}
    if hint in plain:
        return plain[hint]
    inner = typing.get_args(hint)
    return f"a list of which each is {_named(inner[0])}" if typing.get_origin(hint) is tuple else "a table"
