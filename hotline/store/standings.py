"""What decides the order of cases: loaded in bulk, as plain values. Commits nothing and ranks nothing."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from hashsets.match import Strength
from hotline.models import Assessment, Case, CaseItem, FamilyItem, Item, Lead, Media, Packet, Referral, Report
from hotline.states import PacketState, ReferralState, Verdict
from hotline.store.documents import case_links, within

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
    tasks: int = 0
    open_tasks: int = 0

    @property
    def is_to_do(self) -> bool:
        """Tells of a case without items whether somebody still has to act: nothing was done yet, or not all."""
        return self.has_unacked or self.open_tasks > 0 or self.tasks == 0


@dataclass(frozen=True)
class ItemMarks:
    """The items that count for a priority, by number, and what was decided about each."""

    known: frozenset[int]
    returned: frozenset[int]
    repeated: frozenset[int]
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
    _add_tasks(session, stands, case_ids)
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


def _add_tasks(session: Session, stands: dict[int, CaseStand], case_ids: Collection[int] | None) -> None:
    """What a case without items lives by: its referrals, and its packets until they are handed over."""
    for table, is_done in (
        (Referral, col(Referral.state) != ReferralState.OPEN),
        (Packet, col(Packet.state) != PacketState.UNRELEASED),
    ):
        for condition in within(table.case_id, case_ids):
            for case_id, done in session.exec(select(table.case_id, is_done).where(condition)):
                stands[case_id].tasks += 1
                stands[case_id].open_tasks += not done


def load_item_marks(
    session: Session,
    item_ids: Collection[int] | None,
    *,
    not_list: str,
    repeated_families: Collection[int] = (),
) -> ItemMarks:
    """What counts for priorities; leads of `not_list` do not: they only show what this hotline decided itself."""
    media_of, returned = _media_and_returns(session, item_ids)
    media_ids = None if item_ids is None else set(media_of.values())
    known = _media_with_lead(session, media_ids, not_list) | _media_of_illegal_families(session, media_ids)
    decided = _decided(session, item_ids)
    return ItemMarks(
        known=frozenset(item_id for item_id, media_id in media_of.items() if media_id in known),
        returned=returned,
        repeated=_of_families(session, repeated_families, item_ids),
        verdicts={item_id: verdict for item_id, (verdict, _) in decided.items()},
        facts={item_id: json.loads(facts) for item_id, (_, facts) in decided.items() if facts != "{}"},
    )


def _of_families(session: Session, family_ids: Collection[int], item_ids: Collection[int] | None) -> frozenset[int]:
    """Those of the items that show something of these families, with bytes or without."""
    if not family_ids:
        return frozenset()
    found: set[int] = set()
    by_media = select(Item.id).join(Media, col(Media.id) == col(Item.media_id))
    by_link = select(FamilyItem.item_id)
    for query, column in ((by_media, Media.family_id), (by_link, FamilyItem.family_id)):
        for condition in within(column, family_ids):
            found.update(session.exec(query.where(condition)))
    return frozenset(found if item_ids is None else found & set(item_ids))


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
    """Media that are surely on a list of known material; what is only for review makes nothing known."""
    stands = (col(Lead.withdrawn_at).is_(None), col(Lead.role).in_(_TELLING_ROLES))
    is_known = (*stands, Lead.list != not_list, Lead.strength != Strength.REVIEW)
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
