"""Who inherits a decision: the same bytes by carry-over, a like picture as a lead in facts."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.takedown import begin_takedown
from hotline.models import Assessment, Item, Lead, Media
from hotline.recheck import COPY_DISTANCE
from hotline.settings import RecheckSettings
from hotline.states import State, Verdict
from hotline.store import assessments, families, items, media

OWN_DECISIONS = "decided here"
"""The name under which a lead shows that this hotline decided about the same or a like picture."""
SAME_PICTURE_BITS = COPY_DISTANCE
DECIDED_OTHERWISE = "decided"
"""The role of such a lead when the decision was not that it is illegal: it makes nothing known material."""


def spread_decision(session: Session, decided: Assessment, now: datetime, policy: RecheckSettings) -> None:
    """What others inherit of a decision about a media: illegal carries over to the same bytes, all else is a lead."""
    if decided.media_id is None:
        return
    shown = media.load_media(session, decided.media_id)
    for item in items.undecided_with_media(session, decided.media_id):
        if is_illegal(decided):
            carry_over(session, item, now, policy)
        else:
            add_inherited_lead(session, shown, shown, decided, now)
    if shown.family_id is not None:
        for other in families.media_of(session, shown.family_id):
            if other.id != shown.id and assessments.current_for_media(session, other.id) is None:
                add_inherited_lead(session, other, shown, decided, now)


def spread_to_family(session: Session, family_id: int, now: datetime) -> None:
    """Shows what was decided about any media of a family as a lead at those nobody decided about; illegal first."""
    known = [(one, assessments.current_for_media(session, one.id)) for one in families.media_of(session, family_id)]
    decided = [(one, decision) for one, decision in known if decision is not None]
    decided.sort(key=lambda pair: not is_illegal(pair[1]))
    for of, decision in decided[:1]:
        for one, own in known:
            if own is None:
                add_inherited_lead(session, one, of, decision, now)


def carry_over(session: Session, item: Item, now: datetime, policy: RecheckSettings) -> None:
    """Moves an item that shows the very bytes already assessed illegal."""
    item.is_queued, item.needs_person, item.reason = False, None, None
    custody.move(session, item, State.ILLEGAL, action="item.carry_over", reason="same_sha256")
    begin_takedown(session, item, now, policy)


def decision_beside(session: Session, item: Item) -> Assessment | None:
    """What was decided about another member of an item's family where either has no bytes, so that no lead shows it."""
    return decisions_beside(session, [item.id]).get(item.id)


def decisions_beside(session: Session, item_ids: Collection[int]) -> dict[int, Assessment]:
    """Of many items at once what `decision_beside` says of each."""
    found: dict[int, Assessment] = {}
    for item_id, decided in families.decisions_beside(session, item_ids):
        if item_id not in found or (is_illegal(decided) and not is_illegal(found[item_id])):
            found[item_id] = decided
    return found


def add_inherited_lead(session: Session, to: Media, of: Media, decided: Assessment, now: datetime) -> None:
    """Shows a decision about the same or a like picture as a lead, in facts; never as a decision."""
    label = ":".join(part for part in (decided.verdict, decided.ground or decided.reason) if part)
    lead = media.inherited_lead(session, to.id, OWN_DECISIONS, f"M{of.id}")
    if lead is not None and lead.withdrawn_at is None and lead.label == label:
        return
    lead = lead or _new_lead(to, of, now)
    lead.label, lead.withdrawn_at = label, None
    lead.role = "own" if is_illegal(decided) else DECIDED_OTHERWISE
    session.add(lead)
    custody.record(session, "lead.add", f"M{to.id}", reason=OWN_DECISIONS)
    session.flush()


def _new_lead(to: Media, of: Media, now: datetime) -> Lead:
    is_same = to.id == of.id
    distance, variant = (0, "upright") if is_same else _nearest_turn(to, of)
    if to.family_variant and not is_same and (distance > SAME_PICTURE_BITS or not of.pdq):
        variant = to.family_variant
    return Lead(
        media_id=to.id,
        list=OWN_DECISIONS,
        list_version=1,
        entry=f"M{of.id}",
        algorithm="sha256" if is_same else _algorithm(to, distance),
        distance=distance,
        variant=variant,
        role="own",
        strength="same_file" if is_same else "strong",
        found_at=now,
    )


def _algorithm(to: Media, distance: int) -> str:
    """By what a media shows another: by its PDQ, or where that is too far away by what brought it into the family."""
    return "pdq" if distance <= SAME_PICTURE_BITS else to.family_by or "pdq"


def withdraw_inherited_leads(session: Session, of: Media, now: datetime) -> None:
    """Takes back the leads that a decision gave to others, when it was revised."""
    for lead in media.leads_by(session, OWN_DECISIONS, f"M{of.id}"):
        lead.withdrawn_at = now
        session.add(lead)


def withdraw_leads_between(session: Session, one: Media, now: datetime) -> None:
    """Takes back what decisions gave to a media by its family, and gave others by it: it left that family."""
    withdraw_inherited_leads(session, one, now)
    for lead in media.leads_of(session, one.id):
        if lead.list == OWN_DECISIONS and lead.entry != f"M{one.id}" and lead.withdrawn_at is None:
            lead.withdrawn_at = now
            session.add(lead)


def is_illegal(decided: Assessment) -> bool:
    return decided.verdict in (Verdict.BASELINE, Verdict.NATIONAL)


def state_of(decided: Assessment) -> State:
    """The state a decision gives an item."""
    return State.ILLEGAL if is_illegal(decided) else State(decided.verdict)


def decided_state(session: Session, item: Item) -> State | None:
    """The state the standing decision about an item gives it; None when nobody decided."""
    decided = assessments.current_for(session, item)
    return state_of(decided) if decided is not None else None


def _nearest_turn(to: Media, of: Media) -> tuple[int, str]:
    """How far the nearest orientation of one picture is from another, and which it is; upright first.

    Members whom a person joined may have no perceptual hash: then nothing tells them apart.
    """
    from hashsets.variants import ORIENTATIONS  # loads numpy, which lists that only name leads do without

    turns = to.orientations.split()
    if not turns or not of.pdq:
        return 0, "upright"
    apart = [(int(turn, 16) ^ int(of.pdq, 16)).bit_count() for turn in turns]
    nearest = apart.index(min(apart))
    return apart[nearest], ORIENTATIONS[nearest]
