"""Who hosts an item, as found at one time or another."""

import json
from collections.abc import Collection
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from hotline.models import Capture, Hosting, HostingDetails, Item
from hotline.records.looks import AbuseContact, Headers, HostingFacts, Registrar, Upstream
from hotline.states import ContactRole
from hotline.store.documents import within

_COLUMNS = ("ip", "asn", "network", "network_name", "country", "cdn")
AT_THE_ITEM = frozenset({"look", "head"})
"""Exchanges that ask an item's host as anybody does; others dial former addresses or ask besides."""
_NOT_KEPT = (*_COLUMNS, "problems")


def last_located(session: Session, item_id: int) -> HostingFacts | None:
    """What was found the last time that the item had an address at all."""
    newest = (
        select(Hosting)
        .where(Hosting.item_id == item_id, col(Hosting.ip).is_not(None))
        .order_by(col(Hosting.id).desc())
        .limit(1)
    )
    hosting = session.exec(newest).first()
    return None if hosting is None else facts_of(hosting, session.get(HostingDetails, hosting.id))


def last_headers(session: Session, item: Item) -> Headers:
    """The head of the last answer that the item's own host gave to a look; none where there was none."""
    newest = select(Capture.document).where(Capture.item_id == item.id).order_by(col(Capture.id).desc()).limit(1)
    document = session.exec(newest).first()
    looks = [one for one in json.loads(document)["exchanges"] if one["purpose"] in AT_THE_ITEM] if document else []
    hops = [hop for look in looks for hop in look["hops"] if urlsplit(hop["url"]).hostname == item.host.strip("[]")]
    return tuple((str(name), str(value)) for name, value in hops[-1]["received"]) if hops else ()


def load_details(session: Session, hosting_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What a trace found besides, by the number of the hosting; traces of older programs have none."""
    return {
        row.hosting_id: json.loads(row.document)
        for condition in within(HostingDetails.hosting_id, hosting_ids)
        for row in session.exec(select(HostingDetails).where(condition))
    }


def details_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The part of a trace's facts, as plain values, that the columns of a hosting do not hold."""
    return {name: value for name, value in facts.items() if name not in _NOT_KEPT}


def facts_of(hosting: Hosting, details: HostingDetails | None) -> HostingFacts:
    """The facts as they were found."""
    kept: dict[str, Any] = json.loads(details.document) if details is not None else {}
    known = {field.name for field in fields(HostingFacts)} - set(_NOT_KEPT)
    values = {name: value for name, value in kept.items() if name in known and value is not None}
    if "abuse" in values:
        values["abuse"] = tuple(AbuseContact(**one | {"role": ContactRole(one["role"])}) for one in values["abuse"])
    if "dns" in values:
        values["dns"] = {kind: tuple(found) for kind, found in values["dns"].items()}
    for name, kind in (("registrar", Registrar), ("upstream", Upstream)):
        if name in values:
            values[name] = kind(**values[name])
    values |= {name: getattr(hosting, name) for name in _COLUMNS}
    return HostingFacts(**values, problems=tuple(json.loads(hosting.problems)))
