"""What follows from a notice that did not arrive: a mailbox that is bad is told no more before a person approves it
again, and what it was to hear goes to whoever comes next."""

import re
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.batches import leave_notice, set_notice_state, supersede
from hotline.consequences.takedown import queue_notify
from hotline.models import Contact, Item, Notice
from hotline.states import ContactState, NoticeKind, NoticeState
from hotline.store import notices
from hotline.store.contacts import BOUNCED, SENT_BACK

# RFC 3463: 5.1 is about the receiver's address, but 5.1.5 says that it is good and 5.1.7 to 5.1.9 are about ours; 5.2.1
# is a mailbox that was closed. A full one (5.2.2) may be emptied, and whoever refuses our mail (5.7) is there to do so.
_BAD_MAILBOX = re.compile(r"5\.1\.(?:[0-46]|10)|5\.2\.1")


def is_mailbox_bad(code: str) -> bool:
    """Tells whether a code of a mail server says that nobody has this mailbox."""
    return _BAD_MAILBOX.fullmatch(code) is not None


def save_bounce(session: Session, notice: Notice, code: str, now: datetime) -> None:
    """Nobody was told after all: no round follows, and its items are put before the next who answer for them.

    Where the code says that the mailbox is bad, its contact waits for a person again, and nothing unsent goes there.
    """
    batch, contact = notices.load_batch(session, notice.batch_id), notices.load_contact(session, notice.contact_id)
    batch.next_round_at = None
    session.add(batch)
    notice.problem = f"{BOUNCED} {code}".strip()
    set_notice_state(session, notice, NoticeState.FAILED, BOUNCED)
    went_there = (notice.recipient or contact.address).lower() == contact.address.lower()
    if is_mailbox_bad(code) and went_there and contact.state == ContactState.APPROVED:
        _send_back(session, contact, notice.problem, now)
    about = notices.items_of_notice(session, notice.id)
    _forget_unreached(session, notice, about)
    for item in about:
        queue_notify(session, item, now)


def _send_back(session: Session, contact: Contact, why: str, now: datetime) -> None:
    change = {"from_state": contact.state, "to_state": ContactState.PROPOSED}
    custody.record(session, SENT_BACK, f"K{contact.id}", reason=why, **change)
    contact.state, contact.approved_by, contact.approved_at = ContactState.PROPOSED, None, None
    session.add(contact)
    for notice in notices.unsent_to(session, contact.id):
        for item in notices.items_of_notice(session, notice.id):
            leave_notice(session, notice, item.id)
            queue_notify(session, item, now)
        supersede(session, notice, "mailbox_bounced", now)


def _forget_unreached(session: Session, notice: Notice, about: list[Item]) -> None:
    """Of whom no notice arrived, nobody was told: the clock to the host has not begun."""
    sent = notices.sent_about(session, [item.id for item in about])
    for item in about:
        arrived = [one for one in sent.get(item.id, ()) if one.kind != NoticeKind.CORRECTION]
        if item.host_at is not None and not arrived:
            item.host_at = None
            session.add(item)
            custody.record(session, "item.unreached", f"I{item.id}", reason=f"N{notice.id}")
