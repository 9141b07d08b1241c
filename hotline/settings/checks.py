"""Values of hotline.toml that have the right type and still cannot be used. Each refusal names the key and its cure."""

import dataclasses
import ipaddress
import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.errors import SettingsError
from hotline.settings.keys import DAYS, Settings, read_time

_PROXY = re.compile(r"(?:http|socks5h)://(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}/?")
DIRECT = "direct"
_HOURS = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:[01][0-9]|2[0-3]):[0-5][0-9]")

_RANGES: dict[str, tuple[int, int]] = {
    "port": (1, 65_535),
    "ports": (1, 65_535),
    "max_bytes": (1, 2_000_000_000),
    "review_bits": (31, 64),
    "video_query_percent": (0, 100),
    "video_listed_percent": (0, 100),
    "per_hour": (0, 100_000),
    "group_h": (0, 720),
    "between_s": (0, 3_600),  # the queue takes a longer rest for a clock that was put back
}


def check(settings: Settings) -> None:
    for name, security in (("mail", settings.mail.security), ("imap", settings.imap.security)):
        if security not in ("none", "starttls", "tls"):
            raise SettingsError(f'hotline.toml: "{name}.security" must be "none", "starttls" or "tls"')
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
    if settings.families.local_features and not settings.mandate.reference:
        raise SettingsError(
            'hotline.toml: "families.local_features" keeps what can partly be turned back into a picture, so it needs '
            'the written basis in "mandate.reference"; name it there, or set local_features = false'
        )
    _check_quiet(settings)
    _check_numbers(settings)
    _check_egress(settings)
    _check_networks("fetch.deny", settings.fetch.deny)
    if settings.lab is not None:
        _check_networks("lab.allow", settings.lab.allow)
        if settings.lab.clock:
            read_time(settings.lab.clock)


def _check_numbers(settings: Settings) -> None:
    """Every whole number here counts something that must happen at least once, and before the calendar ends."""
    for section in dataclasses.fields(settings):
        values = getattr(settings, section.name)
        for key in dataclasses.fields(values) if values is not None else ():
            least, most = _RANGES.get(key.name, (1, 100_000))
            if not all(least <= number <= most for number in _numbers(getattr(values, key.name))):
                name = f"{section.name}.{key.name}"
                raise SettingsError(f'hotline.toml: "{name}" must be at least {least} and at most {most}')
    if not (settings.look.retry_h and settings.recheck.ladder_h):
        raise SettingsError('hotline.toml: "look.retry_h" and "recheck.ladder_h" need at least one number of hours')


def _check_quiet(settings: Settings) -> None:
    unknown = [day for day in settings.notices.quiet_days if day not in DAYS]
    if unknown or len(set(settings.notices.quiet_days)) == len(DAYS):
        raise SettingsError(f'hotline.toml: "notices.quiet_days" names some of {" ".join(DAYS)}, not all of them')
    if settings.notices.quiet_hours and not _HOURS.fullmatch(settings.notices.quiet_hours):
        raise SettingsError('hotline.toml: "notices.quiet_hours" is written like "20:00-07:00"')


def _check_egress(settings: Settings) -> None:
    egress = settings.egress
    for name, proxy in egress.profiles.items():
        if name in (DIRECT, "person") or not re.fullmatch("[a-z0-9-]{1,40}", name) or not _PROXY.fullmatch(proxy):
            raise SettingsError(
                f'hotline.toml: "egress.profiles" holds "{name}", which is no way out; write it like '
                'vpn-de = "socks5h://127.0.0.1:9050" or "http://proxy.example:3128", small letters, digits and dashes'
            )
    unknown = [name for name in egress.vantages if name != DIRECT and name not in egress.profiles]
    if unknown or not egress.vantages or len(set(egress.vantages)) < len(egress.vantages):
        raise SettingsError(
            'hotline.toml: "egress.vantages" names each way out once: direct, or a name of "egress.profiles"'
        )


def _numbers(value: Any) -> list[int | float]:
    """The numbers a value is or holds; true and false are none."""
    held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
    return [one for one in held if type(one) in (int, float)]


def _check_networks(name: str, networks: tuple[str, ...]) -> None:
    for text in networks:
        try:
            ipaddress.ip_network(text)
        except ValueError:
            raise SettingsError(
                f'hotline.toml: "{name}" holds "{text}", which is no network like 127.0.0.0/8'
            ) from None
