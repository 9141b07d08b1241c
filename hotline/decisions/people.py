"""Registering colleagues and changing what they may do."""

from hotline import custody, people
from hotline.decisions.desk import Desk
from hotline.models import Person


def add(desk: Desk, name: str, roles: list[str]) -> int:
    """Registers a colleague, or changes a colleague's roles; nobody changes their own. Returns the person's number."""
    stored = people.read_roles(roles)
    with desk.writing("person") as session:
        person = people.registered(session, name)
        if person is not None:
            people.require_another(desk.actor, name, "changing roles")
        before = person.roles if person else None
        person = person or Person(name=name, added_at=desk.now, added_by=desk.actor, roles=stored)
        person.roles = stored
        session.add(person)
        session.flush()
        custody.record(session, "person.roles", f"U{person.id}", from_state=before, to_state=stored)
        return person.id
