"""Rounds: whether another goes out, about what still stands in it, and what a rule approves without a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import notify, work
from hotline.consequences import appeals
from hotline.consequences.batches import add_notice, set_notice_state
from hotline.consequences.items import rank_of
from hotline.consequences.removal import history_of, state_shown
from hotline.models import Batch, Item, Notice, NoticeItem
from hotline.pipeline.drafting import kind_and_ground
from hotline.pipeline.station import Station
from hotline.pipeline.timing import is_looked_at, is_traced
from hotline.states import TO_TAKE_DOWN, ContactRole, ContactState, NoticeKind, NoticeState, State, WorkKind
from hotline.store import families, items, notices, rules, texts


def make_next_round(session: Session, station: Station, batch: Batch, now: datetime) -> None:
    """Adds the next round of a batch for what is still online, unless a look that is due could still tell otherwise."""
    if batch.stopped_at is not None or batch.next_round_at is None or batch.next_round_at > now:
        return
    if notices.load_contact(session, batch.contact_id).state == ContactState.PROPOSED:
        return  # its mailbox bounced; the round goes when a person approved it again
    rounds = notices.notices_of_batch(session, batch.id)
    if rounds[-1].state not in (NoticeState.SENT, NoticeState.SUPERSEDED):
        return
    held = notices.items_of_batch(session, batch.id)
    if any(is_looked_at(session, item, now) or is_traced(session, item, now) for item in held):
        return
    waits_until = appeals.waits_until(session, batch.id, now)
    if waits_until is not None:
        work.schedule(session, WorkKind.NOTIFY, f"B{batch.id}", waits_until)
        return
    kind, round_ = NoticeKind(batch.kind), rounds[-1].round + 1
    if not notify.has_round(_role(session, batch), kind, round_):
        batch.next_round_at = None
        session.add(batch)
        return
    due = eligible(session, held, batch, round_, now)
    if not due:
        return
    asks_person = notify.needs_person(kind, round_, station.settings.notices) or _says_more(session, rounds, due)
    notice = add_notice(session, batch, round_, NoticeState.DRAFT if asks_person else NoticeState.APPROVED, now)
    session.add_all(NoticeItem(notice_id=notice.id, item_id=item.id) for item in due)
    batch.next_round_at = None
    session.add(batch)
    if not asks_person:
        rank = min(rank_of(session, item.id) for item in due)
        work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank)


def eligible(session: Session, candidates: Iterable[Item], batch: Batch, round_: int, now: datetime) -> list[Item]:
    """The items that still belong into a round of a batch.

    To be taken down for what the batch is about, not held, not a genuine account, not known to be gone; search engines
    are also asked about what is gone. A correction speaks of what it was written for.
    """
    if batch.kind == NoticeKind.CORRECTION:
        return list(candidates)
    role, told_at = _role(session, batch), notices.newest_sent_at(session, batch.id)
    return [
        item
        for item in candidates
        if notify.is_told(role, NoticeKind(batch.kind), is_platforms=item.platform is not None)
        and _is_to_tell(session, item, role)
        and not families.is_spared(session, item)
        and kind_and_ground(session, item) == (batch.kind, batch.ground)
        and items.open_hold(session, item.id, now) is None
        and notify.may_send(history_of(session, item), round_, role, told_at=told_at)
    ]


def _says_more(session: Session, rounds: Iterable[Notice], due: Iterable[Item]) -> bool:
    """Whether a round would say what nobody has approved: steps that a person wrote after the approval."""
    return texts.has_newer_steps(session, [item.id for item in due], [one.id for one in rounds])


def _role(session: Session, batch: Batch) -> ContactRole:
    return ContactRole(notices.load_contact(session, batch.contact_id).role)


def _is_to_tell(session: Session, item: Item, role: ContactRole) -> bool:
    shown = state_shown(session, item)
    return shown in TO_TAKE_DOWN or (role is ContactRole.SEARCH_ENGINE and shown is State.REMOVED)


def approve_by_rule(session: Session, station: Station, notice: Notice, now: datetime) -> datetime | None:
    """Approves a first draft that a rule of two people covers. Returns until when it still takes in addresses."""
    rule = rules.standing(session, notice.contact_id, notice.kind) if notice.state == NoticeState.DRAFT else None
    if rule is None or rule.approved_at is None or notice.round > 1:
        return None
    if notices.load_contact(session, notice.contact_id).state != ContactState.APPROVED:
        return None
    batch = notices.load_batch(session, notice.batch_id)
    closes_at = batch.made_at + timedelta(hours=station.settings.notices.group_h)
    if closes_at > now:
        return closes_at
    batch.is_open, batch.approved_by, batch.approved_at = False, rule.approved_by, now
    session.add(batch)
    set_notice_state(session, notice, NoticeState.APPROVED, f"by rule G{rule.id}")
    return None
