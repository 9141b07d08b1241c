"""Values of hotline.toml that have the right type and still cannot be used. Each refusal names the key and its cure."""

import dataclasses
import ipaddress
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.errors import SettingsError
from hotline.settings.keys import Settings, read_time


def check(settings: Settings) -> None:
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
