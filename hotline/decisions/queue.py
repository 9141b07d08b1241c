"""Taking something from the queue and putting it back, so that two people do not decide the same."""

from sqlmodel import Session

from hotline import db, people
from hotline.decisions.desk import Desk
from hotline.errors import NotAllowedError
from hotline.models import LETTERS, Appeal, Case, Contact, Item, Notice, Packet, Referral, Report, Taken
from hotline.records.ids import read_id
from hotline.store.rows import load

_TABLES = {LETTERS[table]: table for table in (Item, Case, Notice, Contact, Packet, Referral, Report, Appeal)}


def take(desk: Desk, subject: str) -> list[str]:
    """Marks what a person works on. Raises NotAllowedError when a colleague has it, UnknownIdError."""
    with db.transaction(desk.home.engine) as session:
        people.require(session, desk.actor, "queue")
        name = _name(session, subject)
        taken = session.get(Taken, name)
        if taken is not None and taken.by != desk.actor:
            raise NotAllowedError(f'{name} is with "{taken.by}"; they can put it back with: hotline queue pass {name}')
        session.merge(Taken(subject=name, by=desk.actor, at=desk.now))
    return [name]


def put_back(desk: Desk, subject: str) -> list[str]:
    """Puts back what was taken; no reason is asked."""
    with db.transaction(desk.home.engine) as session:
        people.require(session, desk.actor, "queue")
        name = _name(session, subject)
        taken = session.get(Taken, name)
        if taken is not None:
            session.delete(taken)
    return [name]


def _name(session: Session, subject: str) -> str:
    """The id as it is written everywhere. Raises UnknownIdError, also for what is not there."""
    letter, number = read_id(subject, *_TABLES)
    load(session, _TABLES[letter], number)
    return f"{letter}{number}"
