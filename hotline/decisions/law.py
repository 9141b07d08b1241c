"""A named person's word that a citation or a platform's rule is what its source says, and taking that back."""

from collections.abc import Iterable

from hotline import custody
from hotline.decisions.desk import Desk
from hotline.errors import MoveError, UnknownIdError
from hotline.law import Entry, LawBook, entries
from hotline.models import LawCheck
from hotline.store import law


def check(desk: Desk, names: Iterable[str]) -> list[str]:
    """Records that this person compared each entry with its source; all or none. Raises UnknownIdError."""
    known = entries(desk.settings)
    chosen = [_known(known, name) for name in dict.fromkeys(names)]
    with desk.writing("law") as session:
        for entry in chosen:
            session.add(LawCheck(entry=entry.id, text_digest=entry.digest, by=desk.actor, at=desk.now))
            session.flush()
            custody.record(session, "law.check", _subject(entry.id))
    return [entry.id for entry in chosen]


def withdraw(desk: Desk, name: str) -> bool:
    """Withdraws every check of an entry that was made here; tells whether it is quoted on all the same, since a file
    vouches for it. Raises UnknownIdError, and MoveError where there is no check to withdraw."""
    known = entries(desk.settings)
    with desk.writing("law") as session:
        standing = [one for one in law.checks_of(session, name) if one.withdrawn_at is None]
        if not standing:
            raise _nothing_to_withdraw(_known(known, name))
        for one in standing:
            one.withdrawn_by, one.withdrawn_at = desk.actor, desk.now
            session.add(one)
        custody.record(session, "law.withdraw", _subject(name))
    return name in known and LawBook(desk.settings, {}, desk.now.date()).judged(known[name]).is_usable


def _subject(name: str) -> str:
    """An entry's id may look like an item's; its line must not stand in that item's custody."""
    return f"law:{name}"


def _known(known: dict[str, Entry], name: str) -> Entry:
    if name not in known:
        raise UnknownIdError(f'there is no entry "{name}"; `hotline law list` shows what exists')
    return known[name]


def _nothing_to_withdraw(entry: Entry) -> MoveError:
    if entry.own_check:
        return MoveError(f"{entry.id} was not checked here: take its checked_by out of notices.law_file")
    if entry.is_confirmed:
        return MoveError(f"{entry.id} was not checked here: set its table to unconfirmed in platforms.file")
    return MoveError(f"nobody's check of {entry.id} stands; `hotline law show` tells who checked it")
