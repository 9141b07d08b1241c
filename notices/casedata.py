"""The case of a packet, read once at the edge: what must be there is there, what must not leave is dropped."""

import json
import re
from collections.abc import Mapping
from typing import Any

from notices.errors import PacketError
from notices.facts import PacketFacts

# A reporter's words and contact never leave; a city may identify a family, so only the police get it.
REPORT_KEYS = {
    "police": ("id", "source", "category", "city", "at_risk", "received_at"),
    "partner": ("id", "source", "category", "at_risk", "received_at"),
    "blocking": ("id", "category", "received_at"),
}
_CASE_KEYS = {"id": str, "state": str, "reports": list, "items": list, "custody": list}
_ITEM_KEYS = {"id": str, "url": str, "kind": str, "state": str}
_LEAD_KEYS = {"list": str, "entry": str, "algorithm": str, "distance": int}
_RECHECK_KEYS = {"at": str, "vantage": str, "verdict": str}
_SIGHTING_KEYS = {"item": str, "host": str, "first_seen_at": str}
_FAMILY_ID = re.compile(r"F[0-9]{1,12}")
_CUSTODY_KEYS = {"seq": int, "at": str, "action": str, "hash": str}


def read_case(facts: PacketFacts) -> dict[str, Any]:
    """A plain copy of the case, checked, with its reports cut down to what this receiver may have.

    Raises:
        PacketError: names the key that is missing or wrong.
    """
    case = _plain_copy(facts.case)
    _require(case, _CASE_KEYS, "case")
    for index, item in enumerate(case["items"]):
        _require_item(item, f"case.items[{index}]")
        if facts.kind != "police":
            item.pop("account", None)
    for index, entry in enumerate(case["custody"]):
        _require(entry, _CUSTODY_KEYS, f"case.custody[{index}]")
    keys = REPORT_KEYS[facts.kind]
    case["reports"] = [{key: report[key] for key in keys if key in report} for report in case["reports"]]
    case["custody"].sort(key=lambda entry: entry["seq"])
    for name, family in _require(case.get("families") or {}, {}, "case.families").items():
        _require_family(name, family)
        _drop_accounts(facts, family)
    return case


def canonical_json(value: object) -> bytes:
    """One way only to write a value: sorted keys, no blanks, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def _plain_copy(case: Mapping[str, Any]) -> dict[str, Any]:
    try:
        copy = json.loads(canonical_json(case))
    except (TypeError, ValueError) as error:
        raise PacketError(f"The case is not plain JSON data ({error}). Pass what `case show --json` prints.") from None
    if not isinstance(copy, dict):
        raise PacketError("The case is not a JSON object. Pass what `case show --json` prints.")
    return copy


def _require_item(item: object, where: str) -> None:
    item = _require(item, _ITEM_KEYS, where)
    if item.get("media"):
        _require(item["media"], {"id": str}, f"{where}.media")
    for name, keys in (("leads", _LEAD_KEYS), ("rechecks", _RECHECK_KEYS)):
        for index, row in enumerate(item.get(name) or ()):
            _require(row, keys, f"{where}.{name}[{index}]")
    for name in ("assessment", "hosting", "account"):
        if item.get(name):
            _require(item[name], {}, f"{where}.{name}")


def _require_family(name: str, family: object) -> None:
    if not _FAMILY_ID.fullmatch(name):
        raise PacketError(f"case.families has the key {name!a:.100}, which is no family such as F3.")
    family = _require(family, {"reuploads": int, "sightings": list}, f"case.families.{name}")
    for index, sighting in enumerate(family["sightings"]):
        _require(sighting, _SIGHTING_KEYS, f"case.families.{name}.sightings[{index}]")


def _drop_accounts(facts: PacketFacts, family: Mapping[str, Any]) -> None:
    """Whose account showed the material is for the police: the sightings are of other cases too."""
    for sighting in family["sightings"]:
        if facts.kind != "police":
            sighting.pop("account", None)


def _require(row: object, keys: Mapping[str, type], where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise PacketError(f"{where} is not an object. Pass what `case show --json` prints.")
    for key, kind in keys.items():
        if not isinstance(row.get(key), kind):
            raise PacketError(f"{where}.{key} is missing or wrong. Pass what `case show --json` prints.")
    return row
