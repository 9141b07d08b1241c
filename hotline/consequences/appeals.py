"""What an owner's objection holds up, which decisions it is about, and what of it is still to be carried out. Knows
neither what the owner wrote nor how it is answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import work
from hotline.consequences.inheriting import is_illegal, state_of
from hotline.consequences.items import FIRST, rank_of
from hotline.models import Assessment, Item, Notice
from hotline.states import TO_TAKE_DOWN, AppealOutcome, NoticeKind, NoticeState, State, WorkKind
from hotline.store import appeals, assessments, items, notices


@dataclass(frozen=True)
class Behind:
    """A decision that a notice rests on: for which item of it, and about which; a page may stand for its pictures."""

    item: Item
    about: Item
    decided: Assessment


def waits_until(session: Session, batch_id: int, now: datetime) -> datetime | None:
    """Until when no repeat of a batch goes because an owner objects; None where it may.

    At most until the first open objection is due, and not again after one was rejected: else who objects often enough
    is never written to. Danger to a child waits for nothing.
    """
    about = appeals.about_batch(session, batch_id)
    if any(one.outcome == AppealOutcome.REJECTED for one in about):
        return None
    due_at = min((one.due_at for one in about if one.outcome is None), default=None)
    if due_at is None or due_at <= now or _rank(session, batch_id) == FIRST:
        return None
    return due_at


def let_rounds_go(session: Session, batch_id: int, now: datetime) -> None:
    """Makes due at once what waited for an objection; a delivery that failed keeps the date of its next try."""
    rank = _rank(session, batch_id)
    work.schedule(session, WorkKind.NOTIFY, f"B{batch_id}", now, rank=rank)
    for notice in notices.notices_of_batch(session, batch_id):
        if notice.state in (NoticeState.APPROVED, NoticeState.SENDING) and notice.failures == 0:
            work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank)


def decisions_behind(session: Session, notice: Notice) -> list[Behind]:
    """The decisions that stand now about what a notice is about."""
    found = []
    for item in notices.items_of_notice(session, notice.id):
        own = assessments.current_for(session, item)
        judged = [(item, own)] if own is not None else _judged_pictures(session, item)
        found += [Behind(item, about, decided) for about, decided in judged]
    return found


def to_be_revised(session: Session, notice: Notice) -> list[Item]:
    """What is still decided as a notice says it, and was not taken back from who got it."""
    taken_back = notices.taken_back_for(session, notice.id)
    found = {
        one.about.id: one.about
        for one in decisions_behind(session, notice)
        if one.item.id not in taken_back and one.about.state != State.CLOSED and _says(notice, one.decided)
    }
    return list(found.values())


def _says(notice: Notice, decided: Assessment) -> bool:
    kind = NoticeKind.ILLEGAL if is_illegal(decided) else NoticeKind.HARMFUL
    return state_of(decided) in TO_TAKE_DOWN and notice.kind == kind


def _judged_pictures(session: Session, page: Item) -> list[tuple[Item, Assessment]]:
    pictures = (picture for _, picture in items.shown_on(session, page.id))
    judged = [(one, decided) for one in pictures if (decided := assessments.current_for(session, one)) is not None]
    return [(one, decided) for one, decided in judged if state_of(decided) in TO_TAKE_DOWN]


def _rank(session: Session, batch_id: int) -> int:
    return min((rank_of(session, item.id) for item in notices.items_of_batch(session, batch_id)), default=FIRST + 1)
