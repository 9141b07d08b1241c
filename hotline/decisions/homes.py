"""Making a home: its first person is who runs the command, with every role."""

from pathlib import Path

from hotline import custody, home, keys, people
from hotline.home import Home
from hotline.models import Home as HomeRow
from hotline.models import Person
from hotline.settings import Settings
from hotline.states import Role


def make(folder: Path, settings: Settings, group: str | None = None) -> Home:
    """Makes a home in `folder` and registers the running account. Raises HomeError when there is one."""
    made = home.make_home(folder, settings, group)
    name = people.account_name()
    with custody.transaction(custody.Books(made.engine, made.anchor, name, made.now())) as session:
        check = keys.check_of(made.workspace, made.home_id)
        session.add(HomeRow(home_id=made.home_id, workspace_check=check, made_at=made.now()))
        roles = " ".join(sorted(role.value for role in Role))
        session.add(Person(name=name, roles=roles, added_at=made.now(), added_by=name))
        custody.record(session, "home.make", "home")
    home.write_config(made)
    return made
