"""What a directory of contacts holds, as frozen values. Reads nothing."""

from dataclasses import dataclass
from datetime import date

from hotline.states import ContactRole, Language

ANY = "any"
"""Scope of a search engine: it answers for every address."""


@dataclass(frozen=True)
class Entry:
    """One contact of a directory; `dated` is the date of the file it stands in."""

    name: str
    role: ContactRole
    channel: str
    address: str
    """A mailbox, or the https address of a form or an API, as the channel has it."""
    answers_for: tuple[str, ...]
    """Domains, with all names below them."""
    asns: tuple[int, ...]
    is_for_any: bool
    language: Language
    requested_h: int | None
    source: str
    status: str
    tested_on: str
    dated: date

    @property
    def origin(self) -> str:
        """Where a contact made of it is from, as the address book says it: `directory 2026-11-25 Hetzner`."""
        return f"directory {self.dated.isoformat()} {self.name}"


@dataclass(frozen=True)
class Directory:
    """The date of its newest file, and its entries: an operator's own first."""

    date: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Candidate:
    """Whom one could tell about an address, and why. A proposal until a person approves it.

    `scope`: the domain, `AS64500`, or `any`, for which it answers.
    """

    name: str
    address: str
    role: ContactRole
    channel: str
    scope: str
    origin: str
    language: Language = Language.EN
    requested_h: int | None = None
