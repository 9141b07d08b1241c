"""The hotline's own list: what two people assessed illegal is matched on arrival; a revision takes it back."""

from datetime import datetime

from sqlmodel import Session

from hashsets.errors import NoSuchEntryError
from hashsets.formats import ListRow
from hashsets.lists import Library
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
        missing = [own_row(one, decided) for one, decided in standing if not _is_listed(library, one.id)]
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


def _is_listed(library: Library, media_id: int) -> bool:
    if OWN_LIST not in library.stored():
        return False
    try:
        return library.show_entry(OWN_LIST, f"M{media_id}").withdrawn_at is None
    except NoSuchEntryError:
        return False
