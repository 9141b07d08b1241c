"""The exchanges of one look from one vantage: paced, by the same way out, and each with its capture."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.addresses import Address
from hotline.errors import FetchError
from hotline.fetch import fetch
from hotline.pipeline.station import Station
from hotline.records.looks import Capture, Fetched
from hotline.records.seen import Remembered, Seen
from hotline.states import Unreachable


@dataclass
class Exchanges:
    """One look under way. `captures` grows with every request, answered or not."""

    station: Station
    address: Address
    remembered: Remembered
    vantage: str
    captures: list[Capture] = field(default_factory=list)

    def ask(self, href: str, *, purpose: str = "look", **how: Any) -> Fetched:
        """One exchange as `fetch` makes it. The pause between two requests is kept here. Raises FetchError."""
        settings = self.station.settings.fetch
        if self.captures:
            time.sleep(settings.between_s)
        try:
            fetched = fetch(
                href,
                fetchers=self.station.fetchers,
                settings=settings,
                egress=self.vantage,
                purpose=purpose,
                **how,
            )
        except FetchError as error:
            if error.capture is not None:
                self.captures.append(error.capture)
            raise
        if fetched.capture is not None:
            self.captures.append(fetched.capture)
        return fetched

    def seen(self, **what: Any) -> Seen:
        """What this look brought so far; the host rests for a while after it."""
        return Seen(self._now(), self.vantage, **{"rest_s": self.station.settings.fetch.between_s, **what})

    def failed(self, error: FetchError) -> Seen:
        return self.seen(reason=Unreachable(error.reason), evidence=dict(error.evidence))

    def _now(self) -> datetime:
        return self.station.now()
