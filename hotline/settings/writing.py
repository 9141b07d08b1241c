"""Settings as the text of hotline.toml, every key with its meaning above it."""

import dataclasses
from typing import Any

from hotline.settings.keys import Settings


def render_settings(settings: Settings) -> str:
    """Writes hotline.toml with every key, its meaning above it. Reading it back gives the same settings."""
    lines = ["# Every key of this home with its meaning. Times are RFC 3339; a missing key takes its default.\n"]
    for section in dataclasses.fields(settings):
        values = getattr(settings, section.name)
        if values is None:
            continue
        lines.append(f"[{section.name}]")
        for key in dataclasses.fields(values):
            lines += [f"# {key.metadata['meaning']}", f"{key.name} = {toml_of(getattr(values, key.name))}"]
        lines.append("")
    return "\n".join(lines)


def toml_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(toml_of(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_of(str(key))} = {toml_of(one)}" for key, one in value.items()) + "}"
    return str(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character >= " " and character != "\x7f" else f"\\u{ord(character):04x}"
