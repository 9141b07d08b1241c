"""What follows from a change, whoever made it: the work that becomes due and who inherits a decision.

Takes a session, writes into the caller's transaction, commits nothing.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody, work
from hotline.addresses import KEY_VERSION, Address
from hotline.models import Assessment, CaseItem, Item, Lead, Media
from hotline.platforms import read_platform
from hotline.recheck import next_look_at
from hotline.settings import RecheckSettings
from hotline.states import CloseReason, Kind, State, Verdict, WorkKind
from hotline.store import assessments, items, media, notices, reports

FIRST, LATER = 0, 4
"""Ranks of work: that of a child in danger goes before all other."""


def ensure_item(session: Session, address: Address, now: datetime, *, kind: Kind = Kind.UNKNOWN) -> tuple[Item, bool]:
    """The item of this address, made if it is new; tells whether it is."""
    found = items.find_by_key(session, address.key)
    if found is not None:
        return found, False
    ids = read_platform(address)
    item = Item(
        key=address.key,
        key_version=KEY_VERSION,
        url=address.verbatim,
        href=address.href,
        host=address.host,
        kind=ids.kind if ids and kind is Kind.UNKNOWN else kind,
        platform=ids.platform if ids else None,
        platform_media=ids.media_id if ids else None,
        platform_account=ids.account if ids else None,
        state=State.RECEIVED,
        received_at=now,
    )
    session.add(item)
    session.flush()
    custody.record(session, "item.add", f"I{item.id}", to_state=State.RECEIVED)
    return item, True


def link_case(session: Session, case_id: int, item: Item, now: datetime) -> None:
    """Makes an item matter to a case; the custody line is that of what brought it."""
    if not reports.is_linked(session, case_id, item.id):
        session.add(CaseItem(case_id=case_id, item_id=item.id, added_at=now))


def queue_look(session: Session, item: Item, now: datetime) -> None:
    """A look at once, in every state but closed, where a person is told instead."""
    if item.state == State.CLOSED:
        if item.reason != CloseReason.GENUINE:
            item.needs_person = "reported again after it was closed"
            session.add(item)
        return
    rank = FIRST if items.is_at_risk(session, item.id) else LATER
    work.schedule(session, WorkKind.LOOK, f"I{item.id}", now, rank=rank, host=item.host)


def begin_takedown(session: Session, item: Item, now: datetime, policy: RecheckSettings) -> None:
    """Trace at once and recheck by the ladder, for an item that must come down and for the pages that show it."""
    subjects = [item, *items.pages_showing(session, item.id)]
    for one in subjects:
        if one.state in (State.CLOSED, State.RECEIVED):
            continue
        rank = FIRST if items.is_at_risk(session, one.id) else LATER
        due = next_look_at(now, [], now, policy)
        work.schedule(session, WorkKind.TRACE, f"I{one.id}", now, rank=rank)
        work.schedule(session, WorkKind.RECHECK, f"I{one.id}", due, rank=rank, host=one.host)


def queue_notify(session: Session, item: Item, now: datetime) -> None:
    """Has the item put into the batches of whoever answers for it."""
    work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", now)


def queue_rounds(session: Session, item: Item, now: datetime) -> None:
    """Wakes the batches of this item whose next round is due; called whenever a look at it was recorded."""
    for batch_id in notices.due_batches_of_item(session, item.id, now):
        work.schedule(session, WorkKind.NOTIFY, f"B{batch_id}", now)


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
        for other in media.family_members(session, shown.family_id):
            if other.id != shown.id:
                add_inherited_lead(session, other, shown, decided, now)


def carry_over(session: Session, item: Item, now: datetime, policy: RecheckSettings) -> None:
    """Moves an item that shows the very bytes already assessed illegal."""
    item.is_queued, item.needs_person, item.reason = False, None, None
    custody.move(session, item, State.ILLEGAL, action="item.carry_over", reason="same_sha256")
    begin_takedown(session, item, now, policy)


def add_inherited_lead(session: Session, to: Media, of: Media, decided: Assessment, now: datetime) -> None:
    """Shows a decision about the same or a like picture as a lead, in facts; never as a decision."""
    if any(lead.list == OWN_DECISIONS and lead.entry == f"M{of.id}" for lead in media.leads_of(session, to.id)):
        return
    is_same = to.id == of.id
    session.add(
        Lead(
            media_id=to.id,
            list=OWN_DECISIONS,
            list_version=1,
            entry=f"M{of.id}",
            algorithm="sha256" if is_same else "pdq",
            distance=0 if is_same else _distance(to, of),
            label=":".join(part for part in (decided.verdict, decided.ground or decided.reason) if part),
            variant="upright" if is_same else to.family_variant or of.family_variant or "upright",
            role="own",
            strength="same_file" if is_same else "strong",
            found_at=now,
        )
    )
    custody.record(session, "lead.add", f"M{to.id}", reason=OWN_DECISIONS)


def withdraw_inherited_leads(session: Session, of: Media, now: datetime) -> None:
    """Takes back the leads that a decision gave to others, when it was revised."""
    members = media.family_members(session, of.family_id) if of.family_id is not None else [of]
    for member in members:
        for lead in media.leads_of(session, member.id):
            if lead.list == OWN_DECISIONS and lead.entry == f"M{of.id}" and lead.withdrawn_at is None:
                lead.withdrawn_at = now
                session.add(lead)


def is_illegal(decided: Assessment) -> bool:
    return decided.verdict in (Verdict.BASELINE, Verdict.NATIONAL)


def decided_state(session: Session, item: Item) -> State | None:
    """The state the standing decision about an item gives it; None when nobody decided."""
    decided = assessments.current_for(session, item)
    if decided is None:
        return None
    return State.ILLEGAL if is_illegal(decided) else State(decided.verdict)


def end_holds_at(until: datetime) -> datetime:
    """When notices that waited for a hold go on: just after its expiry."""
    return until + timedelta(microseconds=1)


def _distance(one: Media, other: Media) -> int:
    """How far two members of a family are apart, as it was when one joined."""
    if one.family_distance is not None:
        return one.family_distance
    return other.family_distance or 0


OWN_DECISIONS = "decided here"
"""The name under which a lead shows that this hotline decided about the same or a like picture."""
