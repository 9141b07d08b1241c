"""What decides the order of cases and what waits for a person: loaded in bulk, as plain values.
Commits nothing and ranks nothing."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from hotline.models import (
    Assessment,
    Batch,
    BatchItem,
    Case,
    CaseItem,
    Contact,
    Hold,
    Hosting,
    Item,
    Lead,
    Media,
    Notice,
    Packet,
    Referral,
    Report,
    Sighting,
    Taken,
)
from hotline.states import (
    TO_TAKE_DOWN,
    ContactState,
    NoticeState,
    PacketState,
    ReferralState,
    State,
    Verdict,
)
from hotline.store.documents import COMPUTED_KINDS, case_links, shown_states, within

ILLEGAL_VERDICTS = (Verdict.BASELINE, Verdict.NATIONAL)
_TELLING_ROLES = ("known", "own")


@dataclass
class CaseStand:
    """One case with what its place in a list rests on."""

    id: int
    opened_at: datetime
    is_closed: bool
    item_ids: list[int] = field(default_factory=list)
    reports: int = 0
    at_risk: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    has_unacked: bool = False


class Undecided(NamedTuple):
    """The part of an item that its row in the queue needs; thousands of them may wait."""

    id: int
    state: str
    is_queued: bool
    needs_person: str | None
    reason: str | None
    received_at: datetime
    media_id: int | None


@dataclass(frozen=True)
class ItemMarks:
    """The items that count for a priority, by number, and what was decided about each."""

    known: frozenset[int]
    returned: frozenset[int]
    verdicts: dict[int, str]
    facts: dict[int, dict[str, str]]


def load_case_stands(session: Session, case_ids: Collection[int] | None) -> dict[int, CaseStand]:
    """Cases with their reports and items; every case of the home for None."""
    stands: dict[int, CaseStand] = {}
    for condition in within(Case.id, case_ids):
        for case_id, opened_at, closed_at in session.exec(
            select(Case.id, Case.opened_at, Case.closed_at).where(condition)
        ):
            stands[case_id] = CaseStand(case_id, opened_at, closed_at is not None)
    _add_reports(session, stands, case_ids)
    for case_id, item_id in case_links(session, case_ids):
        stands[case_id].item_ids.append(item_id)
    return stands


def _add_reports(session: Session, stands: dict[int, CaseStand], case_ids: Collection[int] | None) -> None:
    for condition in within(Report.case_id, case_ids):
        query = select(Report.case_id, Report.category, Report.at_risk, col(Report.acked_at).is_(None))
        for case_id, category, at_risk, is_unacked in session.exec(query.where(condition)):
            stand = stands[case_id]
            stand.reports += 1
            stand.categories.add(category)
            if at_risk:
                stand.at_risk.add(at_risk)
                stand.has_unacked = stand.has_unacked or is_unacked


def load_item_marks(session: Session, item_ids: Collection[int] | None, *, not_list: str) -> ItemMarks:
    """What counts for priorities; leads of `not_list` do not: they only show what this hotline decided itself."""
    media_of, returned = _media_and_returns(session, item_ids)
    media_ids = None if item_ids is None else set(media_of.values())
    known = _media_with_lead(session, media_ids, not_list) | _media_of_illegal_families(session, media_ids)
    decided = _decided(session, item_ids)
    return ItemMarks(
        known=frozenset(item_id for item_id, media_id in media_of.items() if media_id in known),
        returned=returned,
        verdicts={item_id: verdict for item_id, (verdict, _) in decided.items()},
        facts={item_id: json.loads(facts) for item_id, (_, facts) in decided.items() if facts != "{}"},
    )


def _media_and_returns(session: Session, item_ids: Collection[int] | None) -> tuple[dict[int, int], frozenset[int]]:
    media_of, returned = {}, set()
    for condition in within(Item.id, item_ids):
        for item_id, media_id, returns in session.exec(select(Item.id, Item.media_id, Item.returns).where(condition)):
            if media_id is not None:
                media_of[item_id] = media_id
            if returns:
                returned.add(item_id)
    return media_of, frozenset(returned)


def _media_with_lead(session: Session, media_ids: Collection[int] | None, not_list: str) -> set[int]:
    is_known = (col(Lead.withdrawn_at).is_(None), col(Lead.role).in_(_TELLING_ROLES), Lead.list != not_list)
    return {
        media_id
        for condition in within(Lead.media_id, media_ids)
        for media_id in session.exec(select(Lead.media_id).where(condition, *is_known))
    }


def _media_of_illegal_families(session: Session, media_ids: Collection[int] | None) -> set[int]:
    """Media of a family in which something was decided to be illegal."""
    is_illegal = (col(Assessment.replaced_at).is_(None), col(Assessment.verdict).in_(ILLEGAL_VERDICTS))
    families = set(
        session.exec(
            select(Media.family_id).join(Assessment, col(Assessment.media_id) == col(Media.id)).where(*is_illegal)
        )
    )
    return {
        media_id
        for condition in within(Media.id, media_ids)
        for media_id, family_id in session.exec(
            select(Media.id, Media.family_id).where(condition, col(Media.family_id).is_not(None))
        )
        if family_id in families
    }


def _decided(session: Session, item_ids: Collection[int] | None) -> dict[int, tuple[str, str]]:
    is_about = or_(
        col(Assessment.item_id) == col(Item.id),
        and_(col(Assessment.item_id).is_(None), col(Assessment.media_id) == col(Item.media_id)),
    )
    return {
        item_id: (verdict, facts)
        for condition in within(Item.id, item_ids)
        for item_id, verdict, facts in session.exec(
            select(Item.id, Assessment.verdict, Assessment.facts)
            .join(Assessment, is_about)
            .where(condition, col(Assessment.replaced_at).is_(None))
            .order_by(col(Assessment.item_id).is_not(None))
        )
    }


def first_addresses(session: Session, case_ids: Collection[int] | None) -> dict[int, str]:
    """The verbatim address of the first reported item of each case that has one."""
    found: dict[int, str] = {}
    for condition in within(CaseItem.case_id, case_ids):
        query = (
            select(CaseItem.case_id, Item.url)
            .join(Item, col(Item.id) == col(CaseItem.item_id))
            .where(condition, col(Item.is_reported))
            .order_by(col(CaseItem.added_at), col(CaseItem.item_id))
        )
        for case_id, url in session.exec(query):
            found.setdefault(case_id, url)
    return found


def load_unacked(session: Session) -> list[Report]:
    is_open = (col(Report.at_risk).is_not(None), col(Report.acked_at).is_(None))
    return list(session.exec(select(Report).where(*is_open).order_by(col(Report.received_at))))


def load_undecided(session: Session) -> list[Undecided]:
    """Items that a person has to decide, or to whom the machine called a person."""
    is_waiting = and_(col(Item.state) == State.AWAITING_ASSESSMENT, col(Item.is_queued))
    columns = (Item.id, Item.state, Item.is_queued, Item.needs_person, Item.reason, Item.received_at, Item.media_id)
    query = select(*columns).where(or_(is_waiting, col(Item.needs_person).is_not(None)))  # type: ignore[call-overload]
    return [Undecided(*row) for row in session.exec(query)]


def load_waiting_for_second(session: Session) -> list[tuple[Item, Assessment]]:
    """Items with a decision that illegal needs a second reader for, and nobody has confirmed it."""
    is_about = or_(
        col(Assessment.item_id) == col(Item.id),
        and_(col(Assessment.item_id).is_(None), col(Assessment.media_id) == col(Item.media_id)),
    )
    query = (
        select(Item, Assessment)
        .join(Assessment, is_about)
        .where(Item.state == State.AWAITING_ASSESSMENT, col(Assessment.verdict).in_(ILLEGAL_VERDICTS))
        .where(col(Assessment.replaced_at).is_(None), col(Assessment.second_by).is_(None))
    )
    return list(session.exec(query))


def load_without_notice(session: Session, now: datetime) -> list[tuple[Item, State]]:
    """Traced items to take down with the state they show: not on hold, in no batch of an approved contact."""
    told = (
        select(BatchItem.item_id)
        .join(Batch, col(Batch.id) == col(BatchItem.batch_id))
        .join(Contact, col(Contact.id) == col(Batch.contact_id))
        .where(Contact.state == ContactState.APPROVED)
    )
    held = select(Hold.item_id).where(col(Hold.released_at).is_(None), Hold.until > now)
    is_page = and_(col(Item.state) == State.AWAITING_ASSESSMENT, col(Item.kind).in_(COMPUTED_KINDS))
    query = (
        select(Item)
        .where(or_(col(Item.state).in_(TO_TAKE_DOWN), is_page), col(Item.id).in_(select(Hosting.item_id)))
        .where(col(Item.id).not_in(told), col(Item.id).not_in(held), col(Item.has_genuine_owner).is_(False))
        .order_by(col(Item.id))
    )
    found = list(session.exec(query))
    states = shown_states(session, [item.id for item in found])
    return [(item, states[item.id]) for item in found if states[item.id] in TO_TAKE_DOWN]


def load_standing_contacts(session: Session) -> list[Contact]:
    """Contacts that are proposed or approved."""
    return list(session.exec(select(Contact).where(Contact.state != ContactState.BLOCKED).order_by(col(Contact.id))))


def load_telling_notices(session: Session, outcomes: Collection[str]) -> list[Notice]:
    """Drafts, failures, and notices answered with one of `outcomes`."""
    states = (NoticeState.DRAFT, NoticeState.FAILED)
    is_wanted = or_(col(Notice.state).in_(states), col(Notice.outcome).in_(outcomes))
    return list(session.exec(select(Notice).where(is_wanted).order_by(col(Notice.id))))


def newest_rounds(session: Session, batch_ids: Collection[int]) -> dict[int, int]:
    """The highest round of each batch that was not cancelled or put aside."""
    gone = (NoticeState.CANCELLED, NoticeState.SUPERSEDED)
    found: dict[int, int] = defaultdict(int)
    for condition in within(Notice.batch_id, batch_ids):
        query = select(Notice.batch_id, Notice.round).where(condition, col(Notice.state).not_in(gone))
        for batch_id, number in session.exec(query):
            found[batch_id] = max(found[batch_id], number)
    return found


def load_open_holds(session: Session, now: datetime) -> list[Hold]:
    """Holds that keep their item from being noticed now."""
    is_open = (col(Hold.released_at).is_(None), col(Hold.until) > now)
    return list(session.exec(select(Hold).where(*is_open).order_by(col(Hold.until))))


def load_next_rounds(session: Session) -> list[Batch]:
    """Running batches with a next round and something that is still up, the nearest first."""
    up = select(Item.id).where(col(Item.state).in_([state.value for state in TO_TAKE_DOWN]))
    held = select(BatchItem.batch_id).where(col(BatchItem.item_id).in_(up))
    is_running = (col(Batch.stopped_at).is_(None), col(Batch.next_round_at).is_not(None), col(Batch.id).in_(held))
    return list(session.exec(select(Batch).where(*is_running).order_by(col(Batch.next_round_at))))


def load_returns_since(session: Session, since: datetime) -> list[tuple[Sighting, Item]]:
    """Sightings that began since then at items which had been gone before."""
    query = select(Sighting, Item).join(Item, col(Item.id) == col(Sighting.item_id))
    return list(session.exec(query.where(Sighting.first_seen_at >= since, Item.returns > 0)))


def load_packets_in(session: Session, state: PacketState) -> list[Packet]:
    return list(session.exec(select(Packet).where(Packet.state == state).order_by(col(Packet.id))))


def load_open_referrals(session: Session) -> list[Referral]:
    return list(session.exec(select(Referral).where(Referral.state == ReferralState.OPEN).order_by(col(Referral.id))))


def taken_by(session: Session) -> dict[str, str]:
    """Who works on what, by the id of the subject."""
    return {row.subject: row.by for row in session.exec(select(Taken))}
