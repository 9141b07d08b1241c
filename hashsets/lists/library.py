"""The library of hash lists in one folder: import, withdraw, search. Many processes may have it open at once.
A version of a list counts from the moment the manifest names it; it knows no case and no network.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from hashsets.errors import (
    InvalidListNameError,
    ListFormatError,
    NoSuchEntryError,
    NoSuchListError,
    NotOwnListError,
)
from hashsets.fingerprint import Fingerprint
from hashsets.formats.rows import ListRow, derive_entry
from hashsets.lists.delivery import ROWS_FORMAT, Delivery, Progress, Refusals, check_rows, open_delivery
from hashsets.lists.describe import describe_entry, describe_list
from hashsets.lists.files import locked, make_folder
from hashsets.lists.limits import Limits
from hashsets.lists.manifest import FILE_NAME, EntryInfo, ListInfo, StoredList, load_manifest, save_manifest
from hashsets.lists.opening import Stamp, State, open_lists, problems_of, problems_of_list, stamp_of
from hashsets.lists.publish import ImportReport, Terms, build_version, forget_old_versions, publish
from hashsets.lists.search import OpenList, Stage, search_list, stages_of_file, stages_of_values
from hashsets.match import Hit, Role, SearchPolicy, Thresholds, best_first
from hashsets.values import Algorithm, read_value

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Library:
    """The lists of one folder, which is made at the first import. Searching is thread-safe and sees changes at once.

    Every method raises DamagedListError where a file of the library is missing, cut or unreadable.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._folder = folder
        self._manifest_path = folder / FILE_NAME
        self._limits = limits or Limits()
        self._state = State()

    def refresh(self) -> bool:
        """Take over what another process changed; costs one stat() where nothing was. True if something was."""
        before = self._state
        return self._current() is not before

    def stamp(self) -> Stamp | None:
        """What the lists are at this moment: two equal stamps mean that nothing was imported or withdrawn between."""
        return stamp_of(self._folder)

    def lists(self) -> list[ListInfo]:
        """All lists, by name."""
        return [describe_list(opened) for _, opened in sorted(self._current().lists.items())]

    def stored(self) -> Mapping[str, StoredList]:
        """What is said of the lists by name, without opening them: also where their files are damaged."""
        return load_manifest(self._manifest_path)

    def show(self, name: str) -> ListInfo:
        """One list. Raises NoSuchListError."""
        return describe_list(self._get(name))

    def show_entry(self, name: str, entry: str) -> EntryInfo:
        """One entry, also one that was withdrawn. Raises NoSuchListError, NoSuchEntryError."""
        return describe_entry(self._get(name), entry)

    def import_list(
        self,
        name: str,
        source: Path | Iterable[ListRow],
        *,
        now: datetime,
        format: str | None = None,
        role: Role | str | None = None,
        label: str | None = None,
        thresholds: Thresholds | None = None,
        owner: str | None = None,
        licence: str | None = None,
        handling: str | None = None,
        columns: Mapping[str, str] | None = None,
        refused_path: Path | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Make a list what its source says now: entries that are no longer there stop matching. All or nothing.

        A format that is a delta adds and withdraws what it names, and leaves the rest. A folder is read file by file
        as one delivery. `format` None recognises it from the content; `columns` say what stands under names of the
        source's own. None for role, label, thresholds, owner, licence and handling keeps what the list has (a new one
        is known, or what its format is good for, without label, with the default thresholds). `refused_path` receives
        `line,cause` of each row that was left out; `progress` is told the number of rows now and then. The same
        content again changes nothing; what a person withdrew stays withdrawn. A whole list whose files are damaged is
        made anew.
        Raises ListFormatError where no row is usable, InvalidListNameError, OSError.
        """
        with open_delivery(source, format, columns) as delivery:
            chosen = role or (None if name in self.stored() else delivery.role)
            terms = Terms(now, Role(chosen) if chosen else None, label, thresholds, owner, licence, handling)
            return self._import(name, delivery, terms, Refusals(refused_path), progress)

    def add_entries(self, name: str, rows: Iterable[ListRow], now: datetime) -> ImportReport:
        """Add entries to a list of role own, which is made if need be; one that was withdrawn counts again.

        Raises ListFormatError where no row is usable, NotOwnListError, InvalidListNameError, OSError.
        """
        added = list(check_rows(rows))
        if not any(isinstance(row, ListRow) for row in added):
            raise ListFormatError
        revived = frozenset(
            row.entry or derive_entry(row.hashes, row.others) for row in added if isinstance(row, ListRow)
        )
        if known := self._current().lists.get(name):
            _require_own(known)
        terms = Terms(now, Role.OWN, revived=revived)
        return self._import(name, Delivery(ROWS_FORMAT, iter(added), is_delta=True), terms, Refusals(None), None)

    def withdraw(self, name: str, entry: str, now: datetime) -> None:
        """Stop an entry from matching, here and in every process that has the library open, until it is reinstated.

        Raises NoSuchListError, NoSuchEntryError.
        """
        with self._changing(name, entry) as (manifest, stored):
            withdrawn = {entry: now, **stored.withdrawn}
            save_manifest(self._manifest_path, {**manifest, name: replace(stored, withdrawn=withdrawn)})

    def reinstate(self, name: str, entry: str) -> None:
        """Take a withdrawal back. Raises NoSuchListError, NoSuchEntryError."""
        with self._changing(name, entry) as (manifest, stored):
            withdrawn = {known: at for known, at in stored.withdrawn.items() if known != entry}
            save_manifest(self._manifest_path, {**manifest, name: replace(stored, withdrawn=withdrawn)})

    def set_terms(
        self,
        name: str,
        *,
        role: Role | str | None = None,
        label: str | None = None,
        thresholds: Thresholds | None = None,
        owner: str | None = None,
        licence: str | None = None,
        handling: str | None = None,
    ) -> None:
        """Change what is said of a list, its entries apart; None keeps what it has. Raises NoSuchListError."""
        self._get(name)
        terms = Terms(datetime.now(UTC), Role(role) if role else None, label, thresholds, owner, licence, handling)
        with self._writing() as manifest:
            save_manifest(self._manifest_path, {**manifest, name: terms.apply(manifest[name])})
        self.refresh()

    def search(self, fingerprint: Fingerprint, policy: SearchPolicy | None = None) -> tuple[Hit, ...]:
        """Every listed entry that a file reaches, best first, at most policy.max_hits; one hit per list and entry."""
        chosen = policy or SearchPolicy()
        return self._search(lambda stored: stages_of_file(fingerprint, stored.thresholds, chosen), chosen.max_hits)

    def search_hash(
        self, text: str, algorithm: Algorithm | str | None = None, policy: SearchPolicy | None = None
    ) -> tuple[Hit, ...]:
        """Every listed entry that one typed hash reaches; 64 digits are looked up as sha256 and as upright pdq.

        Raises InvalidHashError.
        """
        given, chosen = read_value(text, Algorithm(algorithm) if algorithm else None), policy or SearchPolicy()
        return self._search(lambda stored: stages_of_values(given, stored.thresholds, chosen), chosen.max_hits)

    def require_own(self, name: str) -> None:
        """Raises NoSuchListError, and NotOwnListError where a list is of another role than own."""
        _require_own(self._get(name))

    def verify(self) -> list[str]:
        """What is wrong with the lists' files, one text each, by reading all of them; [] where nothing is."""
        return problems_of(self._folder)

    def _search(self, stages_for: Callable[[StoredList], Iterable[Stage]], max_hits: int) -> tuple[Hit, ...]:
        lists = self._current().lists.values()
        hits = chain.from_iterable(search_list(opened, stages_for(opened.stored), max_hits) for opened in lists)
        return tuple(best_first(hits)[:max_hits])

    def _import(
        self,
        name: str,
        delivery: Delivery,
        terms: Terms,
        refusals: Refusals,
        progress: Progress | None,
    ) -> ImportReport:
        if not _NAME.fullmatch(name):
            raise InvalidListNameError
        folder = self._folder / name
        make_folder(self._folder)
        make_folder(folder)
        with locked(folder / ".import.lock"):
            old = self._current().lists.get(name) if delivery.is_delta else self._sound(name)
            rows = refusals.sift(delivery.rows, progress)
            built_version = build_version(folder, rows, old, terms.now, self._limits, is_delta=delivery.is_delta)
            with built_version as built, self._writing() as manifest:
                before = manifest.get(name)
                stored = publish(built, terms, delivery.format, before)
                if stored != before:
                    save_manifest(self._manifest_path, {**manifest, name: stored})
            forget_old_versions(folder, stored, before)
        self.refresh()
        refused_path = refusals.path if refusals.count else None
        change = built.change
        counts = (change.new, change.changed, change.withdrawn, refusals.count)
        told = (tuple(refusals.first), refusals.doubt_count, tuple(refusals.first_doubts))
        return ImportReport(*counts, stored.version, refused_path, *told)

    def _sound(self, name: str) -> OpenList | None:
        """A list whose files are what they were; None where there is none, or it must be made anew."""
        stored = self.stored().get(name)
        is_damaged = stored is not None and problems_of_list(self._folder / name, stored)
        return None if stored is None or is_damaged else self._current().lists.get(name)

    @contextmanager
    def _writing(self) -> Iterator[dict[str, StoredList]]:
        """Hold the library's lock with its present state loaded."""
        with locked(self._folder / ".lock"):
            yield dict(self.stored())

    @contextmanager
    def _changing(self, name: str, entry: str) -> Iterator[tuple[dict[str, StoredList], StoredList]]:
        self._get(name)
        with self._writing() as manifest:
            if self._get(name).segment.row_of(entry) is None:
                raise NoSuchEntryError
            yield manifest, manifest[name]
        self.refresh()

    def _get(self, name: str) -> OpenList:
        try:
            return self._current().lists[name]
        except KeyError:
            raise NoSuchListError from None

    def _current(self) -> State:
        """The lists as they are now; whole, whatever other threads and processes do meanwhile."""
        self._state = state = open_lists(self._folder, self._state)
        return state


def _require_own(opened: OpenList) -> OpenList:
    if opened.stored.role is not Role.OWN:
        raise NotOwnListError
    return opened
