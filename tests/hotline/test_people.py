"""Who may do what: every action for every role, and the rules that need two people."""

import getpass
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hotline import db, people
from hotline.errors import InputError, NotAllowedError
from hotline.models import Person
from hotline.states import Role

ROOT = Path(__file__).parent.parent.parent

# Action → who may do it: A(nalyst), S(econd), U (auditor), D (admin).
RIGHTS = [
    # taking reports in, the queue and running what is due: everybody who works
    ("report", "ASD"),
    ("queue", "ASD"),
    ("work", "ASD"),
    ("referral", "ASD"),
    # judging material and what follows from it: analysts, and those who are asked as second
    ("case", "AS"),
    ("assess", "AS"),
    ("rule", "AS"),
    ("key", "AS"),
    ("law", "AS"),
    ("hold", "AS"),
    ("contact", "AS"),
    ("notice", "AS"),
    ("appeal", "AS"),
    ("recheck", "AS"),
    ("family", "AS"),
    ("packet", "AS"),
    ("hashset", "AS"),
    # what needs a second person by DESIGN section 3
    ("revise", "S"),
    ("packet_release", "S"),
    ("hashset_own", "S"),
    ("forget", "S"),
    # changing roles
    ("person", "D"),
    # what the internet is told by
    ("data", "D"),
    # reading: also who only proves
    ("read", "ASUD"),
]
LETTERS = {"A": Role.ANALYST, "S": Role.SECOND, "U": Role.AUDITOR, "D": Role.ADMIN}


@pytest.fixture
def staff(ledger: Any) -> Any:
    """One person for each role, named after it, and one who has two."""
    with db.transaction(ledger.engine) as session:
        for name in (*Role, "analyst second"):
            session.add(Person(name=name.replace(" ", "+"), roles=name, added_at=ledger.now, added_by="root"))
    return ledger


def may(ledger: Any, name: str, action: str) -> bool:
    with db.reading(ledger.engine) as session:
        try:
            people.require(session, name, action)
        except NotAllowedError:
            return False
    return True


@pytest.mark.parametrize(("action", "letters"), RIGHTS)
def test_each_role_may_do_what_its_table_says(staff: Any, action: str, letters: str) -> None:
    expected = {LETTERS[letter].value for letter in letters}

    assert expected == {role.value for role in Role if may(staff, role, action)}


def test_the_table_names_every_action() -> None:
    assert {action for action, _ in RIGHTS} == set(people.MAY)


def test_one_of_several_roles_is_enough(staff: Any) -> None:
    assert may(staff, "analyst+second", "revise")
    assert not may(staff, "analyst+second", "person")


def test_a_refusal_says_which_role_is_needed(staff: Any) -> None:
    with (
        db.reading(staff.engine) as session,
        pytest.raises(NotAllowedError, match=r'^"auditor" may not do this; it needs the role analyst or second$'),
    ):
        people.require(session, "auditor", "assess")


def test_an_account_that_was_never_registered_is_told_who_can(staff: Any) -> None:
    with (
        db.reading(staff.engine) as session,
        pytest.raises(NotAllowedError, match=r'^"guest" is not registered in this home; an admin runs: hotline person'),
    ):
        people.require(session, "guest", "read")


def test_a_second_person_is_not_the_first() -> None:
    people.require_another("besa", "drita", "releasing a packet")

    with pytest.raises(NotAllowedError, match=r"^releasing a packet needs two different people"):
        people.require_another("drita", "drita", "releasing a packet")


def test_colleagues_have_a_number_to_the_outside_and_machines_their_name(staff: Any) -> None:
    with db.reading(staff.engine) as session:
        assert people.pseudonym(session, "second") == "analyst-2"
        assert people.pseudonym(session, "pipeline") == "pipeline"


def test_people_are_listed_in_the_order_they_came(staff: Any) -> None:
    with db.reading(staff.engine) as session:
        assert [one.name for one in people.list_people(session)] == [*Role, "analyst+second"]


def test_roles_are_stored_once_and_in_order() -> None:
    assert people.read_roles(["second", "analyst", "second"]) == "analyst second"
    assert people.roles_of(Person(name="x", roles="analyst second")) == {Role.ANALYST, Role.SECOND}
    assert people.roles_of(Person(name="x", roles="")) == set()


@pytest.mark.parametrize("name", ["boss", "Analyst", "", "analyst second"])
def test_what_is_no_role_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is no role; the roles are admin, analyst, auditor, second"):
        people.read_roles([name])


def test_a_person_is_the_account_that_runs_the_program() -> None:
    assert getpass.getuser() == people.account_name()


def test_neither_variable_nor_login_name_makes_another_person() -> None:
    told = _account_name({"LOGNAME": "besa", "USER": "besa", "USERNAME": "besa"})

    assert told == people.account_name()


def test_an_account_without_a_name_is_its_number() -> None:
    """Where the tests run as root such an account is taken on; elsewhere the running one stands in."""
    number = 54321 if os.geteuid() == 0 else None

    told = _account_name({}, f"import os; os.setuid({number})" if number else "pass")

    expected = f"uid{number}" if number else people.account_name()
    assert expected == told


def _account_name(variables: dict[str, str], before: str = "pass") -> str:
    code = f"from hotline import people\n{before}\nprint(people.account_name())"
    environment = {**os.environ, **variables}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()
