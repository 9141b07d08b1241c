"""Who runs a command, and what each role may do: one table. Knows no item and no case."""

import os
import pwd

from sqlmodel import Session, col, select

from hotline.errors import InputError, NotAllowedError
from hotline.models import Person
from hotline.states import Role

_WORK = frozenset({Role.ANALYST, Role.SECOND, Role.ADMIN})
_DECIDE = frozenset({Role.ANALYST, Role.SECOND})
_SECOND = frozenset({Role.SECOND})
_ADMIN = frozenset({Role.ADMIN})
_ALL = frozenset(Role)

MAY: dict[str, frozenset[Role]] = {
    "report": _WORK,
    "queue": _WORK,
    "case": _DECIDE,
    "assess": _DECIDE,
    "revise": _SECOND,
    "hold": _DECIDE,
    "contact": _DECIDE,
    "notice": _DECIDE,
    "appeal": _DECIDE,
    "rule": _DECIDE,
    "key": _DECIDE,
    "law": _DECIDE,
    "recheck": _DECIDE,
    "family": _DECIDE,
    "packet": _DECIDE,
    "packet_release": _SECOND,
    "referral": _WORK,
    "hashset": _DECIDE,
    "hashset_own": _SECOND,
    "person": _ADMIN,
    "data": _ADMIN,
    "forget": _SECOND,
    "work": _WORK,
    "read": _ALL,
}
"""Action → roles that may do it. Where two different people are needed, the decision itself compares them."""


def account_name() -> str:
    """The name of the operating-system account that runs this program."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid{os.getuid()}"


def registered(session: Session, name: str) -> Person | None:
    """The person of this account, None when it was never registered."""
    return session.exec(select(Person).where(Person.name == name)).first()


def find_person(session: Session, name: str) -> Person:
    """Raises NotAllowedError for an account that was never registered."""
    person = registered(session, name)
    if person is None:
        raise NotAllowedError(f'"{name}" is not registered in this home; an admin runs: hotline person add {name}')
    return person


def pseudonym(session: Session, name: str) -> str:
    """How a colleague is named to the outside: `analyst-2`; actors that are no person keep their name."""
    person = registered(session, name)
    return f"analyst-{person.id}" if person else name


def list_people(session: Session) -> list[Person]:
    return list(session.exec(select(Person).order_by(col(Person.id))))


def roles_of(person: Person) -> frozenset[Role]:
    return frozenset(Role(name) for name in person.roles.split())


def require(session: Session, name: str, action: str) -> None:
    """Raises NotAllowedError unless one of the person's roles may do `action`."""
    if roles_of(find_person(session, name)).isdisjoint(MAY[action]):
        wanted = " or ".join(sorted(MAY[action]))
        raise NotAllowedError(f'"{name}" may not do this; it needs the role {wanted}')


def require_another(name: str, first: str, what: str) -> None:
    """Raises NotAllowedError when the second person of a two-person rule is the first."""
    if name == first:
        raise NotAllowedError(f'{what} needs two different people, and "{name}" was the first; ask a colleague')


def read_roles(names: list[str]) -> str:
    """Validates role names and returns them as stored. Raises InputError."""
    known = {role.value for role in Role}
    for name in names:
        if name not in known:
            raise InputError(f'"{name}" is no role; the roles are {", ".join(sorted(known))}')
    return " ".join(sorted(set(names)))
