"""The dated data files about the internet that others publish: as shipped, or the home's own copy where that is newer.
Asks nobody; knows no item and no case."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from hotline.datafiles.reading import READERS
from hotline.datafiles.shapes import CDN, NAMES, RDAP, About, Cdn, Cdns, Network, Published, Registries, Sign
from hotline.errors import InputError

__all__ = ["CDN", "NAMES", "RDAP", "About", "Cdn", "Cdns", "DataFiles", "Network", "Published", "Registries", "Sign"]

_SHIPPED = Path(__file__).parent.parent
Read = Registries | Cdns


@dataclass(frozen=True)
class DataFiles:
    """The data files of a home, `folder` holding its own copies, which may be replaced; None: the shipped ones."""

    folder: Path | None = None
    _read: dict[str, tuple[tuple[int, int], Read]] = field(default_factory=dict, repr=False, compare=False)

    def registries(self) -> Registries:
        return cast(Registries, self._newest(RDAP))

    def cdns(self) -> Cdns:
        return cast(Cdns, self._newest(CDN))

    def abouts(self) -> tuple[About, ...]:
        return self.registries().about, self.cdns().about

    def own_problem(self, name: str) -> str | None:
        """What is wrong with the home's own copy, which is left aside then."""
        try:
            self._own(name)
        except InputError as error:
            return str(error)
        except OSError as error:
            return f"{name}.toml cannot be read ({error.strerror}); ask for the right to read this home"
        return None

    def _newest(self, name: str) -> Read:
        shipped = _shipped(name)
        try:
            own = self._own(name)
        except (InputError, OSError):
            own = None
        return own if own is not None and own.about.taken_at >= shipped.about.taken_at else shipped

    def _own(self, name: str) -> Read | None:
        path = self.folder / f"{name}.toml" if self.folder is not None else None
        try:
            found = path.stat() if path is not None else None
        except FileNotFoundError:
            found = None
        if path is None or found is None:
            return None
        mark = (found.st_mtime_ns, found.st_ino)
        kept = self._read.get(name)
        if kept is None or kept[0] != mark:
            kept = self._read[name] = (mark, READERS[name](path, is_shipped=False))
        return kept[1]


@cache
def _shipped(name: str) -> Read:
    return READERS[name](_SHIPPED / f"{name}.toml", is_shipped=True)
