"""XARF v4 reports (xarf.org, 4.2.0) for an abuse desk's machines: one for each address of a notice about illegal
material, checked by the bundled schemas before it leaves. Knows no mail."""

import json
import uuid
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from notices.errors import InvalidXarfError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress
from notices.words import utc_text

if TYPE_CHECKING:
    from xarf import SchemaValidator

_NAMESPACE = uuid.UUID("6f1d1c8e-2b7a-5a43-9c52-3f0f5a1f7e10")
_CLASSES = ("A1", "A2", "B1", "B2")
_MEDIA = {"image": "image", "video": "video", "audio": "audio", "text": "text"}


def xarf_report(facts: NoticeFacts, address: ReportedAddress) -> dict[str, Any]:
    """One address as a XARF report, the same for the same facts.

    Material that is illegal by national law only has no class in `csam`, so it goes as `csem`, which says so in words.
    Raises InvalidXarfError where the schemas refuse it, WrongRecipientError for anything but illegal material.
    """
    if facts.kind != "illegal":
        raise WrongRecipientError(f"{facts.number} is not about illegal material; no XARF report is made of it.")
    report = _core(facts, address) | (_csem(address) if address.verdict == "national" else _csam(address))
    _require_valid(report, address.item)
    return report


def encode(report: Mapping[str, Any]) -> bytes:
    """The report as it is attached: ASCII, readable, one form only."""
    return json.dumps(report, indent=2, sort_keys=True).encode() + b"\n"


def _core(facts: NoticeFacts, address: ReportedAddress) -> dict[str, Any]:
    party = {
        "org": facts.sender.name,
        "contact": facts.sender.reply_to,
        "domain": facts.sender.reply_to.rpartition("@")[2],
    }
    identity = f"{facts.home} {facts.number} {facts.round} {address.item}"
    url = address.href or address.url
    return {
        "xarf_version": "4.2.0",
        "report_id": str(uuid.uuid5(_NAMESPACE, identity)),
        "timestamp": utc_text(facts.rendered_at),
        "reporter": party,
        "sender": party,
        "source_identifier": address.ip or urlsplit(url).hostname or "unknown",
        "category": "content",
        "url": url,
        "description": f"{facts.reference}, {address.item}: {_description(address)}",
    }


def _description(address: ReportedAddress) -> str:
    if address.verdict == "national":
        return "assessed by a trained person as illegal by the hotline's national law; please remove it"
    return "assessed by a trained person as child sexual abuse material; please remove it"


def _csam(address: ReportedAddress) -> dict[str, Any]:
    found = address.classes.get("ncmec", "")
    media = _MEDIA.get((address.mime or "").partition("/")[0])
    hashes = {name: value for name in ("md5", "sha1", "sha256") if (value := getattr(address, name))}
    return {
        "type": "csam",
        "classification": found if found in _CLASSES else "baseline",
        "detection_method": "hash_match" if address.was_matched else "manual_review",
        **({"media_type": media} if media else {}),
        **({"hash_values": hashes} if hashes else {}),
    }


def _csem(_: ReportedAddress) -> dict[str, Any]:
    return {"type": "csem", "exploitation_type": "distribution", "detection_method": "manual_review"}


def _require_valid(report: dict[str, Any], item: str) -> None:
    problems = _schemas().validate(report)
    if problems:
        raise InvalidXarfError(item, ", ".join(sorted({problem.field or "the whole" for problem in problems})))


@cache
def _schemas() -> "SchemaValidator":
    from xarf import SchemaValidator  # its models cost a quarter of a second

    return SchemaValidator()
