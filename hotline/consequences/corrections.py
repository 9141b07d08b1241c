"""What follows when a decision no longer holds that somebody was told of: every contact told is sent a correction. The
person who decided otherwise approves it by that."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import add_notice
from hotline.consequences.items import rank_of
from hotline.consequences.removal import state_shown
from hotline.models import Batch, BatchItem, Item, Notice, NoticeCorrection, NoticeItem
from hotline.states import TO_TAKE_DOWN, NoticeKind, NoticeState, WorkKind
from hotline.store import assessments, items, notices


def correct_told(session: Session, item: Item, kind: NoticeKind | None, by: str, now: datetime) -> None:
    """Has those told of an item sent a correction, where it now gets notices of another `kind` or none; and those told
    of pages that stood in notices for it alone."""
    _correct(session, item, kind, by, now)
    for page in items.pages_showing(session, item.id):
        is_by_pictures = assessments.own_of(session, page.id) is None
        if is_by_pictures and state_shown(session, page) not in TO_TAKE_DOWN:
            _correct(session, page, None, by, now)


def _correct(session: Session, item: Item, kind: NoticeKind | None, by: str, now: datetime) -> None:
    wrong = [one for one in notices.uncorrected(session, item.id) if one.kind != kind]
    for contact_id in dict.fromkeys(one.contact_id for one in wrong):
        correction = _correction_to(session, contact_id, by, now)
        _add(session, correction, item, [one for one in wrong if one.contact_id == contact_id], now)
        rank = rank_of(session, item.id)
        work.schedule(session, WorkKind.SEND, f"N{correction.id}", now, rank=rank)


def _correction_to(session: Session, contact_id: int, by: str, now: datetime) -> Notice:
    """The correction for a contact that was not written yet, or a new one."""
    waiting = notices.unwritten_correction(session, contact_id)
    if waiting is not None:
        return waiting
    batch = Batch(
        contact_id=contact_id,
        kind=NoticeKind.CORRECTION,
        is_open=False,
        made_at=now,
        approved_by=by,
        approved_at=now,
    )
    session.add(batch)
    session.flush()
    return add_notice(session, batch, 1, NoticeState.APPROVED, now)


def _add(session: Session, correction: Notice, item: Item, wrong: Iterable[Notice], now: datetime) -> None:
    session.add(BatchItem(batch_id=correction.batch_id, item_id=item.id, added_at=now))
    session.add(NoticeItem(notice_id=correction.id, item_id=item.id))
    for one in wrong:
        if session.get(NoticeCorrection, (correction.id, one.id)) is None:
            session.add(NoticeCorrection(notice_id=correction.id, corrects_id=one.id))
    custody.record(session, "notice.correct", f"N{correction.id}", reason=f"I{item.id}")
    session.flush()
