"""The hotline's own list: what two people assessed illegal is matched on arrival; a revision takes it back."""

from datetime import datetime

from sqlmodel import Session

from hashsets.errors import NoSuchEntryError
from hashsets.formats import ListRow
from hashsets.lists import Library
from hashsets.lists.manifest import EntryInfo
from hashsets.match import DEFAULT_THRESHOLDS, Role
from hashsets.values import EXACT, Algorithm
from hotline.models import Assessment, Media
from hotline.store import assessments

OWN_LIST = "own"
"""The list that is always there: what was assessed here. Others of role own are lists as people brought them."""


class OwnList:
    """Keeps the list in step with the decisions; one for each program, which looks only where something changed."""

    def __init__(self) -> None:
        self._newest: tuple[int, int, int] | None = None

    def catch_up(self, session: Session, library: Library, now: datetime) -> bool:
        """Adds what two people assessed illegal since, and withdraws what was revised; tells whether any was.

        A list of that name with another role is somebody else's: it stays as it is.
        """
        newest = assessments.decided_by_two(session)
        if newest == self._newest:
            return False
        stored = library.stored().get(OWN_LIST)
        if stored is not None and stored.role is not Role.OWN:
            return False
        standing = assessments.illegal_by_two(session)
        missing = [own_row(one, decided) for one, decided in standing if _is_missing(library, one.id, decided)]
        gone = assessments.revised_by_two(session) - {one.id for one, _ in standing}
        listed = [number for number in sorted(gone) if _is_listed(library, number)]
        if missing:
            library.add_entries(OWN_LIST, missing, now)
        for number in listed:
            library.withdraw(OWN_LIST, f"M{number}", now)
        self._newest = newest
        return bool(missing or listed)


def own_row(found: Media, decided: Assessment) -> ListRow:
    """The hashes computed here of one media, as an entry of a list: only what is evidence."""
    hashes = [(algorithm, getattr(found, algorithm)) for algorithm in EXACT]
    if not found.is_blank and found.pdq and (found.pdq_quality or 0) >= DEFAULT_THRESHOLDS.pdq_quality:
        hashes.append((Algorithm.PDQ, found.pdq))
    if not found.is_blank and found.phash:
        hashes.append((Algorithm.PHASH, found.phash))
    return ListRow(tuple(hashes), entry=f"M{found.id}", label=decided.verdict)


def _is_missing(library: Library, media_id: int, decided: Assessment) -> bool:
    """Whether a decision is not on the list; an entry that a person withdrew since it was made stays withdrawn."""
    entry = _entry(library, media_id)
    if entry is None:
        return True
    newest = max(decided.at, decided.second_at or decided.at)
    return entry.withdrawn_at is not None and entry.withdrawn_at < newest


def _is_listed(library: Library, media_id: int) -> bool:
    entry = _entry(library, media_id)
    return entry is not None and entry.withdrawn_at is None


def _entry(library: Library, media_id: int) -> EntryInfo | None:
    if OWN_LIST not in library.stored():
        return None
    try:
        return library.show_entry(OWN_LIST, f"M{media_id}")
    except NoSuchEntryError:
        return None
