"""Platforms as data: which one an address belongs to, its account and media id, the rule it names for a ground. Reads
the shipped table and an operator's own; looks nothing up."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from hotline.errors import SettingsError
from hotline.states import Ground, Kind, Language

# What a page says is hostile: no blank, no control character, nothing that a notice could stumble over.
_NAME = re.compile(r"[\w.-]{1,100}")
STATUSES = ("confirmed", "unconfirmed")
_KEYS = {"name", "domains", "patterns", "on_page", "rules", "has_login_wall", "source", "status", "tested_on"}


class PlatformAddress(Protocol):
    """The part of an address that tells its platform."""

    @property
    def href(self) -> str: ...
    @property
    def host(self) -> str: ...


@dataclass(frozen=True)
class Pattern:
    kind: Kind
    path: re.Pattern[str]
    host: str | None
    is_per_account: bool
    """The platform counts anew in each account: only with the account before it does an id name one thing."""


@dataclass(frozen=True)
class Platform:
    """One platform's table; `rules` by ground, then language. `tested_on` is empty while `status` is unconfirmed."""

    name: str
    domains: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    on_page: Mapping[str, re.Pattern[str]]
    """What a page's text holds of its account, by `account` and `account_number`; the first group is it."""
    rules: Mapping[str, Mapping[str, str]]
    has_login_wall: bool
    source: str
    status: str
    tested_on: str


@dataclass(frozen=True)
class PlatformIds:
    """What an address says by itself. `kind` is UNKNOWN where the address is the platform's but fits no pattern."""

    platform: str
    kind: Kind
    media_id: str | None
    account: str | None
    """The handle people see; its owner can change it, unlike the number."""
    account_number: str | None
    has_login_wall: bool


def load_platforms(extra_path: Path | None = None) -> tuple[Platform, ...]:
    """Reads the shipped platforms and an operator's file, whose tables win by name. Raises SettingsError."""
    own = _read(extra_path) if extra_path is not None else ()
    replaced = {platform.name for platform in own}
    return own + tuple(platform for platform in _shipped() if platform.name not in replaced)


def read_platform(address: PlatformAddress, platforms: tuple[Platform, ...] | None = None) -> PlatformIds | None:
    """Tells the platform of an address and the ids in it; None where it is no known platform's."""
    host = address.host.lower().rstrip(".")
    for platform in platforms if platforms is not None else _shipped():
        if any(_is_under(host, domain) for domain in platform.domains):
            return _ids(platform, host, _path_and_query(address.href))
    return None


def rule_for(
    platform: str, ground: Ground | str, language: Language | str, platforms: tuple[Platform, ...] | None = None
) -> str | None:
    """Returns the platform's own name for the rule that a ground breaks, None where the table has none."""
    for one in platforms if platforms is not None else _shipped():
        if one.name == platform:
            return one.rules.get(str(ground), {}).get(str(language))
    return None


def _ids(platform: Platform, host: str, path: str) -> PlatformIds:
    for pattern in platform.patterns:
        match = pattern.path.fullmatch(path) if pattern.host is None or _is_under(host, pattern.host) else None
        if match is not None:
            found = match.groupdict()
            media_id, account, number = (found.get(name) for name in ("media_id", "account", "account_number"))
            if pattern.is_per_account and media_id:
                media_id = f"{account or number or ''}/{media_id}".lower()
            return PlatformIds(platform.name, pattern.kind, media_id, account, number, platform.has_login_wall)
    return PlatformIds(platform.name, Kind.UNKNOWN, None, None, None, platform.has_login_wall)


def account_on_page(
    name: str | None, text: str, platforms: tuple[Platform, ...] | None = None
) -> tuple[str | None, str | None] | None:
    """Handle and number of the account that a page of a platform names, by the platform's patterns; None without."""
    for one in platforms if platforms is not None else _shipped():
        if one.name == name:
            handle, number = (_first(one.on_page.get(part), text) for part in ("account", "account_number"))
            return (handle, number) if handle or number else None
    return None


def _first(pattern: re.Pattern[str] | None, text: str) -> str | None:
    match = pattern.search(text) if pattern is not None else None
    return match.group(1) if match is not None and _NAME.fullmatch(match.group(1)) else None


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _path_and_query(href: str) -> str:
    rest = href.partition("://")[2].partition("#")[0]
    return "/" + rest.partition("/")[2]


@cache
def _shipped() -> tuple[Platform, ...]:
    return _read(Path(__file__).parent / "platforms.toml")


def _read(path: Path) -> tuple[Platform, ...]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("platform", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SettingsError(
            f"{path.name} cannot be read as TOML; correct it after the shipped platforms.toml"
        ) from None
    return tuple(_platform(table, path.name) for table in tables)


def _platform(table: dict[str, Any], file: str) -> Platform:
    name = str(table.get("name", "?"))
    wrong = SettingsError(f'{file}: the table of "{name}" is wrong; write it after those of the shipped platforms.toml')
    if (
        set(table) - _KEYS
        or set(table.get("on_page", {})) - {"account", "account_number"}
        or not {"name", "domains", "patterns", "source"} <= set(table)
    ):
        raise wrong
    status, tested_on = table.get("status", "unconfirmed"), table.get("tested_on", "")
    if status not in STATUSES or (status == "confirmed" and not tested_on) or not _are_rules(table.get("rules", {})):
        raise wrong
    try:
        patterns = tuple(_pattern(pattern) for pattern in table["patterns"])
        on_page = {part: _one_group(text) for part, text in table.get("on_page", {}).items()}
    except (KeyError, ValueError, TypeError, re.error):
        raise wrong from None
    domains = tuple(str(domain).lower() for domain in table["domains"])
    has_wall = bool(table.get("has_login_wall", False))
    rules = table.get("rules", {})
    return Platform(name, domains, patterns, on_page, rules, has_wall, table["source"], status, str(tested_on))


def _pattern(table: dict[str, Any]) -> Pattern:
    is_per_account = bool(table.get("per_account", False))
    return Pattern(Kind(table["kind"]), re.compile(table["path"]), table.get("host"), is_per_account)


def _one_group(text: str) -> re.Pattern[str]:
    pattern = re.compile(text)
    if pattern.groups != 1:
        raise ValueError("a pattern of a page has one group: what it finds")
    return pattern


def _are_rules(rules: Any) -> bool:
    grounds, languages = set(map(str, Ground)), set(map(str, Language))
    return isinstance(rules, dict) and all(
        ground in grounds and isinstance(names, dict) and set(names) <= languages for ground, names in rules.items()
    )
