"""Where a person works: an open home, who they are and when it is. Checks the role once per action."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlmodel import Session

from hotline import custody, db, people
from hotline.errors import NotAllowedError
from hotline.home import Home, open_home
from hotline.settings import Settings


@dataclass(frozen=True)
class Desk:
    """A person at an open home. `actor` is their account, `now` the moment of the command."""

    home: Home
    actor: str
    now: datetime

    @classmethod
    def open(cls, folder: Path, as_name: str | None = None) -> Self:
        """Opens the home for the running account, or in a lab for `as_name`. Raises HomeError, NotAllowedError."""
        home = open_home(folder)
        if as_name and not home.settings.is_lab:
            raise NotAllowedError("--as stands in for another person only in a lab; run the command as that account")
        actor = as_name or people.account_name()
        with db.reading(home.engine) as session:
            people.find_person(session, actor)
        return cls(home, actor, home.now())

    @property
    def settings(self) -> Settings:
        return self.home.settings

    @contextmanager
    def writing(self, action: str) -> Iterator[Session]:
        """A write transaction for one action of people.MAY. Raises NotAllowedError before anything is written."""
        books = custody.Books(self.home.engine, self.home.anchor, self.actor, self.now)
        with custody.transaction(books) as session:
            people.require(session, self.actor, action)
            yield session
