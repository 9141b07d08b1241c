"""Leads as people see them: hits on lists, and what this hotline decided about the same or a like picture, in facts."""

from collections.abc import Collection

from sqlmodel import Session

from hashsets.variants import ORIENTATIONS
from hotline.consequences.inheriting import (
    DECIDED_OTHERWISE,
    OWN_DECISIONS,
    SAME_PICTURE_BITS,
    decisions_beside,
    is_illegal,
)
from hotline.models import Assessment, FamilyItem, Item, Likeness, Media
from hotline.records.alike import JoinedBy
from hotline.store import documents
from hotline.store import families as members
from hotline.views.likeness import how, likenesses, same_as
from hotline.views.shapes import Document, named


def lead_documents(session: Session, media_ids: Collection[int]) -> dict[int, list[Document]]:
    """The leads that stand, by media; those from our own decisions say how it is the same."""
    leads = documents.standing_leads(session, media_ids)
    own = {media_id for media_id, rows in leads.items() if any(lead.list == OWN_DECISIONS for lead in rows)}
    known = likenesses(session, documents.load_by(session, Media, Media.id, own))
    sources = {int(lead.entry[1:]) for rows in leads.values() for lead in rows if lead.list == OWN_DECISIONS}
    first = members.first_items(session, sources)
    return {
        media_id: [
            lead._asdict() | ({"facts": _facts(lead, media_id, known, first)} if lead.list == OWN_DECISIONS else {})
            for lead in rows
        ]
        for media_id, rows in leads.items()
    }


def _facts(lead: documents.StandingLead, media_id: int, known: dict[int, Likeness], first: dict[int, int]) -> str:
    of = int(lead.entry[1:])
    like = known.get(media_id)
    is_direct = like is not None and like.of_media_id == of
    # Too far apart by the hash: another of the family is like both.
    is_far = lead.algorithm == JoinedBy.PDQ and lead.distance > SAME_PICTURE_BITS and lead.variant in ORIENTATIONS
    by = JoinedBy.FEATURES if is_far else lead.algorithm
    facts = "the same file" if of == media_id else how(by, lead.variant, like if is_direct else None)
    return same_as(named("I", first.get(of)) or lead.entry, facts)


def beside_documents(session: Session, item_ids: Collection[int]) -> dict[int, list[Document]]:
    """By item what was decided about another member of its family, where either has no bytes."""
    decided = decisions_beside(session, item_ids)
    by = _joined_by(session, decided.keys())
    sources = {row.media_id for row in decided.values() if row.media_id is not None}
    first = members.first_items(session, sources)
    return {item_id: [_beside(row, by[item_id], first)] for item_id, row in decided.items()}


def _joined_by(session: Session, item_ids: Collection[int]) -> dict[int, str]:
    """What brought each item, or the media it shows, into its family."""
    links = documents.load_by(session, FamilyItem, FamilyItem.item_id, item_ids)
    items = {row.id: row.media_id for row in documents.load_by(session, Item, Item.id, item_ids)}
    media = {row.id: row for row in documents.load_by(session, Media, Media.id, {*items.values()} - {None})}
    by_media = {item_id: media[number].family_by for item_id, number in items.items() if number is not None}
    return {item_id: by or JoinedBy.PERSON for item_id, by in by_media.items()} | {row.item_id: row.by for row in links}


def _beside(decided: Assessment, by: str, first: dict[int, int]) -> Document:
    item = named("I", decided.item_id) or named("I", first.get(decided.media_id or 0))
    return {
        "list": OWN_DECISIONS,
        "entry": named("I", decided.item_id) or named("M", decided.media_id),
        "algorithm": by,
        "distance": 0,
        "label": ":".join(part for part in (decided.verdict, decided.ground or decided.reason) if part),
        "variant": "upright",
        "role": "own" if is_illegal(decided) else DECIDED_OTHERWISE,
        "strength": "strong",
        "facts": same_as(item or "another item", how(by, None, None)),
    }
