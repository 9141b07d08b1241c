"""hotline.toml as one frozen object, read once. Knows every key, its type, meaning and default; opens nothing else."""

import dataclasses
import difflib
import ipaddress
import os
import tomllib
import types
import typing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.errors import HomeError, SettingsError

CLOCK_VARIABLE = "HOTLINE_LAB_CLOCK"
CRASH_VARIABLE = "HOTLINE_LAB_CRASH_AT"


def _key(default: typing.Any, meaning: str) -> typing.Any:
    make = {"default_factory": lambda: default} if isinstance(default, dict) else {"default": default}
    return field(**make, metadata={"meaning": meaning})


@dataclass(frozen=True)
class HotlineSettings:
    name: str = _key("", "the hotline's name, as notices show it")
    reply_to: str = _key("", "the mailbox that answers to notices come to")
    phone: str = _key("", "the number shown in notices; empty: none")
    verification_page: str = _key("", "a page of yours where a host can check that you are you; empty: none")
    time_zone: str = _key("Europe/Tirane", "the zone that people are shown; JSON is always UTC")


@dataclass(frozen=True)
class MandateSettings:
    reference: str = _key("", "the written basis on which material may be looked at; empty: nothing is fetched")
    signed_on: str = _key("", "its date, RFC 3339 (2026-01-31 or with a time)")
    valid_until: str = _key("", "the last moment it covers, RFC 3339")


@dataclass(frozen=True)
class MailSettings:
    host: str = _key("", "the SMTP server that takes notices")
    port: int = _key(587, "its port")
    security: str = _key("starttls", "none, starttls or tls; none only for a server on this machine")
    from_address: str = _key("", "the sender of notices")
    username: str = _key("", "the account at the server; empty: no login")
    password_file: str = _key("", "a file that holds its password, readable by the hotline only")
    timeout_s: int = _key(30, "how long one step of a delivery may take")


@dataclass(frozen=True)
class NoticeSettings:
    repeat_h: int = _key(24, "hours between two rounds about material that is still up")
    harmful_repeat_h: int = _key(72, "the same for notices on a platform's rules")
    harmful_rounds: int = _key(3, "rounds on a platform's rules after which a person decides")
    test_to: str = _key("", "test mode: every notice goes to this one address and says so; empty: off")
    law_file: str = _key("", "your checked copy of law.toml; empty: the shipped one, which nobody has checked")
    law_max_age_days: int = _key(365, "a citation checked longer ago than this is left out and named in queue")


@dataclass(frozen=True)
class AssessSettings:
    second_reader: bool = _key(False, "true: illegal begins at the word of a second person")


@dataclass(frozen=True)
class FamilySettings:
    local_features: bool = _key(
        False, "true: keep local features of illegal material; they can partly be turned back into a picture"
    )


@dataclass(frozen=True)
class FetchSettings:
    deadline_s: int = _key(30, "how long one fetch may take, redirects included")
    max_bytes: int = _key(50_000_000, "how much of one body is read")
    max_redirects: int = _key(5, "redirects followed, each through the gate")
    max_pictures: int = _key(200, "pictures taken from one page; the rest is said to be left out")
    ports: tuple[int, ...] = _key((80, 443), "ports that may be dialled")
    user_agent: str = _key("Mozilla/5.0 (compatible; child-protection hotline)", "how the hotline names itself")
    between_s: float = _key(1.0, "pause between two requests to one host")
    deny: tuple[str, ...] = _key((), "networks never dialled besides the built-in ones, such as your own")


@dataclass(frozen=True)
class LookSettings:
    retry_h: tuple[int, ...] = _key((1, 6, 24, 72), "hours after which an unreachable address is tried again")


@dataclass(frozen=True)
class RecheckSettings:
    ladder_h: tuple[int, ...] = _key((1, 6, 24), "hours from the decision to the first rechecks; then every last")
    agreeing_looks: int = _key(3, "looks that must agree before material counts as removed")
    agreeing_over_h: int = _key(24, "hours these looks must span at least")
    watch_h: int = _key(168, "hours between looks at removed material, for its return")


@dataclass(frozen=True)
class RunSettings:
    tick_s: int = _key(5, "seconds between two looks for due work")
    workers: int = _key(2, "workers in one program")


@dataclass(frozen=True)
class DnsSettings:
    servers: tuple[str, ...] = _key((), "name servers to ask; empty: those of the system")


@dataclass(frozen=True)
class RdapSettings:
    timeout_s: int = _key(10, "how long one RDAP question may take")


@dataclass(frozen=True)
class LabSettings:
    """Present only in a lab: an internet of its own, for tests and the demo."""

    allow: tuple[str, ...] = _key((), "networks that may be dialled, at every port, and nothing outside them")
    resolve: dict[str, str] = _key({}, "names and the addresses they have")
    port: dict[str, int] = _key({}, "names and the ports that stand for 80 and 443")
    dns: tuple[str, ...] = _key((), "name servers, ADDRESS:PORT, for names not in resolve")
    rdap: tuple[str, ...] = _key((), "RDAP servers, http://ADDRESS:PORT/")
    clock: str = _key("", "the calendar, RFC 3339; it stands still")


@dataclass(frozen=True)
class Settings:
    """All of hotline.toml; `lab` is None outside a lab."""

    hotline: HotlineSettings = field(default_factory=HotlineSettings)
    mandate: MandateSettings = field(default_factory=MandateSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    assess: AssessSettings = field(default_factory=AssessSettings)
    families: FamilySettings = field(default_factory=FamilySettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    look: LookSettings = field(default_factory=LookSettings)
    recheck: RecheckSettings = field(default_factory=RecheckSettings)
    run: RunSettings = field(default_factory=RunSettings)
    dns: DnsSettings = field(default_factory=DnsSettings)
    rdap: RdapSettings = field(default_factory=RdapSettings)
    lab: LabSettings | None = None

    @property
    def is_lab(self) -> bool:
        return self.lab is not None

    def mandate_covers(self, now: datetime) -> bool:
        """Tells whether a written mandate covers `now`; without one nothing is fetched outside a lab."""
        mandate = self.mandate
        if not (mandate.reference and mandate.signed_on and mandate.valid_until):
            return False
        return read_time(mandate.signed_on) <= now <= read_time(mandate.valid_until, end_of_day=True)

    def may_fetch(self, now: datetime) -> bool:
        return self.is_lab or self.mandate_covers(now)


def read_time(text: str, *, end_of_day: bool = False) -> datetime:
    """Reads an RFC 3339 date or time as aware UTC; a time without a zone is UTC. Raises SettingsError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f'"{text}" is not a time; write it like 2026-11-21T10:00:00Z') from None
    if len(text) == len("2026-11-21") and end_of_day:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"hotline.toml is not TOML: {error}; correct that line") from None
    settings = _with_environment(_section(Settings, table, ""))
    _check(settings)
    return settings


def render_settings(settings: Settings) -> str:
    """Writes hotline.toml with every key, its meaning above it. Reading it back gives the same settings."""
    lines = ["# Every key of this home with its meaning. Times are RFC 3339; a missing key takes its default.\n"]
    for section in dataclasses.fields(settings):
        values = getattr(settings, section.name)
        if values is None:
            continue
        lines.append(f"[{section.name}]")
        for key in dataclasses.fields(values):
            lines += [f"# {key.metadata['meaning']}", f"{key.name} = {_toml(getattr(values, key.name))}"]
        lines.append("")
    return "\n".join(lines)


def settings_from_assignments(assignments: list[str]) -> Settings:
    """Builds settings from `section.key=TOML value` texts, as `init --set` takes them. Raises SettingsError."""
    content = ""
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or name.count(".") < 1:
            raise SettingsError(f'"{name}" is not section.key=value; write it like --set mail.port=2525')
        content += f"{name.strip()} = {_quoted_if_plain(value.strip())}\n"
    return parse_settings(content.encode())


def _quoted_if_plain(value: str) -> str:
    """A value that is no TOML is taken as the text it is, so that a shell user need not quote twice."""
    try:
        tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return _toml(value)
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
    if name in ("lab.dns", "lab.rdap") and isinstance(value, str):
        value = [value] if value else []
    if origin is tuple and isinstance(value, list):
        return tuple(_value(args[0], one, name) for one in value)
    if origin is dict and isinstance(value, dict):
        return {str(key): _value(args[1], one, name) for key, one in value.items()}
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise SettingsError(f'hotline.toml: "{name}" must be {_named(hint)}, not {_toml(value)}')
    return value


def _named(hint: typing.Any) -> str:
    plain = {str: "a text in quotes", int: "a whole number", bool: "true or false", float: "a number"}
    if hint in plain:
        return plain[hint]
    inner = typing.get_args(hint)
    return f"a list of which each is {_named(inner[0])}" if typing.get_origin(hint) is tuple else "a table"


def _toml(value: typing.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(one)}" for key, one in value.items()) + "}"
    return str(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character >= " " and character != "\x7f" else f"\\u{ord(character):04x}"


def _check(settings: Settings) -> None:
    if settings.mail.security not in ("none", "starttls", "tls"):
        raise SettingsError('hotline.toml: "mail.security" must be "none", "starttls" or "tls"')
    try:
        ZoneInfo(settings.hotline.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(
            'hotline.toml: "hotline.time_zone" is no known zone; write it like "Europe/Tirane"'
        ) from None
    for name in ("signed_on", "valid_until"):
        text = getattr(settings.mandate, name)
        if text:
            read_time(text)
    _check_positive(settings)
    _check_networks("fetch.deny", settings.fetch.deny)
    if settings.lab is not None:
        _check_networks("lab.allow", settings.lab.allow)
        if settings.lab.clock:
            read_time(settings.lab.clock)


def _check_positive(settings: Settings) -> None:
    """Every whole number here counts something that must happen at least once."""
    for section in dataclasses.fields(settings):
        values = getattr(settings, section.name)
        for key in dataclasses.fields(values) if values is not None else ():
            value = getattr(values, key.name)
            numbers = value if isinstance(value, tuple) else (value,)
            if any(
                type(number) in (int, float) and number < (0 if key.name == "between_s" else 1) for number in numbers
            ):
                raise SettingsError(f'hotline.toml: "{section.name}.{key.name}" must be at least 1')
    if not (settings.look.retry_h and settings.recheck.ladder_h):
        raise SettingsError('hotline.toml: "look.retry_h" and "recheck.ladder_h" need at least one number of hours')


def _check_networks(name: str, networks: tuple[str, ...]) -> None:
    for text in networks:
        try:
            ipaddress.ip_network(text)
        except ValueError:
            raise SettingsError(
                f'hotline.toml: "{name}" holds "{text}", which is no network like 127.0.0.0/8'
            ) from None
