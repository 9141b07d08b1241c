"""Taking something from the queue and putting it back, so that two people do not decide the same."""

from hotline import db, people
from hotline.decisions.desk import Desk
from hotline.errors import NotAllowedError
from hotline.models import Taken
from hotline.records.ids import read_id

_LETTERS = "ICNKPQR"


def take(desk: Desk, subject: str) -> list[str]:
    """Marks what a person works on. Raises NotAllowedError when a colleague has it."""
    name = "{}{}".format(*read_id(subject, *_LETTERS))
    with db.transaction(desk.home.engine) as session:
        people.require(session, desk.actor, "queue")
        taken = session.get(Taken, name)
        if taken is not None and taken.by != desk.actor:
            raise NotAllowedError(f'{name} is with "{taken.by}"; they can put it back with: hotline queue pass {name}')
        session.merge(Taken(subject=name, by=desk.actor, at=desk.now))
    return [name]


def put_back(desk: Desk, subject: str) -> list[str]:
    """Puts back what was taken; no reason is asked."""
    name = "{}{}".format(*read_id(subject, *_LETTERS))
    with db.transaction(desk.home.engine) as session:
        people.require(session, desk.actor, "queue")
        taken = session.get(Taken, name)
        if taken is not None:
            session.delete(taken)
    return [name]
