"""What waits for a person: loaded in bulk. Commits nothing and ranks nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from hotline.models import (
    Assessment,
    Batch,
    BatchItem,
    Case,
    CaseItem,
    Contact,
    FamilyItem,
    Hold,
    Hosting,
    Item,
    Media,
    Notice,
    NoticeItem,
    Packet,
    Recheck,
    Referral,
    Report,
    ReportItem,
    Sighting,
    Taken,
)
from hotline.records.seen import PERSON
from hotline.states import (
    TELLING,
    TO_TAKE_DOWN,
    Channel,
    ContactRole,
    ContactState,
    NoticeState,
    Outcome,
    PacketState,
    RecheckVerdict,
    ReferralState,
    State,
)
from hotline.store.contacts import bounced_now
from hotline.store.documents import COMPUTED_KINDS, shown_states, within
from hotline.store.families import spared_items
from hotline.store.standings import ILLEGAL_VERDICTS

WALLS = (RecheckVerdict.ACCESS_RESTRICTED, RecheckVerdict.GEO_BLOCKED, RecheckVerdict.INCONCLUSIVE)
_ASKED = Outcome.ASKS_MORE.value
_UNSENT = (NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.SENDING, NoticeState.FAILED)
FAILURES_TOLD = 3
"""After so many deliveries in vain a person is told; the notice is still tried by itself."""


class Undecided(NamedTuple):
    """The part of an item that its row in the queue needs; thousands of them may wait."""

    id: int
    state: str
    is_queued: bool
    needs_person: str | None
    reason: str | None
    received_at: datetime
    media_id: int | None
    problem: str | None


def load_without_items(session: Session) -> list[Case]:
    """Open cases that have no address."""
    linked = select(CaseItem.case_id)
    return list(session.exec(select(Case).where(col(Case.closed_at).is_(None), col(Case.id).not_in(linked))))


def load_unacked(session: Session) -> list[Report]:
    is_open = (col(Report.at_risk).is_not(None), col(Report.acked_at).is_(None))
    return list(session.exec(select(Report).where(*is_open).order_by(col(Report.received_at))))


def load_undecided(session: Session) -> list[Undecided]:
    """Items that a person has to decide, or to whom the machine called a person."""
    is_waiting = and_(col(Item.state) == State.AWAITING_ASSESSMENT, col(Item.is_queued))
    columns = (Item.id, Item.state, Item.is_queued, Item.needs_person, Item.reason, Item.received_at, Item.media_id)
    query = (
        select(*columns, Media.problem)  # type: ignore[call-overload]
        .outerjoin(Media, col(Media.id) == col(Item.media_id))
        .where(or_(is_waiting, col(Item.needs_person).is_not(None)))
    )
    return [Undecided(*row) for row in session.exec(query)]


def load_repeats(session: Session) -> dict[int, int]:
    """Items that were reported as a repeat of a case, and of which nobody knows what they repeat there."""
    query = (
        select(ReportItem.item_id, Report.repeat_of_case)
        .join(Report, col(Report.id) == col(ReportItem.report_id))
        .join(Item, col(Item.id) == col(ReportItem.item_id))
        .outerjoin(Media, col(Media.id) == col(Item.media_id))
        .where(col(Report.repeat_of_case).is_not(None), col(Media.family_id).is_(None))
        .where(col(Item.id).not_in(select(FamilyItem.item_id)))
    )
    return {item_id: case_id for item_id, case_id in session.exec(query) if case_id is not None}


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


def load_told(session: Session) -> set[tuple[int, str]]:
    """Item and kind of notice of everything in a batch of an approved contact, unless a notice of it bounced."""
    bounced = select(Notice.batch_id).where(*bounced_now())
    query = (
        select(BatchItem.item_id, Batch.kind)
        .join(Batch, col(Batch.id) == col(BatchItem.batch_id))
        .join(Contact, col(Contact.id) == col(Batch.contact_id))
        .where(Contact.state == ContactState.APPROVED, col(Batch.id).not_in(bounced))
    )
    return set(session.exec(query))


def load_to_tell(session: Session, now: datetime) -> list[tuple[Item, State]]:
    """Traced items to take down with the state they show, without those on hold."""
    held = select(Hold.item_id).where(col(Hold.released_at).is_(None), Hold.until > now)
    is_page = and_(col(Item.state) == State.AWAITING_ASSESSMENT, col(Item.kind).in_(COMPUTED_KINDS))
    query = (
        select(Item)
        .where(or_(col(Item.state).in_(TO_TAKE_DOWN), is_page), col(Item.id).in_(select(Hosting.item_id)))
        .where(col(Item.id).not_in(held), col(Item.has_genuine_owner).is_(False))
        .order_by(col(Item.id))
    )
    found = list(session.exec(query))
    spared = spared_items(session)
    states = shown_states(session, [item.id for item in found])
    return [(item, states[item.id]) for item in found if states[item.id] in TO_TAKE_DOWN and item.id not in spared]


def load_standing_contacts(session: Session) -> list[Contact]:
    """Contacts that are proposed or approved."""
    return list(session.exec(select(Contact).where(Contact.state != ContactState.BLOCKED).order_by(col(Contact.id))))


def load_telling_notices(session: Session, outcomes: Collection[str]) -> list[Notice]:
    """Drafts, failures, forms to fill in, deliveries tried in vain for a while, and notices answered with one of
    `outcomes`."""
    states = (NoticeState.DRAFT, NoticeState.FAILED)
    in_vain = and_(col(Notice.state) == NoticeState.SENDING, col(Notice.failures) >= FAILURES_TOLD)
    by_form = select(Contact.id).where(Contact.channel == Channel.SHEET)
    to_fill_in = and_(col(Notice.state) == NoticeState.APPROVED, col(Notice.contact_id).in_(by_form))
    is_wanted = or_(col(Notice.state).in_(states), in_vain, to_fill_in, col(Notice.outcome).in_(outcomes))
    return list(session.exec(select(Notice).where(is_wanted).order_by(col(Notice.id))))


def newest_answers(session: Session, batch_ids: Collection[int]) -> set[int]:
    """The notices with the latest answer of each batch: what was answered before is no longer open, nor a question that
    a later round has answered."""
    found: dict[int, int] = {}
    later = aliased(Notice)
    is_over = exists().where(
        col(later.batch_id) == col(Notice.batch_id),
        col(later.sent_at) > col(Notice.outcome_at),
        col(Notice.outcome) == _ASKED,
    )
    for condition in within(Notice.batch_id, batch_ids):
        query = select(Notice.batch_id, Notice.id).where(condition, col(Notice.outcome_at).is_not(None), ~is_over)
        found |= dict(session.exec(query.order_by(col(Notice.outcome_at), col(Notice.id))).all())
    return set(found.values())


def load_stalled(session: Session, now: datetime) -> list[tuple[Item, Notice]]:
    """Items to take down that no notice goes out for any more, each with the newest of its cancelled notices."""
    unsent = (NoticeState.DRAFT, NoticeState.APPROVED, NoticeState.SENDING, NoticeState.FAILED)
    running = (
        select(BatchItem.item_id)
        .join(Batch, col(Batch.id) == col(BatchItem.batch_id))
        .join(Contact, col(Contact.id) == col(Batch.contact_id))
        .where(Contact.state == ContactState.APPROVED, col(Batch.stopped_at).is_(None))
    )
    prepared = select(NoticeItem.item_id).join(Notice, col(Notice.id) == col(NoticeItem.notice_id))
    held = select(Hold.item_id).where(col(Hold.released_at).is_(None), Hold.until > now)
    query = (
        select(Item, Notice)
        .join(NoticeItem, col(NoticeItem.item_id) == col(Item.id))
        .join(Notice, col(Notice.id) == col(NoticeItem.notice_id))
        .where(Notice.state == NoticeState.CANCELLED, col(Item.has_genuine_owner).is_(False))
        .where(col(Item.id).not_in(running))
        .where(col(Item.id).not_in(prepared.where(col(Notice.state).in_(unsent))), col(Item.id).not_in(held))
        .order_by(col(Notice.id))
    )
    newest = {item.id: (item, notice) for item, notice in session.exec(query)}
    states = shown_states(session, list(newest))
    return [found for item_id, found in newest.items() if states[item_id] in TO_TAKE_DOWN]


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


def load_unseen_in_rounds(session: Session, now: datetime) -> list[tuple[Item, Batch]]:
    """What stands in a batch whose next round is due and was looked at since the last one, while no look could tell: a
    machine stands before a wall there. Without search engines, which get no second round."""
    sent_at = (
        select(func.max(Notice.sent_at)).where(Notice.batch_id == Batch.id, Notice.state == NoticeState.SENT)
    ).scalar_subquery()
    is_since = or_(col(Recheck.at) > sent_at, and_(col(Recheck.at) == sent_at, col(Recheck.vantage) != PERSON))
    since = (col(Recheck.item_id) == col(Item.id), is_since)
    told = exists().where(*since, col(Recheck.verdict).in_([one.value for one in TELLING]))
    walled = exists().where(*since, col(Recheck.verdict).in_([one.value for one in WALLS]))
    unsent = exists().where(col(Notice.batch_id) == col(Batch.id), col(Notice.state).in_(_UNSENT))
    query = (
        select(Item, Batch)
        .join(BatchItem, col(BatchItem.item_id) == col(Item.id))
        .join(Batch, col(Batch.id) == col(BatchItem.batch_id))
        .join(Contact, col(Contact.id) == col(Batch.contact_id))
        .where(col(Batch.stopped_at).is_(None), col(Batch.next_round_at) <= now)
        .where(Contact.state == ContactState.APPROVED, Contact.role != ContactRole.SEARCH_ENGINE)
        .where(walled, ~told, ~unsent)
        .order_by(col(Item.id), col(Batch.id))
    )
    found = list(session.exec(query))
    states = shown_states(session, {item.id for item, _ in found})
    return [pair for pair in found if states[pair[0].id] in TO_TAKE_DOWN]


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
