"""The time zone of a country that has one; the list is that of the tz database, shipped with tzdata. Pure."""

from collections import defaultdict
from functools import cache
from importlib import resources


def zone_of(country: str | None) -> str | None:
    """Returns al → Europe/Tirane; None for a country with several zones, or an unknown one."""
    zones = _zones().get((country or "").upper(), ())
    return zones[0] if len(zones) == 1 else None


@cache
def _zones() -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[code].append(zone)
    return dict(found)
