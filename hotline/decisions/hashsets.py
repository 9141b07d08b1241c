"""Lists of known hashes: a changed list screens everything undecided again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from hashsets.errors import ListFormatError
from hashsets.lists import ImportReport, Library
from hashsets.match import DEFAULT_THRESHOLDS, Thresholds
from hotline import custody, db, people, work
from hotline.boundaries import boundary
from hotline.consequences.inheriting import is_illegal
from hotline.consequences.items import queue_screens
from hotline.consequences.quarantine import release
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.states import WorkKind
from hotline.store import assessments, items, media, quarantines


@dataclass(frozen=True)
class ListTerms:
    """What a person says of a list: its label in leads, whose it is, under which terms, who may use it how.

    `thresholds` changes those that it names.
    """

    label: str | None = None
    owner: str | None = None
    licence: str | None = None
    handling: str | None = None
    thresholds: Mapping[str, int] = field(default_factory=dict)


NO_TERMS = ListTerms()


def import_list(
    desk: Desk,
    library: Library,
    name: str,
    path: Path,
    *,
    format: str | None = None,
    role: str | None = None,
    terms: ListTerms = NO_TERMS,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Makes a list what `path` says now and has all undecided media screened; what is None stays as the list has it.

    Raises HashsetError, InputError.
    """
    _require(desk, _role(library, name, role))
    refused = path.with_name(path.name + ".rejected")
    with _told(path, refused):
        result = library.import_list(
            name,
            path,
            now=desk.now,
            format=format,
            role=role,
            columns=columns,
            refused_path=refused,
            progress=progress,
            label=terms.label,
            owner=terms.owner,
            licence=terms.licence,
            handling=terms.handling,
            thresholds=_thresholds(library, name, terms),
        )
    boundary("hashset.imported")
    role_now = _role(library, name, role)
    with desk.writing("hashset") as session:
        queue_screens(session, desk.now)
        custody.record(session, "hashset.import", f"list:{name}", to_state=f"version {result.version}", reason=role_now)
    return result


@contextmanager
def _told(path: Path, refused: Path) -> Iterator[None]:
    """Says what to do where a file cannot be read, or none of its rows be used."""
    before = _changed_at(refused)
    try:
        yield
    except ListFormatError as error:
        if _changed_at(refused) == before:
            raise
        raise InputError(f"{error} {refused.name} has the cause of each row that was refused.") from None
    except OSError as error:
        raise InputError(f"{path.name} cannot be imported ({error.strerror}); give a file you may read") from None


def _changed_at(path: Path) -> int | None:
    return path.stat().st_mtime_ns if path.exists() else None


def _role(library: Library, name: str, given: str | None) -> str:
    """The role that was given, or else the one that the list has or will have."""
    standing = library.stored().get(name)
    return given or (standing.role.value if standing else "known")


def _thresholds(library: Library, name: str, terms: ListTerms) -> Thresholds | None:
    """Those the list has, or the usual ones, with what was named changed; None where nothing was."""
    if not terms.thresholds:
        return None
    standing = library.stored().get(name)
    return (standing.thresholds if standing else DEFAULT_THRESHOLDS).changed(terms.thresholds)


def set_terms(desk: Desk, library: Library, name: str, terms: ListTerms, role: str | None = None) -> None:
    """Changes what is said of a list and how near a hit must be; everything undecided is screened again.

    Raises HashsetError.
    """
    for wanted in (library.show(name).role.value, role or "known"):
        _require(desk, wanted)
    library.set_terms(
        name,
        role=role,
        label=terms.label,
        owner=terms.owner,
        licence=terms.licence,
        handling=terms.handling,
        thresholds=_thresholds(library, name, terms),
    )
    with desk.writing("hashset") as session:
        queue_screens(session, desk.now)
        custody.record(session, "hashset.set", f"list:{name}", reason=library.show(name).role.value)


def withdraw(desk: Desk, library: Library, name: str, entry: str) -> str:
    """Stops an entry from matching, also in running workers, and takes back the leads it gave."""
    _require(desk, "known")
    library.withdraw(name, entry, desk.now)
    with desk.writing("hashset") as session:
        for media_id in media.media_with_entry(session, name, entry):
            work.schedule(session, WorkKind.SCREEN, f"M{media_id}", desk.now)
        _end_quarantine(session, desk, name, entry)
        custody.record(session, "hashset.withdraw", f"list:{name}", text=entry)
    return entry


def reinstate(desk: Desk, library: Library, name: str, entry: str) -> None:
    """Lets an entry match again that was withdrawn here or is in quarantine; everything undecided is screened again.

    Raises InputError where it is neither, HashsetError.
    """
    _require(desk, "known")
    is_withdrawn = library.show_entry(name, entry).withdrawn_by == "person"
    with db.reading(desk.home.engine) as session:
        if not is_withdrawn and (name, entry) not in quarantines.quarantined(session):
            raise InputError("this entry matches already; only one withdrawn here or in quarantine can be reinstated")
    library.reinstate(name, entry)
    with desk.writing("hashset") as session:
        _end_quarantine(session, desk, name, entry)
        queue_screens(session, desk.now)
        custody.record(session, "hashset.reinstate", f"list:{name}", text=entry)


def _end_quarantine(session: Session, desk: Desk, name: str, entry: str) -> None:
    found = quarantines.of_entry(session, name, entry)
    if found is not None and found.released_at is None:
        release(session, found, desk.actor, desk.now)


def share(desk: Desk, item_ids: list[int]) -> list[int]:
    """The second person's word that the hashes of what these items show may be shared out; all of them or none.

    Raises InputError where nobody assessed a file illegal, NotAllowedError for the person who did.
    """
    with desk.writing("hashset_own") as session:
        for item_id in item_ids:
            _share(session, desk, item_id)
    return item_ids


def _share(session: Session, desk: Desk, item_id: int) -> None:
    item = items.load_item(session, item_id)
    decided = assessments.current_for_media(session, item.media_id) if item.media_id is not None else None
    if decided is None or not is_illegal(decided):
        raise InputError(f"I{item_id} shows no file that was assessed baseline or national; there is nothing to share")
    if decided.second_by is None:
        people.require_another(desk.actor, decided.by, "sharing a hash")
        decided.second_by, decided.second_at = desk.actor, desk.now
        session.add(decided)
    custody.record(session, "hashset.share", f"M{item.media_id}", reason=decided.verdict)


def _require(desk: Desk, role: str) -> None:
    """The right to change lists is checked before a file is touched."""
    with db.reading(desk.home.engine) as session:
        people.require(session, desk.actor, "hashset_own" if role == "own" else "hashset")
