"""XARF v4 reports (xarf.org, schemas 4.2.0) for an abuse desk's machines: one for each address of a notice about
illegal material, checked offline by the bundled schemas before it leaves. Knows no mail; opens no network.

Which form an address takes: what is banned nearly everywhere (``baseline``) is ``content/csam``, under the class of the
``ncmec`` scheme where the facts give one. XARF has no class for what only the hotline's own law bans (``national``), so
that goes as ``content/csem``, exploitation ``distribution``, the schema's only word for material that stands online,
and its description says which law was meant. A page that nobody assessed itself is what it shows; where that stands in
another notice, baseline.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from notices.errors import InvalidXarfError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress
from notices.words import counted, utc_text, word

__all__ = ["VERSION", "encode", "require_valid", "xarf_report"]

VERSION = "4.2.0"
TYPES = (("content", "csam"), ("content", "csem"))
MAX_DESCRIPTION = 1000
_NAMESPACE = uuid.UUID("6f1d1c8e-2b7a-5a43-9c52-3f0f5a1f7e10")
_CLASSES = ("A1", "A2", "B1", "B2")
_VERDICTS = (None, "baseline", "national")
_MEDIA = {"picture": "image", "video": "video", "page": "mixed", "profile": "mixed"}
_BROAD = ("image", "video", "audio")
_HASHES = ("md5", "sha1", "sha256")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")  # what is sent by a browser has no blank and no other letters
_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")  # the schema's own; it knows no xn-- names


def xarf_report(facts: NoticeFacts, address: ReportedAddress) -> dict[str, Any]:
    """One address of a notice as a XARF report, the same for the same facts.

    Raises:
        InvalidXarfError: the report would not be valid; names the item and the fields.
        WrongRecipientError: this is about anything but illegal material.
    """
    if facts.kind != "illegal" or address.verdict not in _VERDICTS:
        raise WrongRecipientError(
            f"{address.item} in {facts.number} is not about illegal material; no XARF report is made of it. Leave it "
            "out of this notice; a retry does not help."
        )
    judged = _judged(facts, address)
    is_national = all(one.verdict == "national" for one in judged)
    report = _core(facts, address, is_national) | (_csem() if is_national else _csam(address, judged))
    require_valid(report, address.item)
    return report


def encode(report: Mapping[str, Any]) -> bytes:
    """The report as it is attached: ASCII, readable, one form only."""
    return json.dumps(report, indent=2, sort_keys=True).encode() + b"\n"


def require_valid(report: Any, item: str) -> None:
    """The schemas' every rule, no field they do not know, and nothing that could hold a copy of the material.

    Raises:
        InvalidXarfError: names the item and the fields.
    """
    if not isinstance(report, dict) or (report.get("category"), report.get("type")) not in TYPES:
        raise InvalidXarfError(item, "category and type")
    problems = {*_of_the_schemas(encode(report))} | {name for name in ("evidence", "_internal") if name in report}
    if not _URI.fullmatch(str(report.get("url"))):
        problems.add("url")
    if problems:
        raise InvalidXarfError(item, ", ".join(sorted(problems)))


@lru_cache(maxsize=256)
def _of_the_schemas(encoded: bytes) -> frozenset[str]:
    """The fields that are wrong or unknown. Kept, because the guard at the door asks again at once."""
    from xarf import parse  # its models cost half a second

    found = parse(json.loads(encoded))
    fields = {one.field or "the whole" for one in found.errors} | {one.field for one in found.warnings}
    return frozenset(fields or (["the whole"] if found.report is None else []))


def _judged(facts: NoticeFacts, address: ReportedAddress) -> Sequence[ReportedAddress]:
    """The address itself, or what an unassessed page shows as far as it stands in this notice."""
    if address.verdict is not None or not address.shows:
        return (address,)
    here = {one.item: one for one in facts.addresses}
    return [here.get(item, address) for item in address.shows]


def _core(facts: NoticeFacts, address: ReportedAddress, is_national: bool) -> dict[str, Any]:
    sender, url = facts.sender, address.href or address.url
    host = _host(url)
    domain = sender.from_address.rpartition("@")[2]
    party = {"org": sender.name, "contact": sender.reply_to, "domain": domain}
    identity = f"{facts.home} {facts.number} {facts.round} {address.item}"
    if not (address.ip or host):
        raise InvalidXarfError(address.item, "source_identifier")
    known = {
        "domain": host if host and _DOMAIN.fullmatch(host) else None,
        "asn": address.asn,
        "country_code": address.country.upper() if address.country else None,
    }
    if address.last_online:
        known["verified_at"] = utc_text(address.last_online.at)
        known["verification_method"] = "manual" if address.last_online.is_by_person else "automated_crawler"
    return {
        "xarf_version": VERSION,
        "report_id": str(uuid.uuid5(_NAMESPACE, identity)),
        "timestamp": utc_text(facts.rendered_at),
        "reporter": party,
        "sender": party,
        "source_identifier": address.ip or host,
        "category": "content",
        "url": url,
        "description": _description(facts, address, is_national),
    } | {name: value for name, value in known.items() if value is not None}


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _description(facts: NoticeFacts, address: ReportedAddress, is_national: bool) -> str:
    """Plain words, no acts; what the schema has no field for stands here."""
    verdict = "national" if is_national else "baseline"
    hashes = _HASHES if is_national else ()
    named = [f"{name.upper()} {value}" for name in (*hashes, "pdq") if (value := getattr(address, name))]
    parts = [
        "A child may be in danger now." if facts.is_urgent else "",
        f"Reference {facts.reference}, round {facts.round}, item {address.item}.",
        "It was assessed by a trained person, serves exactly a file that one assessed before, or shows what one "
        f"assessed. Classification: {word('en', 'verdict_meaning', verdict)}.",
        word("en", "role_ask", facts.contact_role),
        f"Came back after removal {counted('en', address.returns, 'time')}." if address.returns else "",
        f"Further hashes: {', '.join(named)}." if named else "",
        "How it is reached stands in the text of the mail." if address.access_steps else "",
        "This is a request, not an order.",
    ]
    return " ".join(filter(None, parts))[:MAX_DESCRIPTION]


def _csam(address: ReportedAddress, judged: Sequence[ReportedAddress]) -> dict[str, Any]:
    classes = {one.classes.get("ncmec", "") if one.verdict != "national" else "" for one in judged}
    found = classes.pop() if len(classes) == 1 else ""
    broad = (address.mime or "").partition("/")[0]
    media = broad if broad in _BROAD else _MEDIA.get(address.kind)
    hashes = {name: value for name in _HASHES if (value := getattr(address, name))}
    return {
        "type": "csam",
        "classification": found if found in _CLASSES else "baseline",
        "detection_method": "hash_match" if all(one.was_matched for one in judged) else "manual_review",
        **({"media_type": media} if media else {}),
        **({"hash_values": hashes} if hashes else {}),
    }


def _csem() -> dict[str, Any]:
    return {"type": "csem", "exploitation_type": "distribution", "detection_method": "manual_review"}
