"""Drafts: who is told about an item by the ladder, and which draft takes it in. Sends nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from hotline import custody, notify, work
from hotline.consequences.batches import add_notice
from hotline.consequences.inheriting import is_illegal, state_of
from hotline.consequences.items import rank_of
from hotline.consequences.removal import history_of, state_shown
from hotline.consequences.takedown import end_holds_at
from hotline.models import Batch, BatchItem, Contact, Item, NoticeItem
from hotline.states import TO_TAKE_DOWN, ContactRole, NoticeKind, NoticeState, State, WorkKind
from hotline.store import assessments, contacts, families, items, notices, rules
from hotline.trace import answers_for, registrable_domain, scopes_of


def put_into_batches(session: Session, item: Item, now: datetime) -> None:
    """Adds an item to the draft of every approved contact whose turn it is and that was not told yet; those whose turn
    comes later wait for it."""
    shown = state_shown(session, item)
    if shown not in TO_TAKE_DOWN | {State.REMOVED} or families.is_spared(session, item):
        return
    hold = items.open_hold(session, item.id, now)
    if hold is not None:
        work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", end_holds_at(hold.until))
        return
    kind, ground = kind_and_ground(session, item)
    told = notices.contacts_told(session, item.id, kind, ground)
    standing = standing_of(session, item, is_removed=shown is State.REMOVED)
    turns = list(_untold(_turns(session, item, kind, standing, now), told))
    for contact, due_at in turns:
        if due_at <= now and notify.may_send(history_of(session, item), 1, ContactRole(contact.role)):
            _add_to_draft(session, contact, item, kind, ground, now)
    later = [due_at for _, due_at in turns if due_at > now]
    if later:
        work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", min(later), rank=rank_of(session, item.id))


def _untold(turns: list[tuple[Contact, datetime]], told: set[int]) -> Iterator[tuple[Contact, datetime]]:
    """The turns of those who were not told yet. Who answers twice, for a network and for its system, is told once."""
    reached = {_whom(contact) for contact, _ in turns if contact.id in told}
    for contact, due_at in turns:
        if _whom(contact) not in reached:
            reached.add(_whom(contact))
            yield contact, due_at


def _whom(contact: Contact) -> tuple[str, str]:
    return contact.address.lower(), contact.role


def _turns(
    session: Session, item: Item, kind: NoticeKind, standing: notify.Standing, now: datetime
) -> list[tuple[Contact, datetime]]:
    """The contacts that answer for an item, each with when its turn comes."""
    answering = contacts_for(session, item, kind)
    bounced = contacts.unreached_for(session, item.id)
    standing = replace(standing, is_unreached=bool(bounced) and standing.first_told_at is None)
    beside = [ContactRole(contact.role) for contact in answering if contact.id not in bounced]
    turns = [(contact, notify.due_at(ContactRole(contact.role), kind, standing, beside, now)) for contact in answering]
    return [(contact, due_at) for contact, due_at in turns if due_at is not None]


def standing_of(session: Session, item: Item, *, is_removed: bool = False) -> notify.Standing:
    """What the ladder asks of an item."""
    domain = registrable_domain(item.host)
    is_given = domain is not None and notices.is_wholly_given(session, domain)
    return notify.Standing(item.host_at, is_removed=is_removed, is_wholly_given=is_given)


def contacts_for(session: Session, item: Item, kind: NoticeKind) -> list[Contact]:
    """The approved contacts that answer for an item and get notices of this kind."""
    hosting = items.newest_hosting(session, item.id)
    ip, country, asn = (hosting.ip, hosting.country, hosting.asn) if hosting is not None else (None, None, None)
    if item.platform is not None:
        ip = asn = None  # what a platform shows is the platform's, whoever carries it
    return [
        contact
        for contact in notices.approved_for(session, scopes_of(item.host, ip, country, asn))
        if notify.is_told(ContactRole(contact.role), kind, is_platforms=item.platform is not None)
        and answers_for(contact.answers_for, item.host, ip, country, asn)
    ]


def kind_and_ground(session: Session, item: Item) -> tuple[NoticeKind, str | None]:
    """The kind of notice for an item to take down; a page nobody assessed goes by the decision about its pictures."""
    decided = assessments.current_for(session, item)
    if decided is not None:
        return notify.kind_of(state_of(decided)), decided.ground
    pictures = [one for _, one in items.shown_on(session, item.id)]
    judged = [(one, assessments.current_for(session, one)) for one in pictures if one.state in TO_TAKE_DOWN]
    if any(decision is None or is_illegal(decision) for _, decision in judged):
        return NoticeKind.ILLEGAL, None
    return NoticeKind.HARMFUL, next((decision.ground for _, decision in judged if decision), None)


def _add_to_draft(
    session: Session, contact: Contact, item: Item, kind: NoticeKind, ground: str | None, now: datetime
) -> None:
    batch = notices.open_batch(session, contact.id, kind, ground)
    notice = notices.notices_of_batch(session, batch.id)[-1] if batch is not None else None
    if batch is None or notice is None:
        batch = Batch(contact_id=contact.id, kind=kind, ground=ground, made_at=now)
        session.add(batch)
        session.flush()
        notice = add_notice(session, batch, 1, NoticeState.DRAFT, now)
    session.add(BatchItem(batch_id=batch.id, item_id=item.id, added_at=now))
    session.add(NoticeItem(notice_id=notice.id, item_id=item.id))
    custody.record(session, "notice.take_in", f"N{notice.id}", reason=f"I{item.id}")
    session.flush()
    rule = rules.standing(session, contact.id, kind)
    if rule is not None and rule.approved_at is not None:
        work.schedule(session, WorkKind.SEND, f"N{notice.id}", now, rank=rank_of(session, item.id))
