"""Lists of known hashes: a changed list screens everything undecided again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hashsets.lists import ImportReport, Library
from hotline import custody, db, people, work
from hotline.boundaries import boundary
from hotline.consequences.items import queue_screens
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.states import WorkKind
from hotline.store import media


@dataclass(frozen=True)
class ListTerms:
    """What a person says of a list: its label in leads, whose it is, under which terms, who may use it how."""

    label: str | None = None
    owner: str | None = None
    licence: str | None = None
    handling: str | None = None


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
    try:
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
        )
    except OSError as error:
        raise InputError(f"{path.name} cannot be imported ({error.strerror}); give a file you may read") from None
    boundary("hashset.imported")
    role_now = _role(library, name, role)
    with desk.writing("hashset") as session:
        queue_screens(session, desk.now)
        custody.record(session, "hashset.import", f"list:{name}", to_state=f"version {result.version}", reason=role_now)
    return result


def _role(library: Library, name: str, given: str | None) -> str:
    """The role that was given, or else the one that the list has or will have."""
    standing = {info.name: info.role.value for info in library.lists()}
    return given or standing.get(name, "known")


def withdraw(desk: Desk, library: Library, name: str, entry: str) -> str:
    """Stops an entry from matching, also in running workers, and takes back the leads it gave."""
    _require(desk, "known")
    library.withdraw(name, entry, desk.now)
    with desk.writing("hashset") as session:
        for media_id in media.media_with_entry(session, name, entry):
            work.schedule(session, WorkKind.SCREEN, f"M{media_id}", desk.now)
        custody.record(session, "hashset.withdraw", f"list:{name}", text=entry)
    return entry


def _require(desk: Desk, role: str) -> None:
    """The right to change lists is checked before a file is touched."""
    with db.reading(desk.home.engine) as session:
        people.require(session, desk.actor, "hashset_own" if role == "own" else "hashset")
