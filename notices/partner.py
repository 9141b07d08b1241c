"""A notice as an export for a partner hotline: JSON with the fields that ICCAM, INHOPE's exchange, asks for, the same
facts the same bytes. It leaves sealed only. Knows no member of INHOPE and no ICCAM account; sends nothing.

Codes as a public reader of ICCAM writes them (shared/reference/notices-and-packets.md, section 1.5); whether a partner
takes this form is agreed with it. The form is described in templates/packet/partner-export.schema.json; a change of
what a field means, or of which there are, is a new SCHEMA_VERSION.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from notices import guard
from notices.errors import UnsafeTextError, WrongRecipientError
from notices.facts import LANGUAGES, NoticeFacts, ReportedAddress
from notices.letterhead import reply_to, require_mailboxes
from notices.sealing import seal
from notices.words import utc_text

__all__ = ["ACTIONS", "SCHEMA_VERSION", "SITE_TYPES", "Beside", "export", "schema", "sealed_export"]

SCHEMA = "hotline-partner-export"
SCHEMA_VERSION = "1.0"
ACTIONS = {
    "law_enforcement": 1,
    "provider": 2,
    "content_removed": 3,
    "content_unavailable": 4,
    "moved": 5,
    "not_illegal": 7,
}
"""What was done about an item, with ICCAM's number for it; 6 is not known."""
SITE_TYPES = (
    *("website", "filehost", "imagestore", "imageboard", "forum", "bannersite", "linksite", "socialsite"),
    *("redirector", "webarchive", "searchprovider", "imagehost", "blog", "webpage"),
)
HASHES = ("md5", "pdq", "sha1", "sha256")
_VERDICTS = (None, "baseline", "national")
_SCHEMA_FILE = Path(__file__).parent / "templates" / "packet" / "partner-export.schema.json"


@dataclass(frozen=True, slots=True)
class Beside:
    """What the facts of a notice do not hold of an item: the type of its site, and what was done so far and when."""

    site_type: str | None = None
    """One of SITE_TYPES; left out where it is not known."""
    actions: tuple[tuple[str, datetime], ...] = ()
    """Words of ACTIONS. That the police were told stands in the notice already."""


@cache
def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of an export, for the partner too."""
    return cast(dict[str, Any], json.loads(_SCHEMA_FILE.read_text(encoding="utf-8")))


def export(facts: NoticeFacts, beside: Mapping[str, Beside] | None = None) -> bytes:
    """The items of a notice to a partner hotline, with what is known beside it by item. Not to leave unsealed.

    Raises:
        WrongRecipientError: not about illegal material, or not to a partner.
        AccountRecipientError, UnsafeTextError: a fact that must not go out.
    """
    beside = beside or {}
    _require_sendable(facts, beside)
    found = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "reference": facts.reference,
        "notice": facts.number,
        "round": facts.round,
        "written_at": utc_text(facts.rendered_at),
        "is_test": facts.test_mode_to is not None,
        "is_urgent": facts.is_urgent,
        "language": facts.language,
        "requested_h": facts.requested_h,
        "hotline": _hotline(facts),
        "earlier": [{"notice": one.number, "sent_at": utc_text(one.sent_at)} for one in facts.earlier],
        "no_warning_until": facts.no_warning_until.isoformat() if facts.no_warning_until else None,
        "items": [_item(facts, one, beside.get(one.item, Beside())) for one in facts.addresses],
    }
    return (json.dumps(_known(found), indent=2, sort_keys=True, allow_nan=False) + "\n").encode("ascii")


def sealed_export(
    facts: NoticeFacts, keys: Sequence[bytes], now: datetime, beside: Mapping[str, Beside] | None = None
) -> bytes:
    """The export sealed to the partner's keys, in ASCII armor; other bytes each time, so seal once and keep them.

    Raises:
        SealingError: no key, or one that cannot be sealed to at that time.
        WrongRecipientError, AccountRecipientError, UnsafeTextError: as `export`.
    """
    return seal(export(facts, beside), keys, now)


def _require_sendable(facts: NoticeFacts, beside: Mapping[str, Beside]) -> None:
    guard.require_plain_facts(facts)
    guard.require_plain_facts(tuple(beside.values()), "beside")
    if facts.kind != "illegal" or any(one.verdict not in _VERDICTS for one in facts.addresses):
        raise WrongRecipientError(
            f"{facts.number} is not, or not only, about illegal material, and nothing else is exchanged with partner "
            "hotlines. Send it to the platform; a retry does not help."
        )
    if facts.contact_role != "partner":
        raise WrongRecipientError(
            f"{facts.number} goes to a {facts.contact_role} contact, and the export is for partner hotlines only. "
            "Choose another channel for this contact; a retry does not help."
        )
    guard.require_account_route(facts)
    require_mailboxes(facts.sender, facts.contact_address, facts.reply_token, facts.test_mode_to)
    guard.require_items(one.item for one in facts.addresses)
    if not facts.addresses:
        raise UnsafeTextError("A notice without an address asks for nothing. Give it at least one item.")
    if facts.language not in LANGUAGES:
        raise UnsafeTextError(f"The language {facts.language!a} is not known. Use one of {', '.join(LANGUAGES)}.")
    _require_codes(beside)


def _require_codes(beside: Mapping[str, Beside]) -> None:
    for item, one in beside.items():
        if one.site_type not in (None, *SITE_TYPES):
            raise UnsafeTextError(f"{item} has a type of site that ICCAM has not. Use one of {', '.join(SITE_TYPES)}.")
        if unknown := [word for word, _ in one.actions if word not in ACTIONS]:
            raise UnsafeTextError(f"{item} has the action {unknown[0]!a:.60}. Use one of {', '.join(ACTIONS)}.")


def _hotline(facts: NoticeFacts) -> dict[str, Any]:
    sender = facts.sender
    return {
        "name": sender.name,
        "reply_to": reply_to(sender, facts.reply_token),
        "phone": sender.phone,
        "mandate": sender.mandate_reference,
        "verification_page": sender.verification_page,
    }


def _item(facts: NoticeFacts, address: ReportedAddress, beside: Beside) -> dict[str, Any]:
    first, last = address.first_online, address.last_online
    return {
        "item": address.item,
        "url": address.url,
        "url_as_sent": address.href if address.href != address.url else None,
        "kind": address.kind,
        "site_type": beside.site_type,
        "classification": _classification(facts, address),
        "classes": dict(address.classes) or None,
        "shows": list(address.shows) or None,
        "ip": address.ip,
        "asn": address.asn,
        "network": address.network,
        "country": address.country.upper() if address.country else None,
        "hashes": {name: value for name in HASHES if (value := getattr(address, name))} or None,
        "mime": address.mime,
        "access_steps": address.access_steps,
        "reported_at": utc_text(address.received_at) if address.is_reported else None,
        "found_at": None if address.is_reported else utc_text(address.received_at),
        "first_seen_at": utc_text(first.at) if first else None,
        "last_seen_at": utc_text(last.at) if last else None,
        "last_seen_by": ("person" if last.is_by_person else "machine") if last else None,
        "assessed_at": utc_text(address.assessed_at) if address.assessed_at else None,
        "returns": address.returns,
        "reuploads": address.repeat.times if address.repeat else 0,
        "actions": list(_actions(facts, beside)),
    }


def _classification(facts: NoticeFacts, address: ReportedAddress) -> str:
    """That of the item; a page nobody assessed itself is what it shows, and baseline where that stands elsewhere."""
    if address.verdict is not None:
        return address.verdict
    here = {one.item: one.verdict for one in facts.addresses}
    shown = {here.get(item) for item in address.shows}
    return "national" if shown == {"national"} else "baseline"


def _actions(facts: NoticeFacts, beside: Beside) -> Iterator[dict[str, Any]]:
    """What was done, oldest first."""
    done = list(beside.actions)
    if facts.police_informed_at:
        done.append(("law_enforcement", facts.police_informed_at))
    for word, at in sorted(set(done), key=lambda one: (one[1], one[0])):
        yield {"action": word, "code": ACTIONS[word], "at": utc_text(at)}


def _known(found: Any) -> Any:
    """Without what is not known: an export says nothing by a null."""
    if isinstance(found, dict):
        return {key: _known(value) for key, value in found.items() if value is not None}
    return [_known(one) for one in found] if isinstance(found, list) else found
