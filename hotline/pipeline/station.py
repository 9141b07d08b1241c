"""What the pipeline works with: an open home and everything it reaches the outside and the lists through."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from hashsets.decode import DecoderPool
from hashsets.lists import Library
from hotline import custody
from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.fetchers import Fetchers
from hotline.channels.rdap import Rdap
from hotline.consequences.lookup import FamilyIndex
from hotline.consequences.ownlist import OwnList
from hotline.datafiles import DataFiles
from hotline.directory import known_directory
from hotline.home import Home
from hotline.settings import Settings

PIPELINE = "pipeline"
"""The actor of what happens by itself."""


@dataclass(frozen=True)
class Station:
    """An authorised station with its equipment, opened once by the edge and passed in."""

    home: Home
    library: Library
    pool: DecoderPool
    gate: Gate
    resolver: Resolver
    rdap: Rdap
    fetchers: Fetchers
    families: FamilyIndex = field(default_factory=FamilyIndex)
    own_list: OwnList = field(default_factory=OwnList)

    @property
    def settings(self) -> Settings:
        return self.home.settings

    def now(self) -> datetime:
        return self.home.now()

    @contextmanager
    def writing(self, now: datetime) -> Iterator[Session]:
        """A write transaction of the pipeline, every change with its custody line."""
        with custody.transaction(custody.Books(self.home.engine, self.home.anchor, PIPELINE, now)) as session:
            yield session


@contextmanager
def open_station(home: Home) -> Iterator[Station]:
    """Opens lists, decoder and channels of a home; the decoder's child starts with the first file."""
    gate = Gate.from_settings(home.settings)
    resolver = Resolver.from_settings(home.settings)
    rdap = Rdap.from_settings(home.settings, gate=gate, resolver=resolver, data=DataFiles(home.data))
    library = Library(home.lists)
    library.refresh()  # what is damaged is told before anything is done
    known_directory(home.settings.notices.directory_file)  # and so is what is written wrongly
    workers, has_features = home.settings.run.workers, home.settings.families.local_features
    with (
        DecoderPool(workers=workers, has_features=has_features) as pool,
        Fetchers.from_settings(home.settings, workers=workers) as fetchers,
    ):
        yield Station(home, library, pool, gate, resolver, rdap, fetchers)
