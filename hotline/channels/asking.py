"""What the hotline sends to the processes that fetch for it: first the plan, then one asking after the other."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from hotline.channels.exchange import DIRECT, Limits
from hotline.settings import DnsSettings, EgressSettings, FetchSettings, LabSettings, Settings


@dataclass(frozen=True)
class Asking:
    """One request to make: see `exchange`. `egress`: direct, or a name of `egress.profiles`."""

    href: str = field(repr=False)
    limits: Limits
    method: str = "GET"
    purpose: str = "look"
    egress: str = "direct"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    at_ip: str | None = None

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def decode_asking(raw: bytes) -> Asking:
    """Reads what the hotline itself sent."""
    fields = json.loads(raw)
    headers = tuple((name, value) for name, value in fields["headers"])
    return Asking(**{**fields, "limits": Limits(**fields["limits"]), "headers": headers})


@dataclass(frozen=True)
class Plan:
    """What a process that fetches is given at its start: the settings that matter to it."""

    settings: Settings = field(repr=False)

    def check(self, ask: Asking) -> None:
        """Raises ValueError for what no caller may ask."""
        if ask.egress != DIRECT.name and (ask.egress not in self.settings.egress.profiles or ask.at_ip is not None):
            raise ValueError("no such way out, or one that resolves names by itself and was given an address")

    def encode(self) -> bytes:
        settings = self.settings
        parts = {
            "fetch": asdict(settings.fetch),
            "dns": asdict(settings.dns),
            "egress": asdict(settings.egress),
            "lab": asdict(settings.lab) if settings.lab is not None else None,
        }
        return json.dumps(parts).encode()


def decode_plan(raw: bytes) -> Plan:
    """Reads what the hotline itself sent."""
    parts = json.loads(raw)
    lab = LabSettings(**_with_tuples(parts["lab"])) if parts["lab"] is not None else None
    settings = Settings(
        fetch=FetchSettings(**_with_tuples(parts["fetch"])),
        dns=DnsSettings(**_with_tuples(parts["dns"])),
        egress=EgressSettings(**_with_tuples(parts["egress"])),
        lab=lab,
    )
    return Plan(settings)


def _with_tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
